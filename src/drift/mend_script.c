/* mend_script.c - the mending SQL as a script, with what is to be known of each statement in front of it. */
#include <string.h>

#include "pgmedic/drift.h"
#include "pgmedic/text.h"

static void line_free(gpointer data)
{
    PgmMendLine *line = data;
    g_free(line->text);
    g_free(line);
}

static void add_line(GPtrArray *lines, PgmMendLineKind kind, char *text)
{
    PgmMendLine *line = g_new0(PgmMendLine, 1);
    *line = (PgmMendLine){kind, text};
    g_ptr_array_add(lines, line);
}

/* Nothing in TEXT ends the comment. Takes it. */
static void add_comment(GPtrArray *lines, PgmMendLineKind kind, char *text)
{
    g_autofree char *safe = pgm_text_safe(text, -1);
    add_line(lines, kind, g_strdup_printf("-- %s", safe));
    g_free(text);
}

static void add_sql(GPtrArray *lines, const char *sql)
{
    g_auto(GStrv) parts = g_strsplit(sql, "\n", -1);
    for (char **part = parts; *part != NULL; part++)
    {
        add_line(lines, PGM_MEND_SQL, g_strconcat(*part, part[1] == NULL ? ";" : "", NULL));
    }
}

static void add_step(GPtrArray *lines, const PgmMend *step)
{
    if (step->sql == NULL)
    {
        add_comment(lines, PGM_MEND_REMARK, g_strdup_printf("%s: %s", step->difference->display, step->hazard));
        return;
    }
    if (step->lock != NULL || step->alone)
    {
        add_comment(lines, PGM_MEND_REMARK,
                    g_strdup_printf("%s%s%s%s", step->lock != NULL ? "locks " : "",
                                    step->lock != NULL ? step->lock : "", step->lock != NULL && step->alone ? ", " : "",
                                    step->alone ? "outside a transaction" : ""));
    }
    if (step->hazard != NULL)
    {
        add_comment(lines, PGM_MEND_HAZARD, g_strdup(step->hazard));
    }
    if (step->guess != NULL)
    {
        add_comment(lines, PGM_MEND_REMARK,
                    g_strdup("or, if it was only renamed, instead of making one and dropping the other:"));
        add_comment(lines, PGM_MEND_REMARK, g_strconcat(step->guess, ";", NULL));
    }
    add_sql(lines, step->sql);
}

GPtrArray *pgm_drift_mend_script(const GPtrArray *steps)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
    int transaction = 0;
    for (guint i = 0; i < steps->len; i++)
    {
        const PgmMend *step = steps->pdata[i];
        if (step->transaction != transaction && transaction > 0)
        {
            add_sql(lines, "COMMIT");
        }
        if (step->transaction != transaction && step->transaction > 0)
        {
            add_comment(lines, PGM_MEND_HAZARD,
                        g_strdup("in one transaction, so that nothing is seen gone; what uses it waits until COMMIT"));
            add_sql(lines, "BEGIN");
        }
        transaction = step->transaction;
        add_step(lines, step);
    }
    if (transaction > 0)
    {
        add_sql(lines, "COMMIT");
    }
    return lines;
}
