/*
 * server.h - for tests: a scratch database on a real server.
 *
 * tests/suite keeps one server for all tests (PGM_TEST_CONNINFO); started without it, a test program gets a cluster of
 * its own for each database. The shared server is not to be crashed or reconfigured: for that, pgm_cluster_start().
 * What goes wrong in here fails the test.
 */
#ifndef PGMEDIC_TEST_SERVER_H
#define PGMEDIC_TEST_SERVER_H

#include "pgmedic/connection.h"

typedef struct PgmTestDatabase PgmTestDatabase;

/* An empty database, its name made of NAME and what sets it apart from every other. */
PgmTestDatabase *pgm_test_database_new(const char *name);
/* One with the incident in it: tests/incident/schema.sql and data.sql with DOCUMENTS and QUESTIONS (20,000 and 60,000
 * are the demo's numbers; a few hundred will do for most tests). Made once for each pair of numbers, then copied. */
PgmTestDatabase *pgm_test_database_new_incident(const char *name, int documents, int questions);
/* A copy of ORIGINAL, which outlives it, as it is now: cheaper than to run a script again. The harness's own sessions
 * in ORIGINAL are closed; there must be no other. */
PgmTestDatabase *pgm_test_database_copy(PgmTestDatabase *original);
/* DATABASE becomes what COPY, made of it, is; name and OID stay its own. FALSE: the server (before PostgreSQL 15)
 * cannot, and nothing was done. */
gboolean pgm_test_database_restore(PgmTestDatabase *database, PgmTestDatabase *copy);
/* Drops it, ending whoever is still connected. NULL is fine. */
void pgm_test_database_free(PgmTestDatabase *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmTestDatabase, pgm_test_database_free)

const char *pgm_test_database_name(const PgmTestDatabase *database);
/* Borrowed. */
const PgmConninfo *pgm_test_database_conninfo(const PgmTestDatabase *database);
/* The same as one argument for a command line, "host=… port=… user=postgres dbname=…". Borrowed. */
const char *pgm_test_database_text(const PgmTestDatabase *database);
/* The harness's own session in it (PGM_PURPOSE_PLAIN); opened at the first use. Borrowed. */
PgmConnection *pgm_test_database_connection(PgmTestDatabase *database);
/* One to read the catalogs over and over (PGM_PURPOSE_INSPECT): the server's caches, filled at the first time, are most
 * of the work. Borrowed. */
PgmConnection *pgm_test_database_reader(PgmTestDatabase *database);
/* One more session; the caller closes it. */
PgmConnection *pgm_test_database_connect(const PgmTestDatabase *database, PgmPurpose purpose);

/* One statement, as superuser. */
void pgm_test_execute(PgmTestDatabase *database, const char *sql);
/* The first row's first column; NULL for none, or null. Caller frees. */
char *pgm_test_value(PgmTestDatabase *database, const char *sql);
/* A script, run by psql (-X, ON_ERROR_STOP): its standard output, unaligned, without headers. Caller frees. */
char *pgm_test_psql(PgmTestDatabase *database, const char *sql);
/* A file below the source tree, by psql too: "tests/incident/hotfix-as-executed.sql". */
void pgm_test_psql_file(PgmTestDatabase *database, const char *path);

/* Waits until SQL, asked again and again, answers EXPECTED. FALSE after TIMEOUT_MS. */
gboolean pgm_test_wait_value(PgmTestDatabase *database, const char *sql, const char *expected, int timeout_ms);

/* SQL answers EXPECTED (NULL: nothing, or null). */
#define pgm_test_assert_value(database, sql, expected)                                                                 \
    do                                                                                                                 \
    {                                                                                                                  \
        g_autofree char *value_ = pgm_test_value((database), (sql));                                                   \
        const char *expected_ = (expected);                                                                            \
        if (g_strcmp0(value_, expected_) != 0)                                                                         \
        {                                                                                                              \
            g_autofree char *message_ =                                                                                \
                g_strdup_printf("%s\nanswers %s, not %s", (sql), value_ != NULL ? value_ : "null",                     \
                                expected_ != NULL ? expected_ : "null");                                               \
            g_assertion_message(G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, message_);                                \
        }                                                                                                              \
    } while (0)

/* A file of the source tree: PGM_TEST_SOURCE (else the current folder), and PATH. Caller frees. */
char *pgm_test_source_path(const char *path);

#endif
