/* view_schema.c - everything in the snapshot as a tree: unfolded, searched, and where it drifts. */
#include "tui/console.h"

#include "pgmedic/describe.h"
#include "pgmedic/text.h"
#include "tui/schema_rows.h"

#include <string.h>

typedef struct
{
    PgmView view;
    PgmSchemaRows *rows;
    gint64 stamp;   /* of the news that the rows are made of; 0: none */
    PgmArea inside; /* as last drawn */
} Schema;

static const PgmSchemaNews *newest(const PgmConsole *console)
{
    return pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
}

/* The rows are those of the newest snapshot: what the one before held is gone. */
static const PgmSchemaNews *catch_up(Schema *schema, const PgmConsole *console)
{
    const PgmSchemaNews *news = newest(console);
    gint64 stamp = news != NULL ? news->stamp : 0;
    if (stamp != schema->stamp)
    {
        schema->stamp = stamp;
        pgm_schema_rows_take(schema->rows, news != NULL ? news->tree : NULL);
    }
    return news;
}

static PgmMark mark_of(const PgmSchemaNews *news, const PgmTreeRow *row)
{
    const PgmSchemaTree *tree = news->tree;
    switch (row->kind)
    {
    case PGM_ROW_SCHEMA:
        return g_array_index(tree->schemas, PgmTreeSchema, row->at).mark;
    case PGM_ROW_GROUP:
        return g_array_index(tree->groups, PgmTreeGroup, row->at).mark;
    case PGM_ROW_ITEM:
        return g_array_index(tree->items, PgmTreeItem, row->at).mark;
    default:
    {
        PgmIdentity identity = pgm_identity_of(row->object);
        return pgm_marks_whole(news->marks, &identity);
    }
    }
}

/* What stands on the left: how deep it is, whether it is unfolded, what it is called. */
static char *name_of(const PgmSchemaNews *news, const PgmSchemaRows *rows, const PgmTreeRow *row)
{
    static const char *const indents[] = {
        [PGM_ROW_SCHEMA] = "", [PGM_ROW_GROUP] = "  ", [PGM_ROW_ITEM] = "    ", [PGM_ROW_CHILD] = "        "};
    if (row->kind == PGM_ROW_FOUND)
    {
        g_autofree char *display = pgm_object_display(row->object);
        return pgm_text_safe(display, -1);
    }
    const char *fold = !pgm_schema_rows_can_fold(rows, row) ? "  " : row->unfolded ? "▾ " : "▸ ";
    const char *raw = row->kind == PGM_ROW_GROUP ? g_array_index(news->tree->groups, PgmTreeGroup, row->at).title
                      : row->object != NULL      ? row->object->name
                                                 : "database";
    g_autofree char *safe = pgm_text_safe(raw, -1);
    return g_strconcat(indents[row->kind], row->kind == PGM_ROW_CHILD ? "" : fold, safe, NULL);
}

static char *items_text(guint count)
{
    g_autofree char *number = pgm_text_count(count);
    return g_strdup_printf("%s %s", number, count == 1 ? "object" : "objects");
}

/* How it drifts, for the one difference that fits on a line. */
static char *difference_text(const PgmSchemaNews *news, const PgmTreeRow *row)
{
    PgmIdentity identity = pgm_identity_of(row->object);
    const GPtrArray *own = pgm_marks_own(news->marks, &identity);
    const PgmDifference *first = own != NULL ? own->pdata[0] : NULL;
    if (first == NULL || first->kind == PGM_DIFFERENCE_MISSING)
    {
        return NULL;
    }
    if (first->kind == PGM_DIFFERENCE_EXTRA)
    {
        return g_strdup("not in the baseline");
    }
    gboolean bare = first->attribute == NULL || g_str_equal(first->attribute, "type");
    g_autofree char *text = g_strdup_printf("%s%s%s ≠ %s", bare ? "" : first->attribute, bare ? "" : ": ",
                                            first->actual_text, first->expected_text);
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    return pgm_text_one_line(safe);
}

