/* intervene.c - armed or not, whom a signal would meet, and what came of it. */
#include "tui/intervene.h"

#include "pgmedic/engine.h"
#include "pgmedic/text.h"
#include "tui/inspector.h"
#include "tui/librarian.h"
#include "tui/session_text.h"
#include "tui/signaller.h"
#include "tui/walk.h"

#include <string.h>

struct PgmIntervention
{
    PgmWorker *signaller; /* NULL: it was never needed */
    gboolean armed;       /* outside a run */
    gboolean typing;      /* the database's name is being typed */
    PgmSignal *asked;     /* the question that is open; NULL: none */
    char *asked_key;
    char *title, *text; /* of it; safe */
    gboolean drawn;     /* keys count from here on */
};

PgmIntervention *pgm_intervene_new(void)
{
    return g_new0(PgmIntervention, 1);
}

static void close_question(PgmIntervention *intervention)
{
    g_clear_pointer(&intervention->asked, pgm_signal_free);
    g_clear_pointer(&intervention->asked_key, g_free);
    g_clear_pointer(&intervention->title, g_free);
    g_clear_pointer(&intervention->text, g_free);
    intervention->drawn = FALSE;
}

gboolean pgm_intervene_free(PgmIntervention *intervention, int ms)
{
    gboolean quiet = intervention->signaller == NULL || pgm_worker_stop(intervention->signaller, ms);
    close_question(intervention);
    g_free(intervention);
    return quiet;
}

gboolean pgm_intervene_is_armed(const PgmConsole *console)
{
    return console->intervention->armed;
}

/* Arming */

static void name_typed(PgmConsole *console, const char *text, gpointer user)
{
    (void)user;
    PgmIntervention *intervention = console->intervention;
    const PgmServerNews *server = pgm_facts_get(&console->facts, PGM_NEWS_SERVER);
    intervention->typing = FALSE;
    if (text == NULL || server == NULL)
    {
        return;
    }
    g_autofree char *typed = g_strstrip(g_strdup(text));
    if (!g_str_equal(typed, server->database))
    {
        pgm_console_say(console, "that is not the database's name; nothing was done");
        return;
    }
    if (intervention->signaller == NULL)
    {
        intervention->signaller = pgm_signaller_start(console->options, console->inbox);
    }
    pgm_worker_tell(intervention->signaller, PGM_SIGNALLER_ARM, g_steal_pointer(&typed), NULL, NULL);
    pgm_console_say(console, "arming…");
}

void pgm_intervene_arm(PgmConsole *console)
{
    const PgmServerNews *server = pgm_facts_get(&console->facts, PGM_NEWS_SERVER);
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "a run is going on, and asks for the database's name itself; 5 shows it");
        return;
    }
    if (server == NULL || console->facts.lost)
    {
        pgm_console_say(console, "not connected: there is nothing to arm for");
        return;
    }
    if (server->standby)
    {
        pgm_console_say(console, "this is a standby: it is never armed");
        return;
    }
    if (console->intervention->armed)
    {
        pgm_console_say(console, "armed already: x cancels a statement, T terminates a session, :disarm ends it");
        return;
    }
    if (console->current != PGM_VIEW_SESSIONS)
    {
        pgm_console_show(console, PGM_VIEW_SESSIONS);
    }
    close_question(console->intervention);
    console->intervention->typing = TRUE;
    g_autofree char *label = g_strdup_printf("Type the database's name (%s):", server->database);
    pgm_console_ask(console, label, NULL, PGM_COMPLETE_NOTHING, NULL, name_typed, NULL, NULL);
}

void pgm_intervene_disarm(PgmConsole *console, const char *why)
{
    PgmIntervention *intervention = console->intervention;
    close_question(intervention);
    if (intervention->signaller != NULL)
    {
        intervention->armed = FALSE; /* at once: what is still on its way was asked for before */
        pgm_worker_tell(intervention->signaller, PGM_SIGNALLER_DISARM, g_strdup(why), NULL, NULL);
    }
}

