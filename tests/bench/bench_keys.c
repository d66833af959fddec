/*
 * bench_keys.c - from a key press to the finished repaint, with 10,000 tables loaded.
 *
 * The console runs on a pty of 50 by 160, with a baseline of the same schema, so that it reads, loads and compares all
 * of it every now and then, as it always does. One key is written at a time; what comes back is kept with the moment
 * at which it came, and fed to the terminal emulator only when nothing has come for a while: its work is not counted.
 * The repaint was finished when that chunk came after which the screen was as it stayed: glyphs and colours, without
 * the header's two rows, where the clock is. A key that changes nothing counts as a mistake in here.
 *
 * Three groups: moving about and changing views; typing into the filter of the schema and taking it back; all of that
 * again while a phase of a run executes one long statement and holds its locks.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/measure.h"
#include "harness/screen_private.h"

enum
{
    TABLES = 10000,
    ROWS = 50,
    COLUMNS = 160,
    VOLATILE_ROWS = 2, /* the header with the clock and the round trip's time */
    QUIET_MS = 50,     /* no repaint comes in two parts that far apart */
    PATIENCE_MS = 3000,
    LOADED_MS = 120000,
    MAX_SAMPLES = 20000,
    FRAME_MS = 16,
    STATEMENT_S = 180, /* longer than its group takes: the console is left before it ends */
};

static const char note_there[] = "SELECT count(*) FROM pg_attribute WHERE attname = 'note' AND NOT attisdropped AND "
                                 "attrelid = 'crm.course_lines'::regclass";

typedef struct
{
    double ms[MAX_SAMPLES];
    double calm_ms[MAX_SAMPLES]; /* without what either side waited for a processor that others had */
    int n;
    char *slowest; /* the key that took longest */
    double slowest_ms;
} Samples;

typedef struct
{
    gsize end; /* in the bytes that came */
    gint64 at; /* monotonic */
} Chunk;

/* All that a person would see change. Caller frees. */
static GString *picture(const PgmScreen *screen)
{
    GString *all = g_string_new(NULL);
    for (int row = VOLATILE_ROWS; row < ROWS; row++)
    {
        for (int column = 0; column < COLUMNS; column++)
        {
            PgmScreenCell cell = pgm_screen_cell(screen, row, column);
            g_string_append_printf(all, "%s %d %d %d%d%d\n", cell.text, cell.foreground, cell.background, cell.bold,
                                   cell.underline, cell.reverse);
        }
    }
    return all;
}

/* Reads until nothing has come for QUIET_MS. */
static void gather(PgmScreen *screen, GByteArray *bytes, GArray *chunks)
{
    struct pollfd fd = {.fd = screen->pty, .events = POLLIN};
    guint8 piece[65536];
    while (poll(&fd, 1, QUIET_MS) > 0)
    {
        ssize_t n = read(screen->pty, piece, sizeof piece);
        pgm_bench_check(n > 0, NULL, "the console ended");
        g_byte_array_append(bytes, piece, (guint)n);
        Chunk chunk = {.end = bytes->len, .at = g_get_monotonic_time()};
        g_array_append_val(chunks, chunk);
    }
}

/* Feeds the chunks from *FED on to the screen. The moment of the one since which it is as it is now, 0 when it is still
 * as BEFORE. */
static gint64 replay(PgmScreen *screen, const GByteArray *bytes, const GArray *chunks, guint *fed, GString *before)
{
    g_autoptr(GString) last = g_string_new(before->str);
    gint64 since = 0;
    gsize begin = *fed > 0 ? g_array_index(chunks, Chunk, *fed - 1).end : 0;
    for (; *fed < chunks->len; (*fed)++)
    {
        const Chunk *chunk = &g_array_index(chunks, Chunk, *fed);
        vterm_input_write(screen->vt, (const char *)bytes->data + begin, chunk->end - begin);
        begin = chunk->end;
        g_autoptr(GString) now = picture(screen);
        since = g_string_equal(now, last) ? since : chunk->at;
        g_string_assign(last, now->str);
    }
    return g_string_equal(last, before) ? 0 : since;
}

/* How long the first thread of PID was ready to run and did not, in ms since it began: the console's draws. */
static double waited_ms(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
    {
        return 0;
    }
    const char *second = strchr(text, ' ');
    return second != NULL ? g_ascii_strtod(second, NULL) / 1e6 : 0;
}

