/* incident.c - the incident, ready to be mended. */
#include "incident.h"

#include "scripted_run.h"

#include "pgmedic/cluster.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

#include <glib/gstdio.h>
#include <string.h>

static char *write_config(const PgmTestIncident *incident, const char *conninfo)
{
    g_autofree char *baseline = pgm_test_source_path("tests/incident/staging.yaml");
    g_autofree char *repository = pgm_test_source_path("tests/incident/alembic");
    g_autofree char *log = pgm_test_source_path("tests/incident/error-1-type-mismatch.log");
    g_auto(GStrv) parts = g_strsplit(conninfo, "'", -1);
    g_autofree char *quoted = g_strjoinv("''", parts);
    g_autofree char *text = g_strdup_printf("format: 1\n"
                                            "default_target: prod-eu\n"
                                            "targets:\n"
                                            "  prod-eu:\n"
                                            "    conninfo: '%s'\n"
                                            "    environment: production\n"
                                            "    repository: {kind: alembic, path: '%s'}\n"
                                            "    baseline: '%s'\n"
                                            "    error_log: '%s'\n",
                                            quoted, repository, baseline, log);
    char *path = g_build_filename(incident->folder, "pgmedic.yaml", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
    return path;
}

PgmTestIncident *pgm_test_incident_new_around(PgmTestDatabase *database, const char *conninfo)
{
    PgmTestIncident *incident = g_new0(PgmTestIncident, 1);
    g_autoptr(GError) error = NULL;
    incident->database = database;
    incident->folder = g_dir_make_tmp("pgmedic-incident-XXXXXX", &error);
    g_assert_no_error(error);
    incident->config = write_config(incident, conninfo != NULL ? conninfo : pgm_test_database_text(database));
    incident->runbooks = pgm_test_source_path("runbooks");
    g_autofree char *state = g_strconcat("XDG_STATE_HOME=", incident->folder, NULL);
    incident->surroundings = g_strdupv((char *[]){state, (char[]){"LC_ALL=C.UTF-8"}, (char[]){"NO_COLOR"}, NULL});
    return incident;
}

PgmTestIncident *pgm_test_incident_new(const char *name, int documents, int questions)
{
    return pgm_test_incident_new_around(pgm_test_database_new_incident(name, documents, questions), NULL);
}

void pgm_test_incident_free(PgmTestIncident *incident)
{
    if (incident == NULL)
    {
        return;
    }
    pgm_test_database_free(incident->database);
    pgm_test_remove_tree(incident->folder);
    g_free(incident->folder);
    g_free(incident->config);
    g_free(incident->runbooks);
    g_strfreev(incident->surroundings);
    g_free(incident);
}

static GStrv arguments(const PgmTestIncident *incident, const char *command, const char *rest)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) words = g_strsplit(rest != NULL ? rest : "", " ", -1);
    if (command != NULL)
    {
        g_strv_builder_add(builder, command);
    }
    g_strv_builder_add_many(builder, "--config", incident->config, "--runbooks", incident->runbooks, NULL);
    for (char **word = words; *word != NULL; word++)
    {
        if (**word != '\0')
        {
            g_strv_builder_add(builder, *word);
        }
    }
    return g_strv_builder_end(builder);
}

PgmProgram *pgm_test_incident_run(const PgmTestIncident *incident, const char *command, const char *rest,
                                  const char *input)
{
    g_auto(GStrv) args = arguments(incident, command, rest);
    return pgm_program_run_pgmedic((const char *const *)args, input, (const char *const *)incident->surroundings);
}

PgmScreen *pgm_test_incident_open(const PgmTestIncident *incident, int rows, int columns, const char *command,
                                  const char *rest)
{
    g_auto(GStrv) args = arguments(incident, command, rest);
    return pgm_screen_new(rows, columns, (const char *const *)args, (const char *const *)incident->surroundings);
}

char *pgm_test_incident_run_folder(const PgmTestIncident *incident)
{
    g_autofree char *base = g_build_filename(incident->folder, "pgmedic", "runs", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = pgm_runs_list(base, &error);
    g_assert_no_error(error);
    return names->len > 0 ? g_build_filename(base, g_ptr_array_index(names, 0), NULL) : NULL;
}

PgmModel *pgm_test_incident_model(const PgmTestIncident *incident)
{
    g_autofree char *folder = pgm_test_incident_run_folder(incident);
    g_autoptr(GError) error = NULL;
    g_assert_nonnull(folder);
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, &error);
    g_assert_no_error(error);
    return pgm_model_from_events(events);
}

/* pg_dump names a random key in two lines of what it writes. */
static char *without_keys(const char *dump)
{
    g_auto(GStrv) lines = g_strsplit(dump, "\n", -1);
    GString *kept = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++)
    {
        if (!g_str_has_prefix(*line, "\\restrict ") && !g_str_has_prefix(*line, "\\unrestrict "))
        {
            g_string_append_printf(kept, "%s\n", *line);
        }
    }
    return g_string_free(kept, FALSE);
}

char *pgm_test_incident_schema(const PgmTestIncident *incident)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bindir = pgm_cluster_find_bindir(&error);
    g_assert_no_error(error);
    g_autofree char *pg_dump = g_build_filename(bindir, "pg_dump", NULL);
    const char *const argv[] = {pg_dump, "-s", "-d", pgm_test_database_text(incident->database), NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(argv, NULL, NULL);
    pgm_program_assert_exit(program, 0);
    return without_keys(program->out);
}

char *pgm_test_incident_types(const PgmTestIncident *incident)
{
    return pgm_test_value(incident->database,
                          "SELECT string_agg(format_type(atttypid, atttypmod), '|' ORDER BY attrelid::regclass::text)"
                          " FROM pg_attribute"
                          " WHERE (attrelid = 'public.documents'::regclass AND attname IN ('id', 'parent_document_id'))"
                          " OR (attrelid = 'public.document_questions'::regclass AND attname = 'document_id')");
}
