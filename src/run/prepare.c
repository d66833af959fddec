/* prepare.c - before the first phase: what is applied already, preconditions, arming, the schema, the backup. */
#include <string.h>

#include "pgmedic/backup.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/snapshot.h"
#include "pgmedic/text.h"
#include "run/walk.h"

static gboolean not_begun(PgmEngine *engine, gboolean *go_on, PgmOutcome *outcome, const char *message)
{
    engine_set_message(engine, "%s", message);
    *go_on = FALSE;
    *outcome = PGM_OUTCOME_NOT_BEGUN;
    return TRUE;
}

/* The operator left, or was told to, before anything was changed. */
static gboolean left(PgmEngine *engine, gboolean *go_on, PgmOutcome *outcome, const char *message)
{
    not_begun(engine, go_on, outcome, message);
    *outcome = PGM_OUTCOME_STOPPED;
    return TRUE;
}

/* done_when of every phase, as the catalog answers now. Elements GINT_TO_POINTER(gboolean). */
static GPtrArray *ask_done(PgmEngine *engine, GError **sql_error)
{
    GPtrArray *phases = engine->runbook->phases;
    g_autoptr(GPtrArray) done = g_ptr_array_new();
    for (guint i = 0; i < phases->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(phases, i);
        g_autofree char *answer = NULL;
        g_autoptr(GError) why = NULL;
        gboolean holds = FALSE;
        if (!verify_ask(engine, phase->done_when, NULL, &holds, &answer, &why))
        {
            if (pgm_connection_is_lost(engine->connection) || engine->quit)
            {
                g_propagate_error(sql_error, g_steal_pointer(&why));
                return NULL;
            }
            holds = FALSE; /* it asks for what is not there yet, a column say: then the phase is not applied */
        }
        g_ptr_array_add(done, GINT_TO_POINTER(holds));
    }
    return g_steal_pointer(&done);
}

static char *done_names(const PgmEngine *engine, GPtrArray *done)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < done->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(engine->runbook->phases, i);
        g_string_append_printf(names, "%s%s: %s", i > 0 ? "; " : "", phase->name,
                               GPOINTER_TO_INT(g_ptr_array_index(done, i)) ? "applied" : "not applied");
    }
    return g_string_free(names, FALSE);
}

static gboolean tell_skipped(PgmEngine *engine, guint count, GError **error)
{
    for (guint i = 0; i < count; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(engine->runbook->phases, i);
        walk_enter_phase(engine, phase, FALSE);
        PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_PHASE_SKIPPED), "reason",
                                             "found applied before the run began (done_when)");
        if (!engine_tell_phase(engine, event, error))
        {
            return FALSE;
        }
    }
    engine->phase = NULL;
    return TRUE;
}

static PgmQuestion *skip_question(const PgmEngine *engine, guint count)
{
    const PgmPhase *last = g_ptr_array_index(engine->runbook->phases, count - 1);
    gboolean all = count == engine->runbook->phases->len;
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_SKIP_DONE, NULL);
    question->title = all ? g_strdup("Every phase is already applied here")
                          : g_strdup_printf("Phases up to %s are already applied here", last->name);
    question->text =
        g_strdup("The catalog says so (done_when). Preconditions are for a database where nothing is applied, and "
                 "are not asked.");
    pgm_question_add_choice(question, PGM_DECISION_SKIP, 'k', all ? "skip them all" : "skip them, and go on after",
                            NULL);
    pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop here", NULL);
    return question;
}

/* Phases done in unbroken order from the first may be skipped; any other pattern is nothing to work on. */
static gboolean settle_done(PgmEngine *engine, gboolean *any, gboolean *go_on, PgmOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GPtrArray) done = ask_done(engine, &why);
    if (done == NULL)
    {
        return left(engine, go_on, outcome, why != NULL ? why->message : "stopped before anything was done");
    }
    guint count = 0, total = 0;
    for (guint i = 0; i < done->len; i++)
    {
        gboolean holds = GPOINTER_TO_INT(g_ptr_array_index(done, i));
        count += holds && count == i ? 1 : 0;
        total += holds ? 1 : 0;
    }
    *any = total > 0;
    if (total == 0)
    {
        return TRUE;
    }
    if (count != total)
    {
        g_autofree char *names = done_names(engine, done);
        g_autofree char *message = g_strdup_printf(
            "the phases are applied in a pattern that this runbook does not make (%s): look at the schema "
            "before anything else is done",
            names);
        return not_begun(engine, go_on, outcome, message);
    }
    g_auto(EngineReply) reply = {0};
    if (!engine_ask(engine, skip_question(engine, count), &reply, error))
    {
        return FALSE;
    }
    if (reply.by != BY_OPERATOR || reply.decision != PGM_DECISION_SKIP)
    {
        return left(engine, go_on, outcome, "stopped before anything was done");
    }
    return tell_skipped(engine, count, error);
}

