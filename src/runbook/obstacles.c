/* obstacles.c - which statements of a migration this database would refuse, by its catalog. */
#include "runbook/case.h"

#include <string.h>

/* What stands where a statement begins: the database, and what the statements before it made of it. */
typedef struct
{
    PgmCase *c;
    GHashTable *live;    /* name → PgmRelation */
    GHashTable *made;    /* "table" or "table\ncolumn" → type ("" where not told) */
    GHashTable *dropped; /* the same keys */
    GPtrArray *obstacles;
    const char *revision;
    const PgmMigrationMention *mention;
    const PgmMigrationMention *statement; /* the mention that the statement begins with */
} World;

static void obstacle_free(gpointer data)
{
    PgmObstacle *obstacle = data;
    g_free(obstacle->statement);
    g_free(obstacle->what);
    g_free(obstacle->relation);
    g_free(obstacle->column);
    g_free(obstacle->type);
    g_free(obstacle->other);
    g_free(obstacle->referrer);
    g_free(obstacle);
}

/* One spelling for the table that migrations call "t" and "public.t". */
static char *key_of(const char *relation, const char *column)
{
    const char *name = g_str_has_prefix(relation, "public.") ? relation + strlen("public.") : relation;
    return column != NULL ? g_strconcat(name, "\n", column, NULL) : g_strdup(name);
}

static gboolean in_set(GHashTable *set, const char *relation, const char *column)
{
    g_autofree char *key = key_of(relation, column);
    return g_hash_table_contains(set, key);
}

static void make(World *w, const char *relation, const char *column, const char *type)
{
    g_autofree char *key = key_of(relation, column);
    g_hash_table_remove(w->dropped, key);
    g_hash_table_insert(w->made, g_steal_pointer(&key), g_strdup(type != NULL ? type : ""));
}

static void drop(World *w, const char *relation, const char *column)
{
    g_autofree char *key = key_of(relation, column);
    g_hash_table_remove(w->made, key);
    g_hash_table_add(w->dropped, g_steal_pointer(&key));
}

static gboolean relation_stands(const World *w, const char *relation)
{
    return in_set(w->made, relation, NULL) ||
           (g_hash_table_contains(w->live, relation) && !in_set(w->dropped, relation, NULL));
}

/* The type of a column that stands; "" where it is not known; NULL: it does not stand. */
static const char *column_type(const World *w, const char *relation, const char *column)
{
    g_autofree char *key = key_of(relation, column);
    const char *made = g_hash_table_lookup(w->made, key);
    if (made != NULL || in_set(w->dropped, relation, column))
    {
        return made;
    }
    const PgmRelation *live = g_hash_table_lookup(w->live, relation);
    const char *type =
        live != NULL && !in_set(w->dropped, relation, NULL) ? g_hash_table_lookup(live->columns, column) : NULL;
    /* a table made or renamed by the migration may have columns that its text does not tell */
    return type == NULL && live == NULL && in_set(w->made, relation, NULL) ? "" : type;
}

static PgmObstacle *obstruct(World *w, const char *sqlstate, const char *relation, const char *column, char *what)
{
    g_assert(w->statement != NULL); /* only a statement can be obstructed */
    for (guint i = 0; i < w->obstacles->len; i++)
    {
        const PgmObstacle *earlier = w->obstacles->pdata[i];
        if (earlier->line == w->statement->line && strcmp(earlier->sqlstate, sqlstate) == 0 &&
            strcmp(earlier->revision, w->revision) == 0 && strcmp(earlier->relation, relation) == 0 &&
            g_strcmp0(earlier->column, column) == 0)
        {
            g_free(what);
            return NULL;
        }
    }
    PgmObstacle *obstacle = g_new0(PgmObstacle, 1);
    g_strlcpy(obstacle->sqlstate, sqlstate, sizeof obstacle->sqlstate);
    obstacle->revision = w->revision;
    obstacle->line = w->statement->line;
    obstacle->statement = g_strdup_printf("%s %s", w->statement->operation, w->statement->relation);
    obstacle->relation = g_strdup(relation);
    obstacle->column = g_strdup(column);
    obstacle->what = what;
    g_ptr_array_add(w->obstacles, obstacle);
    return obstacle;
}

static gboolean needs_relation(World *w, const char *relation)
{
    gboolean system = g_str_has_prefix(relation, "pg_") || g_str_has_prefix(relation, "information_schema.");
    if (system || relation_stands(w, relation))
    {
        return TRUE;
    }
    obstruct(w, "42P01", relation, NULL, g_strdup_printf("%s does not exist in this database", relation));
    return FALSE;
}

