/*
 * link_page.h - a page of lines of which some lead to an object: a selection goes from one to the next, Enter follows
 * it.
 *
 * Each page followed lies over the one before it, so that Esc goes back along the trail.
 */
#ifndef PGMEDIC_TUI_LINK_PAGE_H
#define PGMEDIC_TUI_LINK_PAGE_H

#include "pgmedic/describe.h"
#include "tui/console.h"

typedef struct PgmLinks PgmLinks;

PgmLinks *pgm_links_new(void);
void pgm_links_free(PgmLinks *links);
/* Fills PAGER with LINES (PgmLine; taken). The selection stays on its link, the pager at its place. OWN: the object
 * that the page is of; what does not belong to it is shown to lead elsewhere. NULL: none. */
void pgm_links_fill(PgmLinks *links, PgmPager *pager, GPtrArray *lines, const PgmIdentity *own);
/* The pager shows something else, which has no links. */
void pgm_links_clear(PgmLinks *links);
/* Moves the selection, or scrolls; opens the page of what is selected. */
PgmReaction pgm_links_act(PgmLinks *links, PgmConsole *console, PgmPager *pager, PgmAction action);
/* Draws PAGE in its frame, and remembers where. */
void pgm_links_draw(PgmLinks *links, PgmConsole *console, PgmPage *page, PgmArea area);
/* A click on a row of the display, as last drawn. */
void pgm_links_click(PgmLinks *links, PgmConsole *console, PgmPager *pager, int row, gboolean twice);
/* The footer of such a page. Caller frees. */
char *pgm_links_footer(PgmPage *page, PgmConsole *console, int columns);

#endif
