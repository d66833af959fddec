/*
 * console.h - for tests of the console: a configuration for it, and what a user does in it again and again.
 *
 * What goes wrong in here fails the test.
 */
#ifndef PGMEDIC_TEST_CONSOLE_H
#define PGMEDIC_TEST_CONSOLE_H

#include "harness/screen.h"
#include "harness/server.h"

/* A configuration whose only target, and default, is TARGET: DATABASE, of that ENVIRONMENT, with MORE lines of YAML
 * below it. It stands in a folder of its own. The path; given to pgm_test_remove_config(). */
char *pgm_test_write_config(PgmTestDatabase *database, const char *target, const char *environment, const char *more);
/* Frees PATH too. */
void pgm_test_remove_config(char *path);

/* A run's question: KEY asks, Enter does it. */
void pgm_screen_choose(PgmScreen *screen, const char *key);
/* A run that waits to be armed gets the name of DATABASE. */
void pgm_screen_arm_run(PgmScreen *screen, PgmTestDatabase *database);

#endif
