/*
 * incident.h - for tests: the incident with everything an engineer on call would have at hand.
 *
 * A database with the incident in it, a folder with a configuration (target
 * "prod-eu", production, with repository, baseline and error log), and a place
 * for runs. What goes wrong in here fails the test.
 */
#ifndef PGMEDIC_TEST_INCIDENT_H
#define PGMEDIC_TEST_INCIDENT_H

#include "harness/program.h"
#include "harness/screen.h"
#include "harness/server.h"
#include "pgmedic/model.h"

typedef struct
{
    PgmTestDatabase *database;
    char *folder;       /* private; removed with all that is in it */
    char *config;       /* pgmedic.yaml in it */
    char *runbooks;     /* the source tree's; a test may put another folder's path here */
    GStrv surroundings; /* the environment of every program: where runs go, UTF-8 */
} PgmTestIncident;

PgmTestIncident *pgm_test_incident_new(const char *name, int documents, int questions);
/* The same around a DATABASE that exists already (taken), reached by CONNINFO (NULL: the database's own). */
PgmTestIncident *pgm_test_incident_new_around(PgmTestDatabase *database, const char *conninfo);
void pgm_test_incident_free(PgmTestIncident *incident);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmTestIncident, pgm_test_incident_free)

/* pgmedic COMMAND --config … --runbooks … with the words of the line REST added: no quoting, blanks separate. */
PgmProgram *pgm_test_incident_run(const PgmTestIncident *incident, const char *command, const char *rest,
                                  const char *input);
/* The same on a terminal. COMMAND NULL: the console. */
PgmScreen *pgm_test_incident_open(const PgmTestIncident *incident, int rows, int columns, const char *command,
                                  const char *rest);

/* The folder of the newest run; NULL: none. Caller frees. */
char *pgm_test_incident_run_folder(const PgmTestIncident *incident);
/* The newest run as its journal tells it; the chain has been checked. */
PgmModel *pgm_test_incident_model(const PgmTestIncident *incident);
/* The schema as pg_dump writes it. Caller frees. */
char *pgm_test_incident_schema(const PgmTestIncident *incident);
/* format_type() of documents.id, its parent and the questions' reference, joined by "|". Caller frees. */
char *pgm_test_incident_types(const PgmTestIncident *incident);

#define PGM_TEST_ALL_UUID    "uuid|uuid|uuid"
#define PGM_TEST_ALL_VARCHAR "character varying(36)|character varying(36)|character varying(36)"

#endif
