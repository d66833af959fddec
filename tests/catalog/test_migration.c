/* test_migration.c - the books of every framework, recognised and read on a real server; heads against reality. */
#include "../harness/server.h"
#include "pgmedic/migration.h"

#include <string.h>

static char *render_list(const GPtrArray *list)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; list != NULL && i < list->len; i++)
    {
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (const char *)list->pdata[i]);
    }
    return g_strdup(text->str);
}

static GPtrArray *read_books(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    GPtrArray *books = pgm_migration_read_books(connection, &error);
    g_assert_no_error(error);
    return books;
}

typedef struct
{
    const char *framework;
    const char *sql;
    const char *heads;
    const char *applied_at; /* NULL: not recorded */
    const char *failed;     /* a part of it; NULL: none */
    const char *locked_by;  /* a part of it; NULL: nobody */
} Book;

static const Book BOOKS[] = {
    {"alembic",
     "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('b'), "
     "('a')",
     "a b", NULL, NULL, NULL},
    {"alembic", "CREATE SCHEMA \"Odd Name\"; CREATE TABLE \"Odd Name\".\"Books\" (version_num varchar(32))", "", NULL,
     NULL, NULL},
    {"django",
     "CREATE TABLE django_migrations (id bigint, app text, name text, applied timestamptz);"
     "INSERT INTO django_migrations VALUES (1,'auth','0001','2026-01-01 00:00Z'),(2,'auth','0002','2026-01-02 00:00Z'),"
     "(3,'shop','0001','2026-01-03 00:00Z')",
     "auth.0002 shop.0001", "2026-01-03T00:00:00Z", NULL, NULL},
    {"rails",
     "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); CREATE TABLE ar_internal_metadata (key varchar, "
     "value varchar, created_at timestamp, updated_at timestamp); INSERT INTO schema_migrations VALUES ('2023'), "
     "('2024')",
     "2024", NULL, NULL, NULL},
    {"dbmate",
     "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('2024')",
     "2024", NULL, NULL, NULL},
    {"ecto",
     "CREATE TABLE schema_migrations (version bigint, inserted_at timestamp(0)); INSERT INTO schema_migrations VALUES "
     "(9, '2026-01-01'), (10, '2026-01-02')",
     "10", "2026-01-02T00:00:00", NULL, NULL},
    {"golang-migrate",
     "CREATE TABLE schema_migrations (version bigint, dirty boolean); INSERT INTO schema_migrations VALUES (7, true)",
     "7", NULL, "version 7 is marked dirty", NULL},
    {"hasura",
     "CREATE SCHEMA hdb_catalog; CREATE TABLE hdb_catalog.hdb_version (hasura_uuid uuid, version text, upgraded_on "
     "timestamptz, cli_state jsonb, console_state jsonb); INSERT INTO hdb_catalog.hdb_version VALUES "
     "(gen_random_uuid(), "
     "'47', now(), '{\"settings\": {}, \"migrations\": {\"default\": {\"999\": false, \"1700000000001\": false, "
     "\"1700000000002\": true}}}', '{}')",
     "1700000000001", NULL, "version 1700000000002 of database default", NULL},
    {"hasura",
     "CREATE SCHEMA hdb_catalog; CREATE TABLE hdb_catalog.hdb_version (hasura_uuid uuid, version text, upgraded_on "
     "timestamptz, cli_state jsonb, console_state jsonb); INSERT INTO hdb_catalog.hdb_version VALUES "
     "(gen_random_uuid(), "
     "'47', now(), '{}', '{}')",
     "", NULL, NULL, NULL},
    {"hasura",
     "CREATE SCHEMA hdb_catalog; CREATE TABLE hdb_catalog.schema_migrations (version bigint, dirty boolean); INSERT "
     "INTO hdb_catalog.schema_migrations VALUES (1, false)",
     "1", NULL, NULL, NULL},
    {"supabase",
     "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text, statements "
     "text[], name text); INSERT INTO supabase_migrations.schema_migrations VALUES ('2024', NULL, 'x')",
     "2024", NULL, NULL, NULL},
    {"flyway",
     "CREATE TABLE flyway_schema_history (installed_rank int, version varchar, description varchar, type varchar, "
     "script "
     "varchar, checksum int, installed_by varchar, installed_on timestamp, execution_time int, success boolean);"
     "INSERT INTO flyway_schema_history VALUES (1,'1','a','SQL','V1__a.sql',1,'u','2026-01-01',1,true),"
     "(2,'2','b','SQL','V2__b.sql',1,'u','2026-01-02',1,false)",
     "1", "2026-01-01T00:00:00", "version 2 failed: V2__b.sql", NULL},
    {"liquibase",
     "CREATE TABLE databasechangelog (id varchar, author varchar, filename varchar, dateexecuted timestamp, "
     "orderexecuted "
     "int, exectype varchar, md5sum varchar, description varchar); CREATE TABLE databasechangeloglock (id int, locked "
     "boolean, lockgranted timestamp, lockedby varchar); INSERT INTO databasechangelog VALUES "
     "('1','me','f','2026-01-01',1,'EXECUTED','x','d'); INSERT INTO databasechangeloglock VALUES "
     "(1,true,'2026-01-02','host')",
     "1::me::f", "2026-01-01T00:00:00", NULL, "host since 2026-01-02T00:00:00"},
    {"goose",
     "CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean, tstamp timestamp); INSERT INTO "
     "goose_db_version VALUES (1,0,true,now()),(2,1,true,'2026-01-01'),(3,2,true,now()),(4,2,false,now())",
     "1", "2026-01-01T00:00:00", NULL, NULL},
    {"sqitch",
     "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text, script_hash text, change text, project text, "
     "note "
     "text, committed_at timestamptz, planned_at timestamptz); INSERT INTO sqitch.changes VALUES "
     "('1','h','users','app','','2026-01-01 00:00Z',now()),('2','h','posts','app','','2026-01-02 00:00Z',now())",
     "app:posts", "2026-01-02T00:00:00Z", NULL, NULL},
    {"sqitch",
     "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text, script_hash text, change text, project text, "
     "note text, committed_at timestamptz, planned_at timestamptz); CREATE TABLE sqitch.events (event text, change_id "
     "text, change text, project text, note text, committed_at timestamptz, planned_at timestamptz); INSERT INTO "
     "sqitch.changes VALUES ('1','h','users','app','','2026-01-01 00:00Z',now()); INSERT INTO sqitch.events VALUES "
     "('fail','1','users','app','','2025-12-31 00:00Z',now()),('deploy','1','users','app','','2026-01-01 "
     "00:00Z',now()),"
     "('fail','2','posts','shop','','2026-01-02 00:00Z',now())",
     "app:users", "2026-01-01T00:00:00Z", "shop:posts failed at 2026-01-02T00:00:00Z", NULL},
    {"prisma",
     "CREATE TABLE _prisma_migrations (id varchar, checksum varchar, finished_at timestamptz, migration_name varchar, "
     "logs "
     "text, rolled_back_at timestamptz, started_at timestamptz, applied_steps_count int); INSERT INTO "
     "_prisma_migrations VALUES "
     "('1','c','2026-01-01 "
     "00:00Z','1_a',NULL,NULL,'2026-01-01',1),('2','c',NULL,'2_b',E'no\\ntable',NULL,'2026-01-02',0)",
     "1_a", "2026-01-01T00:00:00Z", "2_b was begun and did not finish: no table", NULL},
    {"knex",
     "CREATE TABLE knex_migrations (id int, name varchar, batch int, migration_time timestamptz); CREATE TABLE "
     "knex_migrations_lock (index int, is_locked int); INSERT INTO knex_migrations VALUES (1,'1_a.js',1,'2026-01-01 "
     "00:00Z'); "
     "INSERT INTO knex_migrations_lock VALUES (1,1)",
     "1_a", "2026-01-01T00:00:00Z", NULL, "somebody"},
    {"laravel",
     "CREATE TABLE migrations (id int, migration varchar, batch int); INSERT INTO migrations VALUES "
     "(2,'b',1),(1,'a',1)",
     "b", NULL, NULL, NULL},
    {"typeorm",
     "CREATE TABLE migrations (id int, timestamp bigint, name varchar); INSERT INTO migrations VALUES (1,170,'A170')",
     "170", NULL, NULL, NULL},
    {"sequelize",
     "CREATE TABLE \"SequelizeMeta\" (name varchar); INSERT INTO \"SequelizeMeta\" VALUES ('1-a.js'),('2-b.js')", "2-b",
     NULL, NULL, NULL},
    {"node-pg-migrate",
     "CREATE TABLE pgmigrations (id int, name varchar, run_on timestamp); INSERT INTO pgmigrations VALUES "
     "(1,'1_a','2026-01-01')",
     "1_a", "2026-01-01T00:00:00", NULL, NULL},
    {"db-migrate",
     "CREATE TABLE migrations (id int, name varchar, run_on timestamp); INSERT INTO migrations VALUES "
     "(1,'/1-a','2026-01-01'),(2,'/2-b','2026-01-02')",
     "2-b", "2026-01-02T00:00:00", NULL, NULL},
    {"kysely",
     "CREATE TABLE kysely_migration (name varchar, timestamp varchar); CREATE TABLE kysely_migration_lock (id varchar, "
     "is_locked int); INSERT INTO kysely_migration VALUES ('1_a','2026-01-01T00:00:00.123Z')",
     "1_a", "2026-01-01T00:00:00Z", NULL, NULL},
    {"postgrator",
     "CREATE TABLE schemaversion (version bigint, name text, md5 text, run_at timestamptz); INSERT INTO schemaversion "
     "VALUES (0,NULL,NULL,NULL),(9,'a','x','2026-01-01 00:00Z'),(10,'b','x','2026-01-02 00:00Z')",
     "10", "2026-01-02T00:00:00Z", NULL, NULL},
    {"graphile-migrate",
     "CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text, previous_hash text, "
     "filename "
     "text, date timestamptz); CREATE TABLE graphile_migrate.current (filename text, content text, date timestamptz); "
     "INSERT INTO graphile_migrate.migrations VALUES ('x',NULL,'000001.sql','2026-01-01 00:00Z')",
     "000001", "2026-01-01T00:00:00Z", NULL, NULL},
    {"sql-migrate",
     "CREATE TABLE gorp_migrations (id text, applied_at timestamptz); INSERT INTO gorp_migrations VALUES "
     "('1_a.sql','2026-01-01 00:00Z')",
     "1_a.sql", "2026-01-01T00:00:00Z", NULL, NULL},
    {"diesel",
     "CREATE TABLE __diesel_schema_migrations (version varchar, run_on timestamp); INSERT INTO "
     "__diesel_schema_migrations "
     "VALUES ('20240101','2026-01-01')",
     "20240101", "2026-01-01T00:00:00", NULL, NULL},
    {"sqlx",
     "CREATE TABLE _sqlx_migrations (version bigint, description text, installed_on timestamptz, success boolean, "
     "checksum bytea, "
     "execution_time bigint); INSERT INTO _sqlx_migrations VALUES (1,'a','2026-01-01 "
     "00:00Z',true,'',1),(2,'b',now(),false,'',1)",
     "1", "2026-01-01T00:00:00Z", "version 2 (b) was begun", NULL},
    {"atlas",
     "CREATE SCHEMA atlas_schema_revisions; CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version "
     "varchar, "
     "description varchar, type bigint, applied bigint, total bigint, executed_at timestamptz, execution_time bigint, "
     "error text, "
     "error_stmt text, hash varchar, partial_hashes jsonb, operator_version varchar); INSERT INTO "
     "atlas_schema_revisions.atlas_schema_revisions VALUES ('1','a',2,1,1,'2026-01-01 "
     "00:00Z',1,NULL,NULL,'h',NULL,'v'),"
     "('2','b',2,1,3,now(),1,'boom','x','h',NULL,'v')",
     "1", "2026-01-01T00:00:00Z", "version 2 applied 1 of 3 statements: boom", NULL},
    {"pgroll",
     "CREATE SCHEMA pgroll; CREATE TABLE pgroll.migrations (schema name, name text, migration jsonb, created_at "
     "timestamp, "
     "updated_at timestamp, parent text, done boolean, resulting_schema jsonb); INSERT INTO pgroll.migrations VALUES "
     "('public','1','{}',now(),'2026-01-01',NULL,true,'{}'),('public','2','{}',now(),'2026-01-02','1',false,'{}')",
     "public/2", "2026-01-02T00:00:00", "public/2 is active", NULL},
    {"drizzle",
     "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id int, hash text, created_at bigint); INSERT "
     "INTO "
     "drizzle.__drizzle_migrations VALUES (1,'x',1767225600000)",
     "1767225600000", NULL, NULL, NULL},
    {"efcore",
     "CREATE TABLE \"__EFMigrationsHistory\" (\"MigrationId\" varchar, \"ProductVersion\" varchar); INSERT INTO "
     "\"__EFMigrationsHistory\" VALUES ('2024_A','8')",
     "2024_A", NULL, NULL, NULL},
    {"doctrine",
     "CREATE TABLE doctrine_migration_versions (version varchar, executed_at timestamp, execution_time int); INSERT "
     "INTO "
     "doctrine_migration_versions VALUES ('DoctrineMigrations\\Version2024','2026-01-01',1)",
     "Version2024", "2026-01-01T00:00:00", NULL, NULL},
    {"phinx",
     "CREATE TABLE phinxlog (version bigint, migration_name varchar, start_time timestamp, end_time timestamp, "
     "breakpoint "
     "boolean); INSERT INTO phinxlog VALUES (2024,'A','2026-01-01','2026-01-01',false)",
     "2024", "2026-01-01T00:00:00", NULL, NULL},
    {"mikro-orm",
     "CREATE TABLE mikro_orm_migrations (id int, name varchar, executed_at timestamptz); INSERT INTO "
     "mikro_orm_migrations "
     "VALUES (1,'Migration1','2026-01-01 00:00Z')",
     "Migration1", "2026-01-01T00:00:00Z", NULL, NULL},
    {"refinery",
     "CREATE TABLE refinery_schema_history (version int, name varchar, applied_on varchar, checksum varchar); INSERT "
     "INTO "
     "refinery_schema_history VALUES (3,'a','2026-01-01','1')",
     "3", "2026-01-01", NULL, NULL},
    {"seaorm",
     "CREATE TABLE seaql_migrations (version varchar, applied_at bigint); INSERT INTO seaql_migrations VALUES "
     "('m2024_a',1767225600)",
     "m2024_a", "2026-01-01T00:00:00Z", NULL, NULL},
};

