/* program.c - a child process, its input and what it answers. */
#include "program.h"

#include <gio/gio.h>
#include <string.h>

typedef struct
{
    GMainLoop *loop;
    GSubprocess *process;
    GBytes *out;
    GBytes *err;
    gboolean overdue;
} Talk;

static void on_said_all(GObject *source, GAsyncResult *result, gpointer user)
{
    Talk *talk = user;
    g_autoptr(GError) error = NULL;

    g_subprocess_communicate_finish(G_SUBPROCESS(source), result, &talk->out, &talk->err, &error);
    g_assert_no_error(error);
    g_main_loop_quit(talk->loop);
}

static gboolean on_overdue(gpointer user)
{
    Talk *talk = user;

    talk->overdue = TRUE;
    g_subprocess_force_exit(talk->process);
    return G_SOURCE_REMOVE;
}

static GSubprocess *start(const char *const *argv, gboolean input, const char *const *environment)
{
    GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(input ? flags | G_SUBPROCESS_FLAGS_STDIN_PIPE : flags);
    g_autoptr(GError) error = NULL;
    GSubprocess *process;

    for (; environment != NULL && *environment != NULL; environment++)
    {
        g_auto(GStrv) pair = g_strsplit(*environment, "=", 2);

        if (pair[1] != NULL)
        {
            g_subprocess_launcher_setenv(launcher, pair[0], pair[1], TRUE);
        }
        else
        {
            g_subprocess_launcher_unsetenv(launcher, pair[0]);
        }
    }
    process = g_subprocess_launcher_spawnv(launcher, argv, &error);
    g_assert_no_error(error);
    return process;
}

static char *text_of(GBytes *bytes)
{
    gsize size = g_bytes_get_size(bytes); /* the data of no bytes is NULL */
    return size > 0 ? g_strndup(g_bytes_get_data(bytes, NULL), size) : g_strdup("");
}

/* A context of its own, so that it works on any thread and runs nobody else's sources. */
PgmProgram *pgm_program_run(const char *const *argv, const char *input, const char *const *environment)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GMainLoop) loop = g_main_loop_new(context, FALSE);
    g_autoptr(GSource) patience = g_timeout_source_new_seconds(PGM_PROGRAM_PATIENCE_S);
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GBytes) input_bytes = input != NULL ? g_bytes_new_static(input, strlen(input)) : NULL;
    Talk talk = {.loop = loop};
    PgmProgram *program = g_new0(PgmProgram, 1);

    g_main_context_push_thread_default(context);
    process = start(argv, input != NULL, environment);
    talk.process = process;
    g_source_set_callback(patience, on_overdue, &talk, NULL);
    g_source_attach(patience, context);
    g_subprocess_communicate_async(process, input_bytes, NULL, on_said_all, &talk);
    g_main_loop_run(loop);
    g_subprocess_wait(process, NULL, NULL);
    g_source_destroy(patience);
    g_main_context_pop_thread_default(context);

    program->out = text_of(talk.out);
    program->err = text_of(talk.err);
    g_bytes_unref(talk.out);
    g_bytes_unref(talk.err);
    program->exit = g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process)
                                                        : 128 + g_subprocess_get_term_sig(process);
    if (talk.overdue)
    {
        g_error("%s was still running after %d s\nstandard output:\n%s\nstandard error:\n%s", argv[0],
                PGM_PROGRAM_PATIENCE_S, program->out, program->err);
    }
    return program;
}

PgmProgram *pgm_program_run_pgmedic(const char *const *args, const char *input, const char *const *environment)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *binary = g_getenv("PGM_TEST_BINARY");

    g_assert_nonnull(binary);
    g_ptr_array_add(argv, (gpointer)(guintptr)binary);
    for (; args != NULL && *args != NULL; args++)
    {
        g_ptr_array_add(argv, (gpointer)(guintptr)*args);
    }
    g_ptr_array_add(argv, NULL);
    return pgm_program_run((const char *const *)argv->pdata, input, environment);
}

void pgm_program_free(PgmProgram *program)
{
    if (program == NULL)
    {
        return;
    }
    g_free(program->out);
    g_free(program->err);
    g_free(program);
}
