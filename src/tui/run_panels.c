/* run_panels.c - a phase while it goes on: statements, locks, waiters, verification, changes, rollback. */
#include "pgmedic/text.h"
#include "tui/walk.h"

#include <string.h>

/* One drawing of the panels. */
typedef struct
{
    const PgmWalk *walk;
    PgmDisplay *display;
    const PgmModelPhase *phase;
    const PgmModelAttempt *attempt;
    PgmArea area;
} Panels;

/* A horizontal edge across the panels, with titles; JOINT begins each column but the first. */
static void edge(const Panels *panels, int row, const char *left, const char *joint, const char *right,
                 const int *starts, const char *const *titles, int n)
{
    const PgmArea *area = &panels->area;
    GString *line = g_string_new(left);
    for (int column = 1; column < area->columns - 1; column++)
    {
        gboolean joins = FALSE;
        for (int i = 1; i < n; i++)
        {
            joins |= starts[i] == column;
        }
        g_string_append(line, joins ? joint : "─");
    }
    g_string_append(line, right);
    pgm_display_text(panels->display, row, area->column, area->columns, PGM_STYLE_FRAME, line->str);
    g_string_free(line, TRUE);
    for (int i = 0; titles != NULL && i < n; i++)
    {
        int end = i + 1 < n ? starts[i + 1] : area->columns - 1;
        g_autofree char *text = g_strdup_printf(" %s ", titles[i]);
        pgm_display_text(panels->display, row, area->column + starts[i] + 1, end - starts[i] - 1, PGM_STYLE_STRONG,
                         text);
    }
}

static void sides(const Panels *panels, int first, int rows, const int *starts, int n)
{
    for (int row = first; row < first + rows; row++)
    {
        pgm_display_text(panels->display, row, panels->area.column, 1, PGM_STYLE_FRAME, "│");
        for (int i = 1; i < n; i++)
        {
            pgm_display_text(panels->display, row, panels->area.column + starts[i], 1, PGM_STYLE_FRAME, "│");
        }
        pgm_display_text(panels->display, row, panels->area.column + panels->area.columns - 1, 1, PGM_STYLE_FRAME, "│");
    }
}

