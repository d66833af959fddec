/* plain_print.c - a run told in the plain terminal. */
#include "cli/plain_print.h"

#include <stdio.h>
#include <string.h>

#include "pgmedic/model.h"
#include "pgmedic/text.h"

enum
{
    LINE_COLUMNS = 110, /* of what stands in full above, or is as it should be */
    TEXT_COLUMNS = 100,
};

void pgm_plain_print_block(const char *text, int indent)
{
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(safe), "\n", -1);
    for (char **line = lines; *line != NULL; line++)
    {
        printf("%*s%s\n", indent, "", *line);
    }
}

static void print_statements(const GPtrArray *statements)
{
    for (guint i = 0; i < statements->len; i++)
    {
        g_autofree char *ended = g_strconcat(statements->pdata[i], ";", NULL);
        pgm_plain_print_block(ended, 4);
    }
}

static GPtrArray *texts_of(const PgmScript *script)
{
    GPtrArray *texts = g_ptr_array_new();
    for (guint i = 0; script != NULL && i < script->statements->len; i++)
    {
        g_ptr_array_add(texts, ((const PgmStatement *)script->statements->pdata[i])->sql);
    }
    return texts;
}

void pgm_plain_print_phase(const PgmPhase *phase)
{
    g_autoptr(GPtrArray) forward = texts_of(phase->script);
    g_autoptr(GPtrArray) backward = texts_of(phase->rollback_script);
    g_autofree char *name = pgm_text_safe(phase->name, -1);
    printf("\nSQL of phase %s, %s:\n", name,
           phase->transaction ? "one transaction" : "outside a transaction, each statement commits alone");
    print_statements(forward);
    switch (phase->rollback)
    {
    case PGM_ROLLBACK_SQL:
        printf("Rollback SQL:\n");
        print_statements(backward);
        break;
    case PGM_ROLLBACK_NOTHING:
        printf("Rollback SQL: none is needed\n");
        break;
    case PGM_ROLLBACK_IRREVERSIBLE:
    {
        g_autofree char *reason = pgm_text_safe(phase->irreversible, -1);
        printf("It cannot be rolled back once it is committed: %s\n", reason);
        break;
    }
    }
}

void pgm_plain_print_begin(const PgmEvent *event)
{
    g_autoptr(GPtrArray) statements = pgm_event_texts(event, "statements");
    g_autoptr(GPtrArray) rollback = pgm_event_texts(event, "rollback");
    printf("SQL:\n");
    print_statements(statements);
    if (rollback->len > 0)
    {
        printf("Rollback SQL:\n");
        print_statements(rollback);
    }
}

static void print_lines(const PgmEvent *event, const char *heading)
{
    g_autoptr(GPtrArray) lines = pgm_event_texts(event, "lines");
    if (lines->len > 0 && heading != NULL)
    {
        printf("%s\n", heading);
    }
    for (guint i = 0; i < lines->len; i++)
    {
        pgm_plain_print_block(lines->pdata[i], 4);
    }
}

void pgm_plain_print_event(const PgmEvent *event)
{
    PgmEventKind kind = pgm_event_kind(event);
    if (kind == PGM_EVENT_QUESTION ||
        (kind == PGM_EVENT_ANSWER && g_strcmp0(pgm_event_text(event, "by"), "operator") == 0))
    {
        return; /* it stands on the screen already */
    }
    if (kind == PGM_EVENT_CHANGES)
    {
        print_lines(event, "This transaction changes:");
        return;
    }
    g_autofree char *sentence = pgm_event_sentence(event);
    if (sentence != NULL)
    {
        gboolean brief =
            kind == PGM_EVENT_STATEMENT ||
            ((kind == PGM_EVENT_VERIFICATION || kind == PGM_EVENT_PRECONDITION) && pgm_event_boolean(event, "holds"));
        g_autofree char *cut = brief ? pgm_text_cut(sentence, LINE_COLUMNS) : NULL;
        printf("%s%s\n", kind == PGM_EVENT_PHASE_BEGIN ? "\n" : "", cut != NULL ? cut : sentence);
    }
    if (kind == PGM_EVENT_DRIFT)
    {
        print_lines(event, NULL);
    }
}

static char *backup_progress(const PgmEvent *event)
{
    const char *step = pgm_event_text(event, "step");
    g_autofree char *done = pgm_text_bytes(pgm_event_integer(event, "bytes"));
    gint64 estimate = pgm_event_integer(event, "estimated_bytes");
    g_autofree char *whole = pgm_text_bytes(estimate);
    return g_strdup_printf("  backup: %s, %s%s%s", step != NULL ? step : "", done, estimate > 0 ? " of about " : "",
                           estimate > 0 ? whole : "");
}

char *pgm_plain_progress(const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_BACKUP_PROGRESS)
    {
        return backup_progress(event);
    }
    g_autoptr(GString) out = g_string_new(NULL);
    const char *doing = pgm_event_text(event, "doing");
    gint64 percent = pgm_event_has(event, "percent") ? pgm_event_integer(event, "percent") : -1;
    if (percent >= 0)
    {
        g_string_append_printf(out, "  %d %%", (int)percent);
    }
    if (doing != NULL)
    {
        g_string_append_printf(out, "  %s", doing);
    }
    guint waiting = pgm_event_items(event, "waiting");
    if (waiting > 0)
    {
        g_autofree char *oldest = pgm_text_duration(pgm_event_integer(event, "oldest_wait_ms"));
        g_string_append_printf(out, "  %u session%s behind it wait%s, the longest %s", waiting, waiting == 1 ? "" : "s",
                               waiting == 1 ? "s" : "", oldest);
    }
    guint blockers = pgm_event_items(event, "blockers");
    if (blockers > 0)
    {
        g_string_append_printf(out, "  it waits for pid %d",
                               (int)pgm_event_item_get_integer(event, "blockers", 0, "pid"));
    }
    return out->len > 0 ? pgm_text_safe(out->str, -1) : NULL;
}

void pgm_plain_print_question(const PgmQuestion *question, gboolean enter_takes_highlighted)
{
    g_autofree char *title = pgm_text_safe(question->title, -1);
    printf("\n%s\n", title);
    if (question->text != NULL)
    {
        g_autofree char *safe = pgm_text_safe_lines(question->text, -1);
        g_auto(GStrv) lines = pgm_text_wrap(safe, TEXT_COLUMNS);
        for (char **line = lines; *line != NULL; line++)
        {
            printf("  %s\n", *line);
        }
    }
    for (guint i = 0; i < question->choices->len; i++)
    {
        const PgmChoice *choice = question->choices->pdata[i];
        if (question->expected != NULL && choice->decision == PGM_DECISION_TEXT)
        {
            continue; /* it is typed as it is */
        }
        const char *mark = i != question->highlighted ? "" : enter_takes_highlighted ? "  (Enter)" : "  (suggested)";
        g_autofree char *label = pgm_text_safe(choice->label, -1);
        printf("  %c  %s%s\n", choice->key, label, mark);
    }
}
