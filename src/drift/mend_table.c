/* mend_table.c - tables, their columns, constraints, indexes and sequences, made without blocking where that can be. */
#include <string.h>

#include "drift/mend.h"

gboolean mend_is_partitioned(const PgmSnapshot *snapshot, const char *schema, const char *table)
{
    const PgmObject *found = pgm_snapshot_find(snapshot, "table", schema, NULL, table);
    return found != NULL && pgm_object_value(found, "partition_key") != NULL;
}

gboolean mend_is_foreign(const PgmSnapshot *snapshot, const PgmObject *column)
{
    return pgm_snapshot_find(snapshot, "foreign_table", column->schema, NULL, column->parent) != NULL;
}

/* The tables that TABLE of SCHEMA inherits from, or is a partition of. Caller frees. */
static char **parents_of(const PgmSnapshot *snapshot, const char *schema, const char *table)
{
    const PgmObject *child = pgm_snapshot_find(snapshot, "table", schema, NULL, table);
    const char *names = child != NULL ? pgm_object_value(child, "inherits") : NULL;
    return mend_split(names == NULL && child != NULL ? pgm_object_value(child, "partition_of") : names, ", ");
}

gboolean mend_is_inherited(const Mender *mender, const PgmObject *column)
{
    g_auto(GStrv) parents = parents_of(mender->actual, column->schema, column->parent);
    for (guint i = 0; parents[0] != NULL && i < mender->drift->differences->len; i++)
    {
        const PgmDifference *other = mender->drift->differences->pdata[i];
        const PgmObject *object = other->expected != NULL ? other->expected : other->actual;
        if (object->kind == column->kind && other->kind == mender->difference->kind &&
            strcmp(object->name, column->name) == 0 && g_strcmp0(other->attribute, mender->difference->attribute) == 0)
        {
            g_autofree char *table = mend_parent(object);
            if (g_strv_contains((const char *const *)parents, table))
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* Does a parent that the table has in SNAPSHOT imply CONSTRAINT? If it shall, the table's own has to stay until it
 * does; if it did, the table has its own when it leaves its parent. */
static gboolean is_implied(const PgmSnapshot *snapshot, const PgmObject *constraint)
{
    g_auto(GStrv) parents = parents_of(snapshot, constraint->schema, constraint->parent);
    for (guint i = 0; parents[0] != NULL && i < snapshot->objects->len; i++)
    {
        const PgmObject *other = snapshot->objects->pdata[i];
        if (other->kind == constraint->kind && strcmp(other->name, constraint->name) == 0 &&
            g_strcmp0(pgm_object_value(other, "definition"), pgm_object_value(constraint, "definition")) == 0)
        {
            g_autofree char *table = mend_parent(other);
            if (g_strv_contains((const char *const *)parents, table))
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* The sequence of an identity column, or of a serial one; NULL: none. */
const PgmObject *mend_owned_sequence(const PgmSnapshot *snapshot, const PgmObject *column)
{
    g_autofree char *table = mend_parent(column);
    g_autofree char *name = mend_name(column);
    g_autofree char *whole = g_strdup_printf("%s.%s", table, name);
    /* It stands in its table's schema: the server sees to that. */
    guint first, n = pgm_snapshot_children(snapshot, pgm_kind_find("sequence"), column->schema, NULL, &first);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *sequence = snapshot->objects->pdata[i];
        if (g_strcmp0(pgm_object_value(sequence, "owned_by"), whole) == 0)
        {
            return sequence;
        }
    }
    return NULL;
}

/* "AS bigint START 1 …" as an identity takes it, without the type, which is the column's. */
char *mend_identity_options(const PgmObject *sequence)
{
    g_autofree char *name = mend_name(sequence);
    const char *definition = strstr(pgm_object_value(sequence, "definition"), "START ");
    return g_strdup_printf(" (SEQUENCE NAME %s %s)", name, definition);
}

static void append_identity(const PgmSnapshot *snapshot, GString *sql, const PgmObject *column, const char *identity)
{
    const PgmObject *sequence = mend_owned_sequence(snapshot, column);
    g_autofree char *options = sequence != NULL ? mend_identity_options(sequence) : g_strdup("");
    g_string_append_printf(sql, " GENERATED %s AS IDENTITY%s",
                           strcmp(identity, "always") == 0 ? "ALWAYS" : "BY DEFAULT", options);
}

char *mend_column(const Mender *mender, const PgmObject *column)
{
    g_autofree char *name = mend_name(column);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "%s %s", name, pgm_object_value(column, "type"));
    const PgmObject *outer = pgm_snapshot_find(mender->side, "foreign_table", column->schema, NULL, column->parent);
    if (outer != NULL && pgm_object_value(column, "options") != NULL)
    {
        g_autofree char *options = mend_options(pgm_object_value(column, "options"));
        g_string_append_printf(sql, " OPTIONS (%s)", options);
    }
    const char *collation = pgm_object_value(column, "collation"), *value = pgm_object_value(column, "default");
    const char *generated = pgm_object_value(column, "generated"), *identity = pgm_object_value(column, "identity");
    if (collation != NULL)
    {
        g_string_append_printf(sql, " COLLATE %s", collation);
    }
    if (generated != NULL)
    {
        const char *expression = strchr(generated, ' ') + 1;
        g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) %s", expression,
                               g_str_has_prefix(generated, "stored") ? "STORED" : "VIRTUAL");
    }
    else if (identity != NULL)
    {
        append_identity(mender->side, sql, column, identity);
    }
    else if (value != NULL)
    {
        g_string_append_printf(sql, " DEFAULT %s", value);
    }
    if (pgm_object_value(column, "not_null") != NULL)
    {
        g_string_append(sql, " NOT NULL");
    }
    return g_string_free(sql, FALSE);
}

/* What a new column has besides what ADD COLUMN said. */
static void column_settings(Mender *mender, const PgmObject *column)
{
    static const char *const settings[][2] = {
        {"storage", "SET STORAGE"}, {"compression", "SET COMPRESSION"}, {"statistics", "SET STATISTICS"}};
    g_autofree char *table = mend_parent(column);
    g_autofree char *name = mend_name(column);
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
    {
        const char *value = pgm_object_value(column, settings[i][0]);
        if (value != NULL)
        {
            mend_addf(mender, STAGE_COLUMN + 1, "ACCESS EXCLUSIVE", "ALTER TABLE %s ALTER COLUMN %s %s %s", table, name,
                      settings[i][1], value);
        }
    }
    const PgmObject *outer = pgm_snapshot_find(mender->side, "table", column->schema, NULL, column->parent);
    const char *options = pgm_object_value(column, "options");
    if (outer != NULL && options != NULL)
    {
        mend_addf(mender, STAGE_COLUMN + 1, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s ALTER COLUMN %s SET (%s)", table,
                  name, options);
    }
}

/* A serial column's sequence has to be there before the column's default can name it, and is given to it afterwards. */
static void serial_sequence(Mender *mender, const PgmObject *column)
{
    const PgmObject *sequence =
        pgm_object_value(column, "identity") == NULL ? mend_owned_sequence(mender->side, column) : NULL;
    if (sequence != NULL)
    {
        mend_create(mender, sequence);
    }
}

void mend_add_column(Mender *mender, const PgmObject *column)
{
    if (mend_is_inherited(mender, column))
    {
        return;
    }
    g_autofree char *table = mend_parent(column);
    g_autofree char *text = mend_column(mender, column);
    serial_sequence(mender, column);
    const char *generated = pgm_object_value(column, "generated"), *value = pgm_object_value(column, "default");
    /* What it is generated from may have to change its type first. */
    PgmMend *step = mend_addf(mender, generated != NULL ? STAGE_COLUMN + 1 : STAGE_COLUMN, "ACCESS EXCLUSIVE",
                              "ALTER %sTABLE %s ADD COLUMN %s", mend_is_foreign(mender->side, column) ? "FOREIGN " : "",
                              table, text);
    if (pgm_object_value(column, "identity") != NULL || (generated != NULL && g_str_has_prefix(generated, "stored")) ||
        (value != NULL && strchr(value, '(') != NULL))
    {
        step->hazard = g_strdup("rewrites the whole table where the value differs from row to row");
    }
    else if (pgm_object_value(column, "not_null") != NULL && value == NULL && generated == NULL)
    {
        step->hazard = g_strdup("fails where the table has rows: give it a default, or fill it before SET NOT NULL");
    }
    column_settings(mender, column);
}

static void append_columns(Mender *mender, GString *sql, const PgmObject *table)
{
    guint first, n = pgm_snapshot_children(mender->side, pgm_kind_find("column"), table->schema, table->name, &first);
    for (guint i = 0; i < n; i++)
    {
        const PgmObject *column = mender->side->objects->pdata[first + i];
        g_autofree char *text = mend_column(mender, column);
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", text);
        serial_sequence(mender, column);
    }
}

static void table_settings(Mender *mender, const PgmObject *table)
{
    static const char *const attributes[] = {"row_security", "replica_identity"};
    for (guint i = 0; i < G_N_ELEMENTS(attributes); i++)
    {
        if (pgm_object_value(table, attributes[i]) != NULL)
        {
            const PgmDifference made = {
                .kind = PGM_DIFFERENCE_CHANGED, .expected = table, .actual = table, .attribute = attributes[i]};
            mend_change_made(mender, &made);
        }
    }
    const char *parent = pgm_object_value(table, "partition_of");
    if (parent != NULL)
    {
        g_autofree char *name = mend_name(table);
        mend_addf(mender, STAGE_ATTACH, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s ATTACH PARTITION %s %s", parent, name,
                  pgm_object_value(table, "partition_bound"));
    }
}

void mend_create_table(Mender *mender, const PgmObject *table)
{
    static const char *const clauses[][3] = {{"inherits", " INHERITS (", ")"},
                                             {"partition_key", " PARTITION BY ", ""},
                                             {"access_method", " USING ", ""},
                                             {"options", " WITH (", ")"},
                                             {"tablespace", " TABLESPACE ", ""}};
    gboolean fresh = mender->fresh;
    mender->fresh = TRUE;
    g_autofree char *name = mend_name(table);
    GString *sql = g_string_new(NULL);
    const char *type = pgm_object_value(table, "of_type");
    g_string_append_printf(sql, "CREATE %sTABLE %s", pgm_object_value(table, "persistence") != NULL ? "UNLOGGED " : "",
                           name);
    if (type != NULL)
    {
        g_string_append_printf(sql, " OF %s", type);
    }
    else
    {
        g_string_append(sql, " (");
        append_columns(mender, sql, table);
        g_string_append_c(sql, ')');
    }
    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++)
    {
        const char *value = pgm_object_value(table, clauses[i][0]);
        if (value != NULL)
        {
            g_string_append_printf(sql, "%s%s%s", clauses[i][1], value, clauses[i][2]);
        }
    }
    mend_add(mender, pgm_object_value(table, "inherits") != NULL ? STAGE_TABLE + 1 : STAGE_TABLE, NULL,
             g_string_free(sql, FALSE), NULL);
    guint first, n = pgm_snapshot_children(mender->side, pgm_kind_find("column"), table->schema, table->name, &first);
    for (guint i = 0; i < n; i++)
    {
        column_settings(mender, mender->side->objects->pdata[first + i]);
    }
    table_settings(mender, table);
    mender->fresh = fresh;
}

void mend_create_sequence(Mender *mender, const PgmObject *sequence)
{
    g_autofree char *name = mend_name(sequence);
    const char *owner = pgm_object_value(sequence, "owned_by");
    mend_addf(mender, STAGE_SEQUENCE, NULL, "CREATE %sSEQUENCE %s %s",
              pgm_object_value(sequence, "persistence") != NULL ? "UNLOGGED " : "", name,
              pgm_object_value(sequence, "definition"));
    if (owner != NULL)
    {
        mend_addf(mender, STAGE_COLUMN + 2, NULL, "ALTER SEQUENCE %s OWNED BY %s", name, owner);
    }
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
        g_autofree char *bare = pgm_quote_identifier(index->name);
        mend_addf(mender, STAGE_ATTACH + 1, "SHARE UPDATE EXCLUSIVE", "ALTER TABLE %s CLUSTER ON %s", table, bare);
    }
}

