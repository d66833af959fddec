/* describe_links.c - the names in a snapshot's texts, and the objects that they are of. */
#include <string.h>

#include "drift/describe.h"
#include "drift/mend.h"

/* One identifier at *TEXT. */
static char *take_identifier(const char **text)
{
    GString *name = g_string_new(NULL);
    const char *at = *text;
    if (*at == '"')
    {
        for (at++; *at != '\0' && !(at[0] == '"' && at[1] != '"'); at++)
        {
            at += *at == '"';
            g_string_append_c(name, *at);
        }
        at += *at == '"';
    }
    else
    {
        for (; g_ascii_isalnum(*at) || *at == '_' || *at == '$' || (guchar)*at >= 0x80; at++)
        {
            g_string_append_c(name, *at);
        }
    }
    *text = at;
    return g_string_free(name, FALSE);
}

gboolean describe_take_name(const char **text, char **schema, char **name)
{
    g_autofree char *first = take_identifier(text);
    if (first[0] == '\0' || **text != '.')
    {
        return FALSE;
    }
    (*text)++;
    *name = take_identifier(text);
    *schema = g_steal_pointer(&first);
    return TRUE;
}

/* The first object of SCHEMA called NAME whose kind TAKES says yes to. */
static const PgmObject *find(const PgmSnapshot *snapshot, const char *schema, const char *name,
                             gboolean (*takes)(const PgmKind *kind))
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        const PgmObject *found = takes(kind) ? pgm_snapshot_find(snapshot, kind->name, schema, NULL, name) : NULL;
        if (found != NULL)
        {
            return found;
        }
    }
    return NULL;
}

static gboolean is_relation(const PgmKind *kind)
{
    return kind->relation;
}

static gboolean is_type(const PgmKind *kind)
{
    static const char *const types[] = {"enum",  "domain", "composite", "range",         "base_type",
                                        "table", "view",   "matview",   "foreign_table", NULL};
    return g_strv_contains(types, kind->name);
}

static const PgmObject *find_at(const PgmSnapshot *snapshot, const char *text, gboolean (*takes)(const PgmKind *kind))
{
    g_autofree char *schema = NULL, *name = NULL;
    return text != NULL && describe_take_name(&text, &schema, &name) ? find(snapshot, schema, name, takes) : NULL;
}

const PgmObject *describe_relation_at(const PgmSnapshot *snapshot, const char *text)
{
    return find_at(snapshot, text, is_relation);
}

const PgmObject *describe_type_at(const PgmSnapshot *snapshot, const char *text)
{
    return find_at(snapshot, text, is_type);
}

const PgmObject *describe_referenced(const PgmSnapshot *snapshot, const PgmObject *constraint)
{
    const char *definition = pgm_object_value(constraint, "definition");
    const char *at = g_strcmp0(pgm_object_value(constraint, "type"), "foreign key") == 0 && definition != NULL
                         ? strstr(definition, " REFERENCES ")
                         : NULL;
    return at != NULL ? describe_relation_at(snapshot, at + strlen(" REFERENCES ")) : NULL;
}

const PgmObject *describe_trigger_function(const PgmSnapshot *snapshot, const PgmObject *trigger)
{
    const char *definition = pgm_object_value(trigger, "definition");
    const char *at = definition != NULL ? g_strrstr(definition, " EXECUTE FUNCTION ") : NULL;
    g_autofree char *schema = NULL, *name = NULL;
    at = at != NULL ? at + strlen(" EXECUTE FUNCTION ") : NULL;
    if (at == NULL || !describe_take_name(&at, &schema, &name))
    {
        return NULL;
    }
    /* A trigger's function takes no arguments of its own. */
    const PgmObject bare = {.kind = pgm_kind_find("schema"), .schema = "", .name = name};
    g_autofree char *quoted = mend_name(&bare);
    g_autofree char *signature = g_strdup_printf("%s()", quoted);
    return pgm_snapshot_find(snapshot, "function", schema, NULL, signature);
}
