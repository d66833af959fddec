/* describe.h - how a page of an object is put together; private to the drift layer. */
#ifndef DRIFT_DESCRIBE_H
#define DRIFT_DESCRIBE_H

#include "pgmedic/describe.h"

typedef struct
{
    const PgmDescribeSource *source;
    const PgmSnapshot *snapshot; /* the one that holds the object: the baseline where the database lacks it */
    const PgmObject *object;
    PgmIdentity identity;
    GPtrArray *lines;
} Description;

/* A line; its text is made safe. LINK (copied) may be NULL. */
void describe_add(Description *page, PgmLineRole role, const PgmIdentity *link, const char *text);
void describe_addf(Description *page, PgmLineRole role, const PgmIdentity *link, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Lines of TEXT, each behind INDENT. */
void describe_text(Description *page, const char *indent, const char *text);
/* An empty line and a heading. */
void describe_heading(Description *page, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* "label  value", marked where it drifts; nothing when ATTRIBUTE is not set. */
void describe_attribute(Description *page, const char *label, const char *attribute);
void describe_value(Description *page, const char *label, const char *value, const PgmIdentity *link);
PgmLineRole describe_role(PgmSeverity severity);
/* TEXT, safe, padded to WIDTH columns. Caller frees. */
char *describe_cell(const char *text, int width);

/* OBJECT's place in a list: a sign where it drifts, TEXT, and below it how it drifts. */
void describe_item(Description *page, const PgmObject *object, const PgmIdentity *link, const char *text);
/* What of KIND the baseline has in this relation, and the database lacks. */
void describe_absent(Description *page, const char *kind);

/* All of one kind: *FIRST is the place of the first in the snapshot's objects, the result their number. */
guint describe_all(const PgmSnapshot *snapshot, const char *kind, guint *first);

/* describe_links.c: what the texts of a snapshot lead to. */
/* The next name, quoted or not, with its schema, at *TEXT, which is moved behind it. FALSE: there is none. */
gboolean describe_take_name(const char **text, char **schema, char **name);
/* The relation, or type, of the qualified name that TEXT begins with; NULL: not in the snapshot. */
const PgmObject *describe_relation_at(const PgmSnapshot *snapshot, const char *text);
const PgmObject *describe_type_at(const PgmSnapshot *snapshot, const char *text);
/* What a constraint references; NULL: it is no foreign key. */
const PgmObject *describe_referenced(const PgmSnapshot *snapshot, const PgmObject *constraint);
const PgmObject *describe_trigger_function(const PgmSnapshot *snapshot, const PgmObject *trigger);

/* describe_relation.c */
void describe_relation(Description *page);
/* describe_part.c: what belongs to a relation, and everything else. */
void describe_other(Description *page);
/* describe_facts.c */
/* A function's clauses, as \df+ has them; nothing when its definition was not read. */
void describe_function(Description *page);
/* A sequence's numbers. */
void describe_sequence(Description *page);
/* What stands in a schema, and what of it differs, summed up. */
void describe_schema(Description *page);
PgmMark describe_mark_within(const Description *page);
/* LIST: "name type, …", of a view or a composite type. */
void describe_columns(Description *page, const char *list);
/* The owner, by name where it is known; nothing for kinds that have none. */
void describe_owner(Description *page);
/* describe_details.c */
void describe_details(Description *page);

#endif
