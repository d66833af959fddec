/* page_drift.c - every difference from the baseline, worst first, and the SQL that mends it; Enter opens the page of
 * what drifts. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/link_page.h"

enum
{
    MOST = 500,         /* of each list: more than anybody reads here */
    MOST_SCRIPT = 2000, /* lines of SQL */
};

typedef struct
{
    PgmLinks *links;
    gint64 stamp; /* of the schema's news that it shows; 0: none yet */
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

/* "and 7 more": COUNT of what is not shown. */
static void add_rest(GPtrArray *lines, guint count)
{
    if (count > 0)
    {
        add(lines, PGM_LINE_DIM, NULL, g_strdup_printf("  and %u more: pgmedic drift lists all", count));
    }
}

/* A definition in a line, and not all of a long one: the object's own page has it whole. */
static char *shortly(const char *text)
{
    enum
    {
        MOST_SHOWN = 200,
    };
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    g_autofree char *line = pgm_text_one_line(safe);
    return pgm_text_cut(line, MOST_SHOWN);
}

static void add_difference(GPtrArray *lines, const PgmDifference *difference)
{
    enum
    {
        NAME_WIDTH = 44,
    };
    const PgmObject *object = difference->actual != NULL ? difference->actual : difference->expected;
    PgmIdentity link = pgm_identity_of(object);
    g_autofree char *display = pgm_text_safe(difference->display, -1);
    g_autofree char *safe = g_strdup_printf("%s %s", pgm_object_word(object), display);
    g_autofree char *name = pgm_text_columns(safe) < NAME_WIDTH ? pgm_text_fit(safe, NAME_WIDTH) : g_strdup(safe);
    g_autofree char *actual = shortly(difference->actual_text), *expected = shortly(difference->expected_text);
    g_autofree char *attribute =
        difference->attribute != NULL ? g_strdelimit(g_strdup(difference->attribute), "_", ' ') : NULL;
    add(lines, PGM_LINE_TEXT, &link,
        g_strdup_printf("%s %s  %s%s%s ≠ %s", pgm_severity_sign(difference->severity), name,
                        attribute != NULL ? attribute : "", attribute != NULL ? ": " : "", actual, expected));
    if (difference->reason != NULL)
    {
        add(lines, PGM_LINE_DIM, NULL, g_strdup_printf("    %s", difference->reason));
    }
}

static void add_differences(GPtrArray *lines, const PgmSchemaNews *news)
{
    guint n = MIN(news->drift->differences->len, (guint)MOST);
    add(lines, PGM_LINE_TITLE, NULL,
        g_strdup_printf("%d breaking · %d risky · %d cosmetic", news->drift->breaking, news->drift->risky,
                        news->drift->cosmetic));
    add(lines, PGM_LINE_TEXT, NULL, g_strdup(""));
    for (guint i = 0; i < n; i++)
    {
        add_difference(lines, g_ptr_array_index(news->drift->differences, i));
    }
    add_rest(lines, news->drift->differences->len - n);
}

static void add_unread(GPtrArray *lines, const PgmSnapshot *snapshot, const char *where)
{
    for (guint i = 0; snapshot != NULL && i < snapshot->unread->len; i++)
    {
        add(lines, PGM_LINE_RISKY, NULL,
            g_strdup_printf("▲ not read%s: %s", where, (const char *)g_ptr_array_index(snapshot->unread, i)));
    }
}

/* Sentences are wrapped by the pager. */
static void add_within(GPtrArray *lines, const GPtrArray *mismatches)
{
    guint n = mismatches != NULL ? MIN(mismatches->len, (guint)MOST) : 0;
    if (n > 0)
    {
        add(lines, PGM_LINE_TEXT, NULL, g_strdup(""));
        add(lines, PGM_LINE_HEADING, NULL, g_strdup("Types that are not those of the key, whatever is expected"));
    }
    for (guint i = 0; i < n; i++)
    {
        const PgmMismatch *mismatch = g_ptr_array_index(mismatches, i);
        PgmIdentity link = pgm_identity_of(mismatch->column);
        add(lines, PGM_LINE_RISKY, &link, g_strdup_printf("▲ %s", mismatch->text));
    }
    add_rest(lines, mismatches != NULL ? mismatches->len - n : 0);
}

static void add_mend(GPtrArray *lines, const PgmMendLine *line)
{
    static const struct
    {
        PgmLineRole role;
        const char *before;
    } looks[] = {[PGM_MEND_REMARK] = {PGM_LINE_DIM, "  "},
                 [PGM_MEND_HAZARD] = {PGM_LINE_RISKY, "▲ "},
                 [PGM_MEND_SQL] = {PGM_LINE_TEXT, "  "}};
    add(lines, looks[line->kind].role, NULL, g_strconcat(looks[line->kind].before, line->text, NULL));
}

static void add_mends(GPtrArray *lines, const GPtrArray *steps)
{
    g_autoptr(GPtrArray) script = steps != NULL ? pgm_drift_mend_script(steps) : g_ptr_array_new();
    guint n = MIN(script->len, (guint)MOST_SCRIPT);
    if (n > 0)
    {
        add(lines, PGM_LINE_TEXT, NULL, g_strdup(""));
        add(lines, PGM_LINE_HEADING, NULL,
            g_strdup("What makes it as the baseline says, in this order; nothing of it has been run"));
        add(lines, PGM_LINE_DIM, NULL,
            g_strdup("  pgmedic drift prints the same on standard output, to be copied or kept in a file"));
    }
    for (guint i = 0; i < n; i++)
    {
        add_mend(lines, g_ptr_array_index(script, i));
    }
    add_rest(lines, script->len - n);
}

static GPtrArray *lines_of(const PgmSchemaNews *news)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
    if (news->drift != NULL)
    {
        add_differences(lines, news);
    }
    else if (news->baseline_error != NULL)
    {
        add(lines, PGM_LINE_BREAKING, NULL,
            g_strdup_printf("✗ There is nothing to compare with: %s", news->baseline_error));
    }
    else
    {
        add(lines, PGM_LINE_TEXT, NULL,
            g_strdup(
                "There is no baseline to compare with: 'pgmedic snapshot -o FILE' on a healthy database writes one, "
                "and \"baseline: FILE\" below the target in pgmedic.yaml names it."));
    }
    add_unread(lines, news->snapshot, "");
    add_unread(lines, news->baseline, " in the baseline");
    add_within(lines, news->within);
    add_mends(lines, news->mend);
    return lines;
}

static void catch_up(PgmPage *page, PgmConsole *console)
{
    DriftPage *state = page->state;
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news != NULL && news->snapshot != NULL && news->stamp != state->stamp)
    {
        state->stamp = news->stamp;
        pgm_links_fill(state->links, page->pager, lines_of(news), NULL);
    }
}

static void draw(PgmPage *page, PgmConsole *console, PgmArea area)
{
    DriftPage *state = page->state;
    catch_up(page, console);
    pgm_links_draw(state->links, console, page, area);
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
    pgm_links_click(state->links, console, page->pager, row, twice);
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
    if (news == NULL || news->snapshot == NULL)
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
