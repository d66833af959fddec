/* view_run.c - the walk: before the phases, before one phase, in it, and after the end. */
#include "tui/console.h"

#include "pgmedic/file.h"
#include "pgmedic/runs.h"
#include "pgmedic/text.h"
#include "tui/walk.h"

#include <string.h>

typedef struct
{
    PgmView view;
    PgmPager *pager; /* what scrolls: the story so far, a phase's SQL, the outcome */
    char *shown;     /* what the pager holds, so that its place is kept while it stays the same; NULL */
} RunView;

/* The pager is filled anew; its place is kept only while it shows the same thing. */
static void begin_text(RunView *run, const char *what)
{
    if (g_strcmp0(run->shown, what) != 0)
    {
        pgm_pager_free(run->pager);
        run->pager = pgm_pager_new();
        g_free(run->shown);
        run->shown = g_strdup(what);
    }
    pgm_pager_clear(run->pager);
}

static void draw_none(PgmConsole *console, PgmArea area)
{
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, "Run", NULL);
    g_autoptr(PgmPager) pager = pgm_pager_new();
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "No run is going on.");
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(
        pager, PGM_STYLE_NORMAL,
        "4 lists the runbooks: r begins the walk through one. d diagnoses an error log and opens the runbook that "
        "mends it. 6 lists the runs on record: R takes up an interrupted one.");
    pgm_pager_draw(pager, console->display, inside);
}

static void draw_titles(const PgmWalk *walk, PgmConsole *console, PgmArea area)
{
    const char *name = walk->runbook != NULL ? walk->runbook->name : walk->model->runbook;
    g_autofree char *folder = walk->folder != NULL ? g_path_get_basename(walk->folder) : g_strdup("");
    const char *verb = walk->kind == PGM_TUI_ROLLBACK ? "Roll back" : walk->kind == PGM_TUI_RESUME ? "Resume" : "Run";
    g_autofree char *raw = g_strdup_printf("%s %s   %s", verb, name != NULL ? name : "", folder);
    g_autofree char *safe = pgm_text_safe(raw, -1);
    pgm_display_text(console->display, area.row, area.column + 1, area.columns - 2, PGM_STYLE_STRONG, safe);
    area.row++;
    pgm_run_steps_draw(walk, console->display, area);
}

static void add_preconditions(PgmPager *pager, const PgmModel *model)
{
    for (guint i = 0; i < model->preconditions->len; i++)
    {
        const PgmModelCheck *check = g_ptr_array_index(model->preconditions, i);
        if (i == 0)
        {
            pgm_pager_add(pager, PGM_STYLE_STRONG, "Preconditions");
        }
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s %s%s%s", check->holds ? "✓" : "✗", check->name,
                       check->holds ? "" : ": ",
                       check->holds            ? ""
                       : check->error != NULL  ? check->error
                       : check->answer != NULL ? check->answer
                                               : "no answer");
    }
}

static void add_timeline(PgmPager *pager, const PgmModel *model)
{
    for (guint i = 0; i < model->timeline_lines->len; i++)
    {
        const PgmTimelineLine *line = g_ptr_array_index(model->timeline_lines, i);
        const char *time = line->time != NULL && strlen(line->time) > 19 ? line->time + 11 : "";
        pgm_pager_addf(pager, line->bad ? PGM_STYLE_FAIL : PGM_STYLE_NORMAL, "%.8s  %s", time, line->text);
    }
}

static void add_backup_progress(PgmPager *pager, const PgmModel *model)
{
    if (model->backup_progress == NULL || model->backup_how != NULL)
    {
        return;
    }
    const PgmEvent *progress = model->backup_progress;
    gint64 total = pgm_event_integer(progress, "estimated_bytes");
    gint64 done = pgm_event_integer(progress, "bytes");
    const char *step = pgm_event_text(progress, "step");
    g_autofree char *bytes = pgm_text_bytes(done);
    g_autofree char *elapsed = pgm_text_duration(pgm_event_integer(progress, "elapsed_ms"));
    g_autofree char *size = pgm_text_bytes(total);
    /* No bar: how far a dump shrinks its tables is not known before. */
    pgm_pager_addf(pager, PGM_STYLE_STRONG, "▶ backup: %s  %s  %s%s%s", step != NULL ? step : "", elapsed, bytes,
                   total > 0 ? " so far; the tables take " : "", total > 0 ? size : "");
}

