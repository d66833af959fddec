/*
 * report.h - the parts of the incident report.
 *
 * Each report_add_…() appends one section, heading included, or nothing when
 * there is nothing to say. All text of a journal is hostile: it goes through
 * the report_… functions of report_markdown.c, and no other way.
 */
#ifndef PGMEDIC_RUN_REPORT_H
#define PGMEDIC_RUN_REPORT_H

#include "pgmedic/model.h"
#include "pgmedic/runbook.h"
#include "pgmedic/snapshot.h"

typedef struct
{
    GString *text;
    const PgmModel *model;
    GPtrArray *events; /* PgmEvent */
    const char *folder;
    const char *head;    /* the journal's newest hash */
    PgmRunbook *runbook; /* the run's own copy, bound; NULL when it cannot be had */
    PgmSnapshot *before, *after;
    char *no_runbook, *no_before, *no_after; /* why; NULL when it is there */
} PgmReport;

/* report_markdown.c: raw text in, safe Markdown out */

/* Running text: one line, every Markdown character escaped; fit for a table's cell too. NULL gives nothing. */
void report_add_text(PgmReport *report, const char *raw);
/* The same for several lines, each behind "> ". */
void report_add_quote(PgmReport *report, const char *raw);
/* A code span; in a table's cell use report_add_cell_code(). */
void report_add_code(PgmReport *report, const char *raw);
void report_add_cell_code(PgmReport *report, const char *raw);
/* A fenced block that RAW cannot close. */
void report_add_block(PgmReport *report, const char *language, const char *raw);
/* Our own words, already Markdown. */
void report_add(PgmReport *report, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* "2026-11-21 08:25:12" of a journal's time; what is no time is shown as it is. */
void report_add_time(PgmReport *report, const char *time);
/* Names as code spans with commas; elements char*. */
void report_add_names(PgmReport *report, GPtrArray *names);
/* Milliseconds from one journal's time to another; -1 when either is none. */
gint64 report_elapsed(const char *from, const char *to);

/* report_summary.c, report_impact.c */
void report_add_identification(PgmReport *report);
void report_add_summary(PgmReport *report);
void report_add_impact(PgmReport *report);
void report_add_cause(PgmReport *report);

/* report_sessions.c */
/* Sessions of others that were cancelled or terminated; nothing when there were none. */
void report_add_sessions(PgmReport *report);

/* report_timeline.c */
void report_add_timeline(PgmReport *report);

/* report_phase.c */
void report_add_preconditions(PgmReport *report);
void report_add_phases(PgmReport *report);
/* A phase's rollback SQL, whether it was begun or not: from the journal, else from the run's copy of the runbook. */
void report_add_rollback(PgmReport *report, const PgmModelPhase *phase);

/* report_schema.c */
void report_load_schemas(PgmReport *report);
void report_add_schemas(PgmReport *report);
void report_add_drift(PgmReport *report);

/* report_evidence.c */
void report_add_backup(PgmReport *report);
void report_add_skipped(PgmReport *report);

/* report_open.c */
void report_add_open(PgmReport *report);
void report_add_follow_ups(PgmReport *report);

/* How a phase stands, for people: "committed", "not run", "unknown" … */
const char *report_phase_state(const PgmReport *report, const PgmModelPhase *phase);

#endif