static void press(PgmScreen *screen, const char *key, Samples *samples)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GArray) chunks = g_array_new(FALSE, FALSE, sizeof(Chunk));
    g_autoptr(GString) before = picture(screen);
    guint fed = 0;
    double waited = waited_ms(pgm_screen_pid(screen)) + waited_ms(getpid());
    gint64 done = 0, began = g_get_monotonic_time();
    pgm_bench_check(write(screen->pty, key, strlen(key)) == (ssize_t)strlen(key), NULL, "typing");
    while (done == 0 && g_get_monotonic_time() - began < (gint64)PATIENCE_MS * 1000)
    {
        gather(screen, bytes, chunks);
        done = replay(screen, bytes, chunks, &fed, before);
    }
    if (done == 0)
    {
        g_autofree char *dump = pgm_screen_dump(screen);
        g_autofree char *what = g_strescape(key, NULL);
        fprintf(stderr, "%s\n", dump);
        pgm_bench_check(FALSE, NULL, what);
    }
    waited = waited_ms(pgm_screen_pid(screen)) + waited_ms(getpid()) - waited;
    if (samples->n < MAX_SAMPLES)
    {
        samples->ms[samples->n] = (double)(done - began) / 1000;
        samples->calm_ms[samples->n] = MAX(samples->ms[samples->n] - waited, 0);
        if (samples->ms[samples->n] > samples->slowest_ms)
        {
            g_free(samples->slowest);
            samples->slowest = g_strescape(key, NULL);
            samples->slowest_ms = samples->ms[samples->n];
        }
        samples->n++;
    }
}

static void press_often(PgmScreen *screen, const char *key, int times, Samples *samples)
{
    for (int i = 0; i < times; i++)
    {
        press(screen, key, samples);
    }
}

/* Begins and ends in the schema, at its first row. */
static void move_about(PgmScreen *screen, Samples *samples)
{
    static const char *const page_down = "\x1b[6~", *const page_up = "\x1b[5~";
    press(screen, "G", samples);
    press_often(screen, page_up, 4, samples);
    press_often(screen, "k", 8, samples);
    press_often(screen, page_down, 3, samples);
    press(screen, "g", samples);
    press_often(screen, "j", 8, samples);
    press_often(screen, "k", 8, samples);
    for (int i = 0; i < 3; i++)
    {
        press(screen, "1", samples);
        press(screen, "2", samples);
    }
    press(screen, "3", samples);
    press(screen, "2", samples);
}

static void filter(PgmScreen *screen, Samples *samples)
{
    static const char *const words[] = {"customer_notes_12", "invoice", "order_ref_id", "e"};
    for (gsize word = 0; word < G_N_ELEMENTS(words); word++)
    {
        press(screen, "/", samples);
        for (const char *letter = words[word]; *letter != '\0'; letter++)
        {
            const char key[] = {*letter, '\0'};
            press(screen, key, samples);
        }
        press_often(screen, "\x7f", 3 < strlen(words[word]) ? 3 : 0, samples);
        press(screen, "\r", samples);
        press(screen, "j", samples);
        press(screen, "\x1b", samples);
        press(screen, "g", samples);
    }
}

static void await(PgmScreen *screen, const char *text, int ms)
{
    if (!pgm_screen_wait_text(screen, text, ms))
    {
        g_autofree char *dump = pgm_screen_dump(screen);
        fprintf(stderr, "%s\n", dump);
        pgm_bench_check(FALSE, NULL, text);
    }
}

/* In the schema, all of it loaded, the filter empty. */
static void load(PgmScreen *screen)
{
    await(screen, "Suggested", PATIENCE_MS * 10);
    pgm_screen_type(screen, "2");
    await(screen, "audit", LOADED_MS);
    pgm_screen_settle(screen, QUIET_MS);
}

static void write_file(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    pgm_bench_check(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error), error, path);
}

typedef struct
{
    char *folder; /* of the configuration, the baseline, the runbook and the run */
    char *config;
    char *runbooks;
} Desk;

/* A configuration with a baseline, and a runbook whose one phase takes its time. */
static Desk set_up(const PgmCluster *cluster, const char *binary)
{
    g_autoptr(GError) error = NULL;
    Desk desk = {.folder = g_dir_make_tmp("pgmedic-keys-XXXXXX", &error)};
    pgm_bench_check(desk.folder != NULL, error, "a temporary folder");
    desk.config = g_build_filename(desk.folder, "pgmedic.yaml", NULL);
    desk.runbooks = g_build_filename(desk.folder, "runbooks", NULL);
    g_autofree char *baseline = g_build_filename(desk.folder, "baseline.yaml", NULL);
    g_autofree char *runbook = g_build_filename(desk.runbooks, "slow.yaml", NULL);
    g_autofree char *config = g_strdup_printf(
        "format: 1\ndefault_target: many\ntargets:\n  many:\n    conninfo: host=%s port=%d user=postgres dbname=many\n"
        "    environment: development\n    baseline: %s\n",
        pgm_cluster_folder(cluster), pgm_cluster_port(cluster), baseline);
    g_autofree char *phases = g_strdup_printf(
        "format: 1\nname: slow\ntitle: Add a note, slowly\nseverity: P3\nsummary: A measurement.\n"
        "backup: {scope: none, reason: a measurement}\nphases:\n  - name: add\n    title: Add the column\n"
        "    sql: ALTER TABLE crm.course_lines ADD COLUMN note text; SELECT pg_sleep(%d)\n    rollback: nothing\n"
        "    lock: [crm.course_lines]\n"
        "    done_when: {sql: \"%s\", expect: 1}\n    verify: [{name: it is there, sql: \"%s\", expect: 1}]\n",
        STATEMENT_S, note_there, note_there);
    pgm_bench_check(g_mkdir_with_parents(desk.runbooks, 0700) == 0, NULL, desk.runbooks);
    write_file(desk.config, config);
    write_file(runbook, phases);
    g_auto(GStrv) environment = pgm_bench_environment(cluster, "");
    const char *const argv[] = {binary, "snapshot", "-d", "many", "-o", baseline, NULL};
    pgm_bench_run(argv, environment, 0, 0);
    return desk;
}