static gboolean ask_preconditions(PgmEngine *engine, gboolean *go_on, PgmOutcome *outcome, GError **error)
{
    GPtrArray *checks = engine->runbook->preconditions;
    const char *first = NULL;
    guint failed = 0;
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = g_ptr_array_index(checks, i);
        gboolean holds;
        if (!verify_check(engine, check, NULL, NULL, &holds, error))
        {
            return FALSE;
        }
        if (!holds)
        {
            first = first != NULL ? first : check->name;
            failed++;
        }
    }
    if (failed == 0)
    {
        return TRUE;
    }
    g_autofree char *message = g_strdup_printf(
        "%u precondition%s not hold (%s%s): this runbook is not for this database as it is. Nothing was begun", failed,
        failed == 1 ? " does" : "s do", first, failed == 1 ? "" : ", …");
    return not_begun(engine, go_on, outcome, message);
}

/* What forbids the rollback is said before it is asked for, and kept in the journal. */
static gboolean tell_forbids(PgmEngine *engine, PgmQuestion *question, GError **error)
{
    g_autoptr(GPtrArray) forbids = probe_rollback(engine);
    for (guint i = 0; i < forbids->len; i++)
    {
        const char *line = g_ptr_array_index(forbids, i);
        char *text = g_strdup_printf("%s\nIt will fail, and change nothing: %s", question->text, line);
        g_free(question->text);
        question->text = text;
        if (!engine_note(engine, error, "the rollback will fail: %s", line))
        {
            return FALSE;
        }
    }
    question->highlighted = forbids->len > 0 ? 1 : 0;
    return TRUE;
}

gboolean prepare_arm(PgmEngine *engine, PgmQuestionKind kind, gboolean *armed, GError **error)
{
    const PgmServer *server = pgm_connection_server(engine->connection);
    PgmQuestion *question = pgm_question_new(kind, NULL);
    PgmEnvironment environment = pgm_target_environment(engine->options.target, server->loopback);
    g_autofree char *where = pgm_connection_display(engine->connection);
    /* As it is shown: a name that no keyboard has can be typed all the same. */
    g_autofree char *name = g_strstrip(pgm_text_safe(server->database, -1));
    question->title = g_strdup_printf(kind == PGM_QUESTION_ARM ? "Arm: from here on pgmedic may write to %s (%s)"
                                                               : "Roll back on %s (%s)",
                                      where, pgm_environment_name(environment));
    question->text =
        g_strdup_printf(kind == PGM_QUESTION_ARM
                            ? "Type the database's name to arm: %s"
                            : "The committed phases are undone, last first, each in a transaction of its own.\nType "
                              "the database's name: %s",
                        name);
    question->expected = g_strdup(name);
    pgm_question_add_choice(question, PGM_DECISION_TEXT, 't', "type the database's name", "database");
    pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop", NULL);
    if (kind == PGM_QUESTION_ROLLBACK && !tell_forbids(engine, question, error))
    {
        pgm_question_free(question);
        return FALSE;
    }
    g_auto(EngineReply) reply = {0};
    if (!engine_ask(engine, question, &reply, error))
    {
        return FALSE;
    }
    *armed = reply.by == BY_OPERATOR && reply.decision == PGM_DECISION_TEXT && g_strcmp0(reply.text, name) == 0;
    if (!*armed)
    {
        engine_set_message(engine, "%s",
                           reply.by == BY_OPERATOR && reply.decision == PGM_DECISION_TEXT
                               ? "the typed name is not the database's: nothing was done"
                               : "stopped before anything was done");
        return TRUE;
    }
    return engine_tell(engine, pgm_event_set_text(pgm_event_new(PGM_EVENT_ARMED), "database", server->database), error);
}

static gboolean keep_schema_before(PgmEngine *engine, GError **error)
{
    g_autoptr(GError) why = NULL;
    engine->before = pgm_snapshot_read(engine->connection, &why);
    if (engine->before == NULL)
    {
        return engine_note(engine, error, "the schema could not be read, so there is no before and after: %s",
                           why->message);
    }
    g_autofree char *text = pgm_snapshot_write(engine->before, error);
    g_autofree char *path = g_build_filename(engine->folder, "schema-before.yaml", NULL);
    if (text == NULL || !pgm_file_write(path, text, -1, 0600, error))
    {
        return FALSE;
    }
    g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_SCHEMA), "moment", "before");
    pgm_event_set_text(event, "file", "schema-before.yaml");
    return engine_tell(engine, pgm_event_set_text(event, "sha256", sha256), error);
}

