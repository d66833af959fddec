/* The incident report: from scripted journals, in every state a run can be left in. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/scripted_run.h"
#include "pgmedic/file.h"
#include "pgmedic/runbook.h"
#include "pgmedic/runs.h"

static const char *const runbook_yaml = "format: 1\n"
                                        "name: mend\n"
                                        "title: Mend the documents\n"
                                        "severity: P1\n"
                                        "summary: |\n"
                                        "  The keys have the wrong type.\n"
                                        "\n"
                                        "  Applications must reconnect after phase 1.\n"
                                        "backup: {tables: [documents], required: true}\n"
                                        "phases:\n"
                                        "  - name: convert\n"
                                        "    title: Convert the key\n"
                                        "    sql: UPDATE documents SET id = 1\n"
                                        "    rollback_sql: UPDATE documents SET id = 2\n"
                                        "    rollback_verify: [{name: undone, sql: SELECT 1, expect: 1}]\n"
                                        "    lock: [documents]\n"
                                        "    done_when: {sql: SELECT 1, expect: 1}\n"
                                        "    verify: [{name: done, sql: SELECT 1, expect: 1}]\n"
                                        "  - name: rebuild\n"
                                        "    title: Build the indexes again\n"
                                        "    transaction: none\n"
                                        "    sql: CREATE INDEX CONCURRENTLY documents_title ON documents (title)\n"
                                        "    irreversible: an index is not worth the trouble\n"
                                        "    done_when: {sql: SELECT 1, expect: 1}\n"
                                        "    verify: [{name: built, sql: SELECT 1, expect: 1}]\n";

static PgmEvent *event_with(PgmEventKind kind, const char *field, const char *value)
{
    return pgm_event_set_text(pgm_event_new(kind), field, value);
}

static PgmEvent *set_one(PgmEvent *event, const char *field, const char *value)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_ptr_array_add(list, (gpointer)(gsize)value);
    return pgm_event_set_texts(event, field, list);
}

/* The run's copy of its runbook, and a RUN event that vouches for it. */
static void begin_with_runbook(PgmTestRun *run, const char *diagnosis)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(run->folder, "runbooks", NULL);
    g_autofree char *path = g_build_filename(folder, "mend.yaml", NULL);
    g_assert_true(pgm_file_make_private_folder(folder, &error));
    g_assert_true(pgm_file_write(path, runbook_yaml, -1, 0600, &error));
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load(path, findings, &error);
    g_assert_no_error(error);
    static const char *const phases[] = {"convert", "rebuild"};
    PgmEvent *event = event_with(PGM_EVENT_RUN, "run", "20261121T082512Z-mend-7f3a");
    pgm_event_set_text(event, "runbook", "mend");
    pgm_event_set_text(event, "title", "Mend the documents");
    pgm_event_set_text(event, "sha256", runbook->sha256);
    pgm_event_set_text(event, "database", "documents");
    pgm_event_set_text(event, "operator", "ann");
    pgm_event_set_text(event, "diagnosis", diagnosis);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (gpointer)(gsize)phases[0]);
    g_ptr_array_add(names, (gpointer)(gsize)phases[1]);
    pgm_test_run_tell(run, pgm_event_set_texts(event, "phases", names));
}

static char *write_report(const PgmTestRun *run)
{
    g_autoptr(GError) error = NULL;
    char *report = pgm_report_write(run->folder, &error);
    g_assert_no_error(error);
    g_assert_true(g_utf8_validate(report, -1, NULL));
    return report;
}

/* Is TEXT in the section with that heading (to the next of its rank)? */
static gboolean section_has(const char *report, const char *heading, const char *text)
{
    g_autofree char *wanted = g_strdup_printf("\n## %s\n", heading);
    const char *begin = strstr(report, wanted);
    if (begin == NULL)
    {
        return FALSE;
    }
    const char *end = strstr(begin + 1, "\n## ");
    g_autofree char *section = g_strndup(begin, end != NULL ? (gsize)(end - begin) : strlen(begin));
    return strstr(section, text) != NULL;
}

#define assert_section(report, heading, text)                                                                          \
    do                                                                                                                 \
    {                                                                                                                  \
        if (!section_has((report), (heading), (text)))                                                                 \
        {                                                                                                              \
            g_test_message("%s", (report));                                                                            \
            g_error("\"%s\" is not in the section \"%s\"", (text), (heading));                                         \
        }                                                                                                              \
    } while (0)

