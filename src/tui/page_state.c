/* page_state.c - the pages behind the overview's panels: health and migration head. They are live: what they show is
 * what is known now, and is said to be old when it is. */
#include "tui/console.h"

#include "pgmedic/text.h"

static void draw_filled(PgmPage *page, PgmConsole *console, PgmArea area)
{
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, page->title, NULL);
    pgm_pager_draw(page->pager, console->display, inside);
    g_autofree char *place = pgm_pager_place(page->pager);
    if (!g_str_equal(place, "all"))
    {
        pgm_frame_draw_note(console->display, area, PGM_STYLE_FRAME, page->title, place);
    }
}

/* What stands above everything else when it is not of now. */
static void add_age(PgmPager *pager, const PgmConsole *console, PgmNewsKind kind)
{
    g_autofree char *as_of = pgm_facts_as_of(&console->facts, kind, PGM_FACTS_OLD_MS);
    if (console->facts.lost)
    {
        g_autofree char *age = pgm_facts_as_of(&console->facts, kind, 0);
        const char *why = pgm_facts_get(&console->facts, PGM_NEWS_UNREACHABLE);
        pgm_pager_add(pager, PGM_STYLE_FAIL, "✗ not connected; trying again");
        pgm_pager_add(pager, PGM_STYLE_NORMAL, why);
        if (age != NULL)
        {
            pgm_pager_addf(pager, PGM_STYLE_WARN, "▲ what follows is %s", age);
        }
    }
    else if (as_of != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "▲ %s%s", as_of,
                       pgm_console_is_running(console) ? ": nothing else is asked of the server while a run goes on"
                                                       : "");
    }
    else
    {
        return;
    }
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
}

/* Health */

const char *pgm_health_sign(PgmHealthLevel level)
{
    static const char *const signs[] = {"●", "▲", "✗", "?"};
    return signs[level];
}

GPtrArray *pgm_health_worst_first(const GPtrArray *findings, const GPtrArray *endpoints)
{
    static const PgmHealthLevel order[] = {PGM_HEALTH_FAIL, PGM_HEALTH_WARN, PGM_HEALTH_UNKNOWN, PGM_HEALTH_OK};
    const GPtrArray *const lists[] = {endpoints, findings};
    GPtrArray *sorted = g_ptr_array_new();
    for (guint level = 0; level < G_N_ELEMENTS(order); level++)
    {
        for (guint list = 0; list < G_N_ELEMENTS(lists); list++)
        {
            for (guint i = 0; lists[list] != NULL && i < lists[list]->len; i++)
            {
                PgmHealthFinding *finding = g_ptr_array_index(lists[list], i);
                if (finding->level == order[level])
                {
                    g_ptr_array_add(sorted, finding);
                }
            }
        }
    }
    return sorted;
}

static void add_finding(PgmPager *pager, const PgmHealthFinding *finding)
{
    enum
    {
        NAME_COLUMNS = 24, /* the longest is "unvalidated constraints" */
    };
    g_autofree char *name = pgm_text_fit(finding->check, NAME_COLUMNS);
    g_autofree char *head = g_strdup_printf("%s %s ", pgm_health_sign(finding->level), name);
    pgm_pager_add_entry(pager, PGM_STYLE_NORMAL, head, finding->summary);
    if (finding->advice != NULL)
    {
        pgm_pager_add_indented(pager, PGM_STYLE_DIM, "      ", finding->advice);
    }
}

static void draw_health(PgmPage *page, PgmConsole *console, PgmArea area)
{
    const GPtrArray *findings = pgm_facts_get(&console->facts, PGM_NEWS_HEALTH);
    const GPtrArray *endpoints = pgm_facts_get(&console->facts, PGM_NEWS_ENDPOINTS);
    g_autoptr(GPtrArray) sorted = pgm_health_worst_first(findings, endpoints);
    pgm_pager_clear(page->pager);
    add_age(page->pager, console, PGM_NEWS_HEALTH);
    for (guint i = 0; i < sorted->len; i++)
    {
        add_finding(page->pager, g_ptr_array_index(sorted, i));
    }
    if (findings == NULL)
    {
        pgm_pager_add(page->pager, PGM_STYLE_DIM, "The server has not been asked yet.");
    }
    draw_filled(page, console, area);
}

void pgm_health_open(PgmConsole *console)
{
    static const PgmPageOps ops = {.draw = draw_health};
    PgmPage *page = pgm_page_new("Health, worst first");
    page->ops = &ops;
    pgm_console_open_page(console, page);
}

/* Migration head */

static void add_revision(PgmPager *pager, const PgmRevision *revision, const char *sign)
{
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%s %s  %s", sign, revision->id,
                   revision->message != NULL ? revision->message : "");
    pgm_pager_addf(pager, PGM_STYLE_DIM, "      %s", revision->file);
    for (guint i = 0; i < revision->mentions->len; i++)
    {
        const PgmMigrationMention *mention = g_ptr_array_index(revision->mentions, i);
        pgm_pager_addf(pager, PGM_STYLE_DIM, "      line %d: %s %s%s%s", mention->line, mention->operation,
                       mention->relation, mention->column != NULL ? "." : "",
                       mention->column != NULL ? mention->column : "");
    }
}

