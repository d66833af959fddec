/* The configuration: what CLI.md shows is read, and each mistake is told with its place. */
#include "pgmedic/config.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
    char *folder;
    char *path;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    fixture->folder = g_dir_make_tmp("pgmedic-config-XXXXXX", &error);
    g_assert_no_error(error);
    fixture->path = g_build_filename(fixture->folder, "pgmedic.yaml", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_remove(fixture->path);
    g_rmdir(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
}

static PgmConfig *load(Fixture *fixture, const char *text, GError **error)
{
    g_autoptr(GError) unwritten = NULL;
    pgm_file_write(fixture->path, text, -1, 0600, &unwritten);
    g_assert_no_error(unwritten);
    return pgm_config_load(fixture->path, error);
}

static void test_whole(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConfig) config =
        load(fixture,
             "format: 1\n"
             "default_target: prod\n"
             "targets:\n"
             "  prod:\n"
             "    conninfo: service=prod\n"
             "    environment: production          # production | staging | development\n"
             "    pooler: session\n"
             "    repository: {kind: alembic, path: backend/alembic}\n"
             "    baseline: schema/staging.yaml\n"
             "    error_log: /var/log/deploy.log\n"
             "    health:\n"
             "      - {url: https://api.example.com/health, status: 204, json: {status: healthy}, tries: 3}\n"
             "      - url: http://localhost:8080/\n"
             "    ignore: [\"table audit.*\", \"comment *\"]\n"
             "  scratch:\n"
             "checks:\n"
             "  connections: {warn: 80%, fail: 95%}\n"
             "  wraparound: {fail: 5min}\n",
             &error);
    g_assert_no_error(error);
    g_assert_cmpstr(config->path, ==, fixture->path);
    g_assert_cmpstr(config->default_target, ==, "prod");
    g_assert_cmpuint(config->targets->len, ==, 2);

    const PgmTarget *read = pgm_config_target(config, "prod");
    g_autoptr(PgmTarget) prod = pgm_target_copy(read);
    g_assert_cmpstr(prod->name, ==, "prod");
    g_assert_cmpstr(pgm_conninfo_get(prod->conninfo, "service"), ==, "prod");
    g_assert_cmpint(prod->environment, ==, PGM_ENVIRONMENT_PRODUCTION);
    g_assert_true(prod->pooler_session);
    g_assert_cmpstr(prod->repository_kind, ==, "alembic");
    g_autofree char *repository = g_build_filename(fixture->folder, "backend/alembic", NULL);
    g_assert_cmpstr(prod->repository_path, ==, repository);
    g_autofree char *baseline = g_build_filename(fixture->folder, "schema/staging.yaml", NULL);
    g_assert_cmpstr(prod->baseline, ==, baseline);
    g_assert_cmpstr(prod->error_log, ==, "/var/log/deploy.log");
    g_assert_cmpuint(prod->endpoints->len, ==, 2);
    const PgmEndpoint *health = g_ptr_array_index(prod->endpoints, 0);
    g_assert_cmpstr(health->url, ==, "https://api.example.com/health");
    g_assert_cmpint(health->status, ==, 204);
    g_assert_cmpint(health->tries, ==, 3);
    g_assert_cmpuint(health->json_keys->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(health->json_keys, 0), ==, "status");
    g_assert_cmpstr(g_ptr_array_index(health->json_values, 0), ==, "healthy");
    const PgmEndpoint *second = g_ptr_array_index(prod->endpoints, 1);
    g_assert_cmpint(second->status, ==, 200);
    g_assert_cmpint(second->tries, ==, 1);
    g_assert_cmpuint(prod->ignore->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(prod->ignore, 0), ==, "table audit.*");

    const PgmTarget *scratch = pgm_config_target(config, "scratch");
    g_assert_cmpint(scratch->environment, ==, PGM_ENVIRONMENT_UNSET);
    g_assert_null(scratch->repository_kind);
    g_assert_null(scratch->baseline);
    g_assert_null(pgm_config_target(config, "nowhere"));

    g_assert_cmpuint(config->thresholds->len, ==, 2);
    const PgmThreshold *connections = g_ptr_array_index(config->thresholds, 0);
    g_assert_cmpstr(connections->check, ==, "connections");
    g_assert_cmpstr(connections->warn, ==, "80%");
    g_assert_cmpstr(connections->fail, ==, "95%");
    const PgmThreshold *wraparound = g_ptr_array_index(config->thresholds, 1);
    g_assert_null(wraparound->warn);
}

