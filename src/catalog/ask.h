/* ask.h - a query file with its parameters; private to the catalog layer. */
#ifndef CATALOG_ASK_H
#define CATALOG_ASK_H

#include "pgmedic/connection.h"

/* The answer of the query file NAME, with SETTINGS (name, value, name, value …, NULL; no value may be NULL) made for
 * its transaction alone. Both go in one round trip: behind a pooler a setting made before might have met another
 * session than the query does, and would have stayed there. Caller frees. */
PgmResult *pgm_ask(PgmConnection *connection, const char *name, const char *const *settings, GError **error);

#endif
