/*
 * test_reading_guard.c - what an operator types and must not happen does not happen.
 *
 * Every text is judged twice: by what the guard answers, and by a fingerprint of all that it could have changed, taken
 * by another session.
 */
#include "harness/server.h"
#include "pgmedic/reading.h"

#include <stdlib.h>
#include <string.h>

static PgmTestDatabase *database;
static PgmConnection *victim; /* whom a text may try to end */

static const char scene[] =
    "CREATE TABLE t (id int PRIMARY KEY, word text);"
    "INSERT INTO t SELECT i, 'word ' || i FROM generate_series(1, 10) i;"
    "CREATE SEQUENCE s; SELECT nextval('s');"
    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;"
    "CREATE TABLE touched (by text);"
    "CREATE FUNCTION touch(text) RETURNS int VOLATILE LANGUAGE sql AS $$INSERT INTO touched VALUES ($1) RETURNING 1$$;"
    "CREATE FUNCTION tame(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1';"
    "CREATE FUNCTION lower(int) RETURNS int VOLATILE LANGUAGE plpgsql AS $$BEGIN RETURN 1; END$$;"
    "CREATE FUNCTION seen(t) RETURNS text VOLATILE LANGUAGE sql AS $$SELECT 'seen'$$;"
    "CREATE FUNCTION \"Touch \"\"me\"\"\"() RETURNS int VOLATILE LANGUAGE sql AS 'SELECT 1';"
    "CREATE PROCEDURE p() LANGUAGE sql AS $$INSERT INTO touched VALUES ('p')$$;"
    "CREATE SCHEMA elsewhere; CREATE FUNCTION elsewhere.count() RETURNS int VOLATILE LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION told(text) RETURNS text VOLATILE LANGUAGE sql AS 'SELECT $1';"
    "CREATE TYPE pair AS (a int, told_not text); CREATE DOMAIN dpair AS pair;"
    "CREATE FUNCTION paired(dpair) RETURNS text VOLATILE LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION pairs(pair[]) RETURNS text VOLATILE LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION dpairs() RETURNS SETOF dpair LANGUAGE sql AS $$SELECT ROW(1, 'x')::dpair$$;"
    "CREATE VIEW locking AS SELECT id, pg_try_advisory_lock(id) AS got FROM t;"
    "SELECT lo_create(4711);";

/* Everything that a text of the table below could have changed, in one line. */
static char *fingerprint(void)
{
    g_autofree char *victim_pid = g_strdup_printf("%d", pgm_connection_server(victim)->backend_pid);
    g_autofree char *sql =
        g_strdup_printf("SELECT concat_ws(' ',"
                        " (SELECT count(*) || '.' || sum(id) || '.' || string_agg(word, ',' ORDER BY id) FROM t),"
                        " (SELECT count(*) FROM touched),"
                        " (SELECT last_value || '.' || is_called FROM s),"
                        " (SELECT count(*) || '.' || sum(relfilenode::bigint) FROM pg_class"
                        "   WHERE relnamespace = 'public'::regnamespace),"
                        " (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),"
                        " (SELECT count(*) FROM pg_largeobject_metadata),"
                        " (SELECT count(*) FROM pg_statistic WHERE starelid = 't'::regclass),"
                        " (SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'pgmedic'),"
                        " (SELECT count(*) FROM pg_prepared_xacts WHERE gid = 'pgmedic'),"
                        " (SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        "   WHERE a.application_name = 'pgmedic read' AND a.datname = current_database()),"
                        " (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
                        "   WHERE d.datname = current_database()),"
                        " (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),"
                        " (SELECT count(*) FROM pg_stat_activity WHERE pid = %s),"
                        " (SELECT count(*) FROM (SELECT pg_ls_dir('.') UNION ALL SELECT pg_ls_dir('/tmp')) AS l(f)"
                        "   WHERE f LIKE 'pgmedic-was-here%%'))",
                        victim_pid);
    return pgm_test_value(database, sql);
}

