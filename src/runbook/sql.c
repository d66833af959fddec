/* sql.c - the scripts and queries of a runbook: read, hashed, and judged before anything runs. */
#include <stdlib.h>
#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "runbook/loader.h"

enum
{
    PARSER_MAJOR = 15, /* whose grammar libpg_query has */
};

/* Where one SQL text stands, for findings. */
typedef struct
{
    const char *file;
    int first_line; /* of the text in FILE */
} Place;

int pgm_loader_first_line(const PgmNode *scalar)
{
    size_t length = strlen(scalar->scalar);
    gboolean block = scalar->quoted && length > 0 && scalar->scalar[length - 1] == '\n';
    return block ? scalar->line + 1 : scalar->line;
}

void pgm_loader_add_source(PgmLoader *loader, const char *name, GBytes *bytes)
{
    for (guint i = 0; i < loader->runbook->sources->len; i++)
    {
        if (g_str_equal(((PgmSource *)loader->runbook->sources->pdata[i])->name, name))
        {
            return;
        }
    }
    PgmSource *source = g_new0(PgmSource, 1);
    source->name = g_strdup(name);
    source->bytes = g_bytes_ref(bytes);
    g_ptr_array_add(loader->runbook->sources, source);
}

void pgm_loader_placeholders(PgmLoader *loader)
{
    for (guint i = 0; i < loader->runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = loader->runbook->parameters->pdata[i];
        PgmVariable *variable = g_new0(PgmVariable, 1);
        variable->bare = parameter->type == PGM_PARAMETER_INTEGER || parameter->type == PGM_PARAMETER_CHOICE;
        const char *choice = parameter->choices->len > 0 ? parameter->choices->pdata[0] : "x";
        variable->value = g_strdup(parameter->type == PGM_PARAMETER_INTEGER  ? "1"
                                   : parameter->type == PGM_PARAMETER_CHOICE ? choice
                                                                             : "x");
        g_hash_table_insert(loader->placeholders, g_strdup(parameter->name), variable);
    }
}

/* Adds "line L: message", which the SQL functions give, as a finding at that line of PLACE. */
static void add_line_error(PgmLoader *loader, const Place *place, PgmFindingLevel level, const char *rule,
                           const char *message)
{
    int line = 1;
    if (g_str_has_prefix(message, "line "))
    {
        char *end = NULL;
        line = (int)strtol(message + strlen("line "), &end, 10);
        message = g_str_has_prefix(end, ": ") ? end + 2 : end;
    }
    pgm_findings_add(loader->findings, level, place->file, line + place->first_line - 1, 0, rule, "%s", message);
}

/* A table named by a parameter must be quoted before it becomes a regclass, or "My Table" is looked up as my table. */
static void check_regclass(PgmLoader *loader, const Place *place, const char *sql, const char *name)
{
    g_autofree char *wrong = g_strdup_printf(":'%s'::regclass", name);
    const char *at = strstr(sql, wrong);
    if (at != NULL)
    {
        int line = place->first_line;
        for (const char *c = sql; c < at; c++)
        {
            line += *c == '\n';
        }
        pgm_findings_add(
            loader->findings, PGM_FINDING_ERROR, place->file, line, 0, "regclass",
            "write quote_ident(:'%s')::regclass: without quoting, capitals and blanks in the name are lost", name);
    }
}

