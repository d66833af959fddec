/* case_aborted.c - 25P02 alone: the statement that really failed is not in the log. */
#include "runbook/case.h"

#include <string.h>

/* The relation and operation that the failing statement is about, from its SQL. */
static const PgmMigrationMention *first_mention(const GPtrArray *mentions)
{
    return mentions != NULL && mentions->len > 0 ? mentions->pdata[0] : NULL;
}

/* The line of the failing statement in the repository's file: the log may come from a patched copy, whose numbers
 * differ, so the statement's own text decides, then what it does, then the number. 0: not found. */
static int failed_line(const PgmCase *c, const PgmMigrationMention *failing)
{
    if (c->failed_line > 0)
    {
        return c->failed_line;
    }
    for (guint i = 0; c->revision != NULL && failing != NULL && i < c->revision->mentions->len; i++)
    {
        const PgmMigrationMention *m = c->revision->mentions->pdata[i];
        if (strcmp(m->relation, failing->relation) == 0 && strcmp(m->operation, failing->operation) == 0 &&
            (failing->column == NULL || g_strcmp0(m->column, failing->column) == 0))
        {
            return m->line;
        }
    }
    return 0;
}

static void list_candidates(PgmCase *c, int before)
{
    for (guint i = 0; i < c->revision->mentions->len; i++)
    {
        const PgmMigrationMention *m = c->revision->mentions->pdata[i];
        gboolean part =
            (strcmp(m->operation, "create_table") == 0 && m->column != NULL) || strcmp(m->operation, "references") == 0;
        if (!part && (before == 0 || m->line < before))
        {
            /* said once, however many columns it names */
            pgm_case_evidence(c, "repository: ran before it, so it may be the cause: %s line %d: %s %s",
                              c->revision->id, m->line, m->operation, m->relation);
        }
    }
}

static void tell_failing(PgmCase *c, int line)
{
    if (c->revision != NULL && line > 0 && c->record->frame_line > 0 && line != c->record->frame_line)
    {
        pgm_case_evidence(c,
                          "repository: the same statement is line %d of %s; the log says line %d, so the file that ran "
                          "was another version of it: look there for what was added (a try/except?)",
                          line, c->revision->file, c->record->frame_line);
    }
}

/* Obstacles before the failing statement are probable causes, the first one above all. */
static const PgmObstacle *probable(PgmCase *c, const GPtrArray *obstacles, int before)
{
    const PgmObstacle *first = NULL;
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        gboolean earlier = before == 0 || obstacle->line < before ||
                           (c->revision != NULL && strcmp(obstacle->revision, c->revision->id) != 0);
        pgm_case_evidence(c, "repository and catalog: %s line %d (%s) %s: %s", obstacle->revision, obstacle->line,
                          obstacle->statement,
                          earlier ? "would fail on this database" : "would fail on this database too, later",
                          obstacle->what);
        first = first == NULL && earlier ? obstacle : first;
    }
    return first;
}

/* What would fail after it: one deploy should find all of it. */
static void advise_others(PgmCase *c, const GPtrArray *obstacles, const PgmObstacle *cause)
{
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        if (obstacle != cause && !pgm_case_said_before(obstacles, i))
        {
            pgm_case_next(c, "Mend this too before the next try: %s (%s line %d, %s).", obstacle->what,
                          obstacle->revision, obstacle->line, obstacle->statement);
        }
    }
}

static void advise(PgmCase *c)
{
    pgm_case_next(c,
                  "Look in the migration for a try/except (or rescue, catch) around a statement before this one: what "
                  "it caught is the cause.");
    if (c->record->process != NULL)
    {
        pgm_case_next(c, "In the server's log, find the ERROR line of process %s before this one.", c->record->process);
    }
    else
    {
        pgm_case_next(c,
                      "In the server's log, find the last ERROR before \"current transaction is aborted\" of the same "
                      "process; the server logs the statement with it unless log_min_error_statement was raised "
                      "above error.");
    }
    pgm_case_next(c, "Run the migration again without the try/except: the first error it then shows is the real one.");
    pgm_case_next(c,
                  "If a statement may really fail, give it a savepoint of its own (with op.get_bind().begin_nested(): "
                  "…): only that keeps the transaction alive. Catching the exception does not.");
}

static void name_probable(PgmCase *c, const PgmObstacle *obstacle)
{
    pgm_case_headline(
        c,
        "The log shows only the aftermath: an earlier statement aborted the transaction and its error was "
        "hidden. Likely cause: %s",
        obstacle->what);
    pgm_case_explain(c, "By the catalog of this database, %s line %d (%s) cannot succeed: %s.", obstacle->revision,
                     obstacle->line, obstacle->statement, obstacle->what);
    PgmLogError *error = strcmp(obstacle->sqlstate, "42804") == 0 ? pgm_case_mismatch_error(obstacle)
                                                                  : pgm_log_error_new(obstacle->sqlstate, NULL);
    pgm_case_fact(c, "table", obstacle->relation);
    pgm_case_fact(c, "column", obstacle->column);
    pgm_case_fact(c, "type", obstacle->type);
    if (strcmp(obstacle->sqlstate, "42804") == 0)
    {
        pgm_case_suggest(c, error, "it mends the likely cause", obstacle->relation);
        pgm_case_next(
            c,
            "Convert %s.%s, and every column that references it, to %s: by the suggested runbook, or one written "
            "after it (pgmedic guide uuid-to-varchar shows what it does).",
            obstacle->relation, obstacle->column, obstacle->type);
    }
    pgm_log_error_free(error);
}

gboolean pgm_case_aborted(PgmCase *c)
{
    const PgmLogError *error = c->record->error;
    g_autoptr(GPtrArray) stated = error->statement != NULL ? pgm_migration_mentions(error->statement, 1) : NULL;
    int line = failed_line(c, first_mention(stated));
    g_autofree char *statement = error->statement != NULL ? g_strndup(error->statement, 200) : NULL;
    pgm_case_headline(c,
                      "The log shows only the aftermath: an earlier statement in the same transaction failed, and its "
                      "error was caught and hidden");
    pgm_case_explain(c,
                     "%s%s%s was refused because the transaction had been aborted before; nothing is wrong with it "
                     "as far as this error tells.",
                     statement != NULL ? "\"" : "", statement != NULL ? statement : "The statement",
                     statement != NULL ? "\"" : "");
    pgm_case_explain(c,
                     "Inside a transaction, PostgreSQL refuses everything after an error until ROLLBACK. Catching the "
                     "exception in the program does not change that; only a savepoint does.");
    tell_failing(c, line);
    if (c->revision != NULL)
    {
        list_candidates(c, line);
    }
    g_autoptr(GPtrArray) revisions = pgm_case_revisions(c);
    g_autoptr(GPtrArray) obstacles = pgm_case_obstacles(c, revisions);
    const PgmObstacle *cause = probable(c, obstacles, line);
    if (cause != NULL)
    {
        name_probable(c, cause);
    }
    else if (c->connection != NULL && c->revision != NULL)
    {
        pgm_case_explain(c,
                         "By the catalog, no statement before it would fail on this database as it is now: the hidden "
                         "error came from data (a duplicate, a null), from a lock or a timeout, or from what has "
                         "been mended since.");
    }
    advise(c);
    advise_others(c, obstacles, cause);
    pgm_case_suggest(c, error, PGM_FITS_ERROR, NULL);
    return TRUE;
}
