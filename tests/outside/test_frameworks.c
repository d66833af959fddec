/*
 * test_frameworks.c - the migration head against the migration frameworks themselves: those in the folder
 * PGM_TEST_TOOLS, as `make test-outside` fetches them.
 *
 * Each applies two migrations of a small project, of which a third is pending; fails; and waits in the middle of a
 * migration. Without PGM_TEST_TOOLS nothing is tested.
 */
#include "harness/program.h"
#include "harness/server.h"
#include "pgmedic/migration.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/wait.h>

typedef struct
{
    const char *name;
    gboolean dated;     /* it records when a migration was applied */
    gboolean followed;  /* what its migrations create is known from their text */
    gboolean heads;     /* the books hold the heads only: whatever builds on one that is gone is unknown */
    const char *failed; /* what its books keep of a failure; NULL: nothing */
    const char *locked; /* who it is, while a migration runs; NULL: no lock and nothing written yet */
} Framework;

#define HOLDER "process *, user postgres*, for 00:0*, since *Z"
#define WRITER HOLDER ": its transaction has the books open for writing"

static const Framework frameworks[] = {
    {"alembic", FALSE, TRUE, TRUE, NULL, NULL},
    {"db-migrate", TRUE, TRUE, FALSE, NULL, NULL},
    {"dbmate", FALSE, TRUE, FALSE, NULL, NULL},
    {"django", TRUE, FALSE, FALSE, NULL, NULL},
    {"drizzle", FALSE, TRUE, FALSE, NULL, NULL},
    {"graphile-migrate", TRUE, TRUE, FALSE, NULL, NULL},
    {"knex", TRUE, TRUE, FALSE, NULL, WRITER},
    {"kysely", TRUE, TRUE, FALSE, NULL, HOLDER},
    {"mikro-orm", TRUE, TRUE, FALSE, NULL, NULL},
    {"node-pg-migrate", TRUE, TRUE, FALSE, NULL, HOLDER},
    {"postgrator", TRUE, TRUE, FALSE, NULL, NULL},
    {"rails", FALSE, TRUE, FALSE, NULL, HOLDER},
    {"sequelize", FALSE, TRUE, FALSE, NULL, NULL},
    {"sql-migrate", TRUE, TRUE, FALSE, NULL, NULL},
    {"sqitch", TRUE, TRUE, FALSE, "shop:fails failed at 2*Z", HOLDER},
    {"typeorm", FALSE, TRUE, FALSE, NULL, NULL},
};

typedef struct
{
    const Framework *framework;
    PgmTestDatabase *database;
    char *own;         /* for pgmedic.yaml: some frameworks take every file beside theirs for a migration */
    char *folder;      /* of the project */
    char *kind, *path; /* of its repository, as pgmedic.yaml names it */
    GStrv environment; /* where the database is */
    GPtrArray *books;  /* as last read */
    PgmRepository *repository;
    PgmMigrationState *state;
} Project;

/* tests/outside/framework with ARGS; NULL-terminated, g_free'd by the caller. */
static char **command_of(const Project *project, const char *title, const char *const *args)
{
    g_autofree char *titled = g_strconcat("title=", title, NULL);
    g_autofree char *script = pgm_test_source_path("tests/outside/framework");
    const char *const begin[] = {"env",           titled, script, g_getenv("PGM_TEST_TOOLS"), project->framework->name,
                                 project->folder, NULL};
    GStrvBuilder *argv = g_strv_builder_new();
    g_strv_builder_addv(argv, (const char **)(gsize)begin);
    g_strv_builder_addv(argv, (const char **)(gsize)args);
    char **command = g_strv_builder_end(argv);
    g_strv_builder_unref(argv);
    return command;
}

static PgmProgram *ask(const Project *project, const char *title, const char *const *args)
{
    g_auto(GStrv) command = command_of(project, title, args);
    return pgm_program_run((const char *const *)command, NULL, (const char *const *)project->environment);
}

#define tell(project, title, ...)                                                                                      \
    do                                                                                                                 \
    {                                                                                                                  \
        g_autoptr(PgmProgram) told_ = ask((project), (title), (const char *const[]){__VA_ARGS__, NULL});               \
        pgm_program_assert_exit(told_, 0);                                                                             \
    } while (0)

static void set_environment(Project *project)
{
    const PgmConninfo *conninfo = pgm_test_database_conninfo(project->database);
    static const char *const names[][2] = {
        {"PGHOST", "host"}, {"PGPORT", "port"}, {"PGUSER", "user"}, {"PGDATABASE", "dbname"}};
    GStrvBuilder *builder = g_strv_builder_new();
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    {
        g_autofree char *setting = g_strconcat(names[i][0], "=", pgm_conninfo_get(conninfo, names[i][1]), NULL);
        g_strv_builder_add(builder, setting);
    }
    project->environment = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
}

