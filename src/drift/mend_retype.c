/*
 * mend_retype.c - columns that get another type or collation, and types that are made anew under the columns that
 * are of them. A table is rewritten once, whatever happens to how many of its columns.
 */
#include <stdlib.h>
#include <string.h>

#include "drift/mend.h"

#define EXCLUSIVE "ACCESS EXCLUSIVE"

/* Nothing in a table is rewritten when a text only grows. */
static gboolean is_widening(const char *had, const char *value)
{
    static const char varying[] = "character varying";
    if (had == NULL || !g_str_has_prefix(had, varying) || strstr(had, "[]") != NULL)
    {
        return FALSE;
    }
    const char *length = value + strlen(varying);
    return strcmp(value, "text") == 0 || strcmp(value, varying) == 0 ||
           (g_str_has_prefix(value, varying) && had[strlen(varying)] == '(' && length[0] == '(' &&
            atoi(length + 1) >= atoi(had + strlen(varying) + 1));
}

typedef struct
{
    const PgmObject *shall, *is;
    gboolean rewrites;
    gboolean anew; /* the type has the same name, and is another */
} Retyping;

/* "ALTER COLUMN c TYPE …" with what must go with it. */
static char *retyping_clauses(const Retyping *retyping, gboolean foreign)
{
    g_autofree char *name = mend_name(retyping->shall);
    const char *type = pgm_object_value(retyping->shall, "type"), *before = pgm_object_value(retyping->is, "type");
    const char *collation = pgm_object_value(retyping->shall, "collation");
    const char *old_default = pgm_object_value(retyping->is, "default");
    const char *new_default = pgm_object_value(retyping->shall, "default");
    gboolean another = strcmp(type, before) != 0 || retyping->anew;
    /* There is no cast between what people made and what they made of it later. */
    const char *through = retyping->anew || strchr(type, '.') != NULL || strchr(before, '.') != NULL ? "::text" : "";
    GString *sql = g_string_new(NULL);
    if (old_default != NULL && another && !foreign)
    {
        g_string_append_printf(sql, "ALTER COLUMN %s DROP DEFAULT, ", name);
    }
    g_string_append_printf(sql, "ALTER COLUMN %s TYPE %s", name, type);
    if (collation != NULL)
    {
        g_string_append_printf(sql, " COLLATE %s", collation);
    }
    if (retyping->rewrites && another && !foreign)
    {
        g_string_append_printf(sql, " USING %s%s::%s", name, through, type);
    }
    if (new_default != NULL && another && !foreign)
    {
        g_string_append_printf(sql, ", ALTER COLUMN %s SET DEFAULT %s", name, new_default);
    }
    return g_string_free(sql, FALSE);
}

static void add_retyping(Mender *mender, const Retyping *retyping)
{
    g_autofree char *table = mend_parent(retyping->shall);
    gboolean foreign = mend_is_foreign(mender->actual, retyping->shall);
    g_autofree char *clauses = retyping_clauses(retyping, foreign);
    PgmMend *step = g_hash_table_lookup(mender->rewrites, table);
    if (step == NULL)
    {
        guint first = mender->steps->len;
        step = mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER %sTABLE %s %s", foreign ? "FOREIGN " : "", table,
                         clauses);
        g_hash_table_insert(mender->rewrites, g_strdup(table), step);
        /* Who reads the column is to wait for it as for a new one. */
        ((MendStep *)mender->steps->pdata[first])->makes = retyping->shall;
    }
    else if (strstr(step->sql, clauses) == NULL)
    {
        g_autofree char *before = step->sql;
        step->sql = g_strdup_printf("%s, %s", before, clauses);
    }
    if (retyping->rewrites && !foreign && step->hazard == NULL)
    {
        step->hazard =
            g_strdup("rewrites the table and its indexes; fails where a value does not convert; ANALYZE it afterwards");
    }
}

/* TRUE: the table is partitioned by it, and there is no statement; that is said. */
static gboolean is_partition_key(Mender *mender, const PgmObject *is)
{
    const PgmObject *table = pgm_judge_parent(mender->actual, is);
    g_autofree char *name = mend_name(is);
    if (!mend_is(table, "table") || !mend_names(pgm_object_value(table, "partition_key"), name))
    {
        return FALSE;
    }
    mend_add(
        mender, STAGE_COLUMN, NULL, NULL,
        g_strdup("no ALTER changes the type of what a table is partitioned by: make a new table, and copy the rows"));
    return TRUE;
}

/* A column elsewhere that holds whole rows of the table forbids it; that is said. */
static gboolean is_within_rows(Mender *mender, const PgmObject *is)
{
    const PgmObject *table = pgm_judge_parent(mender->actual, is);
    const GPtrArray *users = mend_users(mender, table);
    g_autofree char *name = mend_name(table);
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *user = users->pdata[i];
        if (mend_is(user, "column") && mend_names(pgm_object_value(user, "type"), name))
        {
            g_autofree char *display = pgm_object_display(user);
            mend_add(mender, STAGE_COLUMN, NULL, NULL,
                     g_strdup_printf("refused as long as %s is of this table's row type", display));
            return TRUE;
        }
    }
    return FALSE;
}

static void retype(Mender *mender, const PgmObject *shall, const PgmObject *is, gboolean anew)
{
    const char *type = pgm_object_value(shall, "type"), *before = pgm_object_value(is, "type");
    if (mend_is_inherited(mender, shall) || is_partition_key(mender, is) || is_within_rows(mender, is) ||
        mend_follows_type(mender->actual, is))
    {
        return;
    }
    mend_clear_column(mender, is, FALSE);
    const Retyping retyping = {shall, is, anew || (strcmp(type, before) != 0 && !is_widening(before, type)), anew};
    add_retyping(mender, &retyping);
}

