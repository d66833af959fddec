/* mend_constraint.c - constraints and indexes, made without blocking where that can be, and constraints dropped. */
#include <string.h>

#include "drift/mend.h"

/* Does a parent that the table has in SNAPSHOT imply CONSTRAINT? If it shall, the table's own has to stay until it
 * does; if it did, the table has its own when it leaves its parent. */
static gboolean is_implied(const PgmSnapshot *snapshot, const PgmObject *constraint)
{
    g_auto(GStrv) parents = mend_parents(snapshot, constraint->schema, constraint->parent);
    for (guint i = 0; parents[i] != NULL; i++)
    {
        const PgmObject *other = mend_find_named(snapshot, "constraint", constraint->name, parents[i]);
        if (other != NULL &&
            g_strcmp0(pgm_object_value(other, "definition"), pgm_object_value(constraint, "definition")) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static const char *deferrable_text(const PgmObject *constraint)
{
    const char *value = pgm_object_value(constraint, "deferrable");
    return value == NULL                              ? ""
           : strcmp(value, "initially deferred") == 0 ? " DEFERRABLE INITIALLY DEFERRED"
                                                      : " DEFERRABLE";
}

/* A key on a table that is in use: its index first, without stopping writers, unless there is one that will do. */
static void create_key_online(Mender *mender, const PgmObject *constraint, const char *columns)
{
    g_autofree char *table = mend_parent(constraint);
    g_autofree char *name = mend_name(constraint);
    gboolean primary = strcmp(pgm_object_value(constraint, "type"), "primary key") == 0;
    const PgmObject *own = pgm_snapshot_find(mender->side, "index", constraint->schema, constraint->parent,
                                             constraint->name),
                    *there = pgm_snapshot_find(mender->actual, "index", constraint->schema, constraint->parent,
                                               constraint->name);
    gboolean ready = own != NULL && there != NULL && pgm_object_value(there, "constraint") == NULL &&
                     pgm_object_value(there, "unique") != NULL && pgm_object_value(there, "invalid") == NULL &&
                     g_strcmp0(pgm_object_value(own, "definition"), pgm_object_value(there, "definition")) == 0;
    if (!ready && there != NULL && pgm_object_value(there, "constraint") == NULL)
    {
        mend_drop(mender, there);
    }
    if (!ready)
    {
        const char *tablespace = own != NULL ? pgm_object_value(own, "tablespace") : NULL;
        const char *definition = own != NULL ? pgm_object_value(own, "definition") : columns;
        PgmMend *build =
            mend_addf(mender, STAGE_INDEX, "SHARE UPDATE EXCLUSIVE",
                      "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s%s %s%s%s", name, table, own != NULL ? " USING" : "",
                      definition, tablespace != NULL ? " TABLESPACE " : "", tablespace != NULL ? tablespace : "");
        build->alone = TRUE;
        build->hazard =
            g_strdup("fails on duplicates and then leaves an invalid index, to be dropped before another try");
    }
    mend_addf(mender, STAGE_CONSTRAINT, "ACCESS EXCLUSIVE", "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s",
              table, name, primary ? "PRIMARY KEY" : "UNIQUE", name, deferrable_text(constraint));
}

/* " WITH (…) USING INDEX TABLESPACE x", of the index that a constraint makes. Caller frees. */
static char *index_clauses(const PgmObject *index)
{
    const char *definition = index != NULL ? pgm_object_value(index, "definition") : NULL;
    const char *with = definition != NULL ? strstr(definition, " WITH (") : NULL;
    const char *where = with != NULL ? strstr(with, " WHERE ") : NULL;
    const char *tablespace = index != NULL ? pgm_object_value(index, "tablespace") : NULL;
    return g_strdup_printf("%.*s%s%s",
                           with == NULL    ? 0
                           : where != NULL ? (int)(where - with)
                                           : (int)strlen(with),
                           with != NULL ? with : "", tablespace != NULL ? " USING INDEX TABLESPACE " : "",
                           tablespace != NULL ? tablespace : "");
}

static void index_settings(Mender *mender, const PgmObject *index)
{
    g_autofree char *name = mend_name(index);
    g_auto(GStrv) targets = mend_split(pgm_object_value(index, "statistics"), ", ");
    for (int i = 0; targets[i] != NULL; i++)
    {
        char *blank = strchr(targets[i], ' ');
        *blank = '\0';
        mend_addf(mender, STAGE_ATTACH, NULL, "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s", name, targets[i],
                  blank + 1);
    }
    const char *parent = pgm_object_value(index, "partition_of");
    if (parent != NULL)
    {
        mend_addf(mender, STAGE_ATTACH + 1, NULL, "ALTER INDEX %s ATTACH PARTITION %s", parent, name);
    }
    if (pgm_object_value(index, "clustered") != NULL)
    {
        g_autofree char *table = mend_parent(index);
        g_autofree char *bare = mend_bare(index->name);
        mend_addf(mender, STAGE_ATTACH + 1, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s CLUSTER ON %s", table, bare);
    }
}

static const char not_null_head[] = "NOT NULL ";
static const char no_heirs[] = " NO INHERIT";

/* The column that CONSTRAINT, "NOT NULL a" or "NOT NULL a NO INHERIT", is about. Borrowed; NULL: SNAPSHOT lacks it, or
 * it is another constraint. */
static const PgmObject *not_null_column(const PgmSnapshot *snapshot, const PgmObject *constraint)
{
    const char *definition = pgm_object_value(constraint, "definition");
    if (strcmp(pgm_object_value(constraint, "type"), "not null") != 0 || !g_str_has_prefix(definition, not_null_head))
    {
        return NULL;
    }
    const char *about = definition + strlen(not_null_head);
    guint first,
        n = pgm_snapshot_children(snapshot, pgm_kind_find("column"), constraint->schema, constraint->parent, &first);
    for (guint i = 0; i < n; i++)
    {
        const PgmObject *column = snapshot->objects->pdata[first + i];
        g_autofree char *name = mend_name(column);
        if (g_str_has_prefix(about, name) &&
            (about[strlen(name)] == '\0' || strcmp(about + strlen(name), no_heirs) == 0))
        {
            return column;
        }
    }
    return NULL;
}

const PgmObject *mend_named_not_null(const PgmSnapshot *snapshot, const PgmObject *column)
{
    guint first,
        n = pgm_snapshot_children(snapshot, pgm_kind_find("constraint"), column->schema, column->parent, &first);
    for (guint i = 0; i < n; i++)
    {
        const PgmObject *constraint = snapshot->objects->pdata[first + i];
        if (not_null_column(snapshot, constraint) == column)
        {
            return constraint;
        }
    }
    return NULL;
}

/* A named NOT NULL where the column is so on both sides, and only what that is called differs. */
static gboolean is_not_null_twice(const Mender *mender, const PgmObject *constraint)
{
    const PgmObject *here = not_null_column(mender->expected, constraint);
    const PgmObject *there = not_null_column(mender->actual, constraint);
    return here != NULL && there != NULL && pgm_object_value(here, "not_null") != NULL &&
           pgm_object_value(there, "not_null") != NULL && mender->difference->kind != PGM_DIFFERENCE_CHANGED &&
           !g_str_has_suffix(pgm_object_value(constraint, "definition"), no_heirs);
}

/* How the server called the one that nobody named is in no snapshot. */
static void name_not_null(Mender *mender, const PgmObject *constraint)
{
    g_autofree char *table = mend_parent(constraint);
    g_autofree char *name = mend_name(constraint);
    g_autofree char *relation = pgm_quote_literal(table);
    g_autofree char *rename = g_strdup_printf("ALTER TABLE %s RENAME CONSTRAINT %%I TO %s", table, name);
    g_autofree char *format = pgm_quote_literal(rename);
    const char *column = pgm_object_value(constraint, "definition") + strlen("NOT NULL ");
    g_autofree char *definition = g_strdup_printf("NOT NULL %s", column);
    g_autofree char *text = pgm_quote_literal(definition);
    mend_addf(
        mender, STAGE_CONSTRAINT, "ACCESS EXCLUSIVE",
        "DO $name$ BEGIN EXECUTE (SELECT pg_catalog.format(%s, conname) FROM pg_catalog.pg_constraint WHERE "
        "conrelid = %s::pg_catalog.regclass AND contype = 'n' AND pg_catalog.pg_get_constraintdef(oid) = %s); END "
        "$name$",
        format, relation, text);
}

/* Two of them cannot be on a column: the one that nobody named goes before CONSTRAINT comes. */
static void drop_other_not_null(Mender *mender, const PgmObject *constraint)
{
    const PgmObject *column = not_null_column(mender->actual, constraint);
    if (!mender->fresh && column != NULL && pgm_object_value(column, "not_null") != NULL &&
        mend_named_not_null(mender->actual, column) == NULL)
    {
        g_autofree char *table = mend_parent(column);
        g_autofree char *name = mend_name(column);
        mend_addf(mender, STAGE_DROP, "ACCESS EXCLUSIVE", "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table, name);
    }
}

void mend_create_constraint(Mender *mender, const PgmObject *constraint)
{
    if (!mender->fresh && is_not_null_twice(mender, constraint))
    {
        name_not_null(mender, constraint);
        return;
    }
    const char *definition = pgm_object_value(constraint, "definition"), *type = pgm_object_value(constraint, "type");
    gboolean whole = mend_is_partitioned(mender->side, constraint->schema, constraint->parent);
    gboolean key = strcmp(type, "primary key") == 0 || strcmp(type, "unique") == 0;
    const char *columns = strchr(definition, '(');
    const PgmObject *index =
        pgm_snapshot_find(mender->side, "index", constraint->schema, constraint->parent, constraint->name);
    if (index != NULL)
    {
        index_settings(mender, index);
    }
    if (key && !whole && !mender->fresh && strstr(definition, "WITHOUT OVERLAPS") == NULL && columns != NULL)
    {
        create_key_online(mender, constraint, columns);
        return;
    }
    g_autofree char *table = mend_parent(constraint);
    g_autofree char *name = mend_name(constraint);
    if (!mender->fresh && strcmp(type, "check") == 0 && is_implied(mender->actual, constraint))
    {
        return;
    }
    drop_other_not_null(mender, constraint);
    g_autofree char *clauses = index_clauses(index);
    gboolean foreign = strcmp(type, "foreign key") == 0, is_not_null = strcmp(type, "not null") == 0;
    gboolean checked = foreign || strcmp(type, "check") == 0 || is_not_null;
    gboolean stays = pgm_object_value(constraint, "not_valid") != NULL;
    gboolean enforced = strstr(definition, "NOT ENFORCED") == NULL;
    gboolean later = checked && enforced && !mender->fresh && !(foreign && whole);
    /* A primary key makes its columns NOT NULL, under names of its own, where they are not yet. */
    int stage = foreign ? STAGE_FOREIGN_KEY : is_not_null ? STAGE_CONSTRAINT - 1 : STAGE_CONSTRAINT;
    PgmMend *step =
        mend_addf(mender, stage, foreign ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE",
                  "ALTER TABLE %s%s ADD CONSTRAINT %s %s%s%s%s", key && whole ? "ONLY " : "", table, name, definition,
                  key ? clauses : "", deferrable_text(constraint), later || stays ? " NOT VALID" : "");
    if (!later && !stays && enforced && !mender->fresh)
    {
        step->hazard = g_strdup(checked ? "reads the whole table while it is locked"
                                        : "builds an index while the table is locked");
    }
    if (later && !stays)
    {
        mend_addf(mender, STAGE_VALIDATE, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s VALIDATE CONSTRAINT %s", table,
                  name)
            ->hazard = g_strdup("reads the whole table, and fails where a row breaks the rule");
    }
}

/* An index of the same name that the constraint stood on, or shall stand on. NULL: none. */
static const PgmObject *index_of(const PgmSnapshot *snapshot, const PgmObject *constraint)
{
    return pgm_snapshot_find(snapshot, "index", constraint->schema, constraint->parent, constraint->name);
}

void mend_drop_constraint(Mender *mender, const PgmObject *constraint)
{
    const char *type = pgm_object_value(constraint, "type");
    const PgmObject *index = index_of(mender->actual, constraint);
    if (is_implied(mender->expected, constraint) || (index != NULL && pgm_object_value(index, "constraint") != NULL &&
                                                     pgm_object_value(index, "partition_of") != NULL))
    {
        return;
    }
    if (strcmp(type, "primary key") == 0 || strcmp(type, "unique") == 0)
    {
        mend_remake_users(mender, constraint);
    }
    g_autofree char *table = mend_parent(constraint);
    g_autofree char *name = mend_name(constraint);
    if (is_not_null_twice(mender, constraint))
    {
        g_autofree char *usual = mend_not_null_name(
            constraint->parent, strchr(strchr(pgm_object_value(constraint, "definition"), ' ') + 1, ' ') + 1);
        mend_addf(mender, STAGE_DROP, "ACCESS EXCLUSIVE", "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, name,
                  usual);
        return;
    }
    mend_addf(mender, strcmp(type, "foreign key") == 0 ? STAGE_DROP_FIRST : STAGE_DROP, "ACCESS EXCLUSIVE",
              "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
    /* Its index goes with it; where one is expected to stand alone it is to be made. */
    const PgmObject *alone = index_of(mender->expected, constraint);
    if (index != NULL && alone != NULL && pgm_object_value(alone, "constraint") == NULL)
    {
        mend_create(mender, alone);
    }
}

void mend_create_index(Mender *mender, const PgmObject *index)
{
    /* A matview's index comes after it; a constraint's comes with it, and only its settings are left. */
    gboolean stored = pgm_snapshot_find(mender->side, "matview", index->schema, NULL, index->parent) != NULL;
    gboolean whole = mend_is_partitioned(mender->side, index->schema, index->parent);
    if (pgm_object_value(index, "constraint") == NULL)
    {
        g_autofree char *table = mend_parent(index);
        g_autofree char *bare = mend_bare(index->name);
        const char *tablespace = pgm_object_value(index, "tablespace");
        const char *definition = pgm_object_value(index, "definition"), *where = strstr(definition, " WHERE ");
        gboolean online = !whole && !mender->fresh;
        gsize before = where != NULL && tablespace != NULL ? (gsize)(where - definition) : strlen(definition);
        /* One that lacks some of the partitions' comes when those are attached: they would get theirs. */
        gboolean lacking = whole && pgm_object_value(index, "invalid") != NULL;
        PgmMend *step =
            mend_addf(mender,
                      stored    ? STAGE_VIEW + 1
                      : lacking ? STAGE_ATTACH + 1
                                : STAGE_INDEX,
                      online ? "SHARE UPDATE EXCLUSIVE" : "SHARE", "CREATE %sINDEX %s%s ON %s%s USING %.*s%s%s%s",
                      pgm_object_value(index, "unique") != NULL ? "UNIQUE " : "", online ? "CONCURRENTLY " : "", bare,
                      whole ? "ONLY " : "", table, (int)before, definition, tablespace != NULL ? " TABLESPACE " : "",
                      tablespace != NULL ? tablespace : "", definition + before);
        step->alone = online;
        if (online)
        {
            step->hazard = g_strdup("waits for every transaction that is open; broken off, it leaves an invalid index");
        }
    }
    index_settings(mender, index);
}
