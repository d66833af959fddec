/* statement.c - statements on threads of their own. */
#include "harness/statement.h"

struct PgmStatement
{
    PgmConnection *connection;
    const char *sql;
    GThread *thread;
};

static gpointer statement_main(gpointer data)
{
    PgmStatement *statement = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(statement->connection, statement->sql, &error);
    return result != NULL ? NULL : g_strdup(error->message);
}

PgmStatement *pgm_statement_start(PgmConnection *connection, const char *sql)
{
    PgmStatement *statement = g_new0(PgmStatement, 1);
    statement->connection = connection;
    statement->sql = sql;
    statement->thread = g_thread_new("statement", statement_main, statement);
    return statement;
}

char *pgm_statement_end(PgmStatement *statement)
{
    char *told = g_thread_join(statement->thread);
    g_free(statement);
    return told;
}
