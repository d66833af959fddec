/*
 * screen.h - a real terminal for tests: a program on a pty, drawn by libvterm.
 *
 * Nothing here sleeps to let something happen: a test waits for what it wants to
 * see. A wait first lets the program take what was typed, and returns when it
 * has come to rest: a text that stood there before is no answer to a key, and
 * no key comes while a frame is half drawn. What a server or another thread must
 * say first may still be missing then: wait for a text that is new.
 *
 * Waiting reads the pty, so that the program never blocks on a full one; what the
 * screen shows is as of the last wait. Rows and columns count from 0.
 *
 * The assertions show the whole screen when they fail.
 */
#ifndef PGMEDIC_TEST_SCREEN_H
#define PGMEDIC_TEST_SCREEN_H

#include <glib.h>

typedef struct PgmScreen PgmScreen;

/* How long the assertions wait; generous, since only a failure takes that long. */
#define PGM_SCREEN_PATIENCE_MS 60000

/* PGM_TEST_BINARY with ARGS (without argv[0]; NULL-terminated) on a terminal of ROWS by COLUMNS. The environment is the
 * test's own with TERM=xterm-256color, changed by ENVIRONMENT ("NAME=VALUE", or "NAME" to unset; NULL for none). */
PgmScreen *pgm_screen_new(int rows, int columns, const char *const *args, const char *const *environment);
/* Any PROGRAM, looked up in PATH. */
PgmScreen *pgm_screen_new_program(const char *program, int rows, int columns, const char *const *args,
                                  const char *const *environment);
/* Kills the program when it still runs, hanging up first as a closed terminal window does. */
void pgm_screen_free(PgmScreen *screen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmScreen, pgm_screen_free)

GPid pgm_screen_pid(const PgmScreen *screen);
void pgm_screen_signal(PgmScreen *screen, int signal_number);

/* Reads the pty until TEXT stands in one row of the screen. FALSE when TIMEOUT_MS have passed, or the program has ended
 * and will not show it any more. */
gboolean pgm_screen_wait_text(PgmScreen *screen, const char *text, int timeout_ms);
/* Until TEXT stands nowhere on the screen. */
gboolean pgm_screen_wait_gone(PgmScreen *screen, const char *text, int timeout_ms);
/* Until CONDITION holds, asked each time the screen may have changed. */
gboolean pgm_screen_wait(PgmScreen *screen, gboolean (*condition)(PgmScreen *screen, gpointer user), gpointer user,
                         int timeout_ms);
/* Until the program has written nothing for QUIET_MS: for "nothing happens" alone; never to wait for something. */
void pgm_screen_settle(PgmScreen *screen, int quiet_ms);
/* Until the program has ended: its exit code, 128 + N for signal N, -1 when it still runs after TIMEOUT_MS. */
int pgm_screen_wait_exit(PgmScreen *screen, int timeout_ms);

/* Keys as a user's fingers send them. TEXT is UTF-8, sent as it is. */
void pgm_screen_type(PgmScreen *screen, const char *text);
typedef enum
{
    PGM_SCREEN_ENTER,
    PGM_SCREEN_ESCAPE,
    PGM_SCREEN_TAB,
    PGM_SCREEN_BACKTAB,
    PGM_SCREEN_BACKSPACE,
    PGM_SCREEN_UP,
    PGM_SCREEN_DOWN,
    PGM_SCREEN_LEFT,
    PGM_SCREEN_RIGHT,
    PGM_SCREEN_HOME,
    PGM_SCREEN_END,
    PGM_SCREEN_PAGE_UP,
    PGM_SCREEN_PAGE_DOWN,
    PGM_SCREEN_INSERT,
    PGM_SCREEN_DELETE,
    PGM_SCREEN_F1,
    PGM_SCREEN_F2,
    PGM_SCREEN_F3,
    PGM_SCREEN_F4,
    PGM_SCREEN_F5,
    PGM_SCREEN_F6,
    PGM_SCREEN_F7,
    PGM_SCREEN_F8,
    PGM_SCREEN_F9,
    PGM_SCREEN_F10,
    PGM_SCREEN_F11,
    PGM_SCREEN_F12,
} PgmScreenKey;
void pgm_screen_key(PgmScreen *screen, PgmScreenKey key);
/* Ctrl and LETTER: 'c' for the interrupt, 'd' for the end of input. */
void pgm_screen_control(PgmScreen *screen, char letter);
/* A click with BUTTON (1 left, 4 wheel up, 5 wheel down); sent only when the program has asked for the mouse. */
void pgm_screen_click(PgmScreen *screen, int row, int column, int button);
/* The terminal's window changes; the program gets its SIGWINCH. */
void pgm_screen_resize(PgmScreen *screen, int rows, int columns);

