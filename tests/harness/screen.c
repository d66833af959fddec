/* screen.c - a program on a pty: its life, its input, and waiting for what it shows. */
#include "screen_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* A frame may arrive in several pieces. Once what was waited for is there, the rest of the frame is let in: whatever
 * follows within this time. */
#define FRAME_GAP_MS       15
#define FRAME_MOST_MS      500
#define CATCH_UP_MOST_MS   5000
#define CATCH_UP_TICK_MS   2
#define EXIT_TICK_MS       10
#define HANGUP_PATIENCE_MS 10000

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    PgmScreen *screen = user;

    switch (property)
    {
    case VTERM_PROP_CURSORVISIBLE:
        screen->cursor_visible = value->boolean;
        break;
    case VTERM_PROP_ALTSCREEN:
        screen->alternate = value->boolean;
        break;
    case VTERM_PROP_MOUSE:
        screen->mouse = value->number;
        break;
    default:
        break;
    }
    return 1;
}

static const VTermScreenCallbacks screen_callbacks = {.settermprop = on_property};

/* Keys, and the terminal's own answers to the program's questions. */
static void on_output(const char *bytes, size_t length, void *user)
{
    PgmScreen *screen = user;

    g_byte_array_append(screen->unsent, (const guint8 *)bytes, (guint)length);
}

static char **child_environment(const char *const *changes)
{
    char **environment = g_get_environ();

    environment = g_environ_setenv(environment, "TERM", "xterm-256color", TRUE);
    environment = g_environ_unsetenv(environment, "COLUMNS");
    environment = g_environ_unsetenv(environment, "LINES");
    for (; changes != NULL && *changes != NULL; changes++)
    {
        g_auto(GStrv) pair = g_strsplit(*changes, "=", 2);

        environment = pair[1] != NULL ? g_environ_setenv(environment, pair[0], pair[1], TRUE)
                                      : g_environ_unsetenv(environment, pair[0]);
    }
    return environment;
}

static void start_program(PgmScreen *screen, char **argv, char **environment, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    pid_t pid = forkpty(&screen->pty, NULL, NULL, &size);

    g_assert_cmpint(pid, >=, 0);
    if (pid == 0)
    {
        execvpe(argv[0], argv, environment);
        dprintf(STDERR_FILENO, "%s: %s\n", argv[0], g_strerror(errno));
        _exit(127);
    }
    screen->pid = pid;
    fcntl(screen->pty, F_SETFD, FD_CLOEXEC);
    fcntl(screen->pty, F_SETFL, fcntl(screen->pty, F_GETFL) | O_NONBLOCK);
}

