/* document.h - the JSON documents of --json: format 1, one on standard output. */
#ifndef PGMEDIC_CLI_DOCUMENT_H
#define PGMEDIC_CLI_DOCUMENT_H

#include <json-glib/json-glib.h>

#include "cli/command.h"

/* An object is open in it, with "format": 1. Caller unrefs. */
JsonBuilder *pgm_document_new(void);
/* VALUE NULL is written as null. It need not be UTF-8. */
void pgm_document_text(JsonBuilder *json, const char *name, const char *value);
void pgm_document_integer(JsonBuilder *json, const char *name, gint64 value);
void pgm_document_boolean(JsonBuilder *json, const char *name, gboolean value);
/* Elements char*; VALUES NULL is written as null. */
void pgm_document_texts(JsonBuilder *json, const char *name, const GPtrArray *values);
/* The document of a command that ended with ERROR, where no other was written; whether it can be written or not. */
void pgm_document_write_error(const PgmInvocation *invocation, const GError *error);
/* Closes the object and writes the document. */
gboolean pgm_document_write(JsonBuilder *json, const PgmInvocation *invocation, GError **error);

#endif
