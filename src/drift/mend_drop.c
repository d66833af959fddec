/* mend_drop.c - statements that drop an object: what stands on others first, and never with CASCADE. */
#include <string.h>

#include "drift/mend.h"

/* When nothing needs it any more: what is made last goes first. */
static int drop_stage(const PgmObject *object)
{
    static const struct
    {
        const char *kind;
        int made;
    } others[] = {{"schema", STAGE_SCHEMA},       {"extension", STAGE_SCHEMA + 1},
                  {"sequence", STAGE_SEQUENCE},   {"function", STAGE_FUNCTION},
                  {"aggregate", STAGE_FUNCTION},  {"table", STAGE_TABLE},
                  {"foreign_table", STAGE_TABLE}, {"view", STAGE_VIEW},
                  {"matview", STAGE_VIEW}};
    static const char *const first[] = {"publication",   "subscription", "statistics",
                                        "event_trigger", "user_mapping", NULL};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    {
        if (mend_is(object, others[i].kind))
        {
            return STAGE_DROP_LAST + STAGE_DROP_LAST - others[i].made;
        }
    }
    return g_strv_contains(first, object->kind->name) ? STAGE_DROP_FIRST
                                                      : STAGE_DROP_LAST + STAGE_DROP_LAST - STAGE_TYPE;
}

static void drop_column(Mender *mender, const PgmObject *column)
{
    if (!mend_is_inherited(mender, column) && !mend_follows_type(mender->actual, column))
    {
        g_autofree char *table = mend_parent(column);
        g_autofree char *name = mend_name(column);
        mend_addf(mender, STAGE_DROP_LAST, "ACCESS EXCLUSIVE", "ALTER TABLE %s DROP COLUMN %s", table, name)->hazard =
            g_strdup("the values in it are lost");
    }
}

/* One of a partition goes with the partitioned one's. */
static void drop_index(Mender *mender, const PgmObject *index)
{
    if (pgm_object_value(index, "partition_of") != NULL)
    {
        return;
    }
    g_autofree char *name = mend_name(index);
    gboolean whole = pgm_snapshot_find(mender->actual, "table", index->schema, NULL, index->parent) != NULL &&
                     mend_is_partitioned(mender->actual, index->schema, index->parent);
    PgmMend *step = mend_addf(mender, STAGE_DROP, whole ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE",
                              "DROP INDEX %s%s", whole ? "" : "CONCURRENTLY ", name);
    step->alone = !whole;
}

/* Everything in it by itself: the reader sees what goes. */
static void drop_contents(Mender *mender, const PgmObject *schema)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        guint first, n = pgm_snapshot_children(mender->actual, kind, schema->name, NULL, &first);
        for (guint i = 0; i < n && kind->parent == NULL; i++)
        {
            const PgmObject *object = mender->actual->objects->pdata[first + i];
            if (!mend_is(object, "sequence") || pgm_object_value(object, "owned_by") == NULL)
            {
                mend_drop(mender, object);
            }
        }
    }
}

static gboolean names(Mender *mender, const PgmObject *user, const PgmObject *object)
{
    GPtrArray *users = mend_users(mender, object);
    return users != NULL && g_ptr_array_find(users, user, NULL);
}

/* What PART, of a relation that goes as well, says of others: it goes before the relation. */
static void drop_part(Mender *mender, const PgmObject *part)
{
    if (!mend_is(part, "column"))
    {
        mend_drop(mender, part);
        return;
    }
    guint first = mender->steps->len;
    g_autofree char *table = mend_parent(part);
    g_autofree char *name = mend_name(part);
    mend_addf(mender, STAGE_DROP_FIRST, "ACCESS EXCLUSIVE", "ALTER TABLE %s ALTER COLUMN %s DROP %s", table, name,
              pgm_object_value(part, "generated") != NULL ? "EXPRESSION" : "DEFAULT");
    mend_steps_drop(mender, first, part);
}

/* Two tables may reference each other, and have rules that write to each other; partitions hold their table's key to
 * itself. A check, a default or a policy may call OBJECT, a function that takes the table's rows. What holds both in a
 * circle goes first. */
