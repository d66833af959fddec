/* mend.h - how the mending SQL is put together; private to the drift layer. */
#ifndef DRIFT_MEND_H
#define DRIFT_MEND_H

#include "drift/judge.h"
#include "pgmedic/drift.h"

/* The order of things: what others stand on is made before them and dropped after them. */
enum
{
    STAGE_DROP_FIRST = 10, /* foreign keys, views, triggers, policies, rules */
    STAGE_DROP = 15,       /* constraints and indexes */
    STAGE_SCHEMA = 20,
    STAGE_TYPE = 22, /* extensions, types, and others that tables may need; in the order of kinds */
    STAGE_SEQUENCE = 25,
    STAGE_FUNCTION = 27,
    STAGE_TABLE = 30,
    STAGE_COLUMN = 32,
    STAGE_INDEX = 40,
    STAGE_CONSTRAINT = 42,
    STAGE_ATTACH = 45,
    STAGE_FOREIGN_KEY = 50,
    STAGE_VALIDATE = 55,
    STAGE_VIEW = 60,
    STAGE_DEPENDENT = 65, /* triggers, policies, rules, publications */
    STAGE_DETAIL = 70,    /* owners, privileges, comments */
    STAGE_DROP_LAST = 80, /* columns; then what is extra, what was made last first: see mend_drop() */
};

/* A step, with what it makes or drops, by which it is put in order. */
typedef struct
{
    PgmMend mend;
    const PgmObject *makes, *drops; /* of either snapshot; NULL: it alters what is there */
    const PgmObject *completes;     /* made by an earlier step, and fit for use after this one */
    const char *meanwhile;          /* what is not so until what it drops is made again; NULL: it is not */
} MendStep;

typedef struct
{
    const PgmDrift *drift;
    const PgmSnapshot *expected, *actual;
    const PgmSnapshot *side;         /* what is being made is of this one: EXPECTED, unless drift tells nothing of it */
    GPtrArray *steps;                /* MendStep */
    GHashTable *told;                /* objects that drift tells of, and the relations of those that belong to one */
    GHashTable *renamed;             /* actual object → the expected one that it is under another name */
    GHashTable *remade;              /* actual objects that are dropped and made again → the difference behind it */
    GPtrArray *remade_order;         /* the same, in the order in which they were found */
    GHashTable *cleared;             /* those of them that were seen to in this round */
    GHashTable *made;                /* objects that are made */
    GHashTable *rewrites;            /* a table, as SQL names it → the one step that rewrites it */
    GHashTable *users;               /* see mend_users(); NULL: not asked for yet */
    const PgmDifference *difference; /* the one in hand */
    gboolean fresh;                  /* what is being made stands on a table that is being made: nobody waits */
} Mender;

Mender *mender_new(const PgmDrift *drift, const PgmSnapshot *expected, const PgmSnapshot *actual);
void mender_free(Mender *mender);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mender, mender_free)

