/* scratch.c - an empty database to try something in. */
#include "pgmedic/scratch.h"

#include "pg/script_token.h"
#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"
#include "pgmedic/file.h"
#include "pgmedic/script.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

enum
{
    SCRIPT_MAX_BYTES = 64 * 1024 * 1024,
};

struct PgmScratch
{
    PgmCluster *cluster;   /* NULL: on a server of the operator's */
    PgmConninfo *server;   /* … this one */
    PgmConnection *keeper; /* … where this connection made it and drops it; NULL */
    char *database;        /* … under this name; NULL: it was not made */
    PgmConninfo *conninfo; /* of the database itself */
    gboolean held;         /* … and signals wait; a private cluster has a guardian */
    sigset_t signals_before;
};

static void signals_hold(PgmScratch *scratch)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, &scratch->signals_before);
    scratch->held = TRUE;
}

static gboolean signal_waits(void)
{
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) || sigismember(&pending, SIGHUP);
}

static gboolean refuse_own_server(PgmScratch *scratch, const PgmConninfo *not_on, GError **error)
{
    g_autoptr(PgmConnection) target = pgm_connection_open(not_on, PGM_PURPOSE_INSPECT, error);
    if (target == NULL)
    {
        return FALSE;
    }
    const PgmServer *a = pgm_connection_server(target), *b = pgm_connection_server(scratch->keeper);
    gboolean known = a->system_identifier != NULL && b->system_identifier != NULL;
    if (known ? g_str_equal(a->system_identifier, b->system_identifier)
              : g_strcmp0(a->host, b->host) == 0 && g_strcmp0(a->port, b->port) == 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "the scratch server is the target's own: nothing is made there; name another server, or none for a "
                    "private one");
        return FALSE;
    }
    return TRUE;
}

static gboolean make_database(PgmScratch *scratch, const PgmConninfo *server, const PgmConninfo *not_on, GError **error)
{
    signals_hold(scratch);
    scratch->server = pgm_conninfo_copy(server);
    scratch->keeper = pgm_connection_open(server, PGM_PURPOSE_PLAIN, error);
    if (scratch->keeper == NULL || (not_on != NULL && !refuse_own_server(scratch, not_on, error)))
    {
        return FALSE;
    }
    g_autofree char *name = g_strdup_printf("pgmedic_scratch_%08x%08x", g_random_int(), g_random_int());
    if (!pgm_connection_command(scratch->keeper, error, "CREATE DATABASE %s TEMPLATE template0", name))
    {
        g_prefix_error(error, "no scratch database can be made on the server that was named: ");
        return FALSE;
    }
    scratch->database = g_steal_pointer(&name);
    scratch->conninfo = pgm_conninfo_copy(server);
    pgm_conninfo_set(scratch->conninfo, "dbname", scratch->database);
    return TRUE;
}

static gboolean make_cluster(PgmScratch *scratch, GError **error)
{
    scratch->cluster = pgm_cluster_start("pgmedic-scratch", NULL, error);
    if (scratch->cluster != NULL)
    {
        scratch->conninfo = pgm_cluster_conninfo(scratch->cluster, "postgres");
    }
    return scratch->cluster != NULL;
}

PgmScratch *pgm_scratch_new(const PgmConninfo *server, const PgmConninfo *not_on, GError **error)
{
    g_autoptr(PgmScratch) scratch = g_new0(PgmScratch, 1);
    gboolean ok = server != NULL ? make_database(scratch, server, not_on, error) : make_cluster(scratch, error);
    return ok ? g_steal_pointer(&scratch) : NULL;
}

static gboolean drop_database(PgmScratch *scratch, GError **error)
{
    /* WITH (FORCE): a connection of our own may still be on its way out. */
    return pgm_connection_command(scratch->keeper, error, "DROP DATABASE IF EXISTS %s WITH (FORCE)", scratch->database);
}

gboolean pgm_scratch_drop(PgmScratch *scratch, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    if (scratch->database == NULL)
    {
        return TRUE;
    }
    gboolean dropped = drop_database(scratch, &wrong);
    /* It did nothing for as long as the schema was loaded and read: servers and firewalls end such sessions. */
    if (!dropped && pgm_connection_is_lost(scratch->keeper))
    {
        g_clear_error(&wrong);
        pgm_connection_close(scratch->keeper);
        scratch->keeper = pgm_connection_open(scratch->server, PGM_PURPOSE_PLAIN, &wrong);
        dropped = scratch->keeper != NULL && drop_database(scratch, &wrong);
    }
    if (!dropped)
    {
        g_propagate_prefixed_error(error, g_steal_pointer(&wrong),
                                   "the scratch database %s is still there: ", scratch->database);
    }
    g_clear_pointer(&scratch->database, g_free);
    return dropped;
}

