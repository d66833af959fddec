/* What pgm_text_* makes of friendly and of hostile text. */
#include "pgmedic/text.h"

#include <string.h>

typedef struct
{
    const char *given;
    gssize length;
    const char *safe;
} SafeCase;

static void test_safe(void)
{
    static const SafeCase cases[] = {
        {"", -1, ""},
        {"documents.id", -1, "documents.id"},
        {"Größe 表 é e\xcc\x81 😀", -1, "Größe 表 é e\xcc\x81 😀"},
        {"back\\slash", -1, "back\\slash"},
        {"a\nb\r\n\tc", -1, "a\\nb\\r\\n\\tc"},
        {"\x1b[2J\x07\x08\x7f", -1, "\\x1b[2J\\x07\\x08\\x7f"},
        {"a\0b", 3, "a\\x00b"},
        {"\xc2\x9b"
         "31m",
         -1, "\\x9b31m"},                                     /* C1 CSI */
        {"x\xe2\x80\xaey", -1, "x<U+202E>y"},                 /* right-to-left override */
        {"\xe2\x81\xa6\xe2\x81\xa9", -1, "<U+2066><U+2069>"}, /* isolates */
        {"a\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf", -1, "a<U+200B><U+200D><U+FEFF>"},
        {"\xe2\x80\xa8\xe2\x80\xa9", -1, "<U+2028><U+2029>"},
        {"\xc2\xad", -1, "<U+00AD>"},          /* soft hyphen */
        {"a\xef\xb8\x8f", -1, "a<U+FE0F>"},    /* variation selector */
        {"\xf3\xa0\x81\x81", -1, "<U+E0041>"}, /* tag character */
        {"\xe3\x85\xa4", -1, "<U+3164>"},      /* Hangul filler, wide and empty */
        {"\xff\xfe", -1, "\\xff\\xfe"},
        {"\xc0\x80", -1, "\\xc0\\x80"},                   /* overlong NUL */
        {"\xed\xa0\x80", -1, "\\xed\\xa0\\x80"},          /* surrogate */
        {"\xf4\x90\x80\x80", -1, "\\xf4\\x90\\x80\\x80"}, /* past U+10FFFF */
        {"ab\xe2\x82", -1, "ab\\xe2\\x82"},               /* cut short */
        {"ab\xe2\x82\xac", 4, "ab\\xe2\\x82"},            /* cut short by LENGTH */
        {"\xe2\x82"
         "A",
         -1,
         "\\xe2\\x82"
         "A"},
        {"\xef\xbf\xbf", -1, "<U+FFFF>"}, /* noncharacter */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *safe = pgm_text_safe(cases[i].given, cases[i].length);
        g_assert_cmpstr(safe, ==, cases[i].safe);
        g_autofree char *again = pgm_text_safe(safe, -1);
        g_assert_cmpstr(again, ==, safe);
    }
    g_autofree char *nothing = pgm_text_safe(NULL, -1);
    g_assert_cmpstr(nothing, ==, "");
}

/* Random bytes: whatever comes in, what goes out is UTF-8 without one control character. */
static void test_safe_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(4711);
    for (int round = 0; round < 2000; round++)
    {
        char bytes[64];
        gssize length = g_rand_int_range(rand, 0, sizeof bytes);
        for (gssize i = 0; i < length; i++)
        {
            bytes[i] = (char)g_rand_int_range(rand, 0, 256);
        }
        g_autofree char *line = pgm_text_safe(bytes, length);
        g_autofree char *lines = pgm_text_safe_lines(bytes, length);
        g_assert_true(g_utf8_validate(line, -1, NULL));
        g_assert_true(g_utf8_validate(lines, -1, NULL));
        for (const char *p = line; *p != '\0'; p = g_utf8_next_char(p))
        {
            g_assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
        }
        for (const char *p = lines; *p != '\0'; p = g_utf8_next_char(p))
        {
            g_assert_true(*p == '\n' || !g_unichar_iscntrl(g_utf8_get_char(p)));
        }
        int columns = g_rand_int_range(rand, 0, 40);
        g_autofree char *fit = pgm_text_fit(line, columns);
        g_assert_cmpint(pgm_text_columns(fit), ==, columns);
        g_autofree char *cut = pgm_text_cut(line, columns);
        g_assert_cmpint(pgm_text_columns(cut), <=, columns);
        g_auto(GStrv) wrapped = pgm_text_wrap(lines, columns + 2);
        for (guint i = 0; wrapped[i] != NULL; i++)
        {
            g_assert_cmpint(pgm_text_columns(wrapped[i]), <=, columns + 2);
        }
    }
}