#define assert_not_in_section(report, heading, text) g_assert_false(section_has((report), (heading), (text)))

static void tell_verification(PgmTestRun *run, const char *moment, gboolean holds)
{
    PgmEvent *event = event_with(PGM_EVENT_VERIFICATION, "moment", moment);
    pgm_event_set_text(event, "name", "no row was lost");
    pgm_event_set_text(event, "expected", "20000");
    pgm_event_set_text(event, "answer", holds ? "20000" : "a | b");
    pgm_test_run_tell_phase(run, pgm_event_set_boolean(event, "holds", holds), "convert", "forward", 1);
}

static void tell_impact(PgmTestRun *run)
{
    PgmEvent *event = pgm_event_set_integer(pgm_event_new(PGM_EVENT_IMPACT), "exclusive_ms", 4200);
    pgm_event_set_integer(event, "most_waiting", 7);
    pgm_event_set_integer(event, "oldest_wait_ms", 2100);
    pgm_test_run_tell_phase(run, event, "convert", "forward", 1);
}

static void tell_backup(PgmTestRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) sums = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(rows, (gpointer)(gsize) "documents", (gpointer)(gsize) "20000");
    g_hash_table_insert(sums, (gpointer)(gsize) "documents", (gpointer)(gsize) "-33330876299143125615");
    PgmEvent *event = event_with(PGM_EVENT_BACKUP, "how", "dump");
    pgm_event_set_text(event, "file", "backup.dump");
    pgm_event_set_integer(event, "bytes", 4);
    pgm_event_set_text(event, "sha256", "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589");
    pgm_event_set_text(event, "snapshot_time", "2026-11-21T08:25:14.000Z");
    pgm_event_set_mapping(event, "rows_by_table", rows);
    pgm_event_set_mapping(event, "checksum_by_table", sums);
    pgm_test_run_tell(run, event);
    g_autofree char *path = g_build_filename(run->folder, "backup.dump", NULL);
    g_assert_true(pgm_file_write(path, "abcd", 4, 0600, &error));
}

static void ask(PgmTestRun *run, const char *title, const char *decision, const char *by)
{
    pgm_test_run_tell(run, event_with(PGM_EVENT_QUESTION, "title", title));
    if (by != NULL)
    {
        PgmEvent *answer = event_with(PGM_EVENT_ANSWER, "decision", decision);
        pgm_test_run_tell(run, pgm_event_set_text(answer, "by", by));
    }
}

/* One phase with one of everything, up to where COMMIT is announced. */
static void work_until_intent(PgmTestRun *run)
{
    ask(run, "Begin phase convert?", "begin", "operator");
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE documents SET id = 1;UPDATE b",
                       "UPDATE documents SET id = 2");
    PgmEvent *retry = event_with(PGM_EVENT_LOCK_RETRY, "sqlstate", "55P03");
    set_one(pgm_event_set_integer(retry, "try", 1), "blockers", "pid 12, app, idle in transaction");
    pgm_test_run_tell_phase(run, retry, "convert", "forward", 1);
    pgm_test_run_tell_phase(run, set_one(pgm_event_new(PGM_EVENT_LOCKED), "relations", "documents"), "convert",
                            "forward", 1);
    pgm_test_run_statement(run, "convert", "forward", 1, 0, NULL, FALSE);
    pgm_test_run_statement(run, "convert", "forward", 1, 1, "42704", TRUE);
    PgmEvent *changes = set_one(pgm_event_new(PGM_EVENT_CHANGES), "lines", "ix_documents_title  dropped (index)");
    pgm_test_run_tell_phase(run, changes, "convert", "forward", 1);
    tell_verification(run, "before-commit", TRUE);
    ask(run, "Commit phase convert?", "commit", "operator");
    PgmEvent *intent = pgm_event_set_boolean(event_with(PGM_EVENT_COMMIT_INTENT, "xid", "748"), "proven", TRUE);
    pgm_test_run_tell_phase(run, intent, "convert", "forward", 1);
}

