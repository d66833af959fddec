/*
 * reading_spool.c - rows in a nameless temporary file.
 *
 * A row is the lengths of its values, then their bytes, each with a NUL. Of the places of rows one is kept for every
 * stretch of some 64 KiB, so that the index stays small whatever the rows are like; a row is found by reading its
 * stretch.
 */
#include "pg/reading_spool.h"
#include "pgmedic/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum
{
    STRETCH = 64 * 1024,
};
#define NO_VALUE G_MAXUINT32

typedef struct
{
    gint64 row;
    gint64 place;
} Mark;

struct PgmSpool
{
    int fd; /* -1: no file yet */
    int columns;
    gint64 limit;
    gint64 rows;
    gint64 written; /* bytes in the file */
    gint64 written_rows;
    GByteArray *buffer; /* behind them */
    GArray *marks;      /* Mark, the first at row 0 */
    guint32 *lengths;   /* of the row that is being added */
};

PgmSpool *pgm_spool_new(int columns, gint64 limit)
{
    PgmSpool *spool = g_new0(PgmSpool, 1);
    spool->fd = -1;
    spool->columns = columns;
    spool->limit = limit;
    spool->buffer = g_byte_array_new();
    spool->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    spool->lengths = g_new0(guint32, MAX(columns, 1));
    return spool;
}

void pgm_spool_free(PgmSpool *spool)
{
    if (spool == NULL)
    {
        return;
    }
    if (spool->fd >= 0)
    {
        close(spool->fd);
    }
    g_byte_array_unref(spool->buffer);
    g_array_unref(spool->marks);
    g_free(spool->lengths);
    g_free(spool);
}

gint64 pgm_spool_rows(const PgmSpool *spool)
{
    return spool->rows;
}

static gboolean fail(const char *what, GError **error)
{
    g_set_error(error, PGM_ERROR, PGM_ERROR_IO,
                "the temporary file with the rows, in %s, could not be %s: %s; free some space or set TMPDIR",
                g_get_tmp_dir(), what, g_strerror(errno));
    return FALSE;
}

static gboolean make_file(PgmSpool *spool, GError **error)
{
    spool->fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (spool->fd >= 0)
    {
        return TRUE;
    }
    /* Not every file system has nameless files. */
    g_autofree char *name = g_build_filename(g_get_tmp_dir(), "pgmedic-rows-XXXXXX", NULL);
    spool->fd = mkostemp(name, O_CLOEXEC);
    if (spool->fd < 0)
    {
        return fail("made", error);
    }
    unlink(name);
    return TRUE;
}

static gboolean write_buffer(PgmSpool *spool, GError **error)
{
    if (spool->fd < 0 && !make_file(spool, error))
    {
        return FALSE;
    }
    for (gsize done = 0; done < spool->buffer->len;)
    {
        ssize_t n =
            pwrite(spool->fd, spool->buffer->data + done, spool->buffer->len - done, spool->written + (off_t)done);
        if (n < 0 && errno == EINTR)
        {
            continue;
        }
        if (n <= 0)
        {
            return fail("written", error);
        }
        done += (gsize)n;
    }
    return TRUE;
}

/* What cannot be written has not come. */
static void forget_buffer(PgmSpool *spool)
{
    spool->rows = spool->written_rows;
    while (spool->marks->len > 0 && g_array_index(spool->marks, Mark, spool->marks->len - 1).row >= spool->rows)
    {
        g_array_set_size(spool->marks, spool->marks->len - 1);
    }
}

gboolean pgm_spool_flush(PgmSpool *spool, GError **error)
{
    gboolean ok = spool->buffer->len == 0 || write_buffer(spool, error);
    if (!ok)
    {
        forget_buffer(spool);
    }
    spool->written += ok ? spool->buffer->len : 0;
    spool->written_rows = spool->rows;
    g_byte_array_set_size(spool->buffer, 0);
    return ok;
}

static void mark(PgmSpool *spool)
{
    gint64 place = spool->written + spool->buffer->len;
    const Mark *last = spool->marks->len == 0 ? NULL : &g_array_index(spool->marks, Mark, spool->marks->len - 1);
    if (last == NULL || place - last->place >= STRETCH)
    {
        Mark next = {spool->rows, place};
        g_array_append_val(spool->marks, next);
    }
}