#define DROP_ALL                                                                                                       \
    "SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "       \
    "'information_schema' \\gexec\nCREATE SCHEMA public;"

static void check_book(PgmTestDatabase *database, const Book *expected)
{
    g_autoptr(GPtrArray) books = read_books(database);
    if (books->len != 1)
    {
        g_error("%s: %u books found", expected->framework, books->len);
    }
    const PgmMigrationBook *book = books->pdata[0];
    g_assert_cmpstr(book->framework, ==, expected->framework);
    g_assert_cmpstr(book->unreadable, ==, NULL);
    g_autofree char *heads = render_list(book->heads);
    g_assert_cmpstr(heads, ==, expected->heads);
    g_assert_cmpstr(book->applied_at, ==, expected->applied_at);
    g_assert_cmpint(book->failed != NULL, ==, expected->failed != NULL);
    g_assert_true(expected->failed == NULL || strstr(book->failed, expected->failed) != NULL);
    g_assert_cmpint(book->locked_by != NULL, ==, expected->locked_by != NULL);
    g_assert_true(expected->locked_by == NULL || strstr(book->locked_by, expected->locked_by) != NULL);
}

static void test_books(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("books");
    for (guint i = 0; i < G_N_ELEMENTS(BOOKS); i++)
    {
        g_autofree char *made = pgm_test_psql(database, BOOKS[i].sql);
        check_book(database, &BOOKS[i]);
        g_autofree char *gone = pgm_test_psql(database, DROP_ALL);
    }
}

