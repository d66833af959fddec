/* draw.c - the whole screen: header, tabs, the view or the page over it, footer. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/intervene.h"
#include "tui/walk.h"

#include <string.h>

enum
{
    LEAST_COLUMNS = 60,
    LEAST_ROWS = 18,
    SILENT_SECONDS = 6, /* twice the inspector's pause: worth a word */
    DEAF_SECONDS = 15,  /* longer than any of its statements may take */
};

static PgmEnvironment environment(const PgmConsole *console)
{
    const PgmServerNews *server = pgm_facts_get(&console->facts, PGM_NEWS_SERVER);
    /* Before the server has answered only the target's own word counts; silence is no proof of harmlessness. */
    return server != NULL ? server->environment : console->options->target->environment;
}

/* While a run goes on, the inspector is told to keep quiet. */
static int silence(const PgmConsole *console)
{
    return pgm_console_is_running(console) ? 0 : pgm_facts_silence(&console->facts);
}

/* In the room there is: first the product's name gets short, then the user goes. */
static char *header_left(const PgmConsole *console, int room)
{
    const PgmServerNews *server = pgm_facts_get(&console->facts, PGM_NEWS_SERVER);
    g_autofree char *target = pgm_text_safe(console->options->target->name, -1);
    g_autofree char *version = pgm_text_safe(server != NULL ? server->version : NULL, -1);
    const char *state = console->facts.lost                ? "  NOT CONNECTED"
                        : server == NULL                   ? "  connecting…"
                        : silence(console) >= DEAF_SECONDS ? "  NO ANSWER"
                                                           : "";
    GString *text = g_string_new(NULL);
    for (int shorter = 0; shorter < 3; shorter++)
    {
        g_string_assign(text, " pgmedic");
        /* What forbids a run stands where nothing is cut. */
        g_string_append_printf(text, "%s%s%s%s%s", *target != '\0' ? "  " : "", target, state,
                               server != NULL && server->standby ? "  STANDBY" : "",
                               server != NULL && server->pooled ? "  POOLER" : "");
        if (server != NULL)
        {
            const char *place = strchr(server->where, '/');
            g_string_append_printf(text, "  %s  %s %s %s%s", shorter >= 2 && place != NULL ? place + 1 : server->where,
                                   shorter >= 1 ? "PG" : "PostgreSQL", version, server->standby ? "standby" : "primary",
                                   server->superuser && shorter < 2 ? "  superuser" : "");
        }
        if (pgm_text_columns(text->str) <= room)
        {
            break;
        }
    }
    return g_string_free(text, FALSE);
}

static void draw_header(PgmConsole *console)
{
    PgmDisplay *display = console->display;
    int columns = pgm_display_columns(display);
    PgmEnvironment which = environment(console);
    PgmStyle style = which == PGM_ENVIRONMENT_PRODUCTION ? PGM_STYLE_PRODUCTION : PGM_STYLE_HEADER;
    gboolean armed = pgm_walk_is_armed(console->walk) || pgm_intervene_is_armed(console);
    g_autofree char *name =
        which == PGM_ENVIRONMENT_UNSET ? g_strdup("") : g_ascii_strup(pgm_environment_name(which), -1);
    const char *state = armed ? " ARMED " : " READ-ONLY ";
    int state_columns = (int)strlen(state);
    int name_columns = (int)strlen(name);
    int room = columns - state_columns - name_columns - 2;
    g_autofree char *left = header_left(console, room);
    pgm_display_fill(display, 0, 0, columns, style, "");
    pgm_display_text(display, 0, 0, room, style, left);
    pgm_display_text(display, 0, columns - state_columns - name_columns - 1, name_columns, style, name);
    pgm_display_text(display, 0, columns - state_columns, state_columns, armed ? PGM_STYLE_ARMED : style, state);
}

/* What the run does meanwhile, for who looks elsewhere; NULL: none goes on, or it is in sight. Caller frees. */
static char *run_elsewhere(const PgmConsole *console)
{
    if (!pgm_console_is_running(console) || (console->current == PGM_VIEW_RUN && console->pages->len == 0))
    {
        return NULL;
    }
    if (console->walk->question == NULL)
    {
        return g_strdup("▶ 5 runs");
    }
    g_autofree char *left = pgm_question_left(console->walk);
    return left != NULL ? g_strdup_printf("▲ 5 asks: %s left", left) : g_strdup("▲ 5 asks");
}