/* Backup */

static PgmBackupRequest backup_request(PgmEngine *engine)
{
    const PgmRunbook *runbook = engine->runbook;
    return (PgmBackupRequest){
        .conninfo = engine->options.target->conninfo,
        .scope = runbook->backup,
        .tables = (const char *const *)runbook->backup_tables->pdata,
        .table_count = (int)runbook->backup_tables->len,
        .search_path = runbook->search_path,
        .folder = engine->folder,
        .cancellable = engine->backup_cancel,
        .user = engine,
    };
}

static void backup_progressed(const PgmBackupProgress *progress, gpointer user)
{
    PgmEngine *engine = user;
    engine_drain(engine);
    PgmEvent *event = pgm_event_new(PGM_EVENT_BACKUP_PROGRESS);
    pgm_event_set_text(event, "step", pgm_backup_step_name(progress->step));
    pgm_event_set_integer(event, "bytes", progress->bytes);
    pgm_event_set_integer(event, "estimated_bytes", progress->estimated_bytes);
    pgm_event_set_integer(event, "elapsed_ms", progress->elapsed_ms);
    engine_tell(engine, event, NULL);
}

static PgmEvent *backup_event(const PgmBackup *backup)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_BACKUP), "how", "dump");
    g_autoptr(GHashTable) rows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr(GHashTable) sums = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < backup->tables->len; i++)
    {
        const PgmBackupTable *table = g_ptr_array_index(backup->tables, i);
        g_hash_table_insert(rows, table->name, g_strdup_printf("%" G_GINT64_FORMAT, table->rows));
        g_hash_table_insert(sums, table->name, table->checksum);
    }
    g_autofree char *file = g_path_get_basename(backup->file);
    pgm_event_set_text(event, "file", file);
    pgm_event_set_integer(event, "bytes", backup->bytes);
    pgm_event_set_text(event, "sha256", backup->sha256);
    pgm_event_set_text(event, "snapshot_time", backup->snapshot_time);
    pgm_event_set_mapping(event, "rows_by_table", rows);
    pgm_event_set_mapping(event, "checksum_by_table", sums);
    pgm_event_set_integer(event, "ms", backup->ms);
    return pgm_event_set_text(event, "pg_dump", backup->pg_dump);
}

/* *WHY set: the dump failed, and that is told. */
static gboolean dump(PgmEngine *engine, gint64 estimate, GError **why, GError **error)
{
    PgmEvent *begin = pgm_event_set_text(pgm_event_new(PGM_EVENT_BACKUP_BEGIN), "how", "dump");
    pgm_event_set_texts(begin, "tables", engine->runbook->backup_tables);
    pgm_event_set_integer(begin, "estimated_bytes", estimate);
    if (!engine_tell(engine, begin, error))
    {
        return FALSE;
    }
    g_cancellable_reset(engine->backup_cancel);
    PgmBackupRequest request = backup_request(engine);
    request.tell = backup_progressed;
    g_autoptr(PgmBackup) backup = pgm_backup_dump(&request, why);
    engine_drain(engine);
    if (backup != NULL)
    {
        return engine_tell(engine, backup_event(backup), error);
    }
    PgmEvent *failed = pgm_event_set_text(pgm_event_new(PGM_EVENT_BACKUP), "how", "failed");
    return engine_tell(engine, pgm_event_set_text(failed, "error", (*why)->message), error);
}

static PgmQuestion *backup_question(const PgmEngine *engine, gint64 estimate, const char *failed)
{
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_BACKUP, NULL);
    GString *text = g_string_new(NULL);
    question->title = g_strdup(failed != NULL ? "The backup failed" : "Backup before the first phase");
    if (failed != NULL)
    {
        g_string_append_printf(text, "%s\n", failed);
    }
    if (engine->runbook->backup == PGM_BACKUP_DATABASE)
    {
        g_string_append(text, "The runbook asks for a backup of the whole database");
    }
    else
    {
        g_string_append(text, "The runbook asks for a backup of");
        for (guint i = 0; i < engine->runbook->backup_tables->len; i++)
        {
            g_string_append_printf(text, "%s %s", i > 0 ? "," : "",
                                   (const char *)g_ptr_array_index(engine->runbook->backup_tables, i));
        }
    }
    if (estimate >= 0)
    {
        g_autofree char *size = pgm_text_bytes(estimate);
        gint64 room = pgm_file_free_space(engine->folder);
        g_autofree char *space = pgm_text_bytes(room);
        g_string_append_printf(text, " (%s here, %s free for it)", size, room >= 0 ? space : "unknown room");
    }
    g_string_append(
        text, ".\nA dump is made from one snapshot, read back whole and hashed. Rows written after it are not in it.");
    question->text = g_string_free(text, FALSE);
    pgm_question_add_choice(question, PGM_DECISION_DUMP, 'd', failed != NULL ? "try the dump again" : "dump now", NULL);
    pgm_question_add_choice(question, PGM_DECISION_EVIDENCE, 'e', "a backup exists: name it",
                            "who made it, what it holds, when");
    pgm_question_add_choice(question, PGM_DECISION_DECLINE, 'n', "no backup: say why", "the reason");
    pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop here", NULL);
    return question;
}

