/* test_overview.c - the overview's panels and the pages behind them: what they say of trouble, and of what is not
 * known.
 */
#include "harness/console.h"

#include <string.h>

static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR=1", NULL};

static PgmScreen *open_console(const char *config, int rows, int columns)
{
    return pgm_screen_new(rows, columns, (const char *const[]){"--config", config, NULL}, surroundings);
}

static void leave(PgmScreen *screen)
{
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
}

/* Books of three frameworks, one of them failed, on the smallest screen and on a usual one: what does not fit is
 * counted, and the page has all of it. */
static void test_books(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("books");
    pgm_test_execute(database, "CREATE TABLE alembic_version (version_num varchar(32))");
    pgm_test_execute(database, "INSERT INTO alembic_version VALUES ('f867c7e3d51c')");
    pgm_test_execute(database, "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)");
    pgm_test_execute(database, "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text, "
                               "description text, type text, script text, checksum int, installed_by text, "
                               "installed_on timestamp DEFAULT now(), execution_time int, success boolean)");
    pgm_test_execute(database, "INSERT INTO flyway_schema_history VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', 1, "
                               "'x', '2026-11-20 10:00', 1, true), (2, '2', 'more', 'SQL', 'V2__more.sql', 1, 'x', "
                               "'2026-11-21 10:00', 1, false)");
    char *config = pgm_test_write_config(database, "one", "staging", "");
    g_autoptr(PgmScreen) screen = open_console(config, 18, 60);
    pgm_screen_assert_text(screen, "alembic  db    f867c7e3d51c");
    pgm_screen_assert_text(screen, "✗ version 2 failed");
    pgm_screen_assert_text(screen, " more lines: Enter");
    pgm_screen_resize(screen, 30, 100);
    pgm_screen_assert_text(screen, "alembic  database    f867c7e3d51c");
    pgm_screen_assert_text(screen, "What is pending is unknown: no repository");
    pgm_screen_key(screen, PGM_SCREEN_LEFT);
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "flyway, in public.flyway_schema_history");
    pgm_screen_assert_text(screen, "✗ version 2 failed: V2__more.sql");
    pgm_screen_assert_text(screen, "○ nothing is applied, say the books");
    pgm_screen_assert_text(screen, "repository: {kind: alembic, path: FOLDER}");
    /* The page is of now. */
    pgm_test_execute(database, "DELETE FROM flyway_schema_history WHERE NOT success");
    pgm_screen_assert_gone(screen, "✗ version 2 failed");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    leave(screen);
    pgm_test_remove_config(config);
}

/* What is configured and cannot be read is not called unconfigured, neither in the panel nor on its page. */
static void test_unreadable(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("unreadable");
    char *config = pgm_test_write_config(database, "one", "staging",
                                         "    baseline: gone.yaml\n    repository: {kind: alembic, path: gone}\n");
    g_autoptr(PgmScreen) screen = open_console(config, 30, 100);
    pgm_screen_assert_text(screen, "✗ the migration repository cannot be read");
    pgm_screen_assert_text(screen, "✗ baseline: cannot read");
    pgm_screen_assert_absent(screen, "is configured");
    pgm_screen_key(screen, PGM_SCREEN_LEFT);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "✗ There is nothing to compare with: cannot read");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "Suggested");
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "✗ what is pending is unknown: the migration repository cannot be read");
    pgm_screen_assert_text(screen, "No migration framework keeps its books");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    leave(screen);
    pgm_test_remove_config(config);
}

/* Every check is counted in the panel's edge; an endpoint is called by the end of its address; the page begins with
 * what is worst, and follows what happens. */
static void test_health(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("ailing");
    pgm_test_execute(database, "CREATE SEQUENCE nearly MAXVALUE 10");
    pgm_test_execute(database, "SELECT setval('nearly', 10)");
    char *config = pgm_test_write_config(database, "one", "staging",
                                         "    health:\n      - {url: 'http://127.0.0.1:1/a/rather/long/way/to/health', "
                                         "status: 200, tries: 1}\n");
    g_autoptr(PgmScreen) screen = open_console(config, 24, 80);
    pgm_screen_assert_text(screen, "┌ Health ");
    pgm_screen_assert_text(screen, "✗ …g/way/to/health healthy 0 of");
    pgm_screen_assert_text(screen, "✗ sequences        nearly 100 %");
    /* Other tests' sessions may be unhealthy too, on the same server. */
    int row, column;
    pgm_screen_assert(screen, pgm_screen_find(screen, "┌ Health ", &row, &column));
    g_autofree char *edge = pgm_screen_row(screen, row);
    pgm_screen_assert(screen, strstr(edge, "─ ✗ ") != NULL && strstr(edge, " ● ") != NULL);
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "┌ Health, worst first ");
    pgm_screen_assert_text(screen, "✗ sequences                nearly 100 %");
    pgm_screen_assert(screen, pgm_screen_find(screen, "✗ sequences", &row, &column));
    g_assert_cmpint(row, <=, 8);
    pgm_test_execute(database, "SELECT setval('nearly', 1)");
    pgm_screen_assert_gone(screen, "✗ sequences");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    leave(screen);
    pgm_test_remove_config(config);
}

/* Of what could not be read the panel names one, says how many more, and its page has all. */
static void test_unread(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("unread");
    pgm_test_execute(database, "CREATE TABLE first (id int)");
    pgm_test_execute(database, "CREATE TABLE second (id int)");
    pgm_test_execute(database, "CREATE TABLE third (id int)");
    pgm_test_execute(database, "CREATE VIEW of_first AS SELECT id FROM first");
    pgm_test_execute(database, "CREATE VIEW of_second AS SELECT id FROM second");
    pgm_test_execute(database, "CREATE VIEW of_third AS SELECT id FROM third");
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    pgm_connection_command(holder, &error, "BEGIN");
    pgm_connection_command(holder, &error, "LOCK TABLE first, second, third");
    g_assert_no_error(error);
    char *config = pgm_test_write_config(database, "one", "staging", "");
    g_autoptr(PgmScreen) screen = open_console(config, 30, 100);
    pgm_screen_assert_text(screen, " more not read: Enter lists them");
    pgm_screen_key(screen, PGM_SCREEN_LEFT);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "▲ not read: public.first, public.second, public.third: locked by pid");
    pgm_screen_assert_text(screen, "▲ not read: behind that lock: view of_first");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    leave(screen);
    pgm_test_remove_config(config);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/overview/books", test_books);
    g_test_add_func("/overview/unreadable", test_unreadable);
    g_test_add_func("/overview/health", test_health);
    g_test_add_func("/overview/unread", test_unread);
    return g_test_run();
}
