/* alembic.c - an Alembic repository: versions/ *.py, read as text. */
#include "catalog/python.h"
#include "catalog/revision.h"
#include "pgmedic/file.h"

#include <string.h>

enum
{
    DEEPEST = 16, /* folders in folders */
};

/* Module-level names: what they are assigned, and where functions stand. */
typedef struct
{
    GArray *tokens;
    GHashTable *values;    /* name → index of the first token of its value, + 1 */
    GHashTable *constants; /* name → string */
    GHashTable *functions; /* name → index of its "def", + 1 */
} Module;

static guint line_start(const GArray *tokens, guint i)
{
    while (i > 0 && pgm_python_at(tokens, i - 1)->kind != PGM_PYTHON_NEWLINE)
    {
        i--;
    }
    return i;
}

/* NAME [: annotation] = value, at I; 0 when the line is no assignment. */
static guint assignment_value(const GArray *tokens, guint i)
{
    guint end = pgm_python_line_end(tokens, i);
    if (pgm_python_at(tokens, i)->kind != PGM_PYTHON_NAME ||
        !(pgm_python_is(tokens, i + 1, "=") || pgm_python_is(tokens, i + 1, ":")))
    {
        return 0;
    }
    for (guint at = i + 1; at + 1 < end; at++)
    {
        if (pgm_python_is(tokens, at, "=") && pgm_python_at(tokens, at)->depth == 0)
        {
            return pgm_python_is(tokens, at + 1, "=") ? 0 : at + 1;
        }
    }
    return 0;
}

static void module_read(Module *m)
{
    for (guint i = 0; i + 1 < m->tokens->len; i = pgm_python_line_end(m->tokens, i) + 1)
    {
        const PgmPythonToken *token = pgm_python_at(m->tokens, i);
        guint at = i + (pgm_python_is(m->tokens, i, "async") ? 1 : 0);
        if (token->indent == 0 && pgm_python_is(m->tokens, at, "def"))
        {
            g_hash_table_insert(m->functions, pgm_python_at(m->tokens, at + 1)->text, GUINT_TO_POINTER(at + 1));
            continue;
        }
        guint value = assignment_value(m->tokens, i);
        if (value == 0)
        {
            continue;
        }
        if (token->indent == 0)
        {
            g_hash_table_insert(m->values, token->text, GUINT_TO_POINTER(value + 1));
        }
        char *text = pgm_python_string(m->tokens, value, pgm_python_line_end(m->tokens, value), m->constants);
        if (text != NULL)
        {
            g_hash_table_insert(m->constants, token->text, text);
        }
    }
}

/* Every string in NAME's value: a string, a tuple or a list of them, None gives none. FALSE: there is no such name. */
static gboolean module_strings(const Module *m, const char *name, GPtrArray *strings)
{
    guint value = GPOINTER_TO_UINT(g_hash_table_lookup(m->values, name));
    if (value == 0)
    {
        return FALSE;
    }
    value--;
    guint end = pgm_python_line_end(m->tokens, value);
    for (guint i = value; i < end; i++)
    {
        const PgmPythonToken *token = pgm_python_at(m->tokens, i);
        const char *text = token->kind == PGM_PYTHON_STRING ? token->text
                           : token->kind == PGM_PYTHON_NAME ? g_hash_table_lookup(m->constants, token->text)
                                                            : NULL;
        if (text != NULL && !g_ptr_array_find_with_equal_func(strings, text, g_str_equal, NULL))
        {
            g_ptr_array_add(strings, g_strdup(text));
        }
    }
    return TRUE;
}

/* The end of the function whose "def" is at I: the next line that is not indented deeper. */
static guint function_end(const GArray *tokens, guint i)
{
    int indent = pgm_python_at(tokens, line_start(tokens, i))->indent;
    guint at = pgm_python_line_end(tokens, i) + 1;
    while (at + 1 < tokens->len && pgm_python_at(tokens, at)->indent > indent)
    {
        at = pgm_python_line_end(tokens, at) + 1;
    }
    return MIN(at, tokens->len - 1);
}

/* upgrade(), and the module's own functions that it calls, each once. */
static void read_function(const Module *m, const char *name, PgmRevision *revision, GHashTable *seen)
{
    guint def = GPOINTER_TO_UINT(g_hash_table_lookup(m->functions, name));
    if (def == 0 || g_hash_table_contains(seen, name) || g_hash_table_size(seen) > 100)
    {
        return;
    }
    g_hash_table_add(seen, g_strdup(name));
    guint end = function_end(m->tokens, def - 1);
    guint begin = pgm_python_line_end(m->tokens, def - 1);
    pgm_alembic_read_operations(revision, m->tokens, begin, end, m->constants);
    for (guint i = begin; i + 1 < end; i++)
    {
        const PgmPythonToken *token = pgm_python_at(m->tokens, i);
        if (token->kind == PGM_PYTHON_NAME && pgm_python_is(m->tokens, i + 1, "(") &&
            !pgm_python_is(m->tokens, i - 1, "."))
        {
            read_function(m, token->text, revision, seen);
        }
    }
}

