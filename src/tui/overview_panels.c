/* overview_panels.c - what each panel of the overview says. */
#include "tui/overview.h"

#include "pgmedic/text.h"

#include <string.h>

typedef struct
{
    char *text; /* safe */
    PgmStyle style;
} Line;

/* Lines on their way into a panel. */
typedef struct
{
    PgmArea area;     /* the panel's inside */
    GPtrArray *lines; /* Line */
    guint rest;       /* lines that were not even made: there are too many */
} Cursor;

static void line_free(gpointer data)
{
    Line *line = data;
    g_free(line->text);
    g_free(line);
}

static void line(Cursor *cursor, PgmStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void line(Cursor *cursor, PgmStyle style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    Line *line = g_new(Line, 1);
    *line = (Line){pgm_text_safe(raw, -1), style};
    g_ptr_array_add(cursor->lines, line);
}

static Cursor begin(PgmArea area)
{
    return (Cursor){.area = area, .lines = g_ptr_array_new_with_free_func(line_free)};
}

/* How many more lines there is room for. */
static guint room(const Cursor *cursor)
{
    return (guint)MAX(cursor->area.rows - (int)cursor->lines->len, 0);
}

/* What there is no room for is counted, never just left out. */
static void end(Cursor *cursor, PgmDisplay *display)
{
    guint all = cursor->lines->len + cursor->rest;
    guint rows = (guint)MAX(cursor->area.rows, 0);
    guint shown = all <= rows ? all : MAX(rows, 1) - 1;
    for (guint i = 0; i < shown; i++)
    {
        const Line *line = g_ptr_array_index(cursor->lines, i);
        pgm_display_line(display, cursor->area.row + (int)i, cursor->area.column, cursor->area.columns, line->style,
                         line->text);
    }
    if (shown < all && rows > 0)
    {
        g_autofree char *more = g_strdup_printf("… %u more lines: Enter", all - shown);
        pgm_display_line(display, cursor->area.row + (int)shown, cursor->area.column, cursor->area.columns,
                         PGM_STYLE_ACCENT, more);
    }
    g_clear_pointer(&cursor->lines, g_ptr_array_unref);
}

/* Wrapped. */
static void paragraph(Cursor *cursor, PgmStyle style, const char *raw)
{
    g_autofree char *safe = pgm_text_safe(raw, -1);
    g_auto(GStrv) lines = pgm_text_wrap(safe, MAX(cursor->area.columns, 1));
    for (guint i = 0; lines[i] != NULL; i++)
    {
        line(cursor, style, "%s", lines[i]);
    }
}

/* What to do about something that is not configured: where there is no room for all of it, the panel's page has it. */
static void advice(Cursor *cursor, const char *whole, const char *brief)
{
    g_auto(GStrv) lines = pgm_text_wrap(whole, MAX(cursor->area.columns, 1));
    paragraph(cursor, PGM_STYLE_DIM, g_strv_length(lines) <= room(cursor) ? whole : brief);
}

/* Says why there is nothing; TRUE: there is no server. */
static gboolean no_server(Cursor *cursor, PgmConsole *console)
{
    const char *why = pgm_facts_get(&console->facts, PGM_NEWS_UNREACHABLE);
    if (console->facts.lost && why != NULL)
    {
        line(cursor, PGM_STYLE_FAIL, "✗ not connected; trying again");
        paragraph(cursor, PGM_STYLE_NORMAL, why);
        return TRUE;
    }
    if (pgm_facts_get(&console->facts, PGM_NEWS_SERVER) == NULL)
    {
        line(cursor, PGM_STYLE_DIM, "connecting…");
        return TRUE;
    }
    return FALSE;
}

/* Says why there is no NEWS to show; FALSE: there is. */
static gboolean has_nothing(Cursor *cursor, PgmConsole *console, gconstpointer news)
{
    if (news != NULL && !console->facts.lost)
    {
        return FALSE;
    }
    if (!no_server(cursor, console))
    {
        line(cursor, PGM_STYLE_DIM, "reading…");
    }
    return TRUE;
}

/* NULL: nothing failed. */
static void failure(Cursor *cursor, const char *error)
{
    if (error != NULL)
    {
        g_autofree char *why = g_strdup_printf("✗ %s", error);
        paragraph(cursor, PGM_STYLE_FAIL, why);
    }
}

static char *join(const GPtrArray *texts, const char *separator, const char *when_empty)
{
    if (texts == NULL || texts->len == 0)
    {
        return g_strdup(when_empty);
    }
    GString *joined = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
    {
        g_string_append_printf(joined, "%s%s", i > 0 ? separator : "", (const char *)g_ptr_array_index(texts, i));
    }
    return g_string_free(joined, FALSE);
}

static void draw_pending(Cursor *cursor, const PgmMigrationState *state)
{
    for (guint i = 0; i < state->absent->len; i++)
    {
        line(cursor, PGM_STYLE_FAIL, "✗ %s", (const char *)g_ptr_array_index(state->absent, i));
    }
    for (guint i = 0; i < state->unknown->len; i++)
    {
        line(cursor, PGM_STYLE_WARN, "▲ the repository does not have %s",
             (const char *)g_ptr_array_index(state->unknown, i));
    }
    if (state->pending == NULL)
    {
        return;
    }
    if (state->pending->len == 0 && state->unknown->len == 0)
    {
        line(cursor, PGM_STYLE_NORMAL, "✓ nothing is pending");
    }
    for (guint i = 0; i < state->pending->len; i++)
    {
        const PgmRevision *revision = g_ptr_array_index(state->pending, i);
        if (i == 0)
        {
            line(cursor, PGM_STYLE_NORMAL, "▲ %u pending: %s", state->pending->len, revision->message);
        }
        else
        {
            line(cursor, PGM_STYLE_NORMAL, "             %s", revision->message);
        }
    }
}

/* Several frameworks' names make one column. */
static int name_width(const GPtrArray *books)
{
    gsize width = strlen("alembic ");
    for (guint i = 0; i < books->len; i++)
    {
        const PgmMigrationBook *book = g_ptr_array_index(books, i);
        width = MAX(width, strlen(book->framework));
    }
    return (int)width;
}

static void draw_book(Cursor *cursor, const PgmMigrationNews *news, guint i)
{
    enum
    {
        NARROW = 42, /* columns that the longer words take, with a head of Alembic's */
    };
    gboolean narrow = cursor->area.columns < NARROW;
    const PgmMigrationBook *book = g_ptr_array_index(news->books, i);
    const PgmMigrationState *state = i < news->states->len ? g_ptr_array_index(news->states, i) : NULL;
    g_autofree char *heads = join(book->heads, ", ", "nothing applied");
    if (book->unreadable != NULL)
    {
        g_autofree char *text = g_strdup_printf("? %s unknown: %s", book->framework, book->unreadable);
        paragraph(cursor, PGM_STYLE_WARN, text);
        return;
    }
    int width = name_width(news->books);
    line(cursor, PGM_STYLE_STRONG, "%-*s %s  %s", width, book->framework, narrow ? "db  " : "database  ", heads);
    if (pgm_migration_book_is_of(book, news->repository))
    {
        g_autofree char *head = join(news->repository->heads, ", ", "empty");
        line(cursor, PGM_STYLE_STRONG, "%-*s %s  %s (head)", width, "", narrow ? "repo" : "repository", head);
    }
    if (book->failed != NULL)
    {
        line(cursor, PGM_STYLE_FAIL, "✗ %s", book->failed);
    }
    if (book->locked_by != NULL)
    {
        line(cursor, PGM_STYLE_WARN, "▲ the lock: %s", book->locked_by);
    }
    if (state != NULL)
    {
        draw_pending(cursor, state);
    }
}

static void draw_migration(Cursor *cursor, PgmConsole *console)
{
    const PgmMigrationNews *news = pgm_facts_get(&console->facts, PGM_NEWS_MIGRATION);
    if (has_nothing(cursor, console, news))
    {
        return;
    }
    failure(cursor, news->error);
    for (guint i = 0; news->books != NULL && i < news->books->len; i++)
    {
        draw_book(cursor, news, i);
    }
    if (news->books != NULL && news->books->len == 0)
    {
        paragraph(cursor, PGM_STYLE_NORMAL, "No migration framework keeps its books in this database.");
    }
    failure(cursor, news->repository_error);
    if (news->repository == NULL && news->repository_error == NULL)
    {
        advice(cursor,
               "What is pending is unknown: no repository is configured. In pgmedic.yaml, below the target: "
               "repository: {kind: alembic, path: FOLDER}",
               "Pending unknown: no repository named");
    }
}

void pgm_overview_draw_migration(PgmConsole *console, PgmArea area)
{
    Cursor cursor = begin(area);
    draw_migration(&cursor, console);
    end(&cursor, console->display);
}

static const char *difference_sign(const PgmDifference *difference)
{
    return difference->severity == PGM_SEVERITY_BREAKING ? "✗" : difference->severity == PGM_SEVERITY_RISKY ? "▲" : "○";
}

/* The SQL standard's long name would leave no room for the other side; nor would a definition's line ends. */
static char *short_type(const char *text)
{
    static const char long_name[] = "character varying";
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    return g_str_has_prefix(safe, long_name) ? g_strconcat("varchar", safe + strlen(long_name), NULL)
                                             : pgm_text_one_line(safe);
}

/* "document_q….document_id": a name that is too long loses the end of its table, not the column that one looks for. */
static char *fit_name(const char *display, int width)
{
    g_autofree char *safe = pgm_text_safe(display, -1);
    const char *dot = strrchr(safe, '.');
    int tail = dot != NULL ? pgm_text_columns(dot) : 0;
    if (pgm_text_columns(safe) <= width || dot == NULL || tail > width - 4)
    {
        return pgm_text_fit(safe, width);
    }
    g_autofree char *relation = g_strndup(safe, (gsize)(dot - safe));
    g_autofree char *cut = pgm_text_cut(relation, width - tail);
    g_autofree char *joined = g_strconcat(cut, dot, NULL);
    return pgm_text_fit(joined, width);
}

static gboolean has_unread(const PgmSnapshot *snapshot)
{
    return snapshot != NULL && snapshot->unread->len > 0;
}

/* What stands first says most: a lock, and who holds it. The panel's page has all. */
static void draw_unread(Cursor *cursor, const PgmSnapshot *side, const char *where)
{
    if (side == NULL || side->unread->len == 0)
    {
        return;
    }
    line(cursor, PGM_STYLE_WARN, "? %s", (const char *)g_ptr_array_index(side->unread, 0));
    if (side->unread->len > 1)
    {
        line(cursor, PGM_STYLE_WARN, "? %u more not read%s: Enter lists them", side->unread->len - 1, where);
    }
}

/* Types that do not match within the database itself, whatever is expected of it. */
static void draw_within(Cursor *cursor, const PgmSchemaNews *news)
{
    guint n = news->within != NULL ? news->within->len : 0;
    if (n > 0)
    {
        line(cursor, PGM_STYLE_STRONG, "%u %s not match that of the key", n, n == 1 ? "type does" : "types do");
    }
    guint seen = MIN(n, room(cursor) + 1);
    cursor->rest += n - seen;
    for (guint i = 0; i < seen; i++)
    {
        const PgmMismatch *mismatch = g_ptr_array_index(news->within, i);
        g_autofree char *column = pgm_object_display(mismatch->column);
        g_autofree char *name =
            fit_name(column, CLAMP(pgm_text_columns(column), 1, MAX(cursor->area.columns - 23, 12)));
        g_autofree char *type = short_type(pgm_object_value(mismatch->column, "type"));
        g_autofree char *other = short_type(pgm_object_value(mismatch->key, "type"));
        line(cursor, PGM_STYLE_NORMAL, "▲ %s %s ≠ %s", name, type, other);
    }
}

static void draw_differences(Cursor *cursor, const PgmSchemaNews *news)
{
    const PgmDrift *drift = news->drift;
    if (drift != NULL && drift->differences->len == 0)
    {
        line(cursor, PGM_STYLE_NORMAL, "✓ %s is as the baseline says",
             has_unread(news->snapshot) || has_unread(news->baseline) ? "what could be read" : "the schema");
    }
    else if (drift != NULL)
    {
        line(cursor, PGM_STYLE_STRONG, "%d breaking · %d risky · %d cosmetic", drift->breaking, drift->risky,
             drift->cosmetic);
    }
    draw_unread(cursor, news->snapshot, "");
    draw_unread(cursor, news->baseline, " in the baseline");
    if (drift == NULL)
    {
        return;
    }
    int longest = 0;
    guint seen = MIN(drift->differences->len, room(cursor) + 1);
    cursor->rest += drift->differences->len - seen;
    for (guint i = 0; i < seen; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        g_autofree char *safe = pgm_text_safe(difference->display, -1);
        longest = MAX(longest, pgm_text_columns(safe));
    }
    int width = MIN(longest, MAX(cursor->area.columns - 23, 12));
    for (guint i = 0; i < seen; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        g_autofree char *name = fit_name(difference->display, width);
        g_autofree char *actual = short_type(difference->actual_text);
        g_autofree char *expected = short_type(difference->expected_text);
        gboolean bare = difference->attribute == NULL || g_str_equal(difference->attribute, "type");
        line(cursor, PGM_STYLE_NORMAL, "%s %s %s%s%s ≠ %s", difference_sign(difference), name,
             bare ? "" : difference->attribute, bare ? "" : ": ", actual, expected);
    }
}

static void draw_drift(Cursor *cursor, PgmConsole *console)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (has_nothing(cursor, console, news))
    {
        return;
    }
    failure(cursor, news->error);
    if (news->baseline_error != NULL)
    {
        g_autofree char *why = g_strdup_printf("baseline: %s", news->baseline_error);
        failure(cursor, why);
    }
    draw_differences(cursor, news);
    draw_within(cursor, news);
    if (news->baseline == NULL && news->baseline_error == NULL)
    {
        advice(cursor,
               "No baseline is configured. Write one from a healthy database with 'pgmedic snapshot -o FILE', and "
               "name it in pgmedic.yaml, below the target: baseline: FILE",
               "No baseline is configured.");
    }
}

