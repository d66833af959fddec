/* backup.c - one dump, from the snapshot to the proof. */
#include "pgmedic/backup.h"
#include "pgmedic/file.h"
#include "pgmedic/text.h"
#include "run/backup_tables.h"
#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSFILE "passfile"
#define PARTIAL  PGM_BACKUP_FILE ".partial"

/* One backup in the making. */
typedef struct
{
    const PgmBackupRequest *request;
    PgmConnection *connection; /* the snapshot's session */
    PgmTools *tools;
    GPtrArray *chosen; /* PgmChosenTable */
    PgmBackup *backup;
    char *snapshot;
    char *partial;  /* path while it is being written */
    char *passfile; /* path; NULL: none was needed */
    gint64 begun;
    gint64 table_bytes;
    PgmBackupStep step;
    gint64 step_bytes; /* the step's estimate */
    gint64 cancelled_at;
} Making;

void pgm_backup_free(PgmBackup *backup)
{
    if (backup == NULL)
    {
        return;
    }
    g_free(backup->kind);
    g_free(backup->file);
    g_free(backup->sha256);
    g_free(backup->snapshot_time);
    g_ptr_array_unref(backup->tables);
    g_free(backup->pg_dump);
    g_free(backup);
}

const char *pgm_backup_step_name(PgmBackupStep step)
{
    switch (step)
    {
    case PGM_BACKUP_STEP_COUNT:
        return "counting rows";
    case PGM_BACKUP_STEP_DUMP:
        return "dumping";
    case PGM_BACKUP_STEP_VERIFY:
        return "reading back";
    case PGM_BACKUP_STEP_HASH:
        return "hashing";
    }
    return "";
}

static void tell(const Making *making, PgmBackupStep step, gint64 bytes, gint64 estimated)
{
    if (making->request->tell != NULL)
    {
        PgmBackupProgress progress = {step, bytes, estimated, (g_get_monotonic_time() - making->begun) / 1000};
        making->request->tell(&progress, making->request->user);
    }
}

static gboolean called_off(const Making *making, GError **error)
{
    if (!g_cancellable_is_cancelled(making->request->cancellable))
    {
        return FALSE;
    }
    g_clear_error(error);
    g_set_error(error, PGM_ERROR, PGM_ERROR_CANCELLED, "the backup was called off; nothing of it is left");
    return TRUE;
}

/* The cancellable's descriptor stays readable: asks again every quarter of a second, since a cancel that arrives
 * between two statements is lost. */
static gboolean cancel_statement(gpointer user)
{
    Making *making = user;
    gint64 now = g_get_monotonic_time();
    if (now - making->cancelled_at > G_USEC_PER_SEC / 4)
    {
        making->cancelled_at = now;
        pgm_connection_cancel(making->connection);
    }
    g_usleep(5000);
    return TRUE;
}

/* A statement of the snapshot's session that cancelling ends. */
static PgmResult *ask(Making *making, const char *sql, GError **error)
{
    GCancellable *cancellable = making->request->cancellable;
    GPollFD poll_fd;
    if (called_off(making, error))
    {
        return NULL;
    }
    if (cancellable == NULL || !g_cancellable_make_pollfd(cancellable, &poll_fd))
    {
        return pgm_connection_query(making->connection, sql, error);
    }
    PgmInterest interest = {poll_fd.fd, cancel_statement, making};
    PgmResult *result = pgm_connection_execute(making->connection, sql, 0, NULL, &interest, error);
    g_cancellable_release_fd(cancellable);
    if (result == NULL)
    {
        called_off(making, error);
    }
    return result;
}

static gboolean command(Making *making, const char *sql, GError **error)
{
    g_autoptr(PgmResult) result = ask(making, sql, error);
    return result != NULL;
}

/* What the checksums' text forms depend on is pinned; nothing may end the session early; row security must not hide
 * rows (pg_dump does the same). */
