/* file.c - files that can be trusted, and files that survive a crash. */
#include "pgmedic/file.h"

#include "pgmedic/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void set_errno_error(GError **error, PgmError code, const char *doing, const char *path, int errnum)
{
    g_set_error(error, PGM_ERROR, (int)code, "cannot %s %s: %s", doing, path, g_strerror(errnum));
}

static void close_keeping_errno(int fd)
{
    int saved = errno;
    close(fd);
    errno = saved;
}

/* O_NONBLOCK: a FIFO or a device must not hold us before fstat has told what it is. */
static int open_regular(int folder, const char *name, const char *path, int flags, struct stat *status, GError **error)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);
    if (fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "refusing %s: it is a symbolic link; name the file that it points to", path);
        return -1;
    }
    if (fd < 0 || fstat(fd, status) != 0)
    {
        set_errno_error(error, PGM_ERROR_INVALID, "read", path, errno);
        if (fd >= 0)
        {
            close(fd);
        }
        return -1;
    }
    if (!S_ISREG(status->st_mode))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "cannot read %s: it is %s, not a regular file", path,
                    S_ISDIR(status->st_mode) ? "a folder" : "a device, a pipe or a socket");
        close(fd);
        return -1;
    }
    return fd;
}

static ssize_t read_retrying(int fd, void *buffer, gsize size)
{
    ssize_t n;
    do
    {
        n = read(fd, buffer, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* Takes FD. The size is counted while reading: the file may grow, and /proc says 0. */
static GBytes *read_all(int fd, const char *path, gsize max, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 chunk[65536];
    ssize_t n;
    while ((n = read_retrying(fd, chunk, sizeof chunk)) > 0)
    {
        if ((gsize)n > max - bytes->len)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                        "cannot read %s: it is larger than %" G_GSIZE_FORMAT " bytes", path, max);
            close(fd);
            return NULL;
        }
        g_byte_array_append(bytes, chunk, (guint)n);
    }
    if (n < 0)
    {
        set_errno_error(error, PGM_ERROR_INVALID, "read", path, errno);
        close(fd);
        return NULL;
    }
    close(fd);
    /* a GByteArray that nothing was put into has no data at all, and nobody expects that of a file */
    return bytes->len == 0 ? g_bytes_new_static("", 0) : g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

GBytes *pgm_file_read(const char *path, gsize max, GError **error)
{
    struct stat status;
    int fd = open_regular(AT_FDCWD, path, path, 0, &status, error);
    return fd < 0 ? NULL : read_all(fd, path, MIN(max, G_MAXUINT32), error);
}

/* WHAT is "it" or "its folder …"; NAMED is what chmod and chown are to be told. */
static gboolean check_trust(const struct stat *status, const char *path, const char *what, const char *named,
                            GError **error)
{
    if (status->st_uid != geteuid() && status->st_uid != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "refusing %s: %s belongs to user %u, who is neither you nor root; make it yours with: chown %u %s",
                    path, what, (guint)status->st_uid, (guint)geteuid(), named);
        return FALSE;
    }
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
    {
        /* A sticky folder is /tmp or its kin, shared on purpose. */
        gboolean shared = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX) != 0;
        g_autofree char *cure = shared ? g_strdup("move the file into a folder of your own")
                                       : g_strdup_printf("close it with: chmod go-w %s", named);
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "refusing %s: %s can be written by others (mode %04o); %s",
                    path, what, (guint)(status->st_mode & 07777), cure);
        return FALSE;
    }
    return TRUE;
}

GBytes *pgm_file_read_trusted(const char *path, gsize max, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *what = g_strdup_printf("its folder %s", folder);
    struct stat status;
    /* The folder is judged and then used by descriptor: nobody can put another in its place in between. */
    int folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0 || fstat(folder_fd, &status) != 0)
    {
        set_errno_error(error, PGM_ERROR_INVALID, "read", path, errno);
        if (folder_fd >= 0)
        {
            close(folder_fd);
        }
        return NULL;
    }
    int fd = -1;
    if (check_trust(&status, path, what, folder, error))
    {
        fd = open_regular(folder_fd, name, path, O_NOFOLLOW, &status, error);
    }
    close(folder_fd);
    if (fd < 0)
    {
        return NULL;
    }
    if (!check_trust(&status, path, "it", path, error))
    {
        close(fd);
        return NULL;
    }
    return read_all(fd, path, MIN(max, G_MAXUINT32), error);
}

static gboolean write_all(int fd, const char *data, gsize size)
{
    while (size > 0)
    {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno != EINTR)
        {
            return FALSE;
        }
        if (n > 0)
        {
            data += n;
            size -= (gsize)n;
        }
    }
    return TRUE;
}

