/* test_diagnose.c - the incident's three logs against the incident's database, and every other dialect of logs. */
#include "../harness/server.h"
#include "pgmedic/diagnose.h"
#include "pgmedic/file.h"
#include "runbook/log_reader.h"

#include <string.h>

typedef struct
{
    PgmTestDatabase *database;
    PgmConnection *connection;
    PgmRepository *repository;
    GPtrArray *library;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->database = pgm_test_database_new_incident("diagnose", 20, 40);
    f->connection = pgm_test_database_connect(f->database, PGM_PURPOSE_INSPECT);
    g_autofree char *path = pgm_test_source_path("tests/incident/alembic");
    f->repository = pgm_repository_load("alembic", path, NULL);
    g_assert_nonnull(f->repository);
    f->library = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_runbook_free);
    static const char *const names[] = {"runbooks/stamp-head.yaml", "runbooks/uuid-to-varchar.yaml"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    {
        g_autofree char *file = pgm_test_source_path(names[i]);
        g_autoptr(PgmFindings) findings = pgm_findings_new();
        g_autoptr(GError) error = NULL;
        PgmRunbook *runbook = pgm_runbook_load(file, findings, &error);
        g_assert_no_error(error);
        g_ptr_array_add(f->library, runbook);
    }
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    g_ptr_array_unref(f->library);
    pgm_repository_free(f->repository);
    pgm_connection_close(f->connection);
    pgm_test_database_free(f->database);
}

static char *join(const GPtrArray *list)
{
    g_autoptr(GString) text = g_string_new("\n");
    for (guint i = 0; i < list->len; i++)
    {
        g_string_append_printf(text, "%s\n", (const char *)list->pdata[i]);
    }
    return g_strdup(text->str);
}

#define assert_holds(text, part)                                                                                       \
    do                                                                                                                 \
    {                                                                                                                  \
        if (strstr((text), (part)) == NULL)                                                                            \
        {                                                                                                              \
            g_error("%s:%d: \"%s\" is not in: %s", __FILE__, __LINE__, (part), (text));                                \
        }                                                                                                              \
    } while (0)

static PgmDiagnosis *diagnose_text(const Fixture *f, const char *text)
{
    g_autoptr(GError) error = NULL;
    PgmDiagnosis *diagnosis = pgm_diagnose(text, strlen(text), f->connection, f->repository, f->library, &error);
    g_assert_no_error(error);
    return diagnosis;
}

static PgmDiagnosis *diagnose_file(const Fixture *f, const char *name)
{
    g_autofree char *path = pgm_test_source_path(name);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return diagnose_text(f, text);
}

static void test_type_mismatch(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(PgmDiagnosis) d = diagnose_file(f, "tests/incident/error-1-type-mismatch.log");
    g_assert_cmpstr(d->error->sqlstate, ==, "42804");
    g_assert_cmpstr(d->error->condition, ==, "datatype_mismatch");
    g_assert_cmpint(d->error->line, ==, 9);
    g_assert_cmpstr(d->error->source, ==,
                    "alembic/versions/774225e563ca_add_document_ai_suggestions_and_version_.py line 17, in upgrade: "
                    "op.create_table(");
    g_assert_false(d->cascade);
    g_assert_false(d->mended);
    g_assert_cmpstr(d->revision_from, ==, "f867c7e3d51c");
    g_assert_cmpstr(d->revision_to, ==, "774225e563ca");
    g_assert_true(g_str_has_prefix(d->error->statement, "CREATE TABLE document_share_links"));
    g_assert_true(g_str_has_suffix(d->error->statement, "\n)"));
    g_assert_cmpstr(d->headline, ==,
                    "documents.id is uuid here, but the migration 774225e563ca wants to reference it with character "
                    "varying(36)");
    g_autofree char *evidence = join(d->evidence);
    assert_holds(evidence, "\ncatalog: documents.id is uuid\n");
    assert_holds(evidence, "\ncatalog: it is referenced by document_questions.document_id (uuid), constraint "
                           "document_questions_document_id_fkey\n");
    assert_holds(evidence, "\ncatalog: it is referenced by documents.parent_document_id (uuid)");
    assert_holds(evidence, "774225e563ca line 24 (alter_column admin_activities) would fail next");
    g_assert_cmpuint(d->suggestions->len, ==, 1);
    const PgmSuggestion *suggestion = d->suggestions->pdata[0];
    g_assert_cmpstr(suggestion->runbook, ==, "uuid-to-varchar");
    g_assert_true(suggestion->concrete);
}