/* What looks a little like books is none. */
static void test_strangers(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("strangers");
    g_autofree char *made =
        pgm_test_psql(database, "CREATE TABLE plugins (version text); CREATE TABLE tags (name text); CREATE "
                                "TABLE jobs (id int, name text, run_on timestamp); CREATE TABLE e (id int, "
                                "name text, executed_at timestamp)");
    g_autoptr(GPtrArray) books = read_books(database);
    g_assert_cmpuint(books->len, ==, 0);
}

static const char *books_sql(const char *framework)
{
    for (guint i = 0; i < G_N_ELEMENTS(BOOKS); i++)
    {
        if (g_str_equal(BOOKS[i].framework, framework))
        {
            return BOOKS[i].sql;
        }
    }
    g_error("no books of %s", framework);
}

/* The keys as their frameworks compute them; {crc} is zlib's crc32 of what they hash. */
static const struct
{
    const char *framework;
    const char *hashed; /* {database}: its name; \\0 for a NUL; NULL: nothing */
    const char *key;
} LOCKS[] = {
    {"node-pg-migrate", NULL, "7241865325823964"},
    {"goose", NULL, "4097083626"},
    {"prisma", NULL, "72707369"},
    {"sqitch", NULL, "75474063"},
    {"kysely", NULL, "3853314791062309107"},
    {"atlas", NULL, "2686470616"},
    {"flyway", NULL, "77431708279161 + hashtext('public.flyway_schema_history')"},
    {"rails", "{database}", "2053462845::bigint * {crc}"},
    {"sqlx", "{database}", "1026731422::bigint * {crc}"},
    {"golang-migrate", "public\\0schema_migrations\\0{database}",
     "mod(1486364155::numeric * {crc}, 4294967296)::bigint"},
};

