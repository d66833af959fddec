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

/* Where the name ends that TEXT begins with. */
static const char *end_of_name(const char *text)
{
    const char *at = text;
    for (gboolean quoted = FALSE; *at != '\0' && (quoted || *at != ' '); at++)
    {
        quoted ^= *at == '"';
    }
    return at;
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
        const char *end = end_of_name(old[i]);
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

/* Attributes that the new list lacks, or has with another type, go; then what is missing is added, at the end. */
static void composite_columns(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    gboolean moved = FALSE;
    for (int i = 0; old[i] != NULL; i++)
    {
        moved |= new[i] == NULL || moved || strcmp(old[i], new[i]) != 0;
        if (moved)
        {
            const char *end = end_of_name(old[i]);
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER TYPE %s DROP ATTRIBUTE %.*s", name, (int)(end - old[i]), old[i])
                ->hazard = g_strdup("what is stored in it is lost");
        }
    }
    moved = FALSE;
    for (guint i = 0; new[i] != NULL; i++)
    {
        moved |= i >= g_strv_length(old) || strcmp(old[i], new[i]) != 0;
        if (moved)
        {
            mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER TYPE %s ADD ATTRIBUTE %s", name, new[i]);
        }
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