/* What stands on the right of it; raw. */
static char *detail_of(const PgmSchemaNews *news, const PgmTreeRow *row)
{
    if (row->absent)
    {
        return g_strdup("absent here, in the baseline");
    }
    if (row->kind == PGM_ROW_SCHEMA)
    {
        return items_text(g_array_index(news->tree->schemas, PgmTreeSchema, row->at).items);
    }
    if (row->kind == PGM_ROW_GROUP)
    {
        return pgm_text_count(g_array_index(news->tree->groups, PgmTreeGroup, row->at).count);
    }
    PgmMark mark = mark_of(news, row);
    g_autofree char *difference = mark.count == 1 ? difference_text(news, row) : NULL;
    g_autofree char *brief =
        difference != NULL ? g_strdup(difference) : pgm_describe_briefly(news->snapshot, row->object);
    gboolean table = row->kind == PGM_ROW_ITEM && row->object->kind->relation;
    if (table)
    {
        return g_steal_pointer(&brief);
    }
    return g_strdup_printf("%s%s%s", pgm_kind_word(row->object->kind, FALSE), brief[0] != '\0' ? "  " : "", brief);
}

static PgmStyle mark_style(PgmMark mark)
{
    return mark.count == 0                       ? PGM_STYLE_DIM
           : mark.worst == PGM_SEVERITY_BREAKING ? PGM_STYLE_FAIL
           : mark.worst == PGM_SEVERITY_RISKY    ? PGM_STYLE_WARN
                                                 : PGM_STYLE_DIM;
}

static PgmStyle name_style(const PgmTreeRow *row)
{
    return row->kind == PGM_ROW_SCHEMA  ? PGM_STYLE_STRONG
           : row->kind == PGM_ROW_GROUP ? PGM_STYLE_ACCENT
                                        : PGM_STYLE_NORMAL;
}

/* cursor, mark, name, detail: "▶ ✗ 3     ▸ documents      5 columns, 2 indexes" */
static void draw_row(Schema *schema, const PgmSchemaNews *news, PgmDisplay *display, PgmArea area, int line, guint at)
{
    enum
    {
        CURSOR = 2,
        MARK = 6,
        GAP = 2,
    };
    const PgmTreeRow *row = pgm_schema_rows_at(schema->rows, at);
    gboolean selected = (int)at == pgm_schema_rows_list(schema->rows)->selected;
    PgmMark mark = mark_of(news, row);
    g_autofree char *number =
        mark.count > 0 ? g_strdup_printf("%s %u", pgm_severity_sign(mark.worst), mark.count) : g_strdup("");
    g_autofree char *name = name_of(news, schema->rows, row);
    g_autofree char *detail = detail_of(news, row);
    g_autofree char *safe = pgm_text_safe(detail, -1);
    int left = area.column - 1, width = area.columns + 2;
    int rest = width - CURSOR - MARK, name_width = CLAMP(rest / 2, 24, 64);
    PgmStyle base = selected ? PGM_STYLE_SELECTED : PGM_STYLE_NORMAL;
    pgm_display_fill(display, area.row + line, left, width, base, selected ? "▶" : "");
    pgm_display_text(display, area.row + line, left + CURSOR, MARK, selected ? base : mark_style(mark), number);
    pgm_display_text(display, area.row + line, left + CURSOR + MARK, name_width, selected ? base : name_style(row),
                     name);
    int column = left + CURSOR + MARK + name_width + GAP;
    pgm_display_text(display, area.row + line, column, MAX(left + width - column, 0),
                     selected      ? base
                     : row->absent ? PGM_STYLE_FAIL
                                   : PGM_STYLE_DIM,
                     safe);
}

/* "as of 2 min ago · ", before what it is about; "": it is of now. */
static char *as_of(const PgmConsole *console)
{
    g_autofree char *old = pgm_facts_as_of(&console->facts, PGM_NEWS_SCHEMA, pgm_console_schema_old_ms(console));
    return old != NULL ? g_strdup_printf("%s · ", old) : g_strdup("");
}

