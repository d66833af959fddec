/* runs.c - the folders of the runs on record. */
#include "pgmedic/runs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/journal.h"

char *pgm_runs_folder(void)
{
    return g_build_filename(g_get_user_state_dir(), "pgmedic", "runs", NULL);
}

static char *base_or_default(const char *base)
{
    return base != NULL ? g_strdup(base) : pgm_runs_folder();
}

char *pgm_runs_create(const char *base, const char *name, GError **error)
{
    g_autofree char *folder = base_or_default(base);
    if (!pgm_file_make_private_folder(folder, error))
    {
        return NULL;
    }
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *stamp = g_date_time_format(now, "%Y%m%dT%H%M%SZ");
    for (int tries = 0; tries < 100; tries++)
    {
        g_autofree char *run = g_strdup_printf("%s-%s-%04x", stamp, name, g_random_int() & 0xffff);
        g_autofree char *path = g_build_filename(folder, run, NULL);
        if (mkdir(path, 0700) == 0)
        {
            return pgm_file_sync_folder(folder, error) ? g_steal_pointer(&path) : NULL;
        }
        if (errno != EEXIST)
        {
            int why = errno;
            g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "cannot make the run's folder %s: %s", path, g_strerror(why));
            return NULL;
        }
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "cannot find a free name for the run in %s", folder);
    return NULL;
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)b, *(const char *const *)a);
}

GPtrArray *pgm_runs_list(const char *base, GError **error)
{
    g_autofree char *folder = base_or_default(base);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!g_file_test(folder, G_FILE_TEST_EXISTS))
    {
        return g_steal_pointer(&names);
    }
    g_autoptr(GError) why = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
    if (dir == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "cannot read the folder of runs: %s", why->message);
        return NULL;
    }
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL)
    {
        g_autofree char *journal = g_build_filename(folder, name, "journal.jsonl", NULL);
        if (g_file_test(journal, G_FILE_TEST_IS_REGULAR))
        {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_ptr_array_sort(names, newest_first);
    return g_steal_pointer(&names);
}

static gboolean accepts(const char *folder, gboolean (*filter)(const PgmModel *model))
{
    if (filter == NULL)
    {
        return TRUE;
    }
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, NULL);
    if (events == NULL)
    {
        return TRUE; /* it may be the one that is meant: whoever opens it says what is wrong, rather than take up an
                        older one */
    }
    g_autoptr(PgmModel) model = pgm_model_from_events(events);
    return filter(model);
}

static char *find_newest(const char *folder, GPtrArray *names, gboolean (*filter)(const PgmModel *model),
                         GError **error)
{
    for (guint i = 0; i < names->len; i++)
    {
        g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        if (accepts(path, filter))
        {
            return g_steal_pointer(&path);
        }
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "there is no %srun on record in %s",
                filter == pgm_model_unfinished ? "unfinished " : "", folder);
    return NULL;
}

char *pgm_runs_find(const char *base, const char *name, gboolean (*filter)(const PgmModel *model), GError **error)
{
    if (name != NULL && strchr(name, '/') != NULL)
    {
        g_autofree char *journal = g_build_filename(name, "journal.jsonl", NULL);
        if (g_file_test(journal, G_FILE_TEST_IS_REGULAR))
        {
            return g_strdup(name);
        }
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "%s is not a run's folder: it holds no journal.jsonl", name);
        return NULL;
    }
    g_autofree char *folder = base_or_default(base);
    g_autoptr(GPtrArray) names = pgm_runs_list(base, error);
    if (names == NULL)
    {
        return NULL;
    }
    if (name == NULL || name[0] == '\0')
    {
        return find_newest(folder, names, filter, error);
    }
    const char *found = NULL;
    int matches = 0;
    for (guint i = 0; i < names->len; i++)
    {
        const char *run = g_ptr_array_index(names, i);
        if (strcmp(run, name) == 0)
        {
            return g_build_filename(folder, run, NULL);
        }
        if (g_str_has_prefix(run, name) || g_str_has_suffix(run, name))
        {
            found = run;
            matches++;
        }
    }
    if (matches == 1)
    {
        return g_build_filename(folder, found, NULL);
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                matches == 0 ? "no run named %s is on record (`pgmedic runs` lists them)"
                             : "%s fits several runs (`pgmedic runs` lists them)",
                name);
    return NULL;
}
