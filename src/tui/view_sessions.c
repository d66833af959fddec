/* view_sessions.c - the lock tree, and below it everybody, oldest transaction first. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/intervene.h"
#include "tui/listing.h"
#include "tui/session_text.h"

#include <string.h>

enum
{
    WIDE = 100,     /* columns from which on there is room for applications */
    STALE_MS = 5000 /* an older reading is said to be old */
};

typedef struct
{
    PgmView view;
    PgmListing *tree, *all;
    gboolean in_tree;    /* the tree has the keys */
    gboolean wants_tree; /* it is to have them as soon as there is one */
} Sessions;

static PgmListing *focused(const Sessions *sessions)
{
    return sessions->in_tree ? sessions->tree : sessions->all;
}

static void append_fit(GString *text, const char *raw, int columns)
{
    g_autofree char *safe = pgm_text_safe(raw, -1);
    g_autofree char *fit = pgm_text_fit(safe, columns);
    g_string_append_printf(text, "%s ", fit);
}

static void append_safe(GString *text, const char *raw)
{
    g_autofree char *safe = pgm_text_safe(raw, -1);
    g_string_append_printf(text, "%s  ", safe);
}

/* The lock tree */

/* "holds documents (ROW EXCLUSIVE)": what the first of those below waits for. */
static void append_holding(GString *text, const GPtrArray *rows, const GPtrArray *lines, guint place)
{
    const PgmLockTreeLine *line = g_ptr_array_index(lines, place);
    const PgmLockTreeLine *next = place + 1 < lines->len ? g_ptr_array_index(lines, place + 1) : NULL;
    if (next == NULL || next->depth != line->depth + 1 || next->because == NULL || !next->because->holds)
    {
        return;
    }
    const PgmSessionRow *row = g_ptr_array_index(rows, line->row);
    const PgmSessionRow *waiter = g_ptr_array_index(rows, next->row);
    if (row->awaits != NULL && g_str_equal(row->awaits->thing, waiter->awaits->thing))
    {
        return; /* the place in front of those who want to change the same row */
    }
    PgmSessionLock held = {.mode = next->because->mode, .thing = waiter->awaits->thing};
    g_autofree char *lock = pgm_session_lock(&held);
    g_autofree char *holding = g_strdup_printf("holds %s", lock);
    append_safe(text, holding);
}

static char *tree_name(const PgmSessionRow *row)
{
    return row->gid != NULL ? g_strdup_printf("'%s'", row->gid) : pgm_session_name(row);
}

/* The branches' columns: what the deepest takes, within bounds. */
static int tree_width(const GPtrArray *rows, const GPtrArray *lines, int columns)
{
    int width = columns < WIDE ? 11 : 19;
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmLockTreeLine *line = g_ptr_array_index(lines, i);
        const PgmSessionRow *row = g_ptr_array_index(rows, line->row);
        g_autofree char *name = tree_name(row);
        /* A prepared transaction is called what somebody liked; that may be cut. */
        width = row->gid == NULL ? MAX(width, 2 * line->depth + pgm_text_columns(name)) : width;
    }
    return MIN(width, columns / 4);
}

/* "    └ 4711": of what is too deep the indent goes, never the number. */
static char *tree_branch(const PgmSessionRow *row, int depth, int width)
{
    g_autofree char *name = tree_name(row);
    if (depth == 0)
    {
        return g_steal_pointer(&name);
    }
    int room = MAX(width - 2 - pgm_text_columns(name), 0), indent = 2 * (depth - 1);
    gboolean cut = row->gid == NULL && indent > room;
    return g_strdup_printf("%*s%s%s", cut ? MAX(room - 1, 0) : indent, "", cut ? "…└ " : "└ ", name);
}