static gboolean open_session(Making *making, GError **error)
{
    static const char settings[] =
        "SELECT pg_catalog.set_config(s.name, s.value, false)"
        "  FROM (VALUES ('application_name', 'pgmedic backup'), ('statement_timeout', '0'), ('lock_timeout', '5s'),"
        "               ('idle_in_transaction_session_timeout', '0'), ('row_security', 'off'),"
        "               " PGM_CHECKSUM_SETTINGS ") AS s (name, value)";
    making->connection = pgm_connection_open(making->request->conninfo, PGM_PURPOSE_PLAIN, error);
    return making->connection != NULL && command(making, settings, error);
}

/* What to do about the errors that are to be expected: a table locked by others (and by whom), a missing privilege. */
static void explain(Making *making, GError **error)
{
    if (error == NULL)
    {
        return;
    }
    if (pgm_sql_error_is(*error, "55P03"))
    {
        pgm_connection_command(making->connection, NULL, "ROLLBACK");
        g_autofree char *blockers = pgm_backup_blockers(making->connection, making->request, making->chosen);
        g_clear_error(error);
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "a table to back up is locked by another session and did not come free in 5 s%s%s; let that "
                    "session finish or end it, then try again",
                    blockers[0] != '\0' ? ": " : "", blockers);
    }
    else if (pgm_sql_error_is(*error, "42501"))
    {
        g_autofree char *said = g_strdup((*error)->message);
        g_clear_error(error);
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "%s; a backup needs a role that may read every row of its tables (pg_read_all_data, and BYPASSRLS "
                    "or the owner where row security is on)",
                    said);
    }
}

/* Locks first, then the snapshot: it must not be older than what the locks keep from changing. */
static gboolean take_snapshot(Making *making, GError **error)
{
    if (!command(making, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error))
    {
        return FALSE;
    }
    for (guint i = 0; i < making->chosen->len; i++)
    {
        const PgmChosenTable *table = g_ptr_array_index(making->chosen, i);
        g_autofree char *lock = g_strdup_printf("LOCK TABLE ONLY %s IN ACCESS SHARE MODE", table->sql_name);
        if (!command(making, lock, error))
        {
            explain(making, error);
            return FALSE;
        }
    }
    g_autoptr(PgmResult) row =
        ask(making,
            "SELECT pg_catalog.pg_export_snapshot(), pg_catalog.to_char("
            "pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
            error);
    if (row == NULL)
    {
        return FALSE;
    }
    making->snapshot = g_strdup(pgm_result_value(row, 0, 0));
    making->backup->snapshot_time = g_strdup(pgm_result_value(row, 0, 1));
    return TRUE;
}

static gboolean count_tables(Making *making, GError **error)
{
    gint64 done = 0;
    for (guint i = 0; i < making->chosen->len; i++)
    {
        const PgmChosenTable *chosen = g_ptr_array_index(making->chosen, i);
        tell(making, PGM_BACKUP_STEP_COUNT, done, making->table_bytes);
        g_autofree char *sql = pgm_backup_checksum_sql(chosen);
        g_autoptr(PgmResult) answer = chosen->partitioned ? NULL : ask(making, sql, error);
        if (answer == NULL && !chosen->partitioned)
        {
            explain(making, error);
            g_prefix_error(error, "counting the rows of %s: ", chosen->display);
            return FALSE;
        }
        done += chosen->bytes;
        g_ptr_array_add(making->backup->tables, pgm_backup_table_new(chosen, answer));
    }
    tell(making, PGM_BACKUP_STEP_COUNT, done, making->table_bytes);
    return TRUE;
}

