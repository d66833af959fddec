/* screen_program.c - what the program on a terminal is doing, as the kernel tells it. */
#include "screen_private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static char *read_about(const PgmScreen *screen, const char *file)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", (int)screen->pid, file);
    char *text = NULL;

    return screen->pid > 0 && g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

gint64 pgm_screen_naps(const PgmScreen *screen)
{
    static const char label[] = "\nvoluntary_ctxt_switches:";
    g_autofree char *status = read_about(screen, "status");
    const char *at = status != NULL ? strstr(status, label) : NULL;

    return at != NULL ? g_ascii_strtoll(at + strlen(label), NULL, 10) : 0;
}

/* The state follows the program's name, which may hold anything. */
gboolean pgm_screen_sleeps(const PgmScreen *screen)
{
    g_autofree char *stat = read_about(screen, "stat");
    const char *state = stat != NULL ? strrchr(stat, ')') : NULL;

    return state == NULL || strlen(state) < 3 || strchr("RD", state[2]) == NULL;
}

gboolean pgm_screen_has_read(const PgmScreen *screen)
{
    char name[64];
    int unread = 0;

    if (screen->pty < 0 || ptsname_r(screen->pty, name, sizeof name) != 0)
    {
        return TRUE;
    }
    int terminal = open(name, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal < 0)
    {
        return TRUE;
    }
    if (ioctl(terminal, FIONREAD, &unread) != 0)
    {
        unread = 0;
    }
    close(terminal);
    return unread == 0;
}
