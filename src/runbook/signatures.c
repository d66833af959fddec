/* signatures.c - what the common errors of migrations mean, and what to do: a table. */
#include "runbook/case.h"

#include <string.h>

enum
{
    MAX_NEXT = 3,
};

/* HEADLINE may hold \g<name> of the message's groups; without a match (another language) the message itself is told. */
typedef struct
{
    const char *sqlstate; /* five characters, or a class of two */
    const char *message;  /* NULL: any */
    const char *headline; /* NULL: the message */
    const char *explanation;
    const char *next[MAX_NEXT];
} Signature;

static const Signature SIGNATURES[] = {
    {"42703",
     "column \"?(?<column>[^\"]+?)\"? (?:of relation \"(?<relation>[^\"]+)\" )?does not exist",
     "column \\g<column> does not exist in this database",
     "The migration, or the code that runs with it, expects a column that an earlier revision adds, or that has "
     "another "
     "name here.",
     {"Look up which revision adds the column, and whether it is applied here.",
      "Compare the table with a database where the migration works (pgmedic inspect, pgmedic drift).",
      "If the name differs only in case, it must be quoted in the statement."}},
    {"42704",
     "(?<kind>\\w+) \"(?<name>[^\"]+)\"(?: .*)? does not exist",
     "\\g<kind> \\g<name> does not exist in this database",
     "The migration drops or uses something that is not here: never created, named otherwise (generated names differ "
     "between databases), or in another schema.",
     {"List what is really there (pgmedic inspect TABLE) and compare the names.",
      "For a DROP, IF EXISTS is enough, if its absence is what the migration wants anyway.",
      "For a type of an extension, see whether the extension is installed in this database."}},
    {"42883",
     NULL,
     NULL,
     "No operator or function takes these argument types: two columns of different types are compared, or an extension "
     "is "
     "missing here.",
     {"See the types of both sides with pgmedic inspect; a key that was retyped on one side only is the usual cause.",
      "If the function belongs to an extension, see whether it is installed in this database."}},
    {"42830",
     NULL,
     NULL,
     "A foreign key must reference a primary key or a unique constraint, and the referenced columns have none here.",
     {"Look at the referenced table's keys with pgmedic inspect.",
      "If another database has the key, this one has drifted: compare them."}},
    {"42804",
     NULL,
     NULL,
     "A value or column is of another type than the one expected, and there is no automatic cast.",
     {"For ALTER COLUMN TYPE, add USING with the conversion; drop a default that does not convert first, in the same "
      "ALTER TABLE.",
      "See the column's type here with pgmedic inspect and compare it with a database where the migration works."}},
    {"23502",
     "column \"(?<column>[^\"]+)\"",
     "existing rows have no value in column \\g<column>",
     "A NOT NULL column was added or enforced while rows without a value exist.",
     {"Count them: SELECT count(*) FROM … WHERE column IS NULL.",
      "Add the column with a default, or nullable, fill it in batches, and only then set NOT NULL."}},
    {"23503",
     "violates foreign key constraint \"(?<constraint>[^\"]+)\"",
     "rows break the foreign key \\g<constraint>",
     "Rows reference others that do not exist; in a migration, old orphans come to light when the constraint is added.",
     {"The DETAIL line names one such key; count them all with a LEFT JOIN … WHERE … IS NULL.",
      "Mend or remove the orphans, or add the constraint NOT VALID and VALIDATE it once they are gone."}},
    {"23505",
     NULL,
     "values that must be unique are there twice",
     "A unique index or constraint meets duplicates: in the data when it is created, or a row is inserted again "
     "because a "
     "migration runs a second time.",
     {"The DETAIL line names one duplicate; find all with GROUP BY … HAVING count(*) > 1.",
      "If the migration inserts rows, see whether it ran before: then the books are behind.",
      "If it is the books' own row, two runs of the migration met."}},
    {"23514",
     NULL,
     "rows break a check constraint",
     "Existing rows do not satisfy the constraint that is added, or the migration writes values that an older one "
     "forbids.",
     {"Find the rows with SELECT … WHERE NOT (condition).", "Add it NOT VALID, mend the rows, then VALIDATE it."}},
    {"22P02",
     NULL,
     "a value cannot be read as the type wanted",
     "Text that is no valid value of the target type stands in the data or in a default; for enums, the label does not "
     "exist.",
     {"Find the values that do not convert before retyping the column.",
      "For an enum, compare its labels here with the ones the migration expects."}},
    {"22001",
     NULL,
     "a value is longer than the column allows",
     "The data hold longer values than the new or changed column takes.",
     {"Find them with WHERE length(column) > N.", "Widen the type, or cut the values on purpose."}},
    {"22023",
     NULL,
     NULL,
     "A parameter's value is not allowed, often a setting that another version of the server knows.",
     {"Compare the server's version with the one that the migration was written for."}},
    {"55P03",
     NULL,
     "the lock was not free in time",
     "Another session holds a lock that the statement needs; nothing was changed.",
     {"See who holds it: the sessions view, or pg_blocking_pids.",
      "Long transactions and idle ones in a transaction are the usual holders; a VACUUM to prevent wraparound may be "
      "one.",
      "Then try again; a short lock_timeout with retries stalls the application least."}},
    {"40P01",
     NULL,
     "a deadlock: two sessions waited for each other, and the server ended this one",
     "The migration locks tables in another order than the application does. The transaction was rolled back.",
     {"The server's log names both statements.", "Take the locks first, in one LOCK TABLE, in the application's order; "
                                                 "or run it while traffic is low; then retry."}},
    {"40001",
     NULL,
     "the transaction met a concurrent change and must be tried again",
     "Under REPEATABLE READ or SERIALIZABLE this is expected.",
     {"Run it again; migrations belong in READ COMMITTED."}},
    {"57014",
     NULL,
     "the statement was cancelled: it ran into a timeout, or somebody cancelled it",
     "statement_timeout of the role, the database or the tool was shorter than the work, or a lock was awaited that "
     "long.",
     {"See which timeout applies to the migrating role: SHOW statement_timeout in its session.",
      "If it waited for a lock, find the holder; if it worked, give this statement more time (SET LOCAL "
      "statement_timeout)."}},
    {"53100",
     NULL,
     "the disk is full",
     "A rewrite needs about the table and its indexes once more, and WAL besides. The statement was rolled back "
     "cleanly.",
     {"Free space: WAL kept by an unused replication slot or by failing archiving is the usual cause.",
      "Estimate before the next try: 1.3 times table and indexes for one ALTER TABLE that rewrites."}},
    {"53200",
     "max_locks_per_transaction",
     "the lock table is full",
     "The transaction locks more tables (partitions count) than max_locks_per_transaction provides for.",
     {"Do it in smaller transactions, or raise max_locks_per_transaction (needs a restart)."}},
    {"53300",
     NULL,
     "the server has no free connection",
     "max_connections, or the role's or database's own limit, is reached.",
     {"See who is connected: pgmedic status; idle ones in a transaction first.",
      "Stop the instances of the application that wait, and run the migration on a reserved connection or later."}},
    {"42501",
     NULL,
     NULL,
     "The migrating role lacks a privilege, or does not own the table: ALTER and DROP need ownership.",
     {"See who owns it with pgmedic inspect; run as that role, or GRANT it to the migrating one.",
      "Since PostgreSQL 15 nobody but the owner may create in schema public without a GRANT."}},
    {"3F000",
     NULL,
     NULL,
     "The schema is not there, or the role's search_path names none that it may create in.",
     {"SHOW search_path in the migrating role's session; see whether the schema exists and the role has USAGE."}},
    {"0A000",
     "cannot alter type of a column used by",
     "the column's type cannot change while something depends on it",
     "Views, rules, policies, generated columns and triggers that use a column forbid changing its type; the message "
     "names "
     "only one of them.",
     {"List what depends on the column (pgmedic inspect TABLE), save each definition, and drop and recreate them in "
      "the same "
      "transaction as the change."}},
    {"0A000",
     NULL,
     NULL,
     "The server does not support this: often a feature of a newer version, or a prepared statement that met a changed "
     "table (cached plan must not change result type).",
     {"Compare the server's version with the one that the migration was written for.",
      "For cached plans, restart the application's connection pools."}},
    {"2BP01",
     NULL,
     "other objects depend on what is to be dropped",
     "DETAIL lists some of them. CASCADE would drop them silently.",
     {"Read the DETAIL; drop and recreate each dependent object on purpose, with its owner and grants.",
      "Never add CASCADE in an emergency."}},
    {"25006",
     NULL,
     "the session is read-only",
     "A standby was reached instead of the primary, or default_transaction_read_only is on.",
     {"SELECT pg_is_in_recovery(); if true, connect to the primary (target_session_attrs=read-write).",
      "Some managed services turn databases read-only when the disk is nearly full."}},
    {"25001",
     NULL,
     "the statement cannot run inside a transaction",
     "CREATE INDEX CONCURRENTLY, VACUUM and the like must stand alone; the tool wraps each migration in a transaction.",
     {"Alembic: with op.get_context().autocommit_block(); Rails: disable_ddl_transaction!; Django: atomic = False."}},
    {"25P03",
     NULL,
     "the transaction stood idle too long, and the server ended the session",
     "idle_in_transaction_session_timeout passed between two statements. Everything in the transaction was rolled "
     "back.",
     {"See what the migration did between its statements: work in the program, or a lock elsewhere."}},
    {"55006",
     NULL,
     NULL,
     "The object is in use by this session or another: an open cursor, or deferred constraint checks that are still "
     "due.",
     {"SET CONSTRAINTS ALL IMMEDIATE before the ALTER; or do data and structure in two transactions."}},
    {"55P04",
     NULL,
     "a new enum value is used in the transaction that added it",
     "ALTER TYPE … ADD VALUE must be committed before the value can be used.",
     {"Put it into a migration of its own."}},
    {"42601",
     NULL,
     NULL,
     "The server cannot parse the statement: a mistake in it, or syntax of a newer version.",
     {"Run the statement's text through pgmedic lint.", "Compare the server's version."}},
    {"28P01",
     NULL,
     "the password was refused",
     "The role's password, or the secret that the deployment uses, is not the current one.",
     {"See when it was rotated, and whether every place has the new one."}},
    {"28",
     NULL,
     "the server refused the login",
     "pg_hba.conf has no rule for this host, user, database or encryption, or the role may not log in.",
     {"Compare with a host from which it works; sslmode is the usual difference."}},
    {"3D000",
     NULL,
     NULL,
     "The database does not exist on that server: the wrong server, or the wrong name.",
     {"See which host and database the migration was given."}},
    {"57P01",
     NULL,
     "the session was ended by an administrator, or by a restart or failover",
     "What was not committed is rolled back.",
     {"See whether the server restarted or failed over; then see which revision the books say before running it "
      "again."}},
    {"57P03",
     NULL,
     "the server is starting or shutting down",
     "It does not accept connections yet, or any more.",
     {"Wait until it is up; after a crash, recovery may take minutes. Then look at the books before running it "
      "again."}},
    {"08",
     NULL,
     "the connection was lost or could not be made",
     "Whether the last transaction was committed is not known from the log alone.",
     {"Look at the books and the schema before running it again (pgmedic status).",
      "See whether the server crashed (its log), failed over, or a proxy or a network timeout cut the connection."}},
    {"53",
     NULL,
     NULL,
     "The server ran out of a resource; the statement was rolled back.",
     {"See memory, disk and connections on the server."}},
    {"23P01",
     NULL,
     "rows break an exclusion constraint",
     "Existing or new rows overlap.",
     {"The DETAIL line names a pair."}},
    {"XX",
     NULL,
     NULL,
     "An internal error: a fault of the server or an extension, or corrupt data.",
     {"Do not try again and again: save the server's log, take a backup, and look up the exact message."}},
};

