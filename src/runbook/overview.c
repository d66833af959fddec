/* overview.c - the state of one target at a glance. */
#include "pgmedic/overview.h"

#include "pgmedic/error.h"

static void read_repository(PgmOverview *overview, const PgmTarget *target)
{
    g_autoptr(GError) why = NULL;
    if (target->repository_path == NULL)
    {
        return;
    }
    overview->repository = pgm_repository_load(target->repository_kind, target->repository_path, &why);
    overview->repository_error = why != NULL ? g_strdup(why->message) : NULL;
}

static void state_free(gpointer state)
{
    if (state != NULL)
    {
        pgm_migration_state_free(state);
    }
}

static void read_migration(PgmOverview *overview, PgmConnection *connection)
{
    g_autoptr(GError) why = NULL;
    overview->states = g_ptr_array_new_with_free_func(state_free);
    overview->books = pgm_migration_read_books(connection, &why);
    if (overview->books != NULL)
    {
        pgm_migration_order_books(overview->books, overview->repository);
    }
    for (guint i = 0; overview->books != NULL && i < overview->books->len; i++)
    {
        const PgmMigrationBook *book = overview->books->pdata[i];
        PgmMigrationState *state = NULL;
        if (book->unreadable == NULL && why == NULL)
        {
            state = pgm_migration_compare(connection, book, overview->repository, &why);
        }
        g_ptr_array_add(overview->states, state);
    }
    overview->migration_error = why != NULL ? g_strdup(why->message) : NULL;
}

static void read_drift(PgmOverview *overview, PgmConnection *connection, const PgmTarget *target)
{
    g_autoptr(GError) why = NULL;
    if (target->baseline != NULL)
    {
        overview->baseline = pgm_snapshot_load(target->baseline, &why);
    }
    overview->snapshot = pgm_snapshot_read(connection, why != NULL ? NULL : &why);
    if (overview->snapshot != NULL)
    {
        overview->within = pgm_drift_within(overview->snapshot, target->ignore);
    }
    if (overview->snapshot != NULL && overview->baseline != NULL)
    {
        overview->drift = pgm_drift_compare(overview->baseline, overview->snapshot, target->ignore);
    }
    overview->drift_error = why != NULL ? g_strdup(why->message) : NULL;
}

static void read_health(PgmOverview *overview, PgmConnection *connection, const PgmTarget *target,
                        const PgmConfig *config)
{
    g_autoptr(GError) why = NULL;
    overview->health = pgm_health_check(connection, config != NULL ? config->thresholds : NULL, &why);
    overview->health_error = why != NULL ? g_strdup(why->message) : NULL;
    if (overview->health == NULL)
    {
        overview->health = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_health_finding_free);
    }
    for (guint i = 0; i < target->endpoints->len; i++)
    {
        g_ptr_array_add(overview->health, pgm_health_endpoint(target->endpoints->pdata[i]));
    }
}

PgmOverview *pgm_overview_read(PgmConnection *connection, const PgmTarget *target, const PgmConfig *config,
                               GError **error)
{
    g_autoptr(PgmOverview) overview = g_new0(PgmOverview, 1);
    read_repository(overview, target);
    read_migration(overview, connection);
    read_drift(overview, connection, target);
    read_health(overview, connection, target, config);
    if (pgm_connection_is_lost(connection))
    {
        const char *why = overview->health_error != NULL ? overview->health_error : "the server closed the connection";
        g_set_error(error, PGM_ERROR, PGM_ERROR_LOST, "the connection was lost while the server was looked at: %s",
                    why);
        return NULL;
    }
    return g_steal_pointer(&overview);
}

void pgm_overview_free(PgmOverview *overview)
{
    if (overview == NULL)
    {
        return;
    }
    g_clear_pointer(&overview->states, g_ptr_array_unref);
    g_clear_pointer(&overview->books, g_ptr_array_unref);
    g_clear_pointer(&overview->repository, pgm_repository_free);
    g_clear_pointer(&overview->within, g_ptr_array_unref);
    g_clear_pointer(&overview->drift, pgm_drift_free);
    g_clear_pointer(&overview->baseline, pgm_snapshot_free);
    g_clear_pointer(&overview->snapshot, pgm_snapshot_free);
    g_clear_pointer(&overview->health, g_ptr_array_unref);
    g_free(overview->migration_error);
    g_free(overview->repository_error);
    g_free(overview->drift_error);
    g_free(overview->health_error);
    g_free(overview);
}

static gboolean books_have_findings(const PgmOverview *overview)
{
    for (guint i = 0; overview->books != NULL && i < overview->books->len; i++)
    {
        const PgmMigrationBook *book = overview->books->pdata[i];
        const PgmMigrationState *state = overview->states->pdata[i];
        if (book->failed != NULL || book->unreadable != NULL ||
            (state != NULL && (state->unknown->len > 0 || state->absent->len > 0)))
        {
            return TRUE;
        }
    }
    return overview->repository != NULL && overview->repository->problems->len > 0;
}

static gboolean is_unhealthy(const PgmHealthFinding *finding)
{
    return finding->level == PGM_HEALTH_FAIL || (finding->level == PGM_HEALTH_WARN && !finding->tidiness);
}

gboolean pgm_overview_has_findings(const PgmOverview *overview)
{
    if (overview->migration_error != NULL || overview->repository_error != NULL || overview->drift_error != NULL ||
        overview->health_error != NULL || books_have_findings(overview))
    {
        return TRUE;
    }
    if (overview->drift != NULL && overview->drift->breaking + overview->drift->risky > 0)
    {
        return TRUE;
    }
    for (guint i = 0; i < overview->health->len; i++)
    {
        if (is_unhealthy(overview->health->pdata[i]))
        {
            return TRUE;
        }
    }
    return FALSE;
}