static void needs_column(World *w, const char *relation, const char *column)
{
    if (needs_relation(w, relation) && column != NULL && column_type(w, relation, column) == NULL)
    {
        obstruct(w, "42703", relation, column, g_strdup_printf("%s has no column %s here", relation, column));
    }
}

static gboolean comparable(World *w, const char *from, const char *to)
{
    gboolean result = TRUE;
    g_autoptr(GError) problem = NULL;
    if (from[0] == '\0' || to[0] == '\0' || strcmp(from, to) == 0)
    {
        return TRUE;
    }
    if (!pgm_relations_comparable(w->c->connection, from, to, &result, &problem))
    {
        pgm_case_evidence(w->c, "catalog: types %s and %s could not be compared: %s", from, to, problem->message);
        return TRUE;
    }
    return result;
}

static void check_reference(World *w)
{
    const PgmMigrationMention *m = w->mention;
    if (!needs_relation(w, m->relation) || m->column == NULL)
    {
        return;
    }
    const char *target = column_type(w, m->relation, m->column);
    if (target == NULL)
    {
        obstruct(w, "42703", m->relation, m->column,
                 g_strdup_printf("%s has no column %s here", m->relation, m->column));
        return;
    }
    const char *dot = m->referrer != NULL ? strrchr(m->referrer, '.') : NULL;
    if (dot == NULL)
    {
        return;
    }
    g_autofree char *relation = g_strndup(m->referrer, (gsize)(dot - m->referrer));
    const char *source = column_type(w, relation, dot + 1);
    if (source == NULL || comparable(w, source, target))
    {
        return;
    }
    PgmObstacle *obstacle = obstruct(w, "42804", m->relation, m->column,
                                     g_strdup_printf("%s is %s and references %s.%s, which is %s here", m->referrer,
                                                     source, m->relation, m->column, target));
    if (obstacle != NULL)
    {
        obstacle->type = g_strdup(source);
        obstacle->other = g_strdup(target);
        obstacle->referrer = g_strdup(m->referrer);
    }
}

static gboolean is(const World *w, const char *operation)
{
    return strcmp(w->mention->operation, operation) == 0;
}

static void check_create(World *w)
{
    const PgmMigrationMention *m = w->mention;
    if (m->column == NULL && relation_stands(w, m->relation) && !m->guarded && !is(w, "create_view"))
    {
        obstruct(w, "42P07", m->relation, NULL, g_strdup_printf("%s exists already in this database", m->relation));
    }
    /* a guarded one leaves what stands as it is */
    if (!(m->guarded && g_hash_table_contains(w->live, m->relation)))
    {
        make(w, m->relation, m->column, m->type);
    }
}

static void check_add_column(World *w)
{
    const PgmMigrationMention *m = w->mention;
    if (!needs_relation(w, m->relation) || m->column == NULL)
    {
        return;
    }
    const char *type = column_type(w, m->relation, m->column);
    if (type != NULL && type[0] != '\0' && !m->guarded)
    {
        obstruct(w, "42701", m->relation, m->column,
                 g_strdup_printf("%s has a column %s already", m->relation, m->column));
    }
    make(w, m->relation, m->column, m->type);
}

static void check_mention(World *w)
{
    const PgmMigrationMention *m = w->mention;
    if (is(w, "create_table") || is(w, "create_view"))
    {
        check_create(w);
    }
    else if (is(w, "add_column"))
    {
        check_add_column(w);
    }
    else if (is(w, "references"))
    {
        check_reference(w);
    }
    else if (is(w, "drop_table") || is(w, "drop_view"))
    {
        if (m->guarded || needs_relation(w, m->relation))
        {
            drop(w, m->relation, NULL);
        }
    }
    else if (is(w, "drop_column") && m->guarded)
    {
        drop(w, m->relation, m->column);
    }
    else
    {
        needs_column(w, m->relation, m->column);
        if (is(w, "drop_column"))
        {
            drop(w, m->relation, m->column);
        }
        else if (m->new_name != NULL && is(w, "rename_table"))
        {
            drop(w, m->relation, NULL);
            make(w, m->new_name, NULL, NULL);
        }
        else if (m->new_name != NULL && is(w, "rename_column"))
        {
            g_autofree char *type = g_strdup(column_type(w, m->relation, m->column));
            drop(w, m->relation, m->column);
            make(w, m->relation, m->new_name, type);
        }
        else if (m->type != NULL && is(w, "alter_column"))
        {
            make(w, m->relation, m->column, m->type);
        }
    }
}

