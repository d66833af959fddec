/* test_conninfo.c - connection strings, and that a password is never shown. */
#include "pgmedic/connection.h"
#include "pgmedic/conninfo.h"
#include "pgmedic/error.h"
#include "pgmedic/query.h"

#include <string.h>

static PgmConninfo *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgmConninfo *info = pgm_conninfo_new(text, &error);
    g_assert_no_error(error);
    return info;
}

static void test_empty(void)
{
    g_autoptr(PgmConninfo) nothing = parse(NULL);
    g_autoptr(PgmConninfo) blank = parse("");
    g_assert_null(pgm_conninfo_get(nothing, "host"));
    g_autofree char *record = pgm_conninfo_record(blank);
    g_assert_cmpstr(record, ==, "");
}

static void test_forms(void)
{
    g_autoptr(PgmConninfo) name = parse("documents");
    g_assert_cmpstr(pgm_conninfo_get(name, "dbname"), ==, "documents");
    g_autoptr(PgmConninfo) uri = parse("postgresql://app:s%40crt@db-1:6432/documents?sslmode=require");
    g_assert_cmpstr(pgm_conninfo_get(uri, "host"), ==, "db-1");
    g_assert_cmpstr(pgm_conninfo_get(uri, "port"), ==, "6432");
    g_assert_cmpstr(pgm_conninfo_get(uri, "user"), ==, "app");
    g_assert_cmpstr(pgm_conninfo_get(uri, "password"), ==, "s@crt");
    g_assert_cmpstr(pgm_conninfo_get(uri, "sslmode"), ==, "require");
    g_assert_true(pgm_conninfo_has_password(uri));
    g_autoptr(PgmConninfo) words = parse("host=db-2 dbname='a b'");
    g_assert_cmpstr(pgm_conninfo_get(words, "dbname"), ==, "a b");
    g_assert_null(pgm_conninfo_get(words, "port"));
    g_assert_false(pgm_conninfo_has_password(words));
}

static void test_set_and_copy(void)
{
    g_autoptr(PgmConninfo) info = parse("host=a user=b");
    g_autoptr(PgmConninfo) copy = pgm_conninfo_copy(info);
    pgm_conninfo_set(copy, "host", "c");
    pgm_conninfo_set(copy, "user", NULL);
    g_assert_cmpstr(pgm_conninfo_get(info, "host"), ==, "a");
    g_assert_cmpstr(pgm_conninfo_get(info, "user"), ==, "b");
    g_assert_cmpstr(pgm_conninfo_get(copy, "host"), ==, "c");
    g_assert_null(pgm_conninfo_get(copy, "user"));
    pgm_conninfo_set(copy, "host", pgm_conninfo_get(copy, "host"));
    g_assert_cmpstr(pgm_conninfo_get(copy, "host"), ==, "c");
}

/* What is recorded reads back as the same, without the secrets. */
static void test_record(void)
{
    g_autoptr(PgmConninfo) info = parse("host=db password=hunter2 sslpassword=hunter3 options='-c a=b'");
    pgm_conninfo_set(info, "dbname", "it's a \\ name");
    g_autofree char *record = pgm_conninfo_record(info);
    g_assert_null(strstr(record, "hunter"));
    g_autoptr(PgmConninfo) again = parse(record);
    g_assert_cmpstr(pgm_conninfo_get(again, "dbname"), ==, "it's a \\ name");
    g_assert_cmpstr(pgm_conninfo_get(again, "host"), ==, "db");
    g_assert_cmpstr(pgm_conninfo_get(again, "options"), ==, "-c a=b");
    g_assert_null(pgm_conninfo_get(again, "password"));
}

/* However the text is broken, no word of it comes back. */
static void test_errors_are_silent_about_secrets(void)
{
    static const char *const broken[] = {
        "host=db password='hunter2",      "password=x hunter2",           "password=x hunter2=y",
        "postgresql://u:hunter2@[::1/db", "postgresql://u:hunter2@h/d?a", "postgresql://u:hunter2@h/d?nonsense=1",
        "postgresql://u:%zzhunter2@h/d",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++)
    {
        g_autoptr(GError) error = NULL;
        g_assert_null(pgm_conninfo_new(broken[i], &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_USAGE);
        g_assert_null(strstr(error->message, "hunter2"));
    }
}

static void test_quoting(void)
{
    g_autofree char *name = pgm_quote_identifier("a\"b c");
    g_assert_cmpstr(name, ==, "\"a\"\"b c\"");
    g_autofree char *value = pgm_quote_literal("it's");
    g_assert_cmpstr(value, ==, "'it''s'");
    g_autofree char *escaped = pgm_quote_literal("a\\'b");
    g_assert_cmpstr(escaped, ==, " E'a\\\\''b'");
}

static void test_query(void)
{
    const char *text = pgm_query_text("pg/server", 150020);
    g_assert_true(g_str_has_prefix(text, "-- "));
    g_assert_true(text == pgm_query_text("pg/server", 180000));
    g_autoptr(GBytes) bytes = pgm_query_resource("src/sql/pg/server.sql");
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, strlen(text));
    g_assert_null(pgm_query_resource("no/such/file"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conninfo/empty", test_empty);
    g_test_add_func("/conninfo/forms", test_forms);
    g_test_add_func("/conninfo/set-and-copy", test_set_and_copy);
    g_test_add_func("/conninfo/record", test_record);
    g_test_add_func("/conninfo/errors-are-silent-about-secrets", test_errors_are_silent_about_secrets);
    g_test_add_func("/quote", test_quoting);
    g_test_add_func("/query", test_query);
    return g_test_run();
}
