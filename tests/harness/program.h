/*
 * program.h - for tests: run a program to its end and keep what it said.
 */
#ifndef PGMEDIC_TEST_PROGRAM_H
#define PGMEDIC_TEST_PROGRAM_H

#include <glib.h>

/* No test waits longer for a program; it is killed then, and the test fails. */
#define PGM_PROGRAM_PATIENCE_S 60

typedef struct
{
    char *out; /* standard output; NUL-terminated, otherwise as written */
    char *err; /* standard error */
    int exit;  /* exit code, or 128 + N for signal N */
} PgmProgram;

/* ARGV with argv[0], looked up in PATH; NULL-terminated. INPUT is its standard input; NULL is /dev/null. ENVIRONMENT:
 * changes to the test's own, "NAME=VALUE", or "NAME" to unset; NULL for none. Fails the test when it cannot be started.
 */
PgmProgram *pgm_program_run(const char *const *argv, const char *input, const char *const *environment);
/* PGM_TEST_BINARY with ARGS (without argv[0]). */
PgmProgram *pgm_program_run_pgmedic(const char *const *args, const char *input, const char *const *environment);
void pgm_program_free(PgmProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmProgram, pgm_program_free)

/* The program ended with exit code CODE; all that it said is shown when not. */
#define pgm_program_assert_exit(program, code)                                                                         \
    do                                                                                                                 \
    {                                                                                                                  \
        const PgmProgram *program_ = (program);                                                                        \
        if (program_->exit != (code))                                                                                  \
        {                                                                                                              \
            g_autofree char *message_ =                                                                                \
                g_strdup_printf("exit code %d, not %d\nstandard output:\n%s\nstandard error:\n%s", program_->exit,     \
                                (code), program_->out, program_->err);                                                 \
            g_assertion_message(G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, message_);                                \
        }                                                                                                              \
    } while (0)

/* TEXT, a string, holds PART; all of it is shown when not. */
#define pgm_assert_contains(text, part)                                                                                \
    do                                                                                                                 \
    {                                                                                                                  \
        const char *text_ = (text);                                                                                    \
        const char *part_ = (part);                                                                                    \
        if (g_strstr_len(text_, -1, part_) == NULL)                                                                    \
        {                                                                                                              \
            g_autofree char *message_ = g_strdup_printf("\"%s\" is not in:\n%s", part_, text_);                        \
            g_assertion_message(G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, message_);                                \
        }                                                                                                              \
    } while (0)

#endif
