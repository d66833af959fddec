/* page_drift.c - every difference from the baseline, worst first; Enter opens the page of what drifts. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/link_page.h"

typedef struct
{
    PgmLinks *links;
    gint64 stamp; /* of the schema's news that it shows; 0: none yet */
    PgmArea inside;
} DriftPage;

static void drift_free(PgmPage *page)
{
    DriftPage *state = page->state;
    pgm_links_free(state->links);
    g_free(state);
}

static void line_free(gpointer data)
{
    PgmLine *line = data;
    g_free(line->text);
    g_free(line->link);
    g_free(line);
}

static void add(GPtrArray *lines, PgmLineRole role, const PgmIdentity *link, char *text)
{
    PgmLine *line = g_new0(PgmLine, 1);
    line->role = role;
    line->text = pgm_text_safe(text, -1);
    line->link = link != NULL ? pgm_identity_copy(link) : NULL;
    g_free(text);
    g_ptr_array_add(lines, line);
}

static void add_difference(GPtrArray *lines, const PgmDifference *difference)
{
    enum
    {
        NAME_WIDTH = 40,
    };
    const PgmObject *object = difference->actual != NULL ? difference->actual : difference->expected;
    PgmIdentity link = pgm_identity_of(object);
    g_autofree char *safe = pgm_text_safe(difference->display, -1);
    g_autofree char *name = pgm_text_columns(safe) < NAME_WIDTH ? pgm_text_fit(safe, NAME_WIDTH) : g_strdup(safe);
    add(lines, PGM_LINE_TEXT, &link,
        g_strdup_printf("%s %s  %s ≠ %s", pgm_severity_sign(difference->severity), name, difference->actual_text,
                        difference->expected_text));
    if (difference->reason != NULL)
    {
        add(lines, PGM_LINE_DIM, NULL, g_strdup_printf("    %s", difference->reason));
    }
}

static GPtrArray *lines_of(const PgmSchemaNews *news)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
    add(lines, PGM_LINE_TITLE, NULL,
        g_strdup_printf("%d breaking · %d risky · %d cosmetic", news->drift->breaking, news->drift->risky,
                        news->drift->cosmetic));
    add(lines, PGM_LINE_TEXT, NULL, g_strdup(""));
    for (guint i = 0; i < news->drift->differences->len; i++)
    {
        add_difference(lines, g_ptr_array_index(news->drift->differences, i));
    }
    for (guint i = 0; i < news->snapshot->unread->len; i++)
    {
        add(lines, PGM_LINE_RISKY, NULL,
            g_strdup_printf("▲ not read: %s", (const char *)g_ptr_array_index(news->snapshot->unread, i)));
    }
    return lines;
}

static void catch_up(PgmPage *page, PgmConsole *console)
{
    DriftPage *state = page->state;
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news != NULL && news->drift != NULL && news->stamp != state->stamp)
    {
        state->stamp = news->stamp;
        pgm_links_fill(state->links, page->pager, lines_of(news), NULL);
    }
}

static void draw(PgmPage *page, PgmConsole *console, PgmArea area)
{
    DriftPage *state = page->state;
    catch_up(page, console);
    g_autofree char *place = pgm_pager_place(page->pager);
    state->inside =
        pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, page->title, g_str_equal(place, "all") ? NULL : place);
    pgm_pager_draw(page->pager, console->display, state->inside);
}

static PgmReaction act(PgmPage *page, PgmConsole *console, PgmAction action)
{
    DriftPage *state = page->state;
    catch_up(page, console);
    return pgm_links_act(state->links, console, page->pager, action);
}

static void click(PgmPage *page, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    DriftPage *state = page->state;
    catch_up(page, console);
    pgm_links_click(state->links, console, page->pager, state->inside, row, twice);
}

void pgm_drift_open(PgmConsole *console)
{
    static const PgmPageOps ops = {.keys = PGM_VIEW_OBJECT,
                                   .draw = draw,
                                   .act = act,
                                   .click = click,
                                   .footer = pgm_links_footer,
                                   .free = drift_free};
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->drift == NULL)
    {
        pgm_console_show(console, PGM_VIEW_SCHEMA);
        return;
    }
    PgmPage *page = pgm_page_new("Drift: here ≠ in the baseline");
    DriftPage *state = g_new0(DriftPage, 1);
    state->links = pgm_links_new();
    page->ops = &ops;
    page->state = state;
    pgm_console_open_page(console, page);
}
