/* help.c - the pages behind ? and behind the overview's panels. */
#include "tui/console.h"

#include "pgmedic/text.h"

#include <string.h>

/* The key, the same as a command, and what it does: three columns. printf() counts bytes where a key is an arrow. */
static void add_key(PgmPager *pager, const PgmKey *row)
{
    int arrows = (int)strlen(row->shown) - pgm_text_columns(row->shown);
    g_autofree char *command = g_strconcat(row->command != NULL ? ":" : "", row->command, NULL);
    g_autofree char *head = g_strdup_printf("  %-*s %-11s ", 9 + arrows, row->shown, command);
    pgm_pager_add_entry(pager, PGM_STYLE_NORMAL, head, row->help);
}

void pgm_help_open(PgmConsole *console, PgmViewId view)
{
    g_autofree char *title = g_strdup_printf("Help: %s", pgm_view_title(view));
    guint all = PGM_VIEW_EVERYWHERE;
    PgmPage *page = pgm_page_new(title);
    pgm_pager_addf(page->pager, PGM_STYLE_STRONG, "In %s", pgm_view_title(view));
    /* The keys of this view that are not everywhere, then those that are. */
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if ((row->views & (1u << view)) && row->views != all)
        {
            add_key(page->pager, row);
        }
    }
    if (view == PGM_VIEW_RESULT)
    {
        pgm_pager_add(
            page->pager, PGM_STYLE_NORMAL,
            "  At the prompt: Tab completes names and SQL's words, ↑ brings back what was typed (kept in memory "
            "only), Ctrl-J begins a new line, what is pasted keeps its lines. \\d NAME, \\dt, \\x and \\q "
            "do as in psql.\n"
            "  A query can only read: one statement, in a read-only transaction that is always rolled back, and "
            "no function that may do something. That prevents accidents, not malice: views, operators and casts "
            "can hide a function, and what a superuser or an owner may do, such a function may. Connect as a "
            "role with pg_read_all_data and pg_monitor, or to a standby.\n"
            "  While there are more rows to come, a snapshot is held, and holds back vacuum: it is let go after "
            "30 s without a key, or with Esc.");
    }
    if (view == PGM_VIEW_RUN)
    {
        pgm_pager_add(page->pager, PGM_STYLE_NORMAL,
                      "  While a question is open, its own keys stand in it: a key asks, Enter does it, any other key\n"
                      "  goes back. What was typed before the question could be seen is thrown away.");
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, "Everywhere");
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if (row->views == all)
        {
            add_key(page->pager, row);
        }
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, "In a page like this one");
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if ((row->views & (1u << PGM_VIEW_PAGE)) && (row->views & ((1u << PGM_VIEWS) - 1)) == 0)
        {
            add_key(page->pager, row);
        }
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, "Signs");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL,
                  "  ✓ done, holds   ● healthy   ▲ look at it   ✗ failed, breaking\n"
                  "  ○ not yet, unknown   ▶ now   ∅ SQL null");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL,
                  "READ-ONLY means that nothing which writes is sent to this database. It becomes ARMED only when you "
                  "have typed the database's name: for a run, or (A, in Sessions) to cancel and terminate sessions.");
    pgm_console_open_page(console, page);
}

void pgm_health_open(PgmConsole *console)
{
    static const char *const signs[] = {"●", "▲", "✗", "○"};
    const PgmNewsKind kinds[] = {PGM_NEWS_HEALTH, PGM_NEWS_ENDPOINTS};
    PgmPage *page = pgm_page_new("Health");
    for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++)
    {
        const GPtrArray *findings = pgm_facts_get(&console->facts, kinds[kind]);
        for (guint i = 0; findings != NULL && i < findings->len; i++)
        {
            const PgmHealthFinding *finding = g_ptr_array_index(findings, i);
            g_autofree char *head = g_strdup_printf("%s %-22s ", signs[finding->level], finding->check);
            pgm_pager_add_entry(page->pager, PGM_STYLE_NORMAL, head, finding->summary);
            if (finding->advice != NULL)
            {
                pgm_pager_add_indented(page->pager, PGM_STYLE_DIM, "      ", finding->advice);
            }
        }
    }
    if (pgm_facts_get(&console->facts, PGM_NEWS_HEALTH) == NULL)
    {
        pgm_pager_add(page->pager, PGM_STYLE_DIM, "Nothing is known yet.");
    }
    pgm_console_open_page(console, page);
}

static void add_revision(PgmPager *pager, const PgmRevision *revision, const char *sign)
{
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%s %s  %s", sign, revision->id, revision->message);
    pgm_pager_addf(pager, PGM_STYLE_DIM, "      %s", revision->file);
    for (guint i = 0; i < revision->mentions->len; i++)
    {
        const PgmMigrationMention *mention = g_ptr_array_index(revision->mentions, i);
        pgm_pager_addf(pager, PGM_STYLE_DIM, "      line %d: %s %s%s%s", mention->line, mention->operation,
                       mention->relation, mention->column != NULL ? "." : "",
                       mention->column != NULL ? mention->column : "");
    }
}

static void add_state(PgmPager *pager, const PgmMigrationState *state)
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
    for (guint i = 0; state->pending != NULL && i < state->pending->len; i++)
    {
        add_revision(pager, g_ptr_array_index(state->pending, i), "▲ pending");
    }
}

void pgm_migration_open(PgmConsole *console)
{
    const PgmMigrationNews *news = pgm_facts_get(&console->facts, PGM_NEWS_MIGRATION);
    PgmPage *page = pgm_page_new("Migration head");
    for (guint i = 0; news != NULL && news->books != NULL && i < news->books->len; i++)
    {
        const PgmMigrationBook *book = g_ptr_array_index(news->books, i);
        pgm_pager_addf(page->pager, PGM_STYLE_STRONG, "%s, in %s", book->framework, book->relation);
        for (guint j = 0; book->heads != NULL && j < book->heads->len; j++)
        {
            pgm_pager_addf(page->pager, PGM_STYLE_NORMAL, "✓ applied  %s",
                           (const char *)g_ptr_array_index(book->heads, j));
        }
        if (book->unreadable != NULL)
        {
            pgm_pager_addf(page->pager, PGM_STYLE_WARN, "? unknown: %s", book->unreadable);
        }
        const PgmMigrationState *state = i < news->states->len ? g_ptr_array_index(news->states, i) : NULL;
        if (state != NULL)
        {
            add_state(page->pager, state);
        }
    }
    if (news != NULL && news->repository != NULL)
    {
        pgm_pager_addf(page->pager, PGM_STYLE_DIM, "\nRepository: %s, %u revisions", news->repository->path,
                       news->repository->revisions->len);
        for (guint i = 0; i < news->repository->problems->len; i++)
        {
            pgm_pager_addf(page->pager, PGM_STYLE_WARN, "▲ %s",
                           (const char *)g_ptr_array_index(news->repository->problems, i));
        }
    }
    if (news == NULL)
    {
        pgm_pager_add(page->pager, PGM_STYLE_DIM, "Nothing is known yet.");
    }
    pgm_console_open_page(console, page);
}
