/*
 * config.h - the configuration file of CLI.md: targets, and thresholds of checks.
 *
 * ./pgmedic.yaml, then $XDG_CONFIG_HOME/pgmedic/config.yaml. Unknown keys are
 * errors, passwords are refused, relative paths are relative to the file.
 */
#ifndef PGMEDIC_CONFIG_H
#define PGMEDIC_CONFIG_H

#include "pgmedic/conninfo.h"

typedef enum
{
    PGM_ENVIRONMENT_UNSET, /* not loopback counts as production */
    PGM_ENVIRONMENT_DEVELOPMENT,
    PGM_ENVIRONMENT_STAGING,
    PGM_ENVIRONMENT_PRODUCTION,
} PgmEnvironment;

typedef struct
{
    char *url;
    int status;             /* expected HTTP status, default 200 */
    int tries;              /* default 1 */
    GPtrArray *json_keys;   /* char*: a field that must have … */
    GPtrArray *json_values; /* char*: … this value */
} PgmEndpoint;

typedef struct
{
    char *name;
    PgmConninfo *conninfo;
    PgmEnvironment environment;
    gboolean pooler_session; /* pooler: session */
    char *repository_kind;   /* "alembic" …; NULL: none */
    char *repository_path;   /* absolute */
    char *baseline;          /* absolute path; NULL: none */
    char *error_log;         /* absolute path of a deploy log to offer for diagnosis; NULL: none */
    GPtrArray *endpoints;    /* PgmEndpoint */
    GPtrArray *ignore;       /* char* patterns */
} PgmTarget;

typedef struct
{
    char *check;
    char *warn; /* as written, "80%", "5min"; NULL: the check's own */
    char *fail;
    char *where; /* "pgmedic.yaml:9:3", for complaints */
} PgmThreshold;

typedef struct
{
    char *path;            /* NULL: there is no file */
    char *default_target;  /* NULL: none */
    GPtrArray *targets;    /* PgmTarget */
    GPtrArray *thresholds; /* PgmThreshold */
} PgmConfig;

/* PATH NULL: the usual places; no file there gives an empty configuration. Error: PGM_ERROR_INVALID. Caller frees. */
PgmConfig *pgm_config_load(const char *path, GError **error);
void pgm_config_free(PgmConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmConfig, pgm_config_free)

/* Borrowed; NULL when there is none of that name. */
const PgmTarget *pgm_config_target(const PgmConfig *config, const char *name);

PgmTarget *pgm_target_new(const char *name); /* empty, conninfo set to libpq's own */
PgmTarget *pgm_target_copy(const PgmTarget *target);
void pgm_target_free(PgmTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmTarget, pgm_target_free)

/* What counts: the target's word, else production unless LOOPBACK, where it is development. */
PgmEnvironment pgm_target_environment(const PgmTarget *target, gboolean loopback);
const char *pgm_environment_name(PgmEnvironment environment); /* "production" */

#endif
