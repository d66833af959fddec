/*
 * details.c - one object, looked at closely.
 *
 * A fixed number of round trips: where it is; how it is used and what hangs together with it; what those are called;
 * and, since this one may fail for a lock, its sizes. Each is one pipeline, and so one transaction, whose settings
 * carry the object's address.
 */
#include "pgmedic/details.h"

#include <string.h>

#include "pgmedic/query.h"
#include "pgmedic/text.h"

#define WHICH_MARK "/*which*/"

typedef struct
{
    guint32 classid, objid;
    int objsubid;
} Address;

static void dependency_free(gpointer data)
{
    PgmDependency *dependency = data;
    g_free(dependency->object);
    g_free(dependency->text);
    g_free(dependency);
}

static void index_use_free(gpointer data)
{
    PgmIndexUse *use = data;
    g_free(use->name);
    g_free(use);
}

static void details_clear(gpointer data)
{
    PgmDetails *details = data;
    g_free(details->last_vacuum);
    g_free(details->last_analyze);
    g_free(details->database_owner);
    g_free(details->last_value);
    g_free(details->size_error);
    g_free(details->dependency_error);
    g_ptr_array_unref(details->index_uses);
    g_ptr_array_unref(details->holders);
    g_clear_pointer(&details->depends_on, g_ptr_array_unref);
    g_clear_pointer(&details->dependents, g_ptr_array_unref);
}

PgmDetails *pgm_details_ref(PgmDetails *details)
{
    return g_atomic_rc_box_acquire(details);
}

void pgm_details_unref(PgmDetails *details)
{
    if (details != NULL)
    {
        g_atomic_rc_box_release_full(details, details_clear);
    }
}

static PgmDetails *details_new(void)
{
    PgmDetails *details = g_atomic_rc_box_new0(PgmDetails);
    gint64 *const numbers[] = {&details->total, &details->heap,      &details->indexes,          &details->toast,
                               &details->rows,  &details->dead_rows, &details->sequential_scans, &details->index_scans};
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    {
        *numbers[i] = -1;
    }
    details->index_uses = g_ptr_array_new_with_free_func(index_use_free);
    details->holders = g_ptr_array_new_with_free_func(g_free);
    return details;
}

/* A query on addresses, for those that CONDITION lets through. */
static char *addresses_query(const PgmConnection *connection, const char *condition)
{
    const char *text = pgm_query_text("object/addresses", pgm_connection_server(connection)->version);
    const char *mark = strstr(text, WHICH_MARK);
    return g_strdup_printf("%.*sAND %s", (int)(mark - text), text, condition);
}

static PgmResult *find_object(PgmConnection *connection, const PgmIdentity *object, GError **error)
{
    g_autofree char *schema = pgm_quote_literal(object->schema);
    g_autofree char *parent = object->parent != NULL ? pgm_quote_literal(object->parent) : g_strdup("NULL");
    g_autofree char *name = pgm_quote_literal(object->name);
    g_autofree char *condition =
        g_strdup_printf("o.kind = '%s' AND o.schema = %s AND o.parent IS NOT DISTINCT FROM %s AND o.name = %s",
                        object->kind->name, schema, parent, name);
    g_autofree char *query = addresses_query(connection, condition);
    return pgm_connection_query(connection, query, error);
}

static char *settings_query(const Address *address, const PgmIdentity *object)
{
    g_autofree char *name = pgm_quote_literal(object->name);
    return g_strdup_printf(
        "SELECT pg_catalog.set_config('pgmedic.classid', '%u', true), pg_catalog.set_config('pgmedic.objid', '%u', "
        "true), pg_catalog.set_config('pgmedic.objsubid', '%d', true), pg_catalog.set_config('pgmedic.kind', '%s', "
        "true), pg_catalog.set_config('pgmedic.name', %s, true), pg_catalog.set_config('jit', 'off', true), "
        "(SELECT pg_catalog.pg_get_userbyid(d.datdba) FROM pg_catalog.pg_database d "
        "WHERE d.datname = pg_catalog.current_database())",
        address->classid, address->objid, address->objsubid, object->kind->name, name);
}