static char *note(const PgmConsole *console, const Schema *schema, const PgmSchemaNews *news)
{
    guint count = pgm_schema_rows_count(schema->rows);
    const char *text = pgm_schema_rows_text(schema->rows);
    if (news == NULL || news->tree == NULL)
    {
        return NULL;
    }
    if (text[0] != '\0')
    {
        g_autofree char *safe = pgm_text_safe(text, -1);
        g_autofree char *found = pgm_text_count(count);
        g_autofree char *all = pgm_text_count(news->tree->searched);
        return g_strdup_printf("/%s: %s of %s", safe, found, all);
    }
    g_autofree char *unread = news->snapshot->unread->len > 0
                                  ? g_strdup_printf("▲ %u not read · ", news->snapshot->unread->len)
                                  : g_strdup("");
    g_autofree char *old = as_of(console);
    if (news->drift == NULL)
    {
        return g_strconcat(old, unread,
                           news->baseline_error != NULL ? "the baseline cannot be read" : "no baseline to compare with",
                           NULL);
    }
    return g_strdup_printf("%s%s%d breaking · %d risky · %d cosmetic", old, unread, news->drift->breaking,
                           news->drift->risky, news->drift->cosmetic);
}

static char *empty_text(const PgmConsole *console, const Schema *schema, const PgmSchemaNews *news)
{
    if (news == NULL)
    {
        return console->facts.lost ? pgm_console_not_connected(console) : g_strdup("Reading the schema…");
    }
    if (news->tree == NULL)
    {
        return pgm_text_safe(news->error, -1);
    }
    return g_strdup(pgm_schema_rows_text(schema->rows)[0] != '\0'
                        ? "Nothing is called so: no table, column, index, constraint, function … Esc shows all."
                        : "This database has no objects outside the system catalogs.");
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Schema *schema = (Schema *)view;
    const PgmSchemaNews *news = catch_up(schema, console);
    PgmList *list = pgm_schema_rows_list(schema->rows);
    guint count = pgm_schema_rows_count(schema->rows);
    pgm_list_fit(list, (int)count, area.rows - 2);
    g_autofree char *right = note(console, schema, news);
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, "Schema", right);
    schema->inside = inside;
    for (int i = 0; i < inside.rows && list->top + i < (int)count; i++)
    {
        draw_row(schema, news, console->display, inside, i, (guint)(list->top + i));
    }
    if (count == 0)
    {
        g_autofree char *text = empty_text(console, schema, news);
        g_auto(GStrv) lines = pgm_text_wrap(text, MAX(inside.columns, 1));
        for (int i = 0; i < inside.rows && lines[i] != NULL; i++)
        {
            pgm_display_text(console->display, inside.row + i, inside.column, inside.columns, PGM_STYLE_DIM, lines[i]);
        }
    }
}

static const PgmTreeRow *selected_row(Schema *schema)
{
    const PgmList *list = pgm_schema_rows_list(schema->rows);
    return list->selected >= 0 && list->selected < (int)pgm_schema_rows_count(schema->rows)
               ? pgm_schema_rows_at(schema->rows, (guint)list->selected)
               : NULL;
}

static void select_row(Schema *schema, int at)
{
    PgmList *list = pgm_schema_rows_list(schema->rows);
    list->selected = at;
    pgm_list_fit(list, (int)pgm_schema_rows_count(schema->rows), MAX(schema->inside.rows, 1));
    pgm_schema_rows_selected(schema->rows);
}

static void fold(Schema *schema, gboolean unfold)
{
    pgm_schema_rows_selected(schema->rows);
    pgm_schema_rows_fold(schema->rows, (guint)pgm_schema_rows_list(schema->rows)->selected, unfold);
}

static void open_object(PgmConsole *console, const PgmTreeRow *row)
{
    PgmIdentity identity = pgm_identity_of(row->object);
    pgm_object_open(console, &identity);
}

/* Enter: folds what has no page, opens what has one. */
static void enter(Schema *schema, PgmConsole *console)
{
    const PgmTreeRow *row = selected_row(schema);
    if (row == NULL)
    {
        return;
    }
    if (row->kind == PGM_ROW_SCHEMA || row->kind == PGM_ROW_GROUP)
    {
        fold(schema, !row->unfolded);
        return;
    }
    open_object(console, row);
}

/* →: into it. */
static void go_in(Schema *schema, PgmConsole *console)
{
    const PgmTreeRow *row = selected_row(schema);
    if (row != NULL && pgm_schema_rows_can_fold(schema->rows, row))
    {
        if (row->unfolded)
        {
            select_row(schema, pgm_schema_rows_list(schema->rows)->selected + 1);
            return;
        }
        fold(schema, TRUE);
    }
    else if (row != NULL)
    {
        open_object(console, row);
    }
}

