/* migration.c - the books in the database: found by their columns, read by their framework's query. */
#include "pgmedic/migration.h"
#include "catalog/ask.h"
#include "catalog/framework.h"
#include "catalog/locked.h"
#include "pgmedic/query.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void book_free(gpointer data)
{
    PgmMigrationBook *book = data;
    g_free(book->framework);
    g_free(book->relation);
    g_ptr_array_unref(book->heads);
    g_clear_pointer(&book->applied, g_ptr_array_unref);
    g_free(book->applied_at);
    g_free(book->failed);
    g_free(book->locked_by);
    g_free(book->unreadable);
    g_free(book);
}

static char *one_line(const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n", -1);
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = 0; words[i] != NULL; i++)
    {
        if (words[i][0] != '\0')
        {
            g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", words[i]);
        }
    }
    return g_strdup(line->str);
}

/* TEXT with the usual name of the table replaced by the one that was found. */
static char *query_for(const char *name, const char *usual, const char *quoted, int version)
{
    g_autofree char *path = g_strconcat("migration/books/", name, NULL);
    g_autoptr(GString) sql = g_string_new(pgm_query_text(path, version));
    g_string_replace(sql, usual, quoted, 0);
    return g_strdup(sql->str);
}

static void read_row(PgmMigrationBook *book, const char *what, const char *value, const char *at)
{
    if (what == NULL || value == NULL)
    {
        return;
    }
    if (strcmp(what, "head") == 0)
    {
        g_ptr_array_add(book->heads, g_strdup(value));
        if (at != NULL && g_strcmp0(at, book->applied_at) > 0)
        {
            g_free(book->applied_at);
            book->applied_at = g_strdup(at);
        }
    }
    else if (strcmp(what, "applied") == 0)
    {
        if (book->applied == NULL)
        {
            book->applied = g_ptr_array_new_with_free_func(g_free);
        }
        g_ptr_array_add(book->applied, g_strdup(value));
    }
    else if (strcmp(what, "failed") == 0 && book->failed == NULL)
    {
        book->failed = one_line(value);
    }
    else if (strcmp(what, "lock") == 0)
    {
        g_free(book->locked_by);
        book->locked_by = at != NULL ? g_strdup_printf("%s since %s", value, at) : g_strdup(value);
    }
}

static gboolean read_rows(PgmConnection *connection, PgmMigrationBook *book, const char *sql, GError **error)
{
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, error);
    if (result == NULL)
    {
        return FALSE;
    }
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        read_row(book, pgm_result_value(result, row, 0), pgm_result_value(result, row, 1),
                 pgm_result_value(result, row, 2));
    }
    return TRUE;
}

/* Why a query of SCHEMA.TABLE failed. Caller frees. */
static char *problem_text(PgmConnection *connection, const char *schema, const char *table, const GError *problem)
{
    g_autofree char *locked = pgm_sql_error_is(problem, "55P03") ? pgm_locked_by(connection, schema, table) : NULL;
    return locked != NULL ? g_strdup_printf("%s.%s is %s", schema, table, locked)
                          : g_strdup_printf("%s.%s: %s", schema, table, problem->message);
}

/* A table that cannot be read is said so in *TROUBLE; only a lost connection is an error. */
static gboolean read_or_note(PgmConnection *connection, PgmMigrationBook *book, const char *sql, const char *schema,
                             const char *table, char **trouble, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (read_rows(connection, book, sql, &problem))
    {
        return TRUE;
    }
    if (pgm_connection_is_lost(connection) || pgm_sql_error_info(problem) == NULL)
    {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    g_free(*trouble);
    *trouble = problem_text(connection, schema, table, problem);
    return TRUE;
}

/* The session in the first row of RESULT (pid, user, application, since, age); NULL: there is none. Caller frees. */
static char *holder_text(const PgmResult *result)
{
    if (pgm_result_rows(result) == 0)
    {
        return NULL;
    }
    const char *user = pgm_result_value(result, 0, 1);
    const char *application = pgm_result_value(result, 0, 2);
    const char *since = pgm_result_value(result, 0, 3);
    const char *age = pgm_result_value(result, 0, 4);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "process %s, user %s", pgm_result_value(result, 0, 0), user != NULL ? user : "unknown");
    if (application != NULL && application[0] != '\0')
    {
        g_string_append_printf(text, ", application %s", application);
    }
    if (since != NULL && age != NULL)
    {
        g_string_append_printf(text, ", for %s, since %s", age, since);
    }
    return g_strdup(text->str);
}

static gboolean read_advisory_lock(PgmConnection *connection, const PgmFramework *framework, PgmMigrationBook *book,
                                   const char *schema, const char *table, GError **error)
{
    gint64 low, high;
    const PgmServer *server = pgm_connection_server(connection);
    if (!pgm_framework_lock_key(framework, server->database, schema, table, &low, &high))
    {
        return TRUE;
    }
    g_autofree char *low_text = g_strdup_printf("%" G_GINT64_FORMAT, low);
    g_autofree char *high_text = g_strdup_printf("%" G_GINT64_FORMAT, high);
    const char *const settings[] = {"pgmedic.key_low", low_text, "pgmedic.key_high", high_text, NULL};
    g_autoptr(PgmResult) result = pgm_ask(connection, "migration/advisory", settings, error);
    if (result == NULL)
    {
        return FALSE;
    }
    book->locked_by = holder_text(result);
    return TRUE;
}

