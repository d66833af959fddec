/* console.c - the loop: wait for keys, news, signals and the clock; draw. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/inspector.h"
#include "tui/intervene.h"
#include "tui/librarian.h"
#include "tui/sql.h"
#include "tui/walk.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum
{
    TICK_MS = 1000,    /* the clock */
    RUN_TICK_MS = 200, /* countdowns and progress */
    LEAVE_MS = 300,    /* how long a worker may take to end */
};

typedef struct
{
    int fd;
    sigset_t before;
} Signals;

/* Signals are heard as bytes on a descriptor; the workers' threads inherit that they are blocked. */
static void signals_open(Signals *signals)
{
    sigset_t set;
    sigemptyset(&set);
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, SIGPIPE};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
    {
        sigaddset(&set, numbers[i]);
    }
    pthread_sigmask(SIG_BLOCK, &set, &signals->before);
    sigdelset(&set, SIGPIPE);
    signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void signals_close(Signals *signals)
{
    close(signals->fd);
    pthread_sigmask(SIG_SETMASK, &signals->before, NULL);
}

char *pgm_console_not_connected(const PgmConsole *console)
{
    const char *why = pgm_facts_get(&console->facts, PGM_NEWS_UNREACHABLE);
    if (!console->facts.lost)
    {
        return NULL;
    }
    g_autofree char *safe = pgm_text_safe(why, -1);
    return g_strdup_printf("Not connected; trying again. It said: %s", safe);
}

int pgm_console_schema_old_ms(const PgmConsole *console)
{
    return pgm_console_is_running(console) ? 0 : PGM_FACTS_OLD_SCHEMA_MS;
}

gboolean pgm_console_is_running(const PgmConsole *console)
{
    return pgm_walk_is_live(console->walk);
}

void pgm_console_leave(PgmConsole *console)
{
    if (pgm_console_is_running(console))
    {
        pgm_walk_request(console->walk, PGM_REQUEST_QUIT);
    }
    console->leaving = TRUE;
}

void pgm_console_switch(PgmConsole *console, const PgmTarget *target)
{
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "a run is going on here; it has to end before another target can be looked at");
        return;
    }
    console->next_target = target;
    console->leaving = TRUE;
}

static void take_signals(PgmConsole *console, const Signals *signals)
{
    struct signalfd_siginfo info;
    while (read(signals->fd, &info, sizeof info) == (ssize_t)sizeof info)
    {
        switch (info.ssi_signo)
        {
        case SIGWINCH:
        case SIGCONT:
            pgm_display_resize(console->display);
            break;
        case SIGINT:
            pgm_console_act(console, PGM_ACTION_INTERRUPT);
            break;
        default:
            console->terminal_gone |= info.ssi_signo == SIGHUP;
            pgm_console_leave(console);
        }
    }
}

static void learn(PgmConsole *console)
{
    PgmNews *news;
    while ((news = pgm_queue_pop(console->inbox)) != NULL)
    {
        PgmNewsKind kind = news->kind;
        pgm_facts_file(&console->facts, news);
        if (kind == PGM_NEWS_ARMED || kind == PGM_NEWS_SIGNALLED)
        {
            pgm_intervene_hear(console, kind);
        }
        if (kind == PGM_NEWS_UNREACHABLE)
        {
            pgm_intervene_disarm(console, "the connection to the server was lost");
        }
        const PgmDiagnosisNews *diagnosis = pgm_facts_get(&console->facts, PGM_NEWS_DIAGNOSIS);
        if (kind == PGM_NEWS_DIAGNOSIS && diagnosis->asked)
        {
            pgm_diagnosis_open(console);
        }
        if (kind == PGM_NEWS_DETAILS)
        {
            pgm_object_learn(console);
        }
        if (kind == PGM_NEWS_READING)
        {
            pgm_sql_learn(console);
        }
    }
    pgm_diagnosis_early(console);
    /* The deploy's log is diagnosed as soon as there is a library to match it with. */
    if (!console->offered && console->options->error_log != NULL &&
        pgm_facts_get(&console->facts, PGM_NEWS_LIBRARY) != NULL &&
        pgm_facts_get(&console->facts, PGM_NEWS_SERVER) != NULL)
    {
        console->offered = TRUE;
        pgm_diagnosis_file(console, console->options->error_log, FALSE);
    }
}

