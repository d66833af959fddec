/* mend_alter_table.c - one attribute of a table, or of what belongs to it, that both sides have. */
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

static void column_type(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)value;
    (void)had;
    if (mend_is_inherited(mender, shall))
    {
        return;
    }
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    const char *type = pgm_object_value(shall, "type"), *before = pgm_object_value(is, "type");
    const char *collation = pgm_object_value(shall, "collation");
    const char *old_default = pgm_object_value(is, "default"), *new_default = pgm_object_value(shall, "default");
    gboolean same = strcmp(type, before) == 0, wider = same || is_widening(before, type);
    mend_detach_keys(mender, shall->schema, shall->parent, shall->name);
    mend_detach_views(mender, shall->schema, shall->parent);
    GString *sql = g_string_new(NULL);
    if (old_default != NULL && !same)
    {
        g_string_append_printf(sql, "ALTER COLUMN %s DROP DEFAULT, ", name);
    }
    g_string_append_printf(sql, "ALTER COLUMN %s TYPE %s", name, type);
    if (collation != NULL)
    {
        g_string_append_printf(sql, " COLLATE %s", collation);
    }
    if (!wider)
    {
        g_string_append_printf(sql, " USING %s::%s", name, type);
    }
    if (new_default != NULL && !same)
    {
        g_string_append_printf(sql, ", ALTER COLUMN %s SET DEFAULT %s", name, new_default);
    }
    /* A table is rewritten once, however many of its columns change. */
    PgmMend *step = g_hash_table_lookup(mender->rewrites, table);
    if (step != NULL)
    {
        g_autofree char *before_it = step->sql;
        step->sql = g_strdup_printf("%s, %s", before_it, sql->str);
        g_string_free(sql, TRUE);
        return;
    }
    g_string_prepend_c(sql, ' ');
    g_string_prepend(sql, table);
    g_string_prepend(sql, "ALTER TABLE ");
    step = mend_add(
        mender, STAGE_COLUMN, EXCLUSIVE, g_string_free(sql, FALSE),
        wider ? NULL
              : g_strdup("rewrites the table and its indexes; fails where a value does not convert; what reads the "
                         "column (a policy, a trigger, a function) may refuse it"));
    if (!wider)
    {
        g_hash_table_insert(mender->rewrites, g_strdup(table), step);
    }
}

static void column_collation(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    if (g_strcmp0(pgm_object_value(shall, "type"), pgm_object_value(is, "type")) == 0)
    {
        guint first = mender->steps->len;
        column_type(mender, shall, is, value, had);
        if (mender->steps->len == first || g_hash_table_size(mender->rewrites) > 0)
        {
            return;
        }
        PgmMend *step = mender->steps->pdata[mender->steps->len - 1];
        g_free(step->hazard);
        step->hazard = g_strdup("rebuilds the column's indexes");
    }
}

/* Generated columns: only the expression can be dropped; else the column is made anew. */
static void column_generated(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    (void)is;
    if (value == NULL && g_str_has_prefix(had, "stored"))
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION", table, name);
        return;
    }
    mend_detach_views(mender, shall->schema, shall->parent);
    mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s DROP COLUMN %s", table, name)->hazard =
        g_strdup("its values are lost and computed anew; it moves to the end; indexes on it go");
    mend_add_column(mender, shall);
}

static void column_identity(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    (void)is;
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    const char *kind = g_strcmp0(value, "always") == 0 ? "ALWAYS" : "BY DEFAULT";
    mend_addf(mender, STAGE_COLUMN + (had == NULL ? 2 : 0), EXCLUSIVE,
              value == NULL ? "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY%.0s"
              : had == NULL ? "ALTER TABLE %s ALTER COLUMN %s ADD GENERATED %s AS IDENTITY"
                            : "ALTER TABLE %s ALTER COLUMN %s SET GENERATED %s",
              table, name, kind)
        ->hazard =
        value != NULL && had == NULL ? g_strdup("its sequence starts at 1: set it past the greatest value") : NULL;
}

