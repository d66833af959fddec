/* judge.c - severities that depend on more than the kind, and the --ignore patterns. */
#include "drift/judge.h"

#include <string.h>

#include "pgmedic/describe.h"
#include "pgmedic/error.h"

static gboolean is_kind(const PgmObject *object, const char *name)
{
    return strcmp(object->kind->name, name) == 0;
}

static gboolean is_key(const PgmObject *object)
{
    if (is_kind(object, "index"))
    {
        return pgm_object_value(object, "unique") != NULL;
    }
    const char *type = is_kind(object, "constraint") ? pgm_object_value(object, "type") : NULL;
    return g_strcmp0(type, "primary key") == 0 || g_strcmp0(type, "unique") == 0;
}

PgmVerdict pgm_judge_missing(const PgmObject *expected)
{
    if (is_key(expected))
    {
        return (PgmVerdict){PGM_SEVERITY_BREAKING, "duplicates are let in; ON CONFLICT and foreign keys on it fail"};
    }
    return (PgmVerdict){expected->kind->missing, expected->kind->missing_reason};
}

PgmVerdict pgm_judge_extra(const PgmObject *actual)
{
    if (is_key(actual))
    {
        return (PgmVerdict){PGM_SEVERITY_RISKY, "rows that the application may write are refused as duplicates"};
    }
    if (is_kind(actual, "column") && pgm_object_value(actual, "not_null") != NULL &&
        pgm_object_value(actual, "default") == NULL && pgm_object_value(actual, "identity") == NULL &&
        pgm_object_value(actual, "generated") == NULL)
    {
        return (PgmVerdict){PGM_SEVERITY_BREAKING, "an INSERT that does not know it fails: it takes no null"};
    }
    return (PgmVerdict){actual->kind->extra, actual->kind->extra_reason};
}

PgmVerdict pgm_judge_changed(const PgmObject *expected, const PgmObject *actual, int attribute)
{
    const PgmAttribute *about = &expected->kind->attributes[attribute];
    if (strcmp(about->name, "not_null") == 0)
    {
        return actual->values[attribute] != NULL
                   ? (PgmVerdict){PGM_SEVERITY_BREAKING, "an INSERT or UPDATE that leaves it null fails"}
                   : (PgmVerdict){PGM_SEVERITY_RISKY, "nulls are let in where none are expected"};
    }
    return (PgmVerdict){about->severity, about->reason};
}

static gboolean is_constraints_index(const PgmObject *object)
{
    return is_kind(object, "index") && pgm_object_value(object, "constraint") != NULL;
}

gboolean pgm_judge_told_elsewhere(const PgmObject *object)
{
    return is_constraints_index(object) || is_kind(object, "database") ||
           (is_kind(object, "sequence") && pgm_object_value(object, "owned_by") != NULL);
}

gboolean pgm_judge_attribute_told_elsewhere(const PgmObject *expected, const PgmObject *actual, int attribute)
{
    static const char *const by_constraint[] = {"definition", "unique", "primary", "constraint", NULL};
    const char *name = expected->kind->attributes[attribute].name;
    /* Columns are compared by their order relative to each other: a missing one does not move all that follow. */
    if (expected->kind->ordered && attribute == 0)
    {
        return TRUE;
    }
    return (is_constraints_index(expected) || is_constraints_index(actual)) && g_strv_contains(by_constraint, name);
}

const PgmObject *pgm_judge_parent(const PgmSnapshot *snapshot, const PgmObject *object)
{
    if (object->parent == NULL)
    {
        return NULL;
    }
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        const PgmObject *found =
            kind->relation ? pgm_snapshot_find(snapshot, kind->name, object->schema, NULL, object->parent) : NULL;
        if (found != NULL)
        {
            return found;
        }
    }
    return NULL;
}

/* What stands behind WHAT and a blank in PATTERN; NULL: it is about something else. */
static const char *glob_behind(const char *pattern, const char *what)
{
    return g_str_has_prefix(pattern, what) && pattern[strlen(what)] == ' ' ? pattern + strlen(what) + 1 : NULL;
}

static const char *glob_of_kind(const char *pattern, const PgmKind *kind)
{
    const char *glob = glob_behind(pattern, kind->name);
    return glob != NULL ? glob : glob_behind(pattern, pgm_kind_word(kind, FALSE));
}