static void read_upgrades(const Module *m, PgmRevision *revision)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    read_function(m, "upgrade", revision, seen);
    /* the multi-database template calls upgrade_NAME by name at run time */
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(m->functions), (GCompareFunc)strcmp);
    for (GList *name = names; name != NULL; name = name->next)
    {
        if (g_str_has_prefix(name->data, "upgrade_"))
        {
            read_function(m, name->data, revision, seen);
        }
    }
}

/* The docstring's first line, else what the file's name says behind the id. */
static char *read_message(const GArray *tokens, const char *file, const char *id)
{
    guint first = 0;
    while (first + 1 < tokens->len && pgm_python_at(tokens, first)->kind == PGM_PYTHON_NEWLINE)
    {
        first++;
    }
    if (pgm_python_at(tokens, first)->kind == PGM_PYTHON_STRING)
    {
        g_autofree char *text = g_strdup(pgm_python_at(tokens, first)->text);
        g_strstrip(text);
        text[strcspn(text, "\r\n")] = '\0';
        g_strchomp(text);
        if (text[0] != '\0')
        {
            return g_steal_pointer(&text);
        }
    }
    g_autofree char *name = g_path_get_basename(file);
    name[strlen(name) - strlen(".py")] = '\0';
    const char *rest = g_str_has_prefix(name, id) ? name + strlen(id) : name;
    rest += strspn(rest, "_-");
    return g_strdelimit(g_strdup(rest[0] != '\0' ? rest : id), "_", ' ');
}

static PgmRevision *read_module(PgmRepository *repository, const Module *m, const char *file)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    module_strings(m, "revision", ids);
    if (ids->len == 0)
    {
        pgm_repository_problem(repository, "%s: it sets no `revision`, so it cannot be placed", file);
        return NULL;
    }
    PgmRevision *revision = pgm_revision_new(ids->pdata[0], file);
    if (!module_strings(m, "down_revision", revision->down))
    {
        pgm_repository_problem(repository, "%s: it sets no `down_revision`; read as the first one", file);
    }
    module_strings(m, "depends_on", revision->depends);
    module_strings(m, "branch_labels", revision->labels);
    g_free(revision->message);
    revision->message = read_message(m->tokens, file, revision->id);
    read_upgrades(m, revision);
    return revision;
}

static void read_file(PgmRepository *repository, const char *file)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) bytes = pgm_file_read(file, PGM_REVISION_MAX_BYTES, &problem);
    if (bytes == NULL)
    {
        pgm_repository_problem(repository, "%s", problem->message);
        return;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(data, length);
    g_autoptr(GArray) tokens = pgm_python_scan(text);
    g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) constants = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr(GHashTable) functions = g_hash_table_new(g_str_hash, g_str_equal);
    Module module = {.tokens = tokens, .values = values, .constants = constants, .functions = functions};
    module_read(&module);
    PgmRevision *revision = read_module(repository, &module, file);
    if (revision != NULL)
    {
        g_ptr_array_add(repository->revisions, revision);
    }
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The .py files of FOLDER, and of the folders in it when RECURSIVE. FALSE: it cannot be read. */
static gboolean list_files(const char *folder, gboolean recursive, int depth, GPtrArray *files, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
    if (dir == NULL)
    {
        return FALSE;
    }
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
    {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_str_has_prefix(name, ".") || g_str_has_prefix(name, "__"))
        {
            continue;
        }
        if (g_str_has_suffix(name, ".py"))
        {
            g_ptr_array_add(files, g_steal_pointer(&path));
        }
        else if (recursive && depth < DEEPEST && g_file_test(path, G_FILE_TEST_IS_DIR) &&
                 !g_file_test(path, G_FILE_TEST_IS_SYMLINK) && !list_files(path, TRUE, depth + 1, files, error))
        {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean pgm_alembic_read(PgmRepository *repository, const char *path, GError **error)
{
    gboolean recursive = FALSE;
    g_autoptr(GPtrArray) folders = pgm_alembic_folders(path, &recursive);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < folders->len; i++)
    {
        g_autoptr(GError) problem = NULL;
        if (!list_files(folders->pdata[i], recursive, 0, files, &problem))
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "the migration repository cannot be read: %s",
                        problem->message);
            return FALSE;
        }
    }
    g_ptr_array_sort(files, compare_names);
    for (guint i = 0; i < files->len; i++)
    {
        if (i == 0 || strcmp(files->pdata[i], files->pdata[i - 1]) != 0)
        {
            read_file(repository, files->pdata[i]);
        }
    }
    return TRUE;
}
