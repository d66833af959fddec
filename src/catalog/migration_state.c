/* migration_state.c - head against repository, and head against reality. */
#include "pgmedic/migration.h"
#include "pgmedic/relations.h"

#include <string.h>

static gboolean contains(const GPtrArray *list, const char *text)
{
    for (guint i = 0; list != NULL && i < list->len; i++)
    {
        if (strcmp(list->pdata[i], text) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* The revisions that the books say are applied: what they list, or else the heads and all that those build on. */
static GHashTable *applied_set(const PgmMigrationBook *book, const PgmRepository *repository)
{
    GHashTable *applied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GPtrArray *listed = book->applied != NULL ? book->applied : book->heads;
    for (guint i = 0; i < listed->len; i++)
    {
        g_hash_table_add(applied, g_strdup(listed->pdata[i]));
    }
    if (book->applied != NULL)
    {
        return applied;
    }
    /* revisions are in order of application, so one pass backwards reaches every ancestor */
    for (guint i = repository->revisions->len; i-- > 0;)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        for (guint k = 0; g_hash_table_contains(applied, revision->id) && k < revision->down->len; k++)
        {
            g_hash_table_add(applied, g_strdup(revision->down->pdata[k]));
        }
    }
    return applied;
}

static gboolean is(const PgmMigrationMention *mention, const char *operation)
{
    return strcmp(mention->operation, operation) == 0;
}

/* What the applied revisions, followed in order, leave behind: "table" or "table\ncolumn" → the id of the revision that
 * made it. */
typedef struct
{
    GHashTable *made;
} Expected;

static char *key_of(const char *relation, const char *column)
{
    return column != NULL ? g_strconcat(relation, "\n", column, NULL) : g_strdup(relation);
}

static void expect(Expected *expected, const char *relation, const char *column, const char *id)
{
    g_hash_table_insert(expected->made, key_of(relation, column), g_strdup(id));
}

static void forget(Expected *expected, const char *relation, const char *column)
{
    g_autofree char *key = key_of(relation, column);
    g_hash_table_remove(expected->made, key);
    if (column != NULL)
    {
        return;
    }
    g_autofree char *prefix = g_strconcat(relation, "\n", NULL);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, expected->made);
    while (g_hash_table_iter_next(&iter, &name, NULL))
    {
        if (g_str_has_prefix(name, prefix))
        {
            g_hash_table_iter_remove(&iter);
        }
    }
}

static void rename_relation(Expected *expected, const char *from, const char *to)
{
    g_autofree char *prefix = g_strconcat(from, "\n", NULL);
    const char *dot = strrchr(from, '.');
    g_autofree char *schema = dot != NULL ? g_strndup(from, (gsize)(dot - from) + 1) : g_strdup("");
    g_autofree char *name = g_strconcat(schema, to, NULL);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, expected->made);
    while (g_hash_table_iter_next(&iter, &key, NULL))
    {
        if (strcmp(key, from) == 0 || g_str_has_prefix(key, prefix))
        {
            g_ptr_array_add(keys, g_strdup(key));
        }
    }
    for (guint i = 0; i < keys->len; i++)
    {
        const char *old = keys->pdata[i];
        char *id = g_strdup(g_hash_table_lookup(expected->made, old));
        g_hash_table_remove(expected->made, old);
        g_hash_table_insert(expected->made, g_strconcat(name, old + strlen(from), NULL), id);
    }
}

static void follow(Expected *expected, const PgmMigrationMention *mention, const char *id)
{
    if (is(mention, "create_table") || is(mention, "add_column") || is(mention, "create_view"))
    {
        expect(expected, mention->relation, mention->column, id);
    }
    else if (is(mention, "drop_table") && strcmp(mention->relation, "*") == 0)
    {
        g_hash_table_remove_all(expected->made);
    }
    else if (is(mention, "drop_table") || is(mention, "drop_view"))
    {
        forget(expected, mention->relation, NULL);
    }
    else if (is(mention, "drop_column") && mention->column != NULL)
    {
        forget(expected, mention->relation, mention->column);
    }
    else if (is(mention, "rename_table") && mention->new_name != NULL)
    {
        rename_relation(expected, mention->relation, mention->new_name);
    }
    else if (is(mention, "rename_column") && mention->new_name != NULL && mention->column != NULL)
    {
        g_autofree char *key = key_of(mention->relation, mention->column);
        if (g_hash_table_contains(expected->made, key))
        {
            expect(expected, mention->relation, mention->new_name, g_hash_table_lookup(expected->made, key));
        }
        forget(expected, mention->relation, mention->column);
    }
}

static GHashTable *expected_objects(const PgmRepository *repository, GHashTable *applied)
{
    Expected expected = {.made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        for (guint k = 0; g_hash_table_contains(applied, revision->id) && k < revision->mentions->len; k++)
        {
            follow(&expected, revision->mentions->pdata[k], revision->id);
        }
    }
    return expected.made;
}

static GPtrArray *relation_names(GHashTable *made)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, made);
    while (g_hash_table_iter_next(&iter, &key, NULL))
    {
        g_hash_table_add(seen, g_strndup(key, strcspn(key, "\n")));
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_iter_init(&iter, seen);
    while (g_hash_table_iter_next(&iter, &key, NULL))
    {
        g_ptr_array_add(names, g_strdup(key));
    }
    return names;
}

