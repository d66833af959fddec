/* mend_alter_outer.c - what stands in no schema, where both sides have it. */
#include <string.h>

#include "drift/mend.h"

static void publication_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                               const char *had)
{
    g_autofree char *name = mend_name(shall);
    static const struct
    {
        const char *attribute, *option, *unset; /* what "not set" is written as */
    } options[] = {{"publishes", "publish", ""},
                   {"via_root", "publish_via_partition_root", "false"},
                   {"generated_columns", "publish_generated_columns", "none"}};
    for (guint i = 0; i < G_N_ELEMENTS(options); i++)
    {
        if (strcmp(mender->difference->attribute, options[i].attribute) == 0)
        {
            mend_addf(mender, STAGE_DEPENDENT, NULL, "ALTER PUBLICATION %s SET (%s = '%s')", name, options[i].option,
                      value != NULL ? value : options[i].unset);
            return;
        }
    }
    if (value == NULL || strcmp(value, "all tables") == 0 || g_strcmp0(had, "all tables") == 0)
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *list = mend_published(value);
    mend_addf(mender, STAGE_DEPENDENT, "SHARE UPDATE EXCLUSIVE", "ALTER PUBLICATION %s SET %s", name, list)->hazard =
        g_strdup("subscribers see it after ALTER SUBSCRIPTION … REFRESH PUBLICATION");
}

static void extension_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    gboolean version = strcmp(mender->difference->attribute, "version") == 0;
    mend_addf(mender, STAGE_SCHEMA + 1, NULL,
              version ? "ALTER EXTENSION %s UPDATE TO '%s'" : "ALTER EXTENSION %s SET SCHEMA %s", name, value)
        ->hazard = version ? g_strdup("an extension can hardly ever go back to an older version") : NULL;
}

static gboolean is_list(const char *setting)
{
    static const char *const lists[] = {"search_path",
                                        "temp_tablespaces",
                                        "session_preload_libraries",
                                        "local_preload_libraries",
                                        "shared_preload_libraries",
                                        "createrole_self_grant",
                                        NULL};
    return g_strv_contains(lists, setting);
}

static void database_settings(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    (void)shall;
    (void)is;
    g_autofree char *database = mend_bare(mender->actual->database);
    for (int set = 0; set < 2; set++)
    {
        g_auto(GStrv) lines = mend_split(set ? value : had, "; ");
        g_auto(GStrv) others = mend_split(set ? had : value, "; ");
        for (int i = 0; lines[i] != NULL; i++)
        {
            gboolean role = g_str_has_prefix(lines[i], "role ");
            char *colon = role ? strstr(lines[i], ": ") : NULL, *equals = strchr(lines[i], '=');
            if (equals == NULL || g_strv_contains((const char *const *)others, lines[i]) || (role && colon == NULL))
            {
                continue;
            }
            g_autofree char *who =
                role ? g_strdup_printf("ROLE %.*s IN DATABASE", (int)(colon - lines[i] - 5), lines[i] + 5)
                     : g_strdup("DATABASE");
            const char *name = role ? colon + 2 : lines[i];
            g_autofree char *setting = g_strndup(name, (gsize)(equals - name));
            /* A list is kept as it was written, quotes and all. */
            g_autofree char *literal =
                is_list(setting) ? g_strdup(equals[1] != '\0' ? equals + 1 : "''") : pgm_quote_literal(equals + 1);
            mend_addf(mender, STAGE_DETAIL, NULL, "ALTER %s %s %s %.*s%s%s", who, database, set ? "SET" : "RESET",
                      (int)(equals - name), name, set ? " TO " : "", set ? literal : "");
        }
    }
}

/* A wrapper's functions. */
static void wrapper_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                               const char *had)
{
    (void)is;
    static const char *const parts[] = {"HANDLER", "VALIDATOR"};
    g_autofree char *name = mend_name(shall);
    g_autoptr(GString) clauses = g_string_new(value);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    {
        if (mend_names(had, parts[i]) && !mend_names(value, parts[i]))
        {
            g_string_append_printf(clauses, "%sNO %s", clauses->len > 0 ? " " : "", parts[i]);
        }
    }
    mend_addf(mender, STAGE_FUNCTION + 1, NULL, "ALTER FOREIGN DATA WRAPPER %s %s", name, clauses->str);
}

