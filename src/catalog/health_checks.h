/* health_checks.h - the table of checks. */
#ifndef CATALOG_HEALTH_CHECKS_H
#define CATALOG_HEALTH_CHECKS_H

#include "pgmedic/health.h"

typedef enum
{
    PGM_UNIT_COUNT,
    PGM_UNIT_PERCENT,
    PGM_UNIT_SECONDS,
    PGM_UNIT_BYTES,
} PgmHealthUnit;

typedef enum
{
    PGM_NEED_NOTHING,
    PGM_NEED_STATS,             /* USAGE of pg_read_all_stats: what other roles' sessions do */
    PGM_NEED_STATS_OF_STANDBYS, /* the same on a primary; a standby tells anybody about itself */
    PGM_NEED_FILE_SETTINGS,     /* EXECUTE on pg_show_all_file_settings() */
    PGM_NEED_PRIMARY,           /* a standby does not know */
    PGM_NEED_STANDBY,           /* not asked, and not shown, on a primary */
} PgmHealthNeed;

/* One check: a query of one row, `value` (a number in UNIT) and `summary`. */
typedef struct
{
    const char *name;
    const char *query;
    PgmHealthUnit unit;
    const char *warn; /* at this value or above, in the configuration's notation; NULL: never */
    const char *fail;
    gboolean low_is_bad; /* … or below */
    gboolean tidiness;   /* its warning is about tidiness or history: no reason to call a database unhealthy */
    PgmHealthNeed need;
    int timeout_ms;
    const char *advice;
} PgmHealthCheck;

extern const PgmHealthCheck pgm_health_checks[];
extern const guint pgm_health_check_count;

/* "lock-waits" in a configuration means the check "lock waits". */
gboolean pgm_health_is_named(const PgmHealthCheck *check, const char *written);
/* "80%", "5min", "1GB", "3" as a number in UNIT. FALSE: it is none. */
gboolean pgm_health_parse_threshold(const char *text, PgmHealthUnit unit, double *value);

#endif
