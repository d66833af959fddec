/* mend.h - how the mending SQL is put together; private to the drift layer. */
#ifndef DRIFT_MEND_H
#define DRIFT_MEND_H

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
    STAGE_DROP_LAST = 80, /* columns, tables, types, functions, schemas; the latest kinds first */
};

typedef struct
{
    const PgmDrift *drift;
    const PgmSnapshot *expected, *actual;
    GPtrArray *steps;     /* PgmMend */
    GHashTable *detached; /* actual foreign keys and views that are dropped and made again */
    GHashTable *made;     /* expected objects that are made anew */
    GHashTable *rewrites; /* a table, as SQL names it → the one step that rewrites it */
    GHashTable *replaced; /* those among them that the actual database has too → the difference behind it */
    const PgmDifference *difference; /* the one in hand */
    gboolean fresh;                  /* what is being made stands on a table that is being made: nobody waits */
} Mender;

/* A step at STAGE; takes SQL (NULL: there is none) and HAZARD (may be NULL). Borrowed. */
PgmMend *mend_add(Mender *mender, int stage, const char *lock, char *sql, char *hazard);
/* The steps in the order in which they can be run, each once. */
void mend_arrange(Mender *mender);
/* The same as mend_add() with a format and no hazard. */
PgmMend *mend_addf(Mender *mender, int stage, const char *lock, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* mend_words.c: texts. Callers free. */
char *mend_name(const PgmObject *object);                   /* as SQL names it, with its schema */
char *mend_parent(const PgmObject *object);                 /* the relation it belongs to */
const char *mend_word(const PgmKind *kind);                 /* "MATERIALIZED VIEW"; NULL: it has none */
char **mend_split(const char *text, const char *separator); /* not within quotes or brackets; NULL is nothing */
char *mend_options(const char *text);                       /* "a=b, c=(not shown)" as "a 'b'" */
char *mend_published(const char *tables);                   /* a publication's tables and schemas, as it takes them */
gboolean mend_is(const PgmObject *object, const char *kind);
/* "ALTER KIND name …" of an owner, a comment or privileges; EXPECTED, but for the name, tells what it shall be. */
void mend_owner(Mender *mender, const PgmObject *object, const char *owner);
void mend_comment(Mender *mender, const PgmObject *object, const char *comment);
void mend_privileges(Mender *mender, const PgmObject *object, const char *had, const char *shall);
void mend_default_privileges(Mender *mender, const PgmObject *object, const char *had, const char *shall);
/* What the actual database's default privileges give to a new object is taken away again. */
void mend_take_defaults(Mender *mender, const PgmObject *object);
void mend_grant(Mender *mender, const PgmObject *grant, const char *had, const char *shall);

/* mend_create.c: everything that makes OBJECT with what belongs to it; FALSE: no statement is known. */
gboolean mend_create(Mender *mender, const PgmObject *object);
void mend_drop(Mender *mender, const PgmObject *object);

/* mend_table.c: tables, their columns, constraints and indexes. */
char *mend_column(const Mender *mender, const PgmObject *column); /* as CREATE TABLE takes it */
void mend_add_column(Mender *mender, const PgmObject *column);
gboolean mend_is_partitioned(const PgmSnapshot *snapshot, const char *schema, const char *table);
void mend_create_table(Mender *mender, const PgmObject *table);
void mend_create_constraint(Mender *mender, const PgmObject *constraint);
void mend_create_index(Mender *mender, const PgmObject *index);
void mend_drop_constraint(Mender *mender, const PgmObject *constraint);
/* The sequences that a column brings with it; COLUMN NULL: all columns of the table. */
void mend_create_sequences(Mender *mender, const PgmObject *table, const PgmObject *column);
void mend_create_sequence(Mender *mender, const PgmObject *sequence);

/* Is the same told of a table that COLUMN's inherits from, so that mending that one mends this? */
gboolean mend_is_inherited(const Mender *mender, const PgmObject *column);

/* mend_detach.c: foreign keys and views that stand in the way of what is done to a table are dropped, and made again.
 */
void mend_detach_keys(Mender *mender, const char *schema, const char *table, const char *column);
void mend_detach_views(Mender *mender, const char *schema, const char *table);

/* mend_alter.c: one attribute of an object that is on both sides. */
void mend_change(Mender *mender, const PgmDifference *difference);
/* SHALL is to be as IS is not: VALUE instead of HAD, NULL where it is not set. */
typedef struct
{
    const char *kind;      /* NULL: any */
    const char *attribute; /* NULL: any */
    void (*change)(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had);
} MendChange;
/* Dropped and made anew, for want of an ALTER. */
void mend_replace(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had);
/* Says that there is no statement for it. */
void mend_no_way(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had);

/* mend_alter_table.c: those of tables and of what belongs to them; looked at first, ends without a CHANGE. */
extern const MendChange mend_table_changes[];

#endif
