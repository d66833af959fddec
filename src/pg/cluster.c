/* cluster.c - a private PostgreSQL, from initdb to its removal. */
#include "pgmedic/cluster.h"

#include "pg/guardian.h"
#include "pgmedic/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT           5432
#define START_LIMIT_US (60 * G_USEC_PER_SEC)
#define READY_LOOK_MS  5
#define LOG_TAIL_BYTES 600

struct PgmCluster
{
    char *folder;
    char *bindir;
    PgmGuardian guardian;
};

static gboolean has_initdb(const char *folder)
{
    g_autofree char *initdb = g_build_filename(folder, "initdb", NULL);
    g_autofree char *postgres = g_build_filename(folder, "postgres", NULL);
    return access(initdb, X_OK) == 0 && access(postgres, X_OK) == 0;
}

/* Debian keeps each major version in a folder named after it. */
static char *newest_below(const char *root)
{
    g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
    char *best = NULL;
    double newest = 0;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    {
        g_autofree char *bin = g_build_filename(root, name, "bin", NULL);
        double version = g_ascii_strtod(name, NULL);
        if (version > newest && has_initdb(bin))
        {
            newest = version;
            g_free(best);
            best = g_steal_pointer(&bin);
        }
    }
    return best;
}

char *pgm_cluster_find_bindir(GError **error)
{
    const char *named = g_getenv("PG_BINDIR");
    if (named != NULL && *named != '\0')
    {
        if (has_initdb(named))
        {
            return g_strdup(named);
        }
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "PG_BINDIR is %s, but initdb and postgres are not there",
                    named);
        return NULL;
    }
    char *found = newest_below("/usr/lib/postgresql");
    if (found != NULL)
    {
        return found;
    }
    g_autofree char *initdb = g_find_program_in_path("initdb");
    g_autofree char *real = initdb == NULL ? NULL : realpath(initdb, NULL);
    g_autofree char *folder = real == NULL ? NULL : g_path_get_dirname(real);
    if (folder != NULL && has_initdb(folder))
    {
        return g_steal_pointer(&folder);
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                "initdb was not found: install PostgreSQL's server (Debian: apt-get install postgresql-15), or set "
                "PG_BINDIR to the "
                "folder that holds it");
    return NULL;
}

/* Can another user walk down to FOLDER? */
static gboolean open_to_others(const char *folder)
{
    g_autofree char *path = g_canonicalize_filename(folder, NULL);
    for (;;)
    {
        struct stat st;
        if (stat(path, &st) != 0 || (st.st_mode & S_IXOTH) == 0)
        {
            return FALSE;
        }
        if (strcmp(path, "/") == 0)
        {
            return TRUE;
        }
        char *parent = g_path_get_dirname(path);
        g_free(path);
        path = parent;
    }
}

/* The temporary folder proper, unless the socket's path would be too long there, would not stand in postgresql.conf as
 * it is, or is out of postgres' reach. */
static char *make_folder(const char *prefix, const struct passwd *owner, GError **error)
{
    g_autofree char *name = g_strdup_printf("%s-XXXXXX", prefix);
    const char *root = g_get_tmp_dir();
    struct sockaddr_un address;
    if (strlen(root) + strlen(name) + sizeof "//.s.PGSQL.5432.lock" > sizeof address.sun_path ||
        strpbrk(root, "',\"\\\n") != NULL || (owner != NULL && !open_to_others(root)))
    {
        root = "/tmp";
    }
    g_autofree char *folder = g_build_filename(root, name, NULL);
    if (g_mkdtemp_full(folder, 0700) == NULL || (owner != NULL && chown(folder, owner->pw_uid, owner->pw_gid) != 0))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "cannot make a folder for a private PostgreSQL in %s: %s", root,
                    g_strerror(errno));
        return NULL;
    }
    g_autofree char *resolved = realpath(folder, NULL); /* the guardian compares it with what the kernel says */
    return g_strdup(resolved == NULL ? folder : resolved);
}

/* Small and quick; nothing in it outlives the process. The last word on a setting counts, so SETTINGS come last. */
static char *make_settings(const char *folder, const char *settings)
{
    return g_strdup_printf("\n# pgmedic\n"
                           "listen_addresses = ''\n"
                           "unix_socket_directories = '%s'\n"
                           "port = %d\n"
                           "fsync = off\n"
                           "shared_buffers = 64MB\n"
                           "timezone = 'UTC'\n"
                           "log_timezone = 'UTC'\n"
                           "%s\n",
                           folder, PORT, settings == NULL ? "" : settings);
}