void pgm_overview_draw_drift(PgmConsole *console, PgmArea area)
{
    Cursor cursor = begin(area);
    draw_drift(&cursor, console);
    end(&cursor, console->display);
}

/* An endpoint is called by its address, of which the end says most: "….example.com/health". */
static char *finding_name(const PgmHealthFinding *finding, int width, const char **summary)
{
    const char *scheme = strstr(finding->summary, "://");
    const char *blank = scheme != NULL ? strchr(scheme, ' ') : NULL;
    *summary = finding->summary;
    if (blank == NULL || !g_str_equal(finding->check, "endpoint"))
    {
        return pgm_text_fit(finding->check, width);
    }
    *summary = blank + 1;
    g_autofree char *raw = g_strndup(scheme + 3, (gsize)(blank - scheme - 3));
    g_autofree char *address = pgm_text_safe(raw, -1);
    const char *tail = address;
    while (pgm_text_columns(tail) > (tail == address ? width : width - 1))
    {
        tail = g_utf8_next_char(tail);
    }
    g_autofree char *cut = g_strconcat(tail == address ? "" : "…", tail, NULL);
    return pgm_text_fit(cut, width);
}

static void draw_finding(Cursor *cursor, const PgmHealthFinding *finding)
{
    const char *summary;
    g_autofree char *name = finding_name(finding, MIN(24, cursor->area.columns / 2), &summary);
    line(cursor, PGM_STYLE_NORMAL, "%s %s %s", pgm_health_sign(finding->level), name, summary);
}

