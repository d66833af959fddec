/* mend_alter_type.c - one attribute of a type that both sides have. */
#include <string.h>

#include "drift/mend.h"

/* Labels can be added; where one is to go, or another order is, the type is made anew. */
static void enum_labels(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    guint found = 0;
    for (int i = 0; new[i] != NULL; i++)
    {
        found += old[found] != NULL && strcmp(old[found], new[i]) == 0;
    }
    if (old[found] != NULL)
    {
        mend_rebuild_type(mender, shall, is);
        return;
    }
    g_autofree char *name = mend_name(shall);
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)old, new[i]))
        {
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER TYPE %s ADD VALUE %s %s %s", name, new[i],
                      i > 0 ? "AFTER" : "BEFORE", i > 0 ? new[i - 1] : old[0])
                ->hazard = g_strdup("is to be committed before anything uses the new value");
        }
    }
}

static void domain_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                          const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    if (strcmp(mender->difference->attribute, "not_null") == 0)
    {
        mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s %s NOT NULL", name, value != NULL ? "SET" : "DROP");
        return;
    }
    if (strcmp(mender->difference->attribute, "default") == 0)
    {
        mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s %s%s", name,
                  value != NULL ? "SET DEFAULT " : "DROP DEFAULT", value != NULL ? value : "");
        return;
    }
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    for (int i = 0; old[i] != NULL; i++)
    {
        const char *end = mend_end_of_name(old[i]);
        if (!g_strv_contains((const char *const *)new, old[i]))
        {
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s DROP CONSTRAINT %.*s", name, (int)(end - old[i]),
                      old[i]);
        }
    }
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)old, new[i]))
        {
            mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER DOMAIN %s ADD CONSTRAINT %s", name, new[i])->hazard =
                g_strdup("reads every table that has a column of it");
        }
    }
}

/* How many tables have columns of TYPE; *TYPED: is one OF it? */
static guint columns_of(Mender *mender, const PgmObject *type, gboolean *typed)
{
    const GPtrArray *users = mend_users(mender, type);
    guint found = 0;
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *user = users->pdata[i];
        found += mend_is(user, "column") ? 1 : 0;
        *typed |= mend_is(user, "table") && pgm_object_value(user, "of_type") != NULL;
    }
    return found;
}

/* The first of the attributes that both lists do not begin with; *RETYPED: from there on only types differ. */
static guint first_unlike(char **old, char **new, gboolean *retyped)
{
    guint same = 0;
    while (old[same] != NULL && new[same] != NULL && strcmp(old[same], new[same]) == 0)
    {
        same++;
    }
    *retyped = g_strv_length(old) == g_strv_length(new);
    for (guint i = same; *retyped && old[i] != NULL; i++)
    {
        gsize length = (gsize)(mend_end_of_name(old[i]) - old[i]);
        *retyped = length == (gsize)(mend_end_of_name(new[i]) - new[i]) && strncmp(old[i], new[i], length) == 0;
    }
    return same;
}

static void retype_attributes(Mender *mender, const char *name, char **old, char **new, const char *cascade)
{
    for (guint i = 0; new[i] != NULL; i++)
    {
        const char *end = mend_end_of_name(new[i]);
        if (strcmp(old[i], new[i]) != 0)
        {
            mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER TYPE %s ALTER ATTRIBUTE %.*s TYPE%s%s", name,
                      (int)(end - new[i]), new[i], end, cascade);
        }
    }
}

/* Where columns hold values of it, a type that an attribute changes needs them to be written anew. Else attributes from
 * the first unlike one on go, and come again, at the end. */
static void composite_columns(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    gboolean retyped = FALSE, typed = FALSE;
    guint same = first_unlike(old, new, &retyped), columns = columns_of(mender, is, &typed);
    const char *cascade = typed ? " CASCADE" : "";
    if (retyped && columns > 0)
    {
        mend_rebuild_type(mender, shall, is);
        return;
    }
    if (retyped)
    {
        retype_attributes(mender, name, old, new, cascade);
        return;
    }
    for (guint i = same; i < g_strv_length(old); i++)
    {
        mend_addf(mender, STAGE_TYPE, NULL, "ALTER TYPE %s DROP ATTRIBUTE %.*s%s", name,
                  (int)(mend_end_of_name(old[i]) - old[i]), old[i], cascade)
            ->hazard = g_strdup("what is stored in it is lost");
    }
    for (guint i = same; i < g_strv_length(new); i++)
    {
        mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER TYPE %s ADD ATTRIBUTE %s%s", name, new[i], cascade);
    }
}

static gboolean has_property(char **list, const char *property)
{
    for (int i = 0; list[i] != NULL; i++)
    {
        if (strncmp(list[i], property, strlen(property)) == 0 && list[i][strlen(property)] == ' ')
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* What ALTER TYPE can set of a base type; all else is what its values are. */
static void base_type(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    static const char *const settable[] = {"RECEIVE", "SEND", "TYPMOD_IN", "TYPMOD_OUT", "ANALYZE", "STORAGE", NULL};
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    g_autofree char *name = mend_name(shall);
    for (int set = 0; set < 2; set++)
    {
        char **here = set ? new : old, **there = set ? old : new;
        for (int i = 0; here[i] != NULL; i++)
        {
            g_autofree char *property = g_strndup(here[i], strcspn(here[i], " "));
            if (g_strv_contains((const char *const *)there, here[i]))
            {
                continue;
            }
            if (had == NULL || !g_strv_contains(settable, property))
            {
                mend_no_way(mender, shall, is, value, had);
                return;
            }
            if (set == 1 || !has_property(new, property))
            {
                mend_addf(mender, STAGE_FUNCTION + 1, NULL, "ALTER TYPE %s SET (%s%s)", name, set ? here[i] : property,
                          set ? "" : " = NONE");
            }
        }
    }
}

static void rebuild(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)value;
    (void)had;
    mend_rebuild_type(mender, shall, is);
}

const MendChange mend_type_changes[] = {
    {"enum", "labels", enum_labels},
    {"domain", "type", rebuild},
    {"domain", "collation", rebuild},
    {"domain", "not_null", domain_change},
    {"domain", "default", domain_change},
    {"domain", "constraints", domain_change},
    {"composite", "columns", composite_columns},
    {"range", "definition", rebuild},
    {"base_type", "definition", base_type},
    {"collation", "definition", rebuild},
    {"collation", "version", mend_no_way},
    {NULL, NULL, NULL},
};