/* No transaction of the reader's is left, as another session sees it. */
static void assert_no_transaction(PgmConnection *reader)
{
    g_assert_cmpint(pgm_connection_transaction(reader), ==, ' ');
    g_autofree char *sql =
        g_strdup_printf("SELECT state || ' ' || (xact_start IS NULL)::text FROM pg_stat_activity WHERE pid = %d",
                        pgm_connection_server(reader)->backend_pid);
    g_assert_true(pgm_test_wait_value(database, sql, "idle true", 5000));
}

/* What the reader's session itself would carry on: role, settings, statements, channels. */
static char *session_of(PgmConnection *reader)
{
    return pgm_connection_value(
        reader,
        "SELECT concat_ws(' ', current_user, session_user, current_setting('search_path'), "
        "current_setting('default_transaction_read_only'), current_setting('work_mem'), (SELECT count(*) FROM "
        "pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_cursors))",
        NULL);
}

/* Where %d stands, the victim's pid goes. Caller frees. */
static char *with_victim(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "%d", -1);
    g_autofree char *pid = g_strdup_printf("%d", pgm_connection_server(victim)->backend_pid);
    return g_strjoinv(pid, parts);
}

static void assert_refused(PgmConnection *reader, const char *text, const char *because)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *whole = with_victim(text);
    g_autofree char *session = session_of(reader);
    g_autofree char *before = fingerprint();
    PgmReading *reading = pgm_reading_open(reader, whole, &error);
    if (reading != NULL || (because != NULL && strstr(error->message, because) == NULL))
    {
        g_test_message("%s: %s", whole, reading != NULL ? "was not refused" : error->message);
        g_test_fail();
    }
    pgm_reading_free(reading);
    assert_no_transaction(reader);
    g_autofree char *after = fingerprint();
    g_assert_cmpstr(before, ==, after);
    g_autofree char *session_after = session_of(reader);
    g_assert_cmpstr(session, ==, session_after);
}

/* Statements that are no queries: refused in our words, and by the server's own grammar without us. */
static const char *const no_queries[] = {
    "LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
    "REINDEX TABLE t",
    "ANALYZE t",
    "VACUUM t",
    "CHECKPOINT",
    "CLUSTER",
    "COPY t TO PROGRAM 'touch pgmedic-was-here'",
    "COPY t TO STDOUT",
    "COPY (SELECT 1) TO '/tmp/pgmedic-was-here'",
    "COPY t FROM STDIN",
    "NOTIFY c, 'x'",
    "LISTEN c",
    "SET ROLE pg_monitor",
    "SET search_path = elsewhere",
    "SET SESSION AUTHORIZATION DEFAULT",
    "SET TRANSACTION READ WRITE",
    "SET default_transaction_read_only = off",
    "RESET ALL",
    "BEGIN READ WRITE",
    "START TRANSACTION READ WRITE",
    "COMMIT",
    "COMMIT AND CHAIN",
    "ROLLBACK",
    "END",
    "SAVEPOINT a",
    "PREPARE TRANSACTION 'pgmedic'",
    "COMMIT PREPARED 'pgmedic'",
    "PREPARE q AS SELECT 1",
    "EXECUTE q",
    "DEALLOCATE ALL",
    "DISCARD ALL",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    "FETCH ALL FROM pgmedic_query",
    "MOVE 1 FROM pgmedic_query",
    "CLOSE ALL",
    "CALL p()",
    "DO $$BEGIN PERFORM touch('do'); END$$",
    "INSERT INTO t VALUES (99, 'x')",
    "UPDATE t SET word = ''",
    "DELETE FROM t",
    "TRUNCATE t",
    "DROP TABLE t",
    "ALTER TABLE t ADD COLUMN c int",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "ALTER ROLE CURRENT_USER SET work_mem = '1MB'",
    "CREATE TABLE n (a int)",
    "CREATE TABLE n AS SELECT 1",
    "CREATE TEMPORARY TABLE n (a int)",
    "CREATE EXTENSION dblink",
    "REFRESH MATERIALIZED VIEW m",
    "GRANT ALL ON t TO PUBLIC",
    "COMMENT ON TABLE t IS 'x'",
    "SECURITY LABEL ON TABLE t IS 'x'",
    "LOAD 'auto_explain'",
    "WITH x AS (SELECT 1) INSERT INTO t SELECT 99, 'x'",
    "WITH x AS (SELECT 1) DELETE FROM t",
    "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
    "WITH x AS (INSERT INTO t VALUES (99, 'x') RETURNING id) TABLE x",
    "SELECT * INTO n FROM t",
    "SELECT 1 INTO TEMP n",
};

