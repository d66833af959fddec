/*
 * bench_console.c - the console's first frame against psql's first prompt, and peak memory.
 *
 * Both start on a terminal of their own, in turn, on the same warm server with
 * the incident in it; medians. psql is the one in PATH with -X: on Debian the
 * wrapper that everybody types. A frame is full when the header with the target,
 * the titles of all panels and the footer stand on the screen. Peak memory is
 * VmHWM, as the kernel counts it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure.h"
#include "cli/demo.h"
#include "harness/screen.h"

#include <sys/wait.h>

enum
{
    ROWS = 30,
    COLUMNS = 100,
    MAX_ROUNDS = 51,
    PATIENCE_MS = 20000,
    POLL_US = 1000,
};

static const char *const full_frame[] = {"pgmedic  demo", "6 Journal", "Migration head", "Drift from",
                                         "Health",        "Suggested", "q quit",         NULL};
static const char *const complete[] = {"3 breaking", "774225e563ca (head)", "connections", "uuid-to-varchar   matches",
                                       NULL};
static const char *const prompt[] = {"documents=#", NULL};

typedef struct
{
    const char *const *texts;
    gint64 seen; /* monotonic; 0: not yet */
} Sight;

static void fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* The moment counts in which the last of the texts came, not the one in which the waiting ended. */
static gboolean all_stand(PgmScreen *screen, gpointer user)
{
    Sight *sight = user;
    for (const char *const *text = sight->texts; *text != NULL; text++)
    {
        if (!pgm_screen_find(screen, *text, NULL, NULL))
        {
            return FALSE;
        }
    }
    sight->seen = sight->seen != 0 ? sight->seen : g_get_monotonic_time();
    return TRUE;
}

static double ms_until(PgmScreen *screen, const char *const *texts, gint64 began)
{
    Sight sight = {.texts = texts};
    if (!pgm_screen_wait(screen, all_stand, &sight, PATIENCE_MS))
    {
        g_autofree char *dump = pgm_screen_dump(screen);
        fputs(dump, stderr);
        fail("this never was what was waited for");
    }
    return (double)(sight.seen - began) / 1000;
}

static double start_psql(const PgmDemo *demo)
{
    const char *const args[] = {"-X", "-h", pgm_cluster_folder(demo->cluster), "-U", "postgres", "documents", NULL};
    gint64 began = g_get_monotonic_time();
    g_autoptr(PgmScreen) screen = pgm_screen_new_program("psql", ROWS, COLUMNS, args, NULL);
    double ms = ms_until(screen, prompt, began);
    pgm_screen_type(screen, "\\q\n");
    pgm_screen_wait_exit(screen, PATIENCE_MS);
    return ms;
}

static PgmScreen *open_console(const char *binary, const PgmDemo *demo)
{
    const char *const args[] = {"--config", demo->config, NULL};
    return pgm_screen_new_program(binary, ROWS, COLUMNS, args, NULL);
}

static double start_console(const char *binary, const PgmDemo *demo, double *all)
{
    gint64 began = g_get_monotonic_time();
    g_autoptr(PgmScreen) screen = open_console(binary, demo);
    double ms = ms_until(screen, full_frame, began);
    *all = ms_until(screen, complete, began);
    pgm_screen_type(screen, "q");
    pgm_screen_wait_exit(screen, PATIENCE_MS);
    return ms;
}

/* VmHWM of PID in MB; 0 when the process is gone. */
static double peak_mb(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid);
    g_autofree char *status = NULL;
    const char *line;
    if (!g_file_get_contents(path, &status, NULL, NULL) || (line = strstr(status, "VmHWM:")) == NULL)
    {
        return 0;
    }
    return strtod(line + strlen("VmHWM:"), NULL) / 1024;
}

/* Every view, the diagnosis, a runbook in full and its help. */
static double console_memory(const char *binary, const PgmDemo *demo)
{
    static const struct
    {
        const char *keys, *text;
    } steps[] = {{"2", "document_questions"},
                 {"3", "pgmedic"},
                 {"4", "stamp-head"},
                 {"?", "PgUp"},
                 {"q5", "No run is going"},
                 {"6", "Journal"},
                 {"1", "Suggested"},
                 {"\r", "Diagnosis of"},
                 {"\r", "Convert"}};
    g_autoptr(PgmScreen) screen = open_console(binary, demo);
    ms_until(screen, complete, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    {
        const char *const text[] = {steps[i].text, NULL};
        pgm_screen_type(screen, steps[i].keys);
        ms_until(screen, text, 0);
    }
    double mb = peak_mb(pgm_screen_pid(screen));
    pgm_screen_type(screen, "qqq");
    pgm_screen_wait_exit(screen, PATIENCE_MS);
    return mb;
}

static double run_memory(const char *binary, const PgmDemo *demo)
{
    const char *const argv[] = {binary, "run",      "--config", demo->config, "--unattended",    "--backup",
                                "dump", "--commit", "verified", "--quiet",    "uuid-to-varchar", NULL};
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "XDG_STATE_HOME", demo->folder, TRUE);
    g_autoptr(GError) error = NULL;
    GPid pid;
    if (!g_spawn_async(NULL, (char **)(gsize)argv, environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                       NULL, NULL, &pid, &error))
    {
        fail(error->message);
    }
    /* What has ended but is not reaped has a status without memory. */
    double peak = 0, mb;
    while ((mb = peak_mb(pid)) > 0)
    {
        peak = MAX(peak, mb);
        g_usleep(POLL_US);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0)
    {
        fail("pgmedic run --unattended did not end well");
    }
    return peak;
}

int main(int argc, char **argv)
{
    double console[MAX_ROUNDS], all[MAX_ROUNDS], psql[MAX_ROUNDS];
    if (argc < 2)
    {
        fprintf(stderr, "usage: bench_console BINARY [ROUNDS]\n");
        return 2;
    }
    int rounds = argc > 2 ? CLAMP(atoi(argv[2]), 1, MAX_ROUNDS) : 15;
    g_autoptr(GError) error = NULL;
    PgmDemo *demo = pgm_demo_start(&error);
    if (demo == NULL)
    {
        fail(error->message);
    }
    /* Once unmeasured: the files and the server's catalog are read by then. */
    start_psql(demo);
    start_console(argv[1], demo, &all[0]);
    for (int i = 0; i < rounds; i++)
    {
        psql[i] = start_psql(demo);
        console[i] = start_console(argv[1], demo, &all[i]);
    }
    double frame = pgm_bench_median(console, rounds), first_prompt = pgm_bench_median(psql, rounds);
    printf("console: the incident, %d rounds, medians\n", rounds);
    printf("  psql -X, first prompt             %6.1f ms\n", first_prompt);
    printf("  console, first full frame         %6.1f ms\n", frame);
    printf("  console, overview complete        %6.1f ms\n", pgm_bench_median(all, rounds));
    double console_mb = console_memory(argv[1], demo), run_mb = run_memory(argv[1], demo);
    pgm_demo_stop(demo, FALSE);
    pgm_bench_at_most("console, first full frame / first prompt of psql -X", frame / first_prompt, "", 1.5);
    pgm_bench_at_most("console, every view, peak memory", console_mb, "MB", 30);
    pgm_bench_at_most("run --unattended, peak memory", run_mb, "MB", 30);
    return pgm_bench_end();
}