static void commit(PgmTestRun *run)
{
    work_until_intent(run);
    pgm_test_run_tell_phase(run, pgm_event_new(PGM_EVENT_COMMITTED), "convert", "forward", 1);
    tell_impact(run);
}

static void test_stopped_after_the_first_phase(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    begin_with_runbook(run, "documents.id is uuid here.\nThe migration wants varchar(36).");
    tell_backup(run);
    commit(run);
    tell_verification(run, "after-commit", TRUE);
    pgm_test_run_end(run, "stopped", "stopped after phase convert, as asked (--until)");
    g_autofree char *report = write_report(run);

    g_assert_true(g_str_has_prefix(report, "# Incident report: Mend the documents\n\n"));
    g_assert_nonnull(strstr(report, pgm_journal_head(run->journal)));
    g_assert_nonnull(strstr(report, "| Operator | ann on "));
    g_assert_nonnull(strstr(report, "| Severity | P1 |"));
    assert_section(report, "Summary", "**What was wrong.** documents.id is uuid here.\n");
    assert_section(report, "Summary", "Stopped before the end: stopped after phase convert, as asked (--until).");
    assert_section(report, "Summary", "Of 2 phases, 1 is committed, 1 not run");
    assert_section(report, "Summary", "| 2 | `rebuild` | Build the indexes again | not run | 0 | - |");
    assert_section(report, "What is still open", "Phase `rebuild` (Build the indexes again): not run.");
    assert_section(report, "What is still open", "ix_documents_title");
    assert_section(report, "What is still open", "`pgmedic resume 20261121T082512Z-mend-7f3a`");
    assert_section(report, "Impact", "| `convert`, try 1 | `documents` | 4.2 s | 7 | 2.1 s |");
    assert_section(report, "Impact",
                   "**4.2 s** in all; at most **7** sessions waited at once, the longest for **2.1 s**");
    assert_section(report, "Timeline", "**Decision.** Commit phase convert? → **commit** |");
    assert_section(report, "Timeline", "▲ skipped: statement 2 of phase convert: it did not work");
    assert_section(report, "Timeline", "phase convert committed");
    assert_section(report, "Cause", "> documents.id is uuid here.\\\n> The migration wants varchar(36).\n");
    assert_section(report, "Cause", "> The keys have the wrong type.\n>\n> Applications must reconnect after phase 1.");
    assert_section(report, "Phases", "**1.** ✓ `UPDATE 3` in 1.2 s, 3 rows, begun ");
    assert_section(report, "Phases", "```sql\nUPDATE documents SET id = 1\n```");
    assert_section(report, "Phases",
                   "**2.** ▲ **skipped**, as the runbook tolerates this error, after 1.2 s (SQLSTATE "
                   "`42704`): it did not work");
    assert_section(report, "Phases", "| no row was lost | `20000` | `20000` | before | ✓ yes |");
    assert_section(report, "Phases", "| no row was lost | `20000` | `20000` | after | ✓ yes |");
    assert_section(report, "Phases", "Transaction `748`, on disk in the WAL before COMMIT.");
    assert_section(report, "Phases", "In the way: pid 12, app, idle in transaction");
    assert_section(report, "Phases", "Rollback SQL:\n\n```sql\nUPDATE documents SET id = 2;\n```");
    assert_section(report, "Phases", "```sql\nCREATE INDEX CONCURRENTLY documents_title ON documents (title);\n```");
    assert_section(report, "Phases", "this phase cannot be undone. an index is not worth the trouble");
    assert_section(report, "Backup", "| Size | 4 bytes (4 bytes) |");
    assert_section(report, "Backup", "| `documents` | 20000 | `-33330876299143125615` |");
    assert_not_in_section(report, "Backup", "no longer");
    assert_section(report, "What was skipped, and why",
                   "statement 2 `UPDATE b`: tolerated by the runbook, SQLSTATE "
                   "`42704`, it did not work");
    assert_section(report, "Drift from the baseline afterwards", "Not compared with a baseline.");
    assert_section(report, "Follow-ups", "Restart the application's connection pools. The runbook: Applications must");
}

