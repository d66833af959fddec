/* The incident's own migration, by Alembic itself, before and after the hotfix; and what is said about its errors. */
#include "harness/incident.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* alembic upgrade head, as the deployment does it. */
static PgmProgram *upgrade(PgmTestIncident *incident)
{
    g_autofree char *project = pgm_test_source_path("tests/incident");
    const PgmConninfo *info = pgm_test_database_conninfo(incident->database);
    g_autofree char *url = g_strdup_printf("DATABASE_URL=postgresql://%s@/%s?host=%s&port=%s",
                                           pgm_conninfo_get(info, "user"), pgm_test_database_name(incident->database),
                                           pgm_conninfo_get(info, "host"), pgm_conninfo_get(info, "port"));
    const char *const argv[] = {"sh", "-c", "cd \"$0\" && exec alembic upgrade head", project, NULL};
    return pgm_program_run(argv, NULL, (const char *const[]){url, "PYTHONDONTWRITEBYTECODE=1", NULL});
}

static const char head[] = "SELECT version_num FROM public.alembic_version";

static void test_alembic(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("alembic", 200, 600);

    g_autoptr(PgmProgram) before = upgrade(incident);
    g_assert_cmpint(before->exit, !=, 0);
    pgm_assert_contains(before->err, "psycopg2.errors.DatatypeMismatch");
    pgm_assert_contains(before->err, "document_share_links_document_id_fkey");
    pgm_test_assert_value(incident->database, head, "f867c7e3d51c");

    /* What Alembic wrote just now is a log like any other: it is diagnosed, and leads to the runbook. */
    g_autoptr(PgmProgram) diagnosed = pgm_test_incident_run(incident, "diagnose", "-", before->err);
    pgm_program_assert_exit(diagnosed, 0);
    pgm_assert_contains(diagnosed->out, "pgmedic run uuid-to-varchar");

    g_autoptr(PgmProgram) hotfix =
        pgm_test_incident_run(incident, "run", "--unattended --backup dump --commit verified uuid-to-varchar", NULL);
    pgm_program_assert_exit(hotfix, 0);

    /* Past the foreign key; what it fails with now is the incident's second cause. */
    g_autoptr(PgmProgram) after = upgrade(incident);
    g_assert_cmpint(after->exit, !=, 0);
    pgm_assert_contains(after->err, "psycopg2.errors.UndefinedTable");
    pgm_assert_contains(after->err, "admin_activities");
    g_assert_null(strstr(after->err, "DatatypeMismatch"));

    /* It has nothing to do with the key's type any more. */
    g_autoptr(PgmProgram) second = pgm_test_incident_run(incident, "diagnose", "-", after->err);
    pgm_program_assert_exit(second, 0);
    pgm_assert_contains(second->out, "none of its 2 revisions creates");
    g_assert_null(strstr(second->out, "uuid-to-varchar"));

    pgm_test_execute(incident->database, "CREATE TABLE public.admin_activities (id varchar(36) PRIMARY KEY, "
                                         "amount integer DEFAULT 0)");
    g_autoptr(PgmProgram) whole = upgrade(incident);
    pgm_program_assert_exit(whole, 0);
    pgm_test_assert_value(incident->database, head, "774225e563ca");
    pgm_test_assert_value(incident->database,
                          "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = "
                          "'public.document_share_links'::regclass AND contype = 'f'",
                          "FOREIGN KEY (document_id) REFERENCES documents(id)");
}

static PgmProgram *diagnose(const PgmTestIncident *incident, const char *log, const char *options)
{
    g_autofree char *path = pgm_test_source_path(log);
    g_autofree char *rest = g_strdup_printf("%s %s", options, path);
    return pgm_test_incident_run(incident, "diagnose", rest, NULL);
}

/* The log's first real cause stands in the first sentence, in the JSON document too. The other two would run into the
 * key's type as well, in a transaction that begins with it: they lead to the same runbook. */
static void test_logs(void)
{
    static const struct
    {
        const char *log, *sqlstate, *says, *runbook;
    } cases[] = {
        {"tests/incident/error-1-type-mismatch.log", "42804", "documents.id is uuid here", "uuid-to-varchar"},
        {"tests/incident/error-2-missing-table.log", "42P01", "admin_activities does not exist in this database",
         "uuid-to-varchar"},
        {"tests/incident/error-3-aborted-transaction.log", "25P02", "an earlier statement aborted the transaction",
         "uuid-to-varchar"},
    };
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("logs", 100, 300);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(PgmProgram) text = diagnose(incident, cases[i].log, "");
        pgm_program_assert_exit(text, 0);
        g_auto(GStrv) paragraphs = g_strsplit(text->out, "\n\n", 2);
        g_strdelimit(paragraphs[0], "\n", ' ');
        pgm_assert_contains(paragraphs[0], cases[i].says);
        g_autofree char *command = g_strdup_printf("pgmedic run %s", cases[i].runbook);
        pgm_assert_contains(text->out, command);

        g_autoptr(PgmProgram) document = diagnose(incident, cases[i].log, "--json");
        pgm_program_assert_exit(document, 0);
        g_autoptr(JsonParser) parser = json_parser_new();
        g_autoptr(GError) error = NULL;
        json_parser_load_from_data(parser, document->out, -1, &error);
        g_assert_no_error(error);
        JsonObject *root = json_node_get_object(json_parser_get_root(parser));
        g_assert_cmpint(json_object_get_int_member(root, "format"), ==, 1);
        g_assert_nonnull(strstr(json_object_get_string_member(root, "headline"), cases[i].says));
        JsonObject *first = json_object_get_object_member(root, "error");
        g_assert_cmpstr(json_object_get_string_member(first, "sqlstate"), ==, cases[i].sqlstate);
        JsonArray *suggestions = json_object_get_array_member(root, "suggestions");
        g_assert_cmpuint(json_array_get_length(suggestions), ==, 1);
        g_assert_cmpstr(json_object_get_string_member(json_array_get_object_element(suggestions, 0), "runbook"), ==,
                        cases[i].runbook);
    }
}

static void test_no_diagnosis(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("nothing", 100, 300);
    g_autoptr(PgmProgram) calm = pgm_test_incident_run(incident, "diagnose", "-", "all is well\n");
    pgm_program_assert_exit(calm, 1);
    g_autoptr(PgmProgram) absent = pgm_test_incident_run(incident, "diagnose", "/nonexistent/deploy.log", NULL);
    pgm_program_assert_exit(absent, 2);
    pgm_assert_contains(absent->err, "/nonexistent/deploy.log");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident/migration/alembic", test_alembic);
    g_test_add_func("/incident/migration/logs", test_logs);
    g_test_add_func("/incident/migration/no-diagnosis", test_no_diagnosis);
    return g_test_run();
}