static Address address_at(const PgmResult *result, int row, int column)
{
    return (Address){(guint32)pgm_result_integer(result, row, column),
                     (guint32)pgm_result_integer(result, row, column + 1),
                     (int)pgm_result_integer(result, row, column + 2)};
}

/* The last of what settings_query() asks. */
static void take_owner(PgmDetails *details, const PgmResult *settings)
{
    g_free(details->database_owner);
    details->database_owner = g_strdup(pgm_result_value(settings, 0, 6));
}

static gint64 number_at(const PgmResult *result, int row, int column)
{
    return pgm_result_value(result, row, column) != NULL ? pgm_result_integer(result, row, column) : -1;
}

static void take_usage(PgmDetails *details, const PgmResult *result)
{
    if (pgm_result_rows(result) > 0)
    {
        details->rows = number_at(result, 0, 0);
        details->dead_rows = number_at(result, 0, 1);
        details->sequential_scans = number_at(result, 0, 2);
        details->index_scans = number_at(result, 0, 3);
        details->last_vacuum = g_strdup(pgm_result_value(result, 0, 4));
        details->last_analyze = g_strdup(pgm_result_value(result, 0, 5));
    }
}

static void take_sizes(PgmDetails *details, const PgmResult *sizes, const PgmResult *indexes)
{
    if (pgm_result_rows(sizes) > 0)
    {
        details->total = number_at(sizes, 0, 0);
        details->heap = number_at(sizes, 0, 1);
        details->indexes = number_at(sizes, 0, 2);
        details->toast = number_at(sizes, 0, 3);
        details->last_value = g_strdup(pgm_result_value(sizes, 0, 4));
    }
    for (int row = 0; row < pgm_result_rows(indexes); row++)
    {
        PgmIndexUse *use = g_new0(PgmIndexUse, 1);
        *use = (PgmIndexUse){g_strdup(pgm_result_value(indexes, row, 0)), number_at(indexes, row, 1),
                             number_at(indexes, row, 2)};
        g_ptr_array_add(details->index_uses, use);
    }
}

/* "pid 4711 (deploy, idle in transaction for 2.1 s)" */
static void take_holders(PgmDetails *details, const PgmResult *result)
{
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        GString *text = g_string_new(pgm_result_value(result, row, 0));
        const char *user = pgm_result_value(result, row, 1), *application = pgm_result_value(result, row, 2);
        const char *state = pgm_result_value(result, row, 3);
        if (user != NULL)
        {
            g_string_append_printf(text, " (%s%s%s%s%s", user, application != NULL ? ", " : "",
                                   application != NULL ? application : "", state != NULL ? ", " : "",
                                   state != NULL ? state : "");
            if (pgm_result_value(result, row, 4) != NULL)
            {
                g_autofree char *age = pgm_text_duration(pgm_result_integer(result, row, 4));
                g_string_append_printf(text, ", its transaction open for %s", age);
            }
            g_string_append_c(text, ')');
        }
        g_ptr_array_add(details->holders, g_string_free(text, FALSE));
    }
}

/* What opens the relation. A lock in the way is no failure of the whole. */
static void read_sizes(PgmConnection *connection, PgmDetails *details, const char *settings)
{
    int version = pgm_connection_server(connection)->version;
    const char *const queries[] = {settings, pgm_query_text("object/sizes", version),
                                   pgm_query_text("object/indexes", version)};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, G_N_ELEMENTS(queries), NULL, &error);
    if (results != NULL)
    {
        take_sizes(details, results->pdata[1], results->pdata[2]);
        return;
    }
    details->size_error = g_strdup(error->message);
    if (!pgm_sql_error_is(error, "55P03") && !pgm_sql_error_is(error, "57014"))
    {
        return;
    }
    g_free(details->size_error);
    details->size_error = g_strdup("somebody holds an ACCESS EXCLUSIVE lock on it, or waits for one");
    const char *const who[] = {settings, pgm_query_text("object/holders", version)};
    g_autoptr(GPtrArray) holders = pgm_connection_pipeline(connection, who, G_N_ELEMENTS(who), NULL, NULL);
    if (holders != NULL)
    {
        take_holders(details, holders->pdata[1]);
    }
}

