/* journal.c - one durable, chained line for each event. */
#include "pgmedic/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/text.h"

enum
{
    RESERVE_BYTES = 256 * 1024,
    HASH_DIGITS = 64,
    MAX_JOURNAL_BYTES = 256 * 1024 * 1024,
};

struct PgmJournal
{
    int fd;
    char *path;
    gint64 sequence; /* of the newest line */
    off_t size;      /* of the good lines */
    gint64 torn;
    gboolean broken; /* a failed line could not be cut off: what follows it could not be read */
    char head[HASH_DIGITS + 1];
};

static void set_io_error(GError **error, const char *what, const char *path)
{
    int why = errno;
    g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "%s the journal %s: %s", what, path, g_strerror(why));
}

static PgmJournal *journal_new(const char *folder)
{
    PgmJournal *journal = g_new0(PgmJournal, 1);
    journal->fd = -1;
    journal->path = g_build_filename(folder, "journal.jsonl", NULL);
    return journal;
}

void pgm_journal_close(PgmJournal *journal)
{
    if (journal == NULL)
    {
        return;
    }
    if (journal->fd >= 0)
    {
        close(journal->fd);
    }
    g_free(journal->path);
    g_free(journal);
}

/* Room for the lines that end a run in order, even when the disk fills up meanwhile. Best effort: not every file system
 * can. */
static void journal_reserve(PgmJournal *journal)
{
    (void)fallocate(journal->fd, FALLOC_FL_KEEP_SIZE, journal->size, RESERVE_BYTES);
}

static gboolean journal_lock(PgmJournal *journal, GError **error)
{
    if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0)
    {
        return TRUE;
    }
    if (errno == EWOULDBLOCK)
    {
        g_set_error(
            error, PGM_ERROR, PGM_ERROR_REFUSED,
            "another pgmedic is working on this run (its journal %s is locked): leave it to that one, or end it "
            "first",
            journal->path);
        return FALSE;
    }
    set_io_error(error, "cannot lock", journal->path);
    return FALSE;
}

PgmJournal *pgm_journal_create(const char *folder, GError **error)
{
    g_autoptr(PgmJournal) journal = journal_new(folder);
    journal->fd = open(journal->path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (journal->fd < 0)
    {
        set_io_error(error, "cannot create", journal->path);
        return NULL;
    }
    if (!journal_lock(journal, error) || !pgm_file_sync_folder(folder, error))
    {
        return NULL;
    }
    journal_reserve(journal);
    return g_steal_pointer(&journal);
}

static void hash_text(const char *prev, const char *text, gsize length, char *hash)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)prev, (gssize)strlen(prev));
    g_checksum_update(sum, (const guchar *)text, (gssize)length);
    g_strlcpy(hash, g_checksum_get_string(sum), HASH_DIGITS + 1);
}

/* The line's end is always ,"prev":"…","hash":"…"} so that the chain can be checked on the bytes, without building the
 * JSON again. */
static char *chain_line(const char *text, const char *prev, char *hash)
{
    gsize body = strlen(text) - 1; /* without its closing brace */
    hash_text(prev, text, body, hash);
    return g_strdup_printf("%.*s,\"prev\":\"%s\",\"hash\":\"%s\"}\n", (int)body, text, prev, hash);
}

/* Does LINE (without newline) follow PREV? HASH gets its own. */
static gboolean chain_holds(const char *line, gsize length, const char *prev, char *hash)
{
    g_autofree char *tail_start = g_strdup_printf(",\"prev\":\"%s\",\"hash\":\"", prev);
    gsize tail = strlen(tail_start) + HASH_DIGITS + 2;
    if (length <= tail)
    {
        return FALSE;
    }
    gsize body = length - tail;
    hash_text(prev, line, body, hash);
    g_autofree char *expected = g_strdup_printf("%s%s\"}", tail_start, hash);
    return memcmp(line + body, expected, tail) == 0;
}

/* Cut back what a failed write left, so that the next line (if there is room again) starts on its own. */
static void journal_cut(PgmJournal *journal)
{
    journal->broken = ftruncate(journal->fd, journal->size) != 0;
}