static void test_mended(Fixture *f, gconstpointer data)
{
    (void)data;
    pgm_test_psql_file(f->database, "tests/incident/hotfix-as-executed.sql");
    g_autoptr(PgmDiagnosis) d = diagnose_file(f, "tests/incident/error-1-type-mismatch.log");
    g_assert_cmpstr(d->headline, ==,
                    "documents.id is character varying(36) here now, and was uuid when the log was written: the "
                    "error's cause is gone");
    g_assert_true(d->mended);
    g_assert_cmpuint(d->suggestions->len, ==, 0);
    g_assert_cmpuint(d->ahead->len, ==, 1);
    g_assert_cmpstr(d->ahead->pdata[0], ==,
                    "admin_activities does not exist in this database (774225e563ca line 24, alter_column "
                    "admin_activities)");
    g_autofree char *next = join(d->next);
    assert_holds(next, "Mend this before the next try: admin_activities");

    /* With that mended too there is nothing more to say than: again. */
    pgm_test_execute(f->database, "CREATE TABLE admin_activities (id uuid, amount integer, created_at timestamptz)");
    g_autoptr(PgmDiagnosis) again = diagnose_file(f, "tests/incident/error-1-type-mismatch.log");
    g_assert_true(again->mended);
    g_assert_cmpuint(again->ahead->len, ==, 0);
    g_autofree char *then = join(again->next);
    assert_holds(then, "Run the migration 774225e563ca again");
    g_autoptr(PgmDiagnosis) missing = diagnose_file(f, "tests/incident/error-2-missing-table.log");
    g_assert_true(missing->mended);
}

static void test_missing_table(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(PgmDiagnosis) d = diagnose_file(f, "tests/incident/error-2-missing-table.log");
    g_assert_cmpstr(d->error->sqlstate, ==, "42P01");
    g_assert_cmpstr(d->headline, ==,
                    "admin_activities does not exist in this database, but the migration 774225e563ca names it; no "
                    "revision in the repository creates it");
    g_assert_cmpuint(d->missing->len, ==, 1);
    const PgmMissingRelation *missing = d->missing->pdata[0];
    g_assert_cmpstr(missing->relation, ==, "admin_activities");
    g_assert_null(missing->created_by);
    g_assert_cmpstr(missing->named_in, ==, "774225e563ca line 24: alter_column, 774225e563ca line 25: create_index");
    g_autofree char *next = join(d->next);
    assert_holds(next, "has_table(\"admin_activities\")");
    assert_holds(next, "take the statements out of the migration");
    g_assert_nonnull(d->explanation);
}

/* The books say that the revision which creates the table is applied: they are wrong. */
static void test_missing_applied(Fixture *f, gconstpointer data)
{
    (void)data;
    pgm_test_execute(f->database, "DROP TABLE document_questions");
    g_autoptr(PgmDiagnosis) d = diagnose_text(
        f, "ERROR:  relation \"document_questions\" does not exist\nLINE 1: SELECT 1 FROM document_questions\n");
    const PgmMissingRelation *missing = d->missing->pdata[0];
    g_assert_cmpstr(missing->created_by, ==, "f867c7e3d51c");
    assert_holds(d->headline, "revision f867c7e3d51c creates it");
    g_autofree char *next = join(d->next);
    assert_holds(next, "f867c7e3d51c is recorded as applied, yet its table document_questions is absent");
}

static void test_aborted(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(PgmDiagnosis) d = diagnose_file(f, "tests/incident/error-3-aborted-transaction.log");
    g_assert_cmpstr(d->error->sqlstate, ==, "25P02");
    g_assert_true(d->cascade);
    assert_holds(d->headline, "The log shows only the aftermath");
    assert_holds(d->headline, "Likely cause: document_share_links.document_id is character varying(36) and references "
                              "documents.id, which is uuid here");
    g_autofree char *evidence = join(d->evidence);
    assert_holds(evidence, "line 28, in upgrade");
    assert_holds(evidence, "the same statement is line 24 of");
    assert_holds(evidence, "may be the cause: 774225e563ca line 10: add_column documents");
    assert_holds(evidence, "may be the cause: 774225e563ca line 17: create_table document_share_links");
    assert_holds(evidence,
                 "774225e563ca line 24 (alter_column admin_activities) would fail on this database too, later");
    g_assert_null(strstr(evidence, "may be the cause: 774225e563ca line 24"));
    g_autofree char *next = join(d->next);
    assert_holds(next, "savepoint");
    assert_holds(next, "In the server's log");
    const PgmSuggestion *suggestion = d->suggestions->pdata[0];
    g_assert_cmpstr(suggestion->runbook, ==, "uuid-to-varchar");
    assert_holds(suggestion->why, "likely");
    g_assert_true(g_str_has_prefix(d->next->pdata[0], "Convert documents.id"));
}