/* zlib's own answer: ours is not asked to vouch for itself. */
static char *zlib_crc32(const char *hashed, const char *database)
{
    g_autoptr(GString) text = g_string_new(hashed);
    g_string_replace(text, "{database}", database, 0);
    g_autofree char *program = g_strdup_printf("import zlib; print(zlib.crc32(b'%s'))", text->str);
    const char *const argv[] = {"python3", "-c", program, NULL};
    g_autofree char *out = NULL;
    g_autoptr(GError) error = NULL;
    g_spawn_sync(NULL, (char **)(gsize)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, &error);
    g_assert_no_error(error);
    return g_strdup(g_strchomp(out));
}

static void test_advisory_locks(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("advisory");
    g_autofree char *name = pgm_test_psql(database, "SELECT current_database()");
    g_strchomp(name);
    for (guint i = 0; i < G_N_ELEMENTS(LOCKS); i++)
    {
        g_autofree char *made = pgm_test_psql(database, books_sql(LOCKS[i].framework));
        g_autoptr(GString) key = g_string_new(LOCKS[i].key);
        if (LOCKS[i].hashed != NULL)
        {
            g_autofree char *crc = zlib_crc32(LOCKS[i].hashed, name);
            g_string_replace(key, "{crc}", crc, 0);
        }
        g_autofree char *lock = g_strdup_printf("SELECT pg_advisory_lock(%s)", key->str);
        pgm_test_execute(database, lock);
        g_autoptr(GPtrArray) books = read_books(database);
        const PgmMigrationBook *book = books->pdata[0];
        g_assert_cmpstr(book->framework, ==, LOCKS[i].framework);
        if (book->locked_by == NULL)
        {
            g_error("%s: nobody holds its lock %s", LOCKS[i].framework, key->str);
        }
        g_assert_true(g_str_has_prefix(book->locked_by, "process "));
        g_assert_nonnull(strstr(book->locked_by, "user postgres"));
        g_assert_nonnull(strstr(book->locked_by, ", for 00:0"));
        pgm_test_execute(database, "SELECT pg_advisory_unlock_all()");
        g_autoptr(GPtrArray) after = read_books(database);
        g_assert_cmpstr(((const PgmMigrationBook *)after->pdata[0])->locked_by, ==, NULL);
        g_autofree char *gone = pgm_test_psql(database, DROP_ALL);
    }
}

