/* test_status.c - pgmedic status on a real server: what it finds, as text and as JSON, and its exit code. */
#include "harness/program.h"
#include "harness/server.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

/* A folder with a configuration for DATABASE; EXTRA: more keys of the target. */
static char *write_config(PgmTestDatabase *database, const char *extra)
{
    g_autofree char *folder = g_dir_make_tmp("status-XXXXXX", NULL);
    char *path = g_build_filename(folder, "pgmedic.yaml", NULL);
    g_autofree char *text =
        g_strdup_printf("format: 1\ndefault_target: here\ntargets:\n  here:\n    conninfo: \"%s\"\n%s",
                        pgm_test_database_text(database), extra);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_chmod(path, 0600);
    return path;
}

static char *incident_config(PgmTestDatabase *database)
{
    g_autofree char *repository = pgm_test_source_path("tests/incident/alembic");
    g_autofree char *baseline = pgm_test_source_path("tests/incident/staging.yaml");
    g_autofree char *extra =
        g_strdup_printf("    environment: production\n    repository: {kind: alembic, path: %s}\n    baseline: %s\n",
                        repository, baseline);
    return write_config(database, extra);
}

static void test_text(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("status", 20, 20);
    g_autofree char *config = incident_config(database);
    const char *const args[] = {"status", "--config", config, NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, 1);
    g_assert_cmpstr(program->err, ==, "");
    pgm_assert_contains(program->out, "production");
    pgm_assert_contains(program->out, "  repository  774225e563ca");
    pgm_assert_contains(program->out, "  database    f867c7e3d51c");
    pgm_assert_contains(program->out, "  pending     774225e563ca  add document ai suggestions");
    pgm_assert_contains(program->out, "3 breaking · 0 risky");
    pgm_assert_contains(program->out, "uuid ≠ character varying(36)");
    pgm_assert_contains(program->out, "● connections");
}

static void test_json(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("statusjson", 20, 20);
    g_autofree char *config = incident_config(database);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonParser) parser = json_parser_new();
    const char *const args[] = {"status", "--json", "--config", config, NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, 1);
    json_parser_load_from_data(parser, program->out, -1, &error);
    g_assert_no_error(error);
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpint(json_object_get_int_member(root, "format"), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(root, "target"), ==, "here");
    g_assert_true(json_object_get_boolean_member(root, "has_findings"));
    JsonObject *drift = json_object_get_object_member(root, "drift");
    g_assert_cmpint(json_object_get_int_member(drift, "breaking"), ==, 3);
    JsonArray *books = json_object_get_array_member(json_object_get_object_member(root, "migration"), "books");
    g_assert_cmpuint(json_array_get_length(books), ==, 1);
    JsonArray *pending = json_object_get_array_member(json_array_get_object_element(books, 0), "pending");
    g_assert_cmpstr(json_object_get_string_member(json_array_get_object_element(pending, 0), "revision"), ==,
                    "774225e563ca");
}

/* What cannot be read is said, and hides nothing of the rest. */
static void test_unreadable_parts(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("statusparts");
    g_autofree char *config =
        write_config(database, "    repository: {kind: alembic, path: nowhere}\n    baseline: nothing.yaml\n");
    const char *const args[] = {"status", "--config", config, NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, 1);
    pgm_assert_contains(program->out, "nowhere");
    pgm_assert_contains(program->out, "nothing.yaml");
    pgm_assert_contains(program->out, "no migration framework's table");
    pgm_assert_contains(program->out, "● connections");
}

/* Options win over the configured target, and one of them alone leaves it out. */
static void test_target(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("statustarget", 20, 20);
    g_autoptr(PgmTestDatabase) other = pgm_test_database_new("statusother");
    g_autofree char *config = incident_config(database);
    const char *const named[] = {"status", "--config", config, "-t", "here", "-d", pgm_test_database_name(other), NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(named, NULL, NULL);
    g_autofree char *at = g_strdup_printf("here  %s@", pgm_test_database_name(other));
    pgm_assert_contains(program->out, at);
    pgm_assert_contains(program->out, "production");
    const char *const alone[] = {"status", "--config", config, "-d", pgm_test_database_text(other), NULL};
    g_autoptr(PgmProgram) free_standing = pgm_program_run_pgmedic(alone, NULL, NULL);
    g_assert_null(strstr(free_standing->out, "here  "));
    pgm_assert_contains(free_standing->out, "development"); /* a unix socket */
    pgm_assert_contains(free_standing->out, "no baseline configured");
}

static void check_drift(PgmTestDatabase *database, const char *baseline, const char *ignore, int code, const char *said)
{
    const char *const args[] = {
        "drift", "-d", pgm_test_database_text(database), "--against", baseline, "--json", "--quiet", "--ignore",
        ignore,  NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, code);
    pgm_assert_contains(program->err, said);
    pgm_assert_contains(program->out, "\"differences\" : []");
}

/* Where nothing differs because something was not read, cron must not hear that all is well. */
static void test_drift_not_proved(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("notproved");
    pgm_test_execute(database, "CREATE TABLE held (a int CHECK (a > 0))");
    g_autofree char *folder = g_dir_make_tmp("drift-XXXXXX", NULL);
    g_autofree char *baseline = g_build_filename(folder, "baseline.yaml", NULL);
    const char *const snapshot[] = {"snapshot", "-d", pgm_test_database_text(database), "-o", baseline, NULL};
    g_autoptr(PgmProgram) taken = pgm_program_run_pgmedic(snapshot, NULL, NULL);
    pgm_program_assert_exit(taken, 0);
    pgm_test_execute(database, "BEGIN");
    pgm_test_execute(database, "LOCK TABLE held");
    check_drift(database, baseline, "comment *", 3, "not all of it was (public.held: locked by pid ");
    check_drift(database, baseline, "* *", 0, "");
    pgm_test_execute(database, "ROLLBACK");
    check_drift(database, baseline, "comment *", 0, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/status/text", test_text);
    g_test_add_func("/status/json", test_json);
    g_test_add_func("/status/unreadable-parts", test_unreadable_parts);
    g_test_add_func("/status/target", test_target);
    g_test_add_func("/drift/not-proved", test_drift_not_proved);
    return g_test_run();
}
