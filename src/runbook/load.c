/* load.c - one runbook file, with its scripts, into a PgmRunbook. */
#include <stdlib.h>
#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "runbook/loader.h"

static const char *const known_keys[] = {"format",  "name",       "title",         "severity", "summary", "search_path",
                                         "matches", "parameters", "preconditions", "backup",   "phases",  NULL};

static void read_format(PgmLoader *loader, const PgmNode *root)
{
    const PgmNode *format = pgm_node_get(root, "format");
    if (format == NULL || format->kind != PGM_NODE_SCALAR || !g_str_equal(format->scalar, "1"))
    {
        pgm_loader_error(loader, format != NULL ? format : root, "format",
                         "the file must say \"format: 1\", the only one that this version reads");
    }
}

static void read_name(PgmLoader *loader, const PgmNode *root)
{
    PgmRunbook *runbook = loader->runbook;
    runbook->name = pgm_loader_required(loader, root, "name", "the runbook");
    g_autofree char *base = g_path_get_basename(loader->path);
    g_autofree char *wanted = runbook->name != NULL ? g_strconcat(runbook->name, ".yaml", NULL) : NULL;
    if (wanted != NULL && (!pgm_loader_is_name(runbook->name) || !g_str_equal(wanted, base)))
    {
        pgm_loader_error(
            loader, pgm_node_get(root, "name"), "name",
            "the name must be the file's own without .yaml, of small letters, digits and hyphens; the file "
            "is %s",
            base);
    }
}

static void read_severity(PgmLoader *loader, const PgmNode *root)
{
    g_autofree char *severity = pgm_loader_required(loader, root, "severity", "the runbook");
    if (severity != NULL && (strlen(severity) != 2 || severity[0] != 'P' || severity[1] < '0' || severity[1] > '4'))
    {
        pgm_loader_error(loader, pgm_node_get(root, "severity"), "severity",
                         "the severity must be P0, P1, P2, P3 or P4");
    }
    loader->runbook->severity = g_steal_pointer(&severity);
}

/* It reaches the server as SQL, so it must be nothing but a list of schemas. */
static void read_search_path(PgmLoader *loader, const PgmNode *root)
{
    g_autofree char *search_path = pgm_loader_text(loader, root, "search_path");
    loader->runbook->search_path = search_path != NULL ? g_strdup(search_path) : g_strdup("public");
    g_autofree char *set = g_strdup_printf("SET LOCAL search_path TO %s", loader->runbook->search_path);
    if (strchr(set, ';') != NULL || !pgm_script_parse(set, NULL))
    {
        pgm_loader_error(loader, pgm_node_get(root, "search_path"), "search-path",
                         "the search_path must be a list of schemas, such as: public, extensions");
    }
}

/* Was every script read? Otherwise a parameter may be used where nobody could look. */
static gboolean all_scripts_read(const PgmRunbook *runbook)
{
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        const PgmPhase *phase = runbook->phases->pdata[i];
        if (phase->script == NULL || (phase->rollback == PGM_ROLLBACK_SQL && phase->rollback_script == NULL))
        {
            return FALSE;
        }
    }
    return runbook->phases->len > 0;
}

static void check_parameters_used(PgmLoader *loader, const PgmNode *root)
{
    gboolean all_read = all_scripts_read(loader->runbook);
    const PgmNode *declared = pgm_node_get(root, "parameters");
    for (guint i = 0; all_read && i < loader->runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = loader->runbook->parameters->pdata[i];
        if (!g_hash_table_contains(loader->used, parameter->name))
        {
            pgm_loader_error(loader, declared, "unused-parameter",
                             "the parameter \"%s\" is declared but no SQL uses it", parameter->name);
        }
    }
}

static void read_root(PgmLoader *loader, const PgmNode *root)
{
    PgmRunbook *runbook = loader->runbook;
    runbook->parameters = pgm_loader_parameters(loader, root);
    pgm_loader_placeholders(loader);
    read_format(loader, root);
    read_name(loader, root);
    runbook->title = pgm_loader_required(loader, root, "title", "the runbook");
    read_severity(loader, root);
    runbook->summary = pgm_loader_required(loader, root, "summary", "the runbook");
    read_search_path(loader, root);
    runbook->matches = pgm_loader_matches(loader, root);
    runbook->preconditions = pgm_loader_checks(loader, root, "preconditions", FALSE);
    pgm_loader_backup(loader, root);
    pgm_loader_phases(loader, root);
    check_parameters_used(loader, root);
}