static void test_unreadable(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("unreadable");
    pgm_test_execute(database, "CREATE TABLE alembic_version (version_num varchar(32))");
    g_autofree char *role = g_strconcat(pgm_test_database_name(database), "_reader", NULL);
    g_autofree char *create = g_strdup_printf("CREATE ROLE %s", role);
    pgm_test_execute(database, create);
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_assert_true(pgm_connection_command(connection, NULL, "SET ROLE %s", role));
    g_autoptr(GPtrArray) books = pgm_migration_read_books(connection, NULL);
    g_assert_cmpuint(books->len, ==, 1);
    g_assert_cmpstr(((PgmMigrationBook *)books->pdata[0])->unreadable, ==, "needs SELECT on public.alembic_version");
    pgm_test_execute(database, "REVOKE USAGE ON SCHEMA public FROM PUBLIC");
    g_autoptr(GPtrArray) closed = pgm_migration_read_books(connection, NULL);
    g_assert_cmpstr(((PgmMigrationBook *)closed->pdata[0])->unreadable, ==,
                    "needs USAGE on schema public and SELECT on public.alembic_version");

    /* Rows that row security hides must not look like "nothing applied". */
    g_free(pgm_test_psql(database, "GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT SELECT ON alembic_version TO PUBLIC; "
                                   "ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY; "
                                   "CREATE POLICY few ON alembic_version USING (version_num > 'a'); "
                                   "INSERT INTO alembic_version VALUES ('0a1b')"));
    g_autoptr(GPtrArray) hidden = pgm_migration_read_books(connection, NULL);
    g_assert_nonnull(strstr(((PgmMigrationBook *)hidden->pdata[0])->unreadable, "needs BYPASSRLS"));
    pgm_test_execute(database, "CREATE POLICY whole ON alembic_version FOR SELECT USING (true)");
    g_autoptr(GPtrArray) shown = pgm_migration_read_books(connection, NULL);
    g_assert_cmpstr(((PgmMigrationBook *)shown->pdata[0])->unreadable, ==, NULL);
    g_assert_cmpuint(((PgmMigrationBook *)shown->pdata[0])->heads->len, ==, 1);
    g_autofree char *drop = g_strdup_printf("DROP ROLE %s", role);
    g_clear_pointer(&connection, pgm_connection_close);
    pgm_test_execute(database, drop);
}

