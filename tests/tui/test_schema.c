/* test_schema.c - the Schema view: tree, search as one types, pages with links, drift, and what the server adds. */
#include "harness/console.h"

#include "pgmedic/snapshot.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR", NULL};

/* A console on a database that has drifted from the baseline, which was taken of it before. */
typedef struct
{
    PgmTestDatabase *database;
    char *folder, *config, *baseline;
    PgmScreen *screen;
} Scene;

static void write_baseline(Scene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(scene->database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    g_autofree char *text = pgm_snapshot_write(snapshot, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(scene->baseline, text, -1, NULL));
    g_assert_cmpint(g_chmod(scene->baseline, 0600), ==, 0);
}

static void scene_begin(Scene *scene, const char *name, const char *schema, const char *drift, int rows, int columns)
{
    scene->database = pgm_test_database_new(name);
    scene->folder = g_dir_make_tmp("pgmedic-schema-XXXXXX", NULL);
    scene->baseline = g_build_filename(scene->folder, "baseline.yaml", NULL);
    g_free(pgm_test_psql(scene->database, schema));
    write_baseline(scene);
    g_free(pgm_test_psql(scene->database, drift));
    g_autofree char *more = g_strdup_printf("    baseline: %s\n", scene->baseline);
    scene->config = pgm_test_write_config(scene->database, "here", "staging", more);
    scene->screen = pgm_screen_new(rows, columns, (const char *const[]){"--config", scene->config, NULL}, surroundings);
    pgm_screen_assert_text(scene->screen, "READ-ONLY");
    pgm_screen_type(scene->screen, "2");
    pgm_screen_assert_text(scene->screen, "▾ tables");
}

static void scene_end(Scene *scene)
{
    pgm_screen_type(scene->screen, "q");
    pgm_screen_assert_exit(scene->screen, 0);
    pgm_screen_free(scene->screen);
    pgm_test_remove_config(scene->config);
    g_unlink(scene->baseline);
    g_rmdir(scene->folder);
    pgm_test_database_free(scene->database);
    g_free(scene->folder);
    g_free(scene->baseline);
}

static const char shop[] = "CREATE TYPE mood AS ENUM ('sad', 'ok');"
                           "CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, mood mood);"
                           "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers,"
                           " amount numeric CHECK (amount > 0));"
                           "CREATE INDEX orders_amount ON orders (amount);"
                           "CREATE TABLE lost (id integer, only_there text);"
                           "CREATE VIEW big_orders AS SELECT id, amount FROM orders WHERE amount > 100;"
                           "CREATE FUNCTION order_total(integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';"
                           "CREATE SCHEMA audit; CREATE TABLE audit.log (at timestamptz, customer_name text);";

static const char shop_drift[] = "ALTER TABLE customers ALTER name TYPE varchar(20);"
                                 "DROP TABLE lost; DROP INDEX orders_amount;";

/* Each row of the view is framed: nothing has pushed the edge. */
static void assert_framed(PgmScreen *screen)
{
    for (int row = 2; row < pgm_screen_rows(screen) - 1; row++)
    {
        PgmScreenCell right = pgm_screen_cell(screen, row, pgm_screen_columns(screen) - 1);
        pgm_screen_assert(screen,
                          strcmp(right.text, "│") == 0 || strcmp(right.text, "┐") == 0 || strcmp(right.text, "┘") == 0);
    }
}

/* Types TEXT as a search, ends it, and opens what is found first. */
static void open_found(PgmScreen *screen, const char *text)
{
    g_autofree char *typed = g_strdup_printf("/%s", text);
    g_autofree char *noted = g_strdup_printf("/%s: ", text);
    pgm_screen_type(screen, typed);
    pgm_screen_assert_text(screen, noted);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "Enter open");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
}

