/*
 * test_mend_kinds.c - for every kind and every attribute of it: changed, told, mended, and nothing left, both ways.
 *
 * All trips are taken at once, in two databases: so what one difference needs of another, and in which order, is
 * proven with them, and all of it takes seconds.
 */
#include "harness/server.h"
#include "pgmedic/drift.h"
#include "round_trips_objects.h"
#include "round_trips_relations.h"

#include <stdlib.h>
#include <string.h>

enum
{
    TRIPS = G_N_ELEMENTS(relation_trips) + G_N_ELEMENTS(object_trips),
};

static const RoundTrip *trip_at(guint i)
{
    return i < G_N_ELEMENTS(relation_trips) ? &relation_trips[i] : &object_trips[i - G_N_ELEMENTS(relation_trips)];
}

/* What all scenes share. Roles and tablespaces are the cluster's: made once, dropped at the end. */
static const char *const cluster_scene[] = {"CREATE ROLE round_trip_a",
                                            "CREATE ROLE round_trip_b",
                                            "CREATE ROLE round_trip_super SUPERUSER",
                                            "SET allow_in_place_tablespaces = on",
                                            "CREATE TABLESPACE round_trip_space LOCATION ''",
                                            NULL};
static const char *const cluster_end[] = {"DROP TABLESPACE IF EXISTS round_trip_space",
                                          "DROP ROLE IF EXISTS round_trip_a", "DROP ROLE IF EXISTS round_trip_b",
                                          "DROP ROLE IF EXISTS round_trip_super", NULL};
static const char shared_scene[] =
    "CREATE TYPE t_extra_kind AS ENUM ('x', 'y');"
    "CREATE FUNCTION round_trip_touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE FUNCTION round_trip_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
    "CREATE FUNCTION round_trip_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', "
    "'plpgsql_call_handler';"
    "CREATE ACCESS METHOD round_trip_heap TYPE TABLE HANDLER heap_tableam_handler;"
    "CREATE FOREIGN DATA WRAPPER round_trip_wrapper;"
    "CREATE SERVER round_trip_far FOREIGN DATA WRAPPER round_trip_wrapper;"
    "CREATE SERVER round_trip_near FOREIGN DATA WRAPPER round_trip_wrapper;";

static int server_version(PgmTestDatabase *database)
{
    g_autofree char *text = pgm_test_value(database, "SELECT current_setting('server_version_num')::int / 10000");
    return atoi(text);
}

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    return snapshot;
}

/* "KIND WHAT NAME" as round_trips.h says it, FORWARD or seen from the other side. Caller frees. */
static char *line_of(const PgmDifference *difference, gboolean forward)
{
    const PgmObject *first = forward ? difference->expected : difference->actual;
    const PgmObject *second = forward ? difference->actual : difference->expected;
    const char *what = difference->attribute != NULL ? difference->attribute : first == NULL ? "extra" : "missing";
    g_autofree char *name = pgm_object_display(first != NULL ? first : second);
    return g_strdup_printf("%s %s %s", (first != NULL ? first : second)->kind->name, what, name);
}

static int compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, a line each. */
static char *join_sorted(GPtrArray *lines)
{
    g_ptr_array_sort(lines, compare_lines);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
    {
        g_string_append_printf(text, "%s\n", (const char *)lines->pdata[i]);
    }
    return g_string_free(text, FALSE);
}

static char *told(const PgmDrift *drift, gboolean forward)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        g_ptr_array_add(lines, line_of(drift->differences->pdata[i], forward));
    }
    return join_sorted(lines);
}

static gboolean applies(const RoundTrip *trip, int version)
{
    return trip->since <= version;
}

