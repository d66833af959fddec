/*
 * snapshot.h - one model of a database's schema.
 *
 * A snapshot is a list of objects. An object has a kind (from one table of
 * kinds), an identity, and attributes in the kind's fixed order; columns,
 * constraints, indexes … are objects whose parent is their relation. So reading,
 * the baseline file, and drift are each written once, for every kind.
 *
 * Read in a fixed number of round trips, whatever the size: the kinds' bulk
 * catalog queries, pipelined, in one REPEATABLE READ READ ONLY transaction.
 */
#ifndef PGMEDIC_SNAPSHOT_H
#define PGMEDIC_SNAPSHOT_H

#include "pgmedic/connection.h"

enum
{
    PGM_KIND_MAX_ATTRIBUTES = 16,
};

/* What a differing attribute means when an application meets it. */
typedef enum
{
    PGM_SEVERITY_COSMETIC,
    PGM_SEVERITY_RISKY,
    PGM_SEVERITY_BREAKING,
} PgmSeverity;

typedef struct
{
    const char *name; /* in the baseline and on screens: "type", "not_null" */
    PgmSeverity severity;
    const char *reason; /* why a difference matters, one clause */
    const char *unset;  /* what "not set" means, for people: "nullable"; NULL: "none" */
} PgmAttribute;

typedef struct PgmKind PgmKind;

struct PgmKind
{
    const char *name;   /* "table", "column", "constraint", "index" */
    const char *plural; /* the key in the baseline, "columns" */
    const char *query;  /* "catalog/columns": rows of schema, parent, name, then the attributes in order */
    const char *parent; /* kind name of the parent, "relation": any relation; NULL: stands below its schema */
    gboolean signature; /* its name is SQL already, "f(integer)": never quoted as one identifier */
    gboolean relation;  /* lives in pg_class: its children are found by its name */
    gboolean
        ordered; /* children in the order of their attribute "position", not by name; the baseline's order says it */
    PgmSeverity missing; /* severity when the baseline has it and the database lacks it */
    const char *missing_reason;
    PgmSeverity extra; /* … the other way round */
    const char *extra_reason;
    PgmAttribute attributes[PGM_KIND_MAX_ATTRIBUTES]; /* ends with a NULL name */
};

/* The table of kinds, in the order of the baseline; ends with a NULL name. */
extern const PgmKind pgm_kinds[];
const PgmKind *pgm_kind_find(const char *name); /* NULL: none */
/* Is this attribute "true" or not there, so that its name says what it is? (A default may be "true" as well.) */
gboolean pgm_attribute_is_flag(const char *name);

typedef struct
{
    const PgmKind *kind;
    const char *schema; /* interned in the snapshot; "" for what stands in no schema, schemas among them */
    const char *parent; /* name of the relation it belongs to; NULL: none */
    const char *name;
    const char *values[PGM_KIND_MAX_ATTRIBUTES]; /* aligned with kind->attributes; NULL: not set */
} PgmObject;

typedef struct
{
    char *database;
    char *server_version; /* "15.20" */
    char *taken_at;       /* UTC */
    char *label;          /* "staging": a baseline's name; NULL: none */
    GPtrArray *objects;   /* PgmObject, sorted by kind order, schema, parent, then name (columns: attnum) */
    GPtrArray *unread; /* char*: what could not be read, and why, one line each; "KIND: …" and "KIND.ATTRIBUTE: …"
                        * are about all of that */
    GStringChunk *strings;
    GHashTable *index; /* a set of PgmObject, by kind, schema, parent and name */
    guint settled;     /* so many of the objects are sorted and in the index */
    guint *begins;     /* for each kind the place of its first object; one more for the end */
} PgmSnapshot;

/* Of an empty database, whose name and version nobody knows. */
PgmSnapshot *pgm_snapshot_new_empty(void);

/* Stands for a value that could not be read, "(not read)": whether it is set, and to what, is not known. Compare the
 * pointer. A baseline keeps it, and drift does not compare it. */
extern const char pgm_unread[];
gboolean pgm_object_has_unread(const PgmObject *object);

/* What another session's ACCESS EXCLUSIVE lock keeps from being read is pgm_unread, and who holds it stands in
 * `unread`; nothing waits for it. A lock or a DDL statement that comes in between is met by reading again, a few times;
 * then the kinds that it is about are left out, and `unread` says so. */
PgmSnapshot *pgm_snapshot_read(PgmConnection *connection, GError **error);
/* Only these relations (schema-qualified or found by search_path, as regclass takes them) with what belongs to them.
 * Runs inside the open transaction of CONNECTION if there is one: what an uncommitted transaction changes is read with
 * this. */
PgmSnapshot *pgm_snapshot_read_relations(PgmConnection *connection, const char *const *relations, int n,
                                         GError **error);
void pgm_snapshot_free(PgmSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmSnapshot, pgm_snapshot_free)

/* Borrowed; NULL: absent. PARENT may be NULL. */
const PgmObject *pgm_snapshot_find(const PgmSnapshot *snapshot, const char *kind, const char *schema,
                                   const char *parent, const char *name);
/* The children of one kind of a relation (or, with PARENT NULL, what stands in SCHEMA): *FIRST is their place in
 * `objects`, the result their number. */
guint pgm_snapshot_children(const PgmSnapshot *snapshot, const PgmKind *kind, const char *schema, const char *parent,
                            guint *first);
const char *pgm_object_value(const PgmObject *object, const char *attribute); /* NULL: not set or unknown */
/* "documents.id" for a column, "documents" for a table; schema-qualified unless it is public. Quoted only where SQL
 * needs it. Caller frees. */
char *pgm_object_display(const PgmObject *object);
/* One name as SQL reads it, quoted only where it needs that. Caller frees. */
char *pgm_name_display(const char *name);

/* The YAML baseline: stable, diffable, `format: 1`. Caller frees. */
char *pgm_snapshot_write(const PgmSnapshot *snapshot, GError **error);
PgmSnapshot *pgm_snapshot_load(const char *path, GError **error);
PgmSnapshot *pgm_snapshot_parse(const char *name, const char *data, gsize length, GError **error);

#endif