static void column_not_null(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    PgmMend *step =
        mend_addf(mender, value != NULL ? STAGE_COLUMN + 1 : STAGE_COLUMN, EXCLUSIVE,
                  "ALTER TABLE %s ALTER COLUMN %s %s NOT NULL", table, name, value != NULL ? "SET" : "DROP");
    step->hazard =
        value != NULL ? g_strdup("reads the whole table while it is locked, and fails where there is a null") : NULL;
}

static void column_default(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                           const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    if (value == NULL)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name);
        return;
    }
    mend_addf(mender, STAGE_COLUMN + 1, EXCLUSIVE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", table, name, value);
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

static void table_setting(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                          const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    const char *attribute = mender->difference->attribute;
    if (strcmp(attribute, "persistence") == 0)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER %s %s SET %s", mend_word(shall->kind), name,
                  value != NULL ? "UNLOGGED" : "LOGGED")
            ->hazard = g_strdup("rewrites the table");
    }
    else if (strcmp(attribute, "access_method") == 0 || strcmp(attribute, "tablespace") == 0)
    {
        gboolean method = strcmp(attribute, "access_method") == 0;
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER %s %s SET %s %s", mend_word(shall->kind), name,
                  method ? "ACCESS METHOD" : "TABLESPACE",
                  value != NULL ? value
                  : method      ? "heap"
                                : "pg_default")
            ->hazard = g_strdup("rewrites it");
    }
    else if (strcmp(attribute, "inherits") == 0)
    {
        g_auto(GStrv) old = mend_split(had, ", ");
        g_auto(GStrv) new = mend_split(value, ", ");
        for (int i = 0; old[i] != NULL; i++)
        {
            mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s NO INHERIT %s", name, old[i]);
        }
        for (int i = 0; new[i] != NULL; i++)
        {
            mend_addf(mender, STAGE_COLUMN + 2, EXCLUSIVE, "ALTER TABLE %s INHERIT %s", name, new[i]);
        }
    }
    else if (strcmp(attribute, "of_type") == 0)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s %s%s", name, value != NULL ? "OF " : "NOT OF",
                  value != NULL ? value : "");
    }
}

static void row_security(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                         const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    gboolean forced = value != NULL && g_str_has_prefix(value, "forced");
    gboolean enabled = value != NULL && strcmp(value, "forced, but disabled") != 0;
    mend_addf(mender, STAGE_DEPENDENT, EXCLUSIVE, "ALTER TABLE %s %s ROW LEVEL SECURITY, %s ROW LEVEL SECURITY", name,
              enabled ? "ENABLE" : "DISABLE", forced ? "FORCE" : "NO FORCE");
}

static void replica_identity(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    g_autofree char *how = value == NULL ? g_strdup("DEFAULT")
                           : g_str_has_prefix(value, "index ")
                               ? g_strdup_printf("USING INDEX %s", value + strlen("index "))
                               : g_ascii_strup(value, -1);
    mend_addf(mender, STAGE_ATTACH + 1, EXCLUSIVE, "ALTER TABLE %s REPLICA IDENTITY %s", name, how);
}

static void partition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)value;
    (void)had;
    g_autofree char *name = mend_name(shall);
    const char *old = pgm_object_value(is, "partition_of"), *new = pgm_object_value(shall, "partition_of");
    if (old != NULL)
    {
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s DETACH PARTITION %s", old, name);
    }
    if (new != NULL)
    {
        mend_addf(mender, STAGE_ATTACH, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s ATTACH PARTITION %s %s", new, name,
                  pgm_object_value(shall, "partition_bound"))
            ->hazard = g_strdup("reads the whole partition, locked");
    }
}

static void constraint_valid(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    if (value != NULL)
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *table = mend_parent(shall);
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_VALIDATE, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name)
        ->hazard = g_strdup("reads the whole table, and fails where a row breaks the rule");
}