static void test_not_begun(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert rebuild");
    PgmEvent *precondition = event_with(PGM_EVENT_PRECONDITION, "name", "the key is still uuid");
    pgm_event_set_text(precondition, "expected", "uuid");
    pgm_event_set_text(precondition, "error", "relation \"documents\" does not exist");
    pgm_test_run_tell(run, pgm_event_set_boolean(precondition, "holds", FALSE));
    pgm_test_run_end(run, "not-begun", "a precondition does not hold");
    g_autofree char *report = write_report(run);
    assert_section(report, "Summary", "Nothing was begun: the database was not changed: a precondition does not hold.");
    assert_section(report, "Preconditions",
                   "| the key is still uuid | `uuid` | failed: relation \"documents\" does not "
                   "exist | ✗ **no** |");
    assert_section(report, "Timeline", "✗ precondition: the key is still uuid");
    assert_section(report, "Impact", "No phase locked a table");
    assert_section(report, "Backup", "did not get as far as the backup");
    assert_section(report, "Follow-ups", "None from the record.");
    assert_section(report, "Cause", "copy of the runbook was not read for this report");
}

static void test_crash_with_a_question_open(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a;UPDATE b", "UPDATE c");
    pgm_test_run_statement(run, "convert", "forward", 1, 0, NULL, FALSE);
    pgm_test_run_tell_phase(run, pgm_event_set_integer(pgm_event_new(PGM_EVENT_STATEMENT), "index", 1), "convert",
                            "forward", 1);
    ask(run, "Commit phase convert?", NULL, NULL);
    pgm_test_run_crash(run);
    g_autofree char *report = write_report(run);
    assert_section(report, "Summary", "The record has no end");
    assert_section(report, "What is still open", "The run has no end on record");
    assert_section(report, "What is still open", "COMMIT was never announced, so nothing of it can stand");
    assert_section(report, "Timeline", "Commit phase convert? → *the record ends before an answer*");
    assert_section(report, "Phases", "**2.** **?** sent, no result on record");
    g_assert_nonnull(strstr(report, "| Last entry | "));
}

static void test_crash_at_commit_and_resumed_by_another(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    work_until_intent(run);
    g_autofree char *before = write_report(run);
    assert_section(before, "What is still open", "it may be committed or not");
    PgmEvent *resumed = event_with(PGM_EVENT_RESUMED, "mode", "resume");
    pgm_event_set_text(resumed, "os_host", "desk-2");
    pgm_event_set_integer(resumed, "torn_bytes", 17);
    pgm_test_run_tell(run, pgm_event_set_text(resumed, "operator", "bob"));
    PgmEvent *resolved = event_with(PGM_EVENT_RESOLVED, "outcome", "committed");
    pgm_event_set_text(resolved, "detail", "transaction 748: committed");
    pgm_test_run_tell_phase(run, pgm_event_set_text(resolved, "by", "xid"), "convert", "forward", 1);
    pgm_test_run_end(run, "finished", "every phase is committed and verified");
    g_autofree char *report = write_report(run);
    g_assert_nonnull(strstr(report, "| Operator | ann on desk-1"));
    g_assert_nonnull(strstr(report, "| Taken up again by | bob on desk-2"));
    assert_section(report, "Phases", "**Committed**, decided by: xid. transaction 748: committed");
    assert_section(report, "Timeline", "phase convert is committed, by xid: transaction 748: committed");
    assert_section(report, "What is still open", "last line was torn (17 bytes)");
    assert_section(report, "Impact", "not measured");
    assert_section(report, "Impact", "1 of the tries ended without a measure, so it was more than that.");
}

static void test_rolled_back(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    begin_with_runbook(run, NULL);
    commit(run);
    PgmEvent *resumed = event_with(PGM_EVENT_RESUMED, "mode", "rollback");
    pgm_test_run_tell(run, pgm_event_set_text(resumed, "operator", "bob"));
    pgm_test_run_phase(run, "convert", "rollback", 2, TRUE, "UPDATE documents SET id = 2", "");
    pgm_test_run_statement(run, "convert", "rollback", 2, 0, NULL, FALSE);
    pgm_test_run_tell_phase(run, pgm_event_new(PGM_EVENT_COMMITTED), "convert", "rollback", 2);
    pgm_test_run_end(run, "rolled-back", "the committed phases were rolled back");
    g_autofree char *report = write_report(run);
    g_assert_nonnull(strstr(report, "| Rolled back by | bob on "));
    assert_section(report, "Summary", "| 1 | `convert` | Do it | committed, then undone | 1, back 1 |");
    assert_section(report, "What is still open", "\nNothing.\n");
    assert_section(report, "Phases", "#### Rollback, try 2");
    assert_section(report, "Cause", "No diagnosis was recorded");
}