/* What the first look is for, whether all is well with it or not. */
static gboolean is_core(const PgmHealthFinding *finding)
{
    static const char *const names[] = {
        "connections", "longest transaction", "lock waits", "invalid indexes", "unvalidated constraints",
        "wraparound",  "replication",         NULL};
    return g_strv_contains(names, finding->check);
}

/* Which of them have a row: failures, then the core checks, then the others in their order. Caller frees. */
static gboolean *choose_findings(const GPtrArray *sorted, guint rows)
{
    gboolean *shown = g_new0(gboolean, sorted->len + 1);
    for (int turn = 0; turn < 3; turn++)
    {
        for (guint i = 0; i < sorted->len && rows > 0; i++)
        {
            const PgmHealthFinding *finding = g_ptr_array_index(sorted, i);
            gboolean now = turn == 0 ? finding->level == PGM_HEALTH_FAIL : turn == 1 ? is_core(finding) : TRUE;
            if (now && !shown[i])
            {
                shown[i] = TRUE;
                rows--;
            }
        }
    }
    return shown;
}

void pgm_overview_draw_health(PgmConsole *console, PgmArea area)
{
    Cursor cursor = begin(area);
    const GPtrArray *findings = pgm_facts_get(&console->facts, PGM_NEWS_HEALTH);
    const GPtrArray *endpoints = pgm_facts_get(&console->facts, PGM_NEWS_ENDPOINTS);
    if (!no_server(&cursor, console) && findings == NULL)
    {
        line(&cursor, PGM_STYLE_DIM, "reading…");
    }
    g_autoptr(GPtrArray) sorted = pgm_health_worst_first(console->facts.lost ? NULL : findings, endpoints);
    g_autofree gboolean *shown = choose_findings(sorted, room(&cursor));
    for (guint i = 0; i < sorted->len; i++)
    {
        if (shown[i])
        {
            draw_finding(&cursor, g_ptr_array_index(sorted, i));
        }
    }
    end(&cursor, console->display);
}

