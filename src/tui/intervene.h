/*
 * intervene.h - cancelling and terminating from the Sessions view: arming, the question, what came of it.
 *
 * Nothing is sent at one key: a panel says whom it meets and what is lost, Enter
 * does it, any other key goes back, and keys typed before the panel was drawn
 * are thrown away. Outside a run the operator arms first, by typing the
 * database's name; during one the run must be armed, and does it.
 */
#ifndef PGMEDIC_TUI_INTERVENE_H
#define PGMEDIC_TUI_INTERVENE_H

#include "pgmedic/signal.h"
#include "tui/console.h"

PgmIntervention *pgm_intervene_new(void);
/* FALSE: a worker was left behind that may still post into the console's inbox. */
gboolean pgm_intervene_free(PgmIntervention *intervention, int ms);

void pgm_intervene_arm(PgmConsole *console);
/* WHY is kept in the record. Nothing happens when it is not armed. */
void pgm_intervene_disarm(PgmConsole *console, const char *why);
gboolean pgm_intervene_is_armed(const PgmConsole *console);
/* The session of KEY (pgm_session_key()): says why not, or opens the question. */
void pgm_intervene_ask(PgmConsole *console, PgmSignalKind kind, const char *key);

/* The question, or what is said while the name is typed. */
gboolean pgm_intervene_is_open(const PgmConsole *console);
gboolean pgm_intervene_unseen(const PgmConsole *console);
void pgm_intervene_seen(PgmConsole *console);
int pgm_intervene_rows(const PgmConsole *console, int columns, int most);
void pgm_intervene_draw(PgmConsole *console, PgmArea area);
PgmReaction pgm_intervene_key(PgmConsole *console, int key);

/* News of the signaller, filed already. */
void pgm_intervene_hear(PgmConsole *console, PgmNewsKind kind);
/* What came of a signal. */
void pgm_intervene_outcome(PgmConsole *console, const PgmEvent *outcome);

#endif
