/* run_before.c - before a phase: its SQL in full, what limits it, and how it and the run are undone. */
#include "pgmedic/text.h"
#include "tui/walk.h"

#include <string.h>

/* Rolling back the run undoes the committed phases, the last one first. */
static void add_run_undo(GPtrArray *lines, const PgmModel *model)
{
    for (guint i = model->phases->len; i > 0; i--)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i - 1);
        if (phase->state != PGM_PHASE_COMMITTED || phase->rollback->len == 0)
        {
            continue;
        }
        g_ptr_array_add(lines, lines->len == 0 ? g_strdup_printf("nothing to undo in this phase; rolling back the run "
                                                                 "undoes %u %s:",
                                                                 i, phase->name)
                                               : g_strdup_printf("then %u %s:", i, phase->name));
        for (guint k = 0; k < phase->rollback->len; k++)
        {
            g_autofree char *safe = pgm_text_safe_lines(g_ptr_array_index(phase->rollback, k), -1);
            g_autofree char *sql = pgm_text_one_line(safe);
            if (!pgm_run_is_preamble(sql))
            {
                g_ptr_array_add(lines, g_strdup_printf("  %s;", sql));
            }
        }
    }
}

GPtrArray *pgm_run_undo_lines(const PgmWalk *walk, const PgmPhase *phase)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    if (phase != NULL && phase->rollback == PGM_ROLLBACK_IRREVERSIBLE)
    {
        g_ptr_array_add(lines, g_strdup_printf("▲ once committed it cannot be undone: %s", phase->irreversible));
        return lines;
    }
    add_run_undo(lines, walk->model);
    if (lines->len == 0)
    {
        g_ptr_array_add(lines, g_strdup("nothing to undo in this phase"));
    }
    return lines;
}

static void draw_rollback_of(const PgmWalk *walk, const PgmPhase *phase, PgmDisplay *display, PgmArea area)
{
    PgmArea inside = pgm_frame_draw(display, area, PGM_STYLE_FRAME, "Rollback SQL", NULL);
    g_autoptr(PgmPager) pager = pgm_pager_new();
    if (phase->rollback == PGM_ROLLBACK_SQL)
    {
        const GPtrArray *statements = phase->rollback_script->statements;
        gboolean all = (int)statements->len <= inside.rows;
        for (guint i = 0; i < statements->len; i++)
        {
            const PgmStatement *statement = g_ptr_array_index(statements, i);
            g_autofree char *sql = pgm_text_one_line(statement->sql);
            if (all || !pgm_run_is_preamble(sql))
            {
                pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%s;", all ? statement->sql : sql);
            }
        }
    }
    else
    {
        g_autoptr(GPtrArray) lines = pgm_run_undo_lines(walk, phase);
        for (guint i = 0; i < lines->len; i++)
        {
            pgm_pager_add(pager, PGM_STYLE_NORMAL, g_ptr_array_index(lines, i));
        }
    }
    pgm_pager_draw(pager, display, inside);
}

/* Before a phase: its SQL in full, what limits it, and how it is undone. */
void pgm_run_before_draw(const PgmWalk *walk, const PgmPhase *phase, PgmPager *pager, PgmDisplay *display, PgmArea area)
{
    g_autofree char *stall = pgm_text_duration(phase->stall_limit_ms);
    g_autofree char *decide = pgm_text_duration(phase->decide_within_ms);
    if (phase->transaction)
    {
        pgm_pager_addf(pager, PGM_STYLE_DIM, "one transaction · stall limit %s · COMMIT decided within %s", stall,
                       decide);
    }
    else
    {
        pgm_pager_add(pager, PGM_STYLE_WARN, "▲ no transaction: each statement commits alone");
    }
    pgm_run_sql_fill(pager, phase, FALSE);
    for (guint i = 0; i < phase->verify->len; i++)
    {
        const PgmCheck *check = g_ptr_array_index(phase->verify, i);
        if (i == 0)
        {
            pgm_pager_add(pager, PGM_STYLE_DIM,
                          phase->transaction ? "Verified before COMMIT:" : "Verified afterwards:");
        }
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  ○ %s", check->name);
    }
    PgmArea rollback = pgm_area_take_bottom(&area, CLAMP(area.rows / 3, 4, 12));
    g_autofree char *raw = g_strdup_printf("Next: %s", phase->title);
    g_autofree char *title = pgm_text_safe(raw, -1);
    PgmArea inside = pgm_frame_draw(display, area, PGM_STYLE_FRAME, title, NULL);
    pgm_pager_draw(pager, display, inside);
    g_autofree char *place = pgm_pager_place(pager);
    if (!g_str_equal(place, "all"))
    {
        g_autofree char *more = g_strdup_printf(" %s, ↑↓ ", place);
        pgm_display_text(display, area.row, area.column + area.columns - pgm_text_columns(more) - 1,
                         pgm_text_columns(more), PGM_STYLE_ACCENT, more);
    }
    draw_rollback_of(walk, phase, display, rollback);
}
