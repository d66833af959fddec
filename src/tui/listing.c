/* listing.c - filtered lists. */
#include "tui/listing.h"

#include "pgmedic/text.h"

#include <string.h>

typedef struct
{
    char *key;
    char *text;
    PgmStyle style;
} Row;

struct PgmListing
{
    GPtrArray *rows; /* Row, those that pass the filter */
    PgmList list;
    char *selected; /* key; NULL: the first */
    char *filter;   /* folded; NULL: none */
    char *filter_shown;
    guint all;
    PgmArea inside;   /* as last drawn */
    gboolean blurred; /* another one has the keys */
    gboolean holds;   /* … the choice, even of what is gone */
    gboolean chosen;  /* by a key or a click, not merely the first */
    gboolean there;   /* the selected key is among the rows */
};

static void row_free(gpointer data)
{
    Row *row = data;
    g_free(row->key);
    g_free(row->text);
    g_free(row);
}

PgmListing *pgm_listing_new(void)
{
    PgmListing *listing = g_new0(PgmListing, 1);
    listing->rows = g_ptr_array_new_with_free_func(row_free);
    return listing;
}

void pgm_listing_free(PgmListing *listing)
{
    g_ptr_array_unref(listing->rows);
    g_free(listing->selected);
    g_free(listing->filter);
    g_free(listing->filter_shown);
    g_free(listing);
}

void pgm_listing_begin(PgmListing *listing)
{
    g_ptr_array_set_size(listing->rows, 0);
    listing->all = 0;
    listing->there = FALSE;
}

void pgm_listing_hold(PgmListing *listing)
{
    listing->holds = TRUE;
}

void pgm_listing_choose(PgmListing *listing, const char *key)
{
    g_free(listing->selected);
    listing->selected = g_strdup(key);
    listing->chosen = key != NULL;
}

/* What was chosen has gone, and its row is another's now. */
static gboolean is_gone(const PgmListing *listing)
{
    return listing->holds && listing->chosen && listing->selected != NULL && !listing->there;
}

static gboolean passes(const PgmListing *listing, const char *text)
{
    if (listing->filter == NULL)
    {
        return TRUE;
    }
    g_autofree char *folded = g_utf8_casefold(text, -1);
    return strstr(folded, listing->filter) != NULL;
}

void pgm_listing_add(PgmListing *listing, const char *key, PgmStyle style, const char *text)
{
    listing->all++;
    if (!passes(listing, text))
    {
        return;
    }
    Row *row = g_new(Row, 1);
    *row = (Row){g_strdup(key), g_strdup(text), style};
    if (g_strcmp0(listing->selected, key) == 0)
    {
        listing->list.selected = (int)listing->rows->len;
        listing->there = TRUE;
    }
    g_ptr_array_add(listing->rows, row);
}

static void remember(PgmListing *listing)
{
    listing->there = TRUE;
    g_free(listing->selected);
    listing->selected = NULL;
    if (listing->list.selected < (int)listing->rows->len)
    {
        const Row *row = g_ptr_array_index(listing->rows, (guint)listing->list.selected);
        listing->selected = g_strdup(row->key);
    }
}

static char *note(const PgmListing *listing)
{
    const char *gone = is_gone(listing) ? "it has gone · " : "";
    if (listing->filter != NULL)
    {
        return g_strdup_printf("%s/%s: %u of %u", gone, listing->filter_shown, listing->rows->len, listing->all);
    }
    if (listing->rows->len == 0 || listing->blurred)
    {
        return NULL;
    }
    return *gone != '\0' ? g_strdup_printf("%s%u", gone, listing->rows->len)
                         : g_strdup_printf("%d of %u", listing->list.selected + 1, listing->rows->len);
}

