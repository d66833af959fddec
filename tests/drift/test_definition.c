/* test_definition.c - what an object's definition says makes it: loaded into an empty database, there is no drift. */
#include "harness/server.h"
#include "pgmedic/definition.h"
#include "pgmedic/drift.h"

#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    return snapshot;
}

/* Objects that have a definition of their own, and are not in every database or part of another's definition. */
static gboolean stands_alone(const PgmObject *object)
{
    return object->parent == NULL && strcmp(object->kind->name, "database") != 0 &&
           !(strcmp(object->kind->name, "schema") == 0 && strcmp(object->name, "public") == 0) &&
           !(strcmp(object->kind->name, "extension") == 0 && strcmp(object->name, "plpgsql") == 0) &&
           !(strcmp(object->kind->name, "sequence") == 0 && pgm_object_value(object, "owned_by") != NULL);
}

/* psql takes the whole of it, in one transaction; FALSE with COMPLAINT when it does not. */
static gboolean load(PgmConnection *connection, const char *sql, char **complaint)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *body = pgm_quote_literal(sql);
    g_autofree char *block = g_strdup_printf("DO $load$ BEGIN EXECUTE %s; END $load$", body);
    gboolean done = pgm_connection_command(connection, &error, "%s", block);
    *complaint = done ? NULL : g_strdup(error->message);
    return done;
}

/* LATER: the default privileges, which would grant on what is made after them. */
static GPtrArray *definitions(const PgmSnapshot *snapshot, gboolean later)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (stands_alone(object) && later == (strcmp(object->kind->name, "default_privileges") == 0))
        {
            g_ptr_array_add(texts, pgm_definition_write(snapshot, object));
        }
    }
    return texts;
}

/* What stands on something that is not there yet is tried again after it. */
static void load_all(PgmTestDatabase *database, GPtrArray *texts)
{
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(connection, NULL, "SET check_function_bodies = off"));
    for (guint before = texts->len + 1; texts->len > 0 && texts->len < before;)
    {
        before = texts->len;
        for (guint i = 0; i < texts->len;)
        {
            g_autofree char *complaint = NULL;
            if (load(connection, texts->pdata[i], &complaint))
            {
                g_ptr_array_remove_index(texts, i);
                continue;
            }
            if (i + 1 == texts->len && texts->len == before)
            {
                g_test_message("%s\n%s", (const char *)texts->pdata[i], complaint);
            }
            i++;
        }
    }
    for (guint i = 0; i < texts->len; i++)
    {
        g_autofree char *complaint = NULL;
        load(connection, texts->pdata[i], &complaint);
        g_test_message("not taken: %s\n%s", complaint, (const char *)texts->pdata[i]);
    }
    g_assert_cmpuint(texts->len, ==, 0);
}

static void test_round_trip(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("definition");
    g_autoptr(PgmTestDatabase) empty = pgm_test_database_new("definition_copy");
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    pgm_test_psql_file(database, "tests/catalog/features_rare.sql");
    g_autoptr(PgmSnapshot) expected = read_all(database);
    g_autoptr(GPtrArray) texts = definitions(expected, FALSE);
    g_autoptr(GPtrArray) defaults = definitions(expected, TRUE);
    g_assert_cmpuint(texts->len, >, 40);
    load_all(empty, texts);
    load_all(empty, defaults);
    g_autoptr(PgmSnapshot) actual = read_all(empty);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    guint left = 0;
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        /* Secrets are in no snapshot. */
        left += strstr(difference->expected_text, "(not shown)") == NULL;
        g_test_message("%s %s %s: %s, not %s", pgm_severity_name(difference->severity), difference->display,
                       difference->attribute != NULL ? difference->attribute : "", difference->actual_text,
                       difference->expected_text);
    }
    g_assert_cmpuint(left, ==, 0);
}

static char *definition_of(const PgmSnapshot *snapshot, const char *kind, const char *parent, const char *name)
{
    const PgmObject *object = pgm_snapshot_find(snapshot, kind, "public", parent, name);
    g_assert_nonnull(object);
    return pgm_definition_write(snapshot, object);
}

/* What belongs to a relation has a definition too; nothing is built CONCURRENTLY or checked later. */
static void test_parts(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("definition_parts");
    g_free(pgm_test_psql(database, "CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL DEFAULT 1);"
                                   "CREATE INDEX a_b ON a (b) WHERE b > 0;"
                                   "CREATE TABLE c (a integer, CONSTRAINT c_a FOREIGN KEY (a) REFERENCES a);"));
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_autofree char *column = definition_of(snapshot, "column", "a", "b");
    g_assert_cmpstr(column, ==, "ALTER TABLE public.a ADD COLUMN b integer DEFAULT 1 NOT NULL;\n");
    g_autofree char *index = definition_of(snapshot, "index", "a", "a_b");
    g_assert_cmpstr(index, ==, "CREATE INDEX a_b ON public.a USING btree (b) WHERE (b > 0);\n");
    g_autofree char *constraint = definition_of(snapshot, "constraint", "c", "c_a");
    g_assert_cmpstr(constraint, ==,
                    "ALTER TABLE public.c ADD CONSTRAINT c_a FOREIGN KEY (a) REFERENCES public.a(id);\n");
    g_autofree char *table = definition_of(snapshot, "table", NULL, "c");
    g_assert_cmpstr(table, ==,
                    "CREATE TABLE public.c (\n    a integer\n);\n"
                    "ALTER TABLE public.c ADD CONSTRAINT c_a FOREIGN KEY (a) REFERENCES public.a(id);\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/definition/round-trip", test_round_trip);
    g_test_add_func("/definition/parts", test_parts);
    return g_test_run();
}
