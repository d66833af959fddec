/* server.c - scratch databases: made, filled, dropped. */
#include "server.h"

#include "program.h"

#include "pgmedic/cluster.h"

#include <string.h>
#include <unistd.h>

#define POLL_MS 10

struct PgmTestDatabase
{
    PgmCluster *cluster; /* NULL on the shared server */
    PgmConninfo *home;   /* the server's own database, from which others are made */
    PgmConninfo *info;
    PgmConnection *connection;
    PgmConnection *reader;
    char *name;
    char *text;
};

static PgmConnection *must_open(const PgmConninfo *info, PgmPurpose purpose)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(info, purpose, &error);

    g_assert_no_error(error);
    return connection;
}

static char *must_answer(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = pgm_connection_value(connection, sql, &error);

    if (error != NULL)
    {
        g_error("%s\n%s", sql, error->message);
    }
    return value;
}

static void G_GNUC_PRINTF(2, 3) must_run(PgmConnection *connection, const char *format, ...)
{
    g_autofree char *sql = NULL;
    va_list args;

    va_start(args, format);
    sql = g_strdup_vprintf(format, args);
    va_end(args);
    g_free(must_answer(connection, sql));
}

char *pgm_test_source_path(const char *path)
{
    const char *top = g_getenv("PGM_TEST_SOURCE");

    return g_build_filename(top != NULL ? top : ".", path, NULL);
}

