/*
 * journal.h - what a run did, durable before it is done.
 *
 * One JSON object a line: seq, time, event, its fields, prev, hash. HASH is the
 * SHA-256 of the line without it; PREV the hash before, so that a changed line
 * shows. A cut tail does not: the newest hash is shown on screen, in the report,
 * and in the message that the transaction leaves in the WAL.
 *
 * The file is opened O_APPEND|O_NOFOLLOW|O_CLOEXEC, 0600, and locked (flock):
 * two processes cannot write one journal. A line is written with one write(2)
 * and fdatasync; after a failure the file is cut back to the last good line.
 * 256 KiB are allocated ahead, so that a disk that fills up ends a run in order.
 */
#ifndef PGMEDIC_JOURNAL_H
#define PGMEDIC_JOURNAL_H

#include "pgmedic/event.h"

typedef struct PgmJournal PgmJournal;

/* A new file in FOLDER. Error: PGM_ERROR_IO. */
PgmJournal *pgm_journal_create(const char *folder, GError **error);
/* An existing one, for going on: reads and checks every line, cuts a torn last line (its length: pgm_journal_torn).
 * EVENTS gets the PgmEvents so far (caller unrefs). Error: PGM_ERROR_INVALID (chain broken: names the line),
 * PGM_ERROR_REFUSED (another process has it). */
PgmJournal *pgm_journal_open(const char *folder, GPtrArray **events, GError **error);
/* Closes and unlocks. */
void pgm_journal_close(PgmJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmJournal, pgm_journal_close)

/* Durable when it returns TRUE. On failure nothing may be done that EVENT announces. Error: PGM_ERROR_IO. */
gboolean pgm_journal_append(PgmJournal *journal, PgmEvent *event, GError **error);

const char *pgm_journal_head(const PgmJournal *journal); /* the newest hash, 64 hexadecimal digits; "" when empty */
gint64 pgm_journal_torn(const PgmJournal *journal);      /* bytes of a torn last line that were cut; 0: none */

/* Reads without locking, for report and lists. A torn last line is left out. Elements PgmEvent. HEAD (may be NULL) gets
 * the newest hash. */
GPtrArray *pgm_journal_read(const char *folder, char **head, GError **error);

#endif