static void test_no_queries(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    for (gsize i = 0; i < G_N_ELEMENTS(no_queries); i++)
    {
        assert_refused(reader, no_queries[i], NULL);
    }
    assert_refused(reader, "LOCK TABLE t", "LOCK is no query");
    assert_refused(reader, "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "it holds DELETE");
}

/* What stands behind our words. */
static void test_server_grammar(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    g_autofree char *before = fingerprint();
    for (gsize i = 0; i < G_N_ELEMENTS(no_queries); i++)
    {
        g_autoptr(GError) error = NULL;
        g_assert_true(pgm_connection_command(reader, &error, "BEGIN READ ONLY"));
        gboolean done =
            pgm_connection_command(reader, &error, "DECLARE pgmedic_query NO SCROLL CURSOR FOR %s", no_queries[i]);
        if (done ||
            !(pgm_sql_error_is(error, "42601") || pgm_sql_error_is(error, "0A000") || pgm_sql_error_is(error, "42P11")))
        {
            g_test_message("%s: %s", no_queries[i], done ? "is a query to the server" : error->message);
            g_test_fail();
        }
        pgm_connection_command(reader, NULL, "ROLLBACK");
    }
    g_autofree char *after = fingerprint();
    g_assert_cmpstr(before, ==, after);
}

/* Once a query has run, and that is before the text, nothing makes the transaction read-write. */
static void test_read_only(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    static const char *const tries[] = {"SET TRANSACTION READ WRITE", "INSERT INTO t VALUES (99, 'x')",
                                        "SELECT nextval('s')", "SELECT 1 FROM t FOR UPDATE"};
    for (gsize i = 0; i < G_N_ELEMENTS(tries); i++)
    {
        g_assert_true(pgm_connection_command(reader, NULL, "BEGIN READ ONLY"));
        g_assert_true(pgm_connection_command(reader, NULL, "SELECT 1"));
        g_autoptr(GError) error = NULL;
        g_assert_false(pgm_connection_command(reader, &error, "%s", tries[i]));
        g_assert_true(pgm_sql_error_is(error, i == 0 ? "25001" : "25006"));
        pgm_connection_command(reader, NULL, "ROLLBACK");
    }
    assert_refused(reader, "SELECT * FROM t FOR UPDATE", "SELECT FOR UPDATE");
    assert_refused(reader, "SELECT * FROM t FOR KEY SHARE", NULL);
    assert_refused(reader, "SELECT * FROM (SELECT * FROM t FOR UPDATE) x", NULL);
    assert_refused(reader, "EXPLAIN ANALYZE SELECT * FROM t FOR UPDATE", NULL);
}

/* Texts that would slip through, and the word of the refusal that shows why they do not. */
static const struct
{
    const char *text;
    const char *because; /* NULL: by the server's grammar, in whatever words */
} sly[] = {
    {"", "no query"},
    {"  ;; ", "no query"},
    {"'a'", "'a' is no query"},
    {"-- nothing", "no query"},
    {"/* SELECT 1 */", "no query"},
    {"\\dt", "psql"},
    {" \\d t", "psql"},
    {"SELECT 1 \\gx", "psql"},
    {"SELECT 1; DROP TABLE t", "more than one"},
    {"SELECT 1;; DROP TABLE t", "more than one"},
    {";SELECT 1", "semicolon before SELECT 1"},
    {"SELECT 1 /* ; */; /* */ DELETE FROM t -- ;", "without DELETE FROM t -- ;"},
    {"SELECT 1;\n\nDELETE FROM t", "without DELETE FROM t"},
    {"SELECT 1 --\r; DELETE FROM t", "more than one"},
    {"SELECT $$;$$; DELETE FROM t", "more than one"},
    {"SELECT 'a\\'; DELETE FROM t --'", "more than one"},
    {"SELECT E'a\\'; DELETE FROM t --", "unterminated"},
    {"SELECT 1) x; DROP TABLE t; --", "more than one"},
    {"SELECT 1) AS t OFFSET 0) AS q(c0) UNION SELECT (touch('x')", "touch"},
    {"SELECT 1) AS t) AS q UNION ALL SELECT * FROM ((SELECT 2", NULL},
    {"SELECT (1", NULL},
    {"SELECT 1)", NULL},
    {"SELECT 'x", "unterminated"},
    {"SELECT \"x", "unterminated"},
    {"SELECT $a$ x", "unterminated"},
    {"SELECT 1 /* x", "unterminated"},
    {"SELECT /* /* */ 1", "unterminated"},
    {"/**/DELETE/**/FROM t", "DELETE is no query"},
    {"-- SELECT\nDELETE FROM t", "DELETE is no query"},
    {"(DELETE FROM t)", NULL},
    {"\"SELECT\" 1", "no query"},
    {"SELECT $1", "parameter"},
    {"SELECT 1 \xff", "UTF-8"},
    {"SELECT :name", NULL},
    {"EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN (ANALYZE) DELETE FROM t", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN (VERBOSE, ANALYSE true) UPDATE t SET word = ''", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN (\"analyze\" 1) DELETE FROM t", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN (U&\"\\0061nalyze\") DELETE FROM t", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN (U&\"!0061nalyze\" UESCAPE '!') DELETE FROM t", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN (ANALYZE off, ANALYZE on) DELETE FROM t", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN ANALYZE VERBOSE INSERT INTO t VALUES (99, 'x')", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN ANALYZE WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "DELETE"},
    {"EXPLAIN ANALYZE WITH x AS (SELECT 1) DELETE FROM t", "DELETE"},
    {"EXPLAIN ANALYZE SELECT touch('x')", "touch"},
    {"EXPLAIN ANALYZE SELECT * INTO n FROM t", "SELECT INTO"},
    {"EXPLAIN ANALYZE CREATE TABLE n AS SELECT 1", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN ANALYZE EXECUTE q", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN ANALYZE SELECT * FROM (SELECT 1) x WHERE", NULL},
    {"EXPLAIN EXECUTE q", "EXPLAIN is for"},
    {"EXPLAIN REFRESH MATERIALIZED VIEW m", "EXPLAIN is for"},
    {"EXPLAIN ANALYZE", "EXPLAIN ANALYZE runs"},
    {"EXPLAIN", "EXPLAIN is for"},
    {"EXPLAIN SELECT tame(1)", "tame"},
    {"EXPLAIN UPDATE t SET id = nextval('s')", "nextval"},
    {"SHOW search_path; DELETE FROM t", "more than one"},
    {"SHOW", NULL},
};

static void test_sly(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    for (gsize i = 0; i < G_N_ELEMENTS(sly); i++)
    {
        assert_refused(reader, sly[i].text, sly[i].because);
    }
}

/* Functions that must not be called, wherever they stand and however they are written. */
static const struct
{
    const char *text;
    const char *because;
} callers[] = {
    {"SELECT pg_terminate_backend(%d)", "another session"},
    {"SELECT pg_cancel_backend(%d)", "another session"},
    {"SELECT \"pg_terminate_backend\"(%d)", "pg_terminate_backend"},
    {"SELECT U&\"pg_\\0074erminate_backend\"(%d)", "pg_terminate_backend"},
    {"SELECT U&\"pg_!0074erminate_backend\" UESCAPE '!' (%d)", "pg_terminate_backend"},
    {"SELECT PG_Terminate_Backend /* */ -- \n (%d)", "pg_terminate_backend"},
    {"SELECT pg_catalog.pg_terminate_backend(%d)", "pg_terminate_backend"},
    {"SELECT pg_catalog . U&\"pg_\\0074erminate_backend\" (pid => %d)", "pg_terminate_backend"},
    {"SELECT pg_terminate_backend(VARIADIC ARRAY[%d])", "pg_terminate_backend"},
    {"TABLE t UNION ALL SELECT 1, pg_terminate_backend(%d)::text", "pg_terminate_backend"},
    {"VALUES (1), (pg_terminate_backend(%d)::int)", "pg_terminate_backend"},
    {"SELECT * FROM pg_terminate_backend(%d)", "pg_terminate_backend"},
    {"SELECT * FROM ROWS FROM (generate_series(1, 2), pg_terminate_backend(%d)) AS x", "pg_terminate_backend"},
    {"SELECT * FROM t, LATERAL (SELECT pg_terminate_backend(%d)) x", "pg_terminate_backend"},
    {"SELECT * FROM t JOIN t u ON pg_terminate_backend(%d)", "pg_terminate_backend"},
    {"WITH x AS MATERIALIZED (SELECT pg_terminate_backend(%d)) SELECT 1 FROM x", "pg_terminate_backend"},
    {"SELECT 1 ORDER BY pg_terminate_backend(%d)", "pg_terminate_backend"},
    {"SELECT 1 LIMIT pg_terminate_backend(%d)::int", "pg_terminate_backend"},
    {"SELECT 1 WHERE EXISTS (SELECT 1 WHERE pg_terminate_backend(%d))", "pg_terminate_backend"},
    {"SELECT 1 GROUP BY pg_terminate_backend(%d) HAVING true", "pg_terminate_backend"},
    {"SELECT CASE WHEN true THEN ARRAY[COALESCE(pg_terminate_backend(%d))] END", "pg_terminate_backend"},
    {"SELECT count(*) FILTER (WHERE pg_terminate_backend(%d)) FROM t", "pg_terminate_backend"},
    {"SELECT count(*) OVER (PARTITION BY pg_terminate_backend(%d)) FROM t", "pg_terminate_backend"},
    {"SELECT count(*) OVER w FROM t WINDOW w AS (ORDER BY pg_terminate_backend(%d))", "pg_terminate_backend"},
    {"SELECT array_agg(id ORDER BY pg_terminate_backend(%d)) FROM t", "pg_terminate_backend"},
    {"SELECT XMLELEMENT(NAME a, pg_terminate_backend(%d))", "pg_terminate_backend"},
    {"EXPLAIN SELECT pg_terminate_backend(%d)", "pg_terminate_backend"},
    {"EXPLAIN ANALYZE SELECT pg_terminate_backend(%d)", "pg_terminate_backend"},
    /* The grammar of 15 does not know a subquery in FROM without a name, nor underscores: by the tokens, then. */
    {"SELECT * FROM (SELECT pg_terminate_backend(%d))", "pg_terminate_backend"},
    {"SELECT * FROM (SELECT \"pg_terminate_backend\" /**/ (%d))", "pg_terminate_backend"},
    {"SELECT * FROM (SELECT U&\"pg_\\0074erminate_backend\"(%d))", "cannot be told"},
    {"SELECT * FROM (SELECT \"Touch \"\"me\"\"\"())", "Touch"},
    {"SELECT * FROM (SELECT x.seen FROM t x)", "seen"},
    {"EXPLAIN ANALYZE SELECT * FROM (SELECT touch('x'))", "touch"},

    {"SELECT query_to_xml('SELECT touch(''x'')', true, true, '')", "runs SQL"},
    {"SELECT table_to_xml('t', true, true, '')", "runs SQL"},
    {"SELECT schema_to_xml('public', true, true, '')", "runs SQL"},
    {"SELECT database_to_xml_and_xmlschema(true, true, '')", "runs SQL"},
    {"SELECT * FROM ts_stat('SELECT touch(''x'')')", "runs SQL"},
    {"SELECT ts_rewrite('a'::tsquery, 'SELECT touch(''x'')')", "ts_rewrite"},
    {"SELECT set_config('work_mem', '1MB', false)", "setting"},
    {"SELECT nextval('s')", "sequence"},
    {"SELECT setval('s', 100)", "sequence"},
    {"SELECT pg_read_file('PG_VERSION')", "files"},
    {"SELECT pg_read_binary_file('PG_VERSION')", "files"},
    {"SELECT * FROM pg_ls_dir('.')", "files"},
    {"SELECT pg_stat_file('PG_VERSION')", "files"},
    {"SELECT lo_export(4711, '/tmp/pgmedic-was-here')", "large objects"},
    {"SELECT lo_unlink(4711)", "large objects"},
    {"SELECT lo_create(0)", "large objects"},
    {"SELECT lo_import('PG_VERSION')", "large objects"},
    {"SELECT pg_reload_conf()", "setting"},
    {"SELECT pg_rotate_logfile()", "setting"},
    {"SELECT pg_switch_wal()", "WAL"},
    {"SELECT pg_create_restore_point('x')", "WAL"},
    {"SELECT pg_create_physical_replication_slot('pgmedic', true)", "WAL"},
    {"SELECT pg_create_logical_replication_slot('pgmedic', 'test_decoding')", "WAL"},
    {"SELECT pg_logical_emit_message(false, 'x', 'y')", "WAL"},
    {"SELECT pg_promote()", "WAL"},
    {"SELECT pg_stat_reset()", "statistics"},
    {"SELECT pg_notify('c', 'x')", "sends"},
    {"SELECT pg_advisory_lock(1)", "lock"},
    {"SELECT pg_try_advisory_xact_lock(1)", "lock"},
    {"SELECT pg_sleep(1)", "transaction open"},
    {"SELECT pg_export_snapshot()", "psql"},
    {"SELECT txid_current()", "transaction id"},
    {"SELECT pg_current_xact_id()", "transaction id"},
    {"SELECT binary_upgrade_create_empty_extension('x', 'public', true, '1', NULL, NULL, NULL)", "volatile"},

    {"SELECT touch('x')", "public.touch() is not called here: it is not one of PostgreSQL's own"},
    {"SELECT public.touch('x')", "public.touch()"},
    {"SELECT tame(1)", "public.tame()"},
    {"SELECT lower('A')", "public.lower() is not called here: the types of the arguments decide"},
    {"SELECT public.lower(1)", "public.lower() is not called here: it is not one of"},
    {"SELECT t.seen FROM t", "public.seen()"},
    {"SELECT (x).seen FROM t x", "public.seen()"},
    {"SELECT x.\"seen\" FROM t x WHERE x.seen = 'a'", "public.seen()"},
    {"SELECT \"Touch \"\"me\"\"\"()", "Touch \"me\"()"},
    {"SELECT elsewhere.count()", "elsewhere.count()"},
    /* What stands behind an expression and a point is a function of any type, not of rows alone. */
    {"SELECT ('a'::text).told", "public.told()"},
    {"SELECT (ARRAY['a'])[1].told", "public.told()"},
    {"SELECT (ROW(1, 'x')::pair).told_not.told", "public.told()"},
    {"SELECT (ROW(1, 'x')::dpair).paired", "public.paired()"},
    {"SELECT (ARRAY[ROW(1, 'x')::pair]).pairs", "public.pairs()"},
    {"SELECT x.paired FROM (SELECT 1) y, LATERAL (SELECT ROW(1, 'x')::dpair AS x) z", "public.paired()"},
    {"SELECT * FROM (SELECT ('a'::text).told)", "public.told()"},
    {"SELECT * FROM (SELECT (ARRAY['a'])[1] /**/ . \"told\")", "public.told()"},
    {"SELECT * FROM (SELECT (ROW(1, 'x')::pair).told_not.told)", "public.told()"},
};

static void test_functions(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++)
    {
        assert_refused(reader, callers[i].text, callers[i].because);
    }
}

/* What an engineer needs at night, and what looks like trouble and is none. */
static const char *const welcome[] = {
    "SELECT pid, pg_blocking_pids(pid), clock_timestamp() - query_start FROM pg_stat_activity",
    "SELECT relation::regclass, mode, granted FROM pg_locks",
    "SELECT pg_size_pretty(pg_total_relation_size('t')), pg_relation_size('t', 'vm'), pg_table_size('t'), "
    "pg_indexes_size('t'), pg_database_size(current_database())",
    "SELECT pg_is_in_recovery(), pg_current_wal_lsn(), pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()",
    "SELECT pg_walfile_name(pg_current_wal_insert_lsn()), pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')",
    "SELECT * FROM pg_control_checkpoint()",
    "SELECT pg_xact_status('3'::xid8), pg_current_xact_id_if_assigned(), pg_current_snapshot()",
    "SELECT count(*), sum(size) FROM pg_ls_waldir()",
    "SELECT random() < 2, gen_random_uuid() IS NOT NULL, timeofday() <> ''",
    "SELECT * FROM pg_stat_database JOIN pg_database USING (datname) WHERE datname = current_database()",
    "SELECT age(datfrozenxid), mxid_age(datminmxid) FROM pg_database",
    "SELECT pg_get_viewdef('pg_locks'::regclass), pg_get_indexdef('t_pkey'::regclass), obj_description('t'::regclass)",
    "SELECT current_setting('work_mem'), current_user, current_schemas(true), version(), inet_server_port()",
    "SELECT pg_catalog.lower(word), count(*), max(t.word), t.id, row_number() OVER () FROM t GROUP BY 1, 4 HAVING "
    "count(*) > 0",
    "SELECT coalesce(x.n, 0), greatest(1, 2), extract(hour FROM now()), trim(both ' ' FROM ' a ') FROM (SELECT 1 AS n) "
    "x",
    "SELECT substring('abc' FROM 2 FOR 1), position('b' IN 'abc'), overlay('abc' PLACING 'x' FROM 1), "
    "'2020-01-01'::date "
    "AT TIME ZONE 'UTC', 'a' LIKE 'a' ESCAPE '!', 'a' SIMILAR TO 'a'",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id), string_agg(word, ';' ORDER BY id DESC) FROM t",
    "SELECT jsonb_pretty(to_jsonb(t)), json_build_object('a', 1, 'b', 2), (t).*, (t).word, row_to_json(t) FROM t",
    "SELECT ts_rewrite('a & b'::tsquery, 'a'::tsquery, 'c'::tsquery), format('%s %s', 1, 2), concat_ws(',', 1, 2, 3)",
    "SELECT * FROM t TABLESAMPLE system (100)",
    "SELECT (ROW(1, 'x')::pair).told_not, ('a'::text).upper, s.told FROM (SELECT 1 AS told) s",
    "TABLE locking", /* what a view hides is not seen; what it leaves behind is let go */
    "SELECT int4 '1', int4('1'), date('2020-01-01'), text(1::name)",
    "WITH RECURSIVE touch(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM touch WHERE id < 3) SELECT * FROM touch",
    "SELECT touch FROM (SELECT 1 AS touch) nextval",
    "SELECT 'a; b' AS \";\", $$;'$$, E'\\'', U&'\\0041' /* ; */ -- ;",
    "SELECT 1 AS \"pg_terminate_backend\", 'pg_terminate_backend(1)'",
    "SHOW ALL",
    "SHOW TIME ZONE",
    "EXPLAIN DELETE FROM t",
    "EXPLAIN INSERT INTO t SELECT 99, 'x'",
    "EXPLAIN (ANALYZE off, VERBOSE) UPDATE t SET word = upper(word)",
    "EXPLAIN (SELECT 1)",
    "EXPLAIN ANALYZE (SELECT 1)",
    "EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) SELECT * FROM t WHERE id = 3;",
    "EXPLAIN ANALYZE VERBOSE WITH x AS (SELECT * FROM t) SELECT count(*) FROM x",
    "EXPLAIN VERBOSE VALUES (1)",
    "EXPLAIN TABLE t",
};

static void test_welcome(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    g_autofree char *before = fingerprint();
    for (gsize i = 0; i < G_N_ELEMENTS(welcome); i++)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmReading) reading = pgm_reading_open(reader, welcome[i], &error);
        if (reading == NULL)
        {
            g_test_message("%s: %s", welcome[i], error->message);
            g_test_fail();
            continue;
        }
        pgm_reading_release(reading);
        assert_no_transaction(reader);
    }
    g_autofree char *after = fingerprint();
    g_assert_cmpstr(before, ==, after);
}

