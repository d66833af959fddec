/*
 * display.h - the terminal: text in styles at places, keys and mouse back.
 *
 * The only file of the console that knows curses. What is drawn becomes visible
 * with pgm_display_flush(), as the difference to what stands there.
 *
 * All text given to it is already safe (pgm_text_safe()).
 */
#ifndef PGMEDIC_TUI_DISPLAY_H
#define PGMEDIC_TUI_DISPLAY_H

#include <glib.h>

typedef struct PgmDisplay PgmDisplay;

typedef struct
{
    int row, column, rows, columns;
} PgmArea;

typedef enum
{
    PGM_STYLE_NORMAL,
    PGM_STYLE_DIM,
    PGM_STYLE_STRONG,
    PGM_STYLE_FRAME,
    PGM_STYLE_OK,
    PGM_STYLE_WARN,
    PGM_STYLE_FAIL,
    PGM_STYLE_ACCENT,
    PGM_STYLE_SELECTED,
    PGM_STYLE_HEADER,
    PGM_STYLE_PRODUCTION, /* the header of a production database */
    PGM_STYLE_ARMED,
    PGM_STYLE_TAB,
    PGM_STYLE_TAB_ACTIVE,
    PGM_STYLE_QUESTION, /* the frame of an open question */
    PGM_STYLES
} PgmStyle;

/* Keys that are no characters. */
enum
{
    PGM_KEY_NONE = 0,
    PGM_KEY_CTRL_C = 0x03,
    PGM_KEY_CTRL_D = 0x04,
    PGM_KEY_TAB = 0x09,
    PGM_KEY_CTRL_L = 0x0C,
    PGM_KEY_ENTER = 0x0D,
    PGM_KEY_ESCAPE = 0x1B,
    PGM_KEY_UP = 0x110000, /* beyond Unicode */
    PGM_KEY_DOWN,
    PGM_KEY_LEFT,
    PGM_KEY_RIGHT,
    PGM_KEY_PAGE_UP,
    PGM_KEY_PAGE_DOWN,
    PGM_KEY_HOME,
    PGM_KEY_END,
    PGM_KEY_BACK_TAB,
    PGM_KEY_BACKSPACE,
    PGM_KEY_MOUSE,
    PGM_KEY_OTHER,
};

typedef enum
{
    PGM_MOUSE_CLICK,
    PGM_MOUSE_DOUBLE_CLICK,
    PGM_MOUSE_WHEEL_UP,
    PGM_MOUSE_WHEEL_DOWN,
} PgmMouse;

typedef struct
{
    int key;        /* a Unicode character or PGM_KEY_… */
    PgmMouse mouse; /* PGM_KEY_MOUSE */
    int row, column;
} PgmInput;

/* Takes the terminal over. Error: PGM_ERROR_USAGE, the terminal untouched. */
PgmDisplay *pgm_display_open(gboolean no_color, GError **error);
/* Gives it back as it was; NULL is fine. */
void pgm_display_close(PgmDisplay *display);

int pgm_display_rows(const PgmDisplay *display);
int pgm_display_columns(const PgmDisplay *display);
/* Ask the terminal for its size, and draw everything anew. */
void pgm_display_resize(PgmDisplay *display);
/* Everything is drawn anew at the next flush, even what seems to stand there. */
void pgm_display_repair(PgmDisplay *display);

void pgm_display_erase(PgmDisplay *display);
/* SAFE in at most WIDTH columns, cut with "…". */
void pgm_display_text(PgmDisplay *display, int row, int column, int width, PgmStyle style, const char *safe);
/* The same, and the rest of WIDTH filled with blanks in STYLE. */
void pgm_display_fill(PgmDisplay *display, int row, int column, int width, PgmStyle style, const char *safe);
/* As fill(), but a sign at the beginning of the line (✓ ✗ ▲ ● ○ ▶) has its own colour. */
void pgm_display_line(PgmDisplay *display, int row, int column, int width, PgmStyle style, const char *safe);
/* Where the cursor stands and is seen; -1: nowhere. */
void pgm_display_cursor(PgmDisplay *display, int row, int column);
void pgm_display_flush(PgmDisplay *display);
void pgm_display_bell(PgmDisplay *display);

/* The next key that has been typed; FALSE: none. */
gboolean pgm_display_read(PgmDisplay *display, PgmInput *input);
/* Throw away what has been typed so far. */
void pgm_display_discard_input(PgmDisplay *display);
/* Bytes as they are, for a prompt: between begin and end, pgm_display_read() is not to be used. */
void pgm_display_begin_raw(PgmDisplay *display);
void pgm_display_end_raw(PgmDisplay *display);
/* Whether the terminal puts ESC[200~ and ESC[201~ around what is pasted; one that knows nothing of it ignores that. */
void pgm_display_bracket_paste(PgmDisplay *display, gboolean on);

#endif