/* MESSAGES: what stands behind the file's name, a line each. */
static void assert_mistakes(Fixture *fixture, const char *text, const char *const *messages)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConfig) config = load(fixture, text, &error);
    g_assert_null(config);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_autoptr(GString) expected = g_string_new(NULL);
    for (; *messages != NULL; messages++)
    {
        g_string_append_printf(expected, "%s%s:%s", expected->len > 0 ? "\n" : "", fixture->path, *messages);
    }
    g_assert_cmpstr(error->message, ==, expected->str);
}

static void test_all_mistakes_at_once(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const messages[] = {
        "1:9: this pgmedic reads \"format: 1\" only",
        "2:17: there is no target \"prod\" in this file",
        "3:1: unknown key \"tragets\"; did you mean \"targets\"?",
        "7:5: unknown key \"enviroment\"; did you mean \"environment\"?",
        "8:13: \"transaction\" is not one of: none, session",
        "9:17: \"repository\" needs a kind and a path: {kind: alembic, path: migrations}",
        "10:5: unknown key \"xyz\"; known here: conninfo, environment, pooler, repository, baseline, error_log, "
        "health, "
        "ignore",
        "11:15: \"baseline\" takes one value",
        "13:41: \"status\" takes a whole number from 100 to 599",
        "13:54: \"tries\" takes a whole number from 1 to 10",
        "13:63: \"json\" takes keys and values",
        "14:9: an entry of \"health\" needs a \"url\"",
        "15:9: an entry of \"health\" looks like {url: https://api.example.com/health}",
        "16:14: \"url\" takes an address like https://api.example.com/health",
        "17:14: an entry of \"ignore\" is a pattern like \"table audit.*\"",
        "18:6: a target takes keys and values",
        "20:15: unknown key \"crit\"; known here: warn, fail",
        NULL,
    };
    assert_mistakes(fixture,
                    "format: 2\n"
                    "default_target: prod\n"
                    "tragets: {}\n"
                    "targets:\n"
                    "  staging:\n"
                    "    conninfo: dbname=x\n"
                    "    enviroment: production\n"
                    "    pooler: transaction\n"
                    "    repository: {kind: alembic}\n"
                    "    xyz: 1\n"
                    "    baseline: [a]\n"
                    "    health:\n"
                    "      - {url: http://localhost, status: 9999, tries: 0, json: [a]}\n"
                    "      - {status: 200}\n"
                    "      - http://localhost\n"
                    "      - url: ftp://x/\n"
                    "    ignore: [[x]]\n"
                    "  b: none\n"
                    "checks:\n"
                    "  locks: {    crit: 1}\n",
                    messages);
}

static void test_passwords(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const lines[] = {
        "conninfo: postgresql://app:s3cret@db-1/documents",
        "conninfo: postgresql://db-1/documents?password=s3cret",
        "conninfo: host=db-1 password=s3cret",
        "conninfo: host=db-1 sslpassword=s3cret",
        "conninfo: \"host=db-1 password='s3cret\"",
        "conninfo: host=db-1 passwort=s3cret",
        "conninfo: postgresql://app:s3cret%zz@db-1/documents",
        "conninfo: [password=s3cret]",
        "password: s3cret",
        "health: [{url: 'https://ops:s3cret@api.example.com/health'}]",
        "health: [{url: 'ftp://ops:s3cret@api.example.com/health'}]",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf("format: 1\ntargets:\n  prod:\n    %s\n", lines[i]);
        g_autoptr(PgmConfig) config = load(fixture, text, &error);
        g_test_message("%s", error != NULL ? error->message : "accepted");
        g_assert_null(config);
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        g_assert_null(strstr(error->message, "s3cret"));
        g_assert_nonnull(strstr(error->message, "pgmedic.yaml:4:"));
    }
}