/* The lines of all trips; LEFT_OF: of those only that are not mended that way. */
static char *expected_lines(int version, int left_of)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < TRIPS; i++)
    {
        const RoundTrip *trip = trip_at(i);
        if (applies(trip, version) && (left_of == 0 || (trip->ways != BOTH_WAYS && trip->ways != left_of)))
        {
            g_auto(GStrv) lines = g_strsplit(trip->tells, "\n", -1);
            for (int line = 0; lines[line] != NULL; line++)
            {
                g_ptr_array_add(all, g_strdup(lines[line]));
            }
        }
    }
    return join_sorted(all);
}

static void make_scene(PgmTestDatabase *database, int version, gboolean after)
{
    g_autoptr(GString) script = g_string_new("SET client_min_messages = error;\n");
    g_string_append(script, shared_scene);
    for (int part = 0; part < (after ? 2 : 1); part++)
    {
        for (guint i = 0; i < TRIPS; i++)
        {
            const char *sql = part == 0 ? trip_at(i)->before : trip_at(i)->after;
            if (applies(trip_at(i), version))
            {
                g_string_append_printf(script, "%s;\n", sql);
            }
        }
    }
    g_free(pgm_test_psql(database, script->str));
}

/* Every statement by itself, as some have to be; what fails is noted, unless it is for what MAY_BE_LEFT. */
static void apply(PgmTestDatabase *database, GPtrArray *steps, const char *may_be_left, gboolean forward,
                  GString *complaints)
{
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autofree char *trace = g_strdup(g_getenv("MEND_TRACE"));
    g_assert_true(pgm_connection_command(connection, NULL, "SET client_min_messages = error"));
    g_assert_true(pgm_connection_command(connection, NULL, "SET check_function_bodies = off"));
    for (guint i = 0; i < steps->len; i++)
    {
        g_autoptr(GError) error = NULL;
        const PgmMend *step = steps->pdata[i];
        if (trace != NULL)
        {
            g_printerr("%3d %s\n", step->stage, step->sql != NULL ? step->sql : step->hazard);
        }
        g_assert_true(step->sql != NULL || step->hazard != NULL);
        g_autofree char *line = line_of(step->difference, forward);
        if (step->sql != NULL && !pgm_connection_command(connection, &error, "%s", step->sql) &&
            strstr(may_be_left, line) == NULL)
        {
            g_string_append_printf(complaints, "%s\n    failed: %s\n", step->sql, error->message);
        }
    }
}

static void append_left(GString *complaints, const PgmDrift *drift)
{
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        g_string_append_printf(complaints, "left: %s %s %s: %s, not %s\n",
                               (difference->expected != NULL ? difference->expected : difference->actual)->kind->name,
                               difference->display, difference->attribute != NULL ? difference->attribute : "",
                               difference->actual_text, difference->expected_text);
    }
}

/* The lines of ONE that OTHER lacks. */
static void append_unlike(GString *complaints, const char *what, const char *one, const char *other)
{
    g_auto(GStrv) lines = g_strsplit(one, "\n", -1);
    g_auto(GStrv) others = g_strsplit(other, "\n", -1);
    for (int i = 0; lines[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)others, lines[i]))
        {
            g_string_append_printf(complaints, "%s: %s\n", what, lines[i]);
        }
    }
}

static void assert_quiet(const GString *complaints)
{
    if (complaints->len > 0)
    {
        g_test_message("%s", complaints->str);
        g_test_fail();
    }
}

/* DATABASE becomes what EXPECTED says; WAY: which of the two databases it is. */
static void travel(PgmTestDatabase *database, const PgmSnapshot *expected, int version, int way)
{
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, before, NULL);
    g_autofree char *lines = told(drift, way == FORWARD);
    g_autofree char *shall = expected_lines(version, 0);
    g_autoptr(GString) complaints = g_string_new(NULL);
    append_unlike(complaints, "told, though nothing changed", lines, shall);
    append_unlike(complaints, "not told", shall, lines);
    assert_quiet(complaints);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, before);
    g_autofree char *may_be_left = expected_lines(version, way);
    apply(database, steps, may_be_left, way == FORWARD, complaints);
    g_autoptr(PgmSnapshot) after = read_all(database);
    g_autoptr(PgmDrift) rest = pgm_drift_compare(expected, after, NULL);
    g_autofree char *left = told(rest, way == FORWARD);
    if (strcmp(left, may_be_left) != 0)
    {
        append_left(complaints, rest);
        append_unlike(complaints, "mended, though said to be left", may_be_left, left);
    }
    assert_quiet(complaints);
}