static void set_up(Project *project, const Framework *framework)
{
    project->framework = framework;
    project->database = pgm_test_database_new(framework->name);
    set_environment(project);
    project->own = g_dir_make_tmp("project-XXXXXX", NULL);
    g_assert_nonnull(project->own);
    project->folder = g_build_filename(project->own, "project", NULL);
    g_autoptr(PgmProgram) version = ask(project, "x", (const char *const[]){"version", NULL});
    pgm_program_assert_exit(version, 0);
    g_test_message("%s %s", framework->name, g_strstrip(version->out));
    g_autoptr(PgmProgram) repository = ask(project, "x", (const char *const[]){"repository", NULL});
    pgm_program_assert_exit(repository, 0);
    g_auto(GStrv) words = g_strsplit(g_strstrip(repository->out), " ", 2);
    project->kind = g_strdup(words[0]);
    project->path = g_strdup(words[1]);
}

static void forget(Project *project)
{
    g_clear_pointer(&project->books, g_ptr_array_unref);
    g_clear_pointer(&project->state, pgm_migration_state_free);
    g_clear_pointer(&project->repository, pgm_repository_free);
}

static void tear_down(Project *project)
{
    forget(project);
    pgm_test_database_free(project->database);
    g_strfreev(project->environment);
    g_free(project->own);
    g_free(project->folder);
    g_free(project->kind);
    g_free(project->path);
}