/* A view's columns keep their comments with the view: "comment *" means them too. */
static const char *glob_of_attribute(const char *pattern, const char *attribute)
{
    const char *glob = glob_behind(pattern, attribute);
    return glob == NULL && g_str_has_suffix(attribute, "_comments") ? glob_behind(pattern, "comment") : glob;
}

/* GLOB over the name as it is displayed, or with its schema. */
static gboolean glob_covers(const char *glob, const char *display, const char *schema)
{
    g_autofree char *qualified = g_strdup_printf("%s.%s", schema, display);
    return glob != NULL && (g_pattern_match_simple(glob, display) || g_pattern_match_simple(glob, qualified));
}

static gboolean object_ignored(GPtrArray *ignore, const PgmObject *object, const char *attribute)
{
    g_autofree char *display = pgm_object_display(object);
    for (guint i = 0; i < ignore->len; i++)
    {
        const char *pattern = ignore->pdata[i];
        if (glob_covers(glob_behind(pattern, "*"), display, object->schema) ||
            glob_covers(glob_of_kind(pattern, object->kind), display, object->schema) ||
            (attribute != NULL && glob_covers(glob_of_attribute(pattern, attribute), display, object->schema)) ||
            (object->schema[0] != '\0' && glob_covers(glob_behind(pattern, "schema"), object->schema, "")))
        {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_judge_is_ignored(GPtrArray *ignore, const PgmSnapshot *snapshot, const PgmObject *object,
                              const char *attribute)
{
    if (ignore == NULL || ignore->len == 0)
    {
        return FALSE;
    }
    const PgmObject *parent = pgm_judge_parent(snapshot, object);
    return object_ignored(ignore, object, attribute) || (parent != NULL && object_ignored(ignore, parent, NULL));
}

/* A kind's own words, or one of its attributes, stand before the blank. */
static gboolean is_pattern(const char *pattern)
{
    const char *glob = glob_behind(pattern, "*");
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL && glob == NULL; kind++)
    {
        glob = glob_of_kind(pattern, kind);
        for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && kind->attributes[i].name != NULL && glob == NULL; i++)
        {
            glob = glob_of_attribute(pattern, kind->attributes[i].name);
        }
    }
    return glob != NULL && *glob != '\0';
}

gboolean pgm_drift_accepts(const GPtrArray *ignore, GError **error)
{
    for (guint i = 0; i < ignore->len; i++)
    {
        const char *pattern = ignore->pdata[i];
        if (!is_pattern(pattern))
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                        "\"%s\" matches nothing: write a kind or an attribute as drift names it (or *), a blank and a "
                        "name, like \"table audit.*\", \"comment *\" or \"* public.old_*\"",
                        pattern);
            return FALSE;
        }
    }
    return TRUE;
}

/* LINE begins with a kind and perhaps an attribute of it, "user_mapping.options: ", or names relations. */
static gboolean line_ignored(const GPtrArray *ignore, const char *line)
{
    g_autofree char *what = g_strndup(line, strcspn(line, ":"));
    char *attribute = strchr(what, '.');
    if (attribute != NULL)
    {
        *attribute++ = '\0';
    }
    const PgmKind *kind = pgm_kind_find(what);
    for (guint i = 0; ignore != NULL && i < ignore->len; i++)
    {
        const char *pattern = ignore->pdata[i];
        const char *glob = glob_behind(pattern, "*");
        glob = glob == NULL && kind != NULL ? glob_of_kind(pattern, kind) : glob;
        glob = glob == NULL && kind != NULL && attribute != NULL ? glob_of_attribute(pattern, attribute) : glob;
        if (g_strcmp0(glob, "*") == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

GPtrArray *pgm_drift_uncompared(const PgmSnapshot *expected, const PgmSnapshot *actual, const GPtrArray *ignore)
{
    GPtrArray *lines = g_ptr_array_new();
    const PgmSnapshot *const sides[] = {expected, actual};
    for (guint side = 0; side < G_N_ELEMENTS(sides); side++)
    {
        for (guint i = 0; i < sides[side]->unread->len; i++)
        {
            char *line = sides[side]->unread->pdata[i];
            if (!line_ignored(ignore, line))
            {
                g_ptr_array_add(lines, line);
            }
        }
    }
    return lines;
}