/* The server's own psql, without the wrapper that Debian puts in front of it; else the one in PATH. */
static char *find_psql(void)
{
    g_autofree char *bindir = pgm_cluster_find_bindir(NULL);
    g_autofree char *psql = bindir != NULL ? g_build_filename(bindir, "psql", NULL) : NULL;

    return psql != NULL && g_file_test(psql, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer(&psql) : g_strdup("psql");
}

/* FILE, or SQL when it is NULL. OPTIONS are server settings, as PGOPTIONS takes them. */
static char *run_psql(const char *text, const char *file, const char *sql, const char *options)
{
    g_autofree char *psql = find_psql();
    g_autofree char *setting = g_strdup_printf("PGOPTIONS=%s", options);
    const char *const argv[] = {
        psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", text, "-f", file != NULL ? file : "-", NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(argv, sql, (const char *const[]){setting, NULL});

    pgm_program_assert_exit(program, 0);
    return g_steal_pointer(&program->out);
}

static PgmConninfo *conninfo_to(const PgmConninfo *home, const char *name)
{
    PgmConninfo *info = pgm_conninfo_copy(home);

    pgm_conninfo_set(info, "dbname", name);
    return info;
}

/* A server, and no database on it yet. */
static PgmTestDatabase *begin(const char *name)
{
    PgmTestDatabase *database = g_new0(PgmTestDatabase, 1);
    const char *shared = g_getenv("PGM_TEST_CONNINFO");
    g_autoptr(GError) error = NULL;

    if (shared != NULL)
    {
        database->home = pgm_conninfo_new(shared, &error);
    }
    else
    {
        database->cluster = pgm_cluster_start("pgmedic-test", NULL, &error);
        g_assert_no_error(error);
        database->home = pgm_cluster_conninfo(database->cluster, "postgres");
    }
    g_assert_no_error(error);
    database->name = g_strdup_printf("%s_%d_%08x", name, (int)getpid(), g_random_int());
    database->info = conninfo_to(database->home, database->name);
    database->text = pgm_conninfo_record(database->info);
    return database;
}

PgmTestDatabase *pgm_test_database_new(const char *name)
{
    PgmTestDatabase *database = begin(name);
    g_autoptr(PgmConnection) home = must_open(database->home, PGM_PURPOSE_PLAIN);
    g_autofree char *quoted = pgm_quote_identifier(database->name);

    must_run(home, "CREATE DATABASE %s TEMPLATE template0", quoted);
    return database;
}

static void load_incident(const PgmConninfo *home, const char *name, int documents, int questions)
{
    g_autoptr(PgmConninfo) info = conninfo_to(home, name);
    g_autofree char *text = pgm_conninfo_record(info);
    g_autofree char *options = g_strdup_printf("-c pgmedic.documents=%d -c pgmedic.questions=%d", documents, questions);
    g_autofree char *schema = pgm_test_source_path("tests/incident/schema.sql");
    g_autofree char *data = pgm_test_source_path("tests/incident/data.sql");

    g_free(run_psql(text, schema, NULL, options));
    g_free(run_psql(text, data, NULL, options));
}

/* The database to copy. Test programs run side by side: one makes it while the others wait for the lock. It gets its
 * name when it is complete, so that one whose maker was killed is never taken for good. */
static char *incident_template(const PgmConninfo *home, PgmConnection *connection, int documents, int questions)
{
    g_autofree char *name = g_strdup_printf("incident_%d_%d", documents, questions);
    g_autofree char *query = g_strdup_printf("SELECT 1 FROM pg_catalog.pg_database WHERE datname = '%s'", name);
    g_autofree char *there = NULL;

    must_run(connection, "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtext('%s'))", name);
    there = must_answer(connection, query);
    if (there == NULL)
    {
        g_autofree char *unfinished = g_strconcat(name, "_unfinished", NULL);

        must_run(connection, "DROP DATABASE IF EXISTS %s WITH (FORCE)", unfinished);
        must_run(connection, "CREATE DATABASE %s TEMPLATE template0", unfinished);
        load_incident(home, unfinished, documents, questions);
        must_run(connection, "ALTER DATABASE %s RENAME TO %s", unfinished, name);
    }
    must_run(connection, "SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtext('%s'))", name);
    return g_steal_pointer(&name);
}

PgmTestDatabase *pgm_test_database_new_incident(const char *name, int documents, int questions)
{
    PgmTestDatabase *database = begin(name);
    g_autoptr(PgmConnection) home = must_open(database->home, PGM_PURPOSE_PLAIN);
    g_autofree char *quoted = pgm_quote_identifier(database->name);
    g_autofree char *template = incident_template(database->home, home, documents, questions);

    must_run(home, "CREATE DATABASE %s TEMPLATE %s", quoted, template);
    return database;
}

static void hang_up(PgmTestDatabase *database)
{
    g_clear_pointer(&database->connection, pgm_connection_close);
    g_clear_pointer(&database->reader, pgm_connection_close);
}

/* A database that somebody is connected to cannot be copied. */
PgmTestDatabase *pgm_test_database_copy(PgmTestDatabase *original)
{
    PgmTestDatabase *database = g_new0(PgmTestDatabase, 1);
    g_autoptr(PgmConnection) home = must_open(original->home, PGM_PURPOSE_PLAIN);

    hang_up(original);
    database->home = pgm_conninfo_copy(original->home);
    database->name = g_strdup_printf("%s_%08x", original->name, g_random_int());
    database->info = conninfo_to(database->home, database->name);
    database->text = pgm_conninfo_record(database->info);
    must_run(home, "CREATE DATABASE %s TEMPLATE %s", database->name, original->name);
    return database;
}

gboolean pgm_test_database_restore(PgmTestDatabase *database, PgmTestDatabase *copy)
{
    g_autoptr(PgmConnection) home = must_open(database->home, PGM_PURPOSE_PLAIN);
    g_autofree char *query =
        g_strdup_printf("SELECT oid FROM pg_catalog.pg_database WHERE datname = '%s'", database->name);
    g_autofree char *oid = must_answer(home, query);

    if (pgm_connection_server(home)->version < 150000)
    {
        return FALSE;
    }
    hang_up(database);
    hang_up(copy);
    must_run(home, "DROP DATABASE %s WITH (FORCE)", database->name);
    must_run(home, "CREATE DATABASE %s TEMPLATE %s OID %s", database->name, copy->name, oid);
    return TRUE;
}

void pgm_test_database_free(PgmTestDatabase *database)
{
    if (database == NULL)
    {
        return;
    }
    hang_up(database);
    if (database->cluster != NULL)
    {
        pgm_cluster_stop(database->cluster, FALSE);
    }
    else
    {
        g_autoptr(PgmConnection) home = must_open(database->home, PGM_PURPOSE_PLAIN);
        g_autofree char *quoted = pgm_quote_identifier(database->name);

        must_run(home, "DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);
    }
    pgm_conninfo_free(database->home);
    pgm_conninfo_free(database->info);
    g_free(database->name);
    g_free(database->text);
    g_free(database);
}

const char *pgm_test_database_name(const PgmTestDatabase *database)
{
    return database->name;
}

const PgmConninfo *pgm_test_database_conninfo(const PgmTestDatabase *database)
{
    return database->info;
}

const char *pgm_test_database_text(const PgmTestDatabase *database)
{
    return database->text;
}

PgmConnection *pgm_test_database_connection(PgmTestDatabase *database)
{
    if (database->connection == NULL)
    {
        database->connection = must_open(database->info, PGM_PURPOSE_PLAIN);
    }
    return database->connection;
}

PgmConnection *pgm_test_database_reader(PgmTestDatabase *database)
{
    if (database->reader == NULL)
    {
        database->reader = must_open(database->info, PGM_PURPOSE_INSPECT);
    }
    return database->reader;
}

PgmConnection *pgm_test_database_connect(const PgmTestDatabase *database, PgmPurpose purpose)
{
    return must_open(database->info, purpose);
}

void pgm_test_execute(PgmTestDatabase *database, const char *sql)
{
    g_free(pgm_test_value(database, sql));
}

char *pgm_test_value(PgmTestDatabase *database, const char *sql)
{
    return must_answer(pgm_test_database_connection(database), sql);
}

char *pgm_test_psql(PgmTestDatabase *database, const char *sql)
{
    return run_psql(database->text, NULL, sql, "");
}

void pgm_test_psql_file(PgmTestDatabase *database, const char *path)
{
    g_autofree char *file = pgm_test_source_path(path);

    g_free(run_psql(database->text, file, NULL, ""));
}

gboolean pgm_test_wait_value(PgmTestDatabase *database, const char *sql, const char *expected, int timeout_ms)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

    for (;;)
    {
        g_autofree char *value = pgm_test_value(database, sql);

        if (g_strcmp0(value, expected) == 0)
        {
            return TRUE;
        }
        if (g_get_monotonic_time() >= deadline)
        {
            return FALSE;
        }
        g_usleep(POLL_MS * 1000);
    }
}