/* A dump is compressed, but nobody knows how well: room for 1.2 times the tables' size is asked for. */
static gboolean check_space(const Making *making, GError **error)
{
    const char *folder = making->request->folder;
    gint64 room = pgm_file_free_space(folder);
    gint64 needed = making->table_bytes + making->table_bytes / 5;
    if (room < 0 || room >= needed)
    {
        return TRUE;
    }
    g_autofree char *room_text = pgm_text_bytes(room);
    g_autofree char *needed_text = pgm_text_bytes(needed);
    g_autofree char *size_text = pgm_text_bytes(making->table_bytes);
    g_set_error(
        error, PGM_ERROR, PGM_ERROR_REFUSED,
        "no room for the backup: %s has %s free, and 1.2 times the tables' %s is needed (%s): make room, or set "
        "XDG_STATE_HOME to a larger disk, or name a backup that exists",
        folder, room_text, size_text, needed_text);
    return FALSE;
}

/* The file must be ours alone before pg_dump opens it, so that no moment of it is readable by others. */
static gboolean make_partial(Making *making, GError **error)
{
    making->partial = g_build_filename(making->request->folder, PARTIAL, NULL);
    g_unlink(making->partial);
    int fd = open(making->partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "%s cannot be written: %s", making->partial, g_strerror(errno));
        return FALSE;
    }
    close(fd);
    return TRUE;
}

/* libpq's password file with the one password that this connection uses; a colon and a backslash are escaped. */
static gboolean write_passfile(Making *making, const char *password, GError **error)
{
    g_autoptr(GString) line = g_string_new("*:*:*:*:");
    for (const char *c = password; *c != '\0'; c++)
    {
        if (*c == ':' || *c == '\\')
        {
            g_string_append_c(line, '\\');
        }
        g_string_append_c(line, *c);
    }
    g_string_append_c(line, '\n');
    making->passfile = g_build_filename(making->request->folder, PASSFILE, NULL);
    gboolean written = pgm_file_write(making->passfile, line->str, (gssize)line->len, 0600, error);
    memset(line->str, 0, line->len);
    return written;
}

/* The children's environment. What the connection was given comes before what libpq finds elsewhere. */
static char **child_environment(Making *making, GError **error)
{
    const PgmConninfo *info = making->request->conninfo;
    g_auto(GStrv) environment = g_get_environ();
    environment = g_environ_setenv(environment, "LC_ALL", "C.UTF-8", TRUE);
    environment = g_environ_setenv(environment, "PGAPPNAME", "pgmedic backup", TRUE);
    const char *password = pgm_conninfo_get(info, "password");
    const char *passfile = pgm_conninfo_get(info, "passfile");
    if (password != NULL && password[0] != '\0')
    {
        if (!write_passfile(making, password, error))
        {
            return NULL;
        }
        passfile = making->passfile;
        environment = g_environ_unsetenv(environment, "PGPASSWORD");
    }
    if (passfile != NULL)
    {
        environment = g_environ_setenv(environment, "PGPASSFILE", passfile, TRUE);
    }
    return g_steal_pointer(&environment);
}

static gint64 file_size(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (gint64)status.st_size : 0;
}

static void dump_tick(GPid pid G_GNUC_UNUSED, gpointer user)
{
    const Making *making = user;
    tell(making, PGM_BACKUP_STEP_DUMP, file_size(making->partial), making->table_bytes);
}

static char **dump_arguments(const Making *making)
{
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    g_autofree char *record = pgm_conninfo_record(making->request->conninfo);
    g_autofree char *dbname = g_strconcat("--dbname=", record, NULL);
    g_autofree char *file = g_strconcat("--file=", making->partial, NULL);
    g_autofree char *snapshot = g_strconcat("--snapshot=", making->snapshot, NULL);
    g_strv_builder_add_many(arguments, making->tools->pg_dump, dbname, file, snapshot, "--format=custom",
                            "--lock-wait-timeout=5s", "--no-password", NULL);
    if (making->request->scope == PGM_BACKUP_TABLES)
    {
        g_strv_builder_add(arguments, "--strict-names");
        for (guint i = 0; i < making->chosen->len; i++)
        {
            const PgmChosenTable *table = g_ptr_array_index(making->chosen, i);
            g_autofree char *argument = g_strconcat("--table=", table->sql_name, NULL);
            g_strv_builder_add(arguments, argument);
        }
    }
    return g_strv_builder_end(arguments);
}

