/* library.c - where runbooks are found. */
#include <string.h>
#include <unistd.h>

#include "pgmedic/error.h"
#include "pgmedic/runbook.h"

enum
{
    TREE_LEVELS = 4, /* build/asan/tests/runbook/ is the deepest place of a program in the source tree */
};

/* The source tree's own library, when this program stands in one; NULL otherwise. */
static char *source_tree_library(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = program != NULL ? g_path_get_dirname(program) : NULL;
    for (int level = 0; folder != NULL && level <= TREE_LEVELS; level++)
    {
        g_autofree char *library = g_build_filename(folder, "runbooks", NULL);
        g_autofree char *hotfixes = g_build_filename(folder, "hotfixes", NULL);
        g_autofree char *contracts = g_build_filename(folder, "include", "pgmedic", "runbook.h", NULL);
        if (g_file_test(library, G_FILE_TEST_IS_DIR) && g_file_test(hotfixes, G_FILE_TEST_IS_DIR) &&
            g_file_test(contracts, G_FILE_TEST_EXISTS))
        {
            return g_steal_pointer(&library);
        }
        char *parent = g_path_get_dirname(folder);
        g_free(folder);
        folder = parent;
    }
    return NULL;
}

/* What `make install` puts beside the program: it is found wherever PREFIX and DESTDIR put both. */
static char *installed_library(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(program != NULL ? program : "/usr/bin/pgmedic");
    g_autofree char *prefix = g_path_get_dirname(folder);
    return g_build_filename(prefix, "share", "pgmedic", "runbooks", NULL);
}

/* The folders to search, nearest first. Elements char*. */
static GPtrArray *library_folders(const char *folder)
{
    GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
    if (folder != NULL)
    {
        g_ptr_array_add(folders, g_strdup(folder));
    }
    g_ptr_array_add(folders, g_strdup("./runbooks"));
    char *tree = source_tree_library();
    g_ptr_array_add(folders, tree != NULL ? tree : installed_library());
    return folders;
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *runbook_name(const char *path)
{
    g_autofree char *base = g_path_get_basename(path);
    return g_strndup(base, strlen(base) - strlen(".yaml"));
}

GPtrArray *pgm_library_list(const char *folder)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) folders = library_folders(folder);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < folders->len; i++)
    {
        g_autoptr(GDir) directory = g_dir_open(folders->pdata[i], 0, NULL);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        const char *entry = NULL;
        while (directory != NULL && (entry = g_dir_read_name(directory)) != NULL)
        {
            if (g_str_has_suffix(entry, ".yaml") && entry[0] != '.')
            {
                g_ptr_array_add(names, g_strdup(entry));
            }
        }
        g_ptr_array_sort(names, compare_texts);
        for (guint k = 0; k < names->len; k++)
        {
            if (g_hash_table_add(seen, g_strdup(names->pdata[k])))
            {
                g_ptr_array_add(paths, g_build_filename(folders->pdata[i], names->pdata[k], NULL));
            }
        }
    }
    return paths;
}

static void set_not_found(const char *folder, const char *name, GError **error)
{
    g_autoptr(GPtrArray) folders = library_folders(folder);
    g_autoptr(GPtrArray) paths = pgm_library_list(folder);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < paths->len; i++)
    {
        g_ptr_array_add(names, runbook_name(paths->pdata[i]));
    }
    g_ptr_array_add(names, NULL);
    g_ptr_array_add(folders, NULL);
    g_autofree char *searched = g_strjoinv(", ", (char **)folders->pdata);
    const char *nearest = pgm_findings_nearest(name, (const char *const *)names->pdata);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("; did you mean \"%s\"?", nearest) : g_strdup("");
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "there is no runbook \"%s\" in %s%s", name, searched, hint);
}

char *pgm_library_find(const char *folder, const char *name_or_path, GError **error)
{
    if (strchr(name_or_path, '/') != NULL || g_str_has_suffix(name_or_path, ".yaml"))
    {
        if (g_file_test(name_or_path, G_FILE_TEST_EXISTS))
        {
            return g_strdup(name_or_path);
        }
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "there is no runbook file %s", name_or_path);
        return NULL;
    }
    g_autoptr(GPtrArray) paths = pgm_library_list(folder);
    for (guint i = 0; i < paths->len; i++)
    {
        g_autofree char *name = runbook_name(paths->pdata[i]);
        if (g_str_equal(name, name_or_path))
        {
            return g_strdup(paths->pdata[i]);
        }
    }
    set_not_found(folder, name_or_path, error);
    return NULL;
}