/* Before the first phase: what the runbook is about, what holds, what has happened. */
static void draw_story(RunView *run, const PgmWalk *walk, PgmConsole *console, PgmArea area)
{
    const char *title = walk->runbook != NULL ? walk->runbook->title : walk->model->title;
    begin_text(run, "story");
    if (walk->runbook != NULL && walk->runbook->summary != NULL)
    {
        pgm_pager_add_prose(run->pager, PGM_STYLE_NORMAL, walk->runbook->summary);
        pgm_pager_add(run->pager, PGM_STYLE_NORMAL, "");
    }
    add_preconditions(run->pager, walk->model);
    add_backup_progress(run->pager, walk->model);
    if (walk->model->backup_progress != NULL)
    {
        pgm_pager_to_end(run->pager);
    }
    g_autofree char *safe = pgm_text_safe(title, -1);
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, safe, NULL);
    pgm_pager_draw(run->pager, console->display, inside);
}

static const char *outcome_text(const PgmWalk *walk)
{
    switch (walk->outcome)
    {
    case PGM_OUTCOME_FINISHED:
        return walk->kind == PGM_TUI_ROLLBACK ? "✓ Rolled back: every phase that was committed is undone."
                                              : "✓ Finished: every phase is committed and verified.";
    case PGM_OUTCOME_NOT_BEGUN:
        return "▲ Not begun: nothing was changed.";
    case PGM_OUTCOME_ROLLED_BACK:
        return "▲ Rolled back: the phases that were committed are undone.";
    case PGM_OUTCOME_UNKNOWN:
        return "✗ Something is unknown: nobody can say yet whether a phase committed. 'pgmedic resume' settles it.";
    default:
        return "▲ Stopped: every phase is known to be committed or rolled back.";
    }
}

static void add_phases(PgmPager *pager, const PgmWalk *walk)
{
    const PgmModel *model = walk->model;
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase);
        const PgmPhase *written = pgm_walk_phase(walk, phase->name);
        const char *reason = attempt != NULL && phase->state == PGM_PHASE_ABORTED ? attempt->reason : NULL;
        gboolean nothing = phase->state == PGM_PHASE_COMMITTED && walk->kind == PGM_TUI_ROLLBACK && written != NULL &&
                           written->rollback == PGM_ROLLBACK_NOTHING;
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s %u %-20s %s%s%s", pgm_run_phase_sign(phase->state), i + 1,
                       phase->name, nothing ? "nothing to undo" : pgm_phase_state_name(phase->state),
                       reason != NULL ? ": " : "", reason != NULL ? reason : "");
    }
}

static void add_drift(PgmPager *pager, const PgmModel *model)
{
    if (model->drift == NULL)
    {
        return;
    }
    gint64 breaking = pgm_event_integer(model->drift, "breaking");
    gint64 risky = pgm_event_integer(model->drift, "risky");
    gint64 cosmetic = pgm_event_integer(model->drift, "cosmetic");
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%s drift from the baseline now: %d breaking · %d risky · %d cosmetic",
                   breaking > 0 ? "✗"
                   : risky > 0  ? "▲"
                                : "✓",
                   (int)breaking, (int)risky, (int)cosmetic);
    g_autoptr(GPtrArray) lines = pgm_event_texts(model->drift, "lines");
    for (guint i = 0; i < lines->len; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "    %s", (const char *)g_ptr_array_index(lines, i));
    }
}

static gboolean report_is_written(const PgmWalk *walk)
{
    g_autofree char *report = g_build_filename(walk->folder, "report.md", NULL);
    return g_file_test(report, G_FILE_TEST_EXISTS);
}

static void add_files(PgmPager *pager, const PgmWalk *walk)
{
    if (walk->folder == NULL)
    {
        return;
    }
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(pager, PGM_STYLE_STRONG, "On record");
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s", walk->folder);
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  journal.jsonl, %s",
                   report_is_written(walk) ? "report.md" : "and report.md once w has written it");
}

static gboolean can_roll_back(const PgmWalk *walk)
{
    for (guint i = 0; i < walk->model->phases->len; i++)
    {
        if (((const PgmModelPhase *)g_ptr_array_index(walk->model->phases, i))->state == PGM_PHASE_COMMITTED)
        {
            return walk->folder != NULL;
        }
    }
    return FALSE;
}

static gboolean can_resume(const PgmWalk *walk)
{
    return walk->folder != NULL && pgm_model_unfinished(walk->model);
}

