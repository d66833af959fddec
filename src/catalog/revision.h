/* revision.h - building a repository's revisions; shared by the frameworks' readers. */
#ifndef PGMEDIC_CATALOG_REVISION_H
#define PGMEDIC_CATALOG_REVISION_H

#include "pgmedic/migration.h"

enum
{
    PGM_REVISION_MAX_BYTES = 4 * 1024 * 1024, /* of one migration file */
};

/* A relation's name that stands for any. */
#define PGM_REVISION_ANY "*"

PgmRevision *pgm_revision_new(const char *id, const char *file);
/* Adds a mention; RELATION NULL adds nothing and gives NULL. Borrowed. */
PgmMigrationMention *pgm_revision_mention(PgmRevision *revision, const char *operation, const char *relation,
                                          const char *column, int line);
/* Adds what SQL does; LINE: of its first line in the file. */
void pgm_revision_outline(PgmRevision *revision, const char *sql, int line);
/* Adds the tables that TEXT, a migration in Ruby, JavaScript, PHP or Elixir, creates, drops and renames on its way up;
 * drop_table of PGM_REVISION_ANY: it may have dropped or renamed any. */
void pgm_revision_read_builders(PgmRevision *revision, const char *text);
void pgm_repository_problem(PgmRepository *repository, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Readers: fill REPOSITORY's revisions (unordered, ids as written) from the folder. */
gboolean pgm_alembic_read(PgmRepository *repository, const char *path, GError **error);
gboolean pgm_numbered_read(PgmRepository *repository, const char *kind, const char *path, GError **error);
gboolean pgm_sqitch_read(PgmRepository *repository, const char *path, GError **error);
gboolean pgm_drizzle_read(PgmRepository *repository, const char *path, GError **error);
/* Adds what REVISION's file does, an SQL script or code; what cannot be read is one of REPOSITORY's problems. */
void pgm_revision_read_file(PgmRepository *repository, PgmRevision *revision);
/* Each revision builds on the one before it; of those with SEPARATOR in their ids, on the one before it whose id is the
 * same up to there. '\0': there is none. */
void pgm_repository_chain(PgmRepository *repository, char separator);

/* The folders that hold the version files of the Alembic repository at PATH: what an alembic.ini there or beside it
 * says, else PATH/versions, else PATH itself. RECURSIVE: the folders in them count too. Caller unrefs. */
GPtrArray *pgm_alembic_folders(const char *path, gboolean *recursive);

/* The operations in tokens [BEGIN, END) of an Alembic migration, added to REVISION's mentions. */
void pgm_alembic_read_operations(PgmRevision *revision, const GArray *tokens, guint begin, guint end,
                                 GHashTable *constants);

#endif