static void text_at(const Panels *panels, int row, PgmArea area, PgmStyle style, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

static void text_at(const Panels *panels, int row, PgmArea area, PgmStyle style, const char *format, ...)
{
    if (row < 0 || row >= area.rows)
    {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *safe = pgm_text_safe(raw, -1);
    pgm_display_line(panels->display, area.row + row, area.column, area.columns, style, safe);
}

static const char *statement_sign(PgmStepState state)
{
    static const char *const signs[] = {"○", "▶", "✓", "▲", "✗"};
    return signs[state];
}

/* "█████░░░ 72 %  2.9 s  about 1 s left" for the running one. */
static char *running_note(const PgmWalk *walk)
{
    gint64 ms = walk->statement_began > 0 ? (g_get_monotonic_time() - walk->statement_began) / 1000 : 0;
    g_autofree char *elapsed = pgm_text_duration(ms);
    const PgmEvent *activity = walk->model->activity;
    gint64 percent =
        activity != NULL && pgm_event_has(activity, "percent") ? pgm_event_integer(activity, "percent") : -1;
    if (percent < 0 || ms < 300)
    {
        return g_strdup(elapsed);
    }
    g_autofree char *bar = pgm_frame_bar((int)percent, 12);
    g_autofree char *left =
        percent >= 5 && percent < 100 ? pgm_text_duration((ms * (100 - percent) / percent + 999) / 1000 * 1000) : NULL;
    return g_strdup_printf("%s %d %%  %s%s%s%s", bar, (int)percent, elapsed, left != NULL ? "  about " : "",
                           left != NULL ? left : "", left != NULL ? " left" : "");
}

static char *statement_note(const PgmWalk *walk, const PgmModelStatement *statement)
{
    g_autofree char *time = statement->ms >= 0 ? pgm_text_duration(statement->ms) : g_strdup("");
    switch (statement->state)
    {
    case PGM_STEP_RUNNING:
        return running_note(walk);
    case PGM_STEP_SKIPPED:
        return g_strdup_printf("skipped: %s", statement->sqlstate != NULL ? statement->sqlstate : "");
    case PGM_STEP_FAILED:
        return g_strdup_printf("failed %s  %s", statement->sqlstate != NULL ? statement->sqlstate : "", time);
    case PGM_STEP_OK:
        return g_steal_pointer(&time);
    default:
        return g_strdup("");
    }
}

static void draw_statement(const Panels *panels, int row, PgmArea area, const PgmModelStatement *statement)
{
    g_autofree char *note = statement_note(panels->walk, statement);
    int note_columns = pgm_text_columns(note);
    g_autofree char *safe = pgm_text_safe_lines(statement->sql, -1);
    g_autofree char *sql = pgm_text_one_line(safe);
    int room = area.columns - note_columns - 4;
    g_autofree char *fitted = pgm_text_fit(sql, MAX(room, 8));
    text_at(panels, row, area,
            statement->state == PGM_STEP_FAILED    ? PGM_STYLE_FAIL
            : statement->state == PGM_STEP_RUNNING ? PGM_STYLE_STRONG
                                                   : PGM_STYLE_NORMAL,
            "%s %s  %s", statement_sign(statement->state), fitted, note);
}

/* Does somebody else hold what the phase wants? */
static gboolean is_retrying(const Panels *panels)
{
    return panels->attempt->outcome == PGM_PHASE_RUNNING && panels->attempt->retries->len > 0 &&
           panels->walk->phase_locked == 0;
}

/* Whom the running statement waits for: "it waits for pid 4711 anna psql: SELECT …"; NULL: nobody. Caller frees. */
static char *waits_for(const Panels *panels)
{
    const PgmEvent *activity = panels->walk->model->activity;
    if (activity == NULL || panels->walk->statement_began == 0 || pgm_event_items(activity, "blockers") == 0)
    {
        return NULL;
    }
    const char *user = pgm_event_item_get_text(activity, "blockers", 0, "user");
    const char *application = pgm_event_item_get_text(activity, "blockers", 0, "application");
    const char *query = pgm_event_item_get_text(activity, "blockers", 0, "query");
    guint others = pgm_event_items(activity, "blockers") - 1;
    g_autofree char *more = others > 0 ? g_strdup_printf(" and %u more", others) : g_strdup("");
    return g_strdup_printf(
        "it waits for pid %d%s %s %s: %s", (int)pgm_event_item_get_integer(activity, "blockers", 0, "pid"), more,
        user != NULL ? user : "", application != NULL ? application : "", query != NULL ? query : "");
}

/* Who stands in the way, in as many rows as it takes: nothing else is going on. */
static void draw_obstruction(const Panels *panels, PgmArea *area)
{
    const GPtrArray *retries = panels->attempt->retries;
    g_autofree char *what = is_retrying(panels) ? g_strdup(g_ptr_array_index(retries, retries->len - 1))
                            : panels->attempt->outcome == PGM_PHASE_RUNNING ? waits_for(panels)
                                                                            : NULL;
    if (what == NULL)
    {
        return;
    }
    g_autofree char *raw = g_strdup_printf("▲ %s", what);
    g_autofree char *safe = pgm_text_safe(raw, -1);
    g_auto(GStrv) lines = pgm_text_wrap(safe, MAX(area->columns, 1));
    int rows = MIN((int)g_strv_length(lines), area->rows - 1);
    PgmArea top = pgm_area_take_top(area, MAX(rows, 0));
    for (int i = 0; i < top.rows; i++)
    {
        pgm_display_line(panels->display, top.row + i, top.column, top.columns, PGM_STYLE_WARN, lines[i]);
    }
}

static void draw_statements(const Panels *panels, PgmArea area)
{
    const GPtrArray *statements = panels->attempt->statements;
    int now = 0;
    const PgmModelStatement *failed = NULL;
    for (guint i = 0; i < statements->len; i++)
    {
        const PgmModelStatement *statement = g_ptr_array_index(statements, i);
        now = statement->state != PGM_STEP_PENDING ? (int)i : now;
        failed = statement->state == PGM_STEP_FAILED ? statement : failed;
    }
    draw_obstruction(panels, &area);
    if (failed != NULL && area.rows > 1)
    {
        PgmArea bottom = pgm_area_take_bottom(&area, 1);
        text_at(panels, 0, bottom, PGM_STYLE_FAIL, "  %s", failed->message != NULL ? failed->message : "");
    }
    int top = CLAMP(now - area.rows + 2, 0, MAX((int)statements->len - area.rows, 0));
    for (int i = 0; i < area.rows && top + i < (int)statements->len; i++)
    {
        draw_statement(panels, i, area, g_ptr_array_index(statements, (guint)(top + i)));
    }
}

static void draw_locks(const Panels *panels, PgmArea area)
{
    const PgmEvent *activity = panels->walk->model->activity;
    gboolean open = panels->attempt->outcome == PGM_PHASE_RUNNING;
    guint held = open && activity != NULL ? pgm_event_items(activity, "held") : 0;
    for (guint i = 0; i < held; i++)
    {
        text_at(panels, (int)i, area, PGM_STYLE_NORMAL, "%s  %s",
                pgm_event_item_get_text(activity, "held", i, "relation"),
                pgm_event_item_get_text(activity, "held", i, "mode"));
    }
    if (held > 0)
    {
        return;
    }
    if (open && panels->walk->phase_locked > 0)
    {
        for (guint i = 0; i < panels->attempt->locked->len; i++)
        {
            text_at(panels, (int)i, area, PGM_STYLE_NORMAL, "%s  ACCESS EXCLUSIVE",
                    (const char *)g_ptr_array_index(panels->attempt->locked, i));
        }
    }
    else if (is_retrying(panels))
    {
        text_at(panels, 0, area, PGM_STYLE_WARN, "▲ none: trying again");
    }
    else
    {
        text_at(panels, 0, area, PGM_STYLE_DIM, open ? "none yet" : "none");
    }
}

static void draw_waiting(const Panels *panels, PgmArea area)
{
    const PgmEvent *activity = panels->walk->model->activity;
    gboolean open = panels->attempt->outcome == PGM_PHASE_RUNNING;
    guint waiting = open && activity != NULL ? pgm_event_items(activity, "waiting") : 0;
    g_autofree char *limit = pgm_text_duration(panels->phase->stall_limit_ms);
    if (waiting == 0)
    {
        text_at(panels, 0, area, PGM_STYLE_DIM, "nobody");
    }
    else
    {
        g_autofree char *oldest = pgm_text_duration(pgm_event_integer(activity, "oldest_wait_ms"));
        text_at(panels, 0, area, PGM_STYLE_WARN, "▲ %u session%s, oldest %s", waiting, waiting == 1 ? "" : "s", oldest);
    }
    if (open && panels->attempt->transaction && panels->phase->stall_limit_ms > 0)
    {
        text_at(panels, 1, area, PGM_STYLE_DIM, area.columns > 28 ? "rolls back at %s" : "limit %s", limit);
    }
    for (guint i = 0; i < waiting; i++)
    {
        const char *application = pgm_event_item_get_text(activity, "waiting", i, "application");
        const char *query = pgm_event_item_get_text(activity, "waiting", i, "query");
        text_at(panels, (int)i + 2, area, PGM_STYLE_NORMAL, "%d %s %s",
                (int)pgm_event_item_get_integer(activity, "waiting", i, "pid"), application != NULL ? application : "",
                query != NULL ? query : "");
    }
}

static const PgmModelCheck *answered(const PgmModelAttempt *attempt, const char *name)
{
    const PgmModelCheck *found = NULL;
    for (guint i = 0; i < attempt->checks->len; i++)
    {
        const PgmModelCheck *check = g_ptr_array_index(attempt->checks, i);
        found = g_strcmp0(check->name, name) == 0 ? check : found;
    }
    return found;
}

static void draw_check(const Panels *panels, int row, PgmArea area, const char *name, const PgmModelCheck *check)
{
    if (check == NULL)
    {
        text_at(panels, row, area, PGM_STYLE_NORMAL, "○ %s", name);
        return;
    }
    const char *answer = check->error != NULL ? check->error : check->answer;
    text_at(panels, row, area, check->holds ? PGM_STYLE_NORMAL : PGM_STYLE_FAIL, "%s %s%s%s", check->holds ? "✓" : "✗",
            name, check->holds ? "" : ": ", check->holds ? "" : answer);
}

/* What the phase will be asked, in its direction; NULL: the runbook could not be read. */
static const GPtrArray *planned_checks(const Panels *panels)
{
    const PgmPhase *phase = pgm_walk_phase(panels->walk, panels->phase->name);
    return phase == NULL ? NULL : panels->attempt->backward ? phase->rollback_verify : phase->verify;
}

/* "Verification 5/5", once there are answers. */
static char *verification_title(const Panels *panels)
{
    const GPtrArray *planned = planned_checks(panels);
    guint held = 0, known = 0;
    for (guint i = 0; planned != NULL && i < planned->len; i++)
    {
        const PgmModelCheck *check = answered(panels->attempt, ((const PgmCheck *)g_ptr_array_index(planned, i))->name);
        known += check != NULL ? 1 : 0;
        held += check != NULL && check->holds ? 1 : 0;
    }
    return known > 0 ? g_strdup_printf("Verification %u/%u %s", held, planned->len, held == planned->len ? "✓" : "")
                     : g_strdup("Verification");
}

static void draw_verification(const Panels *panels, PgmArea area)
{
    const GPtrArray *planned = planned_checks(panels);
    int row = 0;
    if (planned == NULL)
    {
        for (guint i = 0; i < panels->attempt->checks->len; i++)
        {
            const PgmModelCheck *check = g_ptr_array_index(panels->attempt->checks, i);
            draw_check(panels, row++, area, check->name, check);
        }
        return;
    }
    /* What fails stands first: it must not be what there is no room for. */
    for (int failing = 1; failing >= 0; failing--)
    {
        for (guint i = 0; i < planned->len; i++)
        {
            const PgmCheck *check = g_ptr_array_index(planned, i);
            const PgmModelCheck *answer = answered(panels->attempt, check->name);
            if ((answer != NULL && !answer->holds) == (failing != 0))
            {
                draw_check(panels, row++, area, check->name, answer);
            }
        }
    }
}

static void draw_changes(const Panels *panels, PgmArea area)
{
    const GPtrArray *changes = panels->attempt->changes;
    if (changes->len == 0)
    {
        text_at(panels, 0, area, PGM_STYLE_DIM,
                !panels->attempt->transaction                   ? "no transaction: each statement commits alone"
                : panels->attempt->changes_known                ? "nothing in the schema"
                : panels->attempt->outcome == PGM_PHASE_RUNNING ? "nothing yet"
                                                                : "not looked at: it did not come that far");
    }
    for (guint i = 0; i < changes->len && (int)i < area.rows; i++)
    {
        gboolean last = (int)i == area.rows - 1 && i + 1 < changes->len;
        g_autofree char *more = last ? g_strdup_printf("  (and %u more)", changes->len - i - 1) : g_strdup("");
        g_autofree char *safe = pgm_text_safe(g_ptr_array_index(changes, i), -1);
        g_autofree char *cut = pgm_text_fit(safe, MAX(area.columns - pgm_text_columns(more), 8));
        text_at(panels, (int)i, area, PGM_STYLE_NORMAL, "%s%s", cut, more);
    }
}

static void draw_rollback(const Panels *panels, PgmArea area)
{
    const GPtrArray *rollback = panels->phase->rollback;
    const PgmPhase *phase = pgm_walk_phase(panels->walk, panels->phase->name);
    if (panels->attempt->backward)
    {
        text_at(panels, 0, area, PGM_STYLE_DIM, "this is the rollback");
        return;
    }
    if (rollback->len == 0)
    {
        g_autoptr(GPtrArray) lines = pgm_run_undo_lines(panels->walk, phase);
        for (guint i = 0; i < lines->len; i++)
        {
            text_at(panels, (int)i, area, PGM_STYLE_NORMAL, "%s", (const char *)g_ptr_array_index(lines, i));
        }
        return;
    }
    gboolean all = (int)rollback->len <= area.rows;
    int row = 0;
    guint shown = 0;
    for (guint i = 0; i < rollback->len && row < area.rows; i++)
    {
        g_autofree char *safe = pgm_text_safe_lines(g_ptr_array_index(rollback, i), -1);
        g_autofree char *sql = pgm_text_one_line(safe);
        if (!all && pgm_run_is_preamble(sql))
        {
            continue;
        }
        shown++;
        gboolean last = row == area.rows - 1 && shown < rollback->len;
        g_autofree char *more = last ? g_strdup_printf("  (%u in all, v)", rollback->len) : g_strdup("");
        g_autofree char *cut = pgm_text_fit(sql, MAX(area.columns - pgm_text_columns(more), 8));
        text_at(panels, row++, area, PGM_STYLE_NORMAL, "%s%s", cut, more);
    }
}

static char *locks_title(const PgmWalk *walk)
{
    if (walk->phase_locked == 0)
    {
        return g_strdup("Locks held");
    }
    g_autofree char *held = pgm_text_duration((g_get_monotonic_time() - walk->phase_locked) / 1000);
    return g_strdup_printf("Locks held, %s", held);
}

static char *phase_title(const Panels *panels)
{
    guint number = 0;
    while (number < panels->walk->model->phases->len &&
           g_ptr_array_index(panels->walk->model->phases, number) != (gconstpointer)panels->phase)
    {
        number++;
    }
    g_autofree char *title =
        pgm_text_safe(panels->phase->title != NULL ? panels->phase->title : panels->phase->name, -1);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s%u  %s", panels->attempt->backward ? "Rollback of " : "", number + 1, title);
    if (panels->attempt->number > 1)
    {
        g_string_append_printf(text, ", try %d", panels->attempt->number);
    }
    if (panels->attempt->outcome == PGM_PHASE_ABORTED)
    {
        g_string_append(text, ": rolled back");
    }
    if (panels->attempt->outcome == PGM_PHASE_COMMITTED)
    {
        g_string_append(text, ": committed");
    }
    return g_string_free(text, FALSE);
}

typedef struct
{
    int statements, middle, changes, rollback;
} Heights;

static int rollback_rows(const Panels *panels)
{
    if (panels->phase->rollback->len > 0 || panels->attempt->backward)
    {
        return (int)panels->phase->rollback->len;
    }
    g_autoptr(GPtrArray) lines = pgm_run_undo_lines(panels->walk, pgm_walk_phase(panels->walk, panels->phase->name));
    return (int)lines->len;
}

/* Five edges; what is left goes to what matters most at that size. */
static Heights heights(const Panels *panels)
{
    int left = MAX(panels->area.rows - 5, 4);
    Heights rows = {1, 1, 1, 1};
    left -= 4;
    int wanted = MAX((int)panels->attempt->statements->len, 2) - 1;
    rows.statements += MIN(wanted, left * 2 / 5 + (left > 0));
    left -= rows.statements - 1;
    int middle = MIN(left, 2);
    rows.middle += middle;
    left -= middle;
    int rollback = CLAMP(rollback_rows(panels) - 1, 0, (left + 1) / 2);
    rows.rollback += rollback;
    left -= rollback;
    int changes = CLAMP((int)panels->attempt->changes->len - 1, 0, left);
    rows.changes += changes;
    left -= changes;
    int rest = MIN(left, 4);
    rows.middle += rest;
    rows.statements += left - rest;
    return rows;
}

static const char *changes_title(const Panels *panels)
{
    if (!panels->attempt->transaction)
    {
        return " Changes ";
    }
    switch (panels->attempt->outcome)
    {
    case PGM_PHASE_COMMITTED:
        return " This transaction changed ";
    case PGM_PHASE_ABORTED:
        return " This transaction would have changed ";
    default:
        return " This transaction changes ";
    }
}

void pgm_run_panels_draw(const PgmWalk *walk, PgmDisplay *display, PgmArea area)
{
    Panels panels = {.walk = walk, .display = display, .area = area, .phase = pgm_model_current(walk->model)};
    panels.attempt = panels.phase != NULL ? pgm_model_phase_attempt(panels.phase) : NULL;
    if (panels.attempt == NULL || area.rows < 9)
    {
        return;
    }
    Heights rows = heights(&panels);
    int starts[] = {0, area.columns * 36 / 100, area.columns * 68 / 100};
    int inside = area.columns - 4;
    int row = area.row;
    g_autofree char *title = phase_title(&panels);
    g_autofree char *locks = locks_title(walk);
    g_autofree char *verification = verification_title(&panels);
    const char *const first[] = {title};
    const char *const middle[] = {locks, "Waiting behind them", verification};
    const char *const rollback[] = {"Rollback SQL"};

    edge(&panels, row++, "┌", "─", "┐", starts, first, 1);
    sides(&panels, row, rows.statements, starts, 1);
    draw_statements(&panels, (PgmArea){row, area.column + 2, rows.statements, inside});
    row += rows.statements;
    edge(&panels, row++, "├", "┬", "┤", starts, middle, 3);
    sides(&panels, row, rows.middle, starts, 3);
    draw_locks(&panels, (PgmArea){row, area.column + 2, rows.middle, starts[1] - 3});
    draw_waiting(&panels, (PgmArea){row, area.column + starts[1] + 2, rows.middle, starts[2] - starts[1] - 3});
    draw_verification(&panels, (PgmArea){row, area.column + starts[2] + 2, rows.middle, area.columns - starts[2] - 4});
    row += rows.middle;
    edge(&panels, row, "├", "┴", "┤", starts, NULL, 3);
    pgm_display_text(display, row++, area.column + 1, inside, PGM_STYLE_STRONG, changes_title(&panels));
    sides(&panels, row, rows.changes, starts, 1);
    draw_changes(&panels, (PgmArea){row, area.column + 2, rows.changes, inside});
    row += rows.changes;
    edge(&panels, row++, "├", "─", "┤", starts, rollback, 1);
    sides(&panels, row, rows.rollback, starts, 1);
    draw_rollback(&panels, (PgmArea){row, area.column + 2, rows.rollback, inside});
    row += rows.rollback;
    edge(&panels, row, "└", "─", "┘", starts, NULL, 1);
}
