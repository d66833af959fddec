/*
 * guardian.h - a child that runs a private PostgreSQL and outlives us by as much as it takes to remove it.
 *
 * It holds a pipe from us. When the pipe closes, by our word or because we
 * died, be it by SIGKILL, it stops the server and removes the folder.
 */
#ifndef PGM_PG_GUARDIAN_H
#define PGM_PG_GUARDIAN_H

#include <glib.h>
#include <sys/types.h>

typedef struct
{
    const char *folder; /* absolute; gets data/ and log */
    const char *bindir;
    const char *settings; /* appended to postgresql.conf */
    gboolean step_down;   /* run the server as UID, GID */
    uid_t uid;
    gid_t gid;
} PgmGuardianOrder;

typedef struct
{
    pid_t pid;
    pid_t postmaster; /* 0: initdb failed; the folder's log says why */
    int lifeline;     /* open as long as the server is wanted */
    int report;       /* hangs up when the postmaster ended */
} PgmGuardian;

/* Runs initdb and starts postgres, which is not ready yet on return. Error: PGM_ERROR_IO. */
gboolean pgm_guardian_start(const PgmGuardianOrder *order, PgmGuardian *guardian, GError **error);
/* Stops the server and removes the folder, and waits until that is done; KEEP: leaves both. */
void pgm_guardian_dismiss(PgmGuardian *guardian, gboolean keep);

#endif