/* Columns and references of one CREATE TABLE stand on lines of their own: they belong to its first mention. */
static gboolean begins_statement(const World *w, const PgmMigrationMention *m)
{
    if (w->statement == NULL || m->line < w->statement->line)
    {
        return TRUE;
    }
    if (m->line == w->statement->line)
    {
        return FALSE;
    }
    gboolean part = strcmp(w->statement->operation, "create_table") == 0 &&
                    ((strcmp(m->operation, "create_table") == 0 && m->column != NULL &&
                      strcmp(m->relation, w->statement->relation) == 0) ||
                     (strcmp(m->operation, "references") == 0 && m->referrer != NULL &&
                      g_str_has_prefix(m->referrer, w->statement->relation)));
    return !part;
}

static void check_mentions(World *w, const GPtrArray *mentions)
{
    w->statement = NULL;
    for (guint i = 0; i < mentions->len; i++)
    {
        w->mention = mentions->pdata[i];
        if (begins_statement(w, w->mention))
        {
            w->statement = w->mention;
        }
        check_mention(w);
    }
}

static void collect_names(const GPtrArray *mentions, GPtrArray *names)
{
    for (guint i = 0; i < mentions->len; i++)
    {
        const PgmMigrationMention *m = mentions->pdata[i];
        g_ptr_array_add(names, g_strdup(m->relation));
        const char *dot = m->referrer != NULL ? strrchr(m->referrer, '.') : NULL;
        if (dot != NULL)
        {
            g_ptr_array_add(names, g_strndup(m->referrer, (gsize)(dot - m->referrer)));
        }
    }
}

static gboolean world_open(World *w, PgmCase *c, GPtrArray *names, GPtrArray *obstacles)
{
    g_autoptr(GError) problem = NULL;
    *w = (World){.c = c, .obstacles = obstacles, .revision = ""};
    w->live = c->connection != NULL ? pgm_relations_read(c->connection, names, &problem) : NULL;
    if (w->live == NULL)
    {
        if (problem != NULL)
        {
            pgm_case_evidence(c, "catalog: it could not be read: %s", problem->message);
        }
        return FALSE;
    }
    w->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    w->dropped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return TRUE;
}

static void world_close(World *w)
{
    g_hash_table_unref(w->live);
    g_hash_table_unref(w->made);
    g_hash_table_unref(w->dropped);
}

GPtrArray *pgm_case_obstacles(PgmCase *c, const GPtrArray *revisions)
{
    GPtrArray *obstacles = g_ptr_array_new_with_free_func(obstacle_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < revisions->len; i++)
    {
        collect_names(((const PgmRevision *)revisions->pdata[i])->mentions, names);
    }
    World world;
    if (!world_open(&world, c, names, obstacles))
    {
        return obstacles;
    }
    for (guint i = 0; i < revisions->len; i++)
    {
        const PgmRevision *revision = revisions->pdata[i];
        world.revision = revision->id;
        check_mentions(&world, revision->mentions);
    }
    world_close(&world);
    return obstacles;
}

GPtrArray *pgm_case_statement_obstacles(PgmCase *c, const GPtrArray *mentions)
{
    GPtrArray *obstacles = g_ptr_array_new_with_free_func(obstacle_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    collect_names(mentions, names);
    World world;
    if (world_open(&world, c, names, obstacles))
    {
        check_mentions(&world, mentions);
        world_close(&world);
    }
    return obstacles;
}

/* With one transaction for all, what the revisions before the failing one made is gone too: they count from the first
 * pending one. */
GPtrArray *pgm_case_revisions(const PgmCase *c)
{
    GPtrArray *revisions = g_ptr_array_new();
    const GPtrArray *pending = c->state != NULL ? c->state->pending : NULL;
    gboolean among = FALSE;
    for (guint i = 0; pending != NULL && i < pending->len && !among; i++)
    {
        g_ptr_array_add(revisions, pending->pdata[i]);
        among = pending->pdata[i] == c->revision;
    }
    if (!among && c->diagnosis->revision_to != NULL)
    {
        g_ptr_array_set_size(revisions, 0);
    }
    if (!among && c->revision != NULL)
    {
        g_ptr_array_set_size(revisions, 0);
        g_ptr_array_add(revisions, (gpointer)(gsize)c->revision);
    }
    return revisions;
}

gboolean pgm_case_said_before(const GPtrArray *obstacles, guint i)
{
    const PgmObstacle *obstacle = obstacles->pdata[i];
    for (guint k = 0; k < i; k++)
    {
        if (strcmp(((PgmObstacle *)obstacles->pdata[k])->what, obstacle->what) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}