static void draw_suggested(Cursor *cursor, PgmConsole *console)
{
    const PgmDiagnosisNews *news = pgm_facts_get(&console->facts, PGM_NEWS_DIAGNOSIS);
    if (news == NULL || news->diagnosis == NULL)
    {
        paragraph(cursor, PGM_STYLE_DIM, "Press d and give an error log: pgmedic names the cause and what mends it.");
        return;
    }
    const PgmDiagnosis *diagnosis = news->diagnosis;
    g_autofree char *base = g_path_get_basename(news->source);
    if (diagnosis->mended)
    {
        line(cursor, PGM_STYLE_STRONG, "✓ the error's cause is gone%s",
             diagnosis->ahead->len == 0 ? ": deploy again" : "");
    }
    for (guint i = 0; i < diagnosis->ahead->len; i++)
    {
        g_autofree char *what =
            g_strdup_printf("▲ mend this too: %s", (const char *)g_ptr_array_index(diagnosis->ahead, i));
        paragraph(cursor, PGM_STYLE_NORMAL, what);
    }
    for (guint i = 0; i < diagnosis->suggestions->len; i++)
    {
        const PgmSuggestion *suggestion = g_ptr_array_index(diagnosis->suggestions, i);
        line(cursor, PGM_STYLE_STRONG, "↵ %s   %s", suggestion->runbook,
             diagnosis->mended ? "mends it" : "matches the last error");
    }
    paragraph(cursor, PGM_STYLE_NORMAL, diagnosis->headline);
    line(cursor, PGM_STYLE_DIM, "from %s", base);
}