int pgm_screen_rows(const PgmScreen *screen);
int pgm_screen_columns(const PgmScreen *screen);
/* A row's text, UTF-8, without trailing blanks. Caller frees. */
char *pgm_screen_row(const PgmScreen *screen, int row);
/* All rows, each ended by a newline. Caller frees. */
char *pgm_screen_text(const PgmScreen *screen);
/* Does TEXT stand in one row? ROW and COLUMN (may be NULL) get where, the first from the top. */
gboolean pgm_screen_find(const PgmScreen *screen, const char *text, int *row, int *column);

typedef struct
{
    char text[32];  /* UTF-8, with its combining characters; " " when blank, "" the right half of a wide character */
    int width;      /* 1, or 2 for a wide character */
    int foreground; /* palette index 0 to 255; -1 the default; -2 a direct colour */
    int background;
    gboolean bold;
    gboolean underline;
    gboolean reverse;
} PgmScreenCell;

PgmScreenCell pgm_screen_cell(const PgmScreen *screen, int row, int column);
/* The cell where TEXT begins; fails the test when it is not there. */
PgmScreenCell pgm_screen_cell_of(const PgmScreen *screen, const char *text);

void pgm_screen_cursor(const PgmScreen *screen, int *row, int *column);
gboolean pgm_screen_cursor_visible(const PgmScreen *screen);
/* Is the alternate screen shown? FALSE again when a program has put the terminal back. */
gboolean pgm_screen_alternate(const PgmScreen *screen);
gboolean pgm_screen_mouse(const PgmScreen *screen); /* has the program asked for the mouse? */
/* How the terminal's line discipline stands: TRUE when lines are edited and echoed, as a shell expects it. */
gboolean pgm_screen_cooked(const PgmScreen *screen);
/* Everything the program wrote, raw. Borrowed; valid until the next wait. */
const GString *pgm_screen_output(const PgmScreen *screen);

/* The screen in a frame, with sizes and the cursor, for a failure's message. Caller frees. */
char *pgm_screen_dump(const PgmScreen *screen);

/* Fails the test with MESSAGE and the dump. */
void pgm_screen_fail(const PgmScreen *screen, const char *file, int line, const char *function, const char *message);

#define pgm_screen_assert(screen, condition)                                                                           \
    do                                                                                                                 \
    {                                                                                                                  \
        if (!(condition))                                                                                              \
        {                                                                                                              \
            pgm_screen_fail((screen), __FILE__, __LINE__, G_STRFUNC, "not so: " #condition);                           \
        }                                                                                                              \
    } while (0)

/* TEXT comes, or goes, within the usual patience. */
#define pgm_screen_assert_text(screen, text)                                                                           \
    do                                                                                                                 \
    {                                                                                                                  \
        if (!pgm_screen_wait_text((screen), (text), PGM_SCREEN_PATIENCE_MS))                                           \
        {                                                                                                              \
            g_autofree char *message_ = g_strdup_printf("never on the screen: \"%s\"", (text));                        \
            pgm_screen_fail((screen), __FILE__, __LINE__, G_STRFUNC, message_);                                        \
        }                                                                                                              \
    } while (0)
#define pgm_screen_assert_gone(screen, text)                                                                           \
    do                                                                                                                 \
    {                                                                                                                  \
        if (!pgm_screen_wait_gone((screen), (text), PGM_SCREEN_PATIENCE_MS))                                           \
        {                                                                                                              \
            g_autofree char *message_ = g_strdup_printf("still on the screen: \"%s\"", (text));                        \
            pgm_screen_fail((screen), __FILE__, __LINE__, G_STRFUNC, message_);                                        \
        }                                                                                                              \
    } while (0)
/* TEXT does not stand on the screen now. */
#define pgm_screen_assert_absent(screen, text)                                                                         \
    do                                                                                                                 \
    {                                                                                                                  \
        if (pgm_screen_find((screen), (text), NULL, NULL))                                                             \
        {                                                                                                              \
            g_autofree char *message_ = g_strdup_printf("should not be on the screen: \"%s\"", (text));                \
            pgm_screen_fail((screen), __FILE__, __LINE__, G_STRFUNC, message_);                                        \
        }                                                                                                              \
    } while (0)
/* The program ends with exit code CODE. */
#define pgm_screen_assert_exit(screen, code)                                                                           \
    do                                                                                                                 \
    {                                                                                                                  \
        int exit_ = pgm_screen_wait_exit((screen), PGM_SCREEN_PATIENCE_MS);                                            \
        if (exit_ != (code))                                                                                           \
        {                                                                                                              \
            g_autofree char *message_ = g_strdup_printf("exit code %d, not %d", exit_, (code));                        \
            pgm_screen_fail((screen), __FILE__, __LINE__, G_STRFUNC, message_);                                        \
        }                                                                                                              \
    } while (0)

#endif