static gboolean tell_word(PgmEngine *engine, const char *how, const char *text, GError **error)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_BACKUP), "how", how);
    return engine_tell(engine, pgm_event_set_text(event, "text", text), error);
}

static gboolean text_given(const char *text)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text != NULL ? text : ""));
    return trimmed[0] != '\0';
}

/* One answer to the backup question. SETTLED: there is a backup, or a word about it; FAILED: ask again, saying this. */
static gboolean obey_backup(PgmEngine *engine, const EngineReply *reply, gint64 estimate, gboolean *settled,
                            char **failed, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_clear_pointer(failed, g_free);
    if (reply->decision == PGM_DECISION_DUMP)
    {
        if (!dump(engine, estimate, &why, error))
        {
            return FALSE;
        }
        *settled = why == NULL;
        *failed = why != NULL ? g_strdup(why->message) : NULL;
        return TRUE;
    }
    if (!text_given(reply->text))
    {
        *failed = g_strdup("Nothing was typed. It is recorded as your word, so it must say something.");
        return TRUE;
    }
    *settled = TRUE;
    return tell_word(engine, reply->decision == PGM_DECISION_EVIDENCE ? "evidence" : "none", reply->text, error);
}

gboolean prepare_backup(PgmEngine *engine, gboolean *go_on, GError **error)
{
    const PgmRunbook *runbook = engine->runbook;
    if (engine->model->backup_how != NULL && strcmp(engine->model->backup_how, "failed") != 0)
    {
        return TRUE; /* on record: not asked for again */
    }
    if (runbook->backup == PGM_BACKUP_NONE)
    {
        return tell_word(engine, "none", runbook->backup_reason, error);
    }
    PgmBackupRequest request = backup_request(engine);
    gint64 estimate = pgm_backup_estimate(engine->connection, &request, NULL);
    g_autofree char *failed = NULL;
    gboolean settled = FALSE;
    int dumps = 0;
    while (!settled)
    {
        g_auto(EngineReply) reply = {0};
        engine->cancel = FALSE;
        engine->rollback_phase = FALSE;
        if (!engine_ask(engine, backup_question(engine, estimate, failed), &reply, error))
        {
            return FALSE;
        }
        dumps += reply.decision == PGM_DECISION_DUMP ? 1 : 0;
        gboolean in_vain = dumps > 1 && g_strcmp0(engine->options.mode, "unattended") == 0;
        if (reply.by != BY_OPERATOR || reply.decision == PGM_DECISION_STOP || in_vain)
        {
            engine_set_message(engine, "stopped at the backup%s%s", failed != NULL ? ": " : "",
                               failed != NULL ? failed : "");
            *go_on = FALSE;
            return TRUE;
        }
        if (!obey_backup(engine, &reply, estimate, &settled, &failed, error))
        {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean all_skipped(const PgmEngine *engine)
{
    for (guint i = 0; i < engine->runbook->phases->len; i++)
    {
        if (walk_phase_state(engine, g_ptr_array_index(engine->runbook->phases, i)) != PGM_PHASE_SKIPPED)
        {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean prepare_run(PgmEngine *engine, gboolean *go_on, PgmOutcome *outcome, GError **error)
{
    gboolean any = FALSE;
    gboolean armed = FALSE;
    *go_on = TRUE;
    *outcome = PGM_OUTCOME_STOPPED;
    if (!settle_done(engine, &any, go_on, outcome, error))
    {
        return FALSE;
    }
    if (*go_on && !any && !ask_preconditions(engine, go_on, outcome, error))
    {
        return FALSE;
    }
    if (!*go_on || all_skipped(engine))
    {
        return TRUE; /* nothing is left to change: nothing to arm for, nothing to back up */
    }
    if (!prepare_arm(engine, PGM_QUESTION_ARM, &armed, error))
    {
        return FALSE;
    }
    if (!armed)
    {
        *go_on = FALSE;
        return TRUE;
    }
    return engine_reconnect(engine, error) && keep_schema_before(engine, error) && prepare_backup(engine, go_on, error);
}
