/* query.c - files that travel inside the binary. */
#include "pgmedic/query.h"

#include <gio/gio.h>

/* The newest server major that a variant could be written against. */
#define NEWEST_MAJOR 40

/* Made by glib-compile-resources; naming it here is what makes the linker take it from a static library. */
GResource *pgm_resources_get_resource(void);

/* GLib registers it at the first call, and hands out NULL to a thread that asks while another's first call is still at
 * it. The threads wait for each other here instead. */
static GResource *embedded(void)
{
    static gsize resource;
    if (g_once_init_enter(&resource))
    {
        g_once_init_leave(&resource, (gsize)pgm_resources_get_resource());
    }
    return (GResource *)resource;
}

GBytes *pgm_query_resource(const char *path)
{
    g_autofree char *name = g_strconcat("/pgmedic/", path, NULL);
    return g_resource_lookup_data(embedded(), name, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

/* The bytes lie in the program itself, and the resource compiler ends them with a NUL that it does not count. */
static const char *embedded_text(const char *path)
{
    g_autoptr(GBytes) bytes = pgm_query_resource(path);
    return bytes == NULL ? NULL : g_bytes_get_data(bytes, NULL);
}

const char *pgm_query_text(const char *name, int version)
{
    for (int major = version / 10000 + 1; major <= NEWEST_MAJOR; major++)
    {
        g_autofree char *variant = g_strdup_printf("src/sql/%s.before-%d.sql", name, major);
        const char *text = embedded_text(variant);
        if (text != NULL)
        {
            return text;
        }
    }
    g_autofree char *path = g_strdup_printf("src/sql/%s.sql", name);
    const char *text = embedded_text(path);
    if (text == NULL)
    {
        g_error("there is no query named %s", name);
    }
    return text;
}
