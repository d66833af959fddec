/* target.c - a target of the configuration, as a value (config.h). */
#include "pgmedic/config.h"

static gpointer copy_text(gconstpointer text, gpointer data)
{
    (void)data;
    return g_strdup(text);
}

static GPtrArray *copy_texts(GPtrArray *texts)
{
    return g_ptr_array_copy(texts, copy_text, NULL);
}

static void endpoint_free(gpointer data)
{
    PgmEndpoint *endpoint = data;
    g_free(endpoint->url);
    g_ptr_array_unref(endpoint->json_keys);
    g_ptr_array_unref(endpoint->json_values);
    g_free(endpoint);
}

static gpointer endpoint_copy(gconstpointer data, gpointer user_data)
{
    (void)user_data;
    const PgmEndpoint *endpoint = data;
    PgmEndpoint *copy = g_new0(PgmEndpoint, 1);
    copy->url = g_strdup(endpoint->url);
    copy->status = endpoint->status;
    copy->tries = endpoint->tries;
    copy->json_keys = copy_texts(endpoint->json_keys);
    copy->json_values = copy_texts(endpoint->json_values);
    return copy;
}

PgmTarget *pgm_target_new(const char *name)
{
    PgmTarget *target = g_new0(PgmTarget, 1);
    target->name = g_strdup(name);
    target->conninfo = pgm_conninfo_new(NULL, NULL);
    target->endpoints = g_ptr_array_new_with_free_func(endpoint_free);
    target->ignore = g_ptr_array_new_with_free_func(g_free);
    return target;
}

PgmTarget *pgm_target_copy(const PgmTarget *target)
{
    PgmTarget *copy = g_new0(PgmTarget, 1);
    copy->name = g_strdup(target->name);
    copy->conninfo = pgm_conninfo_copy(target->conninfo);
    copy->environment = target->environment;
    copy->pooler_session = target->pooler_session;
    copy->repository_kind = g_strdup(target->repository_kind);
    copy->repository_path = g_strdup(target->repository_path);
    copy->baseline = g_strdup(target->baseline);
    copy->error_log = g_strdup(target->error_log);
    copy->endpoints = g_ptr_array_copy(target->endpoints, endpoint_copy, NULL);
    copy->ignore = copy_texts(target->ignore);
    return copy;
}

void pgm_target_free(PgmTarget *target)
{
    if (target == NULL)
    {
        return;
    }
    g_free(target->name);
    pgm_conninfo_free(target->conninfo);
    g_free(target->repository_kind);
    g_free(target->repository_path);
    g_free(target->baseline);
    g_free(target->error_log);
    g_ptr_array_unref(target->endpoints);
    g_ptr_array_unref(target->ignore);
    g_free(target);
}

PgmEnvironment pgm_target_environment(const PgmTarget *target, gboolean loopback)
{
    if (target->environment != PGM_ENVIRONMENT_UNSET)
    {
        return target->environment;
    }
    return loopback ? PGM_ENVIRONMENT_DEVELOPMENT : PGM_ENVIRONMENT_PRODUCTION;
}

const char *pgm_environment_name(PgmEnvironment environment)
{
    switch (environment)
    {
    case PGM_ENVIRONMENT_UNSET:
        return "unset";
    case PGM_ENVIRONMENT_DEVELOPMENT:
        return "development";
    case PGM_ENVIRONMENT_STAGING:
        return "staging";
    case PGM_ENVIRONMENT_PRODUCTION:
        return "production";
    }
    return "unset";
}