static void test_tree(void)
{
    Scene scene;
    scene_begin(&scene, "schema_tree", shop, shop_drift, 30, 100);
    PgmScreen *screen = scene.screen;
    /* Counts beside each node, drift summed up on what it stands in, the absent among the rest. */
    pgm_screen_assert_text(screen, "▾ audit");
    pgm_screen_assert_text(screen, "✗ 3   ▾ public");
    pgm_screen_assert_text(screen, "✗ 3     ▾ tables");
    pgm_screen_assert_text(screen, "✗ 1       ▸ customers");
    pgm_screen_assert_text(screen, "▲ 1       ▸ orders");
    pgm_screen_assert_text(screen, "✗ 1       ▸ lost");
    pgm_screen_assert_text(screen, "absent here, in the baseline");
    pgm_screen_assert_text(screen, "▸ views");
    pgm_screen_assert_text(screen, "▸ database");
    assert_framed(screen);

    /* The next that drifts, unfolded: the very column. */
    pgm_screen_type(screen, "n");
    pgm_screen_assert_text(screen, "▶ ✗ 1       ▸ customers");
    pgm_screen_key(screen, PGM_SCREEN_RIGHT);
    pgm_screen_assert_text(screen, "✗ 1           name");
    pgm_screen_assert_text(screen, "character varying(20) ≠ text");
    pgm_screen_type(screen, "n");
    pgm_screen_assert_text(screen, "▶ ✗ 1       ▸ lost");
    pgm_screen_type(screen, "n");
    pgm_screen_assert_text(screen, "▶ ▲ 1       ▸ orders");
    pgm_screen_key(screen, PGM_SCREEN_RIGHT);
    pgm_screen_assert_text(screen, "▲ 1           orders_amount");

    /* Folded again; then the group, by going up to it; Enter folds and unfolds it. */
    pgm_screen_key(screen, PGM_SCREEN_LEFT);
    pgm_screen_assert_gone(screen, "orders_amount");
    pgm_screen_key(screen, PGM_SCREEN_LEFT);
    pgm_screen_assert_text(screen, "▶ ✗ 3     ▾ tables");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_gone(screen, "customers");
    pgm_screen_assert_text(screen, "▶ ✗ 3     ▸ tables");
    /* It is remembered over another view and another reading. */
    pgm_screen_type(screen, "1");
    pgm_screen_assert_text(screen, "Health");
    pgm_screen_type(screen, "2u");
    pgm_screen_assert_text(screen, "▶ ✗ 3     ▸ tables");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "✗ 1           name");
    scene_end(&scene);
}

static void test_search(void)
{
    Scene scene;
    scene_begin(&scene, "schema_search", shop, shop_drift, 24, 80);
    PgmScreen *screen = scene.screen;
    /* Without Enter: what the letters so far find. */
    pgm_screen_type(screen, "/cust");
    pgm_screen_assert_text(screen, "/cust: ");
    pgm_screen_assert_text(screen, "orders.customer_id");
    pgm_screen_assert_text(screen, "audit.log.customer_name");
    pgm_screen_assert_text(screen, "customers_pkey");
    pgm_screen_assert_gone(screen, "big_orders");
    pgm_screen_type(screen, "omer_");
    pgm_screen_assert_text(screen, "/customer_: 3 of");
    pgm_screen_assert_gone(screen, "customers_pkey");
    assert_framed(screen);
    for (int i = 0; i < 9; i++)
    {
        pgm_screen_key(screen, PGM_SCREEN_BACKSPACE);
    }
    pgm_screen_assert_text(screen, "▾ public");
    /* Functions, by the path too, whatever the case; the exact name first; the absent as well. */
    pgm_screen_type(screen, "ORDER_T");
    pgm_screen_assert_text(screen, "▶       order_total(integer)");
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, "orders.am");
    pgm_screen_assert_text(screen, "▶       orders.amount");
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, "lost");
    pgm_screen_assert_text(screen, "▶ ✗ 1   lost");
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, "nowhere");
    pgm_screen_assert_text(screen, "Nothing is called so");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "▾ public");

    /* What was found and opened is where the tree stands afterwards. */
    open_found(screen, "customer_name");
    pgm_screen_assert_text(screen, "column audit.log.customer_name");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "/customer_name: 1 of");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "▾ log");
    pgm_screen_assert_text(screen, "▶               customer_name");
    scene_end(&scene);
}

/* Presses KEY until what stands below HEADING is selected: a dozen times at most. */
static void press_until_selected(PgmScreen *screen, PgmScreenKey key, const char *heading)
{
    int row = 0;
    pgm_screen_assert_text(screen, heading);
    for (int i = 0; i < 12; i++)
    {
        pgm_screen_assert(screen, pgm_screen_find(screen, heading, &row, NULL));
        if (pgm_screen_cell(screen, row + 1, 4).reverse)
        {
            return;
        }
        pgm_screen_key(screen, key);
        pgm_screen_assert_text(screen, heading);
    }
    pgm_screen_assert(screen, pgm_screen_cell(screen, row + 1, 4).reverse);
}

static void test_links(void)
{
    Scene scene;
    scene_begin(&scene, "schema_links", shop, shop_drift, 40, 110);
    PgmScreen *screen = scene.screen;
    open_found(screen, "orders");
    pgm_screen_assert_text(screen, "table public.orders");
    pgm_screen_assert_text(screen, "FOREIGN KEY (customer_id) REFERENCES public.customers(id)  →");
    /* The server's part fills in by itself. */
    pgm_screen_assert_text(screen, "Size and use");
    pgm_screen_assert_text(screen, "  total               ");
    pgm_screen_assert_text(screen, "last vacuum");
    assert_framed(screen);
    press_until_selected(screen, PGM_SCREEN_TAB, "Foreign-key constraints");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    /* And back the other way: by who references it. */
    pgm_screen_assert_text(screen, "table public.customers");
    pgm_screen_assert_text(screen, "✗     type: character varying(20) here, text expected");
    press_until_selected(screen, PGM_SCREEN_DOWN, "Referenced by");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "┌ table orders ");
    /* Back along the trail. */
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "┌ table customers ");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "┌ table orders ");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "/orders: ");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    scene_end(&scene);
}

