/*
 * script_check.c - what a hotfix script must not hold, since the engine owns the transaction.
 *
 * Judged by the words a statement begins with: PostgreSQL's utility commands
 * are all told by them, and so the judgement is the same for a text that the
 * grammar of 15 cannot parse.
 */
#include <string.h>

#include "pg/script_token.h"
#include "pgmedic/script.h"

enum
{
    WORDS_MAX = 4,
};

typedef struct
{
    const char *words;    /* the statement's first words */
    const char *later;    /* a word that must come somewhere after them; NULL: none */
    gboolean transaction; /* refused only inside a transaction */
    const char *rule;     /* NULL: it may stay */
    const char *reason;
} Refusal;

#define OWNED "the run itself begins, commits and rolls back; leave this statement out"
#define LASTS "this would outlive the transaction; use SET LOCAL"
#define ROLES "the run works as one role from beginning to end; connect as that role instead"
#define ALONE "PostgreSQL refuses this inside a transaction; put it into a phase of its own with transaction: none"

/* The first that fits is the finding. */
static const Refusal refusals[] = {
    {"begin", NULL, FALSE, "transaction-command", OWNED},
    {"start transaction", NULL, FALSE, "transaction-command", OWNED},
    {"commit", NULL, FALSE, "transaction-command", OWNED},
    {"end", NULL, FALSE, "transaction-command", OWNED},
    {"rollback", NULL, FALSE, "transaction-command", OWNED},
    {"abort", NULL, FALSE, "transaction-command", OWNED},
    {"savepoint", NULL, FALSE, "transaction-command", OWNED},
    {"release", NULL, FALSE, "transaction-command", OWNED},
    {"prepare transaction", NULL, FALSE, "transaction-command", OWNED},
    {"set transaction", NULL, FALSE, "transaction-command", OWNED},
    {"set local transaction", NULL, FALSE, "transaction-command", OWNED},
    {"discard", NULL, FALSE, "session-state", "the run's session must stay as it is; leave this statement out"},
    {"reset", NULL, FALSE, "session-state", "the run's session must stay as it is; leave this statement out"},
    {"set role", NULL, FALSE, "session-role", ROLES},
    {"set local role", NULL, FALSE, "session-role", ROLES},
    {"set session role", NULL, FALSE, "session-role", ROLES},
    {"set session authorization", NULL, FALSE, "session-role", ROLES},
    {"set local session authorization", NULL, FALSE, "session-role", ROLES},
    {"set session session authorization", NULL, FALSE, "session-role", ROLES},
    {"set local", NULL, FALSE, NULL, NULL},
    {"set constraints", NULL, FALSE, NULL, NULL},
    {"set", NULL, FALSE, "session-setting", LASTS},
    {"create index concurrently", NULL, TRUE, "outside-transaction", ALONE},
    {"create unique index concurrently", NULL, TRUE, "outside-transaction", ALONE},
    {"drop index concurrently", NULL, TRUE, "outside-transaction", ALONE},
    {"reindex", "concurrently", TRUE, "outside-transaction", ALONE},
    {"reindex", "database", TRUE, "outside-transaction", ALONE},
    {"reindex", "schema", TRUE, "outside-transaction", ALONE},
    {"reindex", "system", TRUE, "outside-transaction", ALONE},
    {"alter table", "concurrently", TRUE, "outside-transaction", ALONE},
    {"vacuum", NULL, TRUE, "outside-transaction", ALONE},
    {"alter system", NULL, TRUE, "outside-transaction", ALONE},
    {"alter database", "tablespace", TRUE, "outside-transaction", ALONE},
    {"create database", NULL, TRUE, "outside-transaction", ALONE},
    {"drop database", NULL, TRUE, "outside-transaction", ALONE},
    {"create tablespace", NULL, TRUE, "outside-transaction", ALONE},
    {"drop tablespace", NULL, TRUE, "outside-transaction", ALONE},
    {"create subscription", NULL, TRUE, "outside-transaction", ALONE},
    {"drop subscription", NULL, TRUE, "outside-transaction", ALONE},
    {"alter subscription", "publication", TRUE, "outside-transaction", ALONE},
};

/* The tokens of one statement without its comments, and its text. */
typedef struct
{
    const char *sql;
    const PgmToken *tokens;
    guint n;
} Words;

/* How many tokens the blank-separated WORDS take at the statement's beginning; 0: it begins otherwise. */
static guint words_begin(const Words *statement, const char *words)
{
    g_auto(GStrv) wanted = g_strsplit(words, " ", WORDS_MAX);
    guint i = 0;
    for (; wanted[i] != NULL; i++)
    {
        if (i >= statement->n || !pgm_token_is(statement->sql, &statement->tokens[i], wanted[i]))
        {
            return 0;
        }
    }
    return i;
}