/* Books that a hanging migration has locked are not read, and who holds them is named. */
static void test_locked_books(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("locked_books");
    pgm_test_execute(database, "CREATE TABLE alembic_version (version_num varchar(32))");
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(holder, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(holder, NULL, "ALTER TABLE alembic_version ADD note text"));
    g_autoptr(GPtrArray) books = read_books(database);
    g_assert_cmpuint(books->len, ==, 1);
    const char *why = ((PgmMigrationBook *)books->pdata[0])->unreadable;
    g_assert_true(g_pattern_match_simple(
        "public.alembic_version is locked by pid * (ALTER TABLE alembic_version ADD note text, idle in transaction)*",
        why));
    g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
}

/* Knex keeps its lock in the migrations' own transaction: the row is not seen, the lock of its table is. */
static void test_writers(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("writers");
    static const char *const statements[] = {"UPDATE knex_migrations_lock SET is_locked = 1",
                                             "INSERT INTO knex_migrations VALUES (2, '2_b.js', 2, now())"};
    g_autofree char *made = pgm_test_psql(database, books_sql("knex"));
    pgm_test_execute(database, "UPDATE knex_migrations_lock SET is_locked = 0");
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
    {
        g_autoptr(GPtrArray) calm = read_books(database);
        g_assert_cmpstr(((const PgmMigrationBook *)calm->pdata[0])->locked_by, ==, NULL);
        g_assert_true(pgm_connection_command(holder, NULL, "BEGIN"));
        g_assert_true(pgm_connection_command(holder, NULL, "%s", statements[i]));
        g_autoptr(GPtrArray) books = read_books(database);
        g_assert_cmpuint(books->len, ==, 1);
        const PgmMigrationBook *book = books->pdata[0];
        g_assert_true(g_pattern_match_simple("process *, user postgres*, for 00:0*, since *Z: its transaction has the "
                                             "books open for writing",
                                             book->locked_by));
        g_autofree char *heads = render_list(book->heads);
        g_assert_cmpstr(heads, ==, "1_a");
        g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
    }
}