/* Sessions are read more often while somebody looks at them. */
static void watch_sessions(PgmConsole *console)
{
    gboolean shown = console->current == PGM_VIEW_SESSIONS;
    if (shown != console->sessions_watched)
    {
        console->sessions_watched = shown;
        pgm_worker_tell(console->inspector, shown ? PGM_INSPECT_SESSIONS_SHOWN : PGM_INSPECT_SESSIONS_HIDDEN, NULL,
                        NULL, NULL);
    }
}

static void draw(PgmConsole *console)
{
    if (console->terminal_gone)
    {
        return;
    }
    watch_sessions(console);
    pgm_console_draw(console);
    PgmWalk *walk = console->walk;
    if (pgm_intervene_unseen(console))
    {
        pgm_intervene_seen(console);
        pgm_display_discard_input(console->display);
    }
    if (pgm_question_unseen(walk) && console->pages->len == 0 && console->current == PGM_VIEW_RUN)
    {
        /* What was typed before the question could be seen is no answer to it. */
        walk->question_drawn = TRUE;
        if (console->prompt == NULL)
        {
            pgm_display_discard_input(console->display);
        }
    }
}

static int tick(const PgmConsole *console)
{
    if (pgm_console_is_running(console))
    {
        return RUN_TICK_MS;
    }
    return TICK_MS - (int)(g_get_real_time() / 1000 % TICK_MS) + 1;
}

