/* test_backup.c - a dump against its snapshot, restored and compared; and everything that can go wrong with one. */
#include "pgmedic/backup.h"
#include "pgmedic/file.h"
#include "run/backup_tables.h"
#include "run/child.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE_US (30 * G_USEC_PER_SEC)

static PgmConninfo *database;
static char *folder;

static PgmConninfo *conninfo(const char *name)
{
    g_autoptr(GError) error = NULL;
    const char *text = g_getenv("PGM_TEST_CONNINFO");
    g_assert_nonnull(text);
    PgmConninfo *info = pgm_conninfo_new(text, &error);
    g_assert_no_error(error);
    pgm_conninfo_set(info, "dbname", name);
    return info;
}

static PgmConnection *connect_to(const PgmConninfo *info)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    return connection;
}

static void run(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, &error);
    g_assert_no_error(error);
}

/* The tables of the test: names that would be patterns, a partition tree, every type whose text depends on settings. */
static const char *const tables[] = {"docs", "Odd \"n*me\"", "app.events"};

static PgmBackupRequest request_for(const char *const *names, int n)
{
    PgmBackupRequest request = {.conninfo = database,
                                .scope = PGM_BACKUP_TABLES,
                                .tables = names,
                                .table_count = n,
                                .search_path = "app, public",
                                .folder = folder};
    return request;
}

static void assert_nothing_left(void)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    g_assert_cmpstr(g_dir_read_name(entries), ==, NULL);
}

static void remove_dump(void)
{
    g_autofree char *path = g_build_filename(folder, PGM_BACKUP_FILE, NULL);
    g_assert_cmpint(g_unlink(path), ==, 0);
    assert_nothing_left();
}

/* Flips a bit or cuts the tail of a copy of the dump. */
static char *spoiled_copy(const PgmBackup *backup, gsize cut, gssize flip)
{
    char *path = g_build_filename(folder, "spoiled.dump", NULL);
    g_autofree char *data = NULL;
    gsize length = 0;
    g_assert_true(g_file_get_contents(backup->file, &data, &length, NULL));
    if (flip >= 0)
    {
        data[flip] = (char)(data[flip] ^ 4);
    }
    g_assert_true(g_file_set_contents(path, data, (gssize)(length - cut), NULL));
    return path;
}

typedef struct
{
    guint told[PGM_BACKUP_STEP_HASH + 1];
    gint64 last_ms;
} Told;

static void note_progress(const PgmBackupProgress *progress, gpointer user)
{
    Told *told = user;
    told->told[progress->step]++;
    g_assert_cmpint(progress->elapsed_ms, >=, told->last_ms);
    g_assert_cmpint(progress->bytes, >=, 0);
    g_assert_cmpstr(pgm_backup_step_name(progress->step), !=, "");
    told->last_ms = progress->elapsed_ms;
}

static void restore(const PgmBackup *backup, const PgmConninfo *scratch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTools) tools = pgm_tools_find(NULL, 15, &error);
    g_assert_no_error(error);
    g_autofree char *record = pgm_conninfo_record(scratch);
    g_autofree char *dbname = g_strconcat("--dbname=", record, NULL);
    char exit_on_error[] = "--exit-on-error";
    char *arguments[] = {tools->pg_restore, exit_on_error, dbname, backup->file, NULL};
    pgm_child_run(arguments, NULL, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
}

static PgmBackup *dump(PgmBackupRequest *request)
{
    g_autoptr(GError) error = NULL;
    PgmBackup *backup = pgm_backup_dump(request, &error);
    g_assert_no_error(error);
    return backup;
}

