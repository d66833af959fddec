/*
 * character.h - which characters may stand as they are (private to base).
 */
#ifndef PGMEDIC_BASE_CHARACTER_H
#define PGMEDIC_BASE_CHARACTER_H

#include <glib.h>

/* The valid character at P, of at most LEFT bytes (LEFT > 0), and its LENGTH in bytes; FALSE, LENGTH 1, when P holds
 * no valid UTF-8. A NUL byte is a valid character here. */
gboolean pgm_character_next(const char *p, gsize left, gunichar *character, int *length);

/* Does it show as itself: neither a control, nor bidi, nor invisible, nor a line break of any kind, nor unassigned? */
gboolean pgm_character_is_safe(gunichar character);

#endif
