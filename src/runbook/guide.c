/* guide.c - a runbook as an execution guide: Markdown for the engineer who has psql and nothing else. */
#include <string.h>

#include "pgmedic/runbook.h"
#include "pgmedic/text.h"

static void line(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void line(GString *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(out, format, arguments);
    va_end(arguments);
    g_string_append_c(out, '\n');
}

/* Text for a paragraph or a table cell: safe, on one line, and with nothing that Markdown would take for its own. */
static char *prose(const char *text)
{
    g_autofree char *one = pgm_text_one_line(text != NULL ? text : "");
    g_autofree char *safe = pgm_text_safe(one, -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *c = safe; *c != '\0'; c++)
    {
        if (strchr("\\`*_|<>[]", *c) != NULL)
        {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *c);
    }
    return g_strdup(out->str);
}

/* A block of code whose fence no line of TEXT can close. */
static void code(GString *out, const char *language, const char *text)
{
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    size_t longest = 2;
    for (const char *c = safe; *c != '\0'; c++)
    {
        size_t ticks = strspn(c, "`");
        longest = MAX(longest, ticks);
        c += ticks > 0 ? ticks - 1 : 0;
    }
    g_autofree char *fence = g_strnfill(longest + 1, '`');
    line(out, "%s%s\n%s\n%s\n", fence, language, g_strchomp(safe), fence);
}

static void names(GString *out, const GPtrArray *array)
{
    for (guint i = 0; i < array->len; i++)
    {
        g_autofree char *name = prose(array->pdata[i]);
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", name);
    }
}

static char *joined_names(const GPtrArray *array)
{
    GString *out = g_string_new(NULL);
    names(out, array);
    return g_string_free(out, FALSE);
}

/* PGOPTIONS wants its blanks escaped. */
static char *option_value(const char *value)
{
    g_autoptr(GString) out = g_string_new(value);
    g_string_replace(out, "\\", "\\\\", 0);
    g_string_replace(out, " ", "\\ ", 0);
    return g_strdup(out->str);
}

/* A setting's milliseconds in the largest unit that PostgreSQL knows and that divides them. */
static char *setting_duration(int ms)
{
    if (ms == 0)
    {
        return g_strdup("0");
    }
    return ms % 60000 == 0  ? g_strdup_printf("%dmin", ms / 60000)
           : ms % 1000 == 0 ? g_strdup_printf("%ds", ms / 1000)
                            : g_strdup_printf("%dms", ms);
}

/* The values of the parameters that TEXT uses, as psql takes them; NAME=VALUE where they are not known yet. */
static void append_variables(GString *out, const PgmRunbook *runbook, const char *text)
{
    g_autoptr(GPtrArray) variables = pgm_script_variables(text);
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const char *name = ((const PgmParameter *)runbook->parameters->pdata[i])->name;
        if (!g_ptr_array_find_with_equal_func(variables, name, g_str_equal, NULL))
        {
            continue;
        }
        const char *value = runbook->values != NULL ? g_hash_table_lookup(runbook->values, name) : NULL;
        g_autofree char *setting = g_strconcat(name, "=", value != NULL ? value : "VALUE", NULL);
        g_autofree char *quoted = value != NULL ? g_shell_quote(setting) : g_strdup(setting);
        g_string_append_printf(out, " -v %s", quoted);
    }
}

/* The command that does a script's work without pgmedic (RUNBOOK.md). FALLBACK: the file to save inline SQL in. */
static char *psql_command(const PgmRunbook *runbook, const PgmPhase *phase, const PgmScript *script,
                          const char *fallback)
{
    g_autofree char *path = option_value(runbook->search_path);
    g_autofree char *timeout = setting_duration(phase->transaction ? phase->lock_timeout_ms : 0);
    g_autofree char *options = g_strdup_printf("-c search_path=%s -c lock_timeout=%s", path, timeout);
    g_autofree char *quoted = g_shell_quote(options);
    g_autofree char *file = script->file != NULL ? g_strconcat("hotfixes/", script->file, NULL) : g_strdup(fallback);
    g_autofree char *quoted_file =
        strspn(file, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-") == strlen(file)
            ? g_strdup(file)
            : g_shell_quote(file);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "PGOPTIONS=%s psql -X%s -v ON_ERROR_STOP=1", quoted, phase->transaction ? " -1" : "");
    append_variables(out, runbook, script->text);
    g_string_append_printf(out, " -f %s", quoted_file);
    return g_string_free(out, FALSE);
}

static char *phase_command(const PgmRunbook *runbook, const PgmPhase *phase, gboolean rollback)
{
    g_autofree char *fallback = g_strconcat(phase->name, rollback ? ".rollback.sql" : ".sql", NULL);
    return psql_command(runbook, phase, rollback ? phase->rollback_script : phase->script, fallback);
}

/* As written while parameters are open; what will run once they are filled in. */
static void write_script(GString *out, const PgmRunbook *runbook, const PgmScript *script)
{
    if (runbook->values == NULL || runbook->parameters->len == 0)
    {
        code(out, "sql", script->text);
        return;
    }
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < script->statements->len; i++)
    {
        const PgmStatement *statement = script->statements->pdata[i];
        g_string_append_printf(sql, "%s;\n\n", statement->sql);
    }
    code(out, "sql", sql->str);
}

