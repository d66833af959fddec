/* locked.c - who is in the way of reading a definition, and of which. */
#include "catalog/locked.h"

#include <string.h>

#include "catalog/model.h"
#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "pgmedic/text.h"

enum
{
    STATEMENT_COLUMNS = 60,
    NAMED_OBJECTS = 6,
    NAMED_RELATIONS = 3,
};

/* " (ALTER TABLE …, idle in transaction)"; "" when nothing is known. */
static char *what_it_runs(const PgmResult *result, int row)
{
    const char *query = pgm_result_value(result, row, 6);
    const char *state = pgm_result_value(result, row, 7);
    if (query == NULL || *query == '\0')
    {
        return g_strdup("");
    }
    if (strcmp(query, "<insufficient privilege>") == 0)
    {
        return g_strdup(" (what it runs is not shown: needs pg_read_all_stats)");
    }
    g_autofree char *valid = g_utf8_make_valid(query, -1);
    g_autofree char *line = pgm_text_one_line(valid);
    g_autofree char *cut = pgm_text_cut(line, STATEMENT_COLUMNS);
    gboolean idle = state != NULL && g_str_has_prefix(state, "idle in transaction");
    return g_strdup_printf(" (%s%s)", cut, idle ? ", idle in transaction" : "");
}

static char *who(const PgmResult *result, int row)
{
    const char *pid = pgm_result_value(result, row, 2);
    const char *kind = pgm_result_value(result, row, 4);
    if (pid == NULL)
    {
        const char *gid = pgm_result_value(result, row, 6);
        return g_strdup_printf("prepared transaction %s", gid != NULL ? gid : "(its name is not known)");
    }
    if (g_strcmp0(kind, "startup") == 0)
    {
        return g_strdup("a transaction of the primary, as it is replayed here");
    }
    g_autofree char *runs = what_it_runs(result, row);
    return g_strdup_printf("pid %s%s", pid, runs);
}

PgmLocked *pgm_locked_new(const PgmResult *result, int row)
{
    g_autofree char *blocker = who(result, row);
    gint64 seconds = pgm_result_integer(result, row, 5);
    g_autofree char *duration = seconds > 0 ? pgm_text_duration(seconds * 1000) : NULL;
    g_autofree char *since = duration != NULL ? g_strdup_printf(" for %s", duration) : g_strdup("");
    PgmLocked *locked = g_new0(PgmLocked, 1);
    locked->relation = g_strdup_printf("%s.%s", pgm_result_value(result, row, 0), pgm_result_value(result, row, 1));
    locked->sentence = pgm_result_boolean(result, row, 3)
                           ? g_strdup_printf("locked by %s%s", blocker, since)
                           : g_strdup_printf("%s waits to lock it, and readers wait behind that", blocker);
    return locked;
}

void pgm_locked_free(PgmLocked *locked)
{
    g_free(locked->relation);
    g_free(locked->sentence);
    g_free(locked);
}

/* "public.a, public.b and 2 more: locked by …", for the relations from FIRST on that one session locks; the first that
 * it does not is returned. */
static guint tell_session(PgmSnapshot *snapshot, const GPtrArray *relations, guint first)
{
    const PgmLocked *own = g_ptr_array_index(relations, first);
    g_autoptr(GString) line = g_string_new(own->relation);
    guint next = first + 1;
    for (; next < relations->len; next++)
    {
        const PgmLocked *other = g_ptr_array_index(relations, next);
        if (strcmp(other->sentence, own->sentence) != 0)
        {
            break;
        }
        if (next - first < NAMED_RELATIONS)
        {
            g_string_append_printf(line, ", %s", other->relation);
        }
    }
    if (next - first > NAMED_RELATIONS)
    {
        g_string_append_printf(line, " and %u more", next - first - NAMED_RELATIONS);
    }
    g_string_append_printf(line, ": %s", own->sentence);
    g_ptr_array_add(snapshot->unread, g_string_free(g_steal_pointer(&line), FALSE));
    return next;
}

void pgm_locked_tell(PgmSnapshot *snapshot, const GPtrArray *relations)
{
    g_autoptr(GString) names = g_string_new(NULL);
    guint unread = 0;
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (pgm_object_has_unread(object) && unread++ < NAMED_OBJECTS)
        {
            g_autofree char *display = pgm_object_display(object);
            g_string_append_printf(names, "%s%s %s", unread > 1 ? ", " : "", object->kind->name, display);
        }
    }
    if (unread == 0)
    {
        return;
    }
    for (guint i = 0; i < relations->len;)
    {
        i = tell_session(snapshot, relations, i);
    }
    if (unread > NAMED_OBJECTS)
    {
        g_string_append_printf(names, " and %u more", unread - NAMED_OBJECTS);
    }
    g_ptr_array_add(snapshot->unread, g_strdup_printf("behind that lock: %s", names->str));
}

char *pgm_locked_by(PgmConnection *connection, const char *schema, const char *name)
{
    g_autoptr(PgmResult) result = pgm_connection_query(
        connection, pgm_query_text("catalog/locked", pgm_connection_server(connection)->version), NULL);
    g_autofree char *relation = g_strdup_printf("%s.%s", schema, name);
    for (int row = 0; result != NULL && row < pgm_result_rows(result); row++)
    {
        PgmLocked *locked = pgm_locked_new(result, row);
        char *sentence = strcmp(locked->relation, relation) == 0 ? g_steal_pointer(&locked->sentence) : NULL;
        pgm_locked_free(locked);
        if (sentence != NULL)
        {
            return sentence;
        }
    }
    return NULL;
}

void pgm_locked_explain(PgmConnection *connection, GError **error)
{
    if (error == NULL || *error == NULL || !pgm_sql_error_is(*error, "55P03"))
    {
        return;
    }
    g_autoptr(PgmResult) result = pgm_connection_query(
        connection, pgm_query_text("catalog/locked_system", pgm_connection_server(connection)->version), NULL);
    g_autofree char *whose = NULL;
    if (result != NULL && pgm_result_rows(result) > 0)
    {
        PgmLocked *locked = pgm_locked_new(result, 0);
        whose = g_strdup_printf("the system catalog %s is %s", pgm_result_value(result, 0, 1), locked->sentence);
        pgm_locked_free(locked);
    }
    g_autofree char *message = g_strdup_printf("not read: %s: whoever needs it waits",
                                               whose != NULL ? whose : "a system catalog is locked by another session");
    g_free((*error)->message);
    (*error)->message = g_steal_pointer(&message);
}
