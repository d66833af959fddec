/*
 * manual.h - documentation that is written from the program's own tables, at build time.
 *
 * No part of the program: src/manual/main.c is a program of its own, which make uses.
 */
#ifndef PGMEDIC_MANUAL_MANUAL_H
#define PGMEDIC_MANUAL_MANUAL_H

#include <glib.h>

/* pgmedic(1), in the man macros. Caller frees. */
char *pgm_manual_page(void);
/* What bash sources to complete pgmedic's command line. Caller frees. */
char *pgm_manual_completion(void);
/* The JSON schema of the YAML baseline, from the table of kinds. Caller frees. */
char *pgm_manual_baseline(void);

#endif
