/* screen_private.h - what the two halves of the terminal share. */
#ifndef PGMEDIC_TEST_SCREEN_PRIVATE_H
#define PGMEDIC_TEST_SCREEN_PRIVATE_H

#include "screen.h"

#include <vterm.h>

struct PgmScreen
{
    VTerm *vt;
    VTermScreen *cells;
    int pty;        /* the terminal's side; -1 once closed */
    GPid pid;       /* 0 once reaped */
    int exit;       /* -1 while it runs */
    gboolean ended; /* nobody holds the program's side any more */
    gboolean cursor_visible;
    gboolean alternate;
    int mouse;
    GByteArray *unsent; /* keys that the program has not made room for yet */
    gint64 slept;       /* pgm_screen_naps() before the last keys, signal or size; -1: nothing since the last wait */
    GString *output;
    char *title; /* the command, for the dump */
};

/* How often the program's first thread has laid itself to sleep since it began; 0 when that cannot be known. */
gint64 pgm_screen_naps(const PgmScreen *screen);
/* Does that thread wait for something? FALSE while it computes, also when it only waits for a processor. */
gboolean pgm_screen_sleeps(const PgmScreen *screen);
/* Has it read everything that was typed? */
gboolean pgm_screen_has_read(const PgmScreen *screen);

#endif