/* Without database and repository the log alone still tells what it can. */
static void test_log_alone(void)
{
    static const char *const files[] = {"tests/incident/error-1-type-mismatch.log",
                                        "tests/incident/error-2-missing-table.log",
                                        "tests/incident/error-3-aborted-transaction.log"};
    static const char *const parts[] = {"documents.id is uuid here", "admin_activities does not exist",
                                        "only the aftermath"};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
    {
        Fixture none = {0};
        g_autoptr(PgmDiagnosis) d = diagnose_file(&none, files[i]);
        assert_holds(d->headline, parts[i]);
        g_assert_cmpuint(d->next->len, >, 1);
        g_assert_cmpuint(d->suggestions->len, ==, 0);
    }
}

static void test_exists(Fixture *f, gconstpointer data)
{
    (void)data;
    static const char *const log =
        "INFO Running upgrade f867c7e3d51c -> 774225e563ca, x\n"
        "psycopg2.errors.DuplicateColumn: column \"version\" of relation \"documents\" already "
        "exists\n";
    pgm_test_execute(f->database, "ALTER TABLE documents ADD COLUMN version integer");
    g_autoptr(PgmDiagnosis) part = diagnose_text(f, log);
    g_assert_cmpstr(part->error->sqlstate, ==, "42701");
    assert_holds(part->explanation, "Only a part");
    g_assert_cmpuint(part->suggestions->len, ==, 0);
    pgm_test_execute(f->database, "CREATE TABLE document_ai_suggestions (id text, suggestion text, created_at date)");
    pgm_test_execute(f->database, "CREATE TABLE document_share_links (id text, document_id text, token text)");
    g_autoptr(PgmDiagnosis) whole = diagnose_text(f, log);
    assert_holds(whole->explanation, "the books are behind");
    const PgmSuggestion *suggestion = whole->suggestions->pdata[0];
    g_assert_cmpstr(suggestion->runbook, ==, "stamp-head");
    g_assert_true(suggestion->concrete);
    g_assert_cmpstr(g_hash_table_lookup(suggestion->values, "from"), ==, "f867c7e3d51c");
    g_assert_cmpstr(g_hash_table_lookup(suggestion->values, "to"), ==, "774225e563ca");
}

/* A runbook without parameters is for its own tables; another table's mismatch does not get it. */
static void test_other_table(Fixture *f, gconstpointer data)
{
    (void)data;
    pgm_test_execute(f->database, "CREATE TABLE orders (id uuid PRIMARY KEY)");
    g_autoptr(PgmDiagnosis) d = diagnose_text(
        f, "psql:add.sql:3: ERROR:  foreign key constraint \"lines_order_id_fkey\" cannot be implemented\n"
           "DETAIL:  Key columns \"order_id\" and \"id\" are of incompatible types: integer and uuid.\n"
           "STATEMENT:  CREATE TABLE lines (order_id int REFERENCES orders)\n");
    g_assert_cmpstr(d->headline, ==, "orders.id is uuid here, but the statement wants to reference it with integer");
    g_assert_cmpstr(d->error->source, ==, "add.sql line 3");
    g_assert_cmpuint(d->suggestions->len, ==, 0);
    g_autofree char *next = join(d->next);
    assert_holds(next, "Convert orders.id, and every column that references it, to integer");
}

typedef struct
{
    const char *name;
    const char *log;
    const char *sqlstate;
    const char *message;
    const char *statement; /* NULL: not looked at */
    const char *source;    /* NULL: not looked at */
} Dialect;

#define MISSING "relation \"x\" does not exist"

