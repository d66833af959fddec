/* same.c - what a dump and its restore may change in an expression's text, though nothing has changed. */
#include "drift/same.h"

#include <string.h>

#include "drift/mend.h"

static const char array_word[] = "(ARRAY[";
static const char extract_word[] = "EXTRACT(";

/* The bracket that ends the list at TEXT, which is behind the one that opened it; NULL: none does. */
static const char *end_of_list(const char *text)
{
    char quote = '\0';
    for (int depth = 0; *text != '\0'; text++)
    {
        if (quote != '\0' || *text == '\'' || *text == '"')
        {
            /* A doubled quote ends and begins again. */
            quote = quote == '\0' ? *text : quote == *text ? '\0' : quote;
        }
        else if (*text == ']' && depth == 0)
        {
            return text;
        }
        else
        {
            depth += strchr("([", *text) != NULL ? 1 : strchr(")]", *text) != NULL ? -1 : 0;
        }
    }
    return NULL;
}

/* "(ARRAY[a, b])::text[]" at AT as "ARRAY[(a)::text, (b)::text]"; NULL: it is something else. *REST is behind it. */
static char *casts_inside(const char *at, const char **rest)
{
    const char *list = at + strlen(array_word), *end = end_of_list(list);
    if (end == NULL || !g_str_has_prefix(end, "])::"))
    {
        return NULL;
    }
    const char *type = end + strlen("])::");
    const char *stop = strstr(type, "[]");
    gsize length = stop != NULL ? (gsize)(stop - type) : 0;
    if (length == 0 || strcspn(type, ",;'=<>") < length)
    {
        return NULL;
    }
    g_autofree char *inside = g_strndup(list, (gsize)(end - list));
    g_auto(GStrv) elements = mend_split(inside, ", ");
    GString *text = g_string_new("ARRAY[");
    for (int i = 0; elements[i] != NULL; i++)
    {
        g_string_append_printf(text, "%s(%s)::%.*s", i > 0 ? ", " : "", elements[i], (int)length, type);
    }
    g_string_append_c(text, ']');
    *rest = stop + strlen("[]");
    return g_string_free(text, FALSE);
}

/* EXTRACT('YEAR' FROM x) is written without quotes, and then read as a name: in small letters. */
static void small_fields(char *text)
{
    for (char *at = strstr(text, extract_word); at != NULL; at = strstr(at, extract_word))
    {
        for (at += strlen(extract_word); g_ascii_isalpha(*at); at++)
        {
            *at = g_ascii_tolower(*at);
        }
    }
}

/* TEXT as it is written after a dump and a restore. What stands in quotes is not told apart: on both sides the same
 * is done to it. */
static char *settled(const char *text)
{
    GString *result = g_string_new(NULL);
    while (*text != '\0')
    {
        const char *found = strstr(text, array_word), *rest;
        g_autofree char *casts = found != NULL ? casts_inside(found, &rest) : NULL;
        if (casts != NULL)
        {
            g_string_append_len(result, text, found - text);
            g_string_append(result, casts);
            text = rest;
            continue;
        }
        gsize length = found != NULL ? (gsize)(found - text) + strlen(array_word) : strlen(text);
        g_string_append_len(result, text, (gssize)length);
        text += length;
    }
    small_fields(result->str);
    return g_string_free(result, FALSE);
}

static gboolean may_change(const char *text)
{
    return strstr(text, array_word) != NULL || strstr(text, extract_word) != NULL;
}

gboolean pgm_same_text(const char *a, const char *b)
{
    if (g_strcmp0(a, b) == 0)
    {
        return TRUE;
    }
    if (a == NULL || b == NULL || (!may_change(a) && !may_change(b)))
    {
        return FALSE;
    }
    g_autofree char *here = settled(a);
    g_autofree char *there = settled(b);
    return strcmp(here, there) == 0;
}