static void test_failed_statement(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a;UPDATE b", "UPDATE c");
    pgm_test_run_statement(run, "convert", "forward", 1, 0, "42804", FALSE);
    PgmEvent *aborted = event_with(PGM_EVENT_ABORTED, "reason", "it did not work");
    pgm_test_run_tell_phase(run, pgm_event_set_text(aborted, "by", "statement"), "convert", "forward", 1);
    pgm_test_run_end(run, "stopped", "phase convert was rolled back");
    g_autofree char *report = write_report(run);
    assert_section(report, "Phases", "**1.** ✗ **failed** after 1.2 s (SQLSTATE `42804`): it did not work");
    assert_section(report, "Phases", "**2.** ○ not run");
    assert_section(report, "Phases", "**Rolled back**, decided by: statement. it did not work");
    assert_section(report, "Phases", "No verification was reached.");
    assert_section(report, "What is still open", "rolled back, not applied");
    assert_section(report, "Timeline", "✗ failed: statement 1 of phase convert: it did not work");
}

/* The second try does not repeat what the first one did; still the phase stands in part. */
static void test_autonomous_in_part(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "rebuild");
    for (int attempt = 1; attempt <= 2; attempt++)
    {
        pgm_test_run_phase(run, "rebuild", "forward", attempt, FALSE, "CREATE INDEX a;CREATE INDEX b", "");
        if (attempt == 1)
        {
            pgm_test_run_statement(run, "rebuild", "forward", attempt, 0, NULL, FALSE);
        }
        pgm_test_run_statement(run, "rebuild", "forward", attempt, 1, "53100", FALSE);
        pgm_test_run_tell_phase(run, event_with(PGM_EVENT_ABORTED, "reason", "full"), "rebuild", "forward", attempt);
    }
    pgm_test_run_end(run, "stopped", "phase rebuild did not finish");
    g_autofree char *report = write_report(run);
    assert_section(report, "What is still open", "some of its statements stand");
    assert_section(report, "Phases", "**Broken off**");
    assert_section(report, "Phases", "**1.** ○ not run again: an earlier try did it");
}

static void test_deadline_is_a_decision_too(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    ask(run, "Commit phase convert?", "none", "deadline");
    ask(run, "Begin phase convert?", "stop", "operator");
    g_autofree char *report = write_report(run);
    assert_section(report, "Timeline", "Commit phase convert? → *nobody decided in time* |");
    assert_section(report, "Timeline", "Begin phase convert? → **stop** |");
}

static void test_backup_on_a_word(void)
{
    static const char *const how[] = {"evidence", "none", "failed"};
    static const char *const says[] = {"did not verify it:\n\n> nightly, says carol", "**No backup was made.**",
                                       "**The backup failed**"};
    for (guint i = 0; i < G_N_ELEMENTS(how); i++)
    {
        g_autoptr(PgmTestRun) run = pgm_test_run_new();
        pgm_test_run_begin(run, "convert");
        PgmEvent *event = event_with(PGM_EVENT_BACKUP, "how", how[i]);
        pgm_event_set_text(event, "error", "nightly, says carol");
        pgm_test_run_tell(run, pgm_event_set_text(event, "text", "nightly, says carol"));
        g_autofree char *report = write_report(run);
        assert_section(report, "Backup", says[i]);
        assert_section(report, "Backup", "> nightly, says carol");
    }
}

static void test_backup_that_is_gone(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    tell_backup(run);
    g_autofree char *path = g_build_filename(run->folder, "backup.dump", NULL);
    g_assert_cmpint(truncate(path, 2), ==, 0);
    g_autofree char *smaller = write_report(run);
    assert_section(smaller, "Backup", "another size now: 2 bytes");
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_autofree char *gone = write_report(run);
    assert_section(gone, "Backup", "no longer in the run's folder");
}

/* Schema */