/* The question */

/* Three lines; a name that holds a line end must not add one of its own. Safe; caller frees. */
static char *question_text(const PgmSessionRow *row, PgmSignalKind kind)
{
    g_autofree char *who = pgm_session_who(row);
    g_autofree char *state = pgm_session_state(row);
    g_autofree char *since = pgm_session_age(kind == PGM_SIGNAL_CANCEL ? row->query_ms : row->state_ms);
    g_autofree char *statement = pgm_session_statement(row);
    g_autofree char *cut = pgm_text_cut(statement, 240);
    g_autofree char *loss = pgm_session_loss(row, kind == PGM_SIGNAL_TERMINATE);
    const char *client = g_strcmp0(row->client, "local") == 0 ? "a local socket" : row->client;
    g_autofree char *meets =
        g_strdup_printf("%s%s%s%s%s, %s for %s%s", who, client != NULL ? " from " : "", client != NULL ? client : "",
                        row->database != NULL ? ", database " : "", row->database != NULL ? row->database : "", state,
                        since, *cut != '\0' ? ":" : ".");
    g_autofree char *first = pgm_text_safe(meets, -1);
    g_autofree char *last = pgm_text_safe(loss, -1);
    return g_strdup_printf("%s\n%s\n%s", first, cut, last);
}

static const PgmSessionRow *session(const PgmConsole *console, const char *key)
{
    const PgmSessionsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SESSIONS);
    return pgm_session_by_key(news != NULL ? news->rows : NULL, key);
}

/* Armed, here or by the run; else says how that is done. */
static gboolean may_ask(PgmConsole *console)
{
    if (pgm_console_is_running(console))
    {
        if (!pgm_walk_is_armed(console->walk))
        {
            pgm_console_say(console, "this run is not armed yet: it asks for the database's name itself (5)");
        }
        return pgm_walk_is_armed(console->walk);
    }
    const PgmServerNews *server = pgm_facts_get(&console->facts, PGM_NEWS_SERVER);
    if (server != NULL && server->standby)
    {
        pgm_console_say(console, "this is a standby: it is never armed, and nothing is ended on it from here");
        return FALSE;
    }
    if (!console->intervention->armed)
    {
        pgm_console_say(console, "READ-ONLY: A (or :arm) arms pgmedic first, by the database's name");
    }
    return console->intervention->armed;
}

void pgm_intervene_ask(PgmConsole *console, PgmSignalKind kind, const char *key)
{
    PgmIntervention *intervention = console->intervention;
    const PgmSessionRow *row = session(console, key);
    if (row == NULL)
    {
        pgm_console_say(console, key != NULL ? "that session has ended" : "no session is selected");
        return;
    }
    g_autofree char *refusal = pgm_signal_refusal(kind, row);
    if (refusal != NULL)
    {
        pgm_console_say(console, "%s", refusal);
        return;
    }
    if (!may_ask(console))
    {
        return;
    }
    close_question(intervention);
    intervention->asked = pgm_signal_new(kind, row);
    intervention->asked_key = g_strdup(key);
    intervention->title = g_strdup_printf(
        kind == PGM_SIGNAL_CANCEL ? "Cancel the statement of session %d?" : "Terminate session %d?", row->pid);
    intervention->text = question_text(row, kind);
}

gboolean pgm_intervene_is_open(const PgmConsole *console)
{
    const PgmIntervention *intervention = console->intervention;
    return console->current == PGM_VIEW_SESSIONS &&
           (intervention->asked != NULL || (intervention->typing && console->prompt != NULL));
}

gboolean pgm_intervene_unseen(const PgmConsole *console)
{
    return pgm_intervene_is_open(console) && console->intervention->asked != NULL && !console->intervention->drawn;
}