static gboolean dump(Making *making, char **environment, GError **error)
{
    g_auto(GStrv) arguments = dump_arguments(making);
    g_autoptr(GError) trouble = NULL;
    if (!pgm_child_run(arguments, environment, dump_tick, making, making->request->cancellable, &trouble))
    {
        /* pg_dump waits for its locks under a statement timeout. We hold the same lock already, but whoever waits for
         * ACCESS EXCLUSIVE in between makes it queue. */
        if (strstr(trouble->message, "due to statement timeout") != NULL)
        {
            g_autofree char *blockers = pgm_backup_blockers(making->connection, making->request, making->chosen);
            g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                        "pg_dump could not lock a table within 5 s%s%s; let that session finish or end it, then try "
                        "again",
                        blockers[0] != '\0' ? ": " : "", blockers);
        }
        else if (!called_off(making, error))
        {
            g_propagate_error(error, g_steal_pointer(&trouble));
        }
        return FALSE;
    }
    making->step_bytes = file_size(making->partial);
    return TRUE;
}

/* Where the child stands in the dump, as the kernel tells; -1 when it does not. */
static gint64 read_position(GPid pid, const char *path)
{
    g_autofree char *folder = g_strdup_printf("/proc/%d/fd", (int)pid);
    g_autoptr(GDir) descriptors = g_dir_open(folder, 0, NULL);
    const char *name;
    while (descriptors != NULL && (name = g_dir_read_name(descriptors)) != NULL)
    {
        g_autofree char *link = g_build_filename(folder, name, NULL);
        g_autofree char *target = g_file_read_link(link, NULL);
        if (g_strcmp0(target, path) == 0)
        {
            g_autofree char *info = g_strdup_printf("/proc/%d/fdinfo/%s", (int)pid, name);
            g_autofree char *text = NULL;
            const char *position = g_file_get_contents(info, &text, NULL, NULL) ? g_strstr_len(text, -1, "pos:") : NULL;
            return position != NULL ? g_ascii_strtoll(position + strlen("pos:"), NULL, 10) : -1;
        }
    }
    return -1;
}

static void verify_tick(GPid pid, gpointer user)
{
    const Making *making = user;
    gint64 position = read_position(pid, making->partial);
    if (position >= 0)
    {
        tell(making, PGM_BACKUP_STEP_VERIFY, position, making->step_bytes);
    }
}

/* pg_restore --list would pass a dump with flipped bits: only reading all of it proves it. */
static gboolean verify(Making *making, char **environment, GError **error)
{
    char to_nowhere[] = "--file=/dev/null";
    char *arguments[] = {making->tools->pg_restore, to_nowhere, making->partial, NULL};
    tell(making, PGM_BACKUP_STEP_VERIFY, 0, making->step_bytes);
    if (!pgm_child_run(arguments, environment, verify_tick, making, making->request->cancellable, error))
    {
        if (!called_off(making, error))
        {
            g_prefix_error(error, "the dump does not read back and was thrown away: ");
        }
        return FALSE;
    }
    return TRUE;
}

static gboolean sync_file(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean synced = fd >= 0 && fsync(fd) == 0;
    int code = errno;
    if (fd >= 0)
    {
        close(fd);
    }
    if (!synced)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "%s cannot be made durable: %s", path, g_strerror(code));
    }
    return synced;
}

/* Gives the proved dump its name. */
static gboolean keep(Making *making, GError **error)
{
    PgmBackup *backup = making->backup;
    tell(making, PGM_BACKUP_STEP_HASH, 0, making->step_bytes);
    backup->sha256 = pgm_file_sha256(making->partial, &backup->bytes, error);
    if (backup->sha256 == NULL || called_off(making, error) || !sync_file(making->partial, error))
    {
        return FALSE;
    }
    tell(making, PGM_BACKUP_STEP_HASH, backup->bytes, backup->bytes);
    if (rename(making->partial, backup->file) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "%s cannot be named %s: %s", making->partial, PGM_BACKUP_FILE,
                    g_strerror(errno));
        return FALSE;
    }
    g_clear_pointer(&making->partial, g_free);
    return pgm_file_sync_folder(making->request->folder, error);
}

