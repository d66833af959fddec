/* display.c - curses, and nobody else has to know. */
#include "tui/display.h"

#include "pgmedic/error.h"
#include "pgmedic/text.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum
{
    ESCAPE_DELAY_MS = 5, /* a lone Esc is told from an arrow key by this pause: what one packet brings comes at once */
};

#define BRACKETS_OFF "\x1b[?2004l"

struct PgmDisplay
{
    SCREEN *curses;
    gboolean utf8;
    gboolean raw;
    gboolean brackets; /* around what is pasted */
    attr_t styles[PGM_STYLES];
    short pairs[PGM_STYLES];
    int cursor_row, cursor_column;
};

/* One style in three terminals: 256 colours, 8 colours, none. -1: the terminal's own. */
typedef struct
{
    short foreground256, background256;
    short foreground8, background8;
    attr_t color, mono;
} StyleRow;

static const StyleRow style_rows[PGM_STYLES] = {
    [PGM_STYLE_NORMAL] = {-1, -1, -1, -1, A_NORMAL, A_NORMAL},
    [PGM_STYLE_DIM] = {245, -1, -1, -1, A_NORMAL, A_NORMAL},
    [PGM_STYLE_STRONG] = {-1, -1, -1, -1, A_BOLD, A_BOLD},
    [PGM_STYLE_FRAME] = {241, -1, -1, -1, A_NORMAL, A_NORMAL},
    [PGM_STYLE_OK] = {71, -1, COLOR_GREEN, -1, A_NORMAL, A_NORMAL},
    [PGM_STYLE_WARN] = {172, -1, COLOR_YELLOW, -1, A_BOLD, A_BOLD},
    [PGM_STYLE_FAIL] = {167, -1, COLOR_RED, -1, A_BOLD, A_BOLD},
    [PGM_STYLE_ACCENT] = {74, -1, COLOR_CYAN, -1, A_NORMAL, A_NORMAL},
    [PGM_STYLE_SELECTED] = {-1, -1, -1, -1, A_REVERSE, A_REVERSE},
    [PGM_STYLE_HEADER] = {255, 237, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE},
    [PGM_STYLE_PRODUCTION] = {231, 160, COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD},
    [PGM_STYLE_ARMED] = {16, 220, COLOR_BLACK, COLOR_YELLOW, A_BOLD, A_BOLD},
    [PGM_STYLE_TAB] = {245, -1, -1, -1, A_NORMAL, A_NORMAL},
    [PGM_STYLE_TAB_ACTIVE] = {-1, -1, -1, -1, A_BOLD | A_UNDERLINE, A_BOLD | A_UNDERLINE},
    [PGM_STYLE_QUESTION] = {172, -1, COLOR_YELLOW, -1, A_BOLD, A_BOLD},
};

/* What a process that is dying must give back. Nothing else can reach the screen from exit() or a signal. */
static struct
{
    struct termios before;
    char leave[64];
    size_t leave_length;
    volatile sig_atomic_t open;
} terminal;

static void restore_at_exit(void)
{
    if (terminal.open)
    {
        terminal.open = 0;
        endwin();
    }
}