/* What may be done now, one line each; the most useful first. */
static void add_next(PgmPager *pager, const PgmWalk *walk)
{
    gboolean finished = walk->error == NULL && walk->outcome == PGM_OUTCOME_FINISHED;
    gboolean known = walk->outcome != PGM_OUTCOME_UNKNOWN;
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(pager, PGM_STYLE_STRONG, "Next");
    if (finished && walk->kind != PGM_TUI_ROLLBACK)
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "  ▶ 1 shows what the deploy would meet now; then deploy again");
    }
    if (can_resume(walk))
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL,
                      known ? "  ▶ R takes the run up again where it stopped"
                            : "  ▶ R finds out whether the phase committed, and goes on from there");
    }
    if (can_roll_back(walk) && known && !(finished && walk->kind == PGM_TUI_ROLLBACK))
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "  ▶ B rolls the committed phases back, the last one first");
    }
    if (!can_resume(walk) && !can_roll_back(walk))
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "  ▶ 4 lists the runbooks, to begin one anew");
    }
    if (walk->folder != NULL && !report_is_written(walk))
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "  ▶ w writes the incident report");
    }
}

static void draw_end(RunView *run, const PgmWalk *walk, PgmConsole *console, PgmArea area)
{
    begin_text(run, "end");
    const char *message = pgm_engine_message(walk->engine);
    if (walk->error != NULL)
    {
        pgm_pager_addf(run->pager, PGM_STYLE_FAIL, "✗ %s", walk->error);
    }
    else
    {
        pgm_pager_add(run->pager, PGM_STYLE_STRONG, outcome_text(walk));
    }
    if (message != NULL && g_strcmp0(message, walk->error) != 0 && walk->outcome != PGM_OUTCOME_FINISHED)
    {
        pgm_pager_add(run->pager, PGM_STYLE_NORMAL, message);
    }
    add_phases(run->pager, walk);
    add_drift(run->pager, walk->model);
    add_next(run->pager, walk);
    add_files(run->pager, walk);
    pgm_pager_addf(run->pager, PGM_STYLE_DIM, "Exit status %d", pgm_walk_exit_code(walk));
    pgm_pager_add(run->pager, PGM_STYLE_NORMAL, "");
    add_preconditions(run->pager, walk->model);
    pgm_pager_add(run->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(run->pager, PGM_STYLE_STRONG, "What happened");
    add_timeline(run->pager, walk->model);
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, "How it ended", NULL);
    pgm_pager_draw(run->pager, console->display, inside);
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    RunView *run = (RunView *)view;
    PgmWalk *walk = console->walk;
    if (walk == NULL)
    {
        draw_none(console, area);
        return;
    }
    PgmArea titles = pgm_area_take_top(&area, 2);
    draw_titles(walk, console, titles);
    PgmArea question = pgm_area_take_bottom(&area, pgm_question_rows(walk, area.columns, area.rows - 9));
    const PgmPhase *next = walk->question != NULL && walk->question->kind == PGM_QUESTION_PHASE
                               ? pgm_walk_phase(walk, walk->question->phase)
                               : NULL;
    const PgmModelPhase *current = pgm_model_current(walk->model);
    if (walk->ended)
    {
        draw_end(run, walk, console, area);
    }
    else if (next != NULL)
    {
        g_autofree char *what = g_strdup_printf("before %s", next->name);
        begin_text(run, what);
        pgm_run_before_draw(walk, next, run->pager, console->display, area);
    }
    else if (current != NULL && pgm_model_phase_attempt(current) != NULL)
    {
        pgm_run_panels_draw(walk, console->display, area);
    }
    else
    {
        draw_story(run, walk, console, area);
    }
    if (pgm_question_is_open(walk))
    {
        pgm_question_draw(walk, console->display, question);
    }
}

