/*
 * query.h - the catalog queries of src/sql/, by name.
 *
 * Each stands in a file of its own, runs in psql as it is, and travels inside
 * the binary. A variant for older servers is NAME.before-VV.sql: the one with
 * the lowest VV above the server's major version wins, else NAME.sql.
 */
#ifndef PGMEDIC_QUERY_H
#define PGMEDIC_QUERY_H

#include <glib.h>

/* NAME: path below src/sql without ".sql", "catalog/columns". VERSION: server_version_num.
 * A name that does not exist is a programming error and aborts. Borrowed; lives for ever. */
const char *pgm_query_text(const char *name, int version);

/* Any embedded file by its path in the source tree ("tests/incident/…"); NULL when there is none. Caller unrefs. */
GBytes *pgm_query_resource(const char *path);

#endif
