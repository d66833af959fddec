/* sqlstate_message.c - the SQLSTATE that a message betrays, for logs that leave it out (Django, node, plain psql). */
#include "runbook/log_reader.h"

#include <string.h>

/* PostgreSQL's English wording (src/backend/po); longer and rarer forms first. */
static const struct
{
    const char *begins; /* NULL: anywhere */
    const char *holds;
    const char *sqlstate;
} WORDINGS[] = {
    {"current transaction is aborted", "", "25P02"},
    {"foreign key constraint \"", "cannot be implemented", "42804"},
    {"relation \"", "already exists", "42P07"},
    {"relation \"", "does not exist", "42P01"},
    {"table \"", "does not exist", "42P01"},
    {"view \"", "does not exist", "42P01"},
    {"missing FROM-clause", "", "42P01"},
    {"constraint \"", "does not exist", "42704"},
    {"constraint \"", "already exists", "42710"},
    {"trigger \"", "already exists", "42710"},
    {"type \"", "already exists", "42710"},
    {"role \"", "already exists", "42710"},
    {"extension \"", "already exists", "42710"},
    {"type \"", "does not exist", "42704"},
    {"index \"", "does not exist", "42704"},
    {"role \"", "does not exist", "42704"},
    {"trigger \"", "does not exist", "42704"},
    {"collation \"", "does not exist", "42704"},
    {"schema \"", "does not exist", "3F000"},
    {"no schema has been selected", "", "3F000"},
    {"schema \"", "already exists", "42P06"},
    {"database \"", "already exists", "42P04"},
    {"database \"", "does not exist", "3D000"},
    {"column \"", "already exists", "42701"},
    {"column \"", "is of type", "42804"},
    {"column \"", "cannot be cast automatically", "42804"},
    {"column \"", "contains null values", "23502"},
    {"column ", "does not exist", "42703"},
    {"null value in column", "", "23502"},
    {"duplicate key value violates unique constraint", "", "23505"},
    {"could not create unique index", "", "23505"},
    {"insert or update on table", "violates foreign key constraint", "23503"},
    {"update or delete on table", "violates foreign key constraint", "23503"},
    {NULL, "violates check constraint", "23514"},
    {"check constraint \"", "is violated by some row", "23514"},
    {NULL, "violates exclusion constraint", "23P01"},
    {"there is no unique constraint matching", "", "42830"},
    {"operator does not exist", "", "42883"},
    {"function ", "does not exist", "42883"},
    {"invalid input syntax", "", "22P02"},
    {"invalid input value for enum", "", "22P02"},
    {"value too long for type", "", "22001"},
    {"numeric field overflow", "", "22003"},
    {NULL, "out of range", "22003"},
    {"canceling statement due to lock timeout", "", "55P03"},
    {"could not obtain lock", "", "55P03"},
    {"canceling statement due to", "", "57014"},
    {"deadlock detected", "", "40P01"},
    {"could not serialize access", "", "40001"},
    {"could not extend file", "No space left", "53100"},
    {NULL, "No space left on device", "53100"},
    {"out of shared memory", "", "53200"},
    {"out of memory", "", "53200"},
    {NULL, "too many clients already", "53300"},
    {NULL, "remaining connection slots are reserved", "53300"},
    {"permission denied", "", "42501"},
    {"must be owner of", "", "42501"},
    {"must be superuser", "", "42501"},
    {"cannot drop", "because other objects depend on it", "2BP01"},
    {"cannot alter type of a column used by", "", "0A000"},
    {NULL, "cannot run inside a transaction block", "25001"},
    {"cannot execute", "in a read-only transaction", "25006"},
    {NULL, "password authentication failed", "28P01"},
    {NULL, "no pg_hba.conf entry", "28000"},
    {NULL, "server closed the connection unexpectedly", "08006"},
    {NULL, "could not connect to server", "08006"},
    {NULL, "Connection refused", "08006"},
    {"terminating connection due to administrator command", "", "57P01"},
    {NULL, "the database system is starting up", "57P03"},
    {NULL, "the database system is shutting down", "57P03"},
    {"terminating connection due to idle-in-transaction timeout", "", "25P03"},
    {"syntax error at", "", "42601"},
    {"cannot alter", "pending trigger events", "55006"},
    {NULL, "unsafe use of new value", "55P04"},
    {"unrecognized configuration parameter", "", "42704"},
    {"invalid value for parameter", "", "22023"},
};

const char *pgm_sqlstate_from_message(const char *message)
{
    for (guint i = 0; message != NULL && i < G_N_ELEMENTS(WORDINGS); i++)
    {
        if ((WORDINGS[i].begins == NULL || g_str_has_prefix(message, WORDINGS[i].begins)) &&
            strstr(message, WORDINGS[i].holds) != NULL)
        {
            return WORDINGS[i].sqlstate;
        }
    }
    return NULL;
}
