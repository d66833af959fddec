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
    GString *output;
    char *title; /* the command, for the dump */
};

#endif