/* Subscriptions keep a database from being dropped. */
static void end_subscriptions(PgmTestDatabase *database)
{
    g_autofree char *sql = pgm_test_value(
        database, "SELECT string_agg(format('ALTER SUBSCRIPTION %I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = "
                  "NONE); DROP SUBSCRIPTION %1$I;', subname), ' ') FROM pg_catalog.pg_subscription JOIN "
                  "pg_catalog.pg_database d ON d.oid = subdbid WHERE datname = current_database()");
    if (sql != NULL)
    {
        g_free(pgm_test_psql(database, sql));
    }
}

static void run_all(PgmTestDatabase *database, const char *const *statements)
{
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(connection, NULL, "SET client_min_messages = error"));
    for (int i = 0; statements[i] != NULL; i++)
    {
        g_autoptr(GError) error = NULL;
        pgm_connection_command(connection, &error, "%s", statements[i]);
        g_assert_no_error(error);
    }
}

static void test_both_ways(void)
{
    g_autoptr(PgmTestDatabase) outside = pgm_test_database_new("round");
    run_all(outside, cluster_end);
    run_all(outside, cluster_scene);
    int version = server_version(outside);
    PgmTestDatabase *first = pgm_test_database_new("first"), *second = pgm_test_database_new("second");
    make_scene(first, version, FALSE);
    make_scene(second, version, TRUE);
    {
        g_autoptr(PgmSnapshot) one = read_all(first);
        g_autoptr(PgmSnapshot) other = read_all(second);
        travel(second, one, version, FORWARD);
        travel(first, other, version, BACKWARD);
    }
    end_subscriptions(first);
    end_subscriptions(second);
    pgm_test_database_free(first);
    pgm_test_database_free(second);
    run_all(outside, cluster_end);
}

/* The table of kinds against the table of trips: what is new in the one must be in the other. */
static void test_complete(void)
{
    g_autoptr(GString) gaps = g_string_new(NULL);
    g_autoptr(GHashTable) covered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < TRIPS; i++)
    {
        g_auto(GStrv) lines = g_strsplit(trip_at(i)->tells, "\n", -1);
        for (int line = 0; lines[line] != NULL; line++)
        {
            g_auto(GStrv) words = g_strsplit(lines[line], " ", 3);
            gboolean presence = strcmp(words[1], "extra") == 0 || strcmp(words[1], "missing") == 0;
            g_hash_table_add(covered, g_strdup_printf("%s %s", words[0], presence ? "presence" : words[1]));
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(without_trip); i++)
    {
        char *line = g_strdup_printf("%s %s", without_trip[i].kind, without_trip[i].attribute);
        if (!g_hash_table_add(covered, line))
        {
            g_string_append_printf(gaps, "%s %s has a trip, though it is said to have none\n", without_trip[i].kind,
                                   without_trip[i].attribute);
        }
    }
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        for (int i = -1; i < 0 || (i < PGM_KIND_MAX_ATTRIBUTES && kind->attributes[i].name != NULL); i++)
        {
            g_autofree char *line = g_strdup_printf("%s %s", kind->name, i < 0 ? "presence" : kind->attributes[i].name);
            if (!g_hash_table_contains(covered, line))
            {
                g_string_append_printf(gaps, "%s has no round trip\n", line);
            }
        }
    }
    g_assert_cmpstr(gaps->str, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mend-kinds/complete", test_complete);
    g_test_add_func("/mend-kinds/both-ways", test_both_ways);
    return g_test_run();
}
