/*
 * file.h - files that can be trusted, and files that survive a crash.
 */
#ifndef PGMEDIC_FILE_H
#define PGMEDIC_FILE_H

#include <glib.h>

/* The bytes of a regular file of at most MAX bytes, read from one descriptor (no symbolic-link race).
 * Owner and mode are not judged. The data of an empty file is "", not NULL. Error: PGM_ERROR_INVALID, naming the file
 * and the reason. */
GBytes *pgm_file_read(const char *path, gsize max, GError **error);

/* The same for a file that pgmedic will obey (configuration, runbook, hotfix script): refused when the
 * file or the folder that holds it is owned by neither the caller nor root, or is writable by group or others. */
GBytes *pgm_file_read_trusted(const char *path, gsize max, GError **error);

/* Write a whole file so that after a crash either the old or the new one is there: temporary file beside it,
 * fsync, rename, fsync of the folder. MODE as in open(2), regardless of umask. Error: PGM_ERROR_IO. */
gboolean pgm_file_write(const char *path, const char *data, gssize length, int mode, GError **error);
/* The same for a place that the operator named: what is no file (/dev/null, a pipe) is written into, not replaced, and
 * a symbolic link is followed. */
gboolean pgm_file_write_output(const char *path, const char *data, GError **error);

/* Make a folder and its missing parents, mode 0700 for those made; fsynced. An existing last folder must be
 * the caller's own and closed to others, else PGM_ERROR_INVALID. */
gboolean pgm_file_make_private_folder(const char *path, GError **error);

/* fsync a folder, so that names created in it last. */
gboolean pgm_file_sync_folder(const char *path, GError **error);

/* SHA-256 of a file's bytes, in hexadecimal, and its size. SIZE may be NULL. */
char *pgm_file_sha256(const char *path, gint64 *size, GError **error);

/* Free bytes for an ordinary user on the file system that holds PATH (statvfs); -1 when it cannot be told. */
gint64 pgm_file_free_space(const char *path);

#endif
