/* main.c - manual page|completion|baseline: writes that document to standard output. */
#include <stdio.h>
#include <string.h>

#include "manual/manual.h"

static const struct
{
    const char *name;
    char *(*write)(void);
} documents[] = {
    {"page", pgm_manual_page},
    {"completion", pgm_manual_completion},
    {"baseline", pgm_manual_baseline},
};

int main(int argc, char **argv)
{
    for (guint i = 0; argc == 2 && i < G_N_ELEMENTS(documents); i++)
    {
        if (strcmp(argv[1], documents[i].name) == 0)
        {
            g_autofree char *text = documents[i].write();
            return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1;
        }
    }
    fprintf(stderr, "usage: manual page|completion|baseline\n");
    return 2;
}