static void clean_up(Desk *desk)
{
    const char *const remove[] = {"rm", "-rf", desk->folder, NULL};
    g_spawn_sync(NULL, (char **)(gsize)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(desk->folder);
    g_free(desk->config);
    g_free(desk->runbooks);
}

static PgmScreen *open_console(const Desk *desk, const char *binary)
{
    g_autofree char *state = g_strconcat("XDG_STATE_HOME=", desk->folder, NULL);
    const char *const environment[] = {state, "LC_ALL=C.UTF-8", "NO_COLOR", NULL};
    const char *const args[] = {"--config", desk->config, "--runbooks", desk->runbooks, NULL};
    return pgm_screen_new_program(binary, ROWS, COLUMNS, args, environment);
}

/* From the schema to the runbook and back, armed, and the long statement under way. */
static void begin_statement(PgmScreen *screen)
{
    pgm_screen_type(screen, "4");
    await(screen, "Add a note, slowly", PATIENCE_MS);
    pgm_screen_type(screen, "r");
    await(screen, "t type the database's name", LOADED_MS);
    pgm_screen_type(screen, "t");
    await(screen, "Type the database's name (", PATIENCE_MS);
    pgm_screen_type(screen, "many\r");
    await(screen, "Begin phase add?", LOADED_MS);
    pgm_screen_type(screen, "p");
    await(screen, "Enter does it", PATIENCE_MS);
    pgm_screen_type(screen, "\r");
    await(screen, "▶ SELECT pg_sleep", LOADED_MS);
    pgm_screen_type(screen, "2");
    await(screen, "audit", LOADED_MS);
    pgm_screen_settle(screen, QUIET_MS);
}

static void tell(const char *what, Samples *samples)
{
    double p50 = pgm_bench_median(samples->ms, samples->n);
    double p99 = pgm_bench_percentile(samples->ms, samples->n, 0.99);
    double calm = pgm_bench_percentile(samples->calm_ms, samples->n, 0.99);
    g_autofree char *line = g_strdup_printf("10,000 tables, key to repaint, %s, p99", what);
    printf("  %s: %d keys, p50 %.1f ms, p99 %.1f ms (%.2f of %d ms), longest %.1f ms (%s)\n", what, samples->n, p50,
           p99, p99 / FRAME_MS, FRAME_MS, samples->slowest_ms, samples->slowest);
    printf("    without waiting for a processor: p99 %.1f ms, longest %.1f ms\n", calm,
           samples->calm_ms[samples->n - 1]);
    pgm_bench_at_most(line, p99, "ms", FRAME_MS);
}

int main(int argc, char **argv)
{
    static Samples moving, typing, busy;
    if (argc < 2)
    {
        fprintf(stderr, "usage: bench_keys BINARY [ROUNDS [TABLES]]\n");
        return 2;
    }
    int rounds = argc > 2 ? CLAMP(atoi(argv[2]), 1, 100) : 8;
    int tables = argc > 3 ? atoi(argv[3]) : TABLES;
    PgmCluster *cluster = pgm_bench_server(PGM_BENCH_QUIET);
    printf("keys: %d tables, %d rounds\n", tables, rounds);
    fflush(stdout);
    pgm_bench_many_tables(cluster, "many", tables);
    Desk desk = set_up(cluster, argv[1]);
    PgmScreen *screen = open_console(&desk, argv[1]);
    load(screen);
    for (int i = 0; i < rounds; i++)
    {
        move_about(screen, &moving);
        filter(screen, &typing);
    }
    begin_statement(screen);
    for (int i = 0; i < rounds; i++)
    {
        move_about(screen, &busy);
        filter(screen, &busy);
    }
    pgm_screen_type(screen, "5");
    await(screen, "▶ SELECT pg_sleep", PATIENCE_MS); /* it went on all the while */
    pgm_screen_free(screen);
    clean_up(&desk);
    tell("moving", &moving);
    tell("filtering", &typing);
    tell("both while a statement runs", &busy);
    return pgm_bench_end();
}