static void draw_tabs(PgmConsole *console)
{
    PgmDisplay *display = console->display;
    int columns = pgm_display_columns(display);
    int column = 1;
    for (int view = 0; view < PGM_VIEWS; view++)
    {
        g_autofree char *text = g_strdup_printf("%d %s", view + 1, pgm_view_title((PgmViewId)view));
        console->tab_columns[view] = column;
        PgmStyle style = view == (int)console->current                             ? PGM_STYLE_TAB_ACTIVE
                         : view == PGM_VIEW_RUN && pgm_console_is_running(console) ? PGM_STYLE_WARN
                                                                                   : PGM_STYLE_TAB;
        pgm_display_text(display, 1, column, columns - column, style, text);
        column += (int)strlen(text) + (columns < 90 ? 1 : 2);
    }
    g_autofree char *now = pgm_time_now();
    const gint64 *micros = pgm_facts_get(&console->facts, PGM_NEWS_ROUND_TRIP);
    GString *right = g_string_new(NULL);
    g_string_append_len(right, now + strlen("2026-11-21T"), (gssize)strlen("08:25:12"));
    g_string_append_c(right, 'Z');
    gboolean silent = silence(console) >= SILENT_SECONDS;
    if (silent)
    {
        g_string_printf(right, "no answer for %d s", silence(console));
    }
    else if (micros != NULL && !console->facts.lost)
    {
        g_string_append_printf(right, *micros < 1000 ? "  <1 ms" : "  %d ms", (int)(*micros / 1000));
    }
    g_autofree char *elsewhere = run_elsewhere(console);
    if (elsewhere != NULL)
    {
        g_string_assign(right, elsewhere);
    }
    int room = MAX(columns - column - 1, 0);
    g_autofree char *cut = pgm_text_cut(right->str, room);
    int width = pgm_text_columns(cut);
    if (width == pgm_text_columns(right->str) || (elsewhere != NULL && room >= 8))
    {
        pgm_display_text(display, 1, columns - width - 1, width,
                         silent || elsewhere != NULL ? PGM_STYLE_WARN : PGM_STYLE_DIM, cut);
    }
    g_string_free(right, TRUE);
}

/* Keys bold, what they do plain: "Enter open   d diagnose an error". */
static void draw_keys(PgmDisplay *display, int row, int columns, const char *footer)
{
    g_auto(GStrv) items = g_strsplit(footer, "   ", -1);
    int column = 1;
    for (guint i = 0; items[i] != NULL && column < columns; i++)
    {
        const char *blank = strchr(items[i], ' ');
        g_autofree char *key = blank != NULL ? g_strndup(items[i], (gsize)(blank - items[i])) : g_strdup(items[i]);
        int key_columns = pgm_text_columns(key);
        pgm_display_text(display, row, column, columns - column, PGM_STYLE_STRONG, key);
        pgm_display_text(display, row, column + key_columns, columns - column - key_columns, PGM_STYLE_DIM,
                         items[i] + strlen(key));
        column += pgm_text_columns(items[i]) + 3;
    }
}

static char *page_footer(PgmConsole *console, PgmPage *page, int columns)
{
    if (page->ops != NULL && page->ops->footer != NULL)
    {
        return page->ops->footer(page, console, columns);
    }
    g_autofree char *rest = pgm_keys_footer(pgm_console_keys(console), columns);
    GString *footer = g_string_new(NULL);
    if (page->enter_label != NULL)
    {
        g_string_append_printf(footer, "Enter %s   ", page->enter_label);
    }
    if (page->run_label != NULL)
    {
        g_string_append_printf(footer, "r %s   ", page->run_label);
    }
    /* The table says "Enter open" and "/ filter"; a page has its own words for both. */
    g_auto(GStrv) items = g_strsplit(rest, "   ", -1);
    for (guint i = 0; items[i] != NULL; i++)
    {
        if (!g_str_has_prefix(items[i], "Enter "))
        {
            g_string_append_printf(footer, "%s   ", g_str_has_prefix(items[i], "/ ") ? "/ search" : items[i]);
        }
    }
    return g_string_free(footer, FALSE);
}

/* Armed, one does not arm again: the place of "A arm" is that of the way back, which during a run is the run's own. */
static char *without_arming(const PgmConsole *console, const char *footer)
{
    g_auto(GStrv) items = g_strsplit(footer, "   ", -1);
    GString *text = g_string_new(NULL);
    for (guint i = 0; items[i] != NULL; i++)
    {
        const char *item = !g_str_equal(items[i], "A arm")   ? items[i]
                           : pgm_intervene_is_armed(console) ? ":disarm"
                                                             : NULL;
        g_string_append_printf(text, "%s%s", item != NULL && text->len > 0 ? "   " : "", item != NULL ? item : "");
    }
    return g_string_free(text, FALSE);
}