static void drop_circles(Mender *mender, const PgmObject *object)
{
    const GPtrArray *users = mend_users(mender, object);
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *user = users->pdata[i], *parent = pgm_judge_parent(mender->actual, user);
        gboolean key = mend_is(user, "constraint") && strcmp(pgm_object_value(user, "type"), "foreign key") == 0;
        if (key && (parent != object || mend_is_partitioned(mender->actual, object->schema, object->name)))
        {
            mend_drop(mender, user);
        }
        else if (!key && parent != NULL && parent != object && !mend_is(user, "grant") &&
                 g_hash_table_lookup(mender->expected->index, parent) == NULL &&
                 (mend_is(user, "rule") || (mend_is(object, "function") && names(mender, object, parent))))
        {
            drop_part(mender, user);
        }
    }
}

/* The functions that read and write its values and the type hold each other: here there is no other way. */
static void drop_base_type(Mender *mender, const PgmObject *type)
{
    g_autofree char *name = mend_name(type);
    gboolean shell = pgm_object_value(type, "definition") == NULL;
    mend_addf(mender, drop_stage(type), NULL, "DROP TYPE %s%s", name, shell ? "" : " CASCADE")->hazard =
        shell ? NULL : g_strdup("the functions that read and write it go with it, and whatever else uses it");
}

/* Is it one of the functions without which a type that is to go cannot be? */
static gboolean goes_with_type(Mender *mender, const PgmObject *function)
{
    const PgmKind *kind = pgm_kind_find("base_type");
    const GPtrArray *users = mend_users(mender, function);
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *type = users->pdata[i];
        g_autofree char *name = mend_name(type);
        /* One that takes but internal stays behind: it is dropped after the type. */
        if (type->kind == kind && g_hash_table_lookup(mender->expected->index, type) == NULL &&
            mend_names(pgm_object_value(function, "definition"), name))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void drop_of_relation(Mender *mender, const PgmObject *object)
{
    g_autofree char *table = mend_parent(object);
    g_autofree char *name = mend_name(object);
    mend_addf(mender, STAGE_DROP_FIRST, "ACCESS EXCLUSIVE", "DROP %s %s ON %s", mend_word(object->kind), name, table);
}

static void drop_named(Mender *mender, const PgmObject *object)
{
    g_autofree char *name = mend_name(object);
    gboolean rows = mend_is(object, "table");
    if (mend_is(object, "schema"))
    {
        drop_contents(mender, object);
    }
    else if (rows || mend_is(object, "function"))
    {
        drop_circles(mender, object);
    }
    PgmMend *step = mend_addf(mender, drop_stage(object), object->kind->relation ? "ACCESS EXCLUSIVE" : NULL,
                              "DROP %s %s", mend_word(object->kind), name);
    step->hazard = rows ? g_strdup("its rows are lost, with everything in it")
                   : mend_is(object, "user_mapping") || mend_is(object, "foreign_server")
                       ? g_strdup("its secrets are lost")
                       : NULL;
    if (mend_is(object, "subscription"))
    {
        step->alone = pgm_object_value(object, "slot") != NULL;
        step->hazard = step->alone ? g_strdup("drops its slot on the publisher, which must be reached for that") : NULL;
    }
}

/* A few kinds have a way of their own; TRUE: OBJECT is of one. */
static gboolean drop_by_kind(Mender *mender, const PgmObject *object)
{
    const char *privileges = pgm_object_value(object, "privileges");
    if (mend_is(object, "constraint"))
    {
        mend_drop_constraint(mender, object);
    }
    else if (mend_is(object, "grant"))
    {
        mend_grant(mender, object, privileges, NULL);
    }
    else if (mend_is(object, "default_privileges"))
    {
        mend_default_privileges(mender, object, privileges, NULL);
    }
    else if (mend_is(object, "column"))
    {
        drop_column(mender, object);
    }
    else if (mend_is(object, "index"))
    {
        drop_index(mender, object);
    }
    else if (mend_is(object, "base_type"))
    {
        drop_base_type(mender, object);
    }
    else if (mend_is(object, "security_label"))
    {
        mend_security_label(mender, object, NULL);
    }
    else
    {
        return mend_is(object, "function") && goes_with_type(mender, object);
    }
    return TRUE;
}

void mend_drop(Mender *mender, const PgmObject *object)
{
    guint first = mender->steps->len;
    if (!drop_by_kind(mender, object))
    {
        if (object->parent != NULL)
        {
            drop_of_relation(mender, object);
        }
        else
        {
            drop_named(mender, object);
        }
    }
    mend_steps_drop(mender, first, object);
}
