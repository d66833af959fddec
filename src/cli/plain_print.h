/* plain_print.h - a run told in the plain terminal, line by line, on standard output. */
#ifndef PGMEDIC_CLI_PLAIN_PRINT_H
#define PGMEDIC_CLI_PLAIN_PRINT_H

#include "pgmedic/operator.h"
#include "pgmedic/runbook.h"

/* EVENT as it happens: usually one line. Progress is not printed here. */
void pgm_plain_print_event(const PgmEvent *event);
/* One line of progress, from an ACTIVITY or BACKUP_PROGRESS event; NULL when there is nothing to say. Caller frees. */
char *pgm_plain_progress(const PgmEvent *event);
/* The SQL of PHASE in full, and what would undo it. */
void pgm_plain_print_phase(const PgmPhase *phase);
/* The same from a PHASE_BEGIN event. */
void pgm_plain_print_begin(const PgmEvent *event);
/* A question with its choices, all but the prompt. */
void pgm_plain_print_question(const PgmQuestion *question, gboolean enter_takes_highlighted);
/* TEXT made safe, each line indented by INDENT columns. */
void pgm_plain_print_block(const char *text, int indent);

#endif
