/* outline_type.c - PostgreSQL's own words for types. */
#include "pgmedic/outline.h"

#include <string.h>

char *pgm_outline_type(const char *type)
{
    static const struct
    {
        const char *written;
        const char *name;
    } names[] = {
        {"varchar", "character varying"},
        {"char", "character"},
        {"bpchar", "character"},
        {"int", "integer"},
        {"int4", "integer"},
        {"serial", "integer"},
        {"int8", "bigint"},
        {"bigserial", "bigint"},
        {"int2", "smallint"},
        {"smallserial", "smallint"},
        {"bool", "boolean"},
        {"float8", "double precision"},
        {"float", "double precision"},
        {"float4", "real"},
        {"decimal", "numeric"},
        {"timestamptz", "timestamp with time zone"},
        {"timestamp", "timestamp without time zone"},
        {"datetime", "timestamp without time zone"},
    };
    g_autofree char *lower = g_ascii_strdown(type, -1);
    g_strstrip(lower);
    gsize word = strcspn(lower, " (");
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    {
        gboolean whole = strlen(names[i].written) == word && strncmp(lower, names[i].written, word) == 0;
        /* "timestamp with time zone" says it all by itself */
        if (whole && lower[word] != ' ')
        {
            return g_strconcat(names[i].name, lower + word, NULL);
        }
    }
    return g_steal_pointer(&lower);
}
