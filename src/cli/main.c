/* main.c - the command line's entry. */
#include <stdio.h>

int main(void)
{
    printf("pgmedic %s\n", PGM_VERSION);
    return 0;
}
