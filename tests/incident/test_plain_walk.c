/* The incident mended in the plain terminal, by a person's keys and from a pipe; and left at every prompt. */
#include "harness/incident.h"

#include <signal.h>
#include <string.h>

enum
{
    ROWS = 50,
    COLUMNS = 120,
    UNHURRIED_MS = 60, /* what is typed before a prompt stands there is thrown away */
};

static const char open_transactions[] = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                                        "xact_start IS NOT NULL AND pid <> pg_backend_pid()";

static void assert_types(const PgmTestIncident *incident, const char *expected)
{
    g_autofree char *types = pgm_test_incident_types(incident);
    g_assert_cmpstr(types, ==, expected);
}

static void answer(PgmScreen *screen, const char *prompt, const char *line)
{
    pgm_screen_assert_text(screen, prompt);
    pgm_screen_settle(screen, UNHURRIED_MS);
    pgm_screen_type(screen, line);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
}

static void test_keys(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("plain", 2000, 6000);
    g_autofree char *before = pgm_test_incident_schema(incident);
    g_autoptr(PgmScreen) screen = pgm_test_incident_open(incident, ROWS, COLUMNS, "run", "--plain uuid-to-varchar");
    answer(screen, "the database's name, or s > ", pgm_test_database_name(incident->database));
    answer(screen, "d/e/n/s > ", "d");
    pgm_screen_assert_text(screen, "Begin phase convert?");
    answer(screen, "g/p/s > ", "p");
    pgm_screen_assert_text(screen, "Commit phase convert?");
    assert_types(incident, PGM_TEST_ALL_UUID);
    answer(screen, "c/r (rolls back by itself in 0:", "c");
    answer(screen, "Begin phase rebuild-indexes?", "g");
    answer(screen, "Begin phase validate?", "g");
    answer(screen, "Begin phase analyze?", "g");
    pgm_screen_assert_exit(screen, 0);
    g_assert_true(pgm_screen_cooked(screen));
    pgm_assert_contains(pgm_screen_output(screen)->str, ": finished");
    pgm_assert_contains(pgm_screen_output(screen)->str, "report.md");
    assert_types(incident, PGM_TEST_ALL_VARCHAR);

    /* Undone in the same way; the database's name is asked for once more. */
    g_autoptr(PgmScreen) back = pgm_test_incident_open(incident, ROWS, COLUMNS, "rollback", "--plain");
    answer(back, "the database's name, or s > ", pgm_test_database_name(incident->database));
    pgm_screen_assert_exit(back, 0);
    g_autofree char *after = pgm_test_incident_schema(incident);
    g_assert_cmpstr(before, ==, after);
}

/* A pipe's lines wait for their questions. Nothing in its output is for a terminal's eyes alone. */
static void test_pipe(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("plain_pipe", 200, 600);
    g_autofree char *input = g_strdup_printf("%s\nd\np\nc\ng\ng\ng\n", pgm_test_database_name(incident->database));
    g_autoptr(PgmProgram) program = pgm_test_incident_run(incident, "run", "--plain uuid-to-varchar", input);
    pgm_program_assert_exit(program, 0);
    assert_types(incident, PGM_TEST_ALL_VARCHAR);
    g_assert_null(strchr(program->out, '\x1b'));
    pgm_assert_contains(program->out, "Rollback SQL:");
    pgm_assert_contains(program->out, "Missing until they are built again");
    pgm_assert_contains(program->out, ": finished");
}

/* The input ends after each line in turn: what was committed stays, what is open is rolled back, and it is said how to
 * go on. */
static void test_pipe_ends(void)
{
    static const char *const lines[] = {"d\n", "p\n", "c\n", "g\n", "g\n"};
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("plain_ends", 100, 300);
    GString *input = g_string_new(NULL);
    for (guint i = 0; i <= G_N_ELEMENTS(lines); i++)
    {
        g_autoptr(PgmTestIncident) fresh = i > 3 ? pgm_test_incident_new("plain_ends", 100, 300) : NULL;
        PgmTestIncident *here = fresh != NULL ? fresh : incident;
        g_string_printf(input, "%s\n", pgm_test_database_name(here->database));
        for (guint j = 0; j < i; j++)
        {
            g_string_append(input, lines[j]);
        }
        g_autoptr(PgmProgram) program = pgm_test_incident_run(here, "run", "--plain uuid-to-varchar", input->str);
        pgm_program_assert_exit(program, 4);
        pgm_assert_contains(program->out, "pgmedic resume");
        g_assert_cmpint(strstr(program->out, "pgmedic rollback") != NULL, ==, i > 2);
        assert_types(here, i > 2 ? PGM_TEST_ALL_VARCHAR : PGM_TEST_ALL_UUID);
        pgm_test_assert_value(here->database, open_transactions, "0");
        if (i == 3)
        {
            /* What stands after the third line is in the way of the next walk. */
            g_clear_pointer(&incident, pgm_test_incident_free);
        }
    }
    g_string_free(input, TRUE);
}

