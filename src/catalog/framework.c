/* framework.c - one row a framework; sources in MIGRATIONS.md of the design. */
#include "catalog/framework.h"

#include <string.h>

/* Flyway: the ASCII of "Flyway" as a number, plus a 32-bit hash of the table's name. */
#define FLYWAY_KEY G_GINT64_CONSTANT(0x466C79776179)

/* Atlas: the 32-bit FNV-1 hash of "atlas_migrate_execute". */
#define ATLAS_KEY G_GINT64_CONSTANT(2686470616)

#define KYSELY_KEY G_GINT64_CONSTANT(3853314791062309107)

const PgmFramework pgm_frameworks[] = {
    {.name = "alembic", .relation = "public.alembic_version", .columns = "version_num"},
    {.name = "django", .relation = "public.django_migrations", .columns = "app,applied,id,name", .exact = TRUE},
    {.name = "flyway",
     .relation = "public.flyway_schema_history",
     .columns = "checksum,description,execution_time,installed_on,installed_rank,script,success,version",
     .key_begin = FLYWAY_KEY + G_MININT32,
     .key_end = FLYWAY_KEY + G_MAXINT32},
    {.name = "liquibase",
     .relation = "public.databasechangelog",
     .columns = "author,dateexecuted,exectype,filename,id,md5sum,orderexecuted",
     .lock = "liquibase-lock",
     .lock_table = "databasechangeloglock"},
    {.name = "hasura",
     .relation = "hdb_catalog.schema_migrations",
     .columns = "dirty,version",
     .exact = TRUE,
     .schema = "hdb_catalog"},
    {.name = "hasura",
     .query = "hasura-v3",
     .relation = "hdb_catalog.hdb_version",
     .columns = "cli_state,hasura_uuid,version",
     .schema = "hdb_catalog"},
    {.name = "golang-migrate",
     .relation = "public.schema_migrations",
     .columns = "dirty,version",
     .exact = TRUE,
     .key_begin = 1486364155,
     .scope = PGM_LOCK_TIMES_CRC_TABLE_MODULO_32},
    {.name = "ecto",
     .relation = "public.schema_migrations",
     .columns = "inserted_at,version",
     .exact = TRUE,
     .named = "migration"},
    {.name = "supabase", .relation = "public.schema_migrations", .columns = "statements,version", .named = "migration"},
    {.name = "rails",
     .relation = "public.schema_migrations",
     .columns = "version",
     .exact = TRUE,
     .named = "migration",
     .beside = "ar_internal_metadata",
     .key_begin = 2053462845,
     .scope = PGM_LOCK_TIMES_CRC_DATABASE},
    {.name = "dbmate",
     .relation = "public.schema_migrations",
     .columns = "version",
     .exact = TRUE,
     .named = "migration",
     .beside = "!ar_internal_metadata"},
    {.name = "goose",
     .relation = "public.goose_db_version",
     .columns = "id,is_applied,tstamp,version_id",
     .key_begin = 4097083626,
     .key_end = 4097083626},
    {.name = "sqitch",
     .relation = "sqitch.changes",
     .columns = "change,change_id,committed_at,planned_at,project",
     .named = "changes",
     .lock = "sqitch-events",
     .lock_table = "events",
     .key_begin = 75474063,
     .key_end = 75474063},
    {.name = "prisma",
     .relation = "public._prisma_migrations",
     .columns = "applied_steps_count,checksum,finished_at,migration_name,rolled_back_at,started_at",
     .key_begin = 72707369,
     .key_end = 72707369},
    {.name = "knex",
     .relation = "public.knex_migrations",
     .columns = "batch,id,migration_time,name",
     .exact = TRUE,
     .lock = "knex-lock",
     .lock_table = "knex_migrations_lock"},
    {.name = "laravel", .relation = "public.migrations", .columns = "batch,id,migration", .exact = TRUE},
    {.name = "typeorm",
     .relation = "public.migrations",
     .columns = "id,name,timestamp",
     .exact = TRUE,
     .named = "migration"},
    {.name = "sequelize",
     .relation = "public.\"SequelizeMeta\"",
     .columns = "name",
     .exact = TRUE,
     .named = "sequelize"},
    {.name = "node-pg-migrate",
     .relation = "public.pgmigrations",
     .columns = "id,name,run_on",
     .exact = TRUE,
     .named = "pgmigrations",
     .key_begin = G_GINT64_CONSTANT(7241865325823964),
     .key_end = G_GINT64_CONSTANT(7241865325823964)},
    {.name = "db-migrate",
     .relation = "public.migrations",
     .columns = "id,name,run_on",
     .exact = TRUE,
     .table = "migrations"},
    {.name = "node-pg-migrate",
     .relation = "public.pgmigrations",
     .columns = "id,name,run_on",
     .exact = TRUE,
     .named = "migration",
     .key_begin = G_GINT64_CONSTANT(7241865325823964),
     .key_end = G_GINT64_CONSTANT(7241865325823964)},
    {.name = "kysely",
     .relation = "public.kysely_migration",
     .columns = "name,timestamp",
     .exact = TRUE,
     .named = "migration",
     .key_begin = KYSELY_KEY,
     .key_end = KYSELY_KEY},
    {.name = "postgrator", .relation = "public.schemaversion", .columns = "md5,name,run_at,version", .exact = TRUE},
    {.name = "graphile-migrate",
     .relation = "graphile_migrate.migrations",
     .columns = "date,filename,hash,previous_hash",
     .exact = TRUE},
    {.name = "sql-migrate",
     .relation = "public.gorp_migrations",
     .columns = "applied_at,id",
     .exact = TRUE,
     .named = "migration"},
    {.name = "diesel",
     .relation = "public.__diesel_schema_migrations",
     .columns = "run_on,version",
     .exact = TRUE,
     .named = "migration"},
    {.name = "sqlx",
     .relation = "public._sqlx_migrations",
     .columns = "checksum,description,execution_time,installed_on,success,version",
     .exact = TRUE,
     .key_begin = 0x3d32ad9e,
     .scope = PGM_LOCK_TIMES_CRC_DATABASE},
    {.name = "atlas",
     .relation = "atlas_schema_revisions.atlas_schema_revisions",
     .columns = "applied,error,executed_at,execution_time,hash,operator_version,total,version",
     .key_begin = ATLAS_KEY,
     .key_end = ATLAS_KEY},
    {.name = "pgroll",
     .relation = "pgroll.migrations",
     .columns = "done,migration,name,parent,resulting_schema,schema,updated_at"},
    {.name = "drizzle",
     .relation = "drizzle.__drizzle_migrations",
     .columns = "created_at,hash,id",
     .named = "migration"},
    {.name = "efcore",
     .relation = "public.\"__EFMigrationsHistory\"",
     .columns = "migrationid,productversion",
     .exact = TRUE},
    {.name = "doctrine",
     .relation = "public.doctrine_migration_versions",
     .columns = "executed_at,execution_time,version",
     .exact = TRUE},
    {.name = "phinx", .relation = "public.phinxlog", .columns = "end_time,migration_name,start_time,version"},
    {.name = "mikro-orm",
     .relation = "public.mikro_orm_migrations",
     .columns = "executed_at,id,name",
     .exact = TRUE,
     .named = "migration"},
    {.name = "refinery",
     .relation = "public.refinery_schema_history",
     .columns = "applied_on,checksum,name,version",
     .exact = TRUE},
    {.name = "seaorm",
     .relation = "public.seaql_migrations",
     .columns = "applied_at,version",
     .exact = TRUE,
     .named = "migration"},
    {.name = NULL},
};