/* ←: folds it, or goes up to what it stands in. */
static void go_out(Schema *schema)
{
    const PgmTreeRow *row = selected_row(schema);
    if (row == NULL || row->kind == PGM_ROW_FOUND)
    {
        return;
    }
    if (row->unfolded)
    {
        fold(schema, FALSE);
        return;
    }
    for (int at = pgm_schema_rows_list(schema->rows)->selected - 1; at >= 0; at--)
    {
        if (pgm_schema_rows_at(schema->rows, (guint)at)->kind < row->kind)
        {
            select_row(schema, at);
            return;
        }
    }
}

static PgmReaction end_search(Schema *schema)
{
    if (pgm_schema_rows_text(schema->rows)[0] == '\0')
    {
        return PGM_IGNORED;
    }
    pgm_schema_rows_selected(schema->rows);
    pgm_schema_rows_search(schema->rows, "");
    return PGM_HANDLED;
}

static void next_drift(Schema *schema, PgmConsole *console, gboolean backward)
{
    const PgmSchemaNews *news = newest(console);
    if (!pgm_schema_rows_next_drift(schema->rows, backward))
    {
        pgm_console_say(console, "%s",
                        news != NULL && news->drift != NULL ? "nothing else drifts here"
                                                            : "there is no baseline to compare with");
    }
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Schema *schema = (Schema *)view;
    catch_up(schema, console);
    int at = pgm_schema_rows_list(schema->rows)->selected, page = MAX(schema->inside.rows - 1, 1);
    switch (action)
    {
    case PGM_ACTION_UP:
        select_row(schema, at - 1);
        return PGM_HANDLED;
    case PGM_ACTION_DOWN:
        select_row(schema, at + 1);
        return PGM_HANDLED;
    case PGM_ACTION_PAGE_UP:
        select_row(schema, at - page);
        return PGM_HANDLED;
    case PGM_ACTION_PAGE_DOWN:
        select_row(schema, at + page);
        return PGM_HANDLED;
    case PGM_ACTION_FIRST:
        select_row(schema, 0);
        return PGM_HANDLED;
    case PGM_ACTION_LAST:
        select_row(schema, (int)pgm_schema_rows_count(schema->rows) - 1);
        return PGM_HANDLED;
    case PGM_ACTION_ENTER:
        enter(schema, console);
        return PGM_HANDLED;
    case PGM_ACTION_RIGHT:
        go_in(schema, console);
        return PGM_HANDLED;
    case PGM_ACTION_LEFT:
        go_out(schema);
        return PGM_HANDLED;
    case PGM_ACTION_NEXT_MATCH:
    case PGM_ACTION_PREVIOUS_MATCH:
        next_drift(schema, console, action == PGM_ACTION_PREVIOUS_MATCH);
        return PGM_HANDLED;
    case PGM_ACTION_BACK:
        return end_search(schema);
    default:
        return PGM_IGNORED;
    }
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    Schema *schema = (Schema *)view;
    catch_up(schema, console);
    PgmList *list = pgm_schema_rows_list(schema->rows);
    int at = row - schema->inside.row + list->top;
    if (row < schema->inside.row || row >= schema->inside.row + schema->inside.rows ||
        at >= (int)pgm_schema_rows_count(schema->rows))
    {
        return PGM_HANDLED;
    }
    gboolean again = at == list->selected;
    select_row(schema, at);
    if (again || twice)
    {
        enter(schema, console);
    }
    return PGM_HANDLED;
}

static void filter(PgmView *view, PgmConsole *console, const char *text)
{
    Schema *schema = (Schema *)view;
    catch_up(schema, console);
    pgm_schema_rows_search(schema->rows, text);
}

static void schema_free(PgmView *view)
{
    pgm_schema_rows_free(((Schema *)view)->rows);
    g_free(view);
}

PgmView *pgm_view_schema_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .filter = filter, .free = schema_free};
    Schema *schema = g_new0(Schema, 1);
    schema->view.ops = &ops;
    schema->rows = pgm_schema_rows_new();
    return &schema->view;
}
