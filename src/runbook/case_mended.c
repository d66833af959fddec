/* case_mended.c - what the log complains of is so no longer: what would the migration meet now? */
#include "runbook/case.h"

#include <string.h>

/* Do the books say that the revision has been applied since? */
static gboolean is_applied(const PgmCase *c)
{
    if (c->revision == NULL || c->state == NULL || c->state->pending == NULL || c->state->unknown->len > 0)
    {
        return FALSE;
    }
    return !g_ptr_array_find(c->state->pending, c->revision, NULL);
}

static void tell_ahead(PgmCase *c, const GPtrArray *obstacles)
{
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        pgm_case_evidence(c, "repository and catalog: %s line %d (%s) would fail next: %s", obstacle->revision,
                          obstacle->line, obstacle->statement, obstacle->what);
        if (pgm_case_said_before(obstacles, i))
        {
            continue;
        }
        g_ptr_array_add(c->diagnosis->ahead, g_strdup_printf("%s (%s line %d, %s)", obstacle->what, obstacle->revision,
                                                             obstacle->line, obstacle->statement));
        pgm_case_next(c, "Mend this before the next try: %s (%s line %d, %s).", obstacle->what, obstacle->revision,
                      obstacle->line, obstacle->statement);
        if (strcmp(obstacle->sqlstate, "42804") == 0)
        {
            PgmLogError *error = pgm_case_mismatch_error(obstacle);
            pgm_case_suggest(c, error, "it mends what would fail next", obstacle->relation);
            pgm_log_error_free(error);
        }
    }
}

void pgm_case_mended(PgmCase *c, const GPtrArray *obstacles)
{
    g_autofree char *subject = pgm_case_subject(c);
    c->diagnosis->mended = TRUE;
    if (is_applied(c))
    {
        pgm_case_evidence(c, "books: %s is applied", c->revision->id);
        pgm_case_next(c, "Nothing: %s is applied here.", subject);
        return;
    }
    tell_ahead(c, obstacles);
    if (c->diagnosis->ahead->len == 0)
    {
        pgm_case_next(c,
                      c->revision != NULL ? "Run %s again: by its text and this catalog, no statement of it is refused."
                                          : "Run %s again.",
                      subject);
    }
}