void pgm_intervene_seen(PgmConsole *console)
{
    console->intervention->drawn = TRUE;
}

/* Safe; caller frees. */
static char *arming_text(const PgmConsole *console)
{
    const PgmServerNews *server = pgm_facts_get(&console->facts, PGM_NEWS_SERVER);
    g_autofree char *user = pgm_text_safe(server != NULL ? server->user : "this role", -1);
    return g_strdup_printf(
        "Armed, you can cancel statements (x) and terminate sessions (T) of others on this server, as "
        "%s, and nothing else. Each one is asked for again, and recorded with your name. It disarms by "
        "itself after %d minutes without use; :disarm does it at once.",
        user, PGM_SIGNALLER_IDLE_MINUTES);
}

static GStrv panel_lines(const PgmConsole *console, int columns)
{
    const PgmIntervention *intervention = console->intervention;
    g_autofree char *text = intervention->asked != NULL ? g_strdup(intervention->text) : arming_text(console);
    return pgm_text_wrap(text, MAX(columns, 1));
}

int pgm_intervene_rows(const PgmConsole *console, int columns, int most)
{
    g_auto(GStrv) lines = panel_lines(console, columns - 4);
    return MIN((int)g_strv_length(lines) + 2 + (console->intervention->asked != NULL), most);
}

/* What Enter would do by now: the session, or its statement, may have ended while the question stood open. */
static char *enter_line(const PgmConsole *console)
{
    const PgmIntervention *intervention = console->intervention;
    const PgmSessionRow *row = session(console, intervention->asked_key);
    gboolean cancel = intervention->asked->kind == PGM_SIGNAL_CANCEL;
    if (row == NULL)
    {
        return g_strdup(" It has ended meanwhile. Any key goes back. ");
    }
    if (cancel && g_strcmp0(row->query_start, intervention->asked->query_start) != 0)
    {
        return g_strdup(" That statement has ended meanwhile. Any key goes back. ");
    }
    return g_strdup_printf(" Enter %s.   Any other key goes back. ", cancel ? "cancels it" : "terminates it");
}

void pgm_intervene_draw(PgmConsole *console, PgmArea area)
{
    const PgmIntervention *intervention = console->intervention;
    PgmDisplay *display = console->display;
    const char *title = intervention->asked != NULL ? intervention->title : "Arm, to end sessions of others?";
    PgmArea inside = pgm_frame_draw(display, area, PGM_STYLE_QUESTION, title, NULL);
    g_auto(GStrv) lines = panel_lines(console, inside.columns);
    if (intervention->asked != NULL)
    {
        PgmArea bottom = pgm_area_take_bottom(&inside, 1);
        g_autofree char *enter = enter_line(console);
        pgm_display_text(display, bottom.row, bottom.column, bottom.columns, PGM_STYLE_ARMED, enter);
    }
    for (int i = 0; i < inside.rows && lines[i] != NULL; i++)
    {
        pgm_display_text(display, inside.row + i, inside.column, inside.columns, PGM_STYLE_NORMAL, lines[i]);
    }
}

static void do_it(PgmConsole *console)
{
    PgmIntervention *intervention = console->intervention;
    g_autoptr(PgmSignal) signal = g_steal_pointer(&intervention->asked);
    pgm_console_say(console, "%s %d…",
                    signal->kind == PGM_SIGNAL_CANCEL ? "cancelling the statement of" : "terminating", signal->pid);
    if (pgm_console_is_running(console))
    {
        pgm_engine_signal(console->walk->engine, signal);
        return;
    }
    GPtrArray *one = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))pgm_signal_free);
    g_ptr_array_add(one, g_steal_pointer(&signal));
    pgm_worker_tell(intervention->signaller, PGM_SIGNALLER_SIGNAL, NULL, NULL, one);
}

