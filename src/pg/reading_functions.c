/* reading_functions.c - may the functions that a typed query names be called? pg_proc says what they are. */
#include "pg/private.h"
#include "pg/reading_guard.h"
#include "pgmedic/query.h"

/* The columns of pg/functions.sql. */
enum
{
    PLACE,
    SCHEMA,
    NAME,
    VOLATILE,
    OWN,
    EXTENSION,
};

static void append_element(GString *array, const char *text)
{
    g_string_append(array, array->len == 0 ? "{\"" : ",\"");
    for (const char *c = text; *c != '\0'; c++)
    {
        if (*c == '"' || *c == '\\')
        {
            g_string_append_c(array, '\\');
        }
        g_string_append_c(array, *c);
    }
    g_string_append_c(array, '"');
}

static PgmResult *look_up(PgmConnection *connection, const GPtrArray *names, GError **error)
{
    static const char *const how[] = {"call", "attribute", "field", "perhaps"};
    GString *arrays[4];
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
    {
        arrays[i] = g_string_new(NULL);
    }
    for (guint i = 0; i < names->len; i++)
    {
        const PgmNamedFunction *named = names->pdata[i];
        g_autofree char *arguments = g_strdup_printf("%d", named->arguments);
        append_element(arrays[0], named->schema);
        append_element(arrays[1], named->name);
        append_element(arrays[2], arguments);
        append_element(arrays[3], how[named->how]);
    }
    const char *params[G_N_ELEMENTS(arrays)];
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
    {
        params[i] = g_string_append_c(arrays[i], '}')->str;
    }
    PgmResult *found = pgm_connection_execute(connection, pgm_query_text("pg/functions", 0), G_N_ELEMENTS(arrays),
                                              params, NULL, error);
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
    {
        g_string_free(arrays[i], TRUE);
    }
    return found;
}

/* The same name and as many arguments: is there one of PostgreSQL's own that could be meant? */
static gboolean has_own(const PgmResult *found, int row)
{
    for (int other = 0; other < pgm_result_rows(found); other++)
    {
        if (pgm_result_integer(found, other, PLACE) == pgm_result_integer(found, row, PLACE) &&
            pgm_result_boolean(found, other, OWN))
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* NULL: it may be called. Otherwise why not. Caller frees. */
static char *objection(const PgmResult *found, int row)
{
    gboolean own = pgm_result_boolean(found, row, OWN);
    const char *extension = pgm_result_value(found, row, EXTENSION);
    char volatility = pgm_result_value(found, row, VOLATILE)[0];
    if (!own && extension == NULL)
    {
        if (has_own(found, row))
        {
            return g_strdup_printf(
                "the types of the arguments decide whether it is this or PostgreSQL's own; if you mean "
                "that, write pg_catalog.%s()",
                pgm_result_value(found, row, NAME));
        }
        return g_strdup("it is not one of PostgreSQL's own, and what it does is not known; if you know it, use psql");
    }
    const PgmFunctionRule *rule = pgm_reading_rule(own ? NULL : extension, pgm_result_value(found, row, NAME));
    if (rule != NULL)
    {
        return rule->allowed ? NULL : g_strdup(rule->reason);
    }
    if (own && volatility == 'v')
    {
        return g_strdup("PostgreSQL marks it as volatile, so it may change something; if you know it, use psql");
    }
    if (!own && volatility != 'i')
    {
        return g_strdup_printf("it comes with the extension %s, and may change something or run SQL of its own; if you "
                               "know it, use psql",
                               extension);
    }
    return NULL;
}

/* Our parser folds and cuts names as a server in UTF-8 does; another may come to another name. */
static const char *doubtful_name(PgmConnection *connection, const GPtrArray *names)
{
    if (g_strcmp0(PQparameterStatus(connection->pg, "server_encoding"), "UTF8") == 0)
    {
        return NULL;
    }
    for (guint i = 0; i < names->len; i++)
    {
        const PgmNamedFunction *named = names->pdata[i];
        gboolean call = named->how == PGM_NAMED_CALL || named->how == PGM_NAMED_PERHAPS;
        if (call && (!g_str_is_ascii(named->name) || !g_str_is_ascii(named->schema)))
        {
            return named->name;
        }
    }
    return NULL;
}

gboolean pgm_reading_functions(PgmConnection *connection, const GPtrArray *names, GError **error)
{
    if (names->len == 0)
    {
        return TRUE;
    }
    const char *doubtful = doubtful_name(connection, names);
    if (doubtful != NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "%s() is not called here: this database is not in UTF-8, and which function that name means "
                    "cannot be told; if you know it, use psql",
                    doubtful);
        return FALSE;
    }
    g_autoptr(PgmResult) found = look_up(connection, names, error);
    if (found == NULL)
    {
        return FALSE;
    }
    for (int row = 0; row < pgm_result_rows(found); row++)
    {
        g_autofree char *reason = objection(found, row);
        if (reason != NULL)
        {
            const char *schema = pgm_result_value(found, row, SCHEMA);
            gboolean own = pgm_result_boolean(found, row, OWN);
            g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "%s%s%s() is not called here: %s", own ? "" : schema,
                        own ? "" : ".", pgm_result_value(found, row, NAME), reason);
            return FALSE;
        }
    }
    return TRUE;
}
