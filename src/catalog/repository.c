/* repository.c - the graph of a repository's revisions, whatever framework wrote them. */
#include "catalog/revision.h"
#include "pgmedic/outline.h"

#include <string.h>

static void mention_free(gpointer data)
{
    PgmMigrationMention *mention = data;
    g_free(mention->relation);
    g_free(mention->column);
    g_free(mention->operation);
    g_free(mention->type);
    g_free(mention->referrer);
    g_free(mention->new_name);
    g_free(mention);
}

static void revision_free(gpointer data)
{
    PgmRevision *revision = data;
    g_free(revision->id);
    g_free(revision->message);
    g_free(revision->file);
    g_ptr_array_unref(revision->down);
    g_ptr_array_unref(revision->depends);
    g_ptr_array_unref(revision->labels);
    g_ptr_array_unref(revision->mentions);
    g_free(revision);
}

PgmRevision *pgm_revision_new(const char *id, const char *file)
{
    PgmRevision *revision = g_new0(PgmRevision, 1);
    revision->id = g_strdup(id);
    revision->message = g_strdup(id);
    revision->file = g_strdup(file);
    revision->down = g_ptr_array_new_with_free_func(g_free);
    revision->depends = g_ptr_array_new_with_free_func(g_free);
    revision->labels = g_ptr_array_new_with_free_func(g_free);
    revision->mentions = g_ptr_array_new_with_free_func(mention_free);
    return revision;
}

PgmMigrationMention *pgm_revision_mention(PgmRevision *revision, const char *operation, const char *relation,
                                          const char *column, int line)
{
    if (relation == NULL || relation[0] == '\0')
    {
        return NULL;
    }
    PgmMigrationMention *mention = g_new0(PgmMigrationMention, 1);
    mention->operation = g_strdup(operation);
    mention->relation = g_strdup(relation);
    mention->column = g_strdup(column);
    mention->line = line;
    g_ptr_array_add(revision->mentions, mention);
    return mention;
}

static PgmMigrationMention *mention_from(const PgmOutline *outline, int line)
{
    PgmMigrationMention *mention = g_new0(PgmMigrationMention, 1);
    mention->operation = g_strdup(outline->operation);
    mention->relation = g_strdup(outline->relation);
    mention->column = g_strdup(outline->column);
    mention->type = g_strdup(outline->type);
    mention->referrer = g_strdup(outline->referrer);
    mention->new_name = g_strdup(outline->new_name);
    mention->guarded = outline->guarded;
    mention->line = line + outline->line - 1;
    return mention;
}

static void outline_into(GPtrArray *mentions, const char *sql, int line)
{
    g_autoptr(GPtrArray) found = pgm_outline_sql(sql);
    for (guint i = 0; i < found->len; i++)
    {
        g_ptr_array_add(mentions, mention_from(found->pdata[i], line));
    }
}

void pgm_revision_outline(PgmRevision *revision, const char *sql, int line)
{
    outline_into(revision->mentions, sql, line);
}

GPtrArray *pgm_migration_mentions(const char *sql, int line)
{
    GPtrArray *mentions = g_ptr_array_new_with_free_func(mention_free);
    outline_into(mentions, sql, line);
    return mentions;
}

void pgm_repository_problem(PgmRepository *repository, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(repository->problems, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

const PgmRevision *pgm_repository_revision(const PgmRepository *repository, const char *id)
{
    for (guint i = 0; id != NULL && i < repository->revisions->len; i++)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        if (strcmp(revision->id, id) == 0)
        {
            return revision;
        }
    }
    return NULL;
}

void pgm_repository_chain(PgmRepository *repository, char separator)
{
    for (guint i = 1; i < repository->revisions->len; i++)
    {
        PgmRevision *revision = repository->revisions->pdata[i];
        const PgmRevision *before = repository->revisions->pdata[i - 1];
        const char *end = separator != '\0' ? strchr(revision->id, separator) : NULL;
        if (end == NULL || strncmp(revision->id, before->id, (gsize)(end - revision->id) + 1) == 0)
        {
            g_ptr_array_add(revision->down, g_strdup(before->id));
        }
    }
}

/* The id that REFERENCE means: an id, a branch label, or the beginning of exactly one id. NULL: none. */
static const char *resolve(const PgmRepository *repository, GHashTable *by_id, const char *reference)
{
    const PgmRevision *exact = g_hash_table_lookup(by_id, reference);
    if (exact != NULL)
    {
        return exact->id;
    }
    const char *begun = NULL;
    guint matches = 0;
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        if (g_ptr_array_find_with_equal_func(revision->labels, reference, g_str_equal, NULL))
        {
            return revision->id;
        }
        if (strlen(reference) >= 4 && g_str_has_prefix(revision->id, reference))
        {
            begun = revision->id;
            matches++;
        }
    }
    return matches == 1 ? begun : NULL;
}

static void resolve_all(PgmRepository *repository, GHashTable *by_id, PgmRevision *revision, GPtrArray *references)
{
    for (guint i = 0; i < references->len; i++)
    {
        const char *id = resolve(repository, by_id, references->pdata[i]);
        if (id == NULL)
        {
            pgm_repository_problem(repository, "%s builds on %s, which no file in the repository defines", revision->id,
                                   (const char *)references->pdata[i]);
        }
        else if (strcmp(id, references->pdata[i]) != 0)
        {
            g_free(references->pdata[i]);
            references->pdata[i] = g_strdup(id);
        }
    }
}

