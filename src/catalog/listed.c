/* listed.c - repositories whose migrations stand in a list beside the files: Sqitch's plan, Drizzle's journal. */
#include "catalog/revision.h"
#include "pgmedic/file.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* The list's text; NULL: it cannot be read. Caller frees. */
static char *read_list(const char *path, const char *name, char **file, GError **error)
{
    g_autoptr(GError) problem = NULL;
    *file = g_build_filename(path, name, NULL);
    g_autoptr(GBytes) bytes = pgm_file_read(*file, PGM_REVISION_MAX_BYTES, &problem);
    if (bytes == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "the migration repository cannot be read: %s",
                    problem->message);
        return NULL;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    return g_utf8_make_valid(data, (gssize)length);
}

static void add(PgmRepository *repository, const char *id, const char *name, const char *file)
{
    PgmRevision *revision = pgm_revision_new(id, file);
    g_free(revision->message);
    revision->message = g_strdup(name);
    g_strdelimit(revision->message, "_-", ' ');
    pgm_revision_read_file(repository, revision);
    g_ptr_array_add(repository->revisions, revision);
}

/* The name that a line of a plan begins with: after a sign, up to a blank, its dependencies or its note. NULL for what
 * is no change: a pragma (%), a comment, a tag (@), a change that is taken out (-). */
static char *change_of(const char *line)
{
    const char *begin = line + strspn(line, " \t");
    begin += begin[0] == '+' ? 1 + strspn(begin + 1, " \t") : 0;
    gsize length = strcspn(begin, " \t\r");
    return length == 0 || strchr("%#@-", begin[0]) != NULL ? NULL : g_strndup(begin, length);
}

/* sqitch.plan: one change a line, in order; a change that was reworked stands there again. */
gboolean pgm_sqitch_read(PgmRepository *repository, const char *path, GError **error)
{
    g_autofree char *file = NULL;
    g_autofree char *plan = read_list(path, "sqitch.plan", &file, error);
    if (plan == NULL)
    {
        return FALSE;
    }
    static const char pragma[] = "%project=";
    g_auto(GStrv) lines = g_strsplit(plan, "\n", -1);
    g_autofree char *project = NULL;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; lines[i] != NULL; i++)
    {
        if (project == NULL && g_str_has_prefix(lines[i], pragma))
        {
            project = g_strstrip(g_strdup(lines[i] + strlen(pragma)));
        }
        g_autofree char *change = change_of(lines[i]);
        if (change != NULL && project != NULL && g_hash_table_add(seen, g_strdup(change)))
        {
            g_autofree char *id = g_strconcat(project, ":", change, NULL);
            g_autofree char *name = g_strconcat(change, ".sql", NULL);
            g_autofree char *script = g_build_filename(path, "deploy", name, NULL);
            add(repository, id, change, script);
        }
    }
    if (project == NULL)
    {
        pgm_repository_problem(repository, "%s: it names no %%project", file);
    }
    pgm_repository_chain(repository, '\0');
    return TRUE;
}

static void read_entry(PgmRepository *repository, const char *path, const char *file, JsonNode *node)
{
    JsonObject *entry = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    const char *tag = entry != NULL ? json_object_get_string_member_with_default(entry, "tag", NULL) : NULL;
    gint64 when = entry != NULL ? json_object_get_int_member_with_default(entry, "when", 0) : 0;
    if (tag == NULL || when == 0)
    {
        pgm_repository_problem(repository, "%s: an entry has no `tag` or no `when`", file);
        return;
    }
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, when);
    g_autofree char *name = g_strconcat(tag, ".sql", NULL);
    g_autofree char *script = g_build_filename(path, name, NULL);
    add(repository, id, tag, script);
}

/* meta/_journal.json: `when` is what the database keeps of an entry. */
gboolean pgm_drizzle_read(PgmRepository *repository, const char *path, GError **error)
{
    g_autofree char *file = NULL;
    g_autofree char *journal = read_list(path, "meta/_journal.json", &file, error);
    if (journal == NULL)
    {
        return FALSE;
    }
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    JsonNode *root = json_parser_load_from_data(parser, journal, -1, NULL) ? json_parser_get_root(parser) : NULL;
    JsonNode *entries = root != NULL && JSON_NODE_HOLDS_OBJECT(root)
                            ? json_object_get_member(json_node_get_object(root), "entries")
                            : NULL;
    if (entries == NULL || !JSON_NODE_HOLDS_ARRAY(entries))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s is not Drizzle's journal: it has no list of entries",
                    file);
        return FALSE;
    }
    JsonArray *array = json_node_get_array(entries);
    for (guint i = 0; i < json_array_get_length(array); i++)
    {
        read_entry(repository, path, file, json_array_get_element(array, i));
    }
    pgm_repository_chain(repository, '\0');
    return TRUE;
}
