/* case_missing.c - a relation that the migration names and this database lacks. */
#include "runbook/case.h"

#include <string.h>

static gboolean same_relation(const char *a, const char *b)
{
    const char *left = g_str_has_prefix(a, "public.") ? a + strlen("public.") : a;
    const char *right = g_str_has_prefix(b, "public.") ? b + strlen("public.") : b;
    return strcmp(left, right) == 0;
}

/* The first revision that creates RELATION, or renames another to it; NULL: none in the repository. */
static const PgmRevision *creator(const PgmCase *c, const char *relation)
{
    for (guint i = 0; c->repository != NULL && i < c->repository->revisions->len; i++)
    {
        const PgmRevision *revision = c->repository->revisions->pdata[i];
        for (guint k = 0; k < revision->mentions->len; k++)
        {
            const PgmMigrationMention *m = revision->mentions->pdata[k];
            gboolean creates = strcmp(m->operation, "create_table") == 0 || strcmp(m->operation, "create_view") == 0;
            gboolean renames = strcmp(m->operation, "rename_table") == 0 && m->new_name != NULL;
            if ((creates && m->column == NULL && same_relation(m->relation, relation)) ||
                (renames && same_relation(m->new_name, relation)))
            {
                return revision;
            }
        }
    }
    return NULL;
}

static PgmMissingRelation *find_missing(const PgmCase *c, const char *relation)
{
    for (guint i = 0; i < c->diagnosis->missing->len; i++)
    {
        PgmMissingRelation *missing = c->diagnosis->missing->pdata[i];
        if (same_relation(missing->relation, relation))
        {
            return missing;
        }
    }
    return NULL;
}

/* Adds a relation, or one more place that names it. */
static void note_missing(PgmCase *c, const char *relation, const char *place)
{
    PgmMissingRelation *missing = find_missing(c, relation);
    if (missing != NULL)
    {
        char *both = missing->named_in != NULL && place != NULL && strstr(missing->named_in, place) == NULL
                         ? g_strconcat(missing->named_in, ", ", place, NULL)
                         : g_strdup(missing->named_in != NULL ? missing->named_in : place);
        g_free(missing->named_in);
        missing->named_in = both;
        return;
    }
    missing = g_new0(PgmMissingRelation, 1);
    missing->relation = g_strdup(relation);
    missing->named_in = g_strdup(place);
    const PgmRevision *revision = creator(c, relation);
    missing->created_by = revision != NULL ? g_strdup(revision->id) : NULL;
    g_ptr_array_add(c->diagnosis->missing, missing);
}

static void collect(PgmCase *c, const GPtrArray *obstacles)
{
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        if (strcmp(obstacle->sqlstate, "42P01") != 0)
        {
            continue;
        }
        g_autofree char *operation = g_strndup(obstacle->statement, strcspn(obstacle->statement, " "));
        g_autofree char *place = obstacle->revision[0] != '\0'
                                     ? g_strdup_printf("%s line %d: %s", obstacle->revision, obstacle->line, operation)
                                     : g_strdup_printf("the log's statement: %s", operation);
        note_missing(c, obstacle->relation, place);
    }
}

/* The relation that the message names: between its first quotes. NULL: none. */
static char *named_relation(const char *message)
{
    const char *begin = message != NULL ? strchr(message, '"') : NULL;
    const char *end = begin != NULL ? strchr(begin + 1, '"') : NULL;
    return end != NULL ? g_strndup(begin + 1, (gsize)(end - begin) - 1) : NULL;
}

typedef enum
{
    STANDING_UNKNOWN, /* books or repository cannot tell */
    STANDING_APPLIED,
    STANDING_PENDING,
} Standing;

static Standing standing_of(const PgmCase *c, const char *id)
{
    if (c->state == NULL || c->state->pending == NULL)
    {
        return STANDING_UNKNOWN;
    }
    for (guint i = 0; i < c->state->pending->len; i++)
    {
        if (strcmp(((const PgmRevision *)c->state->pending->pdata[i])->id, id) == 0)
        {
            return STANDING_PENDING;
        }
    }
    return STANDING_APPLIED;
}