void mend_create_constraint(Mender *mender, const PgmObject *constraint)
{
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
    g_autofree char *clauses = index_clauses(index);
    gboolean foreign = strcmp(type, "foreign key") == 0;
    gboolean checked = foreign || strcmp(type, "check") == 0 || strcmp(type, "not null") == 0;
    gboolean stays = pgm_object_value(constraint, "not_valid") != NULL;
    gboolean enforced = strstr(definition, "NOT ENFORCED") == NULL;
    gboolean later = checked && enforced && !mender->fresh && !(foreign && whole) && strcmp(type, "not null") != 0;
    int stage = foreign ? STAGE_FOREIGN_KEY : STAGE_CONSTRAINT;
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
        g_autofree char *bare = pgm_quote_identifier(index->name);
        const char *tablespace = pgm_object_value(index, "tablespace");
        const char *definition = pgm_object_value(index, "definition"), *where = strstr(definition, " WHERE ");
        gboolean online = !whole && !mender->fresh;
        gsize before = where != NULL && tablespace != NULL ? (gsize)(where - definition) : strlen(definition);
        PgmMend *step = mend_addf(
            mender, stored ? STAGE_VIEW + 1 : STAGE_INDEX, online ? "SHARE UPDATE EXCLUSIVE" : "SHARE",
            "CREATE %sINDEX %s%s ON %s%s USING %.*s%s%s%s", pgm_object_value(index, "unique") != NULL ? "UNIQUE " : "",
            online ? "CONCURRENTLY " : "", bare, whole ? "ONLY " : "", table, (int)before, definition,
            tablespace != NULL ? " TABLESPACE " : "", tablespace != NULL ? tablespace : "", definition + before);
        step->alone = online;
        if (online)
        {
            step->hazard = g_strdup("waits for every transaction that is open; broken off, it leaves an invalid index");
        }
    }
    index_settings(mender, index);
}
