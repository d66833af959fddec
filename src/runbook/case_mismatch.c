/* case_mismatch.c - a foreign key whose two ends are of different types. */
#include "runbook/case.h"

#include <string.h>

PgmLogError *pgm_case_mismatch_error(const PgmObstacle *obstacle)
{
    const char *dot = strrchr(obstacle->referrer, '.');
    g_autofree char *relation = g_strndup(obstacle->referrer, (gsize)(dot - obstacle->referrer));
    const char *bare = strrchr(relation, '.') != NULL ? strrchr(relation, '.') + 1 : relation;
    /* PostgreSQL names types without their length here */
    g_autofree char *from = g_strndup(obstacle->type, strcspn(obstacle->type, "("));
    g_autofree char *to = g_strndup(obstacle->other, strcspn(obstacle->other, "("));
    PgmLogError *error = pgm_log_error_new("42804", NULL);
    error->message = g_strdup_printf("foreign key constraint \"%s_%s_fkey\" cannot be implemented", bare, dot + 1);
    error->detail = g_strdup_printf("Key columns \"%s\" and \"%s\" are of incompatible types: %s and %s.", dot + 1,
                                    obstacle->column, from, to);
    return error;
}

/* The two columns and types that the log's DETAIL names (its wording changed in 18). */
typedef struct
{
    char *from_column, *to_column, *from_type, *to_type;
} Told;

static gboolean read_detail(const char *detail, Told *told)
{
    g_autoptr(GRegex) pattern = g_regex_new("[Kk]ey columns \"([^\"]+)\".*? and \"([^\"]+)\".* incompatible types: "
                                            "(.+) and (.+?)\\.?$",
                                            0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (detail == NULL || !g_regex_match(pattern, detail, 0, &match))
    {
        return FALSE;
    }
    told->from_column = g_match_info_fetch(match, 1);
    told->to_column = g_match_info_fetch(match, 2);
    told->from_type = g_match_info_fetch(match, 3);
    told->to_type = g_match_info_fetch(match, 4);
    return TRUE;
}

static void told_clear(Told *told)
{
    g_free(told->from_column);
    g_free(told->to_column);
    g_free(told->from_type);
    g_free(told->to_type);
}

static gboolean ends_with_column(const char *qualified, const char *column)
{
    const char *dot = qualified != NULL ? strrchr(qualified, '.') : NULL;
    return dot != NULL && strcmp(dot + 1, column) == 0;
}

/* The reference that the log means, in its statement or else in the revision; NULL: not found. */
static const PgmMigrationMention *find_reference(const GPtrArray *mentions, const Told *told, const char *message)
{
    const PgmMigrationMention *found = NULL;
    for (guint i = 0; mentions != NULL && i < mentions->len; i++)
    {
        const PgmMigrationMention *m = mentions->pdata[i];
        gboolean columns =
            told->from_column == NULL || (ends_with_column(m->referrer, told->from_column) &&
                                          (m->column == NULL || strcmp(m->column, told->to_column) == 0));
        if (strcmp(m->operation, "references") != 0 || m->referrer == NULL || !columns)
        {
            continue;
        }
        g_autofree char *constraint = g_strdelimit(g_strdup(m->referrer), ".", '_');
        if (found == NULL || (message != NULL && strstr(message, constraint) != NULL))
        {
            found = m;
        }
    }
    return found;
}

static const char *mentioned_type(const GPtrArray *mentions, const char *qualified)
{
    for (guint i = 0; mentions != NULL && qualified != NULL && i < mentions->len; i++)
    {
        const PgmMigrationMention *m = mentions->pdata[i];
        g_autofree char *name = m->column != NULL ? g_strconcat(m->relation, ".", m->column, NULL) : NULL;
        if (m->type != NULL && g_strcmp0(name, qualified) == 0)
        {
            return m->type;
        }
    }
    return NULL;
}

/* RELATION.COLUMN's type and who references it, from the catalog. NULL: no database, or it is not there. */
static char *look_at_key(PgmCase *c, const char *relation, const char *column)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (gpointer)(gsize)relation);
    g_autoptr(GHashTable) found = c->connection != NULL ? pgm_relations_read(c->connection, names, &problem) : NULL;
    const PgmRelation *live = found != NULL ? g_hash_table_lookup(found, relation) : NULL;
    if (live == NULL)
    {
        if (c->connection != NULL)
        {
            pgm_case_evidence(c, "catalog: %s %s", relation,
                              problem != NULL ? problem->message : "does not exist in this database");
        }
        return NULL;
    }
    char *type = g_strdup(g_hash_table_lookup(live->columns, column));
    pgm_case_evidence(c, "catalog: %s.%s is %s", relation, column, type != NULL ? type : "absent");
    const char *bare = strrchr(relation, '.') != NULL ? strrchr(relation, '.') + 1 : relation;
    g_autoptr(GPtrArray) references = pgm_relations_references(c->connection, live->schema, bare, column, &problem);
    for (guint i = 0; references != NULL && i < references->len; i++)
    {
        pgm_case_evidence(c, "catalog: it is referenced by %s", (const char *)references->pdata[i]);
    }
    return type;
}

