/* findings.c - all the mistakes of one file, so that they can be told at once (node.h). */
#include "pgmedic/error.h"
#include "pgmedic/node.h"

#include <string.h>

struct PgmFindings
{
    GPtrArray *list;
    guint errors;
};

static void finding_free(gpointer data)
{
    PgmFinding *finding = data;
    g_free(finding->file);
    g_free(finding->rule);
    g_free(finding->message);
    g_free(finding);
}

PgmFindings *pgm_findings_new(void)
{
    PgmFindings *findings = g_new0(PgmFindings, 1);
    findings->list = g_ptr_array_new_with_free_func(finding_free);
    return findings;
}

void pgm_findings_free(PgmFindings *findings)
{
    if (findings == NULL)
    {
        return;
    }
    g_ptr_array_unref(findings->list);
    g_free(findings);
}

/* Readers visit a file in the order of their own; people read it from the top. */
static guint place_for(const PgmFindings *findings, const PgmFinding *finding)
{
    guint place = findings->list->len;
    for (; place > 0; place--)
    {
        const PgmFinding *before = g_ptr_array_index(findings->list, place - 1);
        gboolean later =
            before->line > finding->line || (before->line == finding->line && before->column > finding->column);
        if (!later || g_strcmp0(before->file, finding->file) != 0)
        {
            break;
        }
    }
    return place;
}

void pgm_findings_add(PgmFindings *findings, PgmFindingLevel level, const char *file, int line, int column,
                      const char *rule, const char *format, ...)
{
    PgmFinding *finding = g_new0(PgmFinding, 1);
    va_list arguments;
    va_start(arguments, format);
    finding->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    finding->level = level;
    finding->file = g_strdup(file);
    finding->line = line;
    finding->column = column;
    finding->rule = g_strdup(rule);
    findings->errors += level == PGM_FINDING_ERROR;
    g_ptr_array_insert(findings->list, (int)place_for(findings, finding), finding);
}

guint pgm_findings_count(const PgmFindings *findings)
{
    return findings->list->len;
}

guint pgm_findings_errors(const PgmFindings *findings)
{
    return findings->errors;
}

const PgmFinding *pgm_findings_at(const PgmFindings *findings, guint index)
{
    return index < findings->list->len ? g_ptr_array_index(findings->list, index) : NULL;
}

static void append_finding(GString *out, const PgmFinding *finding)
{
    g_string_append_printf(out, "%s%s:", out->len > 0 ? "\n" : "", finding->file);
    if (finding->line > 0)
    {
        g_string_append_printf(out, "%d:%d:", finding->line, finding->column);
    }
    g_string_append_printf(out, " %s%s", finding->level == PGM_FINDING_NOTE ? "note: " : "", finding->message);
}

char *pgm_findings_text(const PgmFindings *findings)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < findings->list->len; i++)
    {
        append_finding(out, g_ptr_array_index(findings->list, i));
    }
    return g_string_free(out, FALSE);
}

gboolean pgm_findings_check(const PgmFindings *findings, GError **error)
{
    if (findings->errors == 0)
    {
        return TRUE;
    }
    g_autofree char *text = pgm_findings_text(findings);
    g_set_error_literal(error, PGM_ERROR, PGM_ERROR_INVALID, text);
    return FALSE;
}

enum
{
    WORD_MAX = 64, /* longer words are never mistyped keys */
};

/* Letters changed, added, dropped, or swapped with their neighbour. Both words are at most WORD_MAX bytes. */
static guint edit_distance(const char *a, gsize a_length, const char *b, gsize b_length)
{
    guint rows[3][WORD_MAX + 1];
    guint *older = rows[0], *old = rows[1], *now = rows[2];
    for (guint j = 0; j <= b_length; j++)
    {
        old[j] = j;
    }
    for (guint i = 1; i <= a_length; i++)
    {
        now[0] = i;
        for (guint j = 1; j <= b_length; j++)
        {
            guint changed = old[j - 1] + (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));
            now[j] = MIN(changed, MIN(old[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            {
                now[j] = MIN(now[j], older[j - 2] + 1);
            }
        }
        guint *free_row = older;
        older = old;
        old = now;
        now = free_row;
    }
    return old[b_length];
}

const char *pgm_findings_nearest(const char *word, const char *const *known)
{
    gsize length = strlen(word);
    const char *nearest = NULL;
    if (length == 0 || length > WORD_MAX)
    {
        return NULL;
    }
    guint best = (guint)(length + 2) / 3 + 1;
    for (; *known != NULL; known++)
    {
        gsize known_length = strlen(*known);
        guint distance = known_length > WORD_MAX ? G_MAXUINT : edit_distance(word, length, *known, known_length);
        if (distance < best)
        {
            best = distance;
            nearest = *known;
        }
    }
    return nearest;
}
