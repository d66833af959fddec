/* command_lint.c - pgmedic lint: what is wrong with runbooks and migration SQL, without a database. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/document.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/runbook.h"
#include "pgmedic/text.h"

enum
{
    SCRIPT_MAX_BYTES = 16 * 1024 * 1024,
};

/* SQL is linted as far as its form goes: does it parse? */
static gboolean lint_script(const char *path, PgmFindings *findings, GError **error)
{
    g_autoptr(GBytes) bytes = pgm_file_read(path, SCRIPT_MAX_BYTES, error);
    if (bytes == NULL)
    {
        return FALSE;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(data, length);
    g_autoptr(GError) why = NULL;
    int line = 0, skip = 0;
    if (strlen(text) != length || !g_utf8_validate(text, -1, NULL))
    {
        pgm_findings_add(findings, PGM_FINDING_ERROR, path, 0, 0, "encoding", "it is not UTF-8 text");
    }
    else if (!pgm_script_parse(text, &why))
    {
        if (sscanf(why->message, "line %d: %n", &line, &skip) != 1)
        {
            skip = 0;
        }
        pgm_findings_add(findings, PGM_FINDING_ERROR, path, line, line > 0 ? 1 : 0, "syntax", "%s",
                         why->message + skip);
    }
    return TRUE;
}

/* FALSE: the file cannot be read at all. What is wrong in it is a finding. */
static gboolean lint_file(const char *path, PgmFindings *findings, GError **error)
{
    if (g_str_has_suffix(path, ".sql"))
    {
        return lint_script(path, findings, error);
    }
    g_autoptr(GBytes) readable = pgm_file_read(path, PGM_NODE_MAX_BYTES, error);
    if (readable == NULL)
    {
        return FALSE;
    }
    guint before = pgm_findings_errors(findings);
    g_autoptr(GError) why = NULL;
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load(path, findings, &why);
    if (runbook == NULL && pgm_findings_errors(findings) == before)
    {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    return TRUE;
}

static gboolean write_json(const PgmInvocation *invocation, const PgmFindings *findings, GError **error)
{
    g_autoptr(JsonBuilder) json = pgm_document_new();
    json_builder_set_member_name(json, "findings");
    json_builder_begin_array(json);
    for (guint i = 0; i < pgm_findings_count(findings); i++)
    {
        const PgmFinding *finding = pgm_findings_at(findings, i);
        json_builder_begin_object(json);
        pgm_document_text(json, "level", finding->level == PGM_FINDING_NOTE ? "note" : "error");
        pgm_document_text(json, "file", finding->file);
        pgm_document_integer(json, "line", finding->line);
        pgm_document_integer(json, "column", finding->column);
        pgm_document_text(json, "rule", finding->rule);
        pgm_document_text(json, "message", finding->message);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    return pgm_document_write(json, invocation, error);
}

static gboolean write_text(const PgmInvocation *invocation, const PgmFindings *findings, GError **error)
{
    if (pgm_findings_count(findings) == 0)
    {
        return TRUE;
    }
    g_autofree char *text = pgm_findings_text(findings);
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    g_autofree char *lines = g_strconcat(safe, "\n", NULL);
    return pgm_invocation_write(invocation, lines, error);
}

int pgm_command_lint(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) unread = NULL;
    for (char **path = invocation->arguments; *path != NULL; path++)
    {
        g_autoptr(GError) why = NULL;
        if (!lint_file(*path, findings, &why) && unread == NULL)
        {
            unread = g_steal_pointer(&why); /* the others are looked at all the same */
        }
    }
    if (!(invocation->json ? write_json(invocation, findings, error) : write_text(invocation, findings, error)))
    {
        return 2;
    }
    if (unread != NULL)
    {
        g_propagate_error(error, g_steal_pointer(&unread));
        return 2;
    }
    return pgm_findings_errors(findings) > 0 ? 1 : 0;
}
