/* mend_alter_column.c - one attribute of a column that both sides have; its type is in mend_retype.c. */
#include <stdlib.h>
#include <string.h>

#include "drift/mend.h"

#define EXCLUSIVE "ACCESS EXCLUSIVE"

/* "ALTER TABLE t", or of a foreign table. Caller frees. */
static char *altered_table(const Mender *mender, const PgmObject *column)
{
    g_autofree char *table = mend_parent(column);
    return g_strdup_printf("ALTER %sTABLE %s", mend_is_foreign(mender->actual, column) ? "FOREIGN " : "", table);
}

/* An expression can be dropped, and from 17 on changed; else the column is made anew. */
static void column_generated(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    g_autofree char *alter = altered_table(mender, shall);
    g_autofree char *name = mend_name(shall);
    if (value == NULL && g_str_has_prefix(had, "stored"))
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "%s ALTER COLUMN %s DROP EXPRESSION", alter, name);
        return;
    }
    gboolean both = value != NULL && had != NULL && strncmp(value, had, strcspn(value, " ")) == 0;
    if (both && mend_version(mender) >= 17)
    {
        mend_clear_column(mender, is, FALSE);
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "%s ALTER COLUMN %s SET EXPRESSION AS (%s)", alter, name,
                  strchr(value, ' ') + 1)
            ->hazard = g_str_has_prefix(value, "stored") ? g_strdup("rewrites the table, to compute it anew") : NULL;
        return;
    }
    guint first = mender->steps->len;
    mend_remake(mender, is);
    for (guint i = first; i < mender->steps->len; i++)
    {
        MendStep *step = mender->steps->pdata[i];
        if (step->drops == is)
        {
            g_free(step->mend.hazard);
            step->mend.hazard =
                g_strdup(had != NULL ? "its values are computed anew; it moves to the end of the table"
                                     : "what is stored in it is lost; it moves to the end of the table");
        }
    }
}

/* Where a sequence is new, what it gives next must be past what is there. */
static void set_past(Mender *mender, const PgmObject *sequence, const char *table, const char *column)
{
    g_autofree char *name = mend_name(sequence);
    g_autofree char *literal = pgm_quote_literal(name);
    mend_addf(mender, STAGE_COLUMN + 4, NULL, "SELECT pg_catalog.setval(%s, max(%s)) FROM %s", literal, column, table)
        ->hazard = g_strdup("reads the whole table, unless an index helps");
}

/* A serial column's sequence goes, and the identity's comes under the same name. */
static void add_identity(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value)
{
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    const PgmObject *before = mend_owned_sequence(mender->actual, is);
    const PgmObject *sequence = mend_owned_sequence(mender->expected, shall);
    if (pgm_object_value(is, "default") != NULL)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name);
    }
    if (before != NULL)
    {
        g_autofree char *old = mend_name(before);
        mend_addf(mender, STAGE_COLUMN + 1, EXCLUSIVE, "DROP SEQUENCE %s", old);
    }
    g_autofree char *options = sequence != NULL ? mend_identity_options(sequence) : g_strdup("");
    PgmMend *step =
        mend_addf(mender, STAGE_COLUMN + 2, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s ADD GENERATED %s AS IDENTITY%s",
                  table, name, strcmp(value, "always") == 0 ? "ALWAYS" : "BY DEFAULT", options);
    step->hazard = g_strdup("its sequence begins anew: set it past the greatest value before a row is written");
    if (sequence != NULL)
    {
        set_past(mender, sequence, table, name);
    }
}

static void column_identity(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    if (had == NULL)
    {
        add_identity(mender, shall, is, value);
        return;
    }
    if (value != NULL)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s SET GENERATED %s", table, name,
                  strcmp(value, "always") == 0 ? "ALWAYS" : "BY DEFAULT");
        return;
    }
    mend_addf(mender, STAGE_DROP, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY", table, name)->hazard =
        g_strdup("drops its sequence");
    const PgmObject *sequence = mend_owned_sequence(mender->expected, shall);
    if (sequence != NULL)
    {
        mend_create(mender, sequence);
        set_past(mender, sequence, table, name);
    }
}

static gboolean has_heirs(const PgmSnapshot *snapshot, const PgmObject *column)
{
    g_autofree char *table = mend_parent(column);
    guint first, n = pgm_snapshot_children(snapshot, pgm_kind_find("table"), column->schema, NULL, &first);
    for (guint i = 0; i < n; i++)
    {
        g_auto(GStrv) parents = mend_split(pgm_object_value(snapshot->objects->pdata[first + i], "inherits"), ", ");
        if (g_strv_contains((const char *const *)parents, table))
        {
            return TRUE;
        }
    }
    return FALSE;
}

char *mend_not_null_name(const char *table, const char *column)
{
    g_autofree char *name = g_strdup_printf("%.27s_%.26s_not_null", table, column);
    return mend_bare(name);
}