static void test_nonsense(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct
    {
        const char *text, *message;
    } cases[] = {
        {"", "1:1: the file is empty; it begins with \"format: 1\""},
        {"# nothing\n", "1:1: the file is empty; it begins with \"format: 1\""},
        {"[]\n", "1:1: the file takes keys and values"},
        {"prod\n", "1:1: the file takes keys and values"},
        {"targets: {}\n", "1:1: \"format: 1\" is missing"},
        {"format: 1\ntargets: prod\n", "2:10: \"targets\" takes keys and values"},
        {"format: 1\nchecks: [a]\n", "2:9: \"checks\" takes keys and values"},
        {"format: 1\nchecks: {a: [b]}\n", "2:13: a check takes keys and values"},
        {"format: 1\ntargets: {'': {}}\n", "2:11: a target needs a name"},
        {"format: 1\nformat: 1\n", "2:1: the key \"format\" stands here twice; the first is in line 1"},
        {"format: 1\ntargets: {a: {ignore: x}}\n", "2:23: \"ignore\" takes a list"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        const char *const messages[] = {cases[i].message, NULL};
        assert_mistakes(fixture, cases[i].text, messages);
    }
}

static void test_untrusted(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConfig) fine = load(fixture, "format: 1\n", &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_chmod(fixture->path, 0666), ==, 0);
    g_autoptr(PgmConfig) open = pgm_config_load(fixture->path, &error);
    g_assert_null(open);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "can be written by others"));
}

/* ./pgmedic.yaml goes before $XDG_CONFIG_HOME/pgmedic/config.yaml; neither is an empty configuration. */
static void test_usual_places(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *before = g_get_current_dir();
    g_autofree char *own_folder = g_build_filename(g_get_user_config_dir(), "pgmedic", NULL);
    g_autofree char *own = g_build_filename(own_folder, "config.yaml", NULL);
    g_assert_cmpint(g_chdir(fixture->folder), ==, 0);
    g_autoptr(PgmConfig) none = pgm_config_load(NULL, &error);
    g_assert_no_error(error);
    g_assert_null(none->path);
    g_assert_cmpuint(none->targets->len, ==, 0);

    g_assert_true(pgm_file_make_private_folder(own_folder, &error));
    g_assert_true(pgm_file_write(own, "format: 1\ntargets: {own: {}}\n", -1, 0600, &error));
    g_autoptr(PgmConfig) second = pgm_config_load(NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(second->path, ==, own);
    g_assert_nonnull(pgm_config_target(second, "own"));

    g_autoptr(PgmConfig) first = load(fixture, "format: 1\n", &error);
    g_autoptr(PgmConfig) found = pgm_config_load(NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(found->path, ==, fixture->path);

    g_assert_cmpint(g_remove(own), ==, 0);
    g_assert_cmpint(g_rmdir(own_folder), ==, 0);
    g_assert_cmpint(g_chdir(before), ==, 0);
}

static void test_missing(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConfig) config = pgm_config_load("/nonexistent/pgmedic.yaml", &error);
    g_assert_null(config);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "/nonexistent/pgmedic.yaml"));
}

static void test_environment(void)
{
    g_autoptr(PgmTarget) target = pgm_target_new("x");
    g_assert_cmpint(pgm_target_environment(target, TRUE), ==, PGM_ENVIRONMENT_DEVELOPMENT);
    g_assert_cmpint(pgm_target_environment(target, FALSE), ==, PGM_ENVIRONMENT_PRODUCTION);
    target->environment = PGM_ENVIRONMENT_STAGING;
    g_assert_cmpint(pgm_target_environment(target, TRUE), ==, PGM_ENVIRONMENT_STAGING);
    g_assert_cmpstr(pgm_environment_name(PGM_ENVIRONMENT_PRODUCTION), ==, "production");
}

static void add(const char *name, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(name, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_autofree char *home = g_dir_make_tmp("pgmedic-config-home-XXXXXX", NULL);
    g_setenv("XDG_CONFIG_HOME", home, TRUE);
    g_test_init(&argc, &argv, NULL);
    add("/pg/config/whole", test_whole);
    add("/pg/config/all-mistakes-at-once", test_all_mistakes_at_once);
    add("/pg/config/passwords", test_passwords);
    add("/pg/config/nonsense", test_nonsense);
    add("/pg/config/untrusted", test_untrusted);
    add("/pg/config/usual-places", test_usual_places);
    g_test_add_func("/pg/config/missing", test_missing);
    g_test_add_func("/pg/config/environment", test_environment);
    int result = g_test_run();
    g_rmdir(home);
    return result;
}