static void keep_schema(PgmTestRun *run, const char *moment, const char *type)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup_printf("schema-%s.yaml", moment);
    g_autofree char *path = g_build_filename(run->folder, name, NULL);
    g_autofree char *text = g_strdup_printf("format: 1\ndatabase: documents\nserver_version: '15.18'\n"
                                            "taken_at: '2026-11-20T09:00:00Z'\nschemas:\n  public:\n    tables:\n"
                                            "      documents:\n        columns:\n          id:\n            type: %s\n",
                                            type);
    g_assert_true(pgm_file_write(path, text, -1, 0600, &error));
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    PgmEvent *event = event_with(PGM_EVENT_SCHEMA, "moment", moment);
    pgm_test_run_tell(run, pgm_event_set_text(event, "sha256", hash));
}

static void test_schema_before_and_after(void)
{
    static const char *const heading = "Schema before and after";
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    g_autofree char *none = write_report(run);
    assert_section(none, heading, "There is no schema from before");
    keep_schema(run, "before", "uuid");
    g_autofree char *half = write_report(run);
    assert_not_in_section(half, heading, "There is no schema from before");
    assert_section(half, heading, "There is no schema from afterwards");
    keep_schema(run, "after", "character varying(36)");
    g_autofree char *both = write_report(run);
    assert_section(both, heading, "| column `documents.id`, type | `uuid` | `character varying(36)` |");
    g_autofree char *path = g_build_filename(run->folder, "schema-after.yaml", NULL);
    g_assert_true(pgm_file_write(path, "format: 1\n", -1, 0600, NULL));
    g_autofree char *forged = write_report(run);
    assert_section(forged, heading, "schema-after.yaml was changed after it was written");
    keep_schema(run, "after", "uuid");
    g_autofree char *same = write_report(run);
    assert_section(same, heading, "The two are the same.");
    pgm_test_run_phase(run, "convert", "rollback", 2, TRUE, "UPDATE c", ""); /* from here on it is no longer "after" */
    g_autofree char *stale = write_report(run);
    assert_section(stale, heading, "There is no schema from afterwards");
}

static void test_drift(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    PgmEvent *event = event_with(PGM_EVENT_DRIFT, "baseline", "staging");
    pgm_event_set_integer(event, "breaking", 1);
    pgm_test_run_tell(run, set_one(event, "lines", "documents.id  uuid ≠ character varying(36)"));
    g_autofree char *report = write_report(run);
    assert_section(report, "Drift from the baseline afterwards", "**1 breaking, 0 risky, 0 cosmetic**");
    assert_section(report, "Drift from the baseline afterwards", "- documents.id  uuid ≠ character varying(36)\n");
    assert_section(report, "What is still open", "differs from its baseline in 1 breaking way ");
}

/* Hostile text says what it says, and does nothing: no row of a table breaks, no block is closed, no HTML, no escape
 * sequence, no line that is not ours. */