static gboolean comes_before(const PgmCase *c, const char *id)
{
    for (guint i = 0; c->revision != NULL && i < c->repository->revisions->len; i++)
    {
        const PgmRevision *revision = c->repository->revisions->pdata[i];
        if (revision == c->revision || strcmp(revision->id, id) == 0)
        {
            return revision != c->revision;
        }
    }
    return FALSE;
}

static void advise_created(PgmCase *c, const PgmMissingRelation *missing)
{
    switch (standing_of(c, missing->created_by))
    {
    case STANDING_APPLIED:
        pgm_case_evidence(c, "repository and books: %s creates %s, and the books say that it is applied",
                          missing->created_by, missing->relation);
        pgm_case_next(c,
                      "The books and the schema disagree: %s is recorded as applied, yet its table %s is absent. Find "
                      "out whether it was dropped by hand or %s was only stamped; stamp-head corrects the books, "
                      "running the revision's statements by hand corrects the schema.",
                      missing->created_by, missing->relation, missing->created_by);
        break;
    case STANDING_PENDING:
        pgm_case_evidence(c, "repository and books: %s creates %s, and is still pending", missing->created_by,
                          missing->relation);
        pgm_case_next(c,
                      comes_before(c, missing->created_by)
                          ? "Apply %s first: it creates %s and stands before this one."
                          : "%s creates %s, but only later or on another branch: give the failing revision "
                            "depends_on, or reorder them.",
                      missing->created_by, missing->relation);
        break;
    case STANDING_UNKNOWN:
        pgm_case_evidence(c, "repository: %s creates %s; whether it is applied is not known", missing->created_by,
                          missing->relation);
        pgm_case_next(c, "See whether %s, which creates %s, was applied here.", missing->created_by, missing->relation);
        break;
    }
}

static void advise_uncreated(PgmCase *c, const PgmMissingRelation *missing)
{
    const char *relation = missing->relation;
    const char *place = missing->named_in != NULL ? missing->named_in : "the statement";
    if (c->repository != NULL)
    {
        pgm_case_evidence(c, "repository: none of its %u revisions creates %s", c->repository->revisions->len,
                          relation);
        pgm_case_next(
            c,
            "Find out where %s comes from: no revision creates it, so wherever it exists it was made by hand, "
            "or from the models (create_all).",
            relation);
    }
    pgm_case_next(c, "If this database is not meant to have %s: take the statements out of the migration (%s).",
                  relation, place);
    pgm_case_next(c,
                  "If only some databases have it: guard the statements by a look at the catalog, not by catching the "
                  "error (without a savepoint a caught error still aborts the transaction): "
                  "if sa.inspect(op.get_bind()).has_table(\"%s\"): …",
                  relation);
    pgm_case_next(c, "If it belongs here: write a revision that creates %s, and put it before this one.", relation);
}

static void advise(PgmCase *c)
{
    for (guint i = 0; i < c->diagnosis->missing->len; i++)
    {
        const PgmMissingRelation *missing = c->diagnosis->missing->pdata[i];
        if (missing->named_in != NULL)
        {
            pgm_case_evidence(c, "%s: %s is named in %s",
                              g_str_has_prefix(missing->named_in, "the log") ? "log" : "repository", missing->relation,
                              missing->named_in);
        }
        missing->created_by != NULL ? advise_created(c, missing) : advise_uncreated(c, missing);
    }
}

