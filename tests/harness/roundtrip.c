/* roundtrip.c - snapshot, drift, mend, and nothing differs. */
#include "roundtrip.h"

#include "harness/program.h"
#include "pgmedic/cluster.h"

#include <string.h>

PgmSnapshot *pgm_test_snapshot(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    PgmSnapshot *snapshot = pgm_snapshot_read(pgm_test_database_reader(database), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->unread->len, ==, 0);
    return snapshot;
}

static char *describe(const PgmDrift *drift)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        const PgmObject *object = difference->expected != NULL ? difference->expected : difference->actual;
        g_string_append_printf(text, "%s %s %s: %s, not %s\n", object->kind->name, difference->display,
                               difference->attribute != NULL ? difference->attribute : "", difference->actual_text,
                               difference->expected_text);
    }
    return g_string_free(text, FALSE);
}

char *pgm_test_differences(const PgmSnapshot *expected, const PgmSnapshot *actual)
{
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    return describe(drift);
}

static void append_script(GString *text, GPtrArray *steps)
{
    g_string_append(text, "of:\n");
    for (guint i = 0; i < steps->len; i++)
    {
        const PgmMend *step = steps->pdata[i];
        if (step->sql != NULL)
        {
            g_string_append_printf(text, "%s;\n", step->sql);
        }
        else
        {
            g_string_append_printf(text, "-- no statement: %s, %s\n", step->difference->display,
                                   step->hazard != NULL ? step->hazard : "");
        }
    }
}

/* TRANSACTION 0: there is none. */
static void end_transaction(PgmConnection *connection, int transaction, GString *complaints)
{
    g_autoptr(GError) error = NULL;
    if (transaction > 0 && !pgm_connection_command(connection, &error, "COMMIT"))
    {
        g_string_append_printf(complaints, "COMMIT\n    failed: %s\n", error->message);
    }
}

static void run(PgmTestDatabase *database, GPtrArray *steps, GString *complaints)
{
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(connection, NULL, "SET check_function_bodies = off"));
    int transaction = 0;
    for (guint i = 0; i < steps->len; i++)
    {
        g_autoptr(GError) error = NULL;
        const PgmMend *step = steps->pdata[i];
        if (step->transaction != transaction)
        {
            end_transaction(connection, transaction, complaints);
            transaction = step->transaction;
            g_assert_true(transaction == 0 || pgm_connection_command(connection, NULL, "BEGIN"));
        }
        if (step->sql != NULL && !pgm_connection_command(connection, &error, "%s", step->sql))
        {
            g_string_append_printf(complaints, "%s\n    failed: %s\n", step->sql, error->message);
        }
    }
    end_transaction(connection, transaction, complaints);
}

char *pgm_test_mend(PgmTestDatabase *database, const PgmSnapshot *expected, gboolean changed)
{
    g_autoptr(PgmSnapshot) before = pgm_test_snapshot(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, before, NULL);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, before);
    g_autoptr(GString) complaints = g_string_new(NULL);
    if (changed && drift->differences->len == 0)
    {
        g_string_append(complaints, "no drift is seen\n");
    }
    run(database, steps, complaints);
    g_autoptr(PgmSnapshot) after = pgm_test_snapshot(database);
    g_autofree char *rest = pgm_test_differences(expected, after);
    if (rest[0] != '\0')
    {
        g_string_append_printf(complaints, "left:\n%s", rest);
    }
    if (complaints->len > 0)
    {
        append_script(complaints, steps);
    }
    return g_string_free(g_steal_pointer(&complaints), FALSE);
}

char *pgm_test_reread(const PgmSnapshot *snapshot)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = pgm_snapshot_write(snapshot, &error);
    g_assert_no_error(error);
    g_autoptr(PgmSnapshot) again = pgm_snapshot_parse("baseline", text, strlen(text), &error);
    g_assert_no_error(error);
    g_autofree char *second = pgm_snapshot_write(again, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(second, ==, text);
    return pgm_test_differences(snapshot, again);
}

char *pgm_test_restore(PgmTestDatabase *database, const PgmSnapshot *snapshot)
{
    g_autoptr(PgmProgram) dump =
        pgm_program_run((const char *const[]){"pg_dump", "-d", pgm_test_database_text(database), NULL}, NULL, NULL);
    if (strstr(dump->err, "server version mismatch") != NULL)
    {
        return g_strdup("");
    }
    pgm_program_assert_exit(dump, 0);
    g_autoptr(PgmTestDatabase) other = pgm_test_database_new("restored");
    g_free(pgm_test_psql(other, dump->out));
    g_autoptr(PgmSnapshot) restored = pgm_test_snapshot(other);
    return pgm_test_differences(snapshot, restored);
}
