/*
 * listing.h - a filtered list of lines with a selection that stays on its row when the rows change.
 *
 * A view fills it anew for each drawing: begin, add …, draw.
 */
#ifndef PGMEDIC_TUI_LISTING_H
#define PGMEDIC_TUI_LISTING_H

#include "tui/frame.h"
#include "tui/keys.h"

typedef struct PgmListing PgmListing;

PgmListing *pgm_listing_new(void);
void pgm_listing_free(PgmListing *listing);

void pgm_listing_begin(PgmListing *listing);
/* KEY tells rows apart; TEXT is safe. */
void pgm_listing_add(PgmListing *listing, const char *key, PgmStyle style, const char *text);
/* TITLE, HEADER (of the columns) and EMPTY (what to say when there is no row) are safe; HEADER may be NULL. */
void pgm_listing_draw(PgmListing *listing, PgmDisplay *display, PgmArea area, const char *title, const char *header,
                      const char *empty);
gboolean pgm_listing_act(PgmListing *listing, PgmAction action);
/* Whoever has chosen a row, has chosen what it is about: when that goes, nothing is selected until a key moves, and no
 * other row takes its place. pgm_listing_key() is still the one that went. */
void pgm_listing_hold(PgmListing *listing);
/* Chooses the row of KEY, whether there is one or not. */
void pgm_listing_choose(PgmListing *listing, const char *key);
/* Selects the row at ROW of the display; TRUE when it was selected before. */
gboolean pgm_listing_click(PgmListing *listing, int row);
void pgm_listing_filter(PgmListing *listing, const char *text);
/* Several on one screen: only the one with the keys shows its selection. TRUE at first. */
void pgm_listing_set_focus(PgmListing *listing, gboolean focus);
/* Would ACTION leave it at its upper or lower end? */
gboolean pgm_listing_is_left_by(const PgmListing *listing, PgmAction action);
/* Selects its first row, or its last one. */
void pgm_listing_enter(PgmListing *listing, gboolean last);
gboolean pgm_listing_holds(const PgmListing *listing, int row); /* is ROW of the display one of its rows? */
int pgm_listing_rows(const PgmListing *listing);                /* how many pass the filter */
const char *pgm_listing_key(const PgmListing *listing);         /* of the selected row; NULL: none */

#endif
