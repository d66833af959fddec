/* child.h - PostgreSQL's client programs as child processes: found by version, watched, ended. */
#ifndef RUN_CHILD_H
#define RUN_CHILD_H

#include <gio/gio.h>

typedef struct
{
    char *pg_dump; /* paths */
    char *pg_restore;
    char *version; /* "15.20" */
    int major;
} PgmTools;

/* pg_dump of the server's MAJOR version or the nearest newer one (0: the newest), with the pg_restore beside it: in
 * BINDIR alone if given, else where Debian and the PostgreSQL project's packages put them, else on PATH. Error:
 * PGM_ERROR_REFUSED, with the versions found and the package that has the right one. */
PgmTools *pgm_tools_find(const char *bindir, int major, GError **error);
void pgm_tools_free(PgmTools *tools);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmTools, pgm_tools_free)

/* Runs ARGV (a path first) to its end. Every 200 ms TICK is told the child's pid. Cancelling ends the child (TERM,
 * after 5 s KILL). The child gets no input, no terminal signals of ours, and ends when this thread does. Error:
 * PGM_ERROR_CANCELLED; PGM_ERROR_IO when it does not start; PGM_ERROR_INVALID with the first error line that it wrote
 * when it fails. */
gboolean pgm_child_run(char **argv, char **environment, void (*tick)(GPid pid, gpointer user), gpointer user,
                       GCancellable *cancellable, GError **error);

#endif
