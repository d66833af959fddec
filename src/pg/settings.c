/* settings.c - what each purpose sets once it is connected. Startup options would do, but poolers refuse them. */
#include "pg/private.h"

typedef struct
{
    const char *name;
    const char *value;
} Setting;

/* A role that writes serializably by default reads so too, and then others' transactions fail on account of ours, or
 * ours wait for theirs. A transaction's own level cannot be set once it has begun: BEGIN says it. */
static const Setting session[] = {
    {"default_transaction_isolation", "read committed"},
    {"default_transaction_deferrable", "off"},
};

/* By some of these the text of a definition is printed otherwise, and would count as drift. The guard of typed queries
 * reads a text as the server does only where a backslash in '' means itself. */
static const Setting common[] = {
    {"standard_conforming_strings", "on"}, {"lock_timeout", "200ms"}, {"idle_in_transaction_session_timeout", "60s"},
    {"client_min_messages", "warning"},    {"TimeZone", "UTC"},       {"DateStyle", "ISO, YMD"},
    {"IntervalStyle", "postgres"},         {"bytea_output", "hex"},   {"quote_all_identifiers", "off"},
    {"extra_float_digits", "1"},
};

static void append_setting(GString *sql, const char *name, const char *value, gboolean local)
{
    g_string_append_printf(sql, "%s pg_catalog.set_config('%s', '%s', %s)", sql->len == 0 ? "SELECT" : ",", name, value,
                           local ? "true" : "false");
}

char *pgm_settings_sql(PgmPurpose purpose, gboolean local)
{
    static const char *const timeouts[] = {[PGM_PURPOSE_INSPECT] = "10s",
                                           [PGM_PURPOSE_WATCH] = "2s",
                                           [PGM_PURPOSE_READ] = "60s",
                                           [PGM_PURPOSE_PLAIN] = NULL};
    if (timeouts[purpose] == NULL)
    {
        return NULL;
    }
    GString *sql = g_string_new(NULL);
    append_setting(sql, local ? "transaction_read_only" : "default_transaction_read_only", "on", local);
    append_setting(sql, "statement_timeout", timeouts[purpose], local);
    if (purpose != PGM_PURPOSE_READ)
    {
        append_setting(sql, "search_path", "pg_catalog", local);
    }
    for (gsize i = 0; !local && i < G_N_ELEMENTS(session); i++)
    {
        append_setting(sql, session[i].name, session[i].value, local);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
    {
        append_setting(sql, common[i].name, common[i].value, local);
    }
    return g_string_free(sql, FALSE);
}
