/* demo.c - the incident on a private PostgreSQL. */
#include "cli/demo.h"

#include "pgmedic/connection.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/query.h"
#include "pgmedic/script.h"

/* What the engineer on call has at hand, and where it comes from in the source tree. */
static const struct
{
    const char *name, *resource;
} files[] = {
    {"alembic.ini", "tests/incident/alembic.ini"},
    {"alembic/env.py", "tests/incident/alembic/env.py"},
    {"alembic/versions/f867c7e3d51c_add_generated_documents_and_templates.py",
     "tests/incident/alembic/versions/f867c7e3d51c_add_generated_documents_and_templates.py"},
    {"alembic/versions/774225e563ca_add_document_ai_suggestions_and_version_.py",
     "tests/incident/alembic/versions/774225e563ca_add_document_ai_suggestions_and_version_.py"},
    {"staging.yaml", "tests/incident/staging.yaml"},
    {"deploy.log", "tests/incident/error-1-type-mismatch.log"},
};

/* Production: the demo is there to show what that night looks like, the red header and the arming too. */
static const char config_text[] =
    "# The demo's configuration: a private PostgreSQL that is removed when the demo ends.\n"
    "format: 1\n"
    "default_target: demo\n"
    "targets:\n"
    "  demo:\n"
    "    conninfo: host=%s port=%d user=postgres dbname=documents\n"
    "    environment: production\n"
    "    repository: {kind: alembic, path: alembic}\n"
    "    baseline: staging.yaml\n"
    "    error_log: deploy.log\n";

static gboolean write_file(const PgmDemo *demo, const char *name, const char *text, gssize length, GError **error)
{
    g_autofree char *path = g_build_filename(demo->folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    return pgm_file_make_private_folder(parent, error) && pgm_file_write(path, text, length, 0600, error);
}

static gboolean write_files(PgmDemo *demo, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
    {
        g_autoptr(GBytes) bytes = pgm_query_resource(files[i].resource);
        g_assert(bytes != NULL);
        gsize length;
        const char *text = g_bytes_get_data(bytes, &length);
        if (!write_file(demo, files[i].name, text, (gssize)length, error))
        {
            return FALSE;
        }
    }
    g_autofree char *config =
        g_strdup_printf(config_text, pgm_cluster_folder(demo->cluster), pgm_cluster_port(demo->cluster));
    demo->config = g_build_filename(demo->folder, "pgmedic.yaml", NULL);
    return write_file(demo, "pgmedic.yaml", config, -1, error);
}

static PgmConnection *connect_to(const PgmDemo *demo, const char *database, GError **error)
{
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(demo->cluster, database);
    return pgm_connection_open(info, PGM_PURPOSE_PLAIN, error);
}

static gboolean run_script(PgmConnection *connection, const char *resource, GError **error)
{
    g_autoptr(GBytes) bytes = pgm_query_resource(resource);
    g_assert(bytes != NULL);
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(data, length);
    g_autoptr(GPtrArray) statements = pgm_script_split(text, NULL, error);
    for (guint i = 0; statements != NULL && i < statements->len; i++)
    {
        const PgmStatement *statement = statements->pdata[i];
        g_autoptr(PgmResult) result = pgm_connection_query(connection, statement->sql, error);
        if (result == NULL)
        {
            g_prefix_error(error, "%s, line %d: ", resource, statement->line);
            return FALSE;
        }
    }
    return statements != NULL;
}

static gboolean load_incident(const PgmDemo *demo, GError **error)
{
    g_autoptr(PgmConnection) maintenance = connect_to(demo, "postgres", error);
    if (maintenance == NULL || !pgm_connection_command(maintenance, error, "CREATE DATABASE documents"))
    {
        return FALSE;
    }
    g_autoptr(PgmConnection) connection = connect_to(demo, "documents", error);
    return connection != NULL && run_script(connection, "tests/incident/schema.sql", error) &&
           run_script(connection, "tests/incident/data.sql", error);
}

PgmDemo *pgm_demo_start(GError **error)
{
    PgmCluster *cluster = pgm_cluster_start("pgmedic-demo", NULL, error);
    if (cluster == NULL)
    {
        return NULL;
    }
    PgmDemo *demo = g_new0(PgmDemo, 1);
    demo->cluster = cluster;
    demo->folder = g_build_filename(pgm_cluster_folder(cluster), "demo", NULL);
    if (!load_incident(demo, error) || !write_files(demo, error))
    {
        pgm_demo_stop(demo, FALSE);
        return NULL;
    }
    return demo;
}

void pgm_demo_stop(PgmDemo *demo, gboolean keep)
{
    if (demo != NULL)
    {
        pgm_cluster_stop(demo->cluster, keep);
        g_free(demo->folder);
        g_free(demo->config);
        g_free(demo);
    }
}
