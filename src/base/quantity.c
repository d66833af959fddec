/* quantity.c - durations, sizes, counts and times for people (text.h). */
#include "pgmedic/text.h"

#include <string.h>

char *pgm_text_duration(gint64 ms)
{
    const char *sign = ms < 0 ? "-" : "";
    guint64 n = ms < 0 ? -(guint64)ms : (guint64)ms;
    if (n < 1000)
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT " ms", sign, n);
    }
    guint64 tenths = (n + 50) / 100;
    if (tenths < 600 && (tenths < 100 || tenths % 10 != 0))
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT " s", sign, tenths / 10, tenths % 10);
    }
    guint64 seconds = (n + 500) / 1000;
    if (seconds < 60)
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT " s", sign, seconds);
    }
    if (seconds < 3600 && seconds % 60 == 0)
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT " min", sign, seconds / 60);
    }
    if (seconds < 3600)
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT " min %02" G_GUINT64_FORMAT " s", sign, seconds / 60,
                               seconds % 60);
    }
    guint64 minutes = (seconds + 30) / 60;
    if (minutes < 24 * 60)
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT " h %02" G_GUINT64_FORMAT " min", sign, minutes / 60,
                               minutes % 60);
    }
    guint64 hours = (minutes + 30) / 60;
    return g_strdup_printf("%s%" G_GUINT64_FORMAT " d %02" G_GUINT64_FORMAT " h", sign, hours / 24, hours % 24);
}

/* The rule of pg_size_pretty (PostgreSQL 15, dbsize.c): a unit is kept up to 10240 bytes, or 20479 halves of the
 * others; the last halving is rounded. */
char *pgm_text_bytes(gint64 bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    const char *sign = bytes < 0 ? "-" : "";
    guint64 size = bytes < 0 ? -(guint64)bytes : (guint64)bytes;
    if (size < 10 * 1024)
    {
        return g_strdup_printf("%s%" G_GUINT64_FORMAT " bytes", sign, size);
    }
    guint unit = 1;
    size >>= 9;
    while (size >= 20 * 1024 - 1 && unit + 1 < G_N_ELEMENTS(units))
    {
        size >>= 10;
        unit++;
    }
    return g_strdup_printf("%s%" G_GUINT64_FORMAT " %s", sign, (size + 1) / 2, units[unit]);
}

char *pgm_text_count(gint64 n)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, n < 0 ? -(guint64)n : (guint64)n);
    GString *out = g_string_new(n < 0 ? "-" : "");
    for (gsize left = strlen(digits), i = 0; digits[i] != '\0'; i++, left--)
    {
        if (i > 0 && left % 3 == 0)
        {
            g_string_append_c(out, ',');
        }
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

char *pgm_time_format(gint64 unix_us)
{
    gint64 seconds = unix_us / G_USEC_PER_SEC;
    gint64 us = unix_us % G_USEC_PER_SEC;
    if (us < 0)
    {
        seconds--;
        us += G_USEC_PER_SEC;
    }
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    if (time == NULL)
    {
        return g_strdup_printf("%" G_GINT64_FORMAT " us", unix_us);
    }
    return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", g_date_time_get_year(time),
                           g_date_time_get_month(time), g_date_time_get_day_of_month(time), g_date_time_get_hour(time),
                           g_date_time_get_minute(time), g_date_time_get_second(time), (int)(us / 1000));
}

char *pgm_time_now(void)
{
    return pgm_time_format(g_get_real_time());
}