static void check_state(PgmTestDatabase *database, const char *pending, const char *unknown, const char *absent)
{
    g_autofree char *path = pgm_test_source_path("tests/incident/alembic");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmRepository) repository = pgm_repository_load("alembic", path, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) books = read_books(database);
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmMigrationState) state = pgm_migration_compare(connection, books->pdata[0], repository, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; state->pending != NULL && i < state->pending->len; i++)
    {
        g_ptr_array_add(ids, ((PgmRevision *)state->pending->pdata[i])->id);
    }
    g_autofree char *pending_text = state->pending != NULL ? render_list(ids) : NULL;
    g_autofree char *unknown_text = render_list(state->unknown);
    g_autofree char *absent_text = render_list(state->absent);
    g_assert_cmpstr(pending_text, ==, pending);
    g_assert_cmpstr(unknown_text, ==, unknown);
    g_assert_cmpstr(absent_text, ==, absent);
}

static void test_reality(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("reality", 5, 5);
    check_state(database, "774225e563ca", "", "");
    pgm_test_execute(database, "ALTER TABLE documents DROP COLUMN title");
    pgm_test_execute(database, "DROP TABLE document_questions");
    check_state(database, "774225e563ca", "",
                "f867c7e3d51c is applied, but table document_questions is absent "
                "f867c7e3d51c is applied, but column documents.title is absent");
    pgm_test_execute(database, "UPDATE alembic_version SET version_num = 'elsewhere'");
    check_state(database, NULL, "elsewhere", "");
    pgm_test_execute(database, "DELETE FROM alembic_version");
    check_state(database, "f867c7e3d51c 774225e563ca", "", "");
    g_autoptr(GPtrArray) books = read_books(database);
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmMigrationState) state = pgm_migration_compare(connection, books->pdata[0], NULL, NULL);
    g_assert_null(state->pending);
}

typedef struct
{
    const char *kind;
    const char *files[4]; /* of its repository */
    const char *pending, *unknown;
} Mixed;