/* "f867c7e3d51c is applied, but table documents is absent"; columns of an absent table are not told one by one. */
static gboolean find_absent(PgmConnection *connection, GHashTable *made, GPtrArray *absent, GError **error)
{
    g_autoptr(GPtrArray) names = relation_names(made);
    if (names->len == 0)
    {
        return TRUE;
    }
    g_autoptr(GHashTable) found = pgm_relations_read(connection, names, error);
    if (found == NULL)
    {
        return FALSE;
    }
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(made), (GCompareFunc)strcmp);
    for (GList *item = keys; item != NULL; item = item->next)
    {
        g_auto(GStrv) parts = g_strsplit(item->data, "\n", 2);
        const PgmRelation *relation = g_hash_table_lookup(found, parts[0]);
        const char *id = g_hash_table_lookup(made, item->data);
        if (relation == NULL && parts[1] == NULL)
        {
            g_ptr_array_add(absent, g_strdup_printf("%s is applied, but table %s is absent", id, parts[0]));
        }
        else if (relation != NULL && parts[1] != NULL && !g_hash_table_contains(relation->columns, parts[1]))
        {
            g_ptr_array_add(absent,
                            g_strdup_printf("%s is applied, but column %s.%s is absent", id, parts[0], parts[1]));
        }
    }
    return TRUE;
}

/* Django's books hold the apps of installed packages too, Sqitch's other projects: only of what the repository has a
 * part can it be said that it lacks the rest. */
static gboolean is_its_business(const PgmRepository *repository, const char *id)
{
    const char *separator = strcmp(repository->kind, "django") == 0 ? "." : ":";
    if (strcmp(repository->kind, "django") != 0 && strcmp(repository->kind, "sqitch") != 0)
    {
        return TRUE;
    }
    gsize length = strcspn(id, separator) + 1;
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        if (strncmp(revision->id, id, length) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void find_unknown(const PgmMigrationBook *book, const PgmRepository *repository, GPtrArray *unknown)
{
    const GPtrArray *recorded = book->applied != NULL ? book->applied : book->heads;
    for (guint i = 0; i < recorded->len; i++)
    {
        const char *id = recorded->pdata[i];
        if (pgm_repository_revision(repository, id) == NULL && !contains(unknown, id) &&
            is_its_business(repository, id))
        {
            g_ptr_array_add(unknown, g_strdup(id));
        }
    }
}

gboolean pgm_migration_book_is_of(const PgmMigrationBook *book, const PgmRepository *repository)
{
    if (repository == NULL)
    {
        return FALSE;
    }
    /* A lone column `version` is Rails' or dbmate's; where Rails' other table is missing, the repository tells. */
    gboolean either = strcmp(book->framework, "dbmate") == 0 && strcmp(repository->kind, "rails") == 0;
    return either || strcmp(book->framework, repository->kind) == 0;
}

static int rank_of(const PgmMigrationBook *book, const PgmRepository *repository)
{
    if (pgm_migration_book_is_of(book, repository))
    {
        return 0;
    }
    return book->failed != NULL || book->locked_by != NULL || book->unreadable != NULL ? 1 : 2;
}

static int compare_books(gconstpointer a, gconstpointer b, gpointer repository)
{
    return rank_of(*(PgmMigrationBook *const *)a, repository) - rank_of(*(PgmMigrationBook *const *)b, repository);
}

void pgm_migration_order_books(GPtrArray *books, const PgmRepository *repository)
{
    g_ptr_array_sort_with_data(books, compare_books, (gpointer)(gsize)repository);
}

PgmMigrationState *pgm_migration_compare(PgmConnection *connection, const PgmMigrationBook *book,
                                         const PgmRepository *repository, GError **error)
{
    g_autoptr(PgmMigrationState) state = g_new0(PgmMigrationState, 1);
    state->unknown = g_ptr_array_new_with_free_func(g_free);
    state->absent = g_ptr_array_new_with_free_func(g_free);
    if (!pgm_migration_book_is_of(book, repository) || book->unreadable != NULL)
    {
        return g_steal_pointer(&state);
    }
    find_unknown(book, repository, state->unknown);
    g_autoptr(GHashTable) applied = applied_set(book, repository);
    /* heads that the repository does not know may stand behind any of its revisions: what is pending cannot be told */
    if (state->unknown->len == 0 || book->applied != NULL)
    {
        state->pending = g_ptr_array_new();
        for (guint i = 0; i < repository->revisions->len; i++)
        {
            PgmRevision *revision = repository->revisions->pdata[i];
            if (!g_hash_table_contains(applied, revision->id))
            {
                g_ptr_array_add(state->pending, revision);
            }
        }
    }
    g_autoptr(GHashTable) made = expected_objects(repository, applied);
    if (!find_absent(connection, made, state->absent, error))
    {
        return NULL;
    }
    return g_steal_pointer(&state);
}

void pgm_migration_state_free(PgmMigrationState *state)
{
    if (state == NULL)
    {
        return;
    }
    g_clear_pointer(&state->pending, g_ptr_array_unref);
    g_ptr_array_unref(state->unknown);
    g_ptr_array_unref(state->absent);
    g_free(state);
}
