/* reading_spool.h - rows in a nameless temporary file: what a query returned, and as little of it in memory as can be.
 * Private to src/pg. */
#ifndef PGM_PG_READING_SPOOL_H
#define PGM_PG_READING_SPOOL_H

#include <glib.h>

typedef struct PgmSpool PgmSpool;

/* For rows of COLUMNS values, at most LIMIT bytes of them. The file is made when it is needed; it is 0600, in the
 * temporary folder, and gone with the process. */
PgmSpool *pgm_spool_new(int columns, gint64 limit);
void pgm_spool_free(PgmSpool *spool); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmSpool, pgm_spool_free)

/* One row more; NULL values are SQL null. FALSE without an error: it is full, and takes no more. Error: PGM_ERROR_IO.
 */
gboolean pgm_spool_add(PgmSpool *spool, const char *const *values, GError **error);
gint64 pgm_spool_rows(const PgmSpool *spool);

/* What has been added is written out, so that reading finds it. Error: PGM_ERROR_IO. */
gboolean pgm_spool_flush(PgmSpool *spool, GError **error);

/* Called for row after row; takes VALUES, one block for g_free(), whose elements are NULL for SQL null. FALSE: enough.
 */
typedef gboolean (*PgmSpoolVisit)(gint64 row, char **values, gpointer user);
/* Rows from FIRST up to, not including, END. Error: PGM_ERROR_IO. */
gboolean pgm_spool_read(const PgmSpool *spool, gint64 first, gint64 end, PgmSpoolVisit visit, gpointer user,
                        GError **error);
/* The first row of the stretch that ROW lies in: where reading backwards begins its next step. */
gint64 pgm_spool_stretch(const PgmSpool *spool, gint64 row);

#endif
