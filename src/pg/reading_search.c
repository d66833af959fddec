/* reading_search.c - text in rows that have come, letters' case aside. */
#include "pg/reading_private.h"

#include <string.h>

typedef struct
{
    char *folded;
    gboolean plain; /* no letters but ASCII: bytes can be compared */
    int columns;
    gboolean last;       /* the last row that holds it is wanted, else the first */
    PgmReadingStop stop; /* may be NULL */
    gpointer user;
    gboolean stopped;
    gint64 found;
} Search;

static gboolean is_plain(const char *text)
{
    while ((guchar)*text < 0x80 && *text != '\0')
    {
        text++;
    }
    return *text == '\0';
}

static gboolean holds(const Search *search, const char *value)
{
    if (search->plain)
    {
        return strcasestr(value, search->folded) != NULL;
    }
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    g_autofree char *folded = g_utf8_casefold(valid, -1);
    return strstr(folded, search->folded) != NULL;
}

static gboolean look(gint64 row, char **values, gpointer user)
{
    Search *search = user;
    g_autofree char **owned = values;
    search->stopped = search->stop != NULL && search->stop(search->user);
    if (search->stopped)
    {
        search->found = -1;
        return FALSE;
    }
    for (int i = 0; i < search->columns; i++)
    {
        if (owned[i] != NULL && holds(search, owned[i]))
        {
            search->found = row;
            return search->last;
        }
    }
    return TRUE;
}

static void search_backward(const PgmReading *reading, Search *search, gint64 first)
{
    search->last = TRUE;
    for (gint64 end = first + 1; end > 0 && search->found < 0 && !search->stopped;)
    {
        gint64 begin = pgm_spool_stretch(reading->spool, end - 1);
        if (!pgm_spool_read(reading->spool, begin, end, look, search, NULL))
        {
            return;
        }
        end = begin;
    }
}

gint64 pgm_reading_search(const PgmReading *reading, const char *text, gint64 first, gboolean backward)
{
    return pgm_reading_search_until(reading, text, first, backward, NULL, NULL);
}

gint64 pgm_reading_search_until(const PgmReading *reading, const char *text, gint64 first, gboolean backward,
                                PgmReadingStop stop, gpointer user)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *folded = g_utf8_casefold(valid, -1);
    Search search = {.folded = folded,
                     .plain = is_plain(text),
                     .columns = (int)reading->columns->len,
                     .stop = stop,
                     .user = user,
                     .found = -1};
    if (*text == '\0')
    {
        return -1;
    }
    if (backward)
    {
        search_backward(reading, &search, MIN(first, pgm_spool_rows(reading->spool) - 1));
    }
    else
    {
        pgm_spool_read(reading->spool, MAX(first, 0), pgm_spool_rows(reading->spool), look, &search, NULL);
    }
    return search.found;
}
