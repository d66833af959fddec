/* parts.c - matches, parameters, checks and the backup of a runbook. */
#include <string.h>

#include "runbook/loader.h"

static gboolean is_sqlstate(const char *text)
{
    return strlen(text) == 5 && strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5;
}

static GRegex *read_regex(PgmLoader *loader, const PgmNode *node, const char *key)
{
    g_autofree char *pattern = pgm_loader_text(loader, node, key);
    g_autoptr(GError) error = NULL;
    GRegex *regex = pattern != NULL ? g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, &error) : NULL;
    if (error != NULL)
    {
        pgm_loader_error(loader, pgm_node_get(node, key), "regex", "%s", error->message);
    }
    return regex;
}

static PgmMatch *read_match(PgmLoader *loader, const PgmNode *node)
{
    static const char *const known[] = {"sqlstate", "message", "detail", "statement", "context", NULL};
    if (!pgm_loader_mapping(loader, node, "a match", known))
    {
        return NULL;
    }
    if (node->keys->len == 0)
    {
        pgm_loader_error(loader, node, "form", "a match needs at least one clause");
    }
    g_autoptr(PgmMatch) match = g_new0(PgmMatch, 1);
    match->sqlstate = pgm_loader_text(loader, node, "sqlstate");
    if (match->sqlstate != NULL && !is_sqlstate(match->sqlstate))
    {
        pgm_loader_error(loader, pgm_node_get(node, "sqlstate"), "sqlstate",
                         "\"%s\" is no SQLSTATE; it has five characters, such as \"42804\", in quotes",
                         match->sqlstate);
    }
    match->message = read_regex(loader, node, "message");
    match->detail = read_regex(loader, node, "detail");
    match->statement = read_regex(loader, node, "statement");
    match->context = read_regex(loader, node, "context");
    return g_steal_pointer(&match);
}

GPtrArray *pgm_loader_matches(PgmLoader *loader, const PgmNode *node)
{
    GPtrArray *matches = g_ptr_array_new_with_free_func(pgm_match_free);
    const GPtrArray *items = pgm_loader_list(loader, node, "matches");
    for (guint i = 0; items != NULL && i < items->len; i++)
    {
        PgmMatch *match = read_match(loader, items->pdata[i]);
        if (match != NULL)
        {
            g_ptr_array_add(matches, match);
        }
    }
    return matches;
}

static gboolean is_variable_name(const char *text)
{
    return !g_ascii_isdigit(text[0]) && strlen(text) <= 63 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

static void read_type(PgmLoader *loader, const PgmNode *node, PgmParameter *parameter)
{
    static const char *const types[] = {"table", "column", "identifier", "text", "integer", "choice", NULL};
    g_autofree char *type = pgm_loader_required(loader, node, "type", "a parameter");
    for (guint i = 0; type != NULL && types[i] != NULL; i++)
    {
        if (g_str_equal(types[i], type))
        {
            parameter->type = (PgmParameterType)i;
            return;
        }
    }
    parameter->type = PGM_PARAMETER_TEXT;
    if (type != NULL)
    {
        pgm_loader_error(loader, pgm_node_get(node, "type"), "parameter",
                         "\"%s\" is no type; use table, column, identifier, text, integer or choice", type);
    }
}

static PgmParameter *read_parameter(PgmLoader *loader, const PgmNode *node)
{
    static const char *const known[] = {"name", "type", "default", "help", "choices", NULL};
    if (!pgm_loader_mapping(loader, node, "a parameter", known))
    {
        return NULL;
    }
    g_autoptr(PgmParameter) parameter = g_new0(PgmParameter, 1);
    parameter->choices = pgm_loader_texts(loader, node, "choices");
    parameter->name = pgm_loader_required(loader, node, "name", "a parameter");
    parameter->help = pgm_loader_text(loader, node, "help");
    read_type(loader, node, parameter);
    if (parameter->name == NULL)
    {
        return NULL;
    }
    if (!is_variable_name(parameter->name))
    {
        pgm_loader_error(loader, pgm_node_get(node, "name"), "parameter",
                         "\"%s\" cannot be a parameter's name; use small letters, digits and _", parameter->name);
        return NULL;
    }
    if ((parameter->type == PGM_PARAMETER_CHOICE) != (parameter->choices->len > 0))
    {
        pgm_loader_error(loader, node, "parameter", "\"choices\" goes with type choice, and type choice needs it");
    }
    const PgmNode *otherwise = pgm_node_get(node, "default");
    g_autoptr(GError) error = NULL;
    if (otherwise != NULL && otherwise->kind == PGM_NODE_SCALAR && !pgm_node_is_null(otherwise))
    {
        parameter->default_value = g_strdup(otherwise->scalar);
        if (!pgm_parameter_check(parameter, parameter->default_value, &error))
        {
            pgm_loader_error(loader, otherwise, "parameter", "the default does not fit: %s", error->message);
        }
    }
    return g_steal_pointer(&parameter);
}

GPtrArray *pgm_loader_parameters(PgmLoader *loader, const PgmNode *node)
{
    GPtrArray *parameters = g_ptr_array_new_with_free_func(pgm_parameter_free);
    const GPtrArray *items = pgm_loader_list(loader, node, "parameters");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; items != NULL && i < items->len; i++)
    {
        PgmParameter *parameter = read_parameter(loader, items->pdata[i]);
        if (parameter == NULL)
        {
            continue;
        }
        g_ptr_array_add(parameters, parameter);
        if (!g_hash_table_add(seen, parameter->name))
        {
            pgm_loader_error(loader, items->pdata[i], "twice", "the parameter \"%s\" is declared twice",
                             parameter->name);
        }
    }
    return parameters;
}