static void write_file(const char *folder, const char *name)
{
    g_autofree char *file = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(file);
    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    const char *text = g_str_has_suffix(name, ".plan")  ? "%syntax-version=1.0.0\n%project=app\n\nusers 2026 A <a>\n"
                                                          "@v1 2026 A <a>\nposts [users] 2026 A <a> # note\n"
                       : g_str_has_suffix(name, "json") ? "{\"entries\": [{\"when\": 1767225600000, \"tag\": \"0_a\"}, "
                                                          "{\"when\": 1767225600001, \"tag\": \"0_a\"}]}"
                                                        : "";
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

/* Each repository is about its own framework's books, whatever else is in the database. */
static void check_mixed(PgmTestDatabase *database, const Mixed *mixed, GPtrArray *books)
{
    g_autofree char *folder = g_dir_make_tmp("pgm-mixed-XXXXXX", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mixed->files) && mixed->files[i] != NULL; i++)
    {
        write_file(folder, mixed->files[i]);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmRepository) repository = pgm_repository_load(mixed->kind, folder, &error);
    g_assert_no_error(error);
    guint its = 0;
    for (guint i = 0; i < books->len; i++)
    {
        const PgmMigrationBook *book = books->pdata[i];
        g_autoptr(PgmMigrationState) state =
            pgm_migration_compare(pgm_test_database_reader(database), book, repository, &error);
        g_assert_no_error(error);
        g_autoptr(GPtrArray) ids = g_ptr_array_new();
        for (guint k = 0; state->pending != NULL && k < state->pending->len; k++)
        {
            g_ptr_array_add(ids, ((PgmRevision *)state->pending->pdata[k])->id);
        }
        g_autofree char *pending = render_list(ids);
        g_autofree char *unknown = render_list(state->unknown);
        gboolean own = pgm_migration_book_is_of(book, repository);
        its += own ? 1 : 0;
        g_assert_cmpint(state->pending != NULL, ==, own);
        g_assert_cmpstr(pending, ==, own ? mixed->pending : "");
        g_assert_cmpstr(unknown, ==, own ? mixed->unknown : "");
    }
    g_assert_cmpuint(its, ==, 1);
    /* its own first, then the ones in trouble: Knex's, which are locked */
    pgm_migration_order_books(books, repository);
    g_assert_true(pgm_migration_book_is_of(books->pdata[0], repository));
    gboolean knex = strcmp(mixed->kind, "knex") == 0;
    g_assert_cmpstr(((const PgmMigrationBook *)books->pdata[knex ? 0 : 1])->framework, ==, "knex");
}

static void test_mixed(void)
{
    static const Mixed mixed[] = {
        {"django", {"shop/migrations/0001.py", "shop/migrations/0002_b.py"}, "shop.0002_b", "shop.0001"},
        {"sqitch", {"sqitch.plan", "deploy/users.sql", "deploy/posts.sql"}, "", ""},
        {"drizzle", {"meta/_journal.json", "0_a.sql"}, "1767225600001", ""},
        {"knex", {"1_a.ts", "2_b.ts", "2_b.d.ts"}, "2_b", ""},
        {"rails", {"2023_a.rb", "2025_b.rb"}, "2023 2025", "2024"},
        {"kysely", {"1_a.ts", "2_b.ts"}, "2_b", ""},
        {"db-migrate", {"1-a.js", "2-b.js", "3-c.js"}, "3-c", ""},
        {"postgrator", {"009.do.a.sql", "010.do.sql", "010.undo.sql", "011.do.c.sql"}, "11", ""},
        {"graphile-migrate", {"000001-a.sql", "000002.sql"}, "000002", ""},
        {"sql-migrate", {"1_a.sql", "2_b.sql"}, "2_b.sql", ""},
    };
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("mixed");
    static const char *const made[] = {"django",     "sqitch",     "drizzle",     "knex",   "kysely",
                                       "db-migrate", "postgrator", "sql-migrate", "dbmate", "graphile-migrate"};
    for (guint i = 0; i < G_N_ELEMENTS(made); i++)
    {
        g_autofree char *done = pgm_test_psql(database, books_sql(made[i]));
    }
    g_autoptr(GPtrArray) books = read_books(database);
    g_assert_cmpuint(books->len, ==, G_N_ELEMENTS(made));
    for (guint i = 0; i < G_N_ELEMENTS(mixed); i++)
    {
        check_mixed(database, &mixed[i], books);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/migration/books", test_books);
    g_test_add_func("/migration/strangers", test_strangers);
    g_test_add_func("/migration/advisory-locks", test_advisory_locks);
    g_test_add_func("/migration/unreadable", test_unreadable);
    g_test_add_func("/migration/locked-books", test_locked_books);
    g_test_add_func("/migration/writers", test_writers);
    g_test_add_func("/migration/mixed", test_mixed);
    g_test_add_func("/migration/reality", test_reality);
    return g_test_run();
}