/* The reader's message "NAME:LINE:COLUMN: what is wrong", taken apart again for the findings. */
static void add_form_error(PgmLoader *loader, const char *message)
{
    int line = 0;
    int column = 0;
    const char *rest = message;
    if (g_str_has_prefix(message, loader->path) && message[strlen(loader->path)] == ':')
    {
        char *end = NULL;
        long number = strtol(message + strlen(loader->path) + 1, &end, 10);
        line = (int)number;
        rest = *end == ':' ? end + 1 : end;
        number = strtol(rest, &end, 10);
        column = end != rest ? (int)number : 0;
        rest = g_str_has_prefix(end, ": ") ? end + 2 : end;
    }
    pgm_findings_add(loader->findings, PGM_FINDING_ERROR, loader->path, line, column, "form", "%s",
                     rest + strspn(rest, " "));
}

static char *hash_sources(const GPtrArray *sources)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < sources->len; i++)
    {
        const PgmSource *source = sources->pdata[i];
        gsize size = 0;
        const guchar *data = g_bytes_get_data(source->bytes, &size);
        g_autofree char *head = g_strdup_printf("%s %" G_GSIZE_FORMAT "\n", source->name, size);
        g_checksum_update(checksum, (const guchar *)head, (gssize)strlen(head));
        g_checksum_update(checksum, data, (gssize)size);
    }
    return g_strdup(g_checksum_get_string(checksum));
}

/* FALSE with findings when the file cannot be read or is no YAML mapping. */
static gboolean load_file(PgmLoader *loader)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = pgm_file_read_trusted(loader->path, PGM_NODE_MAX_BYTES, &error);
    if (bytes == NULL)
    {
        pgm_findings_add(loader->findings, PGM_FINDING_ERROR, loader->path, 0, 0, "unreadable", "%s", error->message);
        return FALSE;
    }
    g_autofree char *base = g_path_get_basename(loader->path);
    g_autofree char *name = g_strconcat("runbooks/", base, NULL);
    pgm_loader_add_source(loader, name, bytes);
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    g_autoptr(PgmNode) root = pgm_node_parse(loader->path, data != NULL ? data : "", size, 0, &error);
    if (root == NULL)
    {
        add_form_error(loader, error->message);
        return FALSE;
    }
    if (!pgm_loader_mapping(loader, root, "a runbook", known_keys))
    {
        return FALSE;
    }
    read_root(loader, root);
    return TRUE;
}

PgmRunbook *pgm_runbook_load_for(const char *path, int server_version, PgmFindings *findings, GError **error)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *folder = g_path_get_dirname(absolute);
    g_autofree char *house = g_path_get_dirname(folder);
    g_autofree char *hotfixes = g_build_filename(house, "hotfixes", NULL);
    g_autoptr(GHashTable) placeholders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pgm_variable_free);
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(PgmFindings) own = pgm_findings_new();
    g_autoptr(PgmRunbook) runbook = g_new0(PgmRunbook, 1);
    runbook->path = g_strdup(path);
    runbook->sources = g_ptr_array_new_with_free_func(pgm_source_free);
    PgmLoader loader = {path, hotfixes, server_version, own, runbook, placeholders, used};
    gboolean read = load_file(&loader);
    for (guint i = 0; i < pgm_findings_count(own); i++)
    {
        const PgmFinding *finding = pgm_findings_at(own, i);
        pgm_findings_add(findings, finding->level, finding->file, finding->line, finding->column, finding->rule, "%s",
                         finding->message);
    }
    if (!pgm_findings_check(own, error) || !read)
    {
        return NULL;
    }
    runbook->sha256 = hash_sources(runbook->sources);
    return g_steal_pointer(&runbook);
}

PgmRunbook *pgm_runbook_load(const char *path, PgmFindings *findings, GError **error)
{
    return pgm_runbook_load_for(path, 0, findings, error);
}