static GHashTable *index_revisions(PgmRepository *repository)
{
    GHashTable *by_id = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < repository->revisions->len;)
    {
        PgmRevision *revision = repository->revisions->pdata[i];
        const PgmRevision *earlier = g_hash_table_lookup(by_id, revision->id);
        if (earlier != NULL)
        {
            pgm_repository_problem(repository, "%s and %s both define revision %s; the first one counts", earlier->file,
                                   revision->file, revision->id);
            g_ptr_array_remove_index(repository->revisions, i);
            continue;
        }
        g_hash_table_insert(by_id, revision->id, revision);
        i++;
    }
    return by_id;
}

/* A head: no revision has it as its down_revision. depends_on does not make a line of history. */
static void find_heads(PgmRepository *repository)
{
    g_autoptr(GHashTable) built_on = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        for (guint k = 0; k < revision->down->len; k++)
        {
            if (!g_ptr_array_find_with_equal_func(revision->depends, revision->down->pdata[k], g_str_equal, NULL))
            {
                g_hash_table_add(built_on, revision->down->pdata[k]);
            }
        }
    }
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        const PgmRevision *revision = repository->revisions->pdata[i];
        if (!g_hash_table_contains(built_on, revision->id))
        {
            g_ptr_array_add(repository->heads, g_strdup(revision->id));
        }
    }
}

/* A revision whose parents are all placed (or are not in the repository) may be placed. */
static gboolean placeable(GHashTable *by_id, GHashTable *placed, const PgmRevision *revision)
{
    for (guint i = 0; i < revision->down->len; i++)
    {
        if (g_hash_table_contains(by_id, revision->down->pdata[i]) &&
            !g_hash_table_contains(placed, revision->down->pdata[i]))
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* Parents before children (Kahn's way: children wait on a count of parents); files' order where it is free. */
static void order(PgmRepository *repository, GHashTable *by_id)
{
    g_autoptr(GHashTable) placed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) children =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    GPtrArray *ordered = g_ptr_array_new_with_free_func(revision_free);
    g_autoptr(GPtrArray) ready = g_ptr_array_new();
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        PgmRevision *revision = repository->revisions->pdata[i];
        for (guint k = 0; k < revision->down->len; k++)
        {
            GPtrArray *list = g_hash_table_lookup(children, revision->down->pdata[k]);
            if (list == NULL)
            {
                list = g_ptr_array_new();
                g_hash_table_insert(children, revision->down->pdata[k], list);
            }
            g_ptr_array_add(list, revision);
        }
        if (placeable(by_id, placed, revision))
        {
            g_ptr_array_add(ready, revision);
        }
    }
    for (guint i = 0; i < ready->len; i++)
    {
        PgmRevision *revision = ready->pdata[i];
        if (!g_hash_table_add(placed, revision->id))
        {
            continue;
        }
        g_ptr_array_add(ordered, revision);
        GPtrArray *next = g_hash_table_lookup(children, revision->id);
        for (guint k = 0; next != NULL && k < next->len; k++)
        {
            if (placeable(by_id, placed, next->pdata[k]))
            {
                g_ptr_array_add(ready, next->pdata[k]);
            }
        }
    }
    g_ptr_array_set_free_func(repository->revisions, NULL);
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        PgmRevision *revision = repository->revisions->pdata[i];
        if (!g_hash_table_contains(placed, revision->id))
        {
            pgm_repository_problem(repository, "revision %s stands in or behind a cycle: its order is not known",
                                   revision->id);
            g_ptr_array_add(ordered, revision);
        }
    }
    g_ptr_array_unref(repository->revisions);
    repository->revisions = ordered;
}

static void connect_graph(PgmRepository *repository)
{
    g_autoptr(GHashTable) by_id = index_revisions(repository);
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        PgmRevision *revision = repository->revisions->pdata[i];
        resolve_all(repository, by_id, revision, revision->down);
        resolve_all(repository, by_id, revision, revision->depends);
        for (guint k = 0; k < revision->depends->len; k++)
        {
            g_ptr_array_add(revision->down, g_strdup(revision->depends->pdata[k]));
        }
    }
    order(repository, by_id);
    find_heads(repository);
}

PgmRepository *pgm_repository_load(const char *kind, const char *path, GError **error)
{
    g_autoptr(PgmRepository) repository = g_new0(PgmRepository, 1);
    repository->kind = g_strdup(kind != NULL ? kind : "alembic");
    repository->path = g_strdup(path);
    repository->revisions = g_ptr_array_new_with_free_func(revision_free);
    repository->heads = g_ptr_array_new_with_free_func(g_free);
    repository->problems = g_ptr_array_new_with_free_func(g_free);
    static const struct
    {
        const char *kind;
        gboolean (*read)(PgmRepository *repository, const char *path, GError **error);
    } readers[] = {{"alembic", pgm_alembic_read}, {"sqitch", pgm_sqitch_read}, {"drizzle", pgm_drizzle_read}};
    for (guint i = 0; i < G_N_ELEMENTS(readers); i++)
    {
        if (strcmp(repository->kind, readers[i].kind) == 0)
        {
            if (!readers[i].read(repository, path, error))
            {
                return NULL;
            }
            connect_graph(repository);
            return g_steal_pointer(&repository);
        }
    }
    if (!pgm_numbered_read(repository, repository->kind, path, error))
    {
        return NULL;
    }
    connect_graph(repository);
    return g_steal_pointer(&repository);
}

void pgm_repository_free(PgmRepository *repository)
{
    if (repository == NULL)
    {
        return;
    }
    g_free(repository->kind);
    g_free(repository->path);
    g_ptr_array_unref(repository->revisions);
    g_ptr_array_unref(repository->heads);
    g_ptr_array_unref(repository->problems);
    g_free(repository);
}