void pgm_overview_draw_suggested(PgmConsole *console, PgmArea area)
{
    Cursor cursor = begin(area);
    draw_suggested(&cursor, console);
    end(&cursor, console->display);
}

/* "✗ 2 ▲ 6 ● 23": not every check has a row, and none is forgotten. What is old is said to be old instead. */
char *pgm_overview_health_note(const PgmConsole *console)
{
    static const PgmHealthLevel order[] = {PGM_HEALTH_FAIL, PGM_HEALTH_WARN, PGM_HEALTH_UNKNOWN, PGM_HEALTH_OK};
    char *as_of = pgm_facts_as_of(&console->facts, PGM_NEWS_HEALTH, PGM_FACTS_OLD_MS);
    const GPtrArray *findings = pgm_facts_get(&console->facts, PGM_NEWS_HEALTH);
    if (as_of != NULL || findings == NULL || console->facts.lost)
    {
        return as_of;
    }
    g_autoptr(GPtrArray) all = pgm_health_worst_first(findings, pgm_facts_get(&console->facts, PGM_NEWS_ENDPOINTS));
    GString *text = g_string_new(NULL);
    for (guint level = 0; level < G_N_ELEMENTS(order); level++)
    {
        int count = 0;
        for (guint i = 0; i < all->len; i++)
        {
            count += ((const PgmHealthFinding *)g_ptr_array_index(all, i))->level == order[level];
        }
        if (count > 0)
        {
            g_string_append_printf(text, "%s%s %d", text->len > 0 ? " " : "", pgm_health_sign(order[level]), count);
        }
    }
    return g_string_free(text, FALSE);
}

char *pgm_overview_drift_title(const PgmConsole *console, int columns)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->baseline == NULL)
    {
        return g_strdup("Drift from baseline");
    }
    g_autofree char *label = pgm_text_safe(news->baseline->label, -1);
    g_autofree char *taken = pgm_text_safe(news->baseline->taken_at, -1);
    char *title = g_strdup_printf("Drift from baseline%s%s, %.10s", *label != '\0' ? " " : "", label, taken);
    if (pgm_text_columns(title) > columns - 8 && *label != '\0')
    {
        g_free(title);
        title = g_strdup_printf("Drift from %s, %.10s", label, taken);
    }
    return title;
}