/* A step at STAGE; takes SQL (NULL: there is none) and HAZARD (may be NULL). Borrowed. */
PgmMend *mend_add(Mender *mender, int stage, const char *lock, char *sql, char *hazard);
/* The same with a format and no hazard. */
PgmMend *mend_addf(Mender *mender, int stage, const char *lock, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The steps from the FIRST on that are of none yet make, or drop, OBJECT. */
void mend_steps_make(Mender *mender, guint first, const PgmObject *object);
void mend_steps_drop(Mender *mender, guint first, const PgmObject *object);
/* The steps in the order in which they can be run, each once. */
void mend_finish(Mender *mender);
/* The actual server's major version; 0: not known. */
int mend_version(const Mender *mender);

/* mend_order.c */
void mend_arrange(Mender *mender);

/* mend_group.c: what is dropped and made again, in one transaction. */
void mend_group(Mender *mender);

/* mend_mentions.c: who names whom. A KEY is of what stands in a schema, or is known by the word before its name; BODY:
 * within dollar quotes, a text to the server. */
typedef void (*MendNamed)(const char *key, gboolean body, gpointer user);
void mend_each_name(const char *text, MendNamed named, gpointer user);
char *mend_key(const PgmObject *object); /* NULL: it is not named so. Caller frees */
/* The actual objects (PgmObject) whose texts name ACTUAL, bodies aside. Borrowed; NULL: none can. */
GPtrArray *mend_users(Mender *mender, const PgmObject *actual);
/* What SQL calls TEXT, "schema.name"; with CHILD, what belongs to it and is called so. NULL: nothing. */
const PgmObject *mend_find_named(const PgmSnapshot *snapshot, const char *kind, const char *child, const char *text);
/* Does TEXT hold NAME, written as SQL does, as a word? Not where either is NULL. */
gboolean mend_names(const char *text, const char *name);

/* mend_words.c: texts. Callers free. */
char *mend_name(const PgmObject *object);                   /* as SQL names it, with its schema */
char *mend_bare(const char *name);                          /* one name, quoted where it must be */
char *mend_parent(const PgmObject *object);                 /* the relation it belongs to */
const char *mend_word(const PgmKind *kind);                 /* "MATERIALIZED VIEW"; NULL: it has none */
char **mend_split(const char *text, const char *separator); /* not within quotes or brackets; NULL is nothing */
const char *mend_end_of_name(const char *text);             /* where the name ends that TEXT begins with */
char *mend_options(const char *text);                       /* "a=b, c=(not shown)" as "a 'b'" */
char *mend_published(const char *tables);                   /* a publication's tables and schemas, as it takes them */
char *mend_publication_list(const char *names);             /* a subscription's publications */
gboolean mend_is(const PgmObject *object, const char *kind);
/* "ALTER KIND name …" of an owner or a comment; EXPECTED, but for the name, tells what it shall be. */
void mend_owner(Mender *mender, const PgmObject *object, const char *owner);
void mend_comment(Mender *mender, const PgmObject *object, const char *comment);
/* LABEL NULL: none. */
void mend_security_label(Mender *mender, const PgmObject *object, const char *label);

/* mend_privileges.c */
void mend_privileges(Mender *mender, const PgmObject *object, const char *had, const char *shall);
void mend_default_privileges(Mender *mender, const PgmObject *object, const char *had, const char *shall);
/* What the actual database's default privileges give to a new object is taken away again. */
void mend_take_defaults(Mender *mender, const PgmObject *object);
void mend_grant(Mender *mender, const PgmObject *grant, const char *had, const char *shall);

/* mend_create.c: everything that makes OBJECT with what belongs to it; FALSE: no statement is known. */
gboolean mend_create(Mender *mender, const PgmObject *object);
char *mend_query(const PgmObject *view); /* without its semicolon */
/* mend_drop.c */
void mend_drop(Mender *mender, const PgmObject *object);

/* mend_table.c, and mend_constraint.c for constraints and indexes. */
/* The tables that TABLE of SCHEMA inherits from, or is a partition of. Caller frees. */
char **mend_parents(const PgmSnapshot *snapshot, const char *schema, const char *table);
char *mend_column(const Mender *mender, const PgmObject *column); /* as CREATE TABLE takes it */
void mend_add_column(Mender *mender, const PgmObject *column);
gboolean mend_is_partitioned(const PgmSnapshot *snapshot, const char *schema, const char *table);
void mend_create_table(Mender *mender, const PgmObject *table);
void mend_create_constraint(Mender *mender, const PgmObject *constraint);
void mend_create_index(Mender *mender, const PgmObject *index);
void mend_drop_constraint(Mender *mender, const PgmObject *constraint);
/* The NOT NULL of COLUMN where it is a constraint that somebody named, not inherited by heirs, or not valid, as 18 has
 * them: that one makes the column so. Borrowed; NULL: there is none. */
const PgmObject *mend_named_not_null(const PgmSnapshot *snapshot, const PgmObject *column);
/* The sequence of an identity column, or the first of a serial one; NULL: none. */
const PgmObject *mend_owned_sequence(const PgmSnapshot *snapshot, const PgmObject *column);
char *mend_identity_options(const PgmObject *sequence); /* " (SEQUENCE NAME …)" */
/* Is its table OF a type, by which its columns come and go? */
gboolean mend_follows_type(const PgmSnapshot *snapshot, const PgmObject *column);
gboolean mend_is_foreign(const PgmSnapshot *snapshot, const PgmObject *column);
void mend_create_sequence(Mender *mender, const PgmObject *sequence);

/* Is the same told of a table that COLUMN's inherits from, so that mending that one mends this? */
gboolean mend_is_inherited(const Mender *mender, const PgmObject *column);

/* mend_remake.c: dropped and made again, as it is expected or else as it was, with what hangs on it. */
void mend_index_told(Mender *mender);
void mend_remake(Mender *mender, const PgmObject *actual);
void mend_remake_users(Mender *mender, const PgmObject *actual);
gboolean mend_is_remade(const Mender *mender, const PgmObject *actual);
/* What keeps COLUMN from getting another type, or from going altogether (GOES). */
void mend_clear_column(Mender *mender, const PgmObject *column, gboolean goes);

/* mend_alter.c: one attribute of an object that is on both sides. */
void mend_change(Mender *mender, const PgmDifference *difference);
/* An attribute that CREATE does not take, of an object that is being made; MADE is borrowed for the call. */
void mend_change_made(Mender *mender, const PgmDifference *made);
/* SHALL is to be as IS is not: VALUE instead of HAD, NULL where it is not set. */
typedef void MendChanging(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                          const char *had);
/* The tables of them end without a CHANGE. */
typedef struct
{
    const char *kind;      /* NULL: any */
    const char *attribute; /* NULL: any */
    MendChanging *change;
} MendChange;
/* Dropped and made anew, for want of an ALTER. */
MendChanging mend_replace;
/* Says that there is no statement for it. */
MendChanging mend_no_way;

extern const MendChange mend_column_changes[]; /* mend_alter_column.c */
extern const MendChange mend_table_changes[];  /* mend_alter_table.c: tables, and their indexes and constraints */
extern const MendChange mend_type_changes[];   /* mend_alter_type.c */
extern const MendChange mend_code_changes[];   /* mend_alter_code.c: views, functions and what is defined by a text */
extern const MendChange mend_outer_changes[];  /* mend_alter_outer.c: what stands in no schema */

/* The name that is given to the NOT NULL of COLUMN, quoted. Caller frees. */
char *mend_not_null_name(const char *table, const char *column);

/* mend_retype.c */
MendChanging mend_column_type, mend_column_collation;
/* IS, an enum, a domain, a range or a collation, is made as SHALL, and what is of it follows. */
void mend_rebuild_type(Mender *mender, const PgmObject *shall, const PgmObject *is);

#endif