static void sequence_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    (void)had;
    g_autofree char *name = mend_name(shall);
    if (strcmp(mender->difference->attribute, "owned_by") == 0)
    {
        mend_addf(mender, STAGE_COLUMN + 2, NULL, "ALTER SEQUENCE %s OWNED BY %s", name,
                  value != NULL ? value : "NONE");
    }
    else if (strcmp(mender->difference->attribute, "definition") == 0)
    {
        /* An identity's type is its column's. */
        const char *from = pgm_object_value(is, "identity") != NULL ? strstr(value, "START ") : value;
        mend_addf(mender, STAGE_COLUMN + 1, NULL, "ALTER SEQUENCE %s %s%s", name, from,
                  strstr(value, "CYCLE") == NULL ? " NO CYCLE" : "");
    }
}

static void index_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                         const char *had)
{
    g_autofree char *name = mend_name(shall);
    g_autofree char *table = mend_parent(shall);
    g_autofree char *bare = pgm_quote_identifier(shall->name);
    const char *attribute = mender->difference->attribute;
    if (strcmp(attribute, "clustered") == 0)
    {
        mend_addf(mender, STAGE_ATTACH + 1, "SHARE UPDATE EXCLUSIVE",
                  value != NULL ? "ALTER TABLE %s CLUSTER ON %s" : "ALTER TABLE %s SET WITHOUT CLUSTER%.0s", table,
                  bare);
    }
    else if (strcmp(attribute, "tablespace") == 0)
    {
        mend_addf(mender, STAGE_ATTACH, EXCLUSIVE, "ALTER INDEX %s SET TABLESPACE %s", name,
                  value != NULL ? value : "pg_default")
            ->hazard = g_strdup("copies the index while the table is locked");
    }
    else if (strcmp(attribute, "statistics") == 0)
    {
        g_auto(GStrv) targets = mend_split(value != NULL ? value : had, ", ");
        for (int i = 0; targets[i] != NULL; i++)
        {
            int column = atoi(targets[i]);
            const char *blank = strchr(targets[i], ' ');
            mend_addf(mender, STAGE_ATTACH, "SHARE UPDATE EXCLUSIVE",
                      "ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %s", name, column,
                      value != NULL ? blank + 1 : "-1");
        }
    }
    else if (strcmp(attribute, "invalid") == 0 && value == NULL)
    {
        PgmMend *step = mend_addf(mender, STAGE_INDEX, "SHARE UPDATE EXCLUSIVE", "REINDEX INDEX CONCURRENTLY %s", name);
        step->alone = TRUE;
        step->hazard = g_strdup("waits for every transaction that is open; needs as much space again");
    }
    else if (strcmp(attribute, "invalid") == 0)
    {
        mend_add(mender, STAGE_INDEX, NULL, NULL, g_strdup("here the index is valid: it is the better of the two"));
    }
    else if (strcmp(attribute, "partition_of") == 0 && value != NULL)
    {
        mend_addf(mender, STAGE_ATTACH + 1, NULL, "ALTER INDEX %s ATTACH PARTITION %s", value, name);
    }
    else
    {
        mend_replace(mender, shall, is, value, had);
    }
}

const MendChange mend_table_changes[] = {
    {"column", "type", column_type},
    {"column", "collation", column_collation},
    {"column", "generated", column_generated},
    {"column", "identity", column_identity},
    {"column", "not_null", column_not_null},
    {"column", "default", column_default},
    {"column", "storage", column_setting},
    {"column", "compression", column_setting},
    {"column", "statistics", column_setting},
    {"table", "row_security", row_security},
    {"table", "replica_identity", replica_identity},
    {"table", "partition_of", partition},
    {"table", "partition_bound", partition},
    {"table", "partition_key", mend_no_way},
    {"sequence", "definition", sequence_change},
    {"sequence", "owned_by", sequence_change},
    {"table", "persistence", table_setting},
    {"table", "access_method", table_setting},
    {"table", "tablespace", table_setting},
    {"table", "inherits", table_setting},
    {"table", "of_type", table_setting},
    {"constraint", "not_valid", constraint_valid},
    {"index", "clustered", index_change},
    {"index", "tablespace", index_change},
    {"index", "statistics", index_change},
    {"index", "invalid", index_change},
    {"index", "partition_of", index_change},
    {"sequence", "persistence", table_setting},
    {"matview", "access_method", table_setting},
    {"matview", "tablespace", table_setting},
    {NULL, NULL, NULL},
};