/* What else of the migration this database would refuse, once this is mended. */
static void tell_others(PgmCase *c, const char *relation)
{
    g_autoptr(GPtrArray) revisions = pgm_case_revisions(c);
    g_autoptr(GPtrArray) obstacles = pgm_case_obstacles(c, revisions);
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        gboolean same = strcmp(obstacle->sqlstate, "42804") == 0 && strcmp(obstacle->relation, relation) == 0;
        if (!same)
        {
            pgm_case_evidence(c, "repository and catalog: %s line %d (%s) would fail next: %s", obstacle->revision,
                              obstacle->line, obstacle->statement, obstacle->what);
            if (!pgm_case_said_before(obstacles, i))
            {
                pgm_case_next(c, "Mend this too before the next try: %s (%s line %d, %s).", obstacle->what,
                              obstacle->revision, obstacle->line, obstacle->statement);
            }
        }
    }
}

static void conclude(PgmCase *c, const char *relation, const char *column, const char *here, const char *wanted,
                     const char *referrer)
{
    g_autofree char *subject = pgm_case_subject(c);
    pgm_case_headline(c, "%s.%s is %s here, but %s wants to reference it with %s", relation, column, here, subject,
                      wanted);
    pgm_case_explain(c,
                     "A foreign key's two columns must be comparable by one equality operator; there is none between "
                     "%s and %s. %s was written for a database in which %s.%s is %s.",
                     here, wanted, referrer != NULL ? referrer : "The new column", relation, column, wanted);
    pgm_case_explain(c,
                     "Either %s.%s and every column that references it become %s here, all in one transaction, or "
                     "the migration's column becomes %s, there and in the application.",
                     relation, column, wanted, here);
    pgm_case_next(
        c,
        "Convert %s.%s, and every column that references it, to %s: by the suggested runbook, or one written after it "
        "(pgmedic guide uuid-to-varchar shows what it does).",
        relation, column, wanted);
    pgm_case_next(c, "Or change the migration: make %s %s, if the application can live with that.",
                  referrer != NULL ? referrer : "its column", here);
    pgm_case_next(c, "Compare this database with the one where the migration works (pgmedic drift --against …): a key "
                     "that differs in type is seldom alone.");
}

gboolean pgm_case_type_mismatch(PgmCase *c)
{
    const PgmLogError *error = c->record->error;
    Told told = {0};
    gboolean detailed = read_detail(error->detail, &told);
    if (!detailed && (error->message == NULL || strstr(error->message, "cannot be implemented") == NULL))
    {
        return FALSE;
    }
    g_autoptr(GPtrArray) stated = error->statement != NULL ? pgm_migration_mentions(error->statement, 1) : NULL;
    const GPtrArray *written = c->revision != NULL ? c->revision->mentions : NULL;
    const PgmMigrationMention *reference = find_reference(stated, &told, error->message);
    if (reference == NULL)
    {
        reference = find_reference(written, &told, error->message);
    }
    const char *column = reference != NULL && reference->column != NULL ? reference->column : told.to_column;
    if (reference == NULL || column == NULL)
    {
        pgm_case_headline(c, "a foreign key joins columns of different types: %s and %s",
                          told.from_type != NULL ? told.from_type : "one type",
                          told.to_type != NULL ? told.to_type : "another");
        pgm_case_explain(c, "The log does not show the statement, so the referenced table is not known.");
        pgm_case_next(c, "Look for the constraint that the message names in the migration: it names both tables.");
        pgm_case_suggest(c, error, PGM_FITS_ERROR, NULL);
        told_clear(&told);
        return TRUE;
    }
    const char *type = mentioned_type(stated, reference->referrer);
    type = type != NULL ? type : mentioned_type(written, reference->referrer);
    type = type != NULL ? type : told.from_type;
    g_autofree char *wanted = g_strdup(type != NULL ? type : "another type");
    g_autofree char *here = look_at_key(c, reference->relation, column);
    pgm_case_fact(c, "table", reference->relation);
    pgm_case_fact(c, "column", column);
    pgm_case_fact(c, "type", type);
    const char *word = here != NULL ? here : told.to_type != NULL ? told.to_type : "of another type";
    gboolean mended = here != NULL && told.to_type != NULL && !g_str_has_prefix(here, told.to_type);
    if (mended)
    {
        g_autoptr(GPtrArray) revisions = pgm_case_revisions(c);
        g_autoptr(GPtrArray) obstacles = pgm_case_obstacles(c, revisions);
        pgm_case_headline(c, "%s.%s is %s here now, and was %s when the log was written: the error's cause is gone",
                          reference->relation, column, here, told.to_type);
        pgm_case_mended(c, obstacles);
    }
    else
    {
        conclude(c, reference->relation, column, word, wanted, reference->referrer);
        pgm_case_suggest(c, error, PGM_FITS_ERROR, reference->relation);
        tell_others(c, reference->relation);
    }
    told_clear(&told);
    return TRUE;
}