typedef enum
{
    BY_INTERRUPT,
    BY_END_OF_INPUT,
    BY_TERM,
    BY_HANG_UP,
    BY_CLOSED_WINDOW,
    WAYS
} Way;

typedef struct
{
    const char *prompt, *line; /* LINE NULL: this prompt is left */
} Step;

/* A walk up to a prompt. "" as a line stands for the database's name. */
static const struct
{
    const char *name;
    Step steps[8];
} walks[] = {
    {"arm", {{"the database's name, or s > ", NULL}}},
    {"backup", {{"the database's name, or s > ", ""}, {"d/e/n/s > ", NULL}}},
    {"reason", {{"the database's name, or s > ", ""}, {"d/e/n/s > ", "n"}, {"the reason > ", NULL}}},
    {"phase",
     {{"the database's name, or s > ", ""}, {"d/e/n/s > ", "n"}, {"the reason > ", "a test"}, {"g/p/s > ", NULL}}},
    {"commit",
     {{"the database's name, or s > ", ""},
      {"d/e/n/s > ", "n"},
      {"the reason > ", "a test"},
      {"g/p/s > ", "p"},
      {"c/r (rolls back by itself in 0:", NULL}}},
    {"failed",
     {{"the database's name, or s > ", ""},
      {"d/e/n/s > ", "n"},
      {"the reason > ", "a test"},
      {"g/p/s > ", "p"},
      {"c/r (rolls back by itself in 0:", "r"},
      {"s/r > ", NULL}}},
};

static void leave(PgmScreen *screen, Way way)
{
    switch (way)
    {
    case BY_INTERRUPT:
        pgm_screen_control(screen, 'c');
        break;
    case BY_END_OF_INPUT:
        pgm_screen_control(screen, 'd');
        break;
    case BY_TERM:
        pgm_screen_signal(screen, SIGTERM);
        break;
    default:
        pgm_screen_signal(screen, SIGHUP);
    }
}

/* Never a commit, the terminal as it was, nothing left open, and an exit code that says that it stopped. */
static void test_leave(gconstpointer data)
{
    gsize which = GPOINTER_TO_SIZE(data);
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("plain_leave", 100, 300);
    for (Way way = BY_INTERRUPT; way < WAYS; way++)
    {
        PgmScreen *screen = pgm_test_incident_open(incident, ROWS, COLUMNS, "run", "--plain uuid-to-varchar");
        const Step *step = walks[which].steps;
        for (; step->line != NULL; step++)
        {
            answer(screen, step->prompt, *step->line != '\0' ? step->line : pgm_test_database_name(incident->database));
        }
        pgm_screen_assert_text(screen, step->prompt);
        pgm_screen_settle(screen, UNHURRIED_MS);
        if (way != BY_CLOSED_WINDOW)
        {
            leave(screen, way);
            pgm_screen_assert_exit(screen, 4);
            g_assert_true(pgm_screen_cooked(screen));
        }
        pgm_screen_free(screen);
        pgm_test_assert_value(incident->database, open_transactions, "0");
        assert_types(incident, PGM_TEST_ALL_UUID);
        g_autoptr(PgmModel) model = pgm_test_incident_model(incident);
        g_assert_nonnull(model->outcome);
        g_assert_false(pgm_model_unknown(model));
    }
}

/* The parameters are asked for before anything is begun. */
static void test_leave_parameters(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("plain_parameters", 100, 300);
    for (Way way = BY_INTERRUPT; way < BY_CLOSED_WINDOW; way++)
    {
        g_autoptr(PgmScreen) screen = pgm_test_incident_open(incident, ROWS, COLUMNS, "run", "--plain stamp-head");
        pgm_screen_assert_text(screen, " > ");
        pgm_screen_settle(screen, UNHURRIED_MS);
        leave(screen, way);
        pgm_screen_assert_exit(screen, 4);
        g_assert_true(pgm_screen_cooked(screen));
        g_autofree char *none = pgm_test_incident_run_folder(incident);
        g_assert_null(none);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident/plain/keys", test_keys);
    g_test_add_func("/incident/plain/pipe", test_pipe);
    g_test_add_func("/incident/plain/pipe-ends", test_pipe_ends);
    for (gsize i = 0; i < G_N_ELEMENTS(walks); i++)
    {
        g_autofree char *path = g_strdup_printf("/incident/plain/leave-at-%s", walks[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_leave);
    }
    g_test_add_func("/incident/plain/leave-at-parameters", test_leave_parameters);
    return g_test_run();
}