/* The expected answer: in the line, or, for several rows, a line each as psql -A shows them. */
static void write_expected(GString *out, const char *before, const PgmExpectation *expect)
{
    if (expect->kind != PGM_EXPECT_TABLE || expect->table->len < 2)
    {
        g_autofree char *expected = pgm_expectation_text(expect);
        g_autofree char *shown = prose(expected);
        line(out, "%s %s\n", before, shown);
        return;
    }
    g_autoptr(GString) rows = g_string_new(NULL);
    for (guint i = 0; i < expect->table->len; i++)
    {
        const GPtrArray *row = expect->table->pdata[i];
        for (guint k = 0; k < row->len; k++)
        {
            const char *cell = row->pdata[k];
            g_string_append_printf(rows, "%s%s", k > 0 ? " | " : "", cell != NULL ? cell : "null");
        }
        g_string_append_c(rows, '\n');
    }
    line(out, "%s\n", before);
    code(out, "text", rows->str);
}

static void write_checks(GString *out, const GPtrArray *checks)
{
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = checks->pdata[i];
        g_autofree char *name = prose(check->name);
        line(out, "**%u. %s**\n", i + 1, name);
        code(out, "sql", check->sql);
        write_expected(out, "Expected:", &check->expect);
    }
}

static void write_parameters(GString *out, const PgmRunbook *runbook)
{
    if (runbook->parameters->len == 0)
    {
        line(out, "None: the runbook is written for these tables.\n");
        return;
    }
    line(out, "| parameter | type | value | what it is |\n|---|---|---|---|");
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        const char *bound = runbook->values != NULL ? g_hash_table_lookup(runbook->values, parameter->name) : NULL;
        g_autofree char *name = prose(parameter->name);
        g_autofree char *help = prose(parameter->help);
        g_autofree char *value = prose(bound != NULL ? bound : parameter->default_value);
        line(out, "| %s | %s | %s%s | %s |", name, pgm_parameter_type_name(parameter->type), value,
             bound == NULL ? (parameter->default_value != NULL ? " (default)" : "to be given") : "", help);
    }
    line(out, "%s", "");
}

static void write_backup(GString *out, const PgmRunbook *runbook)
{
    const char *declined =
        runbook->backup_required ? "It may be declined only with a reason on record." : "It may be declined.";
    g_autofree char *tables = joined_names(runbook->backup_tables);
    g_autofree char *reason = prose(runbook->backup_reason);
    switch (runbook->backup)
    {
    case PGM_BACKUP_TABLES:
        line(out, "Before the first phase, back up: %s. %s\n", tables, declined);
        break;
    case PGM_BACKUP_DATABASE:
        line(out, "Before the first phase, back up the whole database. %s\n", declined);
        break;
    case PGM_BACKUP_NONE:
        line(out, "No backup is needed: %s\n", reason);
        break;
    }
}

static void write_head(GString *out, const PgmRunbook *runbook)
{
    g_autofree char *title = prose(runbook->title);
    g_autofree char *summary = pgm_text_safe_lines(runbook->summary, -1);
    line(out, "# %s\n", title);
    line(out, "Execution guide of the runbook `%s`, severity %s.\n", runbook->name, runbook->severity);
    line(out, "Its files have the SHA-256 `%s`.\n", runbook->sha256);
    line(out, "%s\n", g_strchomp(summary));
    line(out, "## Parameters\n");
    write_parameters(out, runbook);
    line(out, "## Before you begin\n");
    write_backup(out, runbook);
    if (runbook->preconditions->len > 0)
    {
        line(out,
             "Every one of these must hold. If one does not, stop: the runbook was not written for this database.\n");
        write_checks(out, runbook->preconditions);
    }
}

static void write_limits(GString *out, const PgmPhase *phase)
{
    g_autofree char *locks = joined_names(phase->lock);
    g_autofree char *tolerated = joined_names(phase->tolerate);
    g_autofree char *lock_timeout = pgm_text_duration(phase->lock_timeout_ms);
    g_autofree char *statement_timeout = pgm_text_duration(phase->statement_timeout_ms);
    g_autofree char *decide = pgm_text_duration(phase->decide_within_ms);
    g_autofree char *stall = pgm_text_duration(phase->stall_limit_ms);
    if (!phase->transaction)
    {
        line(out, "- No transaction: each statement commits alone, and what has run stays when a later one fails.");
    }
    else
    {
        line(out, "- One transaction: all of it is committed, or nothing.");
        line(out, "- %s%s.",
             phase->lock->len > 0 ? "Locks, taken first, that stop reads and writes: " : "Takes no lock first", locks);
        line(out, "- Waits for a lock %s at a time, and tries up to %d times more.", lock_timeout, phase->lock_retries);
        line(out, "- Rolls back by itself when another session has waited %s behind it.", stall);
        line(out, "- %s%s.",
             phase->commit_verified
                 ? "Commits by itself once every verification holds; else asks, and rolls back after "
                 : "Asks before the COMMIT, and rolls back by itself after ",
             decide);
    }
    line(out, "- A statement may run %s.", statement_timeout);
    if (phase->tolerate->len > 0)
    {
        line(out, "- A statement that fails with one of these SQLSTATEs is skipped and reported: %s.", tolerated);
    }
    line(out, "%s", "");
}