void pgm_scratch_free(PgmScratch *scratch)
{
    if (scratch == NULL)
    {
        return;
    }
    if (scratch->cluster != NULL)
    {
        pgm_cluster_stop(scratch->cluster, FALSE);
    }
    pgm_scratch_drop(scratch, NULL);
    pgm_connection_close(scratch->keeper);
    g_clear_pointer(&scratch->server, pgm_conninfo_free);
    g_clear_pointer(&scratch->conninfo, pgm_conninfo_free);
    if (scratch->held)
    {
        pthread_sigmask(SIG_SETMASK, &scratch->signals_before, NULL);
    }
    g_free(scratch);
}

const PgmConninfo *pgm_scratch_conninfo(const PgmScratch *scratch)
{
    return scratch->conninfo;
}

/* What to do about what a server said; "": it says so itself. A dump names its database's roles, which a scratch server
 * has not. */
static const char *remedy(const char *said)
{
    return strstr(said, "role \"") != NULL ? "; what it gives to a role needs that role there: a CREATE ROLE on the "
                                             "scratch server (--scratch), or a "
                                             "file that pg_dump writes with --no-owner --no-privileges"
                                           : "";
}

/* pg_dump --create, or a file for several databases: what is in the one that is looked at would be little, or nothing.
 */
static gboolean refuse_other_databases(const PgmScratch *scratch, const char *path, GError **error)
{
    g_autoptr(PgmConnection) connection = pgm_connection_open(scratch->conninfo, PGM_PURPOSE_PLAIN, error);
    g_autofree char *names =
        connection != NULL
            ? pgm_connection_value(connection,
                                   "SELECT coalesce(string_agg(datname, ', ' ORDER BY datname), '') FROM "
                                   "pg_catalog.pg_database WHERE NOT datistemplate AND datname <> 'postgres'",
                                   error)
            : NULL;
    if (names != NULL && names[0] != '\0')
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "%s makes a database of its own (%s): write the file with pg_dump, without --create", path, names);
        return FALSE;
    }
    return names != NULL;
}

static gboolean load_by_psql(const PgmScratch *scratch, const char *path, GError **error)
{
    g_autofree char *psql = g_build_filename(pgm_cluster_bindir(scratch->cluster), "psql", NULL);
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr(GSubprocess) child = g_subprocess_launcher_spawn(
        launcher, error, psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", pgm_conninfo_get(scratch->conninfo, "host"),
        "-p", pgm_conninfo_get(scratch->conninfo, "port"), "-U", "postgres", "-d", "postgres", "-f", path, NULL);
    g_autofree char *said = NULL;
    if (child == NULL || !g_subprocess_communicate_utf8(child, NULL, NULL, NULL, &said, error))
    {
        return FALSE;
    }
    if (!g_subprocess_get_successful(child))
    {
        g_autofree char *words = g_strchomp(g_strdup(said != NULL ? said : "psql said nothing"));
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s cannot be loaded into an empty database: %s%s", path,
                    words, remedy(words));
        return FALSE;
    }
    return refuse_other_databases(scratch, path, error);
}

/* pg_dump writes \restrict and \unrestrict around what it dumps: they only bind psql. */
static void blank_restrict(char *text)
{
    for (char *line = text; line != NULL && *line != '\0';)
    {
        char *end = strchr(line, '\n');
        if (g_str_has_prefix(line, "\\restrict ") || g_str_has_prefix(line, "\\unrestrict "))
        {
            memset(line, ' ', end != NULL ? (gsize)(end - line) : strlen(line));
        }
        line = end != NULL ? end + 1 : NULL;
    }
}

static void blank(char *from, const char *end)
{
    for (; from < end; from++)
    {
        *from = *from == '\n' ? '\n' : ' ';
    }
}

/* Does a statement begin at LINE, and not the inside of a body or of a literal that begins after BEFORE? */
static gboolean begins_statement(const char *before, const char *line)
{
    g_autofree char *text = g_strndup(before, (gsize)(line - before));
    g_autoptr(GArray) tokens = pgm_token_scan(text, NULL);
    guint n = tokens != NULL ? tokens->len : 0;
    while (n > 0 && pgm_token_is_comment(&g_array_index(tokens, PgmToken, n - 1)))
    {
        n--;
    }
    return tokens != NULL && (n == 0 || text[g_array_index(tokens, PgmToken, n - 1).start] == ';');
}

/* The rows that pg_dump writes between COPY … FROM stdin; and \. are no part of a schema. Lines keep their numbers. */
static void blank_rows(char *text)
{
    static const char end_of_copy[] = " FROM stdin;", end_of_rows[] = "\n\\.\n";
    const char *before = text;
    for (char *line = text, *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1)
    {
        gsize length = (gsize)(end - line), tail = strlen(end_of_copy);
        char *rows_end = NULL;
        if (g_str_has_prefix(line, "COPY ") && length > tail && strncmp(end - tail, end_of_copy, tail) == 0 &&
            (rows_end = strstr(end, end_of_rows)) != NULL && begins_statement(before, line))
        {
            end = rows_end + strlen(end_of_rows) - 1;
            blank(line, end);
            before = end;
        }
    }
}