static gboolean has_columns(const PgmFramework *framework, const char *columns)
{
    if (framework->exact)
    {
        return strcmp(framework->columns, columns) == 0;
    }
    g_auto(GStrv) needed = g_strsplit(framework->columns, ",", -1);
    g_auto(GStrv) present = g_strsplit(columns, ",", -1);
    for (guint i = 0; needed[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)present, needed[i]))
        {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean stands_beside(const PgmFramework *framework, const char *schema, GHashTable *tables)
{
    if (framework->beside == NULL)
    {
        return TRUE;
    }
    gboolean wanted = framework->beside[0] != '!';
    g_autofree char *neighbour = g_strconcat(schema, ".", framework->beside + (wanted ? 0 : 1), NULL);
    return g_hash_table_contains(tables, neighbour) == wanted;
}

const PgmFramework *pgm_framework_recognise(const char *schema, const char *name, const char *columns,
                                            GHashTable *tables)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    for (const PgmFramework *framework = pgm_frameworks; framework->name != NULL; framework++)
    {
        if (has_columns(framework, columns) && (framework->named == NULL || strstr(lower, framework->named) != NULL) &&
            (framework->table == NULL || strcmp(framework->table, lower) == 0) &&
            (framework->schema == NULL || strcmp(framework->schema, schema) == 0) &&
            stands_beside(framework, schema, tables))
        {
            return framework;
        }
    }
    return NULL;
}

/* CRC-32 as zlib computes it (reflected, polynomial 0xEDB88320). */
static guint32 crc32_of(const char *bytes, gsize length)
{
    guint32 crc = 0xFFFFFFFFU;
    for (gsize i = 0; i < length; i++)
    {
        crc ^= (guchar)bytes[i];
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ (0xEDB88320U & (0U - (crc & 1U)));
        }
    }
    return ~crc;
}

gboolean pgm_framework_lock_key(const PgmFramework *framework, const char *database, const char *schema,
                                const char *table, gint64 *low, gint64 *high)
{
    if (framework->key_begin == 0)
    {
        return FALSE;
    }
    guint64 salt = (guint64)framework->key_begin;
    g_autoptr(GString) name = g_string_new(NULL);
    switch (framework->scope)
    {
    case PGM_LOCK_TIMES_CRC_DATABASE:
        *low = *high = (gint64)(salt * crc32_of(database, strlen(database)));
        break;
    case PGM_LOCK_TIMES_CRC_TABLE_MODULO_32:
        g_string_append_len(name, schema, (gssize)strlen(schema) + 1);
        g_string_append_len(name, table, (gssize)strlen(table) + 1);
        g_string_append(name, database);
        *low = *high = (gint64)((salt * crc32_of(name->str, name->len)) & 0xFFFFFFFFU);
        break;
    case PGM_LOCK_FIXED:
        *low = framework->key_begin;
        *high = framework->key_end;
        break;
    }
    return TRUE;
}
