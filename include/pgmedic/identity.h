/*
 * identity.h - which object is meant, beyond the life of a snapshot.
 *
 * A snapshot's objects go with it; what a screen has selected, or a link leads to, is found again by its kind, schema,
 * parent and name in whatever snapshot comes next.
 */
#ifndef PGMEDIC_IDENTITY_H
#define PGMEDIC_IDENTITY_H

#include "pgmedic/snapshot.h"

typedef struct
{
    const PgmKind *kind;
    const char *schema; /* "": it stands in none */
    const char *parent; /* NULL: none */
    const char *name;
} PgmIdentity;

/* Borrows OBJECT's strings. */
PgmIdentity pgm_identity_of(const PgmObject *object);
/* One block with its strings; g_free() frees it. */
PgmIdentity *pgm_identity_copy(const PgmIdentity *identity);
guint pgm_identity_hash(gconstpointer identity);
gboolean pgm_identity_equal(gconstpointer a, gconstpointer b);
/* Borrowed; NULL: absent. */
const PgmObject *pgm_identity_find(const PgmIdentity *identity, const PgmSnapshot *snapshot);

/* What NAME, as people write it, may mean: "documents", "public.documents", "documents.id", "f(integer)", "f", with
 * quotes or without; a kind may stand before it ("index documents_pkey"), as it is called or with "_" in its name.
 * Names that say more go first: what is displayed so, what is qualified so, what stands in a schema and is called so, a
 * function or operator of that name, what belongs to a relation and is called so; only the first of these that finds
 * any. An index goes before the constraint that it is for. What nothing is called is looked for once more in small
 * letters. Elements are PgmObject, borrowed; caller unrefs. */
GPtrArray *pgm_snapshot_meant(const PgmSnapshot *snapshot, const char *name);

#endif