/* Knex takes its lock inside the migrations' transaction, and most frameworks note each migration there: nobody else
 * sees these rows yet, but the tables' locks are seen. */
static gboolean read_writers(PgmConnection *connection, const PgmFramework *framework, PgmMigrationBook *book,
                             const char *schema, const char *quoted, GHashTable *tables, GError **error)
{
    if (book->locked_by != NULL)
    {
        return TRUE;
    }
    g_autofree char *name = framework->lock != NULL ? g_strconcat(schema, ".", framework->lock_table, NULL) : NULL;
    const char *beside = name != NULL ? g_hash_table_lookup(tables, name) : NULL;
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_array(builder);
    json_builder_add_string_value(builder, quoted);
    if (beside != NULL)
    {
        json_builder_add_string_value(builder, beside);
    }
    json_builder_end_array(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *json = json_to_string(root, FALSE);
    const char *const settings[] = {"pgmedic.tables", json, NULL};
    g_autoptr(PgmResult) result = pgm_ask(connection, "migration/writers", settings, error);
    if (result == NULL)
    {
        return FALSE;
    }
    g_autofree char *holder = holder_text(result);
    book->locked_by =
        holder != NULL ? g_strconcat(holder, ": its transaction has the books open for writing", NULL) : NULL;
    return TRUE;
}

static gboolean read_lock_table(PgmConnection *connection, const PgmFramework *framework, PgmMigrationBook *book,
                                const char *schema, GHashTable *tables, GError **error)
{
    g_autofree char *name = framework->lock != NULL ? g_strconcat(schema, ".", framework->lock_table, NULL) : NULL;
    const char *quoted = name != NULL ? g_hash_table_lookup(tables, name) : NULL;
    if (quoted == NULL)
    {
        return TRUE;
    }
    g_autofree char *usual = g_strconcat("public.", framework->lock_table, NULL);
    g_autofree char *sql = query_for(framework->lock, usual, quoted, pgm_connection_server(connection)->version);
    g_autofree char *trouble = NULL;
    if (!read_or_note(connection, book, sql, schema, framework->lock_table, &trouble, error))
    {
        return FALSE;
    }
    /* The books themselves could be read: what they say is not thrown away for it. */
    if (trouble != NULL)
    {
        g_free(book->locked_by);
        book->locked_by = g_strdup_printf("unknown: %s", trouble);
    }
    return TRUE;
}

static PgmMigrationBook *read_book(PgmConnection *connection, const PgmFramework *framework, const PgmResult *found,
                                   int row, GHashTable *tables, GError **error)
{
    const char *schema = pgm_result_value(found, row, 0);
    const char *table = pgm_result_value(found, row, 1);
    PgmMigrationBook *book = g_new0(PgmMigrationBook, 1);
    book->framework = g_strdup(framework->name);
    book->relation = g_strconcat(schema, ".", table, NULL);
    book->heads = g_ptr_array_new_with_free_func(g_free);
    if (pgm_result_value(found, row, 3) != NULL)
    {
        book->unreadable = g_strdup_printf("needs %s", pgm_result_value(found, row, 3));
        return book;
    }
    g_autofree char *sql = query_for(framework->query != NULL ? framework->query : framework->name, framework->relation,
                                     pgm_result_value(found, row, 4), pgm_connection_server(connection)->version);
    if (!read_or_note(connection, book, sql, schema, table, &book->unreadable, error) ||
        !read_advisory_lock(connection, framework, book, schema, table, error) ||
        !read_lock_table(connection, framework, book, schema, tables, error) ||
        !read_writers(connection, framework, book, schema, pgm_result_value(found, row, 4), tables, error))
    {
        book_free(book);
        return NULL;
    }
    return book;
}

GPtrArray *pgm_migration_read_books(PgmConnection *connection, GError **error)
{
    int version = pgm_connection_server(connection)->version;
    g_autoptr(PgmResult) found =
        pgm_connection_query(connection, pgm_query_text("migration/candidates", version), error);
    if (found == NULL)
    {
        pgm_locked_explain(connection, error);
        return NULL;
    }
    g_autoptr(GHashTable) tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int row = 0; row < pgm_result_rows(found); row++)
    {
        g_hash_table_insert(tables,
                            g_strconcat(pgm_result_value(found, row, 0), ".", pgm_result_value(found, row, 1), NULL),
                            g_strdup(pgm_result_value(found, row, 4)));
    }
    g_autoptr(GPtrArray) books = g_ptr_array_new_with_free_func(book_free);
    for (int row = 0; row < pgm_result_rows(found); row++)
    {
        const PgmFramework *framework = pgm_framework_recognise(
            pgm_result_value(found, row, 0), pgm_result_value(found, row, 1), pgm_result_value(found, row, 2), tables);
        if (framework == NULL)
        {
            continue;
        }
        PgmMigrationBook *book = read_book(connection, framework, found, row, tables, error);
        if (book == NULL)
        {
            pgm_locked_explain(connection, error);
            return NULL;
        }
        g_ptr_array_add(books, book);
    }
    return g_steal_pointer(&books);
}