static void test_safe_lines(void)
{
    static const SafeCase cases[] = {
        {"a\r\nb\rc\n", -1, "a\nb\\rc\n"},
        {"\tx\n12345678\ty", -1, "        x\n12345678        y"},
        {"表\tx", -1, "表      x"},
        {"\x1b\tx", -1, "\\x1b    x"},
        {"a\r", -1, "a\\r"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *safe = pgm_text_safe_lines(cases[i].given, cases[i].length);
        g_assert_cmpstr(safe, ==, cases[i].safe);
    }
}

static void test_columns(void)
{
    g_assert_cmpint(pgm_text_columns(""), ==, 0);
    g_assert_cmpint(pgm_text_columns("abc…"), ==, 4);
    g_assert_cmpint(pgm_text_columns("表é"), ==, 3);
    g_assert_cmpint(pgm_text_columns("e\xcc\x81x"), ==, 2);
    g_assert_cmpint(pgm_text_columns("😀"), ==, 2);
}

static void test_fit_and_cut(void)
{
    static const struct
    {
        const char *text;
        int columns;
        const char *fit, *cut;
    } cases[] = {
        {"abc", 5, "abc  ", "abc"},
        {"abc", 3, "abc", "abc"},
        {"abcd", 3, "ab…", "ab…"},
        {"abc", 1, "…", "…"},
        {"abc", 0, "", ""},
        {"abc", -7, "", ""},
        {"表表", 4, "表表", "表表"},
        {"表表", 3, "表…", "表…"},
        {"表表表", 4, "表… ", "表…"},
        {"", 2, "  ", ""},
        {"e\xcc\x81"
         "bc",
         2, "e\xcc\x81…", "e\xcc\x81…"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *fit = pgm_text_fit(cases[i].text, cases[i].columns);
        g_assert_cmpstr(fit, ==, cases[i].fit);
        g_autofree char *cut = pgm_text_cut(cases[i].text, cases[i].columns);
        g_assert_cmpstr(cut, ==, cases[i].cut);
    }
}

static void test_wrap(void)
{
    static const struct
    {
        const char *text;
        int columns;
        const char *lines; /* joined with | */
    } cases[] = {
        {"", 10, ""},
        {"one two three", 20, "one two three"},
        {"one two three", 7, "one two|three"},
        {"one two three", 8, "one two|three"},
        {"a\n\nb\n", 5, "a||b"},
        {"  indented words go on", 12, "  indented|  words go|  on"},
        {"abcdefghij", 4, "abcd|efgh|ij"},
        {"ab cdefghij k", 4, "ab|cdef|ghij|k"},
        {"表表表", 5, "表表|表"},
        {"表", 1, "表"}, /* nothing fits: one character a line all the same */
        {"                    x", 8, "    x"},
        {"   ", 2, ""},
        {"x", 0, "x"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_auto(GStrv) lines = pgm_text_wrap(cases[i].text, cases[i].columns);
        g_autofree char *joined = g_strjoinv("|", lines);
        g_assert_cmpstr(joined, ==, cases[i].lines);
    }
}

static void test_one_line(void)
{
    g_autofree char *line = pgm_text_one_line("  ALTER TABLE x\n    DROP\tCOLUMN  y;\n");
    g_assert_cmpstr(line, ==, "ALTER TABLE x DROP COLUMN y;");
    g_autofree char *empty = pgm_text_one_line(" \n ");
    g_assert_cmpstr(empty, ==, "");
}

static void test_duration(void)
{
    static const struct
    {
        gint64 ms;
        const char *text;
    } cases[] = {
        {0, "0 ms"},
        {2, "2 ms"},
        {999, "999 ms"},
        {1000, "1.0 s"},
        {4200, "4.2 s"},
        {59949, "59.9 s"},
        {20000, "20 s"},
        {59950, "1 min"},
        {900000, "15 min"},
        {185000, "3 min 05 s"},
        {3599499, "59 min 59 s"},
        {3600000, "1 h 00 min"},
        {86400000, "1 d 00 h"},
        {-5, "-5 ms"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *text = pgm_text_duration(cases[i].ms);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
    g_autofree char *least = pgm_text_duration(G_MININT64);
    g_assert_true(g_str_has_prefix(least, "-106751991167 d"));
}

/* The answers are pg_size_pretty's. */
static void test_bytes(void)
{
    static const struct
    {
        gint64 bytes;
        const char *text;
    } cases[] = {
        {0, "0 bytes"},         {10239, "10239 bytes"},  {10240, "10 kB"},        {10485247, "10239 kB"},
        {10485248, "10 MB"},    {639631360, "610 MB"},   {1258291200, "1200 MB"}, {10736893951, "10239 MB"},
        {10736893952, "10 GB"}, {-639631360, "-610 MB"}, {G_MAXINT64, "8192 PB"}, {G_MININT64, "-8192 PB"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *text = pgm_text_bytes(cases[i].bytes);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void test_count(void)
{
    static const struct
    {
        gint64 n;
        const char *text;
    } cases[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {20000, "20,000"},
        {-1234567, "-1,234,567"},
        {G_MININT64, "-9,223,372,036,854,775,808"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *text = pgm_text_count(cases[i].n);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void test_time(void)
{
    g_autofree char *epoch = pgm_time_format(0);
    g_assert_cmpstr(epoch, ==, "1970-01-01T00:00:00.000Z");
    g_autofree char *later = pgm_time_format(G_GINT64_CONSTANT(1795249512123999));
    g_assert_cmpstr(later, ==, "2026-11-21T08:25:12.123Z");
    g_autofree char *before = pgm_time_format(-1);
    g_assert_cmpstr(before, ==, "1969-12-31T23:59:59.999Z");
    g_autofree char *never = pgm_time_format(G_MAXINT64);
    g_assert_cmpstr(never, ==, "9223372036854775807 us");
    g_autofree char *now = pgm_time_now();
    g_assert_cmpuint(strlen(now), ==, strlen(epoch));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/text/safe", test_safe);
    g_test_add_func("/base/text/safe-random", test_safe_random);
    g_test_add_func("/base/text/safe-lines", test_safe_lines);
    g_test_add_func("/base/text/columns", test_columns);
    g_test_add_func("/base/text/fit-and-cut", test_fit_and_cut);
    g_test_add_func("/base/text/wrap", test_wrap);
    g_test_add_func("/base/text/one-line", test_one_line);
    g_test_add_func("/base/text/duration", test_duration);
    g_test_add_func("/base/text/bytes", test_bytes);
    g_test_add_func("/base/text/count", test_count);
    g_test_add_func("/base/text/time", test_time);
    return g_test_run();
}
