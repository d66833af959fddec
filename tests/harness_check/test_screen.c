/* The terminal of the harness, against programs whose behaviour is known: what they write must be what a test sees, and
 * what a test types must be what they get. */
#include "harness/screen.h"

#include <signal.h>
#include <string.h>

static PgmScreen *shell(int rows, int columns, const char *script)
{
    return pgm_screen_new_program("sh", rows, columns, (const char *const[]){"-c", script, NULL}, NULL);
}

static void test_text(void)
{
    g_autoptr(PgmScreen) screen =
        shell(5, 20, "printf 'Zeile\\n\\n  \\344\\270\\255e\\314\\201 \\342\\224\\202x'; read -r wait");
    int row;
    int column;
    g_autofree char *third = NULL;

    pgm_screen_assert_text(screen, "│x");
    third = pgm_screen_row(screen, 2);
    g_assert_cmpstr(third, ==, "  中e\u0301 │x");
    g_assert_true(pgm_screen_find(screen, "x", &row, &column));
    g_assert_cmpint(row, ==, 2);
    g_assert_cmpint(column, ==, 7); /* the wide character took two columns, the combining one none */
    g_assert_cmpint(pgm_screen_cell(screen, 2, 2).width, ==, 2);
    g_assert_cmpstr(pgm_screen_cell(screen, 2, 3).text, ==, "");
    g_assert_cmpstr(pgm_screen_cell(screen, 2, 4).text, ==, "e\u0301");
    g_assert_cmpstr(pgm_screen_cell(screen, 0, 10).text, ==, " ");
    pgm_screen_cursor(screen, &row, &column);
    g_assert_cmpint(row, ==, 2);
    g_assert_cmpint(column, ==, 8);
    g_assert_cmpint(pgm_screen_wait_exit(screen, 0), ==, -1);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_exit(screen, 0);
}

/* What stood on the screen before is no answer to a key, however long the program computes. */
static void test_old_picture(void)
{
    static const char script[] = "system 'stty raw -echo'; $| = 1; print 'old'; sysread STDIN, $_, 1;"
                                 "my $end = (times)[0] + 0.1; 1 while (times)[0] < $end;"
                                 "print \"\\e[2J\\e[Hnew\"; sysread STDIN, $_, 1";
    g_autoptr(PgmScreen) screen =
        pgm_screen_new_program("perl", 5, 20, (const char *const[]){"-e", script, NULL}, NULL);

    pgm_screen_assert_text(screen, "old");
    pgm_screen_type(screen, "x");
    g_assert_false(pgm_screen_wait_text(screen, "old", 0));
    pgm_screen_assert_text(screen, "new");
    pgm_screen_type(screen, "x");
    pgm_screen_assert_exit(screen, 0);
}

static void test_attributes(void)
{
    g_autoptr(PgmScreen) screen = shell(3, 60,
                                        "tput bold; printf loud; tput sgr0; tput setaf 1; tput setab 226; printf alarm;"
                                        "tput sgr0; tput rev; printf turned; tput sgr0; tput smul; printf under;"
                                        "tput sgr0; printf plain; read -r wait");
    PgmScreenCell cell;

    pgm_screen_assert_text(screen, "plain");
    cell = pgm_screen_cell_of(screen, "loud");
    g_assert_true(cell.bold && !cell.reverse && !cell.underline);
    cell = pgm_screen_cell_of(screen, "alarm");
    g_assert_cmpint(cell.foreground, ==, 1);
    g_assert_cmpint(cell.background, ==, 226);
    g_assert_false(cell.bold);
    g_assert_true(pgm_screen_cell_of(screen, "turned").reverse);
    g_assert_true(pgm_screen_cell_of(screen, "under").underline);
    cell = pgm_screen_cell_of(screen, "plain");
    g_assert_true(!cell.bold && !cell.reverse && !cell.underline);
    g_assert_cmpint(cell.foreground, ==, -1);
    g_assert_cmpint(cell.background, ==, -1);
}