static void test_round_trip(void)
{
    g_autoptr(GError) error = NULL;
    Told told = {0};
    PgmBackupRequest request = request_for(tables, 3);
    request.tell = note_progress;
    request.user = &told;
    g_autoptr(PgmBackup) backup = dump(&request);
    for (guint step = 0; step <= PGM_BACKUP_STEP_HASH; step++)
    {
        g_assert_cmpuint(told.told[step], >, 0);
    }
    g_assert_cmpstr(backup->kind, ==, "dump");
    g_assert_cmpuint(strlen(backup->sha256), ==, 64);
    g_assert_true(g_str_has_suffix(backup->snapshot_time, "Z"));
    g_assert_cmpint(backup->bytes, >, 1000);
    struct stat status;
    g_assert_cmpint(stat(backup->file, &status), ==, 0);
    g_assert_cmpint(status.st_size, ==, backup->bytes);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_true(pgm_backup_check_file(backup->file, backup->sha256, &error));

    /* docs, the odd one, events with two partitions; not "Odd name", which the star must not match. */
    g_assert_cmpuint(backup->tables->len, ==, 5);

    g_autoptr(PgmConninfo) scratch = conninfo("test_backup_scratch");
    g_autoptr(PgmConnection) maintenance = connect_to(database);
    run(maintenance, "INSERT INTO docs (note) VALUES ('written after the snapshot')");
    run(maintenance, "CREATE DATABASE test_backup_scratch");
    g_autoptr(PgmConnection) connection = connect_to(scratch);
    run(connection, "CREATE SCHEMA app");
    run(connection, "SET timezone = 'Asia/Tokyo'");
    run(connection, "SET datestyle = 'German'");
    restore(backup, scratch);
    const char *const restored[] = {"docs", "public.\"Odd \"\"n*me\"\"\"", "app.events"};
    g_autoptr(GPtrArray) counted = pgm_backup_checksums(connection, restored, 3, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(counted->len, ==, backup->tables->len);
    for (guint i = 0; i < counted->len; i++)
    {
        const PgmBackupTable *was = g_ptr_array_index(backup->tables, i);
        const PgmBackupTable *is = g_ptr_array_index(counted, i);
        g_assert_cmpstr(is->name, ==, was->name);
        g_assert_cmpint(is->rows, ==, was->rows);
        g_assert_cmpstr(is->checksum, ==, was->checksum);
    }
    /* A checksum that cannot tell would be worth nothing. */
    run(connection, "UPDATE docs SET note = note || ' ' WHERE id = 17");
    g_autoptr(GPtrArray) changed = pgm_backup_checksums(connection, restored, 1, &error);
    g_assert_no_error(error);
    const PgmBackupTable *docs = g_ptr_array_index(changed, 0);
    const PgmBackupTable *docs_before = NULL;
    for (guint i = 0; i < backup->tables->len; i++)
    {
        const PgmBackupTable *table = g_ptr_array_index(backup->tables, i);
        docs_before = strcmp(table->name, "docs") == 0 ? table : docs_before;
    }
    g_assert_nonnull(docs_before);
    g_assert_cmpint(docs->rows, ==, docs_before->rows);
    g_assert_cmpint(docs_before->rows, ==, 20000);
    g_assert_cmpstr(docs->checksum, !=, docs_before->checksum);
    g_clear_pointer(&connection, pgm_connection_close);
    run(maintenance, "DROP DATABASE test_backup_scratch WITH (FORCE)");
    run(maintenance, "DELETE FROM docs WHERE note LIKE 'written after%'");
    remove_dump();
}

static void test_database_scope(void)
{
    PgmBackupRequest request = request_for(NULL, 0);
    request.scope = PGM_BACKUP_DATABASE;
    g_autoptr(PgmBackup) backup = dump(&request);
    g_assert_cmpuint(backup->tables->len, ==, 5); /* as before with "Odd name", and without the tree's parent */
    remove_dump();
}

static void test_spoiled(void)
{
    g_autoptr(GError) error = NULL;
    const char *const names[] = {"docs"};
    PgmBackupRequest request = request_for(names, 1);
    g_autoptr(PgmBackup) backup = dump(&request);
    struct
    {
        gsize cut;
        gssize flip;
    } const spoils[] = {{100, -1}, {(gsize)backup->bytes / 2, -1}, {0, (gssize)(backup->bytes / 2)}};
    for (guint i = 0; i < G_N_ELEMENTS(spoils); i++)
    {
        g_autofree char *path = spoiled_copy(backup, spoils[i].cut, spoils[i].flip);
        g_assert_false(pgm_backup_check_file(path, backup->sha256, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        g_clear_error(&error);
        g_assert_false(pgm_backup_read_back(path, NULL, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        g_clear_error(&error);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_true(pgm_backup_read_back(backup->file, NULL, &error));
    g_assert_no_error(error);
    remove_dump();
}

static void assert_refused(PgmBackupRequest *request, int code, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmBackup) backup = pgm_backup_dump(request, &error);
    g_assert_null(backup);
    g_assert_error(error, PGM_ERROR, code);
    if (strstr(error->message, words) == NULL)
    {
        g_error("expected \"%s\" in: %s", words, error->message);
    }
    assert_nothing_left();
}

static void test_names(void)
{
    const char *const names[] = {"docs", "no_such", "a_view", "bad name ; --"};
    PgmBackupRequest request = request_for(names, 4);
    assert_refused(&request, PGM_ERROR_INVALID, "no_such does not exist");
    assert_refused(&request, PGM_ERROR_INVALID, "a_view is not a table");
    assert_refused(&request, PGM_ERROR_INVALID, "bad name ; -- does not exist");
    request = request_for((const char *const[]){"events"}, 1);
    request.search_path = "public";
    assert_refused(&request, PGM_ERROR_INVALID, "events does not exist");
}

static void write_program(const char *name, const char *text)
{
    g_autofree char *bin = g_build_filename(folder, "..", "bin", NULL);
    g_autofree char *path = g_build_filename(bin, name, NULL);
    g_mkdir_with_parents(bin, 0700);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0700), ==, 0);
}

static void test_versions(void)
{
    g_autofree char *bin = g_build_filename(folder, "..", "bin", NULL);
    const char *const names[] = {"docs"};
    PgmBackupRequest request = request_for(names, 1);
    request.bindir = "/nonexistent";
    assert_refused(&request, PGM_ERROR_REFUSED, "install the package postgresql-client-");
    write_program("pg_dump", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n");
    write_program("pg_restore", "#!/bin/sh\nexit 0\n");
    request.bindir = bin;
    assert_refused(&request, PGM_ERROR_REFUSED, "only found 9.6.24");
    write_program("pg_dump", "#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.1' && exit 0\n"
                             "echo 'pg_dump: error: it went wrong' >&2; exit 1\n");
    assert_refused(&request, PGM_ERROR_INVALID, "pg_dump failed: it went wrong");
}

/* /proc is a file system that is always full. */
static void test_space(void)
{
    const char *const names[] = {"docs"};
    PgmBackupRequest request = request_for(names, 1);
    request.folder = "/proc";
    if (pgm_file_free_space("/proc") != 0)
    {
        g_test_skip("no full file system here");
        return;
    }
    assert_refused(&request, PGM_ERROR_REFUSED, "no room for the backup: /proc has 0 bytes free");
}

static void test_locked(void)
{
    const char *const names[] = {"docs"};
    g_autoptr(PgmConnection) holder = connect_to(database);
    run(holder, "SET application_name = 'night job'");
    run(holder, "BEGIN");
    run(holder, "LOCK TABLE docs IN ACCESS EXCLUSIVE MODE");
    PgmBackupRequest request = request_for(names, 1);
    assert_refused(&request, PGM_ERROR_REFUSED, "(night job), idle in transaction");
    run(holder, "ROLLBACK");
}

static void test_privileges(void)
{
    g_autoptr(PgmConnection) owner = connect_to(database);
    run(owner, "CREATE ROLE backup_nobody LOGIN");
    g_autoptr(PgmConninfo) nobody = pgm_conninfo_copy(database);
    pgm_conninfo_set(nobody, "user", "backup_nobody");
    const char *const names[] = {"docs"};
    PgmBackupRequest request = request_for(names, 1);
    request.conninfo = nobody;
    assert_refused(&request, PGM_ERROR_REFUSED, "permission denied for table docs");
    run(owner, "GRANT SELECT ON docs TO backup_nobody");
    run(owner, "ALTER TABLE docs ENABLE ROW LEVEL SECURITY");
    assert_refused(&request, PGM_ERROR_REFUSED, "row-level security");
    run(owner, "ALTER TABLE docs DISABLE ROW LEVEL SECURITY");
    run(owner, "REVOKE ALL ON docs FROM backup_nobody");
    run(owner, "DROP ROLE backup_nobody");
}

/* The password goes to the children by a file of their own, never by argv, and the file is gone afterwards. */
static void test_password(void)
{
    const char *const names[] = {"docs"};
    g_autofree char *bin = g_build_filename(folder, "..", "bin", NULL);
    g_autofree char *witness = g_build_filename(folder, "..", "witness", NULL);
    g_autofree char *script =
        g_strdup_printf("#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.1' && exit 0\n"
                        "{ stat -c %%a \"$PGPASSFILE\"; cat \"$PGPASSFILE\"; env | grep PGPASSWORD; tr '\\0' ' ' "
                        "</proc/$$/cmdline; } > '%s'\nexit 1\n",
                        witness);
    write_program("pg_dump", script);
    g_autoptr(PgmConninfo) secret = pgm_conninfo_copy(database);
    pgm_conninfo_set(secret, "password", "s:e\\cret");
    PgmBackupRequest request = request_for(names, 1);
    request.conninfo = secret;
    request.bindir = bin;
    g_setenv("PGPASSWORD", "another", TRUE);
    assert_refused(&request, PGM_ERROR_INVALID, "pg_dump failed");
    g_unsetenv("PGPASSWORD");
    g_autofree char *seen = NULL;
    g_assert_true(g_file_get_contents(witness, &seen, NULL, NULL));
    g_assert_true(g_str_has_prefix(seen, "600\n*:*:*:*:s\\:e\\\\cret\n"));
    g_assert_null(strstr(seen, "PGPASSWORD"));
    const char *command = strstr(seen, "--dbname=");
    g_assert_nonnull(command);
    g_assert_null(strstr(command, "cret"));
}

static gpointer cancel_later(gpointer data)
{
    PgmConnection *watch = connect_to(database);
    gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    g_autofree char *seen = NULL;
    while (seen == NULL && g_get_monotonic_time() < deadline)
    {
        g_usleep(5000);
        seen = pgm_connection_value(watch,
                                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgmedic backup' "
                                    "AND query LIKE '%pgm_row%' AND state = 'active'",
                                    NULL);
    }
    g_cancellable_cancel(data);
    pgm_connection_close(watch);
    return NULL;
}

static void test_cancel_count(void)
{
    const char *const names[] = {"slow"};
    g_autoptr(PgmConnection) connection = connect_to(database);
    /* Enough text that the count is seen running; when it is over first, the dump is called off instead. */
    run(connection, "CREATE TABLE slow AS SELECT repeat('x', 1000000) AS t FROM generate_series(1, 400)");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    PgmBackupRequest request = request_for(names, 1);
    request.cancellable = cancellable;
    GThread *thread = g_thread_new("cancel", cancel_later, cancellable);
    gint64 begun = g_get_monotonic_time();
    assert_refused(&request, PGM_ERROR_CANCELLED, "called off");
    g_assert_cmpint(g_get_monotonic_time() - begun, <, PATIENCE_US);
    g_thread_join(thread);
    run(connection, "DROP TABLE slow");
}

static void cancel_at_dump(const PgmBackupProgress *progress, gpointer user)
{
    if (progress->step == PGM_BACKUP_STEP_DUMP)
    {
        g_cancellable_cancel(user);
    }
}

static void test_cancel_dump(void)
{
    const char *const names[] = {"docs"};
    g_autofree char *bin = g_build_filename(folder, "..", "bin", NULL);
    write_program("pg_dump", "#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.1' && exit 0\n"
                             "exec sleep 60\n");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    PgmBackupRequest request = request_for(names, 1);
    request.bindir = bin;
    request.cancellable = cancellable;
    request.tell = cancel_at_dump;
    request.user = cancellable;
    gint64 begun = g_get_monotonic_time();
    assert_refused(&request, PGM_ERROR_CANCELLED, "called off");
    g_assert_cmpint(g_get_monotonic_time() - begun, <, PATIENCE_US);
    g_autoptr(PgmBackup) never = pgm_backup_dump(&request, NULL); /* called off before it began */
    g_assert_null(never);
}

static void create_database(void)
{
    g_autoptr(PgmConninfo) maintenance = conninfo("postgres");
    g_autoptr(PgmConnection) connection = connect_to(maintenance);
    run(connection, "DROP DATABASE IF EXISTS test_backup WITH (FORCE)");
    run(connection, "DROP DATABASE IF EXISTS test_backup_scratch WITH (FORCE)");
    run(connection, "DROP ROLE IF EXISTS backup_nobody");
    run(connection, "CREATE DATABASE test_backup");
    database = conninfo("test_backup");
    g_autoptr(PgmConnection) builder = connect_to(database);
    run(builder, "CREATE SCHEMA app");
    run(builder, "CREATE TABLE docs (id serial PRIMARY KEY, gone int, note text, at timestamptz DEFAULT now(), "
                 "day date DEFAULT now(), part double precision DEFAULT random(), raw bytea DEFAULT '\\x00ff', "
                 "span interval DEFAULT '1 day 02:03', price money DEFAULT 1.5, tags text[] DEFAULT '{a,\"b c\"}', "
                 "twice int GENERATED ALWAYS AS (2) STORED)");
    run(builder, "INSERT INTO docs (note) SELECT md5(n::text) FROM generate_series(1, 20000) AS n");
    run(builder, "ALTER TABLE docs DROP COLUMN gone");
    run(builder, "CREATE TABLE \"Odd \"\"n*me\"\"\" (pgm_row int)");
    run(builder, "INSERT INTO \"Odd \"\"n*me\"\"\" VALUES (1), (1), (NULL)");
    run(builder, "CREATE TABLE \"Odd \"\"name\"\"\" (n int)");
    run(builder, "CREATE TABLE app.events (n int) PARTITION BY RANGE (n)");
    run(builder, "CREATE TABLE app.events_low PARTITION OF app.events FOR VALUES FROM (0) TO (10)");
    run(builder, "CREATE TABLE app.events_high PARTITION OF app.events FOR VALUES FROM (10) TO (100)");
    run(builder, "INSERT INTO app.events SELECT generate_series(0, 99)");
    run(builder, "CREATE VIEW a_view AS SELECT 1 AS one");
}

static void drop_database(void)
{
    g_clear_pointer(&database, pgm_conninfo_free);
    g_autoptr(PgmConninfo) maintenance = conninfo("postgres");
    g_autoptr(PgmConnection) connection = connect_to(maintenance);
    run(connection, "DROP DATABASE test_backup WITH (FORCE)");
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
    const char *name;
    while (entries != NULL && (name = g_dir_read_name(entries)) != NULL)
    {
        g_autofree char *entry = g_build_filename(path, name, NULL);
        remove_tree(entry);
    }
    g_remove(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *top = g_dir_make_tmp("test-backup.XXXXXX", NULL);
    folder = g_build_filename(top, "run", NULL);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    create_database();
    g_test_add_func("/backup/round-trip", test_round_trip);
    g_test_add_func("/backup/database", test_database_scope);
    g_test_add_func("/backup/spoiled", test_spoiled);
    g_test_add_func("/backup/names", test_names);
    g_test_add_func("/backup/versions", test_versions);
    g_test_add_func("/backup/space", test_space);
    g_test_add_func("/backup/locked", test_locked);
    g_test_add_func("/backup/privileges", test_privileges);
    g_test_add_func("/backup/password", test_password);
    g_test_add_func("/backup/cancel-count", test_cancel_count);
    g_test_add_func("/backup/cancel-dump", test_cancel_dump);
    int result = g_test_run();
    drop_database();
    remove_tree(top);
    g_free(folder);
    return result;
}