static void restore_when_killed(int number)
{
    if (terminal.open)
    {
        terminal.open = 0;
        ssize_t ignored = write(STDOUT_FILENO, terminal.leave, terminal.leave_length);
        (void)ignored;
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void guard_terminal(void)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static const char *const parts[] = {"rmcup", "cnorm", "sgr0", "rmkx"};
    terminal.leave_length = strlen(BRACKETS_OFF);
    memcpy(terminal.leave, BRACKETS_OFF, terminal.leave_length);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    {
        const char *text = tigetstr(parts[i]);
        size_t length = text != NULL && text != (char *)-1 ? strlen(text) : 0;
        if (length > 0 && terminal.leave_length + length < sizeof terminal.leave)
        {
            memcpy(terminal.leave + terminal.leave_length, text, length);
            terminal.leave_length += length;
        }
    }
    static gboolean registered;
    if (!registered)
    {
        registered = TRUE;
        atexit(restore_at_exit);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(deadly); i++)
    {
        struct sigaction now, action = {.sa_handler = restore_when_killed};
        /* A sanitizer's own handler says more than ours. */
        if (sigaction(deadly[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL && !(now.sa_flags & SA_SIGINFO))
        {
            sigaction(deadly[i], &action, NULL);
        }
    }
    terminal.open = 1;
}

static void set_styles(PgmDisplay *display, gboolean no_color)
{
    gboolean color = !no_color && has_colors() && start_color() == OK;
    if (color)
    {
        use_default_colors();
    }
    gboolean rich = color && COLORS >= 256;
    for (int i = 0; i < PGM_STYLES; i++)
    {
        const StyleRow *row = &style_rows[i];
        display->styles[i] = color ? row->color : row->mono;
        display->pairs[i] = 0;
        short foreground = rich ? row->foreground256 : row->foreground8;
        short background = rich ? row->background256 : row->background8;
        if (color && (foreground >= 0 || background >= 0))
        {
            display->pairs[i] = (short)(i + 1);
            init_pair(display->pairs[i], foreground, background);
        }
    }
}

static gboolean refuse(GError **error, const char *why)
{
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                "the console needs a terminal: %s; use 'pgmedic status' to look, and --plain with run, resume or "
                "rollback to go through a runbook without it",
                why);
    return FALSE;
}

static gboolean check_terminal(GError **error)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
    {
        return refuse(error, isatty(STDIN_FILENO) ? "standard output is not one" : "standard input is not one");
    }
    const char *term = g_getenv("TERM");
    if (term == NULL || *term == '\0')
    {
        return refuse(error, "TERM is not set");
    }
    int status = 0;
    g_autofree char *safe = pgm_text_safe(term, -1);
    if (setupterm(NULL, STDOUT_FILENO, &status) != OK)
    {
        g_autofree char *why = g_strdup_printf("TERM=%s is not known on this machine", safe);
        return refuse(error, why);
    }
    const char *move = tigetstr("cup");
    gboolean capable = move != NULL && move != (char *)-1;
    del_curterm(cur_term);
    if (!capable)
    {
        g_autofree char *why = g_strdup_printf("TERM=%s cannot place its cursor", safe);
        return refuse(error, why);
    }
    return TRUE;
}

PgmDisplay *pgm_display_open(gboolean no_color, GError **error)
{
    if (!check_terminal(error))
    {
        return NULL;
    }
    setlocale(LC_CTYPE, "");
    if (tcgetattr(STDIN_FILENO, &terminal.before) != 0)
    {
        refuse(error, g_strerror(errno));
        return NULL;
    }
    set_escdelay(ESCAPE_DELAY_MS);
    SCREEN *curses = newterm(NULL, stdout, stdin);
    if (curses == NULL)
    {
        refuse(error, "it could not be set up");
        return NULL;
    }
    PgmDisplay *display = g_new0(PgmDisplay, 1);
    display->curses = curses;
    display->utf8 = g_str_equal(nl_langinfo(CODESET), "UTF-8");
    display->cursor_row = -1;
    guard_terminal();
    raw();
    noecho();
    nonl();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    intrflush(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    curs_set(0);
    mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    mouseinterval(0);
    set_styles(display, no_color);
    return display;
}

void pgm_display_close(PgmDisplay *display)
{
    if (display == NULL)
    {
        return;
    }
    pgm_display_bracket_paste(display, FALSE);
    pgm_display_discard_input(display);
    restore_at_exit();
    delscreen(display->curses);
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
    g_free(display);
}

int pgm_display_rows(const PgmDisplay *display)
{
    (void)display;
    return LINES;
}

int pgm_display_columns(const PgmDisplay *display)
{
    (void)display;
    return COLS;
}

void pgm_display_resize(PgmDisplay *display)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    {
        resizeterm(size.ws_row, size.ws_col);
    }
    pgm_display_repair(display);
}

void pgm_display_repair(PgmDisplay *display)
{
    (void)display;
    clearok(stdscr, TRUE);
}

void pgm_display_erase(PgmDisplay *display)
{
    (void)display;
    werase(stdscr);
}

/* What stands for a character where the locale has no UTF-8. */
static char ascii_for(gunichar c)
{
    static const struct
    {
        gunichar character;
        char ascii;
    } signs[] = {{0x2713, '+'}, {0x2717, 'x'}, {0x25B2, '!'}, {0x25CF, '*'}, {0x25CB, 'o'}, {0x25B6, '>'},
                 {0x2588, '#'}, {0x2591, '.'}, {0x2026, '~'}, {0x21B5, '>'}, {0x2260, '#'}, {0x2192, '>'},
                 {0x2500, '-'}, {0x2502, '|'}, {0x00B7, ','}, {0x00D7, 'x'}, {0x2191, '^'}, {0x2193, 'v'},
                 {0x2205, '@'}, {0x25B8, '+'}, {0x25BE, '-'}, {0x2190, '<'}, {0x2264, '<'}, {0x21BB, '@'}};
    if (c < 0x80)
    {
        return (char)c;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
    {
        if (signs[i].character == c)
        {
            return signs[i].ascii;
        }
    }
    return c > 0x2500 && c < 0x2580 ? '+' : '?';
}

static void put(PgmDisplay *display, int row, int column, PgmStyle style, const char *text)
{
    wattr_set(stdscr, display->styles[style], display->pairs[style], NULL);
    if (display->utf8)
    {
        mvwaddstr(stdscr, row, column, text);
    }
    else
    {
        wmove(stdscr, row, column);
        for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        {
            gunichar c = g_utf8_get_char(p);
            waddch(stdscr, (chtype)ascii_for(c));
            if (g_unichar_iswide(c))
            {
                waddch(stdscr, ' ');
            }
        }
    }
    wattr_set(stdscr, A_NORMAL, 0, NULL);
}

static int clip(const PgmDisplay *display, int row, int column, int width)
{
    if (row < 0 || row >= LINES || column < 0 || column >= COLS || display == NULL)
    {
        return 0;
    }
    return MIN(width, COLS - column);
}

void pgm_display_text(PgmDisplay *display, int row, int column, int width, PgmStyle style, const char *safe)
{
    width = clip(display, row, column, width);
    if (width > 0)
    {
        g_autofree char *cut = pgm_text_cut(safe, width);
        put(display, row, column, style, cut);
    }
}

void pgm_display_fill(PgmDisplay *display, int row, int column, int width, PgmStyle style, const char *safe)
{
    width = clip(display, row, column, width);
    if (width > 0)
    {
        g_autofree char *fitted = pgm_text_fit(safe, width);
        put(display, row, column, style, fitted);
    }
}

static gboolean sign_style(gunichar c, PgmStyle *style)
{
    switch (c)
    {
    case 0x2713: /* ✓ */
    case 0x25CF: /* ● */
        *style = PGM_STYLE_OK;
        return TRUE;
    case 0x2717: /* ✗ */
        *style = PGM_STYLE_FAIL;
        return TRUE;
    case 0x25B2: /* ▲ */
        *style = PGM_STYLE_WARN;
        return TRUE;
    case 0x25CB: /* ○ */
        *style = PGM_STYLE_DIM;
        return TRUE;
    case 0x25B6: /* ▶ */
    case 0x21B5: /* ↵ */
        *style = PGM_STYLE_ACCENT;
        return TRUE;
    default:
        return FALSE;
    }
}

void pgm_display_line(PgmDisplay *display, int row, int column, int width, PgmStyle style, const char *safe)
{
    pgm_display_fill(display, row, column, width, style, safe);
    const char *p = safe;
    int indent = 0;
    while (*p == ' ')
    {
        p++;
        indent++;
    }
    gunichar c = g_utf8_get_char(p);
    PgmStyle sign;
    if (indent < width - 1 && style != PGM_STYLE_SELECTED && sign_style(c, &sign))
    {
        char text[8] = {0};
        g_unichar_to_utf8(c, text);
        pgm_display_text(display, row, column + indent, 1, sign, text);
    }
}

void pgm_display_cursor(PgmDisplay *display, int row, int column)
{
    display->cursor_row = row;
    display->cursor_column = column;
}

void pgm_display_flush(PgmDisplay *display)
{
    gboolean seen = display->cursor_row >= 0 && display->cursor_row < LINES && display->cursor_column < COLS;
    curs_set(seen ? 1 : 0);
    if (seen)
    {
        wmove(stdscr, display->cursor_row, display->cursor_column);
    }
    wnoutrefresh(stdscr);
    doupdate();
}

void pgm_display_bell(PgmDisplay *display)
{
    (void)display;
    beep();
}

static void read_mouse(PgmInput *input)
{
    MEVENT event;
    input->key = PGM_KEY_OTHER;
    if (getmouse(&event) != OK)
    {
        return;
    }
    input->key = PGM_KEY_MOUSE;
    input->row = event.y;
    input->column = event.x;
    input->mouse = event.bstate & BUTTON4_PRESSED          ? PGM_MOUSE_WHEEL_UP
                   : event.bstate & BUTTON5_PRESSED        ? PGM_MOUSE_WHEEL_DOWN
                   : event.bstate & BUTTON1_DOUBLE_CLICKED ? PGM_MOUSE_DOUBLE_CLICK
                                                           : PGM_MOUSE_CLICK;
}

static int special_key(wint_t code)
{
    switch (code)
    {
    case KEY_UP:
        return PGM_KEY_UP;
    case KEY_DOWN:
        return PGM_KEY_DOWN;
    case KEY_LEFT:
        return PGM_KEY_LEFT;
    case KEY_RIGHT:
        return PGM_KEY_RIGHT;
    case KEY_PPAGE:
        return PGM_KEY_PAGE_UP;
    case KEY_NPAGE:
        return PGM_KEY_PAGE_DOWN;
    case KEY_HOME:
        return PGM_KEY_HOME;
    case KEY_END:
        return PGM_KEY_END;
    case KEY_BTAB:
        return PGM_KEY_BACK_TAB;
    case KEY_BACKSPACE:
        return PGM_KEY_BACKSPACE;
    case KEY_ENTER:
        return PGM_KEY_ENTER;
    default:
        return PGM_KEY_OTHER;
    }
}

static int wide_key(wint_t code)
{
    return code == '\n' ? PGM_KEY_ENTER : code == 0x7F || code == 0x08 ? PGM_KEY_BACKSPACE : (int)code;
}

/* The keys that terminals send although TERM has other sequences for them: PuTTY's Home and End, an arrow with Shift.
 */
static int sequence_key(char final, int number)
{
    static const int letters[] = {PGM_KEY_UP,    PGM_KEY_DOWN, PGM_KEY_RIGHT, PGM_KEY_LEFT,
                                  PGM_KEY_OTHER, PGM_KEY_END,  PGM_KEY_OTHER, PGM_KEY_HOME};
    static const int numbers[] = {PGM_KEY_OTHER,   PGM_KEY_HOME,      PGM_KEY_OTHER, PGM_KEY_OTHER, PGM_KEY_END,
                                  PGM_KEY_PAGE_UP, PGM_KEY_PAGE_DOWN, PGM_KEY_HOME,  PGM_KEY_END};
    if (final >= 'A' && final <= 'H')
    {
        return letters[final - 'A'];
    }
    return final == '~' && number >= 0 && number < (int)G_N_ELEMENTS(numbers) ? numbers[number] : PGM_KEY_OTHER;
}

/*
 * What follows an Esc that curses made no key of. A sequence that TERM does not know is one key, not its letters: the 4
 * of End would change the view, and the A of an arrow could ask to arm. Nobody types Esc and [ within ESCAPE_DELAY_MS.
 */
static int key_after_escape(void)
{
    wint_t code = 0;
    int kind = wget_wch(stdscr, &code);
    if (kind == KEY_CODE_YES)
    {
        ungetch((int)code);
    }
    if (kind != OK)
    {
        return PGM_KEY_ESCAPE;
    }
    if (code != '[' && code != 'O')
    {
        unget_wch((wchar_t)code);
        return PGM_KEY_ESCAPE;
    }
    int number = 0;
    gboolean first = TRUE;
    while (wget_wch(stdscr, &code) == OK && code >= 0x20 && code < 0x40)
    {
        first = first && code >= '0' && code <= '9';
        number = first ? MIN(number * 10 + (int)(code - '0'), 1000) : number;
    }
    return code >= 0x40 && code < 0x7F ? sequence_key((char)code, number) : PGM_KEY_OTHER;
}

gboolean pgm_display_read(PgmDisplay *display, PgmInput *input)
{
    (void)display;
    wint_t code = 0;
    int kind;
    do
    {
        kind = wget_wch(stdscr, &code);
    } while (kind == KEY_CODE_YES && code == KEY_RESIZE); /* curses' own; a question must not take it for an answer */
    *input = (PgmInput){.key = PGM_KEY_NONE};
    if (kind == ERR)
    {
        return FALSE;
    }
    if (kind == KEY_CODE_YES)
    {
        if (code == KEY_MOUSE)
        {
            read_mouse(input);
        }
        else
        {
            input->key = special_key(code);
        }
        return TRUE;
    }
    input->key = code == PGM_KEY_ESCAPE ? key_after_escape() : wide_key(code);
    return TRUE;
}

void pgm_display_discard_input(PgmDisplay *display)
{
    flushinp();
    tcflush(STDIN_FILENO, TCIFLUSH);
    PgmInput input;
    while (!display->raw && pgm_display_read(display, &input))
    {
    }
}

void pgm_display_begin_raw(PgmDisplay *display)
{
    display->raw = TRUE;
    keypad(stdscr, FALSE);
}

void pgm_display_end_raw(PgmDisplay *display)
{
    display->raw = FALSE;
    keypad(stdscr, TRUE);
}

/* Past curses, which has no word for it; it moves no cursor. */
static void write_mode(const char *mode)
{
    size_t length = strlen(mode);
    ssize_t written = write(STDOUT_FILENO, mode, length);
    (void)written;
}

void pgm_display_bracket_paste(PgmDisplay *display, gboolean on)
{
    if (display->brackets != on)
    {
        display->brackets = on;
        write_mode(on ? "\x1b[?2004h" : BRACKETS_OFF);
    }
}