static void set_start_error(const PgmCluster *cluster, const char *what, GError **error)
{
    g_autofree char *path = g_build_filename(cluster->folder, "log", NULL);
    g_autofree char *log = NULL;
    gsize length = 0;
    g_file_get_contents(path, &log, &length, NULL);
    const char *tail = log == NULL ? "" : log + (length > LOG_TAIL_BYTES ? length - LOG_TAIL_BYTES : 0);
    g_autofree char *valid = g_utf8_make_valid(tail, -1);
    g_set_error(error, PGM_ERROR, PGM_ERROR_IO,
                "a private PostgreSQL could not be started in %s: %s. Its log ends:\n%s", cluster->folder, what,
                g_strchomp(valid));
}

/* The eighth line of postmaster.pid says so itself. */
static gboolean is_ready(const PgmCluster *cluster)
{
    g_autofree char *path = g_build_filename(cluster->folder, "data", "postmaster.pid", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
    {
        return FALSE;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    return g_strv_length(lines) >= 8 && g_str_has_prefix(lines[7], "ready");
}

static gboolean await_ready(const PgmCluster *cluster, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + START_LIMIT_US;
    while (!is_ready(cluster))
    {
        struct pollfd gone = {.fd = cluster->guardian.report};
        if (poll(&gone, 1, READY_LOOK_MS) > 0)
        {
            set_start_error(cluster, "it ended by itself", error);
            return FALSE;
        }
        if (g_get_monotonic_time() > deadline)
        {
            set_start_error(cluster, "it was not ready within a minute", error);
            return FALSE;
        }
    }
    return TRUE;
}

static void free_cluster(PgmCluster *cluster)
{
    g_free(cluster->folder);
    g_free(cluster->bindir);
    g_free(cluster);
}

PgmCluster *pgm_cluster_start(const char *prefix, const char *settings, GError **error)
{
    g_autofree char *bindir = pgm_cluster_find_bindir(error);
    if (bindir == NULL)
    {
        return NULL;
    }
    const struct passwd *owner = geteuid() == 0 ? getpwnam("postgres") : NULL;
    if (geteuid() == 0 && owner == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "PostgreSQL does not run as root, and there is no user postgres to run it as: install "
                    "postgresql-15, or start "
                    "pgmedic as an ordinary user");
        return NULL;
    }
    g_autofree char *folder = make_folder(prefix, owner, error);
    if (folder == NULL)
    {
        return NULL;
    }
    PgmCluster *cluster = g_new0(PgmCluster, 1);
    cluster->folder = g_steal_pointer(&folder);
    cluster->bindir = g_steal_pointer(&bindir);
    g_autofree char *conf = make_settings(cluster->folder, settings);
    PgmGuardianOrder order = {.folder = cluster->folder,
                              .bindir = cluster->bindir,
                              .settings = conf,
                              .step_down = owner != NULL,
                              .uid = owner == NULL ? 0 : owner->pw_uid,
                              .gid = owner == NULL ? 0 : owner->pw_gid};
    if (!pgm_guardian_start(&order, &cluster->guardian, error))
    {
        g_rmdir(cluster->folder);
        free_cluster(cluster);
        return NULL;
    }
    if (cluster->guardian.postmaster == 0)
    {
        set_start_error(cluster, "initdb failed", error);
    }
    else if (await_ready(cluster, error))
    {
        return cluster;
    }
    pgm_cluster_stop(cluster, FALSE);
    return NULL;
}

void pgm_cluster_stop(PgmCluster *cluster, gboolean keep)
{
    if (cluster != NULL)
    {
        pgm_guardian_dismiss(&cluster->guardian, keep);
        free_cluster(cluster);
    }
}

const char *pgm_cluster_folder(const PgmCluster *cluster)
{
    return cluster->folder;
}

const char *pgm_cluster_bindir(const PgmCluster *cluster)
{
    return cluster->bindir;
}

int pgm_cluster_port(const PgmCluster *cluster)
{
    (void)cluster; /* each has a socket folder of its own */
    return PORT;
}

pid_t pgm_cluster_pid(const PgmCluster *cluster)
{
    return cluster->guardian.postmaster;
}

PgmConninfo *pgm_cluster_conninfo(const PgmCluster *cluster, const char *database)
{
    PgmConninfo *info = pgm_conninfo_new(NULL, NULL);
    g_autofree char *port = g_strdup_printf("%d", PORT);
    pgm_conninfo_set(info, "host", cluster->folder);
    pgm_conninfo_set(info, "port", port);
    pgm_conninfo_set(info, "user", "postgres");
    pgm_conninfo_set(info, "dbname", database);
    return info;
}