static char *tree_text(const GPtrArray *rows, const GPtrArray *lines, guint place, int columns, int width)
{
    const PgmLockTreeLine *line = g_ptr_array_index(lines, place);
    const PgmSessionRow *row = g_ptr_array_index(rows, line->row);
    g_autofree char *who = pgm_session_who(row);
    g_autofree char *branch = tree_branch(row, line->depth, width);
    g_autofree char *since = pgm_session_age(row->awaits != NULL        ? row->wait_ms
                                             : row->transaction_ms >= 0 ? row->transaction_ms
                                                                        : row->state_ms);
    g_autofree char *about = g_strdup_printf("%s%s", row->wait_estimated && row->awaits != NULL ? "≤" : "", since);
    g_autofree char *lock = row->awaits != NULL ? pgm_session_lock(row->awaits) : NULL;
    g_autofree char *waiting =
        lock == NULL ? NULL
                     : g_strdup_printf(
                           "%s %s", line->because == NULL || line->because->holds ? "waits for" : "queued for", lock);
    g_autofree char *state = pgm_session_state(row);
    g_autofree char *statement = pgm_session_statement(row);
    GString *text = g_string_new(row->awaits != NULL ? "✗ " : "▲ ");
    append_fit(text, branch, width);
    g_string_append_printf(text, "%*s%s ", MAX((columns < WIDE ? 10 : 12) - pgm_text_columns(about), 0), "", about);
    append_fit(text, columns < WIDE && row->user != NULL ? row->user : who, columns < WIDE ? 8 : 18);
    if (line->cycle)
    {
        append_safe(text, "↻ waits for one below it: a deadlock");
    }
    else if (line->again)
    {
        append_safe(text, "waits for this one too; it stands above");
    }
    else
    {
        append_safe(text, waiting != NULL ? waiting : state);
        append_holding(text, rows, lines, place);
        g_string_append(text, statement);
    }
    return g_string_free(text, FALSE);
}

static char *tree_title(const GPtrArray *rows)
{
    guint waiting = 0;
    gint64 longest = -1;
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        waiting += row->awaits != NULL;
        longest = row->awaits != NULL ? MAX(longest, row->wait_ms) : longest;
    }
    g_autofree char *age = pgm_session_age(longest);
    return g_strdup_printf("Lock tree: %u wait%s, the longest %s", waiting, waiting == 1 ? "s" : "", age);
}

static void fill_tree(PgmListing *tree, const GPtrArray *rows, const GPtrArray *lines, int columns, int width)
{
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmLockTreeLine *line = g_ptr_array_index(lines, i);
        g_autofree char *key = pgm_session_key(g_ptr_array_index(rows, line->row));
        /* A session that waits for two stands there twice; the selection must tell the lines apart. */
        g_autofree char *line_key = g_strdup_printf("%s\n%d", key, line->again || line->cycle ? (int)i : 0);
        g_autofree char *text = tree_text(rows, lines, i, columns, width);
        pgm_listing_add(tree, line_key, PGM_STYLE_NORMAL, text);
    }
}

/* Everybody */

static const char *sign(const PgmSessionRow *row)
{
    return row->awaits != NULL ? "✗" : row->blocks > 0 || pgm_session_idles_in_transaction(row) ? "▲" : " ";
}

static char *row_text(const GPtrArray *rows, const PgmSessionRow *row, int columns)
{
    g_autofree char *age = row->transaction_ms >= 0 ? pgm_text_duration(row->transaction_ms) : g_strdup("-");
    g_autofree char *state = pgm_session_state(row);
    g_autofree char *statement = pgm_session_statement(row);
    g_autofree char *waiting = pgm_session_waiting(rows, row);
    g_autofree char *name = row->gid != NULL ? g_strdup("no pid") : pgm_session_name(row);
    GString *text = g_string_new(sign(row));
    g_string_append_printf(text, " %7s %12s ", name, age);
    append_fit(text,
               row->user != NULL           ? row->user
               : row->backend_type != NULL ? row->backend_type
                                           : "-",
               columns < WIDE ? 9 : 12);
    if (columns >= WIDE)
    {
        append_fit(text, row->application != NULL ? row->application : "-", 16);
    }
    append_fit(text, state, columns < WIDE ? 19 : 21);
    if (waiting != NULL)
    {
        append_safe(text, waiting);
    }
    if (row->blocks > 0)
    {
        g_string_append_printf(text, "blocks %d  ", row->behind);
    }
    if (row->gid != NULL)
    {
        append_safe(text, row->gid);
    }
    g_string_append(text, statement);
    return g_string_free(text, FALSE);
}

