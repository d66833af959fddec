/* quote.c - names and values made safe for SQL text, by the server's rules. */
#include "pgmedic/connection.h"

#include <string.h>

static void append_doubled(GString *out, const char *text, char quote)
{
    for (const char *c = text; *c != '\0'; c++)
    {
        if (*c == quote)
        {
            g_string_append_c(out, quote);
        }
        g_string_append_c(out, *c);
    }
}

/* Always quoted: whether a bare word is reserved depends on the server's version. */
char *pgm_quote_identifier(const char *name)
{
    GString *out = g_string_new("\"");
    append_doubled(out, name, '"');
    g_string_append_c(out, '"');
    return g_string_free(out, FALSE);
}

/* A backslash means itself or an escape, as standard_conforming_strings says; in E'' it is the same everywhere. The
 * blank keeps the E apart from a word before it. */
char *pgm_quote_literal(const char *value)
{
    gboolean escape = strchr(value, '\\') != NULL;
    GString *out = g_string_new(escape ? " E'" : "'");
    for (const char *c = value; *c != '\0'; c++)
    {
        if (*c == '\'' || *c == '\\')
        {
            g_string_append_c(out, *c);
        }
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '\'');
    return g_string_free(out, FALSE);
}