/* Without comments; NULL: the scanner does not take it. */
static GArray *words_of(const char *sql)
{
    g_autoptr(GArray) tokens = pgm_token_scan(sql, NULL);
    GArray *words = tokens != NULL ? g_array_new(FALSE, FALSE, sizeof(PgmToken)) : NULL;
    for (guint i = 0; tokens != NULL && i < tokens->len; i++)
    {
        const PgmToken *token = &g_array_index(tokens, PgmToken, i);
        if (!pgm_token_is_comment(token))
        {
            g_array_append_val(words, *token);
        }
    }
    return words;
}

static gboolean is_one_of(const char *sql, const GArray *words, guint at, const char *const *wanted)
{
    for (guint i = 0; at < words->len && wanted[i] != NULL; i++)
    {
        if (pgm_token_is(sql, &g_array_index(words, PgmToken, at), wanted[i]))
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* The word behind the first ON, as in "GRANT … ON DATABASE d"; none: behind the last. */
static guint behind_on(const char *sql, const GArray *words)
{
    static const char *const on[] = {"on", NULL};
    guint at = 1;
    while (at < words->len && !is_one_of(sql, words, at, on))
    {
        at++;
    }
    return at + 1;
}

/* Is it about more than the database that it runs in, or something that keeps that from being dropped? */
static gboolean reaches_beyond(const char *sql)
{
    static const char *const make[] = {"create", "alter", "drop", NULL};
    static const char *const made[] = {"database",   "role",   "user",         "group",
                                       "tablespace", "system", "subscription", NULL};
    static const char *const mapping[] = {"mapping", NULL}; /* of a user: the database's own */
    static const char *const sweep[] = {"drop", "reassign", NULL}, *const owned[] = {"owned", NULL};
    static const char *const grant[] = {"grant", "revoke", NULL};
    static const char *const granted_on[] = {"database", "tablespace", "parameter", NULL};
    static const char *const say[] = {"comment", "security", NULL};
    static const char *const said_of[] = {"database", "role", "tablespace", NULL};
    g_autoptr(GArray) words = words_of(sql);
    if (words == NULL)
    {
        return FALSE;
    }
    guint thing = behind_on(sql, words);
    if (is_one_of(sql, words, 0, grant))
    {
        /* On nothing: it is a role that is granted. */
        return thing >= words->len || is_one_of(sql, words, thing, granted_on);
    }
    return (is_one_of(sql, words, 0, make) && is_one_of(sql, words, 1, made) && !is_one_of(sql, words, 2, mapping)) ||
           (is_one_of(sql, words, 0, sweep) && is_one_of(sql, words, 1, owned)) ||
           (is_one_of(sql, words, 0, say) && is_one_of(sql, words, thing, said_of));
}

static gboolean run_statement(PgmConnection *connection, const PgmStatement *statement, const char *path,
                              GError **error)
{
    if (signal_waits())
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_CANCELLED, "called off while %s was loaded", path);
        return FALSE;
    }
    if (reaches_beyond(statement->sql))
    {
        g_set_error(
            error, PGM_ERROR, PGM_ERROR_INVALID,
            "%s line %d: this reaches beyond the database that was made for it, and is not run on a server that was "
            "named; take it out of the file, or name no server",
            path, statement->line);
        return FALSE;
    }
    g_autoptr(GError) wrong = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(connection, statement->sql, &wrong);
    if (result == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s line %d cannot be loaded into an empty database: %s%s",
                    path, statement->line, wrong->message, remedy(wrong->message));
        return FALSE;
    }
    return TRUE;
}

static gboolean load_by_statements(const PgmScratch *scratch, const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = pgm_file_read(path, SCRIPT_MAX_BYTES, error);
    if (bytes == NULL)
    {
        return FALSE;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(data, length);
    blank_restrict(text);
    blank_rows(text);
    g_autoptr(GError) wrong = NULL;
    g_autoptr(GPtrArray) statements = pgm_script_split(text, NULL, &wrong);
    if (statements == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "%s %s; what pg_dump --schema-only writes, without --create, is loaded as it is, and without "
                    "--scratch psql loads the file into a private server",
                    path, wrong->message);
        return FALSE;
    }
    g_autoptr(PgmConnection) connection = pgm_connection_open(scratch->conninfo, PGM_PURPOSE_PLAIN, error);
    for (guint i = 0; connection != NULL && i < statements->len; i++)
    {
        if (!run_statement(connection, g_ptr_array_index(statements, i), path, error))
        {
            return FALSE;
        }
    }
    return connection != NULL;
}

gboolean pgm_scratch_load(PgmScratch *scratch, const char *path, GError **error)
{
    return scratch->cluster != NULL ? load_by_psql(scratch, path, error) : load_by_statements(scratch, path, error);
}