static const Signature *find_signature(const PgmLogError *error)
{
    for (guint i = 0; i < G_N_ELEMENTS(SIGNATURES); i++)
    {
        const Signature *s = &SIGNATURES[i];
        if (error->sqlstate[0] == '\0' || strncmp(error->sqlstate, s->sqlstate, strlen(s->sqlstate)) != 0)
        {
            continue;
        }
        /* a message may also decide between two signatures of one code; the last one of a code takes what is left */
        gboolean another = i + 1 < G_N_ELEMENTS(SIGNATURES) && strcmp(SIGNATURES[i + 1].sqlstate, s->sqlstate) == 0;
        if (another && s->message != NULL && !g_regex_match_simple(s->message, error->message, 0, 0))
        {
            continue;
        }
        return s;
    }
    return NULL;
}

static char *write_headline(const Signature *s, const PgmLogError *error)
{
    if (s == NULL || s->headline == NULL)
    {
        return g_strdup(error->message);
    }
    if (s->message == NULL)
    {
        return g_strdup_printf("%s: %s", s->headline, error->message);
    }
    g_autoptr(GRegex) pattern = g_regex_new(s->message, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    char *text = pattern != NULL && g_regex_match(pattern, error->message, 0, &match)
                     ? g_match_info_expand_references(match, s->headline, NULL)
                     : NULL;
    return text != NULL ? text : g_strdup(error->message);
}

/* What the migration would meet besides: told for every error, since one deploy should find all of it. */
static void tell_obstacles(PgmCase *c)
{
    g_autoptr(GPtrArray) revisions = pgm_case_revisions(c);
    g_autoptr(GPtrArray) obstacles = pgm_case_obstacles(c, revisions);
    for (guint i = 0; i < obstacles->len; i++)
    {
        const PgmObstacle *obstacle = obstacles->pdata[i];
        pgm_case_evidence(c, "repository and catalog: %s line %d (%s) would fail on this database: %s",
                          obstacle->revision, obstacle->line, obstacle->statement, obstacle->what);
    }
}

void pgm_case_signature(PgmCase *c)
{
    const PgmLogError *error = c->record->error;
    const Signature *s = find_signature(error);
    g_autofree char *headline = write_headline(s, error);
    pgm_case_headline(c, "%s", headline);
    if (s != NULL)
    {
        pgm_case_explain(c, "%s", s->explanation);
        for (guint i = 0; i < MAX_NEXT && s->next[i] != NULL; i++)
        {
            pgm_case_next(c, "%s", s->next[i]);
        }
    }
    else
    {
        pgm_case_explain(c, "%s%s%s: no more is known of this error here.",
                         error->sqlstate[0] != '\0' ? error->sqlstate : "No SQLSTATE is told",
                         error->condition != NULL ? ", " : "", error->condition != NULL ? error->condition : "");
        pgm_case_next(c,
                      "Look at the statement and the lines around it in the log; the server's own log may say more.");
    }
    tell_obstacles(c);
    pgm_case_suggest(c, error, PGM_FITS_ERROR, NULL);
}