static void test_hostile_text(void)
{
    static const char *const hostile =
        "x | y\n# Forged\n```\n<script>alert(1)</script> \x1b[2J \xe2\x80\xae [a](http://b) "
        "**bold** `code`";
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    begin_with_runbook(run, hostile);
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, hostile, hostile);
    pgm_test_run_tell_phase(run, pgm_event_set_integer(pgm_event_new(PGM_EVENT_STATEMENT), "index", 0), "convert",
                            "forward", 1);
    PgmEvent *failed = event_with(PGM_EVENT_STATEMENT_RESULT, "message", hostile);
    pgm_event_set_text(failed, "detail", hostile);
    pgm_test_run_tell_phase(run, pgm_event_set_text(failed, "sqlstate", "XX|00"), "convert", "forward", 1);
    PgmEvent *check = event_with(PGM_EVENT_VERIFICATION, "name", hostile);
    pgm_event_set_text(check, "expected", hostile);
    pgm_test_run_tell_phase(run, pgm_event_set_text(check, "answer", "`|`"), "convert", "forward", 1);
    pgm_test_run_tell_phase(run, set_one(pgm_event_new(PGM_EVENT_CHANGES), "lines", hostile), "convert", "forward", 1);
    pgm_test_run_tell(run, event_with(PGM_EVENT_NOTE, "text", hostile));
    ask(run, hostile, "stop", "operator");
    PgmEvent *backup = event_with(PGM_EVENT_BACKUP, "how", "none");
    pgm_test_run_tell(run, pgm_event_set_text(backup, "text", hostile));
    pgm_test_run_end(run, hostile, hostile);
    g_autofree char *report = write_report(run);

    g_assert_null(strchr(report, '\x1b'));
    g_assert_null(strstr(report, "\xe2\x80\xae"));
    g_auto(GStrv) lines = g_strsplit(report, "\n", -1);
    gsize fence = 0;
    for (char **line = lines; *line != NULL; line++)
    {
        gsize ticks = strspn(*line, "`");
        if (ticks >= 3 && (fence == 0 || (ticks >= fence && (*line)[ticks] == '\0')))
        {
            fence = fence == 0 ? ticks : 0;
            continue;
        }
        if (fence > 0)
        {
            continue; /* a block of code shows what is in it */
        }
        g_assert_false(g_str_has_prefix(*line, "# Forged"));
        gboolean plain = g_str_has_prefix(*line, "> ") || g_str_has_prefix(*line, "| 20"); /* without code of ours */
        if (plain && g_regex_match_simple("(?<!\\\\)[<`\\[]", *line, 0, 0))
        {
            g_error("unescaped: %s", *line);
        }
        if ((*line)[0] == '|')
        {
            g_assert_cmpint((*line)[strlen(*line) - 1], ==, '|');
        }
    }
    g_assert_cmpuint(fence, ==, 0);
    assert_section(report, "Phases", "````sql\nx | y\n# Forged\n```\n");
    assert_section(report, "Phases", "| `` `\\|` `` |");
    assert_section(report, "Cause", "> x \\| y\\\n> \\# Forged\\\n> \\`\\`\\`\\\n> \\<script\\>alert(1)\\</script\\>");
    assert_section(report, "Timeline", "\\[a\\](http://b) \\*\\*bold\\*\\* \\`code\\`");
}

/* A runbook's copy that is not the one that was run must not speak for it. */
static void test_changed_runbook_is_not_used(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    begin_with_runbook(run, NULL);
    g_autofree char *path = g_build_filename(run->folder, "runbooks", "mend.yaml", NULL);
    g_autofree char *changed = g_strdup_printf("%s\n# changed\n", runbook_yaml);
    g_assert_true(pgm_file_write(path, changed, -1, 0600, NULL));
    g_autofree char *report = write_report(run);
    assert_section(report, "Cause", "its SHA-256 differs from the journal's");
    assert_not_in_section(report, "Cause", "The keys have the wrong type");
    assert_section(report, "Phases", "Rollback SQL: not on record, since the phase was not begun.");
}

static void test_empty_journal(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autofree char *report = write_report(run);
    g_assert_true(g_str_has_prefix(report, "# Incident report\n"));
    assert_section(report, "What is still open", "The run has no end on record");
}

static void test_no_journal(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_report_write("/nonexistent", &error));
    g_assert_nonnull(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/stopped-after-the-first-phase", test_stopped_after_the_first_phase);
    g_test_add_func("/report/not-begun", test_not_begun);
    g_test_add_func("/report/crash-with-a-question-open", test_crash_with_a_question_open);
    g_test_add_func("/report/crash-at-commit-and-resumed-by-another", test_crash_at_commit_and_resumed_by_another);
    g_test_add_func("/report/rolled-back", test_rolled_back);
    g_test_add_func("/report/failed-statement", test_failed_statement);
    g_test_add_func("/report/autonomous-in-part", test_autonomous_in_part);
    g_test_add_func("/report/deadline-is-a-decision-too", test_deadline_is_a_decision_too);
    g_test_add_func("/report/backup-on-a-word", test_backup_on_a_word);
    g_test_add_func("/report/backup-that-is-gone", test_backup_that_is_gone);
    g_test_add_func("/report/schema-before-and-after", test_schema_before_and_after);
    g_test_add_func("/report/drift", test_drift);
    g_test_add_func("/report/hostile-text", test_hostile_text);
    g_test_add_func("/report/changed-runbook-is-not-used", test_changed_runbook_is_not_used);
    g_test_add_func("/report/empty-journal", test_empty_journal);
    g_test_add_func("/report/no-journal", test_no_journal);
    return g_test_run();
}