static void test_modes(void)
{
    g_autoptr(PgmScreen) screen =
        shell(4, 40,
              "tput smcup; tput civis; stty -icanon -echo; printf '\\033[?1000h\\033[?1006hin'; read -r wait;"
              "stty sane; tput cnorm; tput rmcup; printf '\\033[?1000lout'; read -r wait");

    pgm_screen_assert_text(screen, "in");
    pgm_screen_assert(screen, pgm_screen_alternate(screen));
    pgm_screen_assert(screen, !pgm_screen_cursor_visible(screen));
    pgm_screen_assert(screen, pgm_screen_mouse(screen));
    pgm_screen_assert(screen, !pgm_screen_cooked(screen));
    pgm_screen_type(screen, "\n");
    pgm_screen_assert_text(screen, "out");
    pgm_screen_assert_absent(screen, "in");
    pgm_screen_assert(screen, !pgm_screen_alternate(screen));
    pgm_screen_assert(screen, pgm_screen_cursor_visible(screen));
    pgm_screen_assert(screen, !pgm_screen_mouse(screen));
    pgm_screen_assert(screen, pgm_screen_cooked(screen));
}

static void test_keys(void)
{
    g_autoptr(PgmScreen) screen = shell(12, 90,
                                        "tput smkx; stty raw -echo; printf '\\033[?1000h\\033[?1006hready\\r\\n';"
                                        "exec cat -v");

    pgm_screen_assert_text(screen, "ready");
    pgm_screen_type(screen, "q:é ");
    pgm_screen_assert_text(screen, "q:M-CM-) ");
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_assert_text(screen, "^[OA");
    pgm_screen_key(screen, PGM_SCREEN_F1);
    pgm_screen_assert_text(screen, "^[OP");
    pgm_screen_key(screen, PGM_SCREEN_F12);
    pgm_screen_assert_text(screen, "^[[24~");
    pgm_screen_key(screen, PGM_SCREEN_PAGE_DOWN);
    pgm_screen_assert_text(screen, "^[[6~");
    pgm_screen_key(screen, PGM_SCREEN_BACKTAB);
    pgm_screen_assert_text(screen, "^[[Z");
    pgm_screen_key(screen, PGM_SCREEN_BACKSPACE);
    pgm_screen_assert_text(screen, "^?");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_text(screen, "^C");
    pgm_screen_click(screen, 4, 9, 1);
    pgm_screen_assert_text(screen, "^[[<0;10;5M");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_type(screen, "!");
    pgm_screen_assert_text(screen, "^[!");
}

static void test_resize(void)
{
    g_autoptr(PgmScreen) screen =
        shell(24, 80, "trap 'stty size' WINCH; stty size; while :; do read -r line && exit 7; done");

    pgm_screen_assert_text(screen, "24 80");
    pgm_screen_resize(screen, 60, 200);
    pgm_screen_assert_text(screen, "60 200");
    g_assert_cmpint(pgm_screen_rows(screen), ==, 60);
    g_assert_cmpint(pgm_screen_columns(screen), ==, 200);
    pgm_screen_resize(screen, 5, 20);
    pgm_screen_assert_text(screen, "5 20");
    pgm_screen_type(screen, "\n");
    pgm_screen_assert_exit(screen, 7);
}

static void test_gone(void)
{
    g_autoptr(PgmScreen) screen = shell(5, 40, "printf first; read -r wait; tput clear; printf second; read -r wait");

    pgm_screen_assert_text(screen, "first");
    g_assert_false(pgm_screen_wait_text(screen, "second", 50));
    g_assert_false(pgm_screen_wait_gone(screen, "first", 50));
    pgm_screen_type(screen, "\n");
    pgm_screen_assert_gone(screen, "first");
    pgm_screen_assert_text(screen, "second");
}

/* A program that has ended shows nothing any more: no use in waiting out the patience. */
static void test_end(void)
{
    const char *const silent[] = {"-c", "printf last; exit 3", NULL};
    const char *const killed[] = {"-c", "kill -KILL $$", NULL};
    g_autoptr(PgmScreen) screen = pgm_screen_new_program("sh", 5, 40, silent, NULL);
    g_autoptr(PgmScreen) shot = pgm_screen_new_program("sh", 5, 40, killed, NULL);
    g_autoptr(PgmScreen) missing = pgm_screen_new_program("no-such-program", 5, 60, NULL, NULL);
    gint64 start = g_get_monotonic_time();

    g_assert_false(pgm_screen_wait_text(screen, "more", PGM_SCREEN_PATIENCE_MS));
    g_assert_cmpint(g_get_monotonic_time() - start, <, PGM_SCREEN_PATIENCE_MS / 2 * 1000);
    pgm_screen_assert_text(screen, "last");
    pgm_screen_assert_exit(screen, 3);
    pgm_screen_assert_exit(shot, 128 + SIGKILL);
    pgm_screen_assert_text(missing, "no-such-program: No such file");
    pgm_screen_assert_exit(missing, 127);
}

