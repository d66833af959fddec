/* view_overview.c - the state of the target at one glance: head, drift, health, and what is suggested. */
#include "tui/overview.h"

typedef enum
{
    PANEL_MIGRATION,
    PANEL_DRIFT,
    PANEL_HEALTH,
    PANEL_SUGGESTED,
    PANELS,
} Panel;

typedef struct
{
    PgmView view;
    Panel selected;
    PgmArea areas[PANELS]; /* as last drawn */
} Overview;

static void draw_panel(Overview *overview, PgmConsole *console, Panel panel, PgmArea area, const char *title,
                       const char *note, void (*draw)(PgmConsole *, PgmArea))
{
    overview->areas[panel] = area;
    gboolean selected = overview->selected == panel;
    g_autofree char *marked = g_strdup_printf("%s%s", selected ? "▶ " : "", title);
    PgmArea inside =
        pgm_frame_draw(console->display, area, selected ? PGM_STYLE_ACCENT : PGM_STYLE_FRAME, marked, note);
    draw(console, inside);
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Overview *overview = (Overview *)view;
    PgmArea left = pgm_area_take_left(&area, area.columns * 54 / 100);
    PgmArea right = area;
    PgmArea migration = pgm_area_take_top(&left, MAX(left.rows * 2 / 5, 7));
    PgmArea suggested = pgm_area_take_bottom(&right, MAX(right.rows * 2 / 5, 7));
    g_autofree char *title = pgm_overview_drift_title(console, left.columns);
    g_autofree char *books_age = pgm_facts_as_of(&console->facts, PGM_NEWS_MIGRATION, PGM_FACTS_OLD_MS);
    g_autofree char *schema_age = pgm_facts_as_of(&console->facts, PGM_NEWS_SCHEMA, pgm_console_schema_old_ms(console));
    g_autofree char *health = pgm_overview_health_note(console);
    draw_panel(overview, console, PANEL_MIGRATION, migration, "Migration head", books_age, pgm_overview_draw_migration);
    draw_panel(overview, console, PANEL_DRIFT, left, title, schema_age, pgm_overview_draw_drift);
    draw_panel(overview, console, PANEL_HEALTH, right, "Health", health, pgm_overview_draw_health);
    draw_panel(overview, console, PANEL_SUGGESTED, suggested, "Suggested", NULL, pgm_overview_draw_suggested);
}

static void open_panel(PgmConsole *console, Panel panel)
{
    switch (panel)
    {
    case PANEL_MIGRATION:
        pgm_migration_open(console);
        break;
    case PANEL_DRIFT:
        pgm_drift_open(console);
        break;
    case PANEL_HEALTH:
        pgm_health_open(console);
        break;
    default:
        if (pgm_facts_get(&console->facts, PGM_NEWS_DIAGNOSIS) != NULL)
        {
            pgm_diagnosis_open(console);
        }
        else
        {
            pgm_diagnosis_ask(console);
        }
    }
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Overview *overview = (Overview *)view;
    /* Panels stand as migration | health above drift | suggested. */
    static const Panel beside[PANELS] = {PANEL_HEALTH, PANEL_SUGGESTED, PANEL_MIGRATION, PANEL_DRIFT};
    static const Panel above[PANELS] = {PANEL_DRIFT, PANEL_MIGRATION, PANEL_SUGGESTED, PANEL_HEALTH};
    switch (action)
    {
    case PGM_ACTION_LEFT:
    case PGM_ACTION_RIGHT:
        overview->selected = beside[overview->selected];
        return PGM_HANDLED;
    case PGM_ACTION_UP:
    case PGM_ACTION_DOWN:
        overview->selected = above[overview->selected];
        return PGM_HANDLED;
    case PGM_ACTION_ENTER:
        open_panel(console, overview->selected);
        return PGM_HANDLED;
    default:
        return PGM_IGNORED;
    }
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    Overview *overview = (Overview *)view;
    for (int panel = 0; panel < PANELS; panel++)
    {
        PgmArea area = overview->areas[panel];
        if (row >= area.row && row < area.row + area.rows && column >= area.column &&
            column < area.column + area.columns)
        {
            gboolean again = overview->selected == (Panel)panel;
            overview->selected = (Panel)panel;
            if (again || twice)
            {
                open_panel(console, overview->selected);
            }
            return PGM_HANDLED;
        }
    }
    return PGM_IGNORED;
}

static void overview_free(PgmView *view)
{
    g_free(view);
}

PgmView *pgm_view_overview_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .free = overview_free};
    Overview *overview = g_new0(Overview, 1);
    overview->view.ops = &ops;
    overview->selected = PANEL_SUGGESTED;
    return &overview->view;
}