/* SQL with every parameter replaced by something of its type; NULL with findings. */
static char *fill(PgmLoader *loader, const Place *place, const char *sql)
{
    g_autoptr(GPtrArray) names = pgm_script_variables(sql);
    gboolean known = TRUE;
    for (guint i = 0; i < names->len; i++)
    {
        const char *name = names->pdata[i];
        g_hash_table_add(loader->used, g_strdup(name));
        check_regclass(loader, place, sql, name);
        if (!g_hash_table_contains(loader->placeholders, name))
        {
            pgm_findings_add(loader->findings, PGM_FINDING_ERROR, place->file, place->first_line, 0,
                             "undeclared-parameter",
                             "the parameter \"%s\" is used here but not declared under parameters", name);
            known = FALSE;
        }
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *filled = known ? pgm_script_substitute(sql, loader->placeholders, &error) : NULL;
    if (error != NULL)
    {
        add_line_error(loader, place, PGM_FINDING_ERROR, "sql", error->message);
    }
    return g_steal_pointer(&filled);
}

/* Statements of SQL with parameters filled by placeholders; NULL with findings. What the grammar says is a finding too,
 * and *GRAMMATICAL. */
static GPtrArray *judge(PgmLoader *loader, const Place *place, const char *sql, gboolean *grammatical)
{
    g_autofree char *filled = fill(loader, place, sql);
    if (filled == NULL)
    {
        return NULL;
    }
    g_autoptr(GError) error = NULL;
    GPtrArray *statements = pgm_script_split(filled, NULL, &error);
    if (statements == NULL)
    {
        add_line_error(loader, place, PGM_FINDING_ERROR, "sql", error->message);
        return NULL;
    }
    gboolean newer = loader->server_version / 10000 > PARSER_MAJOR;
    *grammatical = pgm_script_parse(filled, &error);
    if (!*grammatical)
    {
        g_autofree char *message =
            newer ? g_strdup_printf("%s (by the grammar of %d; this server is newer and will judge)", error->message,
                                    PARSER_MAJOR)
                  : g_strdup(error->message);
        add_line_error(loader, place, newer ? PGM_FINDING_NOTE : PGM_FINDING_ERROR, "sql-syntax", message);
    }
    return statements;
}

/* The path below hotfixes/, or NULL with a finding. */
static char *script_path(PgmLoader *loader, const PgmNode *node, const char *file)
{
    g_auto(GStrv) parts = g_strsplit(file, "/", -1);
    for (guint i = 0; parts[i] != NULL; i++)
    {
        if (parts[i][0] == '\0' || g_str_equal(parts[i], "..") || g_str_equal(parts[i], "."))
        {
            pgm_loader_error(loader, node, "script-outside",
                             "the script \"%s\" must be a plain path below hotfixes/, without \"..\"", file);
            return NULL;
        }
    }
    g_autofree char *path = g_build_filename(loader->hotfixes, file, NULL);
    g_autofree char *real = realpath(path, NULL);
    g_autofree char *folder = realpath(loader->hotfixes, NULL);
    if (real == NULL || folder == NULL)
    {
        pgm_loader_error(loader, node, "script-missing", "there is no script \"%s\" in %s", file, loader->hotfixes);
        return NULL;
    }
    if (!g_str_has_prefix(real, folder) || real[strlen(folder)] != '/')
    {
        pgm_loader_error(loader, node, "script-outside", "the script \"%s\" leads out of hotfixes/, to %s", file, real);
        return NULL;
    }
    return g_steal_pointer(&path);
}

static char *script_read(PgmLoader *loader, const PgmNode *node, const char *file)
{
    g_autofree char *path = script_path(loader, node, file);
    if (path == NULL)
    {
        return NULL;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = pgm_file_read_trusted(path, PGM_NODE_MAX_BYTES, &error);
    if (bytes == NULL)
    {
        pgm_loader_error(loader, node, "script-unreadable", "%s", error->message);
        return NULL;
    }
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    if (size > 0 && !g_utf8_validate(data, (gssize)size, NULL))
    {
        pgm_loader_error(loader, node, "script-unreadable", "the script \"%s\" is not UTF-8 text", file);
        return NULL;
    }
    g_autofree char *name = g_strconcat("hotfixes/", file, NULL);
    pgm_loader_add_source(loader, name, bytes);
    return g_strndup(data != NULL ? data : "", size);
}

static void script_judge(PgmLoader *loader, const PgmNode *node, const PgmScript *script, gboolean transaction)
{
    g_autofree char *below = script->file != NULL ? g_build_filename(loader->hotfixes, script->file, NULL) : NULL;
    Place place = {below != NULL ? below : loader->path, script->line};
    gboolean grammatical = FALSE;
    g_autoptr(GPtrArray) statements = judge(loader, &place, script->text, &grammatical);
    if (statements == NULL)
    {
        return;
    }
    pgm_script_check(statements, transaction, place.file, place.first_line, loader->findings);
    if (statements->len == 0)
    {
        pgm_loader_error(loader, node, "empty-script", "the script holds no statement");
    }
}

PgmScript *pgm_loader_script(PgmLoader *loader, const PgmNode *node, const char *key_script, const char *key_sql,
                             gboolean transaction)
{
    const PgmNode *file = pgm_node_get(node, key_script);
    const PgmNode *inlined = pgm_node_get(node, key_sql);
    if (file != NULL && inlined != NULL)
    {
        pgm_loader_error(loader, inlined, "twice", "give either \"%s\" or \"%s\", not both", key_script, key_sql);
        return NULL;
    }
    const PgmNode *given = file != NULL ? file : inlined;
    if (given == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmScript) script = g_new0(PgmScript, 1);
    g_autofree char *value = pgm_loader_text(loader, node, file != NULL ? key_script : key_sql);
    if (value == NULL)
    {
        return NULL;
    }
    script->line = file != NULL ? 1 : pgm_loader_first_line(inlined);
    script->file = file != NULL ? g_strdup(value) : NULL;
    script->text = file != NULL ? script_read(loader, file, value) : g_strdup(value);
    if (script->text == NULL)
    {
        return NULL;
    }
    script_judge(loader, given, script, transaction);
    script->statements = pgm_script_split(script->text, NULL, NULL);
    return script->statements != NULL ? g_steal_pointer(&script) : NULL;
}

void pgm_loader_query(PgmLoader *loader, const PgmNode *node, const char *sql)
{
    Place place = {loader->path, pgm_loader_first_line(node)};
    gboolean grammatical = FALSE;
    g_autoptr(GPtrArray) statements = judge(loader, &place, sql, &grammatical);
    if (statements == NULL)
    {
        return;
    }
    if (grammatical && statements->len != 1)
    {
        pgm_loader_error(loader, node, "one-statement", "a check must be one statement; this holds %u",
                         statements->len);
        return;
    }
    pgm_script_check(statements, TRUE, place.file, place.first_line, loader->findings);
}

void pgm_loader_relations(PgmLoader *loader, const PgmNode *node, const char *key, const GPtrArray *names)
{
    const PgmNode *list = pgm_node_get(node, key);
    for (guint i = 0; list != NULL && i < names->len; i++)
    {
        const PgmNode *item = list->items->len > i ? list->items->pdata[i] : list;
        Place place = {loader->path, item->line};
        g_autofree char *filled = fill(loader, &place, names->pdata[i]);
        if (filled == NULL)
        {
            continue;
        }
        g_autofree char *lock = g_strdup_printf("LOCK TABLE ONLY %s", filled);
        g_autoptr(GPtrArray) statements = pgm_script_split(lock, NULL, NULL);
        if (strpbrk(filled, ";,") != NULL || statements == NULL || statements->len != 1 ||
            !pgm_script_parse(lock, NULL))
        {
            pgm_loader_error(loader, item, "relation", "\"%s\" is not a table's name as SQL writes it",
                             (const char *)names->pdata[i]);
        }
    }
}