static void write_report(PgmConsole *console, const PgmWalk *walk)
{
    if (walk->folder == NULL)
    {
        pgm_console_say(console, "there is no run to report on");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(walk->folder, "report.md", NULL);
    g_autofree char *report = pgm_report_write(walk->folder, &error);
    if (report == NULL || !pgm_file_write(path, report, -1, 0600, &error))
    {
        pgm_console_say(console, "no report was written: %s", error->message);
        return;
    }
    pgm_console_say(console, "written: %s", path);
}

static void open_full_sql(PgmConsole *console, const PgmWalk *walk)
{
    if (walk->runbook == NULL)
    {
        pgm_console_say(console, "the runbook of this run could not be read");
        return;
    }
    PgmPage *page = pgm_page_new("SQL of every phase, and how it is undone");
    for (guint i = 0; i < walk->runbook->phases->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(walk->runbook->phases, i);
        pgm_pager_addf(page->pager, PGM_STYLE_STRONG, "%u %s: %s", i + 1, phase->name, phase->title);
        pgm_run_sql_fill(page->pager, phase, TRUE);
        pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    }
    pgm_console_open_page(console, page);
}

static gboolean phase_is_open(const PgmWalk *walk)
{
    const PgmModelPhase *current = pgm_model_current(walk->model);
    const PgmModelAttempt *attempt = current != NULL ? pgm_model_phase_attempt(current) : NULL;
    return attempt != NULL && attempt->outcome == PGM_PHASE_RUNNING;
}

static gboolean dump_runs(const PgmWalk *walk)
{
    return walk->model->backup_progress != NULL && walk->model->backup_how == NULL;
}

static PgmReaction act_on_live(RunView *run, PgmWalk *walk, PgmConsole *console, PgmAction action)
{
    switch (action)
    {
    case PGM_ACTION_FULL_SQL:
        open_full_sql(console, walk);
        return PGM_HANDLED;
    case PGM_ACTION_CANCEL:
        if (walk->question == NULL && (phase_is_open(walk) || dump_runs(walk)))
        {
            pgm_question_confirm(walk, PGM_REQUEST_CANCEL);
        }
        return PGM_HANDLED;
    case PGM_ACTION_ROLLBACK_PHASE:
        if (walk->question == NULL && phase_is_open(walk))
        {
            pgm_question_confirm(walk, PGM_REQUEST_ROLLBACK_PHASE);
        }
        return PGM_HANDLED;
    case PGM_ACTION_ROLLBACK_RUN:
        return PGM_HANDLED;
    default:
        return pgm_pager_act(run->pager, action) ? PGM_HANDLED : PGM_IGNORED;
    }
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    RunView *run = (RunView *)view;
    PgmWalk *walk = console->walk;
    if (walk == NULL)
    {
        return PGM_IGNORED;
    }
    if (!walk->ended)
    {
        return act_on_live(run, walk, console, action);
    }
    if (action == PGM_ACTION_REPORT)
    {
        write_report(console, walk);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_FULL_SQL)
    {
        open_full_sql(console, walk);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_ROLLBACK_RUN && !can_roll_back(walk))
    {
        pgm_console_say(console, "no phase of this run is committed: there is nothing to roll back");
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_ROLLBACK_RUN)
    {
        g_autofree char *folder = g_strdup(walk->folder);
        pgm_walk_free(walk);
        console->walk = pgm_walk_start(console, PGM_TUI_ROLLBACK, NULL, FALSE, folder, NULL);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_RESUME && !can_resume(walk))
    {
        pgm_console_say(console, "this run has come to its end: there is nothing to take up");
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_RESUME)
    {
        g_autofree char *folder = g_strdup(walk->folder);
        pgm_walk_free(walk);
        console->walk = pgm_walk_start(console, PGM_TUI_RESUME, NULL, FALSE, folder, NULL);
        return PGM_HANDLED;
    }
    return pgm_pager_act(run->pager, action) ? PGM_HANDLED : PGM_IGNORED;
}

static PgmReaction key(PgmView *view, PgmConsole *console, int code)
{
    (void)view;
    return pgm_question_key(console->walk, console, code);
}

static char *footer(PgmView *view, PgmConsole *console, int columns)
{
    (void)view;
    (void)columns;
    const PgmWalk *walk = console->walk;
    if (walk == NULL)
    {
        return g_strdup("4 runbooks   d diagnose an error   : command   ? help   q quit");
    }
    if (walk->ended)
    {
        return g_strdup_printf("%s%s%sv full SQL   ? help   q quit", can_resume(walk) ? "R resume   " : "",
                               can_roll_back(walk) ? "B roll back   " : "",
                               walk->folder != NULL ? "w write the report   " : "");
    }
    if (pgm_question_is_open(walk))
    {
        return g_strdup(walk->asks_stop || walk->chosen >= 0 ? "Enter does it   Esc goes back"
                                                             : "↑↓ scroll   v full SQL   q stop   ? help");
    }
    if (phase_is_open(walk))
    {
        return g_strdup("x cancel the statement   r roll back this phase   v full SQL   q stop   ? help");
    }
    return g_strdup(dump_runs(walk) ? "x cancel the dump   v full SQL   q stop   ? help"
                                    : "v full SQL   q stop   ? help");
}

static void run_free(PgmView *view)
{
    RunView *run = (RunView *)view;
    pgm_pager_free(run->pager);
    g_free(run->shown);
    g_free(run);
}

PgmView *pgm_view_run_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .key = key, .footer = footer, .free = run_free};
    RunView *run = g_new0(RunView, 1);
    run->view.ops = &ops;
    run->pager = pgm_pager_new();
    return &run->view;
}