void pgm_listing_draw(PgmListing *listing, PgmDisplay *display, PgmArea area, const char *title, const char *header,
                      const char *empty)
{
    pgm_list_fit(&listing->list, (int)listing->rows->len, area.rows - 2 - (header != NULL));
    gboolean gone = is_gone(listing);
    if (!gone)
    {
        remember(listing);
    }
    g_autofree char *right = note(listing);
    PgmArea inside = pgm_frame_draw(display, area, PGM_STYLE_FRAME, title, right);
    if (header != NULL)
    {
        PgmArea top = pgm_area_take_top(&inside, 1);
        pgm_display_text(display, top.row, top.column, top.columns, PGM_STYLE_DIM, header);
    }
    listing->inside = inside;
    if (listing->rows->len == 0)
    {
        g_auto(GStrv) lines =
            pgm_text_wrap(listing->all > 0 ? "No line holds that text. Esc shows all." : empty, MAX(inside.columns, 1));
        for (int i = 0; i < inside.rows && lines[i] != NULL; i++)
        {
            pgm_display_text(display, inside.row + i, inside.column, inside.columns, PGM_STYLE_DIM, lines[i]);
        }
    }
    for (int i = 0; i < inside.rows && listing->list.top + i < (int)listing->rows->len; i++)
    {
        int at = listing->list.top + i;
        const Row *row = g_ptr_array_index(listing->rows, (guint)at);
        gboolean selected = at == listing->list.selected && !listing->blurred && !gone;
        g_autofree char *text = g_strdup_printf("%s%s", selected ? "▶ " : "  ", row->text);
        pgm_display_line(display, inside.row + i, inside.column - 1, inside.columns + 2,
                         selected ? PGM_STYLE_SELECTED : row->style, text);
    }
}

gboolean pgm_listing_act(PgmListing *listing, PgmAction action)
{
    PgmList *list = &listing->list;
    int page = MAX(listing->inside.rows - 1, 1);
    gboolean gone = is_gone(listing);
    switch (action)
    {
    case PGM_ACTION_UP:
        list->selected--;
        break;
    case PGM_ACTION_DOWN:
        list->selected += gone ? 0 : 1; /* the next one has moved up into the place of what went */
        break;
    case PGM_ACTION_PAGE_UP:
        list->selected -= page;
        break;
    case PGM_ACTION_PAGE_DOWN:
        list->selected += page;
        break;
    case PGM_ACTION_FIRST:
        list->selected = 0;
        break;
    case PGM_ACTION_LAST:
        list->selected = list->count - 1;
        break;
    case PGM_ACTION_BACK:
        if (listing->filter == NULL)
        {
            return FALSE;
        }
        pgm_listing_filter(listing, "");
        return TRUE;
    default:
        return FALSE;
    }
    pgm_list_fit(list, list->count, listing->inside.rows);
    remember(listing);
    listing->chosen = TRUE;
    return TRUE;
}

gboolean pgm_listing_click(PgmListing *listing, int row)
{
    int at = row - listing->inside.row + listing->list.top;
    if (row < listing->inside.row || row >= listing->inside.row + listing->inside.rows || at >= listing->list.count)
    {
        return FALSE;
    }
    gboolean before = at == listing->list.selected;
    listing->list.selected = at;
    remember(listing);
    listing->chosen = TRUE;
    return before;
}

void pgm_listing_filter(PgmListing *listing, const char *text)
{
    g_clear_pointer(&listing->filter, g_free);
    g_clear_pointer(&listing->filter_shown, g_free);
    listing->chosen = FALSE; /* what it hides is not gone */
    if (text != NULL && *text != '\0')
    {
        listing->filter_shown = pgm_text_safe(text, -1);
        listing->filter = g_utf8_casefold(listing->filter_shown, -1);
    }
}

void pgm_listing_set_focus(PgmListing *listing, gboolean focus)
{
    listing->blurred = !focus;
}

gboolean pgm_listing_is_left_by(const PgmListing *listing, PgmAction action)
{
    gboolean first = listing->list.selected == 0;
    gboolean last = listing->list.selected >= (int)listing->rows->len - 1;
    return ((action == PGM_ACTION_UP || action == PGM_ACTION_PAGE_UP) && first) ||
           ((action == PGM_ACTION_DOWN || action == PGM_ACTION_PAGE_DOWN) && last);
}

void pgm_listing_enter(PgmListing *listing, gboolean last)
{
    listing->list.selected = last ? (int)listing->rows->len - 1 : 0;
    pgm_list_fit(&listing->list, (int)listing->rows->len, listing->inside.rows);
    remember(listing);
    listing->chosen = TRUE;
}

gboolean pgm_listing_holds(const PgmListing *listing, int row)
{
    return row >= listing->inside.row && row < listing->inside.row + listing->inside.rows;
}

int pgm_listing_rows(const PgmListing *listing)
{
    return (int)listing->rows->len;
}

const char *pgm_listing_key(const PgmListing *listing)
{
    return listing->rows->len > 0 ? listing->selected : NULL;
}