/* A statement that a newer server knows is not refused because our parser does not. */
static void test_newer_grammar(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmReading) reading = pgm_reading_open(reader, "SELECT max(x) FROM (SELECT upper('A') AS x)", &error);
    if (pgm_connection_server(reader)->version < 160000)
    {
        g_assert_true(pgm_sql_error_is(error, "42601")); /* the server's own words */
        g_assert_cmpint(pgm_sql_error_info(error)->position, ==, 20);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpint(pgm_reading_rows(reading), ==, 1);
}

/* A text too deep to be parsed is not sent unseen. */
static void test_deep(void)
{
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    g_autoptr(GString) text = g_string_new("SELECT ");
    for (int i = 0; i < 100000; i++)
    {
        g_string_append_c(text, '(');
    }
    g_string_append(text, "pg_terminate_backend(1");
    assert_refused(reader, text->str, "pg_terminate_backend");
}

/* Extensions, where they are installed. */
static void test_extensions(void)
{
    static const struct
    {
        const char *extension;
        const char *text;
        const char *because; /* NULL: it may be called */
    } calls[] = {
        {"dblink", "SELECT * FROM dblink('dbname=x', 'SELECT 1') AS x(a int)", "another server"},
        {"tablefunc", "SELECT * FROM crosstab('SELECT touch(''x'')') AS x(a text, b text)", "runs SQL"},
        {"pg_trgm", "SELECT similarity('a', 'b'), word_similarity('a', 'b')", NULL},
        {"pg_trgm", "SELECT set_limit(0.1)", "setting"},
        {"pgcrypto", "SELECT digest('a', 'sha256'), gen_random_bytes(2)", NULL},
        {"uuid-ossp", "SELECT uuid_generate_v4()", NULL},
        {"citext", "SELECT replace('a', 'b', 'c'), 'A'::citext = 'a'", NULL},
        {"amcheck", "SELECT bt_index_check('t_pkey'::regclass)", NULL},
        {"amcheck", "SELECT bt_index_parent_check('t_pkey'::regclass)", "writers"},
        {"pgstattuple", "SELECT * FROM pgstattuple('t')", NULL},
        {"pg_visibility", "SELECT pg_truncate_visibility_map('t')", "truncates"},
        {"pg_prewarm", "SELECT pg_prewarm('t')", "extension pg_prewarm"},
    };
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_READ);
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++)
    {
        if (!pgm_connection_command(pgm_test_database_connection(database), NULL,
                                    "CREATE EXTENSION IF NOT EXISTS \"%s\"", calls[i].extension))
        {
            continue;
        }
        if (calls[i].because != NULL)
        {
            assert_refused(reader, calls[i].text, calls[i].because);
            continue;
        }
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmReading) reading = pgm_reading_open(reader, calls[i].text, &error);
        g_assert_no_error(error);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    database = pgm_test_database_new("guard");
    g_autofree char *made = pgm_test_psql(database, scene);
    victim = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_test_add_func("/reading/guard/no-queries", test_no_queries);
    g_test_add_func("/reading/guard/server-grammar", test_server_grammar);
    g_test_add_func("/reading/guard/read-only", test_read_only);
    g_test_add_func("/reading/guard/sly", test_sly);
    g_test_add_func("/reading/guard/functions", test_functions);
    g_test_add_func("/reading/guard/welcome", test_welcome);
    g_test_add_func("/reading/guard/newer-grammar", test_newer_grammar);
    g_test_add_func("/reading/guard/deep", test_deep);
    g_test_add_func("/reading/guard/extensions", test_extensions);
    int failed = g_test_run();
    pgm_connection_close(victim);
    pgm_test_database_free(database);
    return failed;
}
