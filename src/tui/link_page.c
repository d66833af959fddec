/* link_page.c - moving among the links of a page. */
#include "tui/link_page.h"

#include <string.h>

struct PgmLinks
{
    GPtrArray *lines; /* PgmLine; NULL: none yet */
    int selected;     /* a line that has a link; -1: none */
    PgmArea inside;   /* as last drawn */
};

PgmLinks *pgm_links_new(void)
{
    PgmLinks *links = g_new0(PgmLinks, 1);
    links->selected = -1;
    return links;
}

void pgm_links_clear(PgmLinks *links)
{
    g_clear_pointer(&links->lines, g_ptr_array_unref);
    links->selected = -1;
}

void pgm_links_free(PgmLinks *links)
{
    pgm_links_clear(links);
    g_free(links);
}

static PgmStyle style_of(PgmLineRole role)
{
    static const PgmStyle styles[] = {
        [PGM_LINE_TEXT] = PGM_STYLE_NORMAL, [PGM_LINE_TITLE] = PGM_STYLE_STRONG, [PGM_LINE_HEADING] = PGM_STYLE_STRONG,
        [PGM_LINE_DIM] = PGM_STYLE_DIM,     [PGM_LINE_GOOD] = PGM_STYLE_NORMAL,  [PGM_LINE_COSMETIC] = PGM_STYLE_NORMAL,
        [PGM_LINE_RISKY] = PGM_STYLE_WARN,  [PGM_LINE_BREAKING] = PGM_STYLE_FAIL};
    return styles[role];
}

static const PgmLine *line_at(const PgmLinks *links, int at)
{
    return links->lines->pdata[at];
}

/* Does LINK lead away from OWN and what belongs to it? */
static gboolean leads_away(const PgmIdentity *own, const PgmIdentity *link)
{
    return own == NULL || !(g_strcmp0(link->schema, own->schema) == 0 && g_strcmp0(link->parent, own->name) == 0);
}

/* Where the link that was selected before is now; a page that is filled in keeps its order. */
static int find_again(const PgmLinks *links, const PgmIdentity *before, int place)
{
    int found = -1;
    for (int i = 0; before != NULL && i < (int)links->lines->len; i++)
    {
        const PgmLine *line = line_at(links, i);
        if (line->link != NULL && pgm_identity_equal(line->link, before) &&
            (found < 0 || ABS(i - place) < ABS(found - place)))
        {
            found = i;
        }
    }
    return found;
}

void pgm_links_fill(PgmLinks *links, PgmPager *pager, GPtrArray *lines, const PgmIdentity *own)
{
    g_autoptr(GPtrArray) before = g_steal_pointer(&links->lines);
    const PgmLine *was = before != NULL && links->selected >= 0 ? before->pdata[links->selected] : NULL;
    links->lines = lines;
    links->selected = find_again(links, was != NULL ? was->link : NULL, links->selected);
    pgm_pager_clear(pager);
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmLine *line = lines->pdata[i];
        gboolean away = line->link != NULL && leads_away(own, line->link);
        pgm_pager_addf(pager, style_of(line->role), "%s%s", line->text, away ? "  →" : "");
    }
    pgm_pager_mark(pager, links->selected);
}

/* The next line with a link, from FROM in the direction STEP; -1: none. */
static int next_link(const PgmLinks *links, int from, int step)
{
    for (int i = from + step; i >= 0 && i < (int)links->lines->len; i += step)
    {
        if (line_at(links, i)->link != NULL)
        {
            return i;
        }
    }
    return -1;
}

static void select_line(PgmLinks *links, PgmPager *pager, int line)
{
    links->selected = line;
    pgm_pager_mark(pager, line);
    pgm_pager_reveal(pager, line);
}

/* Tab: to the next link, wherever it is, round the end too. */
static void jump(PgmLinks *links, PgmPager *pager, int step)
{
    int last = (int)links->lines->len;
    int from = links->selected >= 0 ? links->selected : step > 0 ? -1 : last;
    int line = next_link(links, from, step);
    line = line >= 0 ? line : next_link(links, step > 0 ? -1 : last, step);
    if (line >= 0)
    {
        select_line(links, pager, line);
    }
}

/* ↓: to the next link in sight; without one the text moves by a line. */
static void step_down_or_up(PgmLinks *links, PgmPager *pager, int step)
{
    gboolean seen = links->selected >= 0 && pgm_pager_sees(pager, links->selected);
    for (int moved = 0; moved < 2; moved++)
    {
        int from = seen ? links->selected : step > 0 ? pgm_pager_first_seen(pager) - 1 : pgm_pager_last_seen(pager) + 1;
        int line = next_link(links, from, step);
        if (line >= 0 && pgm_pager_sees(pager, line))
        {
            select_line(links, pager, line);
            return;
        }
        if (moved == 0)
        {
            pgm_pager_scroll(pager, step);
            if (seen && !pgm_pager_sees(pager, links->selected))
            {
                return;
            }
        }
    }
}

PgmReaction pgm_links_act(PgmLinks *links, PgmConsole *console, PgmPager *pager, PgmAction action)
{
    if (links->lines == NULL)
    {
        return PGM_IGNORED;
    }
    switch (action)
    {
    case PGM_ACTION_NEXT_LINK:
    case PGM_ACTION_PREVIOUS_LINK:
        jump(links, pager, action == PGM_ACTION_NEXT_LINK ? 1 : -1);
        return PGM_HANDLED;
    case PGM_ACTION_DOWN:
    case PGM_ACTION_UP:
        step_down_or_up(links, pager, action == PGM_ACTION_DOWN ? 1 : -1);
        return PGM_HANDLED;
    case PGM_ACTION_ENTER:
    case PGM_ACTION_RIGHT:
        if (links->selected >= 0)
        {
            pgm_object_open(console, line_at(links, links->selected)->link);
        }
        else
        {
            pgm_console_say(console, "Tab selects what can be opened from here");
        }
        return PGM_HANDLED;
    default:
        return PGM_IGNORED;
    }
}

void pgm_links_draw(PgmLinks *links, PgmConsole *console, PgmPage *page, PgmArea area)
{
    g_autofree char *place = pgm_pager_place(page->pager);
    links->inside =
        pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, page->title, g_str_equal(place, "all") ? NULL : place);
    pgm_pager_draw(page->pager, console->display, links->inside);
}

void pgm_links_click(PgmLinks *links, PgmConsole *console, PgmPager *pager, int row, gboolean twice)
{
    PgmArea area = links->inside;
    int line = row >= area.row && row < area.row + area.rows ? pgm_pager_line_at(pager, row - area.row) : -1;
    if (links->lines == NULL || line < 0 || line_at(links, line)->link == NULL)
    {
        return;
    }
    gboolean again = line == links->selected;
    select_line(links, pager, line);
    if (again || twice)
    {
        pgm_object_open(console, line_at(links, line)->link);
    }
}

char *pgm_links_footer(PgmPage *page, PgmConsole *console, int columns)
{
    (void)page;
    (void)console;
    g_autofree char *footer = pgm_keys_footer(PGM_VIEW_OBJECT, columns);
    g_auto(GStrv) parts = g_strsplit(footer, "/ filter", 2);
    return g_strjoinv("/ search", parts);
}
