/*
 * pager.h - text that scrolls and is searched.
 *
 * Lines are wrapped to the width at hand; a search goes over the lines as they were added.
 */
#ifndef PGMEDIC_TUI_PAGER_H
#define PGMEDIC_TUI_PAGER_H

#include "tui/display.h"
#include "tui/keys.h"

typedef struct PgmPager PgmPager;

PgmPager *pgm_pager_new(void);
void pgm_pager_free(PgmPager *pager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmPager, pgm_pager_free)

void pgm_pager_clear(PgmPager *pager); /* the place is kept */
/* RAW is any text, lines by \n; it is made safe here. */
void pgm_pager_add(PgmPager *pager, PgmStyle style, const char *raw);
void pgm_pager_addf(PgmPager *pager, PgmStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Prose: lines that an author broke are joined again; empty and indented lines stay. */
void pgm_pager_add_prose(PgmPager *pager, PgmStyle style, const char *raw);
/* Lines one after the other, each behind INDENT. */
void pgm_pager_add_indented(PgmPager *pager, PgmStyle style, const char *indent, const char *raw);
/* HEAD and then RAW, one line; what of RAW does not fit stands below RAW, not below HEAD. */
void pgm_pager_add_entry(PgmPager *pager, PgmStyle style, const char *head, const char *raw);
/* Draws, and remembers how many rows there were. */
void pgm_pager_draw(PgmPager *pager, PgmDisplay *display, PgmArea area);
/* Moves; FALSE when ACTION is not the pager's. */
gboolean pgm_pager_act(PgmPager *pager, PgmAction action);
/* Search for TEXT from the top line on; "" ends a search. FALSE: not found. */
gboolean pgm_pager_search(PgmPager *pager, const char *text);
gboolean pgm_pager_search_again(PgmPager *pager, gboolean backward);
void pgm_pager_scroll(PgmPager *pager, int lines);
void pgm_pager_to_end(PgmPager *pager);
/* The line (as added, from 0) that stands out; -1: none. */
void pgm_pager_mark(PgmPager *pager, int line);
/* Is the whole of LINE in sight, as last drawn? */
gboolean pgm_pager_sees(const PgmPager *pager, int line);
/* Scrolls so far that LINE is in sight. */
void pgm_pager_reveal(PgmPager *pager, int line);
/* The first and the last line in sight; -1: there is none. */
int pgm_pager_first_seen(const PgmPager *pager);
int pgm_pager_last_seen(const PgmPager *pager);
/* The line in ROW of the last drawing, from 0; -1: none. */
int pgm_pager_line_at(const PgmPager *pager, int row);
/* "12-34 of 120", or "all" when everything is in sight. Caller frees. */
char *pgm_pager_place(const PgmPager *pager);

#endif
