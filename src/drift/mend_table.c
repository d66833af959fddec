/* mend_table.c - tables, their columns and sequences. */
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

gboolean mend_follows_type(const PgmSnapshot *snapshot, const PgmObject *column)
{
    const PgmObject *table = pgm_snapshot_find(snapshot, "table", column->schema, NULL, column->parent);
    return table != NULL && pgm_object_value(table, "of_type") != NULL;
}

char **mend_parents(const PgmSnapshot *snapshot, const char *schema, const char *table)
{
    const PgmObject *child = pgm_snapshot_find(snapshot, "table", schema, NULL, table);
    const char *names = child != NULL ? pgm_object_value(child, "inherits") : NULL;
    return mend_split(names == NULL && child != NULL ? pgm_object_value(child, "partition_of") : names, ", ");
}

/* Is the difference in hand told of COLUMN, of another table, too? */
static gboolean is_told_too(const Mender *mender, const PgmObject *column)
{
    const PgmDifference *mine = mender->difference;
    for (guint i = 0; i < mender->drift->differences->len; i++)
    {
        const PgmDifference *other = mender->drift->differences->pdata[i];
        if ((other->expected == column || other->actual == column) && other->kind == mine->kind &&
            g_strcmp0(other->attribute, mine->attribute) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean mend_is_inherited(const Mender *mender, const PgmObject *column)
{
    g_auto(GStrv) parents = mend_parents(mender->actual, column->schema, column->parent);
    const PgmSnapshot *const sides[] = {mender->expected, mender->actual};
    for (guint i = 0; parents[i] != NULL; i++)
    {
        for (guint side = 0; side < G_N_ELEMENTS(sides); side++)
        {
            const PgmObject *above = mend_find_named(sides[side], "column", column->name, parents[i]);
            if (above != NULL && g_hash_table_contains(mender->told, above) && is_told_too(mender, above))
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* The sequence of COLUMN that is the place FROM of all, or the next such; NULL: none. A column can own several, of
 * which one may be its identity's (IDENTITY). *FROM is where to look for another. */
static const PgmObject *next_sequence(const PgmSnapshot *snapshot, const PgmObject *column, gboolean identity,
                                      guint *from)
{
    g_autofree char *table = mend_parent(column);
    g_autofree char *name = mend_name(column);
    g_autofree char *whole = g_strdup_printf("%s.%s", table, name);
    /* It stands in its table's schema: the server sees to that. */
    guint first, n = pgm_snapshot_children(snapshot, pgm_kind_find("sequence"), column->schema, NULL, &first);
    while (*from < n)
    {
        const PgmObject *sequence = snapshot->objects->pdata[first + *from];
        *from += 1;
        if (g_strcmp0(pgm_object_value(sequence, "owned_by"), whole) == 0 &&
            (pgm_object_value(sequence, "identity") != NULL) == identity)
        {
            return sequence;
        }
    }
    return NULL;
}

const PgmObject *mend_owned_sequence(const PgmSnapshot *snapshot, const PgmObject *column)
{
    guint from = 0;
    return next_sequence(snapshot, column, pgm_object_value(column, "identity") != NULL, &from);
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

/* HEIR: what it is generated from comes with the parent's column, and before 16 must not be said again. */
static char *column_text(const Mender *mender, const PgmObject *column, gboolean heir)
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
    if (generated != NULL && heir)
    {
        /* Nothing more. */
    }
    else if (generated == pgm_unread)
    {
        g_string_append_printf(sql, " GENERATED ALWAYS AS %s", pgm_unread);
    }
    else if (generated != NULL)
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
    if (pgm_object_value(column, "not_null") != NULL && mend_named_not_null(mender->side, column) == NULL)
    {
        g_string_append(sql, " NOT NULL");
    }
    return g_string_free(sql, FALSE);
}

char *mend_column(const Mender *mender, const PgmObject *column)
{
    return column_text(mender, column, FALSE);
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
    guint from = 0;
    const PgmObject *sequence;
    while ((sequence = next_sequence(mender->side, column, FALSE, &from)) != NULL)
    {
        mend_create(mender, sequence);
    }
}

/* An identity's sequence is logged as its table is, from 15 on, unless somebody said otherwise. */
static void identity_persistence(Mender *mender, const PgmObject *table, const PgmObject *column)
{
    const PgmObject *sequence =
        pgm_object_value(column, "identity") != NULL ? mend_owned_sequence(mender->side, column) : NULL;
    int version = mend_version(mender);
    if (sequence == NULL || (version > 0 && version < 15) ||
        (pgm_object_value(sequence, "persistence") == NULL) == (pgm_object_value(table, "persistence") == NULL))
    {
        return;
    }
    g_autofree char *name = mend_name(sequence);
    mend_addf(mender, STAGE_COLUMN + 1, NULL, "ALTER SEQUENCE %s SET %s", name,
              pgm_object_value(sequence, "persistence") != NULL ? "UNLOGGED" : "LOGGED");
}

void mend_add_column(Mender *mender, const PgmObject *column)
{
    if (mend_is_inherited(mender, column) || mend_follows_type(mender->actual, column))
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

/* Is COLUMN generated as that of one of PARENTS is? */
static gboolean is_generated_alike(const Mender *mender, const PgmObject *column, char *const *parents)
{
    const char *generated = pgm_object_value(column, "generated");
    for (int i = 0; generated != NULL && parents[i] != NULL; i++)
    {
        const PgmObject *above = mend_find_named(mender->side, "column", column->name, parents[i]);
        if (above != NULL && g_strcmp0(generated, pgm_object_value(above, "generated")) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* INHERITS puts the columns of PARENTS first, in their order. Does TABLE have them otherwise, as it has where one was
 * added to a parent that had it already? Not asked where a parent is there: what it has, its checks too, comes only so.
 */
static gboolean is_out_of_order(const Mender *mender, const PgmObject *table, char *const *parents)
{
    const PgmKind *kind = pgm_kind_find("column");
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    guint first, n;
    for (int i = 0; parents[i] != NULL; i++)
    {
        const PgmObject *parent = mend_find_named(mender->side, "table", NULL, parents[i]);
        if (parent == NULL || g_hash_table_lookup(mender->actual->index, parent) != NULL)
        {
            return FALSE;
        }
        n = pgm_snapshot_children(mender->side, kind, parent->schema, parent->name, &first);
        for (guint c = first; c < first + n; c++)
        {
            const PgmObject *column = mender->side->objects->pdata[c];
            if (!g_ptr_array_find_with_equal_func(names, column->name, g_str_equal, NULL))
            {
                g_ptr_array_add(names, (gpointer)(gsize)column->name);
            }
        }
    }
    n = pgm_snapshot_children(mender->side, kind, table->schema, table->name, &first);
    for (guint i = 0; i < names->len && i < n; i++)
    {
        const PgmObject *column = mender->side->objects->pdata[first + i];
        if (strcmp(column->name, names->pdata[i]) != 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* PARENTS: those that INHERITS will name. */
static void append_columns(Mender *mender, GString *sql, const PgmObject *table, char *const *parents)
{
    guint first, n = pgm_snapshot_children(mender->side, pgm_kind_find("column"), table->schema, table->name, &first);
    for (guint i = 0; i < n; i++)
    {
        const PgmObject *column = mender->side->objects->pdata[first + i];
        g_autofree char *text = column_text(mender, column, is_generated_alike(mender, column, parents));
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

/* What the columns of a table OF a type have besides it. */
static void append_typed_columns(Mender *mender, GString *sql, const PgmObject *table)
{
    guint first, n = pgm_snapshot_children(mender->side, pgm_kind_find("column"), table->schema, table->name, &first);
    const char *between = " (";
    for (guint i = 0; i < n; i++)
    {
        const PgmObject *column = mender->side->objects->pdata[first + i];
        const char *value = pgm_object_value(column, "default");
        gboolean not_null =
            pgm_object_value(column, "not_null") != NULL && mend_named_not_null(mender->side, column) == NULL;
        if (value != NULL || not_null)
        {
            g_autofree char *name = mend_name(column);
            g_string_append_printf(sql, "%s%s WITH OPTIONS%s%s%s", between, name, value != NULL ? " DEFAULT " : "",
                                   value != NULL ? value : "", not_null ? " NOT NULL" : "");
            serial_sequence(mender, column);
            between = ", ";
        }
    }
    g_string_append(sql, between[0] == ',' ? ")" : "");
}

void mend_create_table(Mender *mender, const PgmObject *table)
{
    static const char *const clauses[][3] = {{"partition_key", " PARTITION BY ", ""},
                                             {"access_method", " USING ", ""},
                                             {"options", " WITH (", ")"},
                                             {"tablespace", " TABLESPACE ", ""}};
    gboolean fresh = mender->fresh;
    mender->fresh = TRUE;
    g_autofree char *name = mend_name(table);
    GString *sql = g_string_new(NULL);
    const char *type = pgm_object_value(table, "of_type"), *inherits = pgm_object_value(table, "inherits");
    g_auto(GStrv) parents = mend_split(inherits, ", ");
    g_auto(GStrv) none = g_new0(char *, 1);
    gboolean later = inherits != NULL && is_out_of_order(mender, table, parents);
    g_string_append_printf(sql, "CREATE %sTABLE %s", pgm_object_value(table, "persistence") != NULL ? "UNLOGGED " : "",
                           name);
    if (type != NULL)
    {
        g_string_append_printf(sql, " OF %s", type);
        append_typed_columns(mender, sql, table);
    }
    else
    {
        g_string_append(sql, " (");
        append_columns(mender, sql, table, later ? none : parents);
        g_string_append_c(sql, ')');
    }
    if (inherits != NULL && !later)
    {
        g_string_append_printf(sql, " INHERITS (%s)", inherits);
    }
    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++)
    {
        const char *value = pgm_object_value(table, clauses[i][0]);
        if (value != NULL)
        {
            g_string_append_printf(sql, "%s%s%s", clauses[i][1], value, clauses[i][2]);
        }
    }
    mend_add(mender, inherits != NULL ? STAGE_TABLE + 1 : STAGE_TABLE, NULL, g_string_free(sql, FALSE), NULL);
    for (int i = 0; later && parents[i] != NULL; i++)
    {
        mend_addf(mender, STAGE_TABLE + 1, NULL, "ALTER TABLE %s INHERIT %s", name, parents[i]);
    }
    guint first, n = pgm_snapshot_children(mender->side, pgm_kind_find("column"), table->schema, table->name, &first);
    for (guint i = 0; i < n; i++)
    {
        column_settings(mender, mender->side->objects->pdata[first + i]);
        identity_persistence(mender, table, mender->side->objects->pdata[first + i]);
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
