/* run_steps.c - the line of steps: preconditions, backup, phases, each with the sign of its state. */
#include "pgmedic/text.h"
#include "tui/walk.h"

enum
{
    GAP = 3, /* between two steps */
};

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
    if (model->preconditions->len == 0)
    {
        return g_strdup("○ preconditions"); /* there are none, or they are not asked */
    }
    return g_strdup_printf("%s preconditions %u/%u", held == model->preconditions->len ? "✓" : "✗", held,
                           model->preconditions->len);
}

/* How much of a step is said. */
typedef enum
{
    SAID_SHORT,
    SAID_SIZE, /* of a dump */
    SAID_FULL,
} Said;

static char *backup_step(const PgmModel *model, Said said)
{
    if (model->backup_how == NULL)
    {
        return g_strdup(model->backup_progress != NULL ? "▶ backup" : "○ backup");
    }
    if (g_str_equal(model->backup_how, "failed"))
    {
        return g_strdup("✗ backup failed");
    }
    if (g_str_equal(model->backup_how, "none"))
    {
        return g_strdup("▲ no backup");
    }
    if (said == SAID_SHORT)
    {
        return g_strdup("✓ backup");
    }
    if (!g_str_equal(model->backup_how, "dump"))
    {
        return g_strdup("✓ backup on your word");
    }
    g_autofree char *bytes = pgm_text_bytes(model->backup != NULL ? pgm_event_integer(model->backup, "bytes") : 0);
    return g_strdup_printf("✓ backup %s%s", bytes, said == SAID_FULL ? " verified" : "");
}

static char *phase_step(const PgmModelPhase *phase, guint number, gboolean named)
{
    g_autofree char *name = pgm_text_safe(phase->name, -1);
    return g_strdup_printf("%s %u%s%s", pgm_run_phase_sign(phase->state), number, named ? " " : "", named ? name : "");
}

static void replace(GPtrArray *items, guint i, char *text)
{
    g_free(g_ptr_array_index(items, i));
    g_ptr_array_index(items, i) = text;
}

static int steps_width(const GPtrArray *items)
{
    int width = 0;
    for (guint i = 0; i < items->len; i++)
    {
        width += pgm_text_columns(g_ptr_array_index(items, i)) + (i > 0 ? GAP : 0);
    }
    return width;
}

/* The phase that is asked about, else the newest begun; NULL before the first. */
static const PgmModelPhase *phase_in_hand(const PgmWalk *walk)
{
    const char *asked =
        walk->question != NULL && walk->question->kind == PGM_QUESTION_PHASE ? walk->question->phase : NULL;
    return asked != NULL ? pgm_model_phase(walk->model, asked) : pgm_model_current(walk->model);
}

/* All that is to be said in WIDTH columns: names go from the far end first, and never that of the phase in hand. */
static GPtrArray *steps(const PgmWalk *walk, int width)
{
    enum
    {
        BACKUP = 1,
        FIRST_PHASE = 2,
    };
    const PgmModel *model = walk->model;
    const PgmModelPhase *current = phase_in_hand(walk);
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(items, preconditions_step(model));
    g_ptr_array_add(items, backup_step(model, SAID_FULL));
    for (guint i = 0; i < model->phases->len; i++)
    {
        g_ptr_array_add(items, phase_step(g_ptr_array_index(model->phases, i), i + 1, TRUE));
    }
    for (guint i = model->phases->len; i > 0 && steps_width(items) > width; i--)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i - 1);
        if (phase != current)
        {
            replace(items, FIRST_PHASE + i - 1, phase_step(phase, i, FALSE));
        }
    }
    for (int said = SAID_SIZE; said >= SAID_SHORT && steps_width(items) > width; said--)
    {
        replace(items, BACKUP, backup_step(model, (Said)said));
    }
    return items;
}

void pgm_run_steps_draw(const PgmWalk *walk, PgmDisplay *display, PgmArea area)
{
    g_autoptr(GPtrArray) items = steps(walk, area.columns - 1);
    int column = area.column + 1;
    for (guint i = 0; i < items->len; i++)
    {
        const char *item = g_ptr_array_index(items, i);
        int width = pgm_text_columns(item);
        pgm_display_line(display, area.row, column, MIN(width, area.column + area.columns - column),
                         g_str_has_prefix(item, "▶") ? PGM_STYLE_STRONG : PGM_STYLE_NORMAL, item);
        column += width + GAP;
    }
}