static const Dialect DIALECTS[] = {
    {"psql",
     "BEGIN\npsql:m.sql:12: ERROR:  " MISSING "\nLINE 1: ALTER TABLE x ADD y int\n                    ^\n"
     "psql:m.sql:13: ERROR:  current transaction is aborted, commands ignored until end of transaction block\n",
     "42P01", MISSING, "ALTER TABLE x ADD y int", "m.sql line 12"},
    {"psql-verbose", "ERROR:  42P01: " MISSING "\nLOCATION:  parserOpenTable, parse_relation.c:1381\n", "42P01",
     MISSING, NULL, NULL},
    {"server",
     "2026-11-21 08:00:00.1 UTC [71] ERROR:  division by zero\n2026-11-21 08:00:00.1 UTC [71] STATEMENT:  SELECT 1/0\n"
     "2026-11-21 08:00:01.2 UTC [93] ERROR:  " MISSING " at character 13\n"
     "2026-11-21 08:00:01.2 UTC [93] STATEMENT:  ALTER TABLE x\n\tADD y int\n"
     "2026-11-21 08:00:02.2 UTC [93] ERROR:  current transaction is aborted, commands ignored until end of "
     "transaction block\n",
     "42P01", MISSING " at character 13", "ALTER TABLE x\nADD y int", NULL},
    {"server-%e",
     "2026-11-21 08:00:01 UTC:10.0.0.1(5000):app@db:[93]:42P01:ERROR:  Relation \xc2\xbbx\xc2\xab existiert nicht\n",
     "42P01", "Relation \xc2\xbbx\xc2\xab existiert nicht", NULL, NULL},
    {"node",
     "error: " MISSING "\n    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:283:98)\n"
     "    at async up (/app/migrations/007-add.js:12:3) {\n  length: 104,\n  severity: 'ERROR',\n  code: '42P01',\n"
     "  detail: undefined,\n  position: '13'\n}\n",
     "42P01", MISSING, NULL, "/app/migrations/007-add.js line 12"},
    {"rails",
     "== 20240102030405 AddY: migrating ====\nrails aborted!\nStandardError: An error has occurred, this and all later "
     "migrations canceled:\n\nPG::UndefinedTable: ERROR:  " MISSING "\n/app/db/migrate/20240102030405_add_y.rb:3:in "
     "'change'\n\nCaused by:\nActiveRecord::StatementInvalid: PG::UndefinedTable: ERROR:  " MISSING "\n",
     "42P01", MISSING, NULL, "/app/db/migrate/20240102030405_add_y.rb line 3"},
    {"pgx", "2026/11/21 08:00:00 failed to migrate: ERROR: " MISSING " (SQLSTATE 42P01)\n", "42P01", MISSING, NULL,
     NULL},
    {"pq", "error: migration failed in line 0: ALTER TABLE x (details: pq: " MISSING ")\n", "42P01", MISSING, NULL,
     NULL},
    {"flyway",
     "ERROR: Migration of schema \"public\" to version \"2 - add y\" failed! Changes successfully rolled back.\n"
     "SQL State  : 42P01\nError Code : 0\nMessage    : ERROR: " MISSING "\n  Position: 13\n"
     "Location   : db/migration/V2__add_y.sql\nLine       : 1\nStatement  : ALTER TABLE x\n  ADD y int\n\n",
     "42P01", MISSING, "ALTER TABLE x\n  ADD y int", NULL},
    {"jdbc",
     "Caused by: org.postgresql.util.PSQLException: ERROR: " MISSING
     "\n  Position: 13\n\tat org.postgresql.X(Q.java:1)\n",
     "42P01", MISSING, NULL, NULL},
    {"liquibase",
     "Reason: liquibase.exception.DatabaseException: ERROR: " MISSING " [Failed SQL: (0) ALTER TABLE x ADD y "
     "int]\n",
     "42P01", MISSING, "ALTER TABLE x ADD y int", NULL},
    {"django",
     "  Applying shop.0002_y...Traceback (most recent call last):\n"
     "psycopg2.errors.UndefinedTable: " MISSING "\n\nThe above exception was the direct cause of the following "
     "exception:\n\nTraceback (most recent call last):\ndjango.db.utils.ProgrammingError: " MISSING "\n",
     "42P01", MISSING, NULL, NULL},
    {"django-alone", "django.db.utils.ProgrammingError: " MISSING "\nLINE 1: SELECT 1 FROM x\n", "42P01", MISSING,
     "SELECT 1 FROM x", NULL},
    {"psycopg3",
     "sqlalchemy.exc.ProgrammingError: (psycopg.errors.UndefinedTable) " MISSING "\nLINE 1: ALTER TABLE x\n"
     "[SQL: ALTER TABLE x ADD COLUMN y INTEGER]\n",
     "42P01", MISSING, NULL, NULL},
    {"asyncpg",
     "sqlalchemy.exc.ProgrammingError: (sqlalchemy.dialects.postgresql.asyncpg.ProgrammingError) <class "
     "'asyncpg.exceptions.UndefinedTableError'>: " MISSING "\n[SQL: ALTER TABLE x ADD COLUMN y INTEGER]\n",
     "42P01", MISSING, "ALTER TABLE x ADD COLUMN y INTEGER", NULL},
    {"asyncpg-bare", "asyncpg.exceptions.UndefinedTableError: " MISSING "\n", "42P01", MISSING, NULL, NULL},
    {"sqlx", "error: while executing migration 2: error returned from database: " MISSING "\n", "42P01", MISSING, NULL,
     NULL},
    {"rust",
     "Error: DbError { severity: \"ERROR\", parsed_severity: Some(Error), code: SqlState(E42P01), message: "
     "\"relation \\\"x\\\" does not exist\", detail: None }\n",
     "42P01", "relation \\\"x\\\" does not exist", NULL, NULL},
    {"prisma",
     "Error: P3018\n\nA migration failed to apply.\n\nMigration name: 20240102_y\n\nDatabase error code: 42P01\n\n"
     "Database error:\nERROR: " MISSING "\n",
     "42P01", MISSING, NULL, NULL},
    {"npgsql", "Npgsql.PostgresException (0x80004005): 42P01: " MISSING "\n", "42P01", MISSING, NULL, NULL},
    {"php", "SQLSTATE[42P01]: Undefined table: 7 ERROR:  " MISSING "\nLINE 1: ALTER TABLE x\n", "42P01", MISSING,
     "ALTER TABLE x", NULL},
    {"elixir", "** (Postgrex.Error) ERROR 42P01 (undefined_table) " MISSING "\n", "42P01", MISSING, NULL, NULL},
    {"crlf-colour", "\x1b[31mpsql:m.sql:1: ERROR:  " MISSING "\x1b[0m\r\nDETAIL:  d\r\n", "42P01", MISSING, NULL, NULL},
    {"compose", "db_1  | ready\nmigrate_1  | psql:m.sql:1: ERROR:  " MISSING "\nmigrate_1  | LINE 1: ALTER TABLE x\n",
     "42P01", MISSING, "ALTER TABLE x", "m.sql line 1"},
    {"tool-noise",
     "ERROR: deployment failed\nERROR [app] no\nError: Process completed with exit code 1.\nERROR:  " MISSING "\n",
     "42P01", MISSING, NULL, NULL},
};

