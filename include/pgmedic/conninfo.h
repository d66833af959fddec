/*
 * conninfo.h - where to connect, without ever showing a password.
 *
 * An immutable-once-built set of libpq keywords. What is not set is libpq's own
 * business: PGHOST and its kin, PGSERVICE, the password file.
 */
#ifndef PGMEDIC_CONNINFO_H
#define PGMEDIC_CONNINFO_H

#include <glib.h>

typedef struct PgmConninfo PgmConninfo;

/* TEXT: a database name, a URI, or key=value, as psql's -d takes it; NULL or "" sets nothing.
 * Error: PGM_ERROR_USAGE; it never repeats a password. Caller frees. */
PgmConninfo *pgm_conninfo_new(const char *text, GError **error);
PgmConninfo *pgm_conninfo_copy(const PgmConninfo *info);
void pgm_conninfo_free(PgmConninfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmConninfo, pgm_conninfo_free)

/* KEYWORD as libpq names it ("host"). VALUE NULL unsets. */
void pgm_conninfo_set(PgmConninfo *info, const char *keyword, const char *value);
/* What was set here, not what libpq will find elsewhere; NULL when unset. Borrowed. */
const char *pgm_conninfo_get(const PgmConninfo *info, const char *keyword);
gboolean pgm_conninfo_has_password(const PgmConninfo *info);

/* key='value' of an allow-list of keywords, for the journal and for pg_dump's --dbname: host, hostaddr, port, dbname,
 * user, service, the ssl modes and file names, target_session_attrs, options. Never a password. Caller frees. */
char *pgm_conninfo_record(const PgmConninfo *info);

#endif
