/* conninfo.c - libpq keywords, and what may be shown of them. */
#include "pg/private.h"

#include <string.h>

struct PgmConninfo
{
    GHashTable *values; /* keyword → value */
};

/* What a journal may hold. Anything new in libpq stays out until somebody puts it here. */
static const char *const recordable[] = {
    "service",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "sslmode",
    "sslcert",
    "sslrootcert",
    "sslkey",
    "sslcrl",
    "sslcrldir",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "sslnegotiation",
    "sslsni",
    "channel_binding",
    "gssencmode",
    "target_session_attrs",
    "options",
};

static void free_value(gpointer value)
{
    explicit_bzero(value, strlen(value));
    g_free(value);
}

static PgmConninfo *conninfo_empty(void)
{
    PgmConninfo *info = g_new0(PgmConninfo, 1);
    info->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_value);
    return info;
}

static gboolean is_uri(const char *text)
{
    return g_str_has_prefix(text, "postgresql://") || g_str_has_prefix(text, "postgres://");
}

/* libpq's complaint quotes the text, and the text may hold a password: only the kind of mistake is told. */
static void set_parse_error(const char *text, const char *complaint, GError **error)
{
    const char *reason = "pgmedic takes a database name, a URI (postgresql://user@host:port/name) or key=value words";
    if (is_uri(text))
    {
        reason = "write it as postgresql://user@host:port/name?option=value, with % codes for special characters";
    }
    else if (complaint != NULL && strstr(complaint, "unterminated quoted string") != NULL)
    {
        reason = "a quote is opened and not closed";
    }
    else if (complaint != NULL && strstr(complaint, "missing \"=\"") != NULL)
    {
        reason = "a word has no \"=\"; a value with blanks needs quotes: key='a value'";
    }
    else if (complaint != NULL && strstr(complaint, "invalid connection option") != NULL)
    {
        reason = "it names an option that libpq does not know (usual ones: host, port, dbname, user, sslmode)";
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "the connection string cannot be understood: %s", reason);
}

PgmConninfo *pgm_conninfo_new(const char *text, GError **error)
{
    g_autoptr(PgmConninfo) info = conninfo_empty();
    if (text == NULL || *text == '\0')
    {
        return g_steal_pointer(&info);
    }
    if (!is_uri(text) && strchr(text, '=') == NULL)
    {
        pgm_conninfo_set(info, "dbname", text);
        return g_steal_pointer(&info);
    }
    char *complaint = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &complaint);
    if (options == NULL)
    {
        set_parse_error(text, complaint, error);
        PQfreemem(complaint);
        return NULL;
    }
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
    {
        if (option->val != NULL)
        {
            pgm_conninfo_set(info, option->keyword, option->val);
        }
    }
    PQconninfoFree(options);
    return g_steal_pointer(&info);
}

PgmConninfo *pgm_conninfo_copy(const PgmConninfo *info)
{
    PgmConninfo *copy = conninfo_empty();
    GHashTableIter iter;
    gpointer keyword, value;
    g_hash_table_iter_init(&iter, info->values);
    while (g_hash_table_iter_next(&iter, &keyword, &value))
    {
        pgm_conninfo_set(copy, keyword, value);
    }
    return copy;
}

void pgm_conninfo_free(PgmConninfo *info)
{
    if (info != NULL)
    {
        g_hash_table_destroy(info->values);
        g_free(info);
    }
}

void pgm_conninfo_set(PgmConninfo *info, const char *keyword, const char *value)
{
    if (value == NULL)
    {
        g_hash_table_remove(info->values, keyword);
        return;
    }
    g_hash_table_replace(info->values, g_strdup(keyword), g_strdup(value));
}

const char *pgm_conninfo_get(const PgmConninfo *info, const char *keyword)
{
    return g_hash_table_lookup(info->values, keyword);
}

gboolean pgm_conninfo_has_password(const PgmConninfo *info)
{
    const char *password = pgm_conninfo_get(info, "password");
    return password != NULL && *password != '\0';
}

void pgm_conninfo_collect(const PgmConninfo *info, GPtrArray *keywords, GPtrArray *values)
{
    GHashTableIter iter;
    gpointer keyword, value;
    g_hash_table_iter_init(&iter, info->values);
    while (g_hash_table_iter_next(&iter, &keyword, &value))
    {
        g_ptr_array_add(keywords, keyword);
        g_ptr_array_add(values, value);
    }
}

static void append_quoted(GString *out, const char *value)
{
    g_string_append_c(out, '\'');
    for (const char *c = value; *c != '\0'; c++)
    {
        if (*c == '\'' || *c == '\\')
        {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '\'');
}

char *pgm_conninfo_record(const PgmConninfo *info)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(recordable); i++)
    {
        const char *value = pgm_conninfo_get(info, recordable[i]);
        if (value != NULL)
        {
            g_string_append_printf(out, "%s%s=", out->len > 0 ? " " : "", recordable[i]);
            append_quoted(out, value);
        }
    }
    return g_string_free(out, FALSE);
}
