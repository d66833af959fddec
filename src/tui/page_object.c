/* page_object.c - the page of one object: as the snapshot has it at once, then what the server tells besides. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/inspector.h"
#include "tui/link_page.h"
#include "tui/walk.h"

#include <string.h>

typedef struct
{
    PgmIdentity *object;
    PgmLinks *links;
    gint64 stamp;        /* of the schema's news that it shows */
    gboolean stale;      /* it is to be made anew */
    gboolean asked;      /* the server is being asked */
    PgmDetails *details; /* NULL: not read yet */
    char *note;          /* in their place; raw */
} ObjectPage;

static void object_free(PgmPage *page)
{
    ObjectPage *state = page->state;
    pgm_links_free(state->links);
    pgm_details_unref(state->details);
    g_free(state->object);
    g_free(state->note);
    g_free(state);
}

static void say_instead(ObjectPage *state, const char *note)
{
    g_free(state->note);
    state->note = g_strdup(note);
    state->stale = TRUE;
}

/* On the worker's connection: this thread never waits. */
static void ask(PgmConsole *console, ObjectPage *state)
{
    if (pgm_console_is_running(console))
    {
        say_instead(state, "not read: nothing else is asked of the server while a run goes on");
        return;
    }
    if (!state->asked && console->inspector != NULL)
    {
        GPtrArray *what = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(what, pgm_identity_copy(state->object));
        state->asked = TRUE;
        say_instead(state, console->facts.lost ? "not connected; trying again" : "reading…");
        pgm_worker_tell(console->inspector, PGM_INSPECT_DETAILS, NULL, NULL, what);
    }
}

static void fill(PgmPage *page, const PgmSchemaNews *news)
{
    ObjectPage *state = page->state;
    const PgmDescribeSource source = {news->snapshot, news->baseline, news->marks, state->details, state->note};
    GPtrArray *lines = pgm_describe(&source, state->object);
    if (lines == NULL)
    {
        pgm_links_clear(state->links);
        pgm_pager_clear(page->pager);
        pgm_pager_addf(page->pager, PGM_STYLE_WARN, "▲ the %s %s is gone", pgm_kind_word(state->object->kind, FALSE),
                       state->object->name);
        return;
    }
    pgm_links_fill(state->links, page->pager, lines, state->object);
}

/* A newer snapshot makes the page anew, and asks again. */
static void catch_up(PgmPage *page, PgmConsole *console)
{
    ObjectPage *state = page->state;
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->snapshot == NULL)
    {
        return;
    }
    if (news->stamp != state->stamp)
    {
        state->stamp = news->stamp;
        state->stale = TRUE;
        ask(console, state);
    }
    if (state->stale)
    {
        state->stale = FALSE;
        fill(page, news);
    }
}

static void draw(PgmPage *page, PgmConsole *console, PgmArea area)
{
    ObjectPage *state = page->state;
    catch_up(page, console);
    pgm_links_draw(state->links, console, page, area);
}

static PgmReaction act(PgmPage *page, PgmConsole *console, PgmAction action)
{
    ObjectPage *state = page->state;
    catch_up(page, console);
    return pgm_links_act(state->links, console, page->pager, action);
}

static void click(PgmPage *page, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    ObjectPage *state = page->state;
    catch_up(page, console);
    pgm_links_click(state->links, console, page->pager, row, twice);
}

static const PgmPageOps ops = {
    .keys = PGM_VIEW_OBJECT, .draw = draw, .act = act, .click = click, .footer = pgm_links_footer, .free = object_free};

void pgm_object_learn(PgmConsole *console)
{
    const PgmDetailsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_DETAILS);
    for (guint i = 0; news != NULL && i < console->pages->len; i++)
    {
        PgmPage *page = g_ptr_array_index(console->pages, i);
        ObjectPage *state = page->ops == &ops ? page->state : NULL;
        if (state == NULL || !pgm_identity_equal(state->object, news->object))
        {
            continue;
        }
        state->asked = FALSE;
        if (news->details != NULL)
        {
            pgm_details_unref(state->details);
            state->details = pgm_details_ref(news->details);
        }
        say_instead(state, news->error);
    }
}

void pgm_object_open(PgmConsole *console, const PgmIdentity *object)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->snapshot == NULL)
    {
        return;
    }
    const PgmObject *found = pgm_identity_find(object, news->snapshot);
    found = found == NULL && news->baseline != NULL ? pgm_identity_find(object, news->baseline) : found;
    g_autofree char *name = found != NULL ? pgm_object_display(found) : g_strdup(object->name);
    g_autofree char *title = g_strdup_printf("%s %s", pgm_kind_word(object->kind, FALSE), name);
    PgmPage *page = pgm_page_new(title);
    ObjectPage *state = g_new0(ObjectPage, 1);
    state->object = pgm_identity_copy(object);
    state->links = pgm_links_new();
    page->ops = &ops;
    page->state = state;
    pgm_console_open_page(console, page);
}

gboolean pgm_object_open_named(PgmConsole *console, const char *name)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    g_autoptr(GPtrArray) meant =
        news != NULL && news->snapshot != NULL ? pgm_snapshot_meant(news->snapshot, name) : g_ptr_array_new();
    if (meant->len != 1)
    {
        return FALSE;
    }
    PgmIdentity object = pgm_identity_of(meant->pdata[0]);
    pgm_object_open(console, &object);
    return TRUE;
}

void pgm_relation_open(PgmConsole *console, const char *schema, const char *name)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    for (const PgmKind *kind = pgm_kinds; news != NULL && news->snapshot != NULL && kind->name != NULL; kind++)
    {
        const PgmIdentity object = {kind, schema, NULL, name};
        if (kind->relation && pgm_identity_find(&object, news->snapshot) != NULL)
        {
            pgm_object_open(console, &object);
            return;
        }
    }
}