/* From 18 on a constraint of its own, which its heirs get with it. */
static void add_not_null(Mender *mender, const PgmObject *shall, const char *table, const char *rule)
{
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_COLUMN + 1, EXCLUSIVE, "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID", table,
              rule, name);
    mend_addf(mender, STAGE_COLUMN + 1, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, rule)
        ->hazard = g_strdup("reads the whole table, and fails where there is a null");
}

/* A check that is validated while others read and write proves it: SET NOT NULL then looks at no row. */
static void set_not_null(Mender *mender, const PgmObject *shall)
{
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    g_autofree char *rule = mend_not_null_name(shall->parent, shall->name);
    if (mend_version(mender) >= 18)
    {
        const PgmObject *own = pgm_snapshot_find(mender->actual, "table", shall->schema, NULL, shall->parent);
        if (mend_named_not_null(mender->expected, shall) == NULL &&
            (own == NULL || pgm_object_value(own, "inherits") == NULL || !mend_is_inherited(mender, shall)))
        {
            add_not_null(mender, shall, table, rule);
        }
        return;
    }
    gboolean heirs = has_heirs(mender->actual, shall);
    int stage = STAGE_COLUMN + (heirs ? 2 : 1);
    mend_addf(mender, stage, EXCLUSIVE, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL)%s NOT VALID", table,
              rule, name, heirs ? " NO INHERIT" : "");
    mend_addf(mender, stage, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, rule)->hazard =
        g_strdup("reads the whole table, and fails where there is a null");
    mend_addf(mender, stage, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, name);
    mend_addf(mender, stage, EXCLUSIVE, "ALTER TABLE %s DROP CONSTRAINT %s", table, rule);
}

/* Partitions first: the partitioned table then finds it done in all of them. */
static void column_not_null(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *alter = altered_table(mender, shall);
    g_autofree char *name = mend_name(shall);
    gboolean whole = mend_is_partitioned(mender->actual, shall->schema, shall->parent);
    if (value != NULL && !whole && !mend_is_foreign(mender->actual, shall))
    {
        set_not_null(mender, shall);
    }
    else if (value != NULL || !mend_is_inherited(mender, shall))
    {
        mend_addf(mender, value == NULL ? STAGE_COLUMN : STAGE_COLUMN + 2, EXCLUSIVE, "%s ALTER COLUMN %s %s NOT NULL",
                  alter, name, value != NULL ? "SET" : "DROP");
    }
}

static void column_default(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                           const char *had)
{
    (void)had;
    g_autofree char *alter = altered_table(mender, shall);
    g_autofree char *name = mend_name(shall);
    /* A new type brings its default with it, and an identity takes it away. */
    if (strcmp(pgm_object_value(shall, "type"), pgm_object_value(is, "type")) != 0 && value != NULL &&
        !mend_is_foreign(mender->actual, shall))
    {
        return;
    }
    if (value == NULL)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "%s ALTER COLUMN %s DROP DEFAULT", alter, name);
        return;
    }
    mend_addf(mender, STAGE_COLUMN + 1, EXCLUSIVE, "%s ALTER COLUMN %s SET DEFAULT %s", alter, name, value);
}

/* The storage that a type has by itself is in no snapshot: it is that of a new column of the type. */
static const char *usual_storage(const char *type)
{
    static const char *const fixed[] = {"smallint", "integer", "bigint", "boolean", "real",  "double precision",
                                        "uuid",     "date",    "oid",    "name",    "money", NULL};
    return g_strv_contains(fixed, type) || g_str_has_prefix(type, "timestamp") || g_str_has_prefix(type, "time")
               ? "PLAIN"
           : (g_str_has_prefix(type, "numeric") || strcmp(type, "inet") == 0 || strcmp(type, "cidr") == 0) &&
                   strstr(type, "[]") == NULL
               ? "MAIN"
               : "EXTENDED";
}

static void column_setting(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                           const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    const char *attribute = mender->difference->attribute;
    const char *usual = strcmp(attribute, "storage") == 0       ? usual_storage(pgm_object_value(shall, "type"))
                        : strcmp(attribute, "compression") == 0 ? "default"
                                                                : "-1";
    g_autofree char *word = g_ascii_strup(attribute, -1);
    mend_addf(mender, STAGE_COLUMN + 1, strcmp(attribute, "statistics") == 0 ? "SHARE UPDATE EXCLUSIVE" : EXCLUSIVE,
              "ALTER TABLE %s ALTER COLUMN %s SET %s %s", table, name, word, value != NULL ? value : usual);
}

const MendChange mend_column_changes[] = {
    {"column", "type", mend_column_type},      {"column", "collation", mend_column_collation},
    {"column", "generated", column_generated}, {"column", "identity", column_identity},
    {"column", "not_null", column_not_null},   {"column", "default", column_default},
    {"column", "storage", column_setting},     {"column", "compression", column_setting},
    {"column", "statistics", column_setting},  {NULL, NULL, NULL},
};
