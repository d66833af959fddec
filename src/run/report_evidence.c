/* report_evidence.c - what there is to go back to, and what was left out. */
#include <string.h>
#include <sys/stat.h>

#include "pgmedic/text.h"
#include "run/report.h"

/* Backup */

/* Is the file still what was recorded? Its size tells in no time; its bytes are for sha256sum. */
static void add_file_now(PgmReport *report, const char *file, gint64 bytes)
{
    g_autofree char *base = g_path_get_basename(file);
    g_autofree char *path = g_build_filename(report->folder, base, NULL);
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
    {
        report_add(report, "**The file is no longer in the run's folder.**\n\n");
    }
    else if (status.st_size != bytes)
    {
        report_add(report, "**The file in the run's folder has another size now: %" G_GINT64_FORMAT " bytes.**\n\n",
                   (gint64)status.st_size);
    }
}

static void add_table_evidence(PgmReport *report, const PgmEvent *backup)
{
    g_autoptr(GHashTable) rows = pgm_event_mapping(backup, "rows_by_table");
    g_autoptr(GHashTable) sums = pgm_event_mapping(backup, "checksum_by_table");
    g_autoptr(GList) names = g_hash_table_get_keys(rows);
    names = g_list_sort(names, (GCompareFunc)strcmp);
    if (names == NULL)
    {
        return;
    }
    report_add(report, "| Table | Rows | Checksum |\n|---|---|---|\n");
    for (GList *name = names; name != NULL; name = name->next)
    {
        report_add(report, "| ");
        report_add_cell_code(report, name->data);
        report_add(report, " | ");
        report_add_text(report, g_hash_table_lookup(rows, name->data));
        report_add(report, " | ");
        report_add_cell_code(report, g_hash_table_lookup(sums, name->data));
        report_add(report, " |\n");
    }
    report_add(report, "\n");
}

static void add_dump(PgmReport *report, const PgmEvent *backup)
{
    gint64 bytes = pgm_event_integer(backup, "bytes");
    const char *file = pgm_event_text(backup, "file");
    g_autofree char *size = pgm_text_bytes(bytes);
    g_autofree char *took = pgm_text_duration(pgm_event_integer(backup, "ms"));
    report_add(report, "A dump was made from one snapshot, read back whole and hashed, in %s.\n\n", took);
    report_add(report, "| | |\n|---|---|\n| File | ");
    report_add_cell_code(report, file);
    report_add(report, " |\n| Size | %s (%" G_GINT64_FORMAT " bytes) |\n| SHA-256 | ", size, bytes);
    report_add_cell_code(report, pgm_event_text(backup, "sha256"));
    report_add(report, " |\n| Snapshot | ");
    report_add_time(report, pgm_event_text(backup, "snapshot_time"));
    report_add(report, " UTC; rows written later are not in it |\n");
    if (pgm_event_has(backup, "pg_dump"))
    {
        report_add(report, "| pg_dump | ");
        report_add_text(report, pgm_event_text(backup, "pg_dump"));
        report_add(report, " |\n");
    }
    report_add(report, "\n");
    if (file != NULL)
    {
        add_file_now(report, file, bytes);
    }
    add_table_evidence(report, backup);
}

void report_add_backup(PgmReport *report)
{
    const PgmEvent *backup = report->model->backup;
    const char *how = report->model->backup_how;
    report_add(report, "## Backup\n\n");
    if (backup == NULL)
    {
        report_add(report, "The run did not get as far as the backup.\n\n");
    }
    else if (g_strcmp0(how, "dump") == 0)
    {
        add_dump(report, backup);
    }
    else if (g_strcmp0(how, "evidence") == 0)
    {
        report_add(report, "An existing backup was named. This is the operator's word; pgmedic did not verify it:\n\n");
        report_add_quote(report, pgm_event_text(backup, "text"));
    }
    else if (g_strcmp0(how, "none") == 0)
    {
        report_add(report, "**No backup was made.** The reason given:\n\n");
        report_add_quote(report, pgm_event_text(backup, "text"));
    }
    else
    {
        report_add(report, "**The backup failed**, and no other was recorded:\n\n");
        report_add_quote(report, pgm_event_text(backup, "error"));
    }
}

/* Skipped */

static gboolean is_skip(const PgmEvent *event)
{
    PgmEventKind kind = pgm_event_kind(event);
    return kind == PGM_EVENT_PHASE_SKIPPED ||
           (kind == PGM_EVENT_STATEMENT_RESULT && pgm_event_boolean(event, "skipped"));
}

static const char *statement_sql(const PgmReport *report, const PgmEvent *event)
{
    const PgmModelPhase *phase = pgm_model_phase(report->model, pgm_event_text(event, "phase"));
    gint64 index = pgm_event_integer(event, "index");
    for (guint i = 0; phase != NULL && i < phase->attempts->len; i++)
    {
        const PgmModelAttempt *attempt = g_ptr_array_index(phase->attempts, i);
        if (attempt->number == pgm_event_integer(event, "attempt") && index >= 0 &&
            index < (gint64)attempt->statements->len)
        {
            return ((const PgmModelStatement *)g_ptr_array_index(attempt->statements, (guint)index))->sql;
        }
    }
    return NULL;
}

static void add_skip(PgmReport *report, const PgmEvent *event)
{
    report_add(report, "- Phase ");
    report_add_code(report, pgm_event_text(event, "phase"));
    if (pgm_event_kind(event) == PGM_EVENT_PHASE_SKIPPED)
    {
        report_add(report, ", the whole of it: ");
        report_add_text(report, pgm_event_text(event, "reason"));
        report_add(report, "\n");
        return;
    }
    g_autofree char *sql = pgm_text_one_line(statement_sql(report, event) != NULL ? statement_sql(report, event) : "");
    report_add(report, ", try %d, statement %d ", (int)pgm_event_integer(event, "attempt"),
               (int)pgm_event_integer(event, "index") + 1);
    report_add_code(report, sql);
    report_add(report, ": tolerated by the runbook, SQLSTATE ");
    report_add_code(report, pgm_event_text(event, "sqlstate"));
    report_add(report, ", ");
    report_add_text(report, pgm_event_text(event, "message"));
    report_add(report, "\n");
}

void report_add_skipped(PgmReport *report)
{
    gboolean any = FALSE;
    report_add(report, "## What was skipped, and why\n\n");
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        if (is_skip(event))
        {
            any = TRUE;
            add_skip(report, event);
        }
    }
    report_add(report, any ? "\n" : "Nothing.\n\n");
}