gboolean pgm_spool_add(PgmSpool *spool, const char *const *values, GError **error)
{
    gint64 size = 0;
    for (int i = 0; i < spool->columns; i++)
    {
        spool->lengths[i] = values[i] == NULL ? NO_VALUE : (guint32)strlen(values[i]);
        size += (gint64)sizeof(guint32) + (values[i] == NULL ? 0 : (gint64)spool->lengths[i] + 1);
    }
    if (spool->written + spool->buffer->len + size > spool->limit)
    {
        return FALSE;
    }
    mark(spool);
    g_byte_array_append(spool->buffer, (const guint8 *)spool->lengths, (guint)spool->columns * sizeof(guint32));
    for (int i = 0; i < spool->columns; i++)
    {
        if (values[i] != NULL)
        {
            g_byte_array_append(spool->buffer, (const guint8 *)values[i], spool->lengths[i] + 1);
        }
    }
    spool->rows++;
    return spool->buffer->len < STRETCH || pgm_spool_flush(spool, error);
}

/* The last mark at or before ROW; the spool has rows. */
static guint mark_before(const PgmSpool *spool, gint64 row)
{
    guint low = 0;
    guint high = spool->marks->len;
    while (high - low > 1)
    {
        guint middle = low + (high - low) / 2;
        if (g_array_index(spool->marks, Mark, middle).row <= row)
        {
            low = middle;
        }
        else
        {
            high = middle;
        }
    }
    return low;
}

gint64 pgm_spool_stretch(const PgmSpool *spool, gint64 row)
{
    return spool->marks->len == 0 ? 0 : g_array_index(spool->marks, Mark, mark_before(spool, row)).row;
}

/* Reads the file through a buffer. */
typedef struct
{
    int fd;
    gint64 place; /* in the file, of what comes after the buffer */
    gsize length;
    gsize at;
    guint8 buffer[STRETCH];
} Reader;

/* TARGET NULL: only step over them. */
static gboolean read_bytes(Reader *reader, guint8 *target, gsize length, GError **error)
{
    while (length > 0)
    {
        gsize here = MIN(length, reader->length - reader->at);
        if (here > 0)
        {
            if (target != NULL)
            {
                memcpy(target, reader->buffer + reader->at, here);
                target += here;
            }
            reader->at += here;
            length -= here;
            continue;
        }
        ssize_t n = pread(reader->fd, reader->buffer, sizeof reader->buffer, reader->place);
        if (n < 0 && errno == EINTR)
        {
            continue;
        }
        if (n <= 0)
        {
            errno = n == 0 ? EIO : errno;
            return fail("read", error);
        }
        reader->place += n;
        reader->length = (gsize)n;
        reader->at = 0;
    }
    return TRUE;
}

/* One block: the pointers, then what they point to. *VALUES NULL: the row is not wanted. */
static gboolean read_row(Reader *reader, const PgmSpool *spool, guint32 *lengths, gboolean wanted, char ***values,
                         GError **error)
{
    gsize columns = (gsize)spool->columns;
    *values = NULL;
    if (!read_bytes(reader, (guint8 *)lengths, columns * sizeof *lengths, error))
    {
        return FALSE;
    }
    gsize size = 0;
    for (gsize i = 0; i < columns; i++)
    {
        size += lengths[i] == NO_VALUE ? 0 : (gsize)lengths[i] + 1;
    }
    if (!wanted)
    {
        return read_bytes(reader, NULL, size, error);
    }
    *values = g_malloc((columns + 1) * sizeof(char *) + size);
    char *bytes = (char *)(*values + columns + 1);
    if (!read_bytes(reader, (guint8 *)bytes, size, error))
    {
        g_clear_pointer(values, g_free);
        return FALSE;
    }
    for (gsize i = 0; i < columns; i++)
    {
        (*values)[i] = lengths[i] == NO_VALUE ? NULL : bytes;
        bytes += lengths[i] == NO_VALUE ? 0 : (gsize)lengths[i] + 1;
    }
    (*values)[columns] = NULL;
    return TRUE;
}

gboolean pgm_spool_read(const PgmSpool *spool, gint64 first, gint64 end, PgmSpoolVisit visit, gpointer user,
                        GError **error)
{
    end = MIN(end, spool->rows);
    if (first < 0 || first >= end)
    {
        return TRUE;
    }
    const Mark *from = &g_array_index(spool->marks, Mark, mark_before(spool, first));
    g_autofree Reader *reader = g_new(Reader, 1);
    reader->fd = spool->fd;
    reader->place = from->place;
    reader->length = reader->at = 0;
    g_autofree guint32 *lengths = g_new0(guint32, (gsize)spool->columns + 1);
    for (gint64 row = from->row; row < end; row++)
    {
        char **values;
        if (!read_row(reader, spool, lengths, row >= first, &values, error))
        {
            return FALSE;
        }
        if (values != NULL && !visit(row, values, user))
        {
            break;
        }
    }
    return TRUE;
}