static void draw_footer(PgmConsole *console)
{
    PgmDisplay *display = console->display;
    int row = pgm_display_rows(display) - 1;
    int columns = pgm_display_columns(display);
    if (console->prompt != NULL)
    {
        pgm_prompt_draw(console->prompt, display);
        return;
    }
    if (console->paste != NULL)
    {
        draw_keys(display, row, columns, "Ctrl-D diagnose it   Esc call it off");
        return;
    }
    if (console->notice != NULL)
    {
        pgm_display_text(display, row, 1, columns - 2, PGM_STYLE_WARN, console->notice);
        return;
    }
    if (pgm_intervene_is_open(console))
    {
        draw_keys(display, row, columns, "Enter does it   Esc goes back");
        return;
    }
    g_autofree char *footer = NULL;
    PgmView *view = console->views[console->current];
    if (console->pages->len > 0)
    {
        footer = page_footer(console, pgm_console_top_page(console), columns - 2);
    }
    else if (view->ops->footer != NULL)
    {
        footer = view->ops->footer(view, console, columns - 2);
    }
    else
    {
        footer = pgm_keys_footer(console->current, columns - 2);
    }
    if (pgm_intervene_is_armed(console) || pgm_console_is_running(console))
    {
        g_autofree char *armed = without_arming(console, footer);
        draw_keys(display, row, columns, armed);
        return;
    }
    draw_keys(display, row, columns, footer);
}

static void draw_page(PgmConsole *console, PgmArea area)
{
    PgmPage *page = pgm_console_top_page(console);
    if (page->ops != NULL && page->ops->draw != NULL)
    {
        page->ops->draw(page, console, area);
        return;
    }
    g_autofree char *place = pgm_pager_place(page->pager);
    PgmArea inside =
        pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, page->title, g_str_equal(place, "all") ? NULL : place);
    pgm_pager_draw(page->pager, console->display, inside);
}

static void draw_paste(PgmConsole *console, PgmArea area)
{
    PgmArea inside =
        pgm_frame_draw(console->display, area, PGM_STYLE_QUESTION, "Paste the error here, then press Ctrl-D", NULL);
    g_autoptr(PgmPager) pager = pgm_pager_new();
    pgm_pager_add(pager, PGM_STYLE_NORMAL, console->paste->str);
    pgm_pager_to_end(pager);
    pgm_pager_draw(pager, console->display, inside);
}

static void draw_too_small(PgmConsole *console)
{
    PgmDisplay *display = console->display;
    int rows = pgm_display_rows(display), columns = pgm_display_columns(display);
    g_autofree char *text =
        g_strdup_printf("terminal too small: %dx%d needed, this is %dx%d", LEAST_COLUMNS, LEAST_ROWS, columns, rows);
    g_auto(GStrv) lines = pgm_text_wrap(text, MAX(columns, 1));
    for (int i = 0; i < rows && lines[i] != NULL; i++)
    {
        pgm_display_text(display, i, 0, columns, PGM_STYLE_STRONG, lines[i]);
    }
}

void pgm_console_draw(PgmConsole *console)
{
    PgmDisplay *display = console->display;
    int rows = pgm_display_rows(display), columns = pgm_display_columns(display);
    pgm_display_erase(display);
    pgm_display_cursor(display, -1, -1);
    if (rows < LEAST_ROWS || columns < LEAST_COLUMNS)
    {
        draw_too_small(console);
        pgm_display_flush(display);
        return;
    }
    PgmArea body = {2, 0, rows - 3, columns};
    PgmArea asked = {0};
    gboolean asks = pgm_intervene_is_open(console) && console->paste == NULL;
    if (asks)
    {
        asked = pgm_area_take_bottom(&body, pgm_intervene_rows(console, columns, body.rows - 6));
    }
    draw_header(console);
    draw_tabs(console);
    if (console->paste != NULL)
    {
        draw_paste(console, body);
    }
    else if (console->pages->len > 0)
    {
        draw_page(console, body);
    }
    else
    {
        PgmView *view = console->views[console->current];
        view->ops->draw(view, console, body);
    }
    if (asks)
    {
        pgm_intervene_draw(console, asked);
    }
    draw_footer(console);
    pgm_display_flush(display);
}