static void test_dialect(gconstpointer data)
{
    const Dialect *dialect = data;
    g_autoptr(PgmLog) log = pgm_log_read(dialect->log, strlen(dialect->log));
    g_assert_nonnull(log->cause);
    const PgmLogError *error = log->cause->error;
    g_assert_cmpstr(error->sqlstate, ==, dialect->sqlstate);
    g_assert_cmpstr(error->message, ==, dialect->message);
    g_assert_false(log->cascade);
    if (dialect->statement != NULL)
    {
        g_assert_cmpstr(error->statement, ==, dialect->statement);
    }
    if (dialect->source != NULL)
    {
        g_assert_cmpstr(error->source, ==, dialect->source);
    }
}

static void test_last_attempt(void)
{
    static const char log_text[] =
        "INFO [alembic.runtime.migration] Context impl PostgresqlImpl.\npsycopg2.errors.LockNotAvailable: canceling "
        "statement due to lock timeout\nINFO [alembic.runtime.migration] Context impl PostgresqlImpl.\n"
        "psycopg2.errors.UndefinedColumn: column \"a\" does not exist\n";
    g_autoptr(PgmLog) log = pgm_log_read(log_text, strlen(log_text));
    g_assert_cmpstr(log->cause->error->sqlstate, ==, "42703");
}

