/*
 * migration.h - the migration head: what the database's books say, and what the repository holds.
 *
 * Sources: MIGRATIONS.md of the design. Books are recognised by the columns of their
 * table, in any schema; several may stand in one database. Without a repository
 * what is pending is unknown, never none.
 */
#ifndef PGMEDIC_MIGRATION_H
#define PGMEDIC_MIGRATION_H

#include "pgmedic/connection.h"

typedef struct
{
    char *framework;    /* "alembic" */
    char *relation;     /* "public.alembic_version" */
    GPtrArray *heads;   /* char*: version ids; empty: nothing applied ("base") */
    GPtrArray *applied; /* char*: every version on record, where the framework keeps one row a version; else NULL */
    char *applied_at; /* of the newest, UTC (without Z: a clock whose zone is not recorded); NULL where not recorded */
    char *failed;     /* the framework's own record of a failed or dirty state, one line; NULL: none recorded */
    char *locked_by;  /* who holds the framework's lock, and since when, one line; NULL: nobody */
    char *unreadable; /* why it could not be read ("needs SELECT on public.alembic_version"); NULL: it was */
} PgmMigrationBook;

/* Elements PgmMigrationBook. Empty: no framework's table is in this database. */
GPtrArray *pgm_migration_read_books(PgmConnection *connection, GError **error);

/* What one operation of a migration names, read from its text. */
typedef struct
{
    char *relation;   /* as written, schema.name or name */
    char *column;     /* NULL: the relation itself */
    char *operation;  /* "create_table", "alter_column", "create_index" …: see outline.h; those of op.* by its name */
    char *type;       /* of a new or retyped column, in PostgreSQL's words; NULL where the text does not tell */
    char *referrer;   /* operation "references": "table.column" of the referencing side; NULL else */
    char *new_name;   /* rename_table, rename_column; NULL else */
    gboolean guarded; /* IF EXISTS or IF NOT EXISTS stands with it */
    int line;
} PgmMigrationMention;

/* What SQL does, as mentions whose lines begin at LINE. Elements PgmMigrationMention, freed with the array. */
GPtrArray *pgm_migration_mentions(const char *sql, int line);

typedef struct
{
    char *id;
    char *message;       /* first line of its docstring or its name */
    char *file;          /* path */
    GPtrArray *down;     /* char*: revisions it builds on (down_revision and depends_on); empty: a base */
    GPtrArray *depends;  /* char*: those of DOWN that are only depends_on: they do not make a line of history */
    GPtrArray *labels;   /* char*: branch_labels */
    GPtrArray *mentions; /* PgmMigrationMention, of upgrade() only, in order */
} PgmRevision;

typedef struct
{
    char *kind; /* "alembic" */
    char *path;
    GPtrArray *revisions; /* PgmRevision, in order of application as far as there is one */
    GPtrArray *heads;     /* char* */
    GPtrArray *problems;  /* char*: files that could not be read, cycles, missing parents */
} PgmRepository;

/* KIND NULL means alembic; else a framework of pgm_repository_kinds(). PATH: the folder with versions/ (or with
 * alembic.ini), or versions/ itself; for the others the folder of the migration files. Files are read as text, never
 * run. Error: PGM_ERROR_INVALID. Caller frees. */
PgmRepository *pgm_repository_load(const char *kind, const char *path, GError **error);
/* NULL-terminated. */
const char *const *pgm_repository_kinds(void);
void pgm_repository_free(PgmRepository *repository);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmRepository, pgm_repository_free)

const PgmRevision *pgm_repository_revision(const PgmRepository *repository, const char *id);

/* Is it this repository that BOOK is about? Several frameworks may keep books in one database. REPOSITORY may be NULL.
 */
gboolean pgm_migration_book_is_of(const PgmMigrationBook *book, const PgmRepository *repository);

/* Puts the books that REPOSITORY (may be NULL) is about first, then those with a failure, a lock or something that
 * could not be read: a panel has room for few. */
void pgm_migration_order_books(GPtrArray *books, const PgmRepository *repository);

/* Head against repository and reality. */
typedef struct
{
    GPtrArray *pending; /* const PgmRevision*, in the order in which they would be applied; borrowed from the
                           repository. NULL: unknown (no repository of this framework, unreadable books, or an Alembic
                           head that the repository lacks) */
    GPtrArray *unknown; /* char*: heads in the database that the repository does not have */
    GPtrArray *absent;  /* char*: "f867c7e3d51c is applied, but table documents is absent" */
} PgmMigrationState;

/* REPOSITORY may be NULL, or another framework's: then pending is NULL ("unknown"). */
PgmMigrationState *pgm_migration_compare(PgmConnection *connection, const PgmMigrationBook *book,
                                         const PgmRepository *repository, GError **error);
void pgm_migration_state_free(PgmMigrationState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmMigrationState, pgm_migration_state_free)

#endif