PgmReaction pgm_intervene_key(PgmConsole *console, int key)
{
    PgmIntervention *intervention = console->intervention;
    if (console->current != PGM_VIEW_SESSIONS && intervention->asked != NULL)
    {
        close_question(intervention); /* the run has asked something meanwhile, and is in front */
    }
    if (intervention->asked == NULL)
    {
        return PGM_IGNORED;
    }
    if (!intervention->drawn)
    {
        return PGM_HANDLED;
    }
    /* What the question was asked under may be over by now. */
    if (key == PGM_KEY_ENTER && may_ask(console))
    {
        do_it(console);
    }
    close_question(intervention);
    return PGM_HANDLED;
}

/* What came of it */

static const char *what_then(PgmSignalFate fate, gboolean cancel)
{
    switch (fate)
    {
    case PGM_SIGNAL_STILL_THERE:
        return cancel
                   ? "A statement ends when its backend looks for signals: not while it waits for a disk, or for its "
                     "client to take what it is sent. Look again in a minute; T terminates the session."
                   : "A session ends when its backend looks for signals: not while it waits for a disk or a network "
                     "that does not answer. Look again in a minute. Never kill -9 it: the whole server would restart.";
    case PGM_SIGNAL_REFUSED:
        return "Nothing was done to the session.";
    case PGM_SIGNAL_UNKNOWN:
        return "Look at the sessions again: whether it is still there shows what became of it.";
    default:
        return NULL;
    }
}

void pgm_intervene_outcome(PgmConsole *console, const PgmEvent *outcome)
{
    g_autofree char *sentence = pgm_event_sentence(outcome);
    gboolean cancel = g_strcmp0(pgm_event_text(outcome, "signal"), "cancel") == 0;
    const char *then = what_then(pgm_signal_fate_of(outcome), cancel);
    if (then == NULL || console->current != PGM_VIEW_SESSIONS)
    {
        pgm_console_say(console, "%s", sentence);
        return;
    }
    PgmPage *page = pgm_page_new(cancel ? "Cancelling a statement" : "Terminating a session");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, sentence);
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, then);
    pgm_console_open_page(console, page);
}

/* The reason stands at the end of a message, where a line of the screen cuts it. */
static void tell_not_armed(PgmConsole *console, const char *message)
{
    static const char head[] = "not armed: ";
    g_autofree char *safe = pgm_text_safe(message, -1);
    pgm_console_say(console, "%s%s", head, message);
    if (pgm_text_columns(safe) + (int)strlen(head) + 2 > pgm_display_columns(console->display) &&
        console->current == PGM_VIEW_SESSIONS)
    {
        PgmPage *page = pgm_page_new("Not armed");
        pgm_pager_add(page->pager, PGM_STYLE_NORMAL, message);
        pgm_console_open_page(console, page);
    }
}

void pgm_intervene_hear(PgmConsole *console, PgmNewsKind kind)
{
    PgmIntervention *intervention = console->intervention;
    if (kind == PGM_NEWS_SIGNALLED)
    {
        const PgmSignalledNews *news = pgm_facts_get(&console->facts, kind);
        if (news->error != NULL)
        {
            pgm_console_say(console, "%s", news->error);
        }
        else
        {
            pgm_intervene_outcome(console, news->outcome);
        }
        pgm_worker_tell(console->inspector, PGM_INSPECT_SESSIONS_SHOWN, NULL, NULL, NULL);
        return;
    }
    const PgmArmedNews *news = pgm_facts_get(&console->facts, PGM_NEWS_ARMED);
    intervention->armed = news->armed;
    if (news->armed)
    {
        g_autofree char *record = g_path_get_basename(news->folder);
        pgm_console_say(console, "ARMED: x cancels, T terminates, :disarm ends it. Record %s", record);
    }
    else
    {
        close_question(intervention);
        tell_not_armed(console, news->message);
    }
    pgm_worker_tell(console->librarian, PGM_LIBRARY_RUNS, NULL, NULL, NULL);
}