static void write_rollback(GString *out, const PgmRunbook *runbook, const PgmPhase *phase)
{
    g_autofree char *reason = prose(phase->irreversible);
    line(out, "### Rollback\n");
    switch (phase->rollback)
    {
    case PGM_ROLLBACK_NOTHING:
        line(out, "Nothing to undo: rolling back an earlier phase takes this one with it.\n");
        return;
    case PGM_ROLLBACK_IRREVERSIBLE:
        line(out, "**This phase cannot be undone:** %s\n", reason);
        return;
    case PGM_ROLLBACK_SQL:
        break;
    }
    g_autofree char *command = phase_command(runbook, phase, TRUE);
    code(out, "sh", command);
    write_script(out, runbook, phase->rollback_script);
    line(out, "Afterwards:\n");
    write_checks(out, phase->rollback_verify);
}

static void write_phase(GString *out, const PgmRunbook *runbook, guint number, const PgmPhase *phase)
{
    g_autofree char *title = prose(phase->title);
    g_autofree char *command = phase_command(runbook, phase, FALSE);
    line(out, "## Phase %u, %s: %s\n", number, phase->name, title);
    write_limits(out, phase);
    line(out, "### SQL\n");
    write_script(out, runbook, phase->script);
    line(out, "With psql alone, from the folder that holds `hotfixes/`%s:\n",
         phase->script->file == NULL ? " (save the SQL above in the file first)" : "");
    code(out, "sh", command);
    line(out, "### Verification\n");
    line(out, "%s\n",
         phase->transaction
             ? "With pgmedic, before the COMMIT and after it. With psql, which commits by itself when every "
               "statement succeeded, afterwards; what must be \"the same as before\" has to be "
               "asked before too."
             : "After the last statement:");
    write_checks(out, phase->verify);
    line(out, "Has this phase been applied?\n");
    code(out, "sql", phase->done_when->sql);
    write_expected(out, "Yes, if the answer is:", &phase->done_when->expect);
    write_rollback(out, runbook, phase);
}

static void write_card_phase(GString *out, const PgmRunbook *runbook, guint number, const PgmPhase *phase)
{
    g_autofree char *command = phase_command(runbook, phase, FALSE);
    g_autofree char *locks = joined_names(phase->lock);
    g_autofree char *title = prose(phase->title);
    line(out, "**%u. %s** (%s%s%s)\n", number, title, phase->transaction ? "one transaction" : "no transaction",
         phase->lock->len > 0 ? "; stops reads and writes of " : "", locks);
    code(out, "sh", command);
    for (guint i = 0; i < phase->verify->len; i++)
    {
        const PgmCheck *check = phase->verify->pdata[i];
        g_autofree char *name = prose(check->name);
        line(out, "- [ ] %s", name);
    }
    line(out, "%s", "");
}

static void write_card(GString *out, const PgmRunbook *runbook)
{
    line(out, "---\n\n# Quick-reference card: %s\n", runbook->name);
    line(out, "- [ ] the database is the right one, and no standby");
    line(out, "- [ ] every precondition holds");
    line(out, "- [ ] %s\n",
         runbook->backup == PGM_BACKUP_NONE ? "no backup needed" : "the backup is made, and was read back");
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        write_card_phase(out, runbook, i + 1, runbook->phases->pdata[i]);
    }
    line(out, "**To go back**, last phase first:\n");
    gboolean any = FALSE;
    for (guint i = runbook->phases->len; i > 0; i--)
    {
        const PgmPhase *phase = runbook->phases->pdata[i - 1];
        if (phase->rollback == PGM_ROLLBACK_SQL)
        {
            g_autofree char *command = phase_command(runbook, phase, TRUE);
            line(out, "Phase %u, %s:\n", i, phase->name);
            code(out, "sh", command);
        }
        else if (phase->rollback == PGM_ROLLBACK_IRREVERSIBLE)
        {
            line(out, "Phase %u, %s, cannot be undone: stop here, and restore the backup if you must.\n", i,
                 phase->name);
        }
        any = any || phase->rollback != PGM_ROLLBACK_NOTHING;
    }
    if (!any)
    {
        line(out, "Nothing to undo.\n");
    }
    line(out,
         "**Stop** when a check does not hold or a command fails. \"canceling statement due to lock timeout\" in a "
         "transaction means that nothing was done: wait, and run the same command again.");
}

char *pgm_runbook_guide(const PgmRunbook *runbook)
{
    GString *out = g_string_new(NULL);
    write_head(out, runbook);
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        write_phase(out, runbook, i + 1, runbook->phases->pdata[i]);
    }
    write_card(out, runbook);
    return g_string_free(out, FALSE);
}
