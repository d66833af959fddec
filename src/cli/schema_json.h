/* schema_json.h - what the documents of several commands have in common: a snapshot's facts, objects, differences. */
#ifndef PGMEDIC_CLI_SCHEMA_JSON_H
#define PGMEDIC_CLI_SCHEMA_JSON_H

#include <json-glib/json-glib.h>

#include "pgmedic/drift.h"

/* Members "label", "database", "server_version", "taken_at" and "unread" of the object that is open. */
void pgm_schema_json_facts(JsonBuilder *json, const PgmSnapshot *snapshot);
/* {"kind", "schema", "parent", "name", "display", "attributes": {…}}; an attribute that is not set is left out. */
void pgm_schema_json_object(JsonBuilder *json, const PgmObject *object);
void pgm_schema_json_difference(JsonBuilder *json, const PgmDifference *difference);
/* Members "breaking", "risky", "cosmetic" (null without a DRIFT) and "differences". */
void pgm_schema_json_drift(JsonBuilder *json, const PgmDrift *drift);
/* The member `within`: MISMATCHES (PgmMismatch; NULL: none). */
void pgm_schema_json_within(JsonBuilder *json, const GPtrArray *mismatches);

#endif