PgmScreen *pgm_screen_new_program(const char *program, int rows, int columns, const char *const *args,
                                  const char *const *environment)
{
    PgmScreen *screen = g_new0(PgmScreen, 1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_auto(GStrv) variables = child_environment(environment);

    g_ptr_array_add(argv, (gpointer)(guintptr)program);
    for (; args != NULL && *args != NULL; args++)
    {
        g_ptr_array_add(argv, (gpointer)(guintptr)*args);
    }
    g_ptr_array_add(argv, NULL);

    screen->exit = -1;
    screen->slept = -1;
    screen->unsent = g_byte_array_new();
    screen->output = g_string_new(NULL);
    screen->title = g_strjoinv(" ", (char **)argv->pdata);
    screen->vt = vterm_new(rows, columns);
    vterm_set_utf8(screen->vt, 1);
    vterm_output_set_callback(screen->vt, on_output, screen);
    screen->cells = vterm_obtain_screen(screen->vt);
    vterm_screen_enable_altscreen(screen->cells, 1);
    vterm_screen_set_callbacks(screen->cells, &screen_callbacks, screen);
    vterm_screen_reset(screen->cells, 1);
    start_program(screen, (char **)argv->pdata, variables, rows, columns);
    return screen;
}

PgmScreen *pgm_screen_new(int rows, int columns, const char *const *args, const char *const *environment)
{
    const char *binary = g_getenv("PGM_TEST_BINARY");

    g_assert_nonnull(binary);
    return pgm_screen_new_program(binary, rows, columns, args, environment);
}

GPid pgm_screen_pid(const PgmScreen *screen)
{
    return screen->pid;
}

static void note_disturbance(PgmScreen *screen)
{
    if (screen->slept < 0)
    {
        screen->slept = pgm_screen_naps(screen);
    }
}

void pgm_screen_signal(PgmScreen *screen, int signal_number)
{
    g_assert_cmpint(screen->pid, >, 0);
    note_disturbance(screen);
    kill(screen->pid, signal_number);
}

static gint64 deadline_in(int ms)
{
    return g_get_monotonic_time() + (gint64)ms * 1000;
}

static int ms_until(gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();

    return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

static void send_unsent(PgmScreen *screen)
{
    while (screen->unsent->len > 0 && !screen->ended && screen->pty >= 0)
    {
        ssize_t n = write(screen->pty, screen->unsent->data, screen->unsent->len);

        if (n < 0 && errno == EINTR)
        {
            continue;
        }
        if (n <= 0)
        {
            return;
        }
        g_byte_array_remove_range(screen->unsent, 0, (guint)n);
    }
}

/* One read of what has come, at most TIMEOUT_MS later. FALSE when nothing came. */
static gboolean take_output(PgmScreen *screen, int timeout_ms)
{
    struct pollfd poll_fd = {.fd = screen->pty, .events = POLLIN};
    char bytes[16384];
    ssize_t n;

    send_unsent(screen);
    if (screen->ended || screen->pty < 0)
    {
        return FALSE;
    }
    poll_fd.events = (short)(POLLIN | (screen->unsent->len > 0 ? POLLOUT : 0));
    if (poll(&poll_fd, 1, timeout_ms) <= 0)
    {
        return FALSE;
    }
    n = read(screen->pty, bytes, sizeof bytes);
    if (n > 0)
    {
        g_string_append_len(screen->output, bytes, n);
        vterm_input_write(screen->vt, bytes, (size_t)n);
        send_unsent(screen);
        return TRUE;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR))
    {
        screen->ended = TRUE; /* EIO: the last one has closed the program's side */
    }
    return FALSE;
}

/* And the program has come to rest: what it does after it has drawn (a question throws away what was typed before) is
 * done too. */
static void take_frame(PgmScreen *screen)
{
    gint64 deadline = deadline_in(FRAME_MOST_MS);

    while (g_get_monotonic_time() < deadline && (take_output(screen, FRAME_GAP_MS) || !pgm_screen_sleeps(screen)))
    {
    }
}

/* The program has taken what was typed, done what it does about it at once, and waits again: woken and asleep once
 * more, with nothing left to read, seen twice, since keys are on their way for a moment in which they are nowhere. */
static gboolean has_caught_up(PgmScreen *screen)
{
    return screen->unsent->len == 0 && pgm_screen_has_read(screen) && pgm_screen_naps(screen) > screen->slept &&
           pgm_screen_sleeps(screen);
}

/* Lets the screen be what it is after what was typed: a text that stood there before must not be taken for the answer.
 * A program that does not read now, or does nothing but that, is not waited for longer than CATCH_UP_MOST_MS. */
static void catch_up(PgmScreen *screen)
{
    gint64 deadline = deadline_in(CATCH_UP_MOST_MS);
    int seen = 0;

    while (screen->slept >= 0 && seen < 2 && !screen->ended && g_get_monotonic_time() < deadline)
    {
        take_output(screen, CATCH_UP_TICK_MS);
        seen = has_caught_up(screen) ? seen + 1 : 0;
    }
    screen->slept = -1;
}

gboolean pgm_screen_wait(PgmScreen *screen, gboolean (*condition)(PgmScreen *screen, gpointer user), gpointer user,
                         int timeout_ms)
{
    gint64 deadline = deadline_in(timeout_ms);

    catch_up(screen);
    for (;;)
    {
        if (condition(screen, user))
        {
            take_frame(screen);
            if (condition(screen, user))
            {
                return TRUE;
            }
        }
        if (screen->ended || g_get_monotonic_time() >= deadline)
        {
            return FALSE;
        }
        take_output(screen, ms_until(deadline));
    }
}

static gboolean text_stands(PgmScreen *screen, gpointer user)
{
    return pgm_screen_find(screen, user, NULL, NULL);
}

static gboolean text_is_gone(PgmScreen *screen, gpointer user)
{
    return !pgm_screen_find(screen, user, NULL, NULL);
}

gboolean pgm_screen_wait_text(PgmScreen *screen, const char *text, int timeout_ms)
{
    return pgm_screen_wait(screen, text_stands, (gpointer)(guintptr)text, timeout_ms);
}

/* What the program does not do at once has not reached the screen a moment later: this must not be asked of the old
 * picture alone, so what is on its way is let in first. */
gboolean pgm_screen_wait_gone(PgmScreen *screen, const char *text, int timeout_ms)
{
    catch_up(screen);
    take_frame(screen);
    return pgm_screen_wait(screen, text_is_gone, (gpointer)(guintptr)text, timeout_ms);
}

void pgm_screen_settle(PgmScreen *screen, int quiet_ms)
{
    catch_up(screen);
    while (take_output(screen, quiet_ms))
    {
    }
}

static gboolean reap(PgmScreen *screen)
{
    int status;

    if (screen->pid > 0 && waitpid(screen->pid, &status, WNOHANG) == screen->pid)
    {
        screen->pid = 0;
        screen->exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return screen->pid == 0;
}

int pgm_screen_wait_exit(PgmScreen *screen, int timeout_ms)
{
    gint64 deadline = deadline_in(timeout_ms);

    while (!reap(screen) && g_get_monotonic_time() < deadline)
    {
        if (!take_output(screen, EXIT_TICK_MS) && screen->ended)
        {
            g_usleep(EXIT_TICK_MS * 1000);
        }
    }
    while (screen->pid == 0 && take_output(screen, 0))
    {
    }
    return screen->exit;
}

void pgm_screen_free(PgmScreen *screen)
{
    gint64 deadline = deadline_in(HANGUP_PATIENCE_MS);

    if (screen == NULL)
    {
        return;
    }
    close(screen->pty);
    screen->pty = -1;
    while (!reap(screen) && g_get_monotonic_time() < deadline)
    {
        g_usleep(EXIT_TICK_MS * 1000);
    }
    if (screen->pid > 0)
    {
        kill(screen->pid, SIGKILL);
        waitpid(screen->pid, NULL, 0);
    }
    vterm_free(screen->vt);
    g_byte_array_unref(screen->unsent);
    g_string_free(screen->output, TRUE);
    g_free(screen->title);
    g_free(screen);
}

void pgm_screen_type(PgmScreen *screen, const char *text)
{
    note_disturbance(screen);
    on_output(text, strlen(text), screen);
    send_unsent(screen);
}

void pgm_screen_control(PgmScreen *screen, char letter)
{
    char code = (char)(letter & 0x1f);

    note_disturbance(screen);
    on_output(&code, 1, screen);
    send_unsent(screen);
}

/* What the keys send depends on what the program asked the terminal for: libvterm knows. */
void pgm_screen_key(PgmScreen *screen, PgmScreenKey key)
{
    static const VTermKey plain[] = {
        [PGM_SCREEN_ENTER] = VTERM_KEY_ENTER, [PGM_SCREEN_ESCAPE] = VTERM_KEY_ESCAPE,
        [PGM_SCREEN_TAB] = VTERM_KEY_TAB,     [PGM_SCREEN_BACKTAB] = VTERM_KEY_TAB,
        [PGM_SCREEN_UP] = VTERM_KEY_UP,       [PGM_SCREEN_BACKSPACE] = VTERM_KEY_BACKSPACE,
        [PGM_SCREEN_DOWN] = VTERM_KEY_DOWN,   [PGM_SCREEN_LEFT] = VTERM_KEY_LEFT,
        [PGM_SCREEN_RIGHT] = VTERM_KEY_RIGHT, [PGM_SCREEN_HOME] = VTERM_KEY_HOME,
        [PGM_SCREEN_END] = VTERM_KEY_END,     [PGM_SCREEN_PAGE_UP] = VTERM_KEY_PAGEUP,
        [PGM_SCREEN_INSERT] = VTERM_KEY_INS,  [PGM_SCREEN_PAGE_DOWN] = VTERM_KEY_PAGEDOWN,
        [PGM_SCREEN_DELETE] = VTERM_KEY_DEL,
    };
    VTermKey code = key >= PGM_SCREEN_F1 ? (VTermKey)VTERM_KEY_FUNCTION(key - PGM_SCREEN_F1 + 1) : plain[key];

    note_disturbance(screen);
    vterm_keyboard_key(screen->vt, code, key == PGM_SCREEN_BACKTAB ? VTERM_MOD_SHIFT : VTERM_MOD_NONE);
    send_unsent(screen);
}

void pgm_screen_click(PgmScreen *screen, int row, int column, int button)
{
    note_disturbance(screen);
    vterm_mouse_move(screen->vt, row, column, VTERM_MOD_NONE);
    vterm_mouse_button(screen->vt, button, true, VTERM_MOD_NONE);
    vterm_mouse_button(screen->vt, button, false, VTERM_MOD_NONE);
    send_unsent(screen);
}

void pgm_screen_resize(PgmScreen *screen, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    while (take_output(screen, 0)) /* what was drawn for the old size */
    {
    }
    vterm_set_size(screen->vt, rows, columns);
    note_disturbance(screen);
    g_assert_cmpint(ioctl(screen->pty, TIOCSWINSZ, &size), ==, 0);
}

gboolean pgm_screen_cooked(const PgmScreen *screen)
{
    struct termios settings;

    return tcgetattr(screen->pty, &settings) == 0 && (settings.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}