static void read_storage(PgmConnection *connection, PgmDetails *details, const char *settings)
{
    const char *const queries[] = {settings,
                                   pgm_query_text("object/storage", pgm_connection_server(connection)->version)};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, G_N_ELEMENTS(queries), NULL, &error);
    details->size_error = results == NULL ? g_strdup(error->message) : NULL;
    if (results != NULL)
    {
        take_owner(details, results->pdata[0]);
        details->total = number_at(results->pdata[1], 0, 0);
    }
}

static char *address_key(guint32 classid, guint32 objid, int objsubid)
{
    return g_strdup_printf("%u %u %d", classid, objid, objsubid);
}

static void append_oids(GString *list, const PgmResult *result)
{
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", pgm_result_value(result, row, 1));
    }
}

/* Address → PgmIdentity of everything that two results name; NULL on an error. */
static GHashTable *read_identities(PgmConnection *connection, const PgmResult *first, const PgmResult *second,
                                   GError **error)
{
    g_autoptr(GString) oids = g_string_new(NULL);
    append_oids(oids, first);
    append_oids(oids, second);
    g_autofree char *condition = g_strdup_printf("o.objid = ANY ('{%s}'::pg_catalog.oid[])", oids->str);
    g_autofree char *query = addresses_query(connection, condition);
    g_autoptr(PgmResult) result = pgm_connection_query(connection, query, error);
    if (result == NULL)
    {
        return NULL;
    }
    GHashTable *identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        Address address = address_at(result, row, 0);
        const PgmIdentity identity = {pgm_kind_find(pgm_result_value(result, row, 3)), pgm_result_value(result, row, 4),
                                      pgm_result_value(result, row, 5), pgm_result_value(result, row, 6)};
        if (identity.kind != NULL)
        {
            g_hash_table_insert(identities, address_key(address.classid, address.objid, address.objsubid),
                                pgm_identity_copy(&identity));
        }
    }
    return identities;
}

static const PgmIdentity *identity_at(GHashTable *identities, const PgmResult *result, int row)
{
    Address address = address_at(result, row, 0);
    g_autofree char *exact = address_key(address.classid, address.objid, address.objsubid);
    g_autofree char *whole = address_key(address.classid, address.objid, 0);
    const PgmIdentity *found = g_hash_table_lookup(identities, exact);
    return found != NULL ? found : g_hash_table_lookup(identities, whole);
}

/* Does FOUND belong to OBJECT, a relation, whose page shows it anyhow? */
static gboolean is_own_part(const PgmIdentity *object, const PgmIdentity *found)
{
    return object->kind->relation && found->parent != NULL && strcmp(found->schema, object->schema) == 0 &&
           strcmp(found->parent, object->name) == 0;
}

typedef struct
{
    const PgmResult *result;
    GHashTable *identities;
    const PgmIdentity *object;
    GHashTable *seen; /* of PgmIdentity, and of texts */
    GPtrArray *list;
} Walk;

static gboolean is_new(Walk *walk, const PgmIdentity *identity, const char *text)
{
    g_autofree char *key = identity != NULL
                               ? g_strdup_printf("%s\n%s\n%s\n%s", identity->kind->name, identity->schema,
                                                 identity->parent != NULL ? identity->parent : "", identity->name)
                               : g_strdup(text);
    return g_hash_table_add(walk->seen, g_steal_pointer(&key));
}