/* "TYPE 't' VERSION '1' FOREIGN DATA WRAPPER w": but for the version, it is another server. */
static void server_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    const char *version = strstr(value, "VERSION "), *before = strstr(had, "VERSION ");
    const char *wrapper = strstr(value, "FOREIGN DATA WRAPPER "), *old_wrapper = strstr(had, "FOREIGN DATA WRAPPER ");
    gsize type = (gsize)((version != NULL ? version : wrapper) - value);
    gboolean same = version != NULL && strcmp(wrapper, old_wrapper) == 0 &&
                    type == (gsize)((before != NULL ? before : old_wrapper) - had) && strncmp(value, had, type) == 0;
    if (!same)
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_TYPE, NULL, "ALTER SERVER %s %.*s", name, (int)(wrapper - version - 1), version);
}

static void language_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    (void)is;
    (void)value;
    (void)had;
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_FUNCTION + 1, NULL, "CREATE OR REPLACE %sLANGUAGE %s %s",
              pgm_object_value(shall, "trusted") != NULL ? "TRUSTED " : "", name,
              pgm_object_value(shall, "definition"));
}

/* Its tables and indexes cannot be without it. */
static void method_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    const GPtrArray *users = mend_users(mender, is);
    if (users != NULL && users->len > 0)
    {
        mend_no_way(mender, shall, is, value, had);
        return;
    }
    mend_replace(mender, shall, is, value, had);
}

static void set_subscription(Mender *mender, const PgmObject *shall, const char *value, const char *had)
{
    /* What is not said has its default. */
    static const char *const defaults[][2] = {
        {"synchronous_commit", "off"}, {"binary", "false"}, {"streaming", "false"},
        {"disable_on_error", "false"}, {"origin", "any"},   {"run_as_owner", "false"},
        {"password_required", "true"}};
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    for (guint i = 0; i < G_N_ELEMENTS(defaults); i++)
    {
        const char *text = NULL;
        gboolean before = FALSE;
        g_autofree char *head = g_strdup_printf("%s = ", defaults[i][0]);
        for (int part = 0; new[part] != NULL; part++)
        {
            text = g_str_has_prefix(new[part], head) ? new[part] + strlen(head) : text;
        }
        for (int part = 0; old[part] != NULL; part++)
        {
            before |= g_str_has_prefix(old[part], head);
        }
        if (text != NULL || before)
        {
            mend_addf(mender, STAGE_DEPENDENT + 1, NULL, "ALTER SUBSCRIPTION %s SET (%s = %s)", name, defaults[i][0],
                      text != NULL ? text : defaults[i][1]);
        }
    }
}

/* The slot is a name here only: nothing is made or dropped on the publisher. */
static void subscription_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                                const char *had)
{
    const char *attribute = mender->difference->attribute;
    g_autofree char *name = mend_name(shall);
    if (strcmp(attribute, "publications") == 0)
    {
        g_autofree char *list = mend_publication_list(value);
        mend_addf(mender, STAGE_DEPENDENT + 1, NULL, "ALTER SUBSCRIPTION %s SET PUBLICATION %s WITH (refresh = false)",
                  name, list)
            ->hazard = g_strdup("its tables follow after ALTER SUBSCRIPTION … REFRESH PUBLICATION");
    }
    else if (strcmp(attribute, "disabled") == 0)
    {
        mend_addf(mender, STAGE_DEPENDENT + 3, NULL, "ALTER SUBSCRIPTION %s %s", name,
                  value != NULL ? "DISABLE" : "ENABLE");
    }
    else if (strcmp(attribute, "slot") == 0)
    {
        g_autofree char *slot = value != NULL ? pgm_quote_literal(value) : g_strdup("NONE");
        gboolean running = value == NULL && pgm_object_value(is, "disabled") == NULL;
        mend_addf(mender, STAGE_DEPENDENT + 2, NULL, "ALTER SUBSCRIPTION %s SET (slot_name = %s)", name, slot)->hazard =
            running ? g_strdup("refused while it is enabled")
                    : g_strdup("makes and drops no slot on the publisher: see to that there");
    }
    else
    {
        set_subscription(mender, shall, value, had);
    }
}

static void label(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    (void)had;
    mend_security_label(mender, shall, value);
}

const MendChange mend_outer_changes[] = {
    {"extension", NULL, extension_change},
    {"publication", NULL, publication_change},
    {"subscription", NULL, subscription_change},
    {"foreign_data_wrapper", "definition", wrapper_definition},
    {"foreign_server", "definition", server_definition},
    {"language", "definition", language_change},
    {"language", "trusted", language_change},
    {"access_method", "definition", method_definition},
    {"security_label", "label", label},
    {"database", "settings", database_settings},
    {"database", NULL, mend_no_way},
    {NULL, NULL, NULL},
};