gboolean pgm_journal_append(PgmJournal *journal, PgmEvent *event, GError **error)
{
    if (journal->broken)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO,
                    "the journal %s ends in a broken line; nothing more is written to it", journal->path);
        return FALSE;
    }
    g_autofree char *time = pgm_time_now();
    g_autofree char *text = pgm_event_serialize(event, journal->sequence + 1, time);
    char hash[HASH_DIGITS + 1];
    g_autofree char *line = chain_line(text, journal->head, hash);
    gsize length = strlen(line);

    ssize_t written = write(journal->fd, line, length);
    if (written != (ssize_t)length)
    {
        if (written >= 0)
        {
            errno = ENOSPC; /* a short write on a regular file means the disk, or a limit, ended */
        }
        set_io_error(error, "cannot write", journal->path);
        journal_cut(journal);
        return FALSE;
    }
    if (fdatasync(journal->fd) != 0)
    {
        set_io_error(error, "cannot make durable", journal->path);
        journal_cut(journal);
        return FALSE;
    }
    journal->sequence++;
    journal->size += (off_t)length;
    g_strlcpy(journal->head, hash, sizeof journal->head);
    return TRUE;
}

const char *pgm_journal_head(const PgmJournal *journal)
{
    return journal->head;
}

gint64 pgm_journal_torn(const PgmJournal *journal)
{
    return journal->torn;
}

/* Every whole line of BYTES as an event, the chain checked. GOOD gets the length of the whole lines. */
static GPtrArray *parse_lines(const char *path, GBytes *bytes, char *head, gsize *good, GError **error)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_event_free);
    gsize at = 0;
    const char *newline;
    head[0] = '\0';
    while (at < size && (newline = memchr(data + at, '\n', size - at)) != NULL)
    {
        const char *line = data + at;
        gsize length = (gsize)(newline - line);
        char hash[HASH_DIGITS + 1];
        g_autoptr(GError) why = NULL;
        PgmEvent *event = pgm_event_parse(line, (gssize)length, &why);
        if (event == NULL || !chain_holds(line, length, head, hash) ||
            pgm_event_sequence(event) != (gint64)events->len + 1)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                        "%s:%u: the journal was changed after it was written (%s); it cannot be trusted to go on", path,
                        events->len + 1, why != NULL ? why->message : "its hash chain does not hold");
            pgm_event_free(event);
            return NULL;
        }
        g_ptr_array_add(events, event);
        g_strlcpy(head, hash, HASH_DIGITS + 1);
        at += length + 1;
    }
    *good = at;
    return g_steal_pointer(&events);
}

/* All of the file behind FD, which no rename or link can exchange any more. */
static GBytes *read_descriptor(int fd, const char *path, GError **error)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MAX_JOURNAL_BYTES)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s is not a journal: no regular file, or too large", path);
        return NULL;
    }
    gsize size = (gsize)status.st_size;
    g_autofree char *data = g_malloc(size + 1);
    gsize have = 0;
    while (have < size)
    {
        ssize_t got = pread(fd, data + have, size - have, (off_t)have);
        if (got < 0 && errno == EINTR)
        {
            continue;
        }
        if (got < 0)
        {
            set_io_error(error, "cannot read", path);
            return NULL;
        }
        if (got == 0)
        {
            break; /* cut meanwhile: what is there is what counts */
        }
        have += (gsize)got;
    }
    return g_bytes_new_take(g_steal_pointer(&data), have);
}

PgmJournal *pgm_journal_open(const char *folder, GPtrArray **events, GError **error)
{
    g_autoptr(PgmJournal) journal = journal_new(folder);
    journal->fd = open(journal->path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (journal->fd < 0)
    {
        set_io_error(error, "cannot open", journal->path);
        return NULL;
    }
    if (!journal_lock(journal, error))
    {
        return NULL;
    }
    g_autoptr(GBytes) bytes = read_descriptor(journal->fd, journal->path, error);
    if (bytes == NULL)
    {
        return NULL;
    }
    gsize good = 0;
    g_autoptr(GPtrArray) past = parse_lines(journal->path, bytes, journal->head, &good, error);
    if (past == NULL)
    {
        return NULL;
    }
    journal->sequence = past->len;
    journal->size = (off_t)good;
    journal->torn = (gint64)(g_bytes_get_size(bytes) - good);
    if (journal->torn > 0 && ftruncate(journal->fd, journal->size) != 0)
    {
        set_io_error(error, "cannot cut the torn last line of", journal->path);
        return NULL;
    }
    journal_reserve(journal);
    *events = g_steal_pointer(&past);
    return g_steal_pointer(&journal);
}

GPtrArray *pgm_journal_read(const char *folder, char **head, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "journal.jsonl", NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
    {
        int why = errno;
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "cannot open the journal %s: %s", path, g_strerror(why));
        return NULL;
    }
    g_autoptr(GBytes) bytes = read_descriptor(fd, path, error);
    close(fd);
    if (bytes == NULL)
    {
        return NULL;
    }
    char newest[HASH_DIGITS + 1];
    gsize good;
    GPtrArray *events = parse_lines(path, bytes, newest, &good, error);
    if (events != NULL && head != NULL)
    {
        *head = g_strdup(newest);
    }
    return events;
}