gboolean pgm_file_write(const char *path, const char *data, gssize length, int mode, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *temporary = g_build_filename(folder, ".pgmedic-XXXXXX", NULL);
    int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
    {
        set_errno_error(error, PGM_ERROR_IO, "write", path, errno);
        return FALSE;
    }
    gboolean written = write_all(fd, data, length < 0 ? strlen(data) : (gsize)length) &&
                       fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
    if (!written)
    {
        close_keeping_errno(fd);
    }
    else if (close(fd) != 0)
    {
        written = FALSE;
    }
    if (!written || rename(temporary, path) != 0)
    {
        int errnum = errno;
        unlink(temporary);
        set_errno_error(error, PGM_ERROR_IO, "write", path, errnum);
        return FALSE;
    }
    return pgm_file_sync_folder(folder, error);
}

gboolean pgm_file_write_output(const char *path, const char *data, GError **error)
{
    struct stat there;
    if (stat(path, &there) != 0 || S_ISREG(there.st_mode))
    {
        /* The file that a link leads to is meant, not the link. */
        g_autofree char *real = realpath(path, NULL);
        return pgm_file_write(real != NULL ? real : path, data, -1, 0600, error);
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    gboolean written = fd >= 0 && write_all(fd, data, strlen(data));
    int errnum = errno;
    if (fd >= 0)
    {
        written = close(fd) == 0 && written;
    }
    if (!written)
    {
        set_errno_error(error, PGM_ERROR_IO, "write", path, errnum);
    }
    return written;
}

gboolean pgm_file_sync_folder(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* EINVAL and EBADF: a file system that cannot fsync a folder, which PostgreSQL puts up with too. */
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != EBADF))
    {
        set_errno_error(error, PGM_ERROR_IO, "make durable the folder", path, errno);
        if (fd >= 0)
        {
            close(fd);
        }
        return FALSE;
    }
    close(fd);
    return TRUE;
}

/* Makes PATH, whose parent is there, when it is missing. */
static gboolean make_one_folder(const char *path, GError **error)
{
    if (mkdir(path, 0700) != 0)
    {
        if (errno == EEXIST)
        {
            return TRUE;
        }
        set_errno_error(error, PGM_ERROR_IO, "make the folder", path, errno);
        return FALSE;
    }
    if (chmod(path, 0700) != 0) /* whatever the umask took away */
    {
        set_errno_error(error, PGM_ERROR_IO, "make the folder", path, errno);
        return FALSE;
    }
    g_autofree char *parent = g_path_get_dirname(path);
    return pgm_file_sync_folder(parent, error);
}

static gboolean check_private(const char *path, GError **error)
{
    struct stat status;
    int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
    {
        set_errno_error(error, PGM_ERROR_IO, "open the folder", path, errno);
        if (fd >= 0)
        {
            close(fd);
        }
        return FALSE;
    }
    close(fd);
    const char *reason = !S_ISDIR(status.st_mode)      ? "it is not a folder"
                         : status.st_uid != geteuid()  ? "it belongs to somebody else"
                         : (status.st_mode & 077) != 0 ? "others can look into it; close it with chmod 700"
                                                       : NULL;
    if (reason != NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "cannot keep private files in %s: %s", path, reason);
        return FALSE;
    }
    return TRUE;
}

gboolean pgm_file_make_private_folder(const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    for (char *slash = strchr(whole + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
    {
        *slash = '\0';
        gboolean made = make_one_folder(whole, error);
        *slash = '/';
        if (!made)
        {
            return FALSE;
        }
    }
    return make_one_folder(whole, error) && check_private(whole, error);
}

char *pgm_file_sha256(const char *path, gint64 *size, GError **error)
{
    struct stat status;
    int fd = open_regular(AT_FDCWD, path, path, 0, &status, error);
    if (fd < 0)
    {
        return NULL;
    }
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 chunk[65536];
    gint64 total = 0;
    ssize_t n;
    while ((n = read_retrying(fd, chunk, sizeof chunk)) > 0)
    {
        g_checksum_update(checksum, chunk, n);
        total += n;
    }
    if (n < 0)
    {
        set_errno_error(error, PGM_ERROR_INVALID, "read", path, errno);
        close(fd);
        return NULL;
    }
    close(fd);
    if (size != NULL)
    {
        *size = total;
    }
    return g_strdup(g_checksum_get_string(checksum));
}

gint64 pgm_file_free_space(const char *path)
{
    struct statvfs status;
    if (statvfs(path, &status) != 0)
    {
        return -1;
    }
    return (gint64)((guint64)status.f_bavail * status.f_frsize);
}