static void wait_and_handle(PgmConsole *console, const Signals *signals)
{
    enum
    {
        KEYS,
        SIGNALS,
        INBOX,
        WALK,
        COUNT,
    };
    struct pollfd fds[COUNT] = {
        [KEYS] = {.fd = console->terminal_gone ? -1 : STDIN_FILENO, .events = POLLIN},
        [SIGNALS] = {.fd = signals->fd, .events = POLLIN},
        [INBOX] = {.fd = pgm_queue_fd(console->inbox), .events = POLLIN},
        [WALK] = {.fd = console->walk != NULL ? pgm_queue_fd(console->walk->queue) : -1, .events = POLLIN},
    };
    if (poll(fds, COUNT, tick(console)) < 0 && errno != EINTR)
    {
        console->terminal_gone = TRUE;
    }
    take_signals(console, signals);
    learn(console);
    pgm_sql_tick(console);
    if (console->walk != NULL)
    {
        pgm_walk_listen(console->walk, console);
    }
    gboolean hung_up = (fds[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    /* Readable without a byte is the end of input. */
    if (fds[KEYS].revents != 0)
    {
        pgm_console_take_keys(console, hung_up || (fds[KEYS].revents & POLLIN) != 0);
    }
    if (console->terminal_gone && !console->leaving)
    {
        pgm_console_leave(console);
    }
}

static void start(PgmConsole *console)
{
    const PgmTuiOptions *options = console->options;
    if (options->start == PGM_TUI_OVERVIEW)
    {
        return;
    }
    pgm_console_show(console, PGM_VIEW_RUN);
    if (options->start == PGM_TUI_RUN)
    {
        pgm_prepare_given(console, options->runbook);
        return;
    }
    console->walk = pgm_walk_start(console, options->start, NULL, FALSE, options->folder, NULL);
}

/* The terminal is given back before anybody waits for a worker that hangs, unless it is needed for the next target. */
static void console_free(PgmConsole *console)
{
    if (console->prompt != NULL)
    {
        pgm_console_end_prompt(console);
    }
    pgm_history_free(console->history);
    if (console->next_target == NULL)
    {
        pgm_display_close(console->display);
    }
    pgm_walk_free(console->walk);
    gboolean quiet = pgm_worker_stop(console->inspector, LEAVE_MS);
    quiet &= pgm_worker_stop(console->librarian, LEAVE_MS);
    g_ptr_array_unref(console->pages);
    quiet &= pgm_intervene_free(console->intervention, LEAVE_MS);
    quiet &= pgm_sql_free(console->sql, LEAVE_MS);
    for (int i = 0; i < PGM_VIEWS; i++)
    {
        console->views[i]->ops->free(console->views[i]);
    }
    g_free(console->early_log);
    g_free(console->early_source);
    if (console->paste != NULL)
    {
        g_string_free(console->paste, TRUE);
    }
    g_free(console->notice);
    pgm_facts_clear(&console->facts);
    if (quiet)
    {
        pgm_queue_free(console->inbox); /* else a worker that still waits for its server may post into it */
    }
    g_free(console);
}

static PgmConsole *console_new(const PgmTuiOptions *options, PgmDisplay *display)
{
    PgmConsole *console = g_new0(PgmConsole, 1);
    console->options = options;
    console->display = display;
    console->inbox = pgm_queue_new(pgm_news_free);
    console->pages = g_ptr_array_new_with_free_func(pgm_page_free);
    console->history = pgm_history_new();
    console->sql = pgm_sql_new();
    console->intervention = pgm_intervene_new();
    console->views[PGM_VIEW_OVERVIEW] = pgm_view_overview_new();
    console->views[PGM_VIEW_SCHEMA] = pgm_view_schema_new();
    console->views[PGM_VIEW_SESSIONS] = pgm_view_sessions_new();
    console->views[PGM_VIEW_RUNBOOKS] = pgm_view_runbooks_new();
    console->views[PGM_VIEW_RUN] = pgm_view_run_new();
    console->views[PGM_VIEW_JOURNAL] = pgm_view_journal_new();
    return console;
}

static int exit_code(const PgmConsole *console)
{
    if (console->walk != NULL)
    {
        return pgm_walk_exit_code(console->walk);
    }
    if (console->options->start != PGM_TUI_OVERVIEW)
    {
        return 4; /* left before the run began */
    }
    return pgm_facts_get(&console->facts, PGM_NEWS_SERVER) == NULL ? 3 : 0;
}

/* One target, from the first frame until the operator leaves it. */
static PgmConsole *console_run(const PgmTuiOptions *options, PgmDisplay *display, const Signals *signals)
{
    PgmConsole *console = console_new(options, display);
    /* The first frame stands before anybody has connected anywhere. */
    pgm_console_draw(console);
    console->inspector = pgm_inspector_start(options, console->inbox);
    console->librarian = pgm_librarian_start(options, console->inbox);
    start(console);
    while (!console->leaving || pgm_console_is_running(console))
    {
        draw(console);
        wait_and_handle(console, signals);
    }
    return console;
}

int pgm_tui_run(const PgmTuiOptions *options, GError **error)
{
    PgmDisplay *display = pgm_display_open(options->no_color, error);
    if (display == NULL)
    {
        return 2;
    }
    Signals signals;
    signals_open(&signals);
    PgmTuiOptions current = *options;
    const PgmTarget *next;
    int code = 0;
    gboolean walked = FALSE;
    do
    {
        PgmConsole *console = console_run(&current, display, &signals);
        next = console->next_target;
        /* What the last run came to outlives the look at another target. */
        code = console->walk != NULL || !walked ? exit_code(console) : code;
        walked |= console->walk != NULL;
        console_free(console);
        if (next != NULL)
        {
            current.target = next;
            current.error_log = next->error_log;
            current.start = PGM_TUI_OVERVIEW;
        }
    } while (next != NULL);
    signals_close(&signals);
    return code;
}