static const PgmMigrationBook *look(Project *project)
{
    g_autoptr(GError) error = NULL;
    forget(project);
    PgmConnection *reader = pgm_test_database_reader(project->database);
    project->repository = pgm_repository_load(project->kind, project->path, &error);
    g_assert_no_error(error);
    project->books = pgm_migration_read_books(reader, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(project->books->len, ==, 1);
    const PgmMigrationBook *book = project->books->pdata[0];
    g_assert_cmpstr(book->unreadable, ==, NULL);
    project->state = pgm_migration_compare(reader, book, project->repository, &error);
    g_assert_no_error(error);
    return book;
}

/* Of the repository's N-th migration. */
static const char *id_of(const Project *project, guint n)
{
    g_assert_cmpuint(project->repository->revisions->len, >=, n);
    return ((const PgmRevision *)project->repository->revisions->pdata[n - 1])->id;
}

/* N migrations of three are applied. */
static const PgmMigrationBook *assert_applied(Project *project, guint n)
{
    const PgmMigrationBook *book = look(project);
    g_assert_cmpstr(book->framework, ==, project->framework->name);
    g_assert_cmpuint(project->repository->problems->len, ==, 0);
    g_assert_cmpuint(project->repository->revisions->len, ==, 3);
    g_assert_cmpuint(book->heads->len, ==, 1);
    g_assert_cmpstr(book->heads->pdata[0], ==, id_of(project, n));
    g_assert_nonnull(project->state->pending);
    g_assert_cmpuint(project->state->pending->len, ==, 3 - n);
    g_assert_cmpuint(project->state->unknown->len, ==, 0);
    if (n == 2)
    {
        const PgmRevision *pending = project->state->pending->pdata[0];
        g_assert_cmpstr(pending->id, ==, id_of(project, 3));
    }
    return book;
}

/* Not before it was, and not after: by the server's own clock. */
static void assert_dated(const Project *project, const PgmMigrationBook *book)
{
    if (!project->framework->dated)
    {
        g_assert_cmpstr(book->applied_at, ==, NULL);
        return;
    }
    g_autofree char *query =
        g_strdup_printf("SELECT left('%s', 19)::timestamp BETWEEN now()::timestamp - interval '5 min' "
                        "AND now()::timestamp + interval '1 s'",
                        book->applied_at);
    pgm_test_assert_value(project->database, query, "t");
}

static JsonObject *only_book(JsonParser *parser, const PgmProgram *program)
{
    g_assert_true(json_parser_load_from_data(parser, program->out, -1, NULL));
    JsonObject *migration =
        json_object_get_object_member(json_node_get_object(json_parser_get_root(parser)), "migration");
    JsonArray *books = json_object_get_array_member(migration, "books");
    g_assert_cmpuint(json_array_get_length(books), ==, 1);
    return json_array_get_object_element(books, 0);
}

/* The same by the command line, with the repository from a configuration. */
static void check_status(Project *project)
{
    g_autofree char *config = g_build_filename(project->own, "pgmedic.yaml", NULL);
    g_autofree char *text =
        g_strdup_printf("format: 1\ntargets:\n  it:\n    conninfo: %s\n    repository: {kind: %s, path: %s}\n",
                        pgm_test_database_text(project->database), project->kind, project->path);
    g_assert_true(g_file_set_contents_full(config, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(
        (const char *const[]){"status", "--json", "--config", config, "-t", "it", NULL}, NULL, NULL);
    g_assert_cmpint(program->exit, <=, 1);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *book = only_book(parser, program);
    g_assert_cmpstr(json_object_get_string_member(book, "framework"), ==, project->framework->name);
    JsonArray *pending = json_object_get_array_member(book, "pending");
    g_assert_cmpuint(json_array_get_length(pending), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(json_array_get_object_element(pending, 0), "revision"), ==,
                    id_of(project, 3));
}

static void check_absent(Project *project)
{
    g_assert_cmpuint(project->state->absent->len, ==, 0);
    pgm_test_execute(project->database, "ALTER TABLE books RENAME TO elsewhere");
    look(project);
    pgm_test_execute(project->database, "ALTER TABLE elsewhere RENAME TO books");
    if (!project->framework->followed)
    {
        g_assert_cmpuint(project->state->absent->len, ==, 0);
        return;
    }
    g_autofree char *expected = g_strdup_printf("%s is applied, but table books is absent", id_of(project, 2));
    g_assert_cmpuint(project->state->absent->len, ==, 1);
    g_assert_cmpstr(project->state->absent->pdata[0], ==, expected);
}

static void check_failure(Project *project)
{
    tell(project, "covers", "remove", "3");
    tell(project, "fails", "sql", "3", "SELECT 1/0");
    g_autoptr(PgmProgram) up = ask(project, "fails", (const char *const[]){"up", NULL});
    g_assert_cmpint(up->exit, !=, 0);
    g_autofree char *all = g_strconcat(up->out, up->err, NULL);
    pgm_assert_contains(all, "division by zero");
    const PgmMigrationBook *book = assert_applied(project, 2);
    g_assert_cmpint(book->failed != NULL, ==, project->framework->failed != NULL);
    g_assert_true(book->failed == NULL || g_pattern_match_simple(project->framework->failed, book->failed));
    g_assert_cmpstr(book->locked_by, ==, NULL);
    tell(project, "fails", "remove", "3");
}

static void check_ended(GPid pid)
{
    g_autoptr(GError) error = NULL;
    int status = 0;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_spawn_check_wait_status(status, &error);
    g_assert_no_error(error);
}

/* In the middle of a migration, held up by the lock that this takes. */
static void check_running(Project *project)
{
    tell(project, "slow", "sql", "3", "SELECT pg_advisory_xact_lock(815)");
    pgm_test_execute(project->database, "SELECT pg_advisory_lock(815)");
    g_auto(GStrv) command = command_of(project, "slow", (const char *const[]){"up", NULL});
    g_auto(GStrv) environment = g_get_environ();
    for (guint i = 0; project->environment[i] != NULL; i++)
    {
        g_auto(GStrv) pair = g_strsplit(project->environment[i], "=", 2);
        environment = g_environ_setenv(environment, pair[0], pair[1], TRUE);
    }
    GPid pid;
    g_autoptr(GError) error = NULL;
    g_spawn_async(NULL, command, environment,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                      G_SPAWN_STDERR_TO_DEV_NULL,
                  NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    g_assert_true(
        pgm_test_wait_value(project->database,
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
                            "current_database()",
                            "1", PGM_PROGRAM_PATIENCE_S * 1000));
    const PgmMigrationBook *book = assert_applied(project, 2);
    const char *locked = project->framework->locked;
    if (locked == NULL ? book->locked_by != NULL
                       : book->locked_by == NULL || !g_pattern_match_simple(locked, book->locked_by))
    {
        g_error("the lock is held by %s, not by %s", book->locked_by, locked);
    }
    pgm_test_execute(project->database, "SELECT pg_advisory_unlock(815)");
    check_ended(pid);
    book = assert_applied(project, 3);
    g_assert_cmpstr(book->locked_by, ==, NULL);
    g_assert_cmpstr(book->failed, ==, NULL);
}

static void check_unknown(Project *project)
{
    g_autofree char *gone = g_strdup(id_of(project, project->framework->heads ? 3 : 2));
    tell(project, project->framework->heads ? "slow" : "books", "remove", project->framework->heads ? "3" : "2");
    look(project);
    g_assert_cmpuint(project->state->unknown->len, ==, 1);
    g_assert_cmpstr(project->state->unknown->pdata[0], ==, gone);
}

static void test_framework(gconstpointer data)
{
    Project project = {0};
    set_up(&project, data);
    tell(&project, "authors", "table", "1", "authors");
    tell(&project, "books", "table", "2", "books");
    tell(&project, "books", "up");
    tell(&project, "covers", "table", "3", "covers");
    const PgmMigrationBook *book = assert_applied(&project, 2);
    g_assert_cmpstr(book->failed, ==, NULL);
    g_assert_cmpstr(book->locked_by, ==, NULL);
    assert_dated(&project, book);
    check_status(&project);
    check_absent(&project);
    check_failure(&project);
    check_running(&project);
    check_unknown(&project);
    tear_down(&project);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const char *tools = g_getenv("PGM_TEST_TOOLS");
    if (tools == NULL || tools[0] == '\0')
    {
        g_print("1..0 # SKIP make test-outside fetches the frameworks first\n");
        return 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS(frameworks); i++)
    {
        g_autofree char *path = g_strconcat("/frameworks/", frameworks[i].name, NULL);
        g_test_add_data_func(path, &frameworks[i], test_framework);
    }
    return g_test_run();
}
