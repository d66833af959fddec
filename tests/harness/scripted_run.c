/* scripted_run.c - journals written by hand. */
#include "harness/scripted_run.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

void pgm_test_remove_tree(const char *path)
{
    struct stat status;
    g_assert_cmpint(lstat(path, &status), ==, 0);
    if (S_ISDIR(status.st_mode))
    {
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        const char *name;
        while ((name = g_dir_read_name(dir)) != NULL)
        {
            g_autofree char *child = g_build_filename(path, name, NULL);
            pgm_test_remove_tree(child);
        }
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

PgmTestRun *pgm_test_run_new(void)
{
    g_autoptr(GError) error = NULL;
    PgmTestRun *run = g_new0(PgmTestRun, 1);
    run->folder = g_dir_make_tmp("pgmedic-run-XXXXXX", &error);
    g_assert_no_error(error);
    run->journal = pgm_journal_create(run->folder, &error);
    g_assert_no_error(error);
    run->live = pgm_model_new();
    return run;
}

void pgm_test_run_free(PgmTestRun *run)
{
    if (run == NULL)
    {
        return;
    }
    pgm_journal_close(run->journal);
    pgm_model_free(run->live);
    pgm_test_remove_tree(run->folder);
    g_free(run->folder);
    g_free(run);
}

void pgm_test_run_tell(PgmTestRun *run, PgmEvent *event)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmEvent) owned = event;
    if (pgm_event_kind_durable(pgm_event_kind(event)))
    {
        pgm_journal_append(run->journal, event, &error);
        g_assert_no_error(error);
    }
    pgm_model_apply(run->live, event);
}

void pgm_test_run_tell_phase(PgmTestRun *run, PgmEvent *event, const char *phase, const char *direction, int attempt)
{
    pgm_event_set_text(event, "phase", phase);
    pgm_event_set_text(event, "direction", direction);
    pgm_test_run_tell(run, pgm_event_set_integer(event, "attempt", attempt));
}

static void set_list(PgmEvent *event, const char *field, const char *text, const char *separator)
{
    g_auto(GStrv) parts = g_strsplit(text, separator, -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (char **part = parts; *part != NULL; part++)
    {
        g_ptr_array_add(list, *part);
    }
    pgm_event_set_texts(event, field, list);
}

void pgm_test_run_begin(PgmTestRun *run, const char *phases)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_RUN);
    static const char *const fields[][2] = {
        {"run", "20261121T082512Z-mend-7f3a"},
        {"pgmedic", "0.1.0"},
        {"runbook", "mend"},
        {"title", "Mend the documents"},
        {"sha256", "00ff"},
        {"host", "db-1"},
        {"port", "5432"},
        {"user", "surgeon"},
        {"database", "documents"},
        {"database_oid", "16384"},
        {"system_identifier", "7710800078542856797"},
        {"timeline", "00000001"},
        {"server_version", "15.18"},
        {"environment", "production"},
        {"operator", "ann"},
        {"os_host", "desk-1"},
        {"mode", "plain"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    {
        pgm_event_set_text(event, fields[i][0], fields[i][1]);
    }
    set_list(event, "phases", phases, " ");
    pgm_test_run_tell(run, event);
}

void pgm_test_run_phase(PgmTestRun *run, const char *phase, const char *direction, int attempt, gboolean transaction,
                        const char *statements, const char *rollback)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_PHASE_BEGIN), "title", "Do it");
    pgm_event_set_boolean(event, "transaction", transaction);
    set_list(event, "statements", statements, ";");
    set_list(event, "rollback", rollback, ";");
    pgm_event_set_integer(event, "stall_limit_ms", 5000);
    pgm_event_set_integer(event, "decide_within_ms", 20000);
    pgm_test_run_tell_phase(run, event, phase, direction, attempt);
}

void pgm_test_run_statement(PgmTestRun *run, const char *phase, const char *direction, int attempt, int index,
                            const char *sqlstate, gboolean skipped)
{
    PgmEvent *sent = pgm_event_set_integer(pgm_event_new(PGM_EVENT_STATEMENT), "index", index);
    pgm_test_run_tell_phase(run, sent, phase, direction, attempt);
    PgmEvent *result = pgm_event_set_integer(pgm_event_new(PGM_EVENT_STATEMENT_RESULT), "index", index);
    pgm_event_set_boolean(result, "ok", sqlstate == NULL);
    pgm_event_set_boolean(result, "skipped", skipped);
    pgm_event_set_text(result, "sqlstate", sqlstate);
    pgm_event_set_text(result, "message", sqlstate != NULL ? "it did not work" : NULL);
    pgm_event_set_text(result, "tag", sqlstate == NULL ? "UPDATE 3" : NULL);
    if (sqlstate == NULL)
    {
        pgm_event_set_integer(result, "rows", 3);
    }
    pgm_event_set_integer(result, "ms", 1234);
    pgm_test_run_tell_phase(run, result, phase, direction, attempt);
}

void pgm_test_run_end(PgmTestRun *run, const char *outcome, const char *message)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_END), "outcome", outcome);
    pgm_test_run_tell(run, pgm_event_set_text(event, "message", message));
}

void pgm_test_run_crash(PgmTestRun *run)
{
    pgm_journal_close(run->journal);
    run->journal = NULL;
}

PgmModel *pgm_test_run_fold(const PgmTestRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, NULL, &error);
    g_assert_no_error(error);
    return pgm_model_from_events(events);
}
