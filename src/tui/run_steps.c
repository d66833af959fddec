/* run_steps.c - the line of steps: preconditions, backup, phases, each with the sign of its state. */
#include "pgmedic/text.h"
#include "tui/walk.h"

gboolean pgm_run_is_preamble(const char *sql)
{
    return g_ascii_strncasecmp(sql, "SET ", 4) == 0 || g_ascii_strncasecmp(sql, "LOCK ", 5) == 0;
}

const char *pgm_run_phase_sign(PgmPhaseState state)
{
    switch (state)
    {
    case PGM_PHASE_SKIPPED:
    case PGM_PHASE_COMMITTED:
        return "✓";
    case PGM_PHASE_RUNNING:
        return "▶";
    case PGM_PHASE_ABORTED:
        return "✗";
    case PGM_PHASE_ROLLED_BACK:
        return "▲";
    default:
        return "○";
    }
}

static char *preconditions_step(const PgmModel *model)
{
    guint held = 0;
    for (guint i = 0; i < model->preconditions->len; i++)
    {
        held += ((const PgmModelCheck *)g_ptr_array_index(model->preconditions, i))->holds ? 1 : 0;
    }
    gboolean none = model->preconditions->len == 0;
    return g_strdup_printf("%s preconditions %u/%u",
                           none                                ? "○"
                           : held == model->preconditions->len ? "✓"
                                                               : "✗",
                           held, model->preconditions->len);
}

static char *backup_step(const PgmModel *model, gboolean long_form)
{
    if (model->backup_how == NULL)
    {
        return g_strdup(model->backup_progress != NULL ? "▶ backup" : "○ backup");
    }
    if (g_str_equal(model->backup_how, "failed"))
    {
        return g_strdup("✗ backup failed");
    }
    if (g_str_equal(model->backup_how, "dump"))
    {
        if (!long_form)
        {
            return g_strdup("✓ backup");
        }
        gint64 size = model->backup != NULL ? pgm_event_integer(model->backup, "bytes") : 0;
        g_autofree char *bytes = pgm_text_bytes(size);
        return g_strdup_printf("✓ backup %s verified", bytes);
    }
    return g_strdup(g_str_equal(model->backup_how, "none") ? "▲ no backup"
                    : long_form                            ? "▲ backup by the operator's word"
                                                           : "▲ backup");
}

/* LONG: with the names of all phases. */
static GPtrArray *steps(const PgmWalk *walk, gboolean long_form)
{
    const PgmModel *model = walk->model;
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(items, preconditions_step(model));
    g_ptr_array_add(items, backup_step(model, long_form));
    const PgmModelPhase *current = pgm_model_current(model);
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        g_autofree char *name = pgm_text_safe(phase->name, -1);
        gboolean named = long_form || phase == current;
        g_ptr_array_add(items, g_strdup_printf("%s %u%s%s", pgm_run_phase_sign(phase->state), i + 1, named ? " " : "",
                                               named ? name : ""));
    }
    return items;
}

static int steps_width(const GPtrArray *items)
{
    int width = 0;
    for (guint i = 0; i < items->len; i++)
    {
        width += pgm_text_columns(g_ptr_array_index(items, i)) + 3;
    }
    return width;
}

void pgm_run_steps_draw(const PgmWalk *walk, PgmDisplay *display, PgmArea area)
{
    g_autoptr(GPtrArray) items = steps(walk, TRUE);
    if (steps_width(items) > area.columns)
    {
        g_ptr_array_unref(items);
        items = steps(walk, FALSE);
    }
    int column = area.column + 1;
    for (guint i = 0; i < items->len; i++)
    {
        const char *item = g_ptr_array_index(items, i);
        int width = pgm_text_columns(item);
        pgm_display_line(display, area.row, column, MIN(width, area.column + area.columns - column),
                         g_str_has_prefix(item, "▶") ? PGM_STYLE_STRONG : PGM_STYLE_NORMAL, item);
        column += width + 3;
    }
}
