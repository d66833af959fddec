/* describe_json.h - what inspect's document says of the one object that was asked for. */
#ifndef PGMEDIC_CLI_DESCRIBE_JSON_H
#define PGMEDIC_CLI_DESCRIBE_JSON_H

#include <json-glib/json-glib.h>

#include "pgmedic/details.h"
#include "pgmedic/marks.h"

/* Member "described": null without an OBJECT (of SNAPSHOT); else its differences (null when there is nothing to compare
 * with), its size and use, what depends on it, what it depends on (null where DETAILS, which may be NULL, has none),
 * and its SQL. */
void pgm_describe_json(JsonBuilder *json, const PgmSnapshot *snapshot, const PgmObject *object, const PgmMarks *marks,
                       const PgmDetails *details);

#endif
