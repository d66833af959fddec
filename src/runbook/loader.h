/*
 * loader.h - what the files that load a runbook share: the state of one load, and typed reading of its fields.
 *
 * Every reader adds its mistakes to the findings and goes on, so that one load tells them all.
 */
#ifndef RUNBOOK_LOADER_H
#define RUNBOOK_LOADER_H

#include "pgmedic/runbook.h"

typedef struct
{
    const char *path; /* as given; stands in findings */
    char *hotfixes;   /* absolute folder of the scripts */
    int server_version;
    PgmFindings *findings;
    PgmRunbook *runbook;
    GHashTable
        *placeholders; /* parameter name → PgmVariable that fits its type, to judge SQL before values are known */
    GHashTable *used;  /* names of the parameters that some SQL uses */
} PgmLoader;

/* fields.c: one field of a mapping. An absent field gives NULL, or the default. */
void pgm_loader_error(PgmLoader *loader, const PgmNode *node, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* FALSE, with a finding, when NODE is no mapping. WHAT: "a phase". Unknown keys are findings. KNOWN ends in NULL. */
gboolean pgm_loader_mapping(PgmLoader *loader, const PgmNode *node, const char *what, const char *const *known);
/* The items of a list; NULL when it is absent, or, with a finding, no list. */
const GPtrArray *pgm_loader_list(PgmLoader *loader, const PgmNode *node, const char *key);
char *pgm_loader_text(PgmLoader *loader, const PgmNode *node, const char *key);
char *pgm_loader_required(PgmLoader *loader, const PgmNode *node, const char *key, const char *what);
GPtrArray *pgm_loader_texts(PgmLoader *loader, const PgmNode *node, const char *key);
gboolean pgm_loader_boolean(PgmLoader *loader, const PgmNode *node, const char *key, gboolean otherwise);
int pgm_loader_integer(PgmLoader *loader, const PgmNode *node, const char *key, int otherwise, int least, int most);
/* Milliseconds of "300ms", "20s", "15min" or "1h". */
int pgm_loader_duration(PgmLoader *loader, const PgmNode *node, const char *key, int otherwise);
/* Small letters, digits and hyphens: fit for a file name and a journal. */
gboolean pgm_loader_is_name(const char *text);

/* parts.c: the parts that have a form of their own. */
GPtrArray *pgm_loader_matches(PgmLoader *loader, const PgmNode *node);
GPtrArray *pgm_loader_parameters(PgmLoader *loader, const PgmNode *node);
/* A list of checks. SAME: may `expect: same` stand in it? */
GPtrArray *pgm_loader_checks(PgmLoader *loader, const PgmNode *node, const char *key, gboolean same);
/* One check; NULL with findings. NAMED: does it have a name? */
PgmCheck *pgm_loader_check(PgmLoader *loader, const PgmNode *node, const char *what, gboolean named, gboolean same);
void pgm_loader_backup(PgmLoader *loader, const PgmNode *node);
void pgm_loader_phases(PgmLoader *loader, const PgmNode *node);

/* sql.c: scripts and SQL texts. */
/* KEY_SCRIPT names a file below hotfixes/, KEY_SQL holds the text. NULL when neither is there, or with findings. */
PgmScript *pgm_loader_script(PgmLoader *loader, const PgmNode *node, const char *key_script, const char *key_sql,
                             gboolean transaction);
/* A read-only query: parameters known, one statement that parses. */
void pgm_loader_query(PgmLoader *loader, const PgmNode *node, const char *sql);
/* Names of relations as SQL writes them. */
void pgm_loader_relations(PgmLoader *loader, const PgmNode *node, const char *key, const GPtrArray *names);
/* The line of the file where the text of a scalar begins: below the | of a block. */
int pgm_loader_first_line(const PgmNode *scalar);
void pgm_loader_placeholders(PgmLoader *loader);
void pgm_loader_add_source(PgmLoader *loader, const char *name, GBytes *bytes);

/* expectation.c */
gboolean pgm_loader_expectation(PgmLoader *loader, const PgmNode *node, gboolean same, PgmExpectation *expect);

/* parameters.c */
void pgm_variable_free(gpointer data);

/* runbook.c: freeing. */
void pgm_check_free(gpointer data);
void pgm_script_free(gpointer data);
void pgm_phase_free(gpointer data);
void pgm_match_free(gpointer data);
void pgm_parameter_free(gpointer data);
void pgm_source_free(gpointer data);
void pgm_expectation_clear(PgmExpectation *expect);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmCheck, pgm_check_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmScript, pgm_script_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmPhase, pgm_phase_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmMatch, pgm_match_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmParameter, pgm_parameter_free)

#endif