static void fill_all(PgmListing *all, const GPtrArray *rows, int columns)
{
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        g_autofree char *key = pgm_session_key(row);
        g_autofree char *text = row_text(rows, row, columns);
        pgm_listing_add(all, key, PGM_STYLE_NORMAL, text);
    }
}

static char *all_title(const PgmSessionsNews *news)
{
    gint64 age_ms = news != NULL ? (g_get_monotonic_time() - news->read_at) / 1000 : 0;
    if (age_ms < STALE_MS)
    {
        return g_strdup("Sessions, oldest transaction first");
    }
    g_autofree char *age = pgm_text_duration(age_ms);
    return g_strdup_printf("Sessions, oldest transaction first, as of %s ago", age);
}

/* Why there are no rows; raw. NULL: there are some. */
static char *no_rows(const PgmConsole *console, const PgmSessionsNews *news)
{
    if (console->facts.lost)
    {
        return pgm_console_not_connected(console);
    }
    return news == NULL ? g_strdup("Reading…") : news->rows == NULL ? g_strdup(news->error) : NULL;
}

/* Of the selected session; NULL: there is none. */
static char *selected_key(const Sessions *sessions)
{
    const char *selected = pgm_listing_key(focused(sessions));
    const char *end = selected != NULL && sessions->in_tree ? strrchr(selected, '\n') : NULL;
    return end != NULL ? g_strndup(selected, (gsize)(end - selected)) : g_strdup(selected);
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Sessions *sessions = (Sessions *)view;
    const PgmSessionsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SESSIONS);
    g_autofree char *raw = no_rows(console, news);
    g_autofree char *empty = pgm_text_safe(raw != NULL ? raw : "Nobody else is connected.", -1);
    g_autofree char *title = all_title(news);
    g_autoptr(GPtrArray) lines = raw == NULL ? pgm_sessions_tree(news->rows) : NULL;
    gboolean was_in_tree = sessions->in_tree;
    g_autofree char *key = selected_key(sessions);
    pgm_listing_begin(sessions->tree);
    pgm_listing_begin(sessions->all);
    int width = raw == NULL ? tree_width(news->rows, lines, area.columns) : 0;
    if (raw == NULL)
    {
        fill_tree(sessions->tree, news->rows, lines, area.columns, width);
        fill_all(sessions->all, news->rows, area.columns);
    }
    gboolean tree = lines != NULL && lines->len > 0;
    sessions->in_tree =
        pgm_listing_rows(sessions->tree) > 0 && (sessions->wants_tree || pgm_listing_rows(sessions->all) == 0);
    if (was_in_tree && !sessions->in_tree && raw == NULL)
    {
        pgm_listing_choose(sessions->all, key); /* the tree has gone; whom one looked at has not changed */
    }
    pgm_listing_set_focus(sessions->tree, sessions->in_tree);
    pgm_listing_set_focus(sessions->all, !sessions->in_tree);
    if (tree)
    {
        g_autofree char *above = tree_title(news->rows);
        int rows = MIN(MAX(pgm_listing_rows(sessions->tree), 1) + 3, area.rows * 6 / 10);
        g_autofree char *heading =
            g_strdup_printf("    %-*s%*s %s", width + 1, "session", area.columns < WIDE ? 10 : 12, "since",
                            area.columns < WIDE ? "user     what" : "user/application   what");
        pgm_listing_draw(sessions->tree, console->display, pgm_area_take_top(&area, rows), above, heading, "");
    }
    pgm_listing_draw(sessions->all, console->display, area, title,
                     area.columns < WIDE
                         ? "      PID  transaction user      state               query"
                         : "      PID  transaction user         application      state                 query",
                     empty);
}