static void conclude(PgmCase *c, const char *relation)
{
    g_autofree char *subject = pgm_case_subject(c);
    const PgmMissingRelation *first = find_missing(c, relation);
    const char *created = first != NULL ? first->created_by : NULL;
    g_autofree char *origin = created != NULL         ? g_strdup_printf("revision %s creates it", created)
                              : c->repository != NULL ? g_strdup("no revision in the repository creates it")
                                                      : g_strdup("which revision creates it is not known without the "
                                                                 "repository");
    pgm_case_headline(c, "%s does not exist in this database, but %s names it; %s", relation, subject, origin);
    pgm_case_explain(c, "%s was written for a database that has %s.", subject, relation);
    c->diagnosis->explanation[0] = g_ascii_toupper(c->diagnosis->explanation[0]);
    guint others = c->diagnosis->missing->len > 0 ? c->diagnosis->missing->len - 1 : 0;
    if (others > 0)
    {
        g_autoptr(GString) names = g_string_new(NULL);
        for (guint i = 0; i < c->diagnosis->missing->len; i++)
        {
            const PgmMissingRelation *missing = c->diagnosis->missing->pdata[i];
            if (missing != first)
            {
                g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", missing->relation);
            }
        }
        pgm_case_explain(c, "It is not the only one: %s %s missing too, and would fail next.", names->str,
                         others == 1 ? "is" : "are");
    }
}

/* What else would fail: told, so that one deploy finds all of it. */
static void tell_others(PgmCase *c, const GPtrArray *obstacles)
{
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        if (strcmp(obstacle->sqlstate, "42P01") != 0)
        {
            pgm_case_evidence(c, "repository and catalog: %s line %d (%s) would fail as well: %s", obstacle->revision,
                              obstacle->line, obstacle->statement, obstacle->what);
        }
        if (strcmp(obstacle->sqlstate, "42804") == 0)
        {
            PgmLogError *error = pgm_case_mismatch_error(obstacle);
            pgm_case_suggest(c, error, "it mends what would fail as well", obstacle->relation);
            pgm_log_error_free(error);
        }
    }
}

static gboolean exists_now(PgmCase *c, const char *relation)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (gpointer)(gsize)relation);
    g_autoptr(GHashTable) found = c->connection != NULL ? pgm_relations_read(c->connection, names, NULL) : NULL;
    if (found != NULL)
    {
        const PgmRelation *live = g_hash_table_lookup(found, relation);
        pgm_case_evidence(c,
                          live != NULL ? "catalog: %s exists now, in schema %s" : "catalog: %s is in no schema here%s",
                          relation, live != NULL ? live->schema : "");
    }
    return found != NULL && g_hash_table_contains(found, relation);
}

/* The relation that the log names comes before those found besides. */
static void put_first(PgmCase *c, const char *relation)
{
    guint at;
    PgmMissingRelation *missing = find_missing(c, relation);
    if (missing != NULL && g_ptr_array_find(c->diagnosis->missing, missing, &at))
    {
        g_ptr_array_insert(c->diagnosis->missing, 0, g_ptr_array_steal_index(c->diagnosis->missing, at));
    }
}

gboolean pgm_case_missing_relation(PgmCase *c)
{
    const PgmLogError *error = c->record->error;
    g_autofree char *relation = named_relation(error->message);
    if (relation == NULL)
    {
        return FALSE;
    }
    gboolean present = exists_now(c, relation);
    g_autoptr(GPtrArray) revisions = pgm_case_revisions(c);
    g_autoptr(GPtrArray) obstacles = pgm_case_obstacles(c, revisions);
    collect(c, obstacles);
    if (obstacles->len == 0 && error->statement != NULL)
    {
        g_autoptr(GPtrArray) mentions = pgm_migration_mentions(error->statement, 1);
        g_autoptr(GPtrArray) stated = pgm_case_statement_obstacles(c, mentions);
        collect(c, stated);
    }
    if (find_missing(c, relation) == NULL && !present)
    {
        note_missing(c, relation, error->source);
    }
    put_first(c, relation);
    pgm_case_fact(c, "relation", relation);
    if (present)
    {
        pgm_case_headline(c, "%s did not exist when the log was written; it exists now", relation);
        pgm_case_explain(c, "Either it was created since, or the failing session looked in another schema or another "
                            "database.");
        pgm_case_next(c, "Compare the session's search_path and database with this one; then run the migration again.");
        pgm_case_mended(c, obstacles);
        advise(c);
        return TRUE;
    }
    conclude(c, relation);
    advise(c);
    pgm_case_suggest(c, error, PGM_FITS_ERROR, relation);
    tell_others(c, obstacles);
    return TRUE;
}