static void test_absent_and_locked(void)
{
    Scene scene;
    scene_begin(&scene, "schema_locked", shop, shop_drift, 40, 110);
    PgmScreen *screen = scene.screen;
    open_found(screen, "lost");
    pgm_screen_assert_text(screen, "✗ absent here; the baseline has it");
    pgm_screen_assert_text(screen, "SQL that makes it, as in the baseline");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);

    g_autoptr(PgmConnection) holder = pgm_test_database_connect(scene.database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(holder, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(holder, NULL, "LOCK TABLE customers"));
    open_found(screen, "customers");
    /* The page is there at once; only the sizes wait for nobody. */
    pgm_screen_assert_text(screen, "customers_pkey  primary key, btree (id)");
    pgm_screen_assert_text(screen, "▲ size not read: somebody holds an ACCESS EXCLUSIVE lock on it");
    pgm_screen_assert_text(screen, "held by pid ");
    g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    scene_end(&scene);
}

/* Dropped while its page is open: what could be followed from there cannot any more. */
static void test_gone(void)
{
    Scene scene;
    scene_begin(&scene, "schema_gone", shop, "CREATE VIEW passing AS SELECT id FROM orders", 40, 110);
    PgmScreen *screen = scene.screen;
    open_found(screen, "passing");
    pgm_screen_assert_text(screen, "  table public.orders");
    pgm_screen_key(screen, PGM_SCREEN_TAB);
    pgm_test_execute(scene.database, "DROP VIEW passing");
    pgm_screen_type(screen, ":refresh\r");
    pgm_screen_assert_text(screen, "▲ the view passing is gone");
    pgm_screen_key(screen, PGM_SCREEN_TAB);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_settle(screen, 100);
    pgm_screen_assert_absent(screen, "┌ table orders ");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "/passing: ");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    scene_end(&scene);
}

/* From the overview's drift to the page of what drifts. */
static void test_drift_page(void)
{
    Scene scene;
    g_autofree char *drift = g_strconcat(shop_drift, "DROP VIEW big_orders; COMMENT ON TABLE orders IS 'new';", NULL);
    scene_begin(&scene, "schema_drift", shop, drift, 30, 100);
    PgmScreen *screen = scene.screen;
    pgm_screen_type(screen, "1");
    pgm_screen_assert_text(screen, "✗ customers.name");
    pgm_screen_assert_text(screen, "comment: new ≠ none");
    for (int i = 0; i < 12 && !pgm_screen_wait_text(screen, "▶ Drift", 0); i++)
    {
        pgm_screen_key(screen, i % 2 == 0 ? PGM_SCREEN_LEFT : PGM_SCREEN_DOWN);
    }
    pgm_screen_assert_text(screen, "▶ Drift");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "Drift: here ≠ in the baseline");
    pgm_screen_assert_text(screen, "3 breaking · 1 risky · 1 cosmetic");
    /* Of what kind it is, in what it differs, and a definition in a line. */
    pgm_screen_assert_text(screen, "✗ column customers.name ");
    pgm_screen_assert_text(screen, "type: character varying(20) ≠ text");
    pgm_screen_assert_text(screen, "✗ view big_orders ");
    pgm_screen_assert_text(screen, "absent ≠ SELECT orders.id, orders.amount FROM");
    pgm_screen_assert_text(screen, "○ table orders ");
    pgm_screen_assert_text(screen, "comment: new ≠ none");
    pgm_screen_key(screen, PGM_SCREEN_TAB);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "absent here; the baseline has it");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "3 breaking · 1 risky · 1 cosmetic");
    /* And what mends it, below. */
    pgm_screen_type(screen, "G");
    pgm_screen_assert_text(screen, "nothing of it has been run");
    pgm_screen_assert_text(screen, "-- locks ACCESS EXCLUSIVE");
    pgm_screen_type(screen, "2");
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schema/tree", test_tree);
    g_test_add_func("/schema/search", test_search);
    g_test_add_func("/schema/links", test_links);
    g_test_add_func("/schema/absent-and-locked", test_absent_and_locked);
    g_test_add_func("/schema/gone", test_gone);
    g_test_add_func("/schema/drift-page", test_drift_page);
    return g_test_run();
}