static void test_hostile(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_diagnose("all is well\n", 12, NULL, NULL, NULL, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    static const char nul[] = "x\0y\nERROR:  relation \"\xff\xfe\x1b]0;t\a\" does not exist\n\0";
    g_autoptr(PgmDiagnosis) d = pgm_diagnose(nul, sizeof nul - 1, NULL, NULL, NULL, NULL);
    g_assert_nonnull(d);
    g_assert_cmpstr(d->error->sqlstate, ==, "42P01");
    g_assert_true(g_utf8_validate(d->headline, -1, NULL));
    /* the last 4 MiB count, and lines are numbered in the whole */
    g_autoptr(GString) big = g_string_new("ERROR:  relation \"early\" does not exist\n");
    while (big->len < 5 * 1024 * 1024)
    {
        g_string_append(big, "2026-11-21 08:00:00 UTC [1] LOG:  checkpoint complete: wrote 1: buffers error: none\n");
    }
    g_string_append(big, "ERROR:  relation \"late\" does not exist\n");
    g_autoptr(PgmDiagnosis) last = pgm_diagnose(big->str, big->len, NULL, NULL, NULL, NULL);
    assert_holds(last->error->message, "late");
    g_assert_cmpint(last->error->line, >, 60000);
    g_autofree char *brackets = g_strnfill(2 * 1024 * 1024, '(');
    g_assert_null(pgm_diagnose(brackets, strlen(brackets), NULL, NULL, NULL, NULL));
}

static void test_names(void)
{
    static const char *const cases[][2] = {
        {"DatatypeMismatch", "42804"},
        {"psycopg2.errors.InFailedSqlTransaction", "25P02"},
        {"PG::UndefinedTable", "42P01"},
        {"asyncpg.exceptions.InFailedSQLTransactionError", "25P02"},
        {"UniqueViolation", "23505"},
        {"StringDataRightTruncation", "22001"},
        {"PG::TRDeadlockDetected", "40P01"},
        {"LockNotAvailable", "55P03"},
        {"InternalError", NULL},
        {"ProgrammingError", NULL},
        {"InternalError_", "XX000"},
        {"SyntaxError", "42601"},
        {"", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_assert_cmpstr(pgm_sqlstate_from_exception(cases[i][0]), ==, cases[i][1]);
    }
    g_assert_cmpstr(pgm_sqlstate_condition("42P01"), ==, "undefined_table");
    g_assert_null(pgm_sqlstate_condition("ZZZZZ"));
    g_assert_null(pgm_sqlstate_condition(NULL));
}

static void test_signatures(void)
{
    static const char *const cases[][2] = {
        {"ERROR:  column \"b\" of relation \"t\" does not exist\n", "column b does not exist in this database"},
        {"ERROR:  canceling statement due to lock timeout\n", "the lock was not free in time"},
        {"ERROR:  null value in column \"c\" of relation \"t\" violates not-null constraint\n",
         "existing rows have no value in column c"},
        {"ERROR:  cannot alter type of a column used by a view or rule\n",
         "the column's type cannot change while something depends on it"},
        {"psycopg2.OperationalError: connection to server at \"h\" failed: FATAL:  password authentication failed for "
         "user "
         "\"u\"\n",
         "the password was refused"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(PgmDiagnosis) d = pgm_diagnose(cases[i][0], strlen(cases[i][0]), NULL, NULL, NULL, NULL);
        g_assert_nonnull(d);
        assert_holds(d->headline, cases[i][1]);
        g_assert_cmpuint(d->next->len, >, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diagnose/names", test_names);
    for (guint i = 0; i < G_N_ELEMENTS(DIALECTS); i++)
    {
        g_autofree char *path = g_strconcat("/diagnose/dialect/", DIALECTS[i].name, NULL);
        g_test_add_data_func(path, &DIALECTS[i], test_dialect);
    }
    g_test_add_func("/diagnose/last-attempt", test_last_attempt);
    g_test_add_func("/diagnose/signatures", test_signatures);
    g_test_add_func("/diagnose/hostile", test_hostile);
    g_test_add_func("/diagnose/log-alone", test_log_alone);
    g_test_add("/diagnose/type-mismatch", Fixture, NULL, set_up, test_type_mismatch, tear_down);
    g_test_add("/diagnose/mended", Fixture, NULL, set_up, test_mended, tear_down);
    g_test_add("/diagnose/missing-table", Fixture, NULL, set_up, test_missing_table, tear_down);
    g_test_add("/diagnose/missing-applied", Fixture, NULL, set_up, test_missing_applied, tear_down);
    g_test_add("/diagnose/aborted", Fixture, NULL, set_up, test_aborted, tear_down);
    g_test_add("/diagnose/exists", Fixture, NULL, set_up, test_exists, tear_down);
    g_test_add("/diagnose/other-table", Fixture, NULL, set_up, test_other_table, tear_down);
    return g_test_run();
}