/* Those that were found by way of VIA, each followed by what was found through it. */
static void list_via(Walk *walk, guint32 via_class, guint32 via_object, int depth)
{
    for (int row = 0; row < pgm_result_rows(walk->result) && depth < 20; row++)
    {
        Address address = address_at(walk->result, row, 0);
        if (pgm_result_integer(walk->result, row, 4) != via_class ||
            pgm_result_integer(walk->result, row, 5) != via_object)
        {
            continue;
        }
        const PgmIdentity *identity = identity_at(walk->identities, walk->result, row);
        const char *text = pgm_result_value(walk->result, row, 7);
        gboolean own =
            identity != NULL && (is_own_part(walk->object, identity) || pgm_identity_equal(identity, walk->object));
        /* Without a name: dropped while this was read, or a record of what is long gone. */
        if (own || (identity == NULL && text == NULL) || !is_new(walk, identity, text))
        {
            continue;
        }
        PgmDependency *dependency = g_new0(PgmDependency, 1);
        *dependency = (PgmDependency){identity != NULL ? pgm_identity_copy(identity) : NULL,
                                      g_strdup(text != NULL ? text : identity->name), depth,
                                      pgm_result_boolean(walk->result, row, 6)};
        g_ptr_array_add(walk->list, dependency);
        list_via(walk, address.classid, address.objid, depth + 1);
    }
}

static GPtrArray *list_dependencies(const PgmResult *result, GHashTable *identities, const PgmIdentity *object)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Walk walk = {result, identities, object, seen, g_ptr_array_new_with_free_func(dependency_free)};
    list_via(&walk, 0, 0, 1);
    return walk.list;
}

static void read_dependencies(PgmConnection *connection, PgmDetails *details, const PgmIdentity *object,
                              const char *settings)
{
    int version = pgm_connection_server(connection)->version;
    const char *const queries[] = {settings, pgm_query_text("object/usage", version),
                                   pgm_query_text("object/depends_on", version),
                                   pgm_query_text("object/dependents", version)};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, G_N_ELEMENTS(queries), NULL, &error);
    g_autoptr(GHashTable) identities =
        results != NULL ? read_identities(connection, results->pdata[2], results->pdata[3], &error) : NULL;
    if (identities == NULL)
    {
        details->dependency_error = g_strdup(error->message);
        return;
    }
    take_owner(details, results->pdata[0]);
    if (object->kind->relation || strcmp(object->kind->name, "index") == 0)
    {
        take_usage(details, results->pdata[1]);
    }
    details->depends_on = list_dependencies(results->pdata[2], identities, object);
    details->dependents = list_dependencies(results->pdata[3], identities, object);
}

PgmDetails *pgm_details_read(PgmConnection *connection, const PgmIdentity *object, GError **error)
{
    g_autoptr(PgmResult) found = find_object(connection, object, error);
    if (found == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmDetails) details = details_new();
    if (pgm_result_rows(found) == 0)
    {
        details->dependency_error = g_strdup("the server keeps no record of it by itself");
        return g_steal_pointer(&details);
    }
    Address address = address_at(found, 0, 0);
    g_autofree char *settings = settings_query(&address, object);
    const char *kind = object->kind->name;
    if (strcmp(kind, "schema") == 0 || strcmp(kind, "database") == 0)
    {
        /* What stands in it depends on it: the list of objects says so already. */
        read_storage(connection, details, settings);
    }
    else
    {
        read_dependencies(connection, details, object, settings);
    }
    if (strcmp(kind, "index") == 0 ||
        (object->kind->relation && strcmp(kind, "view") != 0 && strcmp(kind, "foreign_table") != 0))
    {
        read_sizes(connection, details, settings);
    }
    if (pgm_connection_is_lost(connection))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_LOST, "The server closed the connection.");
        return NULL;
    }
    return g_steal_pointer(&details);
}