static gboolean make(Making *making, GError **error)
{
    const PgmBackupRequest *request = making->request;
    if (!open_session(making, error))
    {
        return FALSE;
    }
    making->tools = pgm_tools_find(request->bindir, pgm_connection_server(making->connection)->version / 10000, error);
    if (making->tools == NULL)
    {
        return FALSE;
    }
    making->chosen = pgm_backup_choose(making->connection, request, error);
    if (making->chosen == NULL)
    {
        explain(making, error);
        return FALSE;
    }
    making->table_bytes = pgm_backup_total(making->chosen);
    if (!check_space(making, error) || !make_partial(making, error) || !take_snapshot(making, error) ||
        !count_tables(making, error))
    {
        return FALSE;
    }
    g_auto(GStrv) environment = child_environment(making, error);
    if (environment == NULL || !dump(making, environment, error))
    {
        return FALSE;
    }
    /* The snapshot has done its work: it must not hold back VACUUM while the dump is read. */
    g_clear_pointer(&making->connection, pgm_connection_close);
    return verify(making, environment, error) && keep(making, error);
}

PgmBackup *pgm_backup_dump(const PgmBackupRequest *request, GError **error)
{
    g_autoptr(PgmBackup) backup = g_new0(PgmBackup, 1);
    g_autofree char *absolute = g_canonicalize_filename(request->folder, NULL);
    PgmBackupRequest own = *request;
    own.folder = absolute;
    backup->kind = g_strdup("dump");
    backup->file = g_build_filename(absolute, PGM_BACKUP_FILE, NULL);
    backup->tables = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))pgm_backup_table_free);
    Making making = {.request = &own, .backup = backup, .begun = g_get_monotonic_time()};
    gboolean made = make(&making, error);
    if (making.partial != NULL)
    {
        g_unlink(making.partial);
    }
    if (making.passfile != NULL)
    {
        g_unlink(making.passfile);
    }
    backup->pg_dump = making.tools != NULL ? g_strdup(making.tools->version) : NULL;
    backup->ms = (g_get_monotonic_time() - making.begun) / 1000;
    pgm_connection_close(making.connection);
    pgm_tools_free(making.tools);
    g_clear_pointer(&making.chosen, g_ptr_array_unref);
    g_free(making.snapshot);
    g_free(making.partial);
    g_free(making.passfile);
    return made ? g_steal_pointer(&backup) : NULL;
}

gboolean pgm_backup_read_back(const char *path, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgmTools) tools = pgm_tools_find(NULL, 0, error);
    if (tools == NULL)
    {
        return FALSE;
    }
    g_autofree char *file = g_strdup(path);
    char to_nowhere[] = "--file=/dev/null";
    char *arguments[] = {tools->pg_restore, to_nowhere, file, NULL};
    if (!pgm_child_run(arguments, NULL, NULL, NULL, cancellable, error))
    {
        g_prefix_error(error, "the dump %s does not read back: ", path);
        return FALSE;
    }
    return TRUE;
}

gboolean pgm_backup_check_file(const char *path, const char *sha256, GError **error)
{
    g_autofree char *now = pgm_file_sha256(path, NULL, error);
    if (now == NULL)
    {
        return FALSE;
    }
    if (g_ascii_strcasecmp(now, sha256) != 0)
    {
        g_set_error(
            error, PGM_ERROR, PGM_ERROR_INVALID,
            "the backup %s is not the file that was made: its SHA-256 is %s and should be %s; do not rely on it", path,
            now, sha256);
        return FALSE;
    }
    return TRUE;
}
