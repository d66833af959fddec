/* schema_json.h - objects of a snapshot as JSON; shared by the commands that show them. */
#ifndef CLI_SCHEMA_JSON_H
#define CLI_SCHEMA_JSON_H

#include <json-glib/json-glib.h>

#include "pgmedic/snapshot.h"

/* {"kind", "schema", "parent", "name", "display", "attributes": {…}}; what is not set is left out. */
void pgm_schema_json_object(JsonBuilder *json, const PgmObject *object);
/* BUILDER's document, indented, with a last newline. Caller frees. */
char *pgm_schema_json_text(JsonBuilder *json);

#endif
