/* mend_alter_table.c - one attribute of a table, or of what belongs to it, that both sides have. */
#include <stdlib.h>
#include <string.h>

#include "drift/mend.h"

#define EXCLUSIVE "ACCESS EXCLUSIVE"

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
        /* CONCURRENTLY stops nobody, but leaves a check behind that no snapshot expects. */
        mend_addf(mender, STAGE_COLUMN, EXCLUSIVE, "ALTER TABLE %s DETACH PARTITION %s", old, name)->hazard =
            new == NULL ? g_strdup("its rows are no longer in the partitioned table") : NULL;
    }
    if (new != NULL)
    {
        mend_addf(mender, STAGE_ATTACH, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s ATTACH PARTITION %s %s", new, name,
                  pgm_object_value(shall, "partition_bound"))
            ->hazard = g_strdup(
            "reads the whole partition, locked, unless a valid check says the same; the default partition too");
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
    g_autofree char *bare = mend_bare(shall->name);
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
    {"table", "row_security", row_security},
    {"table", "replica_identity", replica_identity},
    {"table", "partition_of", partition},
    {"table", "partition_bound", partition},
    {"table", "partition_key", mend_no_way},
    {"sequence", "definition", sequence_change},
    {"sequence", "owned_by", sequence_change},
    {"sequence", "identity", sequence_change},
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
