/*
 * proxy.h - for tests: a unix socket in the middle, that can cut a client's connection at its COMMIT.
 *
 * Threads forward bytes both ways. Armed, it waits for the client's statement COMMIT on any connection, cuts that one
 * at the chosen moment, and is disarmed; other connections, and later ones, pass.
 */
#ifndef PGMEDIC_TEST_PROXY_H
#define PGMEDIC_TEST_PROXY_H

#include "pgmedic/conninfo.h"

typedef struct PgmProxy PgmProxy;

typedef enum
{
    PGM_CUT_NEVER,
    PGM_CUT_BEFORE, /* COMMIT does not reach the server, whose side of the connection is closed */
    PGM_CUT_HANG,   /* neither: COMMIT does not reach the server, and its side stays open until the proxy is freed */
    PGM_CUT_AFTER,  /* COMMIT is forwarded, the answer awaited and thrown away */
    PGM_CUT_SENT,   /* COMMIT is forwarded, and both sides are closed at once */
} PgmCut;

/* In front of the server at TARGET (a unix socket). */
PgmProxy *pgm_proxy_new(const PgmConninfo *target);
void pgm_proxy_free(PgmProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmProxy, pgm_proxy_free)
const char *pgm_proxy_folder(const PgmProxy *proxy); /* the host to connect to; the port is the server's */
/* Which COMMIT is cut: the one after SKIP others. */
void pgm_proxy_arm(PgmProxy *proxy, PgmCut cut, guint skip);
/* At the cut, on a thread of the proxy's: after COMMIT was seen, before anything is done about it. */
void pgm_proxy_at_cut(PgmProxy *proxy, void (*call)(gpointer user), gpointer user);
/* How many connections were cut. */
guint pgm_proxy_cuts(PgmProxy *proxy);

#endif