static void add_state(PgmPager *pager, const PgmMigrationState *state, const PgmRepository *repository)
{
    for (guint i = 0; i < state->absent->len; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_FAIL, "✗ %s", (const char *)g_ptr_array_index(state->absent, i));
    }
    for (guint i = 0; i < state->unknown->len; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "▲ %s is in the database's books, but not in the repository",
                       (const char *)g_ptr_array_index(state->unknown, i));
    }
    if (state->pending == NULL && repository != NULL)
    {
        pgm_pager_add(pager, PGM_STYLE_WARN, "? what is pending is unknown: the repository does not have this head");
    }
    if (state->pending != NULL && state->pending->len == 0 && state->unknown->len == 0)
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "✓ nothing is pending");
    }
    for (guint i = 0; state->pending != NULL && i < state->pending->len; i++)
    {
        add_revision(pager, g_ptr_array_index(state->pending, i), "▲ pending");
    }
}

static void add_book(PgmPager *pager, const PgmMigrationNews *news, guint at)
{
    const PgmMigrationBook *book = g_ptr_array_index(news->books, at);
    const PgmMigrationState *state = at < news->states->len ? g_ptr_array_index(news->states, at) : NULL;
    pgm_pager_addf(pager, PGM_STYLE_STRONG, "%s, in %s", book->framework, book->relation);
    if (book->unreadable != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "? unknown: %s", book->unreadable);
        return;
    }
    guint heads = book->heads != NULL ? book->heads->len : 0;
    for (guint i = 0; i < heads; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "✓ applied  %s", (const char *)g_ptr_array_index(book->heads, i));
    }
    if (heads == 0)
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "○ nothing is applied, say the books");
    }
    if (book->applied_at != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_DIM, "  the newest at %s", book->applied_at);
    }
    if (book->failed != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_FAIL, "✗ %s", book->failed);
    }
    if (book->locked_by != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "▲ the framework's lock: %s", book->locked_by);
    }
    if (news->repository != NULL && !pgm_migration_book_is_of(book, news->repository))
    {
        pgm_pager_addf(pager, PGM_STYLE_DIM, "? what is pending is unknown: the repository that is configured is %s's",
                       news->repository->kind);
    }
    else if (state != NULL)
    {
        add_state(pager, state, news->repository);
    }
}

static void add_repository(PgmPager *pager, const PgmMigrationNews *news)
{
    if (news->repository_error != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_FAIL, "✗ what is pending is unknown: %s", news->repository_error);
        return;
    }
    if (news->repository == NULL)
    {
        pgm_pager_add(pager, PGM_STYLE_DIM,
                      "What is pending is unknown: no repository is configured. In pgmedic.yaml, below the target:\n"
                      "    repository: {kind: alembic, path: FOLDER}");
        return;
    }
    pgm_pager_addf(pager, PGM_STYLE_STRONG, "Repository: %s, %u revision%s", news->repository->path,
                   news->repository->revisions->len, news->repository->revisions->len == 1 ? "" : "s");
    for (guint i = 0; i < news->repository->heads->len; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  head  %s",
                       (const char *)g_ptr_array_index(news->repository->heads, i));
    }
    for (guint i = 0; i < news->repository->problems->len; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "▲ %s", (const char *)g_ptr_array_index(news->repository->problems, i));
    }
}

static void fill_migration(PgmPager *pager, const PgmMigrationNews *news)
{
    if (news->error != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_FAIL, "✗ %s", news->error);
    }
    for (guint i = 0; news->books != NULL && i < news->books->len; i++)
    {
        add_book(pager, news, i);
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    }
    if (news->books != NULL && news->books->len == 0)
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "No migration framework keeps its books in this database.");
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    }
    add_repository(pager, news);
}

static void draw_migration(PgmPage *page, PgmConsole *console, PgmArea area)
{
    const PgmMigrationNews *news = pgm_facts_get(&console->facts, PGM_NEWS_MIGRATION);
    pgm_pager_clear(page->pager);
    add_age(page->pager, console, PGM_NEWS_MIGRATION);
    if (news != NULL)
    {
        fill_migration(page->pager, news);
    }
    else
    {
        pgm_pager_add(page->pager, PGM_STYLE_DIM, "The server has not been asked yet.");
    }
    draw_filled(page, console, area);
}

void pgm_migration_open(PgmConsole *console)
{
    static const PgmPageOps ops = {.draw = draw_migration};
    PgmPage *page = pgm_page_new("Migration head");
    page->ops = &ops;
    pgm_console_open_page(console, page);
}