/* Keys */

static void open_selected(const Sessions *sessions, PgmConsole *console)
{
    g_autofree char *key = selected_key(sessions);
    if (key != NULL)
    {
        pgm_session_open(console, key);
    }
}

/* From one list into the other where the first one ends. */
static gboolean move_over(Sessions *sessions, PgmAction action)
{
    gboolean has_tree = pgm_listing_rows(sessions->tree) > 0;
    gboolean down = action == PGM_ACTION_DOWN || action == PGM_ACTION_PAGE_DOWN || action == PGM_ACTION_LAST;
    gboolean end = action == PGM_ACTION_FIRST || action == PGM_ACTION_LAST;
    gboolean from_here = sessions->in_tree ? down : !down;
    if (!has_tree || !from_here || (!end && !pgm_listing_is_left_by(focused(sessions), action)) ||
        (sessions->in_tree && pgm_listing_rows(sessions->all) == 0))
    {
        return FALSE;
    }
    sessions->in_tree = !sessions->in_tree;
    sessions->wants_tree = sessions->in_tree;
    pgm_listing_enter(focused(sessions), end ? down : !down);
    return TRUE;
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Sessions *sessions = (Sessions *)view;
    if (action == PGM_ACTION_ENTER || action == PGM_ACTION_RIGHT)
    {
        open_selected(sessions, console);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_CANCEL_SESSION || action == PGM_ACTION_TERMINATE_SESSION)
    {
        g_autofree char *key = selected_key(sessions);
        pgm_intervene_ask(console, action == PGM_ACTION_CANCEL_SESSION ? PGM_SIGNAL_CANCEL : PGM_SIGNAL_TERMINATE, key);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_BACK)
    {
        gboolean filtered = pgm_listing_act(sessions->tree, action);
        return pgm_listing_act(sessions->all, action) || filtered ? PGM_HANDLED : PGM_IGNORED;
    }
    gboolean moves = action == PGM_ACTION_UP || action == PGM_ACTION_DOWN || action == PGM_ACTION_PAGE_UP ||
                     action == PGM_ACTION_PAGE_DOWN || action == PGM_ACTION_FIRST || action == PGM_ACTION_LAST;
    if (moves && move_over(sessions, action))
    {
        return PGM_HANDLED;
    }
    sessions->wants_tree = moves ? sessions->in_tree : sessions->wants_tree;
    return pgm_listing_act(focused(sessions), action) ? PGM_HANDLED : PGM_IGNORED;
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    Sessions *sessions = (Sessions *)view;
    gboolean in_tree = pgm_listing_rows(sessions->tree) > 0 && pgm_listing_holds(sessions->tree, row);
    gboolean there = in_tree == sessions->in_tree;
    sessions->in_tree = in_tree;
    sessions->wants_tree = in_tree;
    if ((pgm_listing_click(focused(sessions), row) && there) || twice)
    {
        open_selected(sessions, console);
    }
    return PGM_HANDLED;
}

static void filter(PgmView *view, PgmConsole *console, const char *text)
{
    (void)console;
    pgm_listing_filter(((Sessions *)view)->tree, text);
    pgm_listing_filter(((Sessions *)view)->all, text);
}

static void sessions_free(PgmView *view)
{
    pgm_listing_free(((Sessions *)view)->tree);
    pgm_listing_free(((Sessions *)view)->all);
    g_free(view);
}

PgmView *pgm_view_sessions_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .filter = filter, .free = sessions_free};
    Sessions *sessions = g_new0(Sessions, 1);
    sessions->view.ops = &ops;
    sessions->tree = pgm_listing_new();
    sessions->all = pgm_listing_new();
    pgm_listing_hold(sessions->tree);
    pgm_listing_hold(sessions->all);
    sessions->wants_tree = TRUE; /* whoever looks here looks for the lock */
    return &sessions->view;
}
