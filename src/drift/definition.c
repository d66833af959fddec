/* definition.c - what mends the lack of an object in an empty database is what makes it. */
#include "pgmedic/definition.h"

#include <string.h>

#include "drift/mend.h"

/* A function's body may end with a comment that would swallow the semicolon; so may a view's or a rule's. */
static void append_statement(GString *text, const char *sql)
{
    const char *last = strrchr(sql, '\n');
    gboolean commented = strstr(last != NULL ? last : sql, "--") != NULL;
    gboolean ended = g_str_has_suffix(sql, ";");
    g_string_append_printf(text, "%s%s%s\n", sql, commented ? "\n" : "", ended && !commented ? "" : ";");
}

/* The bracket that closes the one at OPEN, quoted text aside. */
static const char *closing(const char *open)
{
    int depth = 0;
    for (const char *at = open; *at != '\0'; at++)
    {
        if (*at == '\'' || *at == '"')
        {
            const char *end = strchr(at + 1, *at);
            at = end != NULL ? end : at;
        }
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth == 0)
        {
            return at;
        }
    }
    return NULL;
}

/* Where the columns begin: the first bracket behind the name, which may hold some itself. */
static const char *opening(const char *sql)
{
    gboolean quoted = FALSE;
    for (const char *at = sql; *at != '\0'; at++)
    {
        quoted ^= *at == '"';
        if (!quoted && at[0] == ' ' && at[1] == '(')
        {
            return at;
        }
    }
    return NULL;
}

/* A table's columns, one a line. */
static char *one_a_line(const char *sql)
{
    static const char *const heads[] = {"CREATE TABLE ", "CREATE UNLOGGED TABLE ", "CREATE FOREIGN TABLE "};
    gboolean table = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(heads); i++)
    {
        table = table || g_str_has_prefix(sql, heads[i]);
    }
    const char *open = table ? opening(sql) : NULL;
    const char *close = open != NULL ? closing(open + 1) : NULL;
    if (close == NULL || close == open + 2)
    {
        return g_strdup(sql);
    }
    g_autofree char *inside = g_strndup(open + 2, (gsize)(close - open - 2));
    g_auto(GStrv) columns = mend_split(inside, ", ");
    g_autofree char *lines = g_strjoinv(",\n    ", columns);
    return g_strdup_printf("%.*s\n    %s\n%s", (int)(open + 2 - sql), sql, lines, close);
}

/* What no statement can do, and what a lock kept from being read: the hazard is then the statement as far as it goes.
 */
static void append_comment(GString *text, const char *comment)
{
    g_auto(GStrv) lines = g_strsplit(comment, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
    {
        g_string_append_printf(text, "-- %s\n", lines[i]);
    }
}

static void append_step(GString *text, const PgmMend *step)
{
    if (step->sql != NULL)
    {
        g_autofree char *sql = one_a_line(step->sql);
        append_statement(text, sql);
    }
    if (step->hazard != NULL && (step->sql == NULL || strstr(step->hazard, "secret") != NULL))
    {
        append_comment(text, step->hazard);
    }
}

/* What stands in a schema has definitions of its own: it counts as made. */
static void leave_out_contents(Mender *mender, const PgmObject *schema)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        guint first, n = pgm_snapshot_children(mender->expected, kind, schema->name, NULL, &first);
        for (guint i = first; i < first + n; i++)
        {
            g_hash_table_add(mender->made, mender->expected->objects->pdata[i]);
        }
    }
}

char *pgm_definition_write(const PgmSnapshot *snapshot, const PgmObject *object)
{
    g_autoptr(PgmSnapshot) nothing = pgm_snapshot_new_empty();
    g_autoptr(GPtrArray) differences = g_ptr_array_new();
    const PgmDrift drift = {.differences = differences};
    const PgmDifference difference = {.kind = PGM_DIFFERENCE_MISSING, .expected = object};
    g_autoptr(Mender) mender = mender_new(&drift, snapshot, nothing);
    mender->difference = &difference;
    /* Nobody waits for what is not there yet: no CONCURRENTLY, no NOT VALID first. */
    mender->fresh = TRUE;
    if (mend_is(object, "schema"))
    {
        leave_out_contents(mender, object);
    }
    mend_create(mender, object);
    mend_finish(mender);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < mender->steps->len; i++)
    {
        append_step(text, mender->steps->pdata[i]);
    }
    return g_string_free(text, FALSE);
}