static void test_environment(void)
{
    const char *const args[] = {"-c", "echo \"<$TERM|$HOME|${PATH:+path}>\"; read -r wait", NULL};
    const char *const changes[] = {"TERM=vt100", "HOME", NULL};
    g_autoptr(PgmScreen) screen = pgm_screen_new_program("sh", 5, 40, args, changes);
    g_autoptr(PgmScreen) usual = shell(5, 40, "echo \"<$TERM>\"; read -r wait");

    pgm_screen_assert_text(screen, "<vt100||path>");
    pgm_screen_assert_text(usual, "<xterm-256color>");
}

/* The window closes: the program hears of it and does its work before the test goes on. */
static void test_hangup(void)
{
    g_autofree char *witness = g_build_filename(g_get_tmp_dir(), "witness-XXXXXX", NULL);
    g_autofree char *script = NULL;
    PgmScreen *screen;

    g_assert_nonnull(mkdtemp(witness));
    script = g_strdup_printf("trap 'rmdir \"%s\"; exit' HUP; echo up; while :; do read -r wait || :; done", witness);
    screen = shell(5, 40, script);
    pgm_screen_assert_text(screen, "up");
    g_assert_true(g_file_test(witness, G_FILE_TEST_IS_DIR));
    pgm_screen_free(screen);
    g_assert_false(g_file_test(witness, G_FILE_TEST_EXISTS));
}

static void test_dump(void)
{
    g_autoptr(PgmScreen) screen = shell(2, 10, "printf 'a b'; read -r wait");
    g_autofree char *dump = NULL;

    pgm_screen_assert_text(screen, "a b");
    dump = pgm_screen_dump(screen);
    g_assert_nonnull(strstr(dump, "10 columns by 2 rows, cursor shown at row 0 column 3, still running\n"
                                  "  0|a b       |\n"
                                  "  1|          |\n"));
}

/* A failed assertion must fail the test, and show the screen. */
static void test_failure(void)
{
    if (g_test_subprocess())
    {
        g_autoptr(PgmScreen) screen = shell(2, 30, "printf 'what stands here'; exit 0");

        g_assert_false(pgm_screen_wait_text(screen, "something else", 100));
        pgm_screen_assert(screen, pgm_screen_find(screen, "something else", NULL, NULL));
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*what stands here*");
    g_test_trap_assert_stderr("*not so: *something else*");
}

/* A program that draws with readline, against a server. */
static void test_psql(void)
{
    const char *conninfo = g_getenv("PGM_TEST_CONNINFO");
    g_autoptr(PgmScreen) screen = NULL;

    if (conninfo == NULL)
    {
        g_test_skip("no server");
        return;
    }
    screen = pgm_screen_new_program("psql", 24, 80, (const char *const[]){"-X", "-d", conninfo, NULL},
                                    (const char *const[]){"PAGER=cat", NULL});
    pgm_screen_assert_text(screen, "postgres=#");
    pgm_screen_type(screen, "SELECT 40 + 2 AS answer;");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "(1 row)");
    pgm_screen_assert_text(screen, "     42");
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_assert(screen, pgm_screen_wait_text(screen, "postgres=# SELECT 40", PGM_SCREEN_PATIENCE_MS));
    pgm_screen_control(screen, 'u');
    pgm_screen_control(screen, 'd');
    pgm_screen_assert_exit(screen, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/screen/text", test_text);
    g_test_add_func("/screen/old-picture", test_old_picture);
    g_test_add_func("/screen/attributes", test_attributes);
    g_test_add_func("/screen/modes", test_modes);
    g_test_add_func("/screen/keys", test_keys);
    g_test_add_func("/screen/resize", test_resize);
    g_test_add_func("/screen/gone", test_gone);
    g_test_add_func("/screen/end", test_end);
    g_test_add_func("/screen/environment", test_environment);
    g_test_add_func("/screen/hangup", test_hangup);
    g_test_add_func("/screen/dump", test_dump);
    g_test_add_func("/screen/failure", test_failure);
    g_test_add_func("/screen/psql", test_psql);
    return g_test_run();
}
