/*
 * alembic_places.c - where an Alembic repository keeps its version files.
 *
 * alembic.ini says it: script_location, version_locations (split as path_separator says, %(here)s being the file's own
 * folder) and recursive_version_locations. https://alembic.sqlalchemy.org/en/latest/tutorial.html
 */
#include "catalog/revision.h"
#include "pgmedic/file.h"

#include <string.h>

/* The value of NAME, continuation lines too; NULL: not set. Caller frees. */
static char *setting(const char *ini, const char *name)
{
    g_autofree char *text = g_strdup_printf("^%s[ \\t]*[=:][ \\t]*(.*(?:\\r?\\n[ \\t]+\\S.*)*)", name);
    g_autoptr(GRegex) pattern = g_regex_new(text, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    return g_regex_match(pattern, ini, 0, &match) ? g_strstrip(g_match_info_fetch(match, 1)) : NULL;
}

static char *absolute(const char *text, const char *here)
{
    g_autoptr(GString) path = g_string_new(text);
    g_string_replace(path, "%(here)s", here, 0);
    return g_path_is_absolute(path->str) ? g_strdup(path->str) : g_build_filename(here, path->str, NULL);
}

static char *read_ini(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "alembic.ini", NULL);
    g_autoptr(GBytes) bytes = pgm_file_read(path, PGM_REVISION_MAX_BYTES, NULL);
    if (bytes == NULL)
    {
        return NULL;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    return g_strndup(data, length);
}

/* What separates the folders: without a word about it, blanks and commas. */
static const char *separators(const char *ini)
{
    g_autofree char *now = setting(ini, "path_separator");
    g_autofree char *before = now == NULL ? setting(ini, "version_path_separator") : NULL;
    const char *which = now != NULL ? now : before != NULL ? before : "";
    if (strcmp(which, "os") == 0 || strcmp(which, ":") == 0)
    {
        return ":\r\n";
    }
    return strcmp(which, ";") == 0 ? ";\r\n" : strcmp(which, "newline") == 0 ? "\r\n" : " ,\t\r\n";
}

static void add_locations(GPtrArray *folders, const char *ini, const char *here)
{
    g_autofree char *value = setting(ini, "version_locations");
    g_auto(GStrv) parts = g_strsplit_set(value != NULL ? value : "", separators(ini), -1);
    for (char **part = parts; *part != NULL; part++)
    {
        if (*g_strstrip(*part) != '\0')
        {
            g_ptr_array_add(folders, absolute(*part, here));
        }
    }
}

/* FOLDERS get what alembic.ini in HERE says of the repository at PATH; nothing when it is another one's. */
static void read_places(GPtrArray *folders, const char *here, const char *path, gboolean *recursive)
{
    g_autofree char *ini = read_ini(here);
    g_autofree char *location = ini != NULL ? setting(ini, "script_location") : NULL;
    if (location == NULL || strchr(location, ':') != NULL) /* "package:folder" is Python's to find */
    {
        return;
    }
    g_autofree char *script = absolute(location, here);
    g_autofree char *script_plain = g_canonicalize_filename(script, NULL);
    if (strcmp(script_plain, path) != 0 && strcmp(here, path) != 0)
    {
        return;
    }
    g_autofree char *deep = setting(ini, "recursive_version_locations");
    *recursive = deep != NULL && g_ascii_strcasecmp(deep, "true") == 0;
    add_locations(folders, ini, here);
    if (folders->len == 0)
    {
        g_ptr_array_add(folders, g_build_filename(script, "versions", NULL));
    }
}

GPtrArray *pgm_alembic_folders(const char *path, gboolean *recursive)
{
    GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *plain = g_canonicalize_filename(path, NULL);
    g_autofree char *above = g_path_get_dirname(plain);
    *recursive = FALSE;
    read_places(folders, plain, plain, recursive);
    if (folders->len == 0)
    {
        read_places(folders, above, plain, recursive);
    }
    if (folders->len == 0)
    {
        g_autofree char *below = g_build_filename(plain, "versions", NULL);
        g_ptr_array_add(folders, g_file_test(below, G_FILE_TEST_IS_DIR) ? g_steal_pointer(&below) : g_strdup(plain));
    }
    return folders;
}