void mend_column_type(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)value;
    (void)had;
    retype(mender, shall, is, FALSE);
}

void mend_column_collation(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                           const char *had)
{
    (void)value;
    (void)had;
    if (strcmp(pgm_object_value(shall, "type"), pgm_object_value(is, "type")) == 0)
    {
        g_autofree char *table = mend_parent(shall);
        retype(mender, shall, is, FALSE);
        PgmMend *step = g_hash_table_lookup(mender->rewrites, table);
        if (step != NULL && step->hazard == NULL)
        {
            step->hazard = g_strdup("rebuilds the column's indexes");
        }
    }
}

/* ---- types made anew ---- */

/* The column is to be of the new type that has the old one's name; what is extra keeps the old one until it goes. */
static void follow_column(Mender *mender, const PgmObject *column, const PgmObject *type)
{
    const PgmObject *shall = g_hash_table_lookup(mender->expected->index, column);
    g_autofree char *name = mend_name(type);
    const char *attribute = mend_is(type, "collation") ? "collation" : "type";
    const char *now = pgm_object_value(column, attribute);
    if (shall == NULL || !mend_names(now, name))
    {
        return;
    }
    if (mend_names(pgm_object_value(shall, attribute), name))
    {
        retype(mender, shall, column, !mend_is(type, "collation"));
    }
}

/* "a integer, b public.e[]": the attributes of the type are given it anew. */
static void follow_composite(Mender *mender, const PgmObject *composite, const char *type)
{
    const PgmObject *shall = g_hash_table_lookup(mender->expected->index, composite);
    g_auto(GStrv) attributes = mend_split(pgm_object_value(composite, "columns"), ", ");
    g_auto(GStrv) expected = mend_split(shall != NULL ? pgm_object_value(shall, "columns") : NULL, ", ");
    g_autofree char *name = mend_name(composite);
    for (int i = 0; attributes[i] != NULL; i++)
    {
        if (!mend_names(attributes[i], type) || !g_strv_contains((const char *const *)expected, attributes[i]))
        {
            continue;
        }
        const char *end = attributes[i][0] == '"' ? strchr(attributes[i] + 1, '"') + 1 : strchr(attributes[i], ' ');
        mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER TYPE %s ALTER ATTRIBUTE %.*s TYPE%s", name,
                  (int)(end - attributes[i]), attributes[i], end)
            ->hazard = g_strdup("refused where a table has a column of it");
    }
}

/* What is of the type, or names it, follows it. */
static void follow_users(Mender *mender, const PgmObject *type,
                         void (*of_column)(Mender *, const PgmObject *, const PgmObject *))
{
    g_autofree char *name = mend_name(type);
    const GPtrArray *users = mend_users(mender, type);
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *user = users->pdata[i];
        const PgmObject *shall = g_hash_table_lookup(mender->expected->index, user);
        if (mend_is(user, "column"))
        {
            of_column(mender, user, type);
        }
        else if (mend_is(user, "composite"))
        {
            follow_composite(mender, user, name);
        }
        else if ((mend_is(user, "domain") || mend_is(user, "range")) && shall != NULL && user != type)
        {
            mend_rebuild_type(mender, shall, user);
        }
    }
    mend_remake_users(mender, type);
}

/* A range brings functions of its own name, which no RENAME takes along: its columns are texts for a while. */
static void through_text(Mender *mender, const PgmObject *column, const PgmObject *type)
{
    const PgmObject *shall = g_hash_table_lookup(mender->expected->index, column);
    g_autofree char *type_name = mend_name(type);
    if (!mend_names(pgm_object_value(column, "type"), type_name))
    {
        return;
    }
    g_autofree char *table = mend_parent(column);
    g_autofree char *name = mend_name(column);
    mend_clear_column(mender, column, FALSE);
    mend_addf(mender, STAGE_DROP, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT, ALTER COLUMN %s TYPE text",
              table, name, name)
        ->hazard = g_strdup("rewrites the table and its indexes");
    if (shall != NULL)
    {
        retype(mender, shall, column, TRUE);
    }
}

static void rebuild_range(Mender *mender, const PgmObject *shall, const PgmObject *is)
{
    g_autofree char *name = mend_name(is);
    follow_users(mender, is, through_text);
    guint first = mender->steps->len;
    mend_addf(mender, STAGE_DROP + 1, NULL, "DROP TYPE %s", name);
    mend_steps_drop(mender, first, is);
    mend_create(mender, shall);
}

void mend_rebuild_type(Mender *mender, const PgmObject *shall, const PgmObject *is)
{
    if (!g_hash_table_add(mender->cleared, (gpointer)(gsize)is))
    {
        return;
    }
    if (mend_is(is, "range"))
    {
        rebuild_range(mender, shall, is);
        return;
    }
    const PgmObject former = {.kind = is->kind, .schema = is->schema, .name = g_strdup_printf("%.59s_old", is->name)};
    g_autofree char *bare = (char *)(gsize)former.name;
    g_autofree char *to = mend_bare(bare);
    g_autofree char *name = mend_name(is);
    g_autofree char *old = mend_name(&former);
    follow_users(mender, is, follow_column);
    guint first = mender->steps->len;
    mend_addf(mender, STAGE_DROP + 2, NULL, "ALTER %s %s RENAME TO %s", mend_word(is->kind), name, to);
    mend_steps_drop(mender, first, is);
    mend_create(mender, shall);
    mend_addf(mender, STAGE_DROP_LAST + 60, NULL, "DROP %s %s", mend_word(is->kind), old)->hazard =
        g_strdup("refused as long as anything is of it");
}