PgmCheck *pgm_loader_check(PgmLoader *loader, const PgmNode *node, const char *what, gboolean named, gboolean same)
{
    static const char *const known[] = {"sql", "expect", "name", NULL};
    static const char *const known_unnamed[] = {"sql", "expect", NULL};
    if (!pgm_loader_mapping(loader, node, what, named ? known : known_unnamed))
    {
        return NULL;
    }
    g_autoptr(PgmCheck) check = g_new0(PgmCheck, 1);
    check->name = named ? pgm_loader_required(loader, node, "name", what) : NULL;
    check->sql = pgm_loader_required(loader, node, "sql", what);
    check->line = node->line;
    const PgmNode *expect = pgm_node_get(node, "expect");
    if (expect == NULL)
    {
        pgm_loader_error(loader, node, "missing-key", "%s needs \"expect\"", what);
        return NULL;
    }
    gboolean good = pgm_loader_expectation(loader, expect, same, &check->expect);
    if (check->sql == NULL)
    {
        return NULL;
    }
    pgm_loader_query(loader, pgm_node_get(node, "sql"), check->sql);
    return good ? g_steal_pointer(&check) : NULL;
}

GPtrArray *pgm_loader_checks(PgmLoader *loader, const PgmNode *node, const char *key, gboolean same)
{
    GPtrArray *checks = g_ptr_array_new_with_free_func(pgm_check_free);
    const GPtrArray *items = pgm_loader_list(loader, node, key);
    g_autofree char *what = g_strdup_printf("a check under %s", key);
    for (guint i = 0; items != NULL && i < items->len; i++)
    {
        PgmCheck *check = pgm_loader_check(loader, items->pdata[i], what, TRUE, same);
        if (check != NULL)
        {
            g_ptr_array_add(checks, check);
        }
    }
    return checks;
}

/* The scope, told by which of three keys is there. */
static void read_backup_scope(PgmLoader *loader, const PgmNode *node)
{
    PgmRunbook *runbook = loader->runbook;
    if (node->kind == PGM_NODE_SCALAR)
    {
        runbook->backup = PGM_BACKUP_DATABASE;
        if (!g_str_equal(node->scalar, "database"))
        {
            pgm_loader_error(
                loader, node, "backup",
                "\"backup\" must be {tables: […]}, {scope: database}, database, or {scope: none, reason: TEXT}");
        }
        return;
    }
    static const char *const known[] = {"tables", "scope", "reason", "required", NULL};
    if (!pgm_loader_mapping(loader, node, "backup", known))
    {
        return;
    }
    g_autofree char *scope = pgm_loader_text(loader, node, "scope");
    runbook->backup_reason = pgm_loader_text(loader, node, "reason");
    gboolean none = scope != NULL && g_str_equal(scope, "none");
    gboolean database = scope != NULL && g_str_equal(scope, "database");
    runbook->backup = none ? PGM_BACKUP_NONE : database ? PGM_BACKUP_DATABASE : PGM_BACKUP_TABLES;
    if ((scope != NULL) == (pgm_node_get(node, "tables") != NULL) || (scope != NULL && !none && !database))
    {
        pgm_loader_error(loader, node, "backup",
                         "\"backup\" needs either \"tables\", a list, or \"scope\", database or none");
    }
    if (none != (runbook->backup_reason != NULL))
    {
        pgm_loader_error(loader, node, "backup", "\"reason\" goes with \"scope: none\", which needs it");
    }
}

void pgm_loader_backup(PgmLoader *loader, const PgmNode *node)
{
    PgmRunbook *runbook = loader->runbook;
    const PgmNode *backup = pgm_node_get(node, "backup");
    runbook->backup_tables = g_ptr_array_new_with_free_func(g_free);
    runbook->backup_required = TRUE;
    if (backup == NULL)
    {
        pgm_loader_error(loader, node, "missing-key", "the runbook needs \"backup\"");
        return;
    }
    read_backup_scope(loader, backup);
    if (backup->kind == PGM_NODE_MAPPING)
    {
        runbook->backup_required = pgm_loader_boolean(loader, backup, "required", runbook->backup != PGM_BACKUP_NONE);
        g_ptr_array_unref(runbook->backup_tables);
        runbook->backup_tables = pgm_loader_texts(loader, backup, "tables");
        if (runbook->backup == PGM_BACKUP_TABLES && runbook->backup_tables->len == 0)
        {
            pgm_loader_error(loader, backup, "backup", "\"tables\" must name at least one table");
        }
        pgm_loader_relations(loader, backup, "tables", runbook->backup_tables);
    }
}