static gboolean words_contain(const Words *statement, guint from, const char *word)
{
    for (guint i = from; i < statement->n; i++)
    {
        if (pgm_token_is(statement->sql, &statement->tokens[i], word))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static const Refusal *refusal_find(const Words *statement, gboolean transaction)
{
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
    {
        const Refusal *refusal = &refusals[i];
        guint begun = words_begin(statement, refusal->words);
        if (begun > 0 && (transaction || !refusal->transaction) &&
            (refusal->later == NULL || words_contain(statement, begun, refusal->later)))
        {
            return refusal->rule != NULL ? refusal : NULL;
        }
    }
    /* CLUSTER without a table goes through all of them, a transaction each. */
    static const Refusal cluster = {"cluster", NULL, TRUE, "outside-transaction", ALONE};
    return transaction && statement->n == 1 && words_begin(statement, "cluster") > 0 ? &cluster : NULL;
}

/* The first token of the third argument of the call whose parenthesis is at OPEN; NULL: there is none. */
static const PgmToken *third_argument(const Words *statement, guint open)
{
    int depth = 0;
    int commas = 0;
    for (guint i = open; i < statement->n; i++)
    {
        const PgmToken *token = &statement->tokens[i];
        depth += token->kind == PG_QUERY__TOKEN__ASCII_40 || token->kind == PG_QUERY__TOKEN__ASCII_91;
        depth -= token->kind == PG_QUERY__TOKEN__ASCII_41 || token->kind == PG_QUERY__TOKEN__ASCII_93;
        if (depth == 0)
        {
            return NULL;
        }
        if (depth == 1 && token->kind == PG_QUERY__TOKEN__ASCII_44 && ++commas == 2)
        {
            return i + 1 < statement->n ? token + 1 : NULL;
        }
    }
    return NULL;
}

/* set_config(name, value, false) is SET in a function's clothes. */
static const char *set_config_lasts(const Words *statement)
{
    for (guint i = 0; i + 1 < statement->n; i++)
    {
        if ((pgm_token_is(statement->sql, &statement->tokens[i], "set_config") ||
             pgm_token_is(statement->sql, &statement->tokens[i], "\"set_config\"")) &&
            statement->tokens[i + 1].kind == PG_QUERY__TOKEN__ASCII_40)
        {
            const PgmToken *local = third_argument(statement, i + 1);
            if (local != NULL && !pgm_token_is(statement->sql, local, "true"))
            {
                return "set_config() whose last argument is not true outlives the transaction; pass true";
            }
        }
    }
    return NULL;
}

static GArray *tokens_without_comments(const char *sql)
{
    GArray *tokens = pgm_token_scan(sql, NULL);
    for (guint i = tokens != NULL ? tokens->len : 0; i > 0; i--)
    {
        if (pgm_token_is_comment(&g_array_index(tokens, PgmToken, i - 1)))
        {
            g_array_remove_index(tokens, i - 1);
        }
    }
    return tokens;
}

/* "SET ROLE", for a message: the first two words as written, in capitals. */
static char *statement_title(const Words *statement)
{
    GString *title = g_string_new(NULL);
    for (guint i = 0; i < MIN(statement->n, 3); i++)
    {
        const PgmToken *token = &statement->tokens[i];
        if (!g_ascii_isalpha(statement->sql[token->start]))
        {
            break;
        }
        g_autofree char *word = g_strndup(statement->sql + token->start, MIN(token->end - token->start, 40));
        g_autofree char *upper = g_ascii_strup(word, -1);
        g_string_append_printf(title, "%s%s", i > 0 ? " " : "", upper);
    }
    return g_string_free(title, FALSE);
}

static void statement_check(const PgmStatement *statement, gboolean transaction, const char *file, int line,
                            PgmFindings *findings)
{
    g_autoptr(GArray) tokens = tokens_without_comments(statement->sql);
    if (tokens == NULL)
    {
        return;
    }
    Words words = {statement->sql, (const PgmToken *)(gconstpointer)tokens->data, tokens->len};
    g_autofree char *title = statement_title(&words);
    const Refusal *refusal = refusal_find(&words, transaction);
    const char *lasts = set_config_lasts(&words);
    if (refusal != NULL)
    {
        pgm_findings_add(findings, PGM_FINDING_ERROR, file, line, 0, refusal->rule, "%s: %s", title, refusal->reason);
    }
    if (words_begin(&words, "copy") > 0 && (words_contain(&words, 1, "stdin") || words_contain(&words, 1, "stdout")))
    {
        pgm_findings_add(findings, PGM_FINDING_ERROR, file, line, 0, "client-copy",
                         "COPY from or to the client is not possible here; use INSERT or a query");
    }
    if (lasts != NULL)
    {
        pgm_findings_add(findings, PGM_FINDING_ERROR, file, line, 0, "session-setting", "%s", lasts);
    }
}

void pgm_script_check(GPtrArray *statements, gboolean transaction, const char *file, int first_line,
                      PgmFindings *findings)
{
    for (guint i = 0; i < statements->len; i++)
    {
        const PgmStatement *statement = statements->pdata[i];
        statement_check(statement, transaction, file, statement->line + first_line - 1, findings);
    }
}
