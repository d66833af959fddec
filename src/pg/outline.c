/* outline.c - statements' effects on relations, from the scanner's tokens. */
#include "pgmedic/outline.h"
#include "pg/outline_token.h"

#include <string.h>

typedef struct
{
    GArray *tokens;
    guint at;
    guint end; /* of the statement */
    GPtrArray *found;
    GHashTable *ctes; /* names that WITH defines: no relations */
} Cursor;

static void outline_free(gpointer data)
{
    PgmOutline *outline = data;
    g_free(outline->relation);
    g_free(outline->column);
    g_free(outline->type);
    g_free(outline->referrer);
    g_free(outline->new_name);
    g_free(outline);
}

static const PgmOutlineToken *peek(const Cursor *c, guint ahead)
{
    return c->at + ahead < c->end ? &g_array_index(c->tokens, PgmOutlineToken, c->at + ahead) : NULL;
}

static gboolean is(const PgmOutlineToken *token, const char *text)
{
    return token != NULL && token->kind != PGM_OUTLINE_QUOTED && strcmp(token->text, text) == 0;
}

static gboolean is_any(const PgmOutlineToken *token, const char *const *texts)
{
    return token != NULL && token->kind != PGM_OUTLINE_QUOTED && g_strv_contains(texts, token->text);
}

static gboolean is_name(const PgmOutlineToken *token)
{
    return token != NULL && token->kind != PGM_OUTLINE_OTHER;
}

static gboolean accept(Cursor *c, const char *text)
{
    if (!is(peek(c, 0), text))
    {
        return FALSE;
    }
    c->at++;
    return TRUE;
}

static gboolean accept_guard(Cursor *c)
{
    if (!is(peek(c, 0), "if"))
    {
        return FALSE;
    }
    c->at++;
    accept(c, "not");
    accept(c, "exists");
    return TRUE;
}

static char *accept_name(Cursor *c)
{
    const PgmOutlineToken *token = peek(c, 0);
    if (!is_name(token))
    {
        return NULL;
    }
    c->at++;
    return g_strdup(token->text);
}

/* name, schema.name, or database.schema.name (whose database is dropped). NULL: no name stands here. */
static char *accept_relation(Cursor *c)
{
    g_autofree char *schema = NULL;
    char *name = accept_name(c);
    while (name != NULL && is(peek(c, 0), ".") && is_name(peek(c, 1)))
    {
        c->at++;
        g_free(schema);
        schema = name;
        name = accept_name(c);
    }
    if (schema != NULL)
    {
        char *full = g_strconcat(schema, ".", name, NULL);
        g_free(name);
        name = full;
    }
    return name;
}

static PgmOutline *add(Cursor *c, const char *operation, const char *relation, const char *column)
{
    PgmOutline *outline = g_new0(PgmOutline, 1);
    const PgmOutlineToken *token = &g_array_index(c->tokens, PgmOutlineToken, c->at > 0 ? c->at - 1 : 0);
    outline->operation = operation;
    outline->relation = g_strdup(relation);
    outline->column = g_strdup(column);
    outline->line = token->line;
    g_ptr_array_add(c->found, outline);
    return outline;
}

/* Moves behind the group that opens here. */
static void skip_group(Cursor *c)
{
    const PgmOutlineToken *open = peek(c, 0);
    if (!is(open, "("))
    {
        return;
    }
    int depth = open->depth;
    c->at++;
    while (c->at < c->end && !(is(peek(c, 0), ")") && peek(c, 0)->depth <= depth))
    {
        c->at++;
    }
    c->at = MIN(c->at + 1, c->end);
}

/* Moves to the next comma or closing parenthesis of this depth, or to the end. */
static void skip_element(Cursor *c, int depth)
{
    for (; c->at < c->end; c->at++)
    {
        const PgmOutlineToken *token = peek(c, 0);
        if ((is(token, ",") && token->depth == depth) || (is(token, ")") && token->depth < depth))
        {
            return;
        }
    }
}

static GPtrArray *accept_columns(Cursor *c)
{
    GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
    if (!is(peek(c, 0), "("))
    {
        return columns;
    }
    guint begin = c->at;
    int depth = peek(c, 0)->depth + 1;
    skip_group(c);
    for (guint i = begin + 1; i < c->at; i++)
    {
        const PgmOutlineToken *before = &g_array_index(c->tokens, PgmOutlineToken, i - 1);
        const PgmOutlineToken *token = &g_array_index(c->tokens, PgmOutlineToken, i);
        const PgmOutlineToken *after = &g_array_index(c->tokens, PgmOutlineToken, MIN(i + 1, c->end - 1));
        if (is_name(token) && token->depth == depth && (is(before, "(") || is(before, ",")) && !is(after, "("))
        {
            g_ptr_array_add(columns, g_strdup(token->text));
        }
    }
    return columns;
}

static const char *const TYPE_ENDS[] = {"not",     "null",       "default",     "primary",   "unique", "check",
                                        "collate", "references", "generated",   "storage",   "using",  "constraint",
                                        "options", "deferrable", "compression", "initially", NULL};

static char *accept_type(Cursor *c, int depth)
{
    GString *type = g_string_new(NULL);
    for (; c->at < c->end; c->at++)
    {
        const PgmOutlineToken *token = peek(c, 0);
        if (is_any(token, TYPE_ENDS) || (token->depth <= depth && is(token, ",")) ||
            (is(token, ")") && token->depth < depth))
        {
            break;
        }
        gboolean tight = type->len == 0 || strchr("(),.[]", token->text[0]) != NULL ||
                         strchr("(.,[", type->str[type->len - 1]) != NULL;
        g_string_append_printf(type, "%s%s", tight ? "" : " ", token->text);
    }
    g_autofree char *written = g_string_free(type, FALSE);
    return written[0] != '\0' ? pgm_outline_type(written) : NULL;
}

/* REFERENCES relation [(columns)], for the columns of RELATION in FROM (may be empty). */
static void read_references(Cursor *c, const char *relation, const char *const *from)
{
    g_autofree char *target = accept_relation(c);
    if (target == NULL)
    {
        return;
    }
    g_autoptr(GPtrArray) columns = accept_columns(c);
    for (guint i = 0; i < MAX(columns->len, 1); i++)
    {
        PgmOutline *outline = add(c, "references", target, columns->len > 0 ? columns->pdata[i] : NULL);
        if (from[0] != NULL)
        {
            outline->referrer = g_strconcat(relation, ".", from[0], NULL);
            from++;
        }
    }
}

/* The rest of a column definition, up to the element's end. */
static void read_column_constraints(Cursor *c, const char *relation, const char *column, int depth)
{
    const char *const from[] = {column, NULL};
    for (; c->at < c->end; c->at++)
    {
        const PgmOutlineToken *token = peek(c, 0);
        if ((is(token, ",") && token->depth == depth) || (is(token, ")") && token->depth < depth))
        {
            return;
        }
        if (is(token, "references") && token->depth == depth)
        {
            c->at++;
            read_references(c, relation, from);
            c->at--;
        }
    }
}

static const char *const CONSTRAINT_STARTS[] = {"constraint", "primary", "unique", "check", "foreign", "exclude", NULL};

static void read_table_constraint(Cursor *c, const char *relation, int depth)
{
    if (accept(c, "constraint"))
    {
        c->at++;
    }
    if (accept(c, "foreign") && accept(c, "key"))
    {
        g_autoptr(GPtrArray) columns = accept_columns(c);
        g_ptr_array_add(columns, NULL);
        if (accept(c, "references"))
        {
            read_references(c, relation, (const char *const *)columns->pdata);
        }
    }
    skip_element(c, depth);
}

static void read_column(Cursor *c, const char *operation, const char *relation, int depth, gboolean guarded)
{
    g_autofree char *column = accept_name(c);
    if (column == NULL)
    {
        skip_element(c, depth);
        return;
    }
    PgmOutline *outline = add(c, operation, relation, column);
    outline->guarded = guarded;
    outline->type = accept_type(c, depth);
    read_column_constraints(c, relation, column, depth);
}

static void read_create_table(Cursor *c)
{
    gboolean guarded = accept_guard(c);
    g_autofree char *relation = accept_relation(c);
    if (relation == NULL)
    {
        return;
    }
    add(c, "create_table", relation, NULL)->guarded = guarded;
    if (accept(c, "partition") && accept(c, "of"))
    {
        g_autofree char *parent = accept_relation(c);
        add(c, "use", parent, NULL);
        return;
    }
    if (!is(peek(c, 0), "("))
    {
        return;
    }
    int depth = peek(c, 0)->depth + 1;
    do
    {
        c->at++; /* the parenthesis, or a comma */
        if (is_any(peek(c, 0), CONSTRAINT_STARTS))
        {
            read_table_constraint(c, relation, depth);
        }
        else if (accept(c, "like"))
        {
            g_autofree char *model = accept_relation(c);
            add(c, "use", model, NULL);
            skip_element(c, depth);
        }
        else
        {
            read_column(c, "create_table", relation, depth, guarded);
        }
    } while (is(peek(c, 0), ","));
}

static void read_create_index(Cursor *c)
{
    accept(c, "concurrently");
    gboolean guarded = accept_guard(c);
    while (c->at < c->end && !is(peek(c, 0), "on"))
    {
        c->at++;
    }
    accept(c, "on");
    accept(c, "only");
    g_autofree char *relation = accept_relation(c);
    if (relation == NULL)
    {
        return;
    }
    add(c, "create_index", relation, NULL)->guarded = guarded;
    if (accept(c, "using"))
    {
        c->at++;
    }
    g_autoptr(GPtrArray) columns = accept_columns(c);
    for (guint i = 0; i < columns->len; i++)
    {
        add(c, "create_index", relation, columns->pdata[i]);
    }
}

/* FROM and JOIN of any statement. */
static void read_uses(Cursor *c)
{
    for (; c->at < c->end; c->at++)
    {
        const PgmOutlineToken *before = c->at > 0 ? &g_array_index(c->tokens, PgmOutlineToken, c->at - 1) : NULL;
        if ((!is(peek(c, 0), "from") && !is(peek(c, 0), "join")) || is(before, "distinct") || !is_name(peek(c, 1)))
        {
            continue;
        }
        /* extract(epoch FROM x): the nearest open parenthesis belongs to a function of that kind */
        static const char *const taking_from[] = {"extract", "substring", "trim", "overlay", "position", NULL};
        gboolean inside = FALSE;
        for (guint i = c->at; i-- > 0 && peek(c, 0)->depth > 0;)
        {
            const PgmOutlineToken *open = &g_array_index(c->tokens, PgmOutlineToken, i);
            if (is(open, "(") && open->depth == peek(c, 0)->depth - 1)
            {
                inside = i > 0 && is_any(&g_array_index(c->tokens, PgmOutlineToken, i - 1), taking_from);
                break;
            }
        }
        if (inside)
        {
            continue;
        }
        c->at++;
        accept(c, "only");
        accept(c, "lateral");
        g_autofree char *relation = accept_relation(c);
        if (relation != NULL && !is(peek(c, 0), "(") && !g_hash_table_contains(c->ctes, relation))
        {
            add(c, "use", relation, NULL);
        }
        c->at--;
    }
}

static void read_create(Cursor *c)
{
    static const char *const modifiers[] = {"or",        "replace",    "temp",   "temporary", "unlogged",
                                            "global",    "local",      "unique", "foreign",   "materialized",
                                            "recursive", "constraint", NULL};
    while (is_any(peek(c, 0), modifiers))
    {
        c->at++;
    }
    if (accept(c, "table"))
    {
        read_create_table(c);
    }
    else if (accept(c, "index"))
    {
        read_create_index(c);
        return;
    }
    else if (accept(c, "view"))
    {
        gboolean guarded = accept_guard(c);
        g_autofree char *relation = accept_relation(c);
        if (relation != NULL)
        {
            add(c, "create_view", relation, NULL)->guarded = guarded;
        }
    }
    else if (accept(c, "trigger") || accept(c, "policy") || accept(c, "rule"))
    {
        while (c->at < c->end && !is(peek(c, 0), "on") && !is(peek(c, 0), "to"))
        {
            c->at++;
        }
        c->at++;
        g_autofree char *relation = accept_relation(c);
        if (relation != NULL)
        {
            add(c, "use", relation, NULL);
        }
        return;
    }
    else
    {
        return; /* functions, types, schemas: bodies are text, nothing to read for certain */
    }
    read_uses(c);
}

static void read_rename(Cursor *c, const char *relation)
{
    if (accept(c, "to"))
    {
        g_autofree char *name = accept_name(c);
        add(c, "rename_table", relation, NULL)->new_name = g_steal_pointer(&name);
        return;
    }
    if (accept(c, "constraint"))
    {
        add(c, "alter_table", relation, NULL);
        return;
    }
    accept(c, "column");
    g_autofree char *column = accept_name(c);
    if (column != NULL && accept(c, "to"))
    {
        g_autofree char *name = accept_name(c);
        add(c, "rename_column", relation, column)->new_name = g_steal_pointer(&name);
    }
}

static void read_alter_column(Cursor *c, const char *relation)
{
    accept(c, "column");
    g_autofree char *column = accept_name(c);
    if (column == NULL)
    {
        return;
    }
    PgmOutline *outline = add(c, "alter_column", relation, column);
    if (accept(c, "set"))
    {
        accept(c, "data");
    }
    if (accept(c, "type"))
    {
        outline->type = accept_type(c, 0);
    }
}

static void read_alter_action(Cursor *c, const char *relation)
{
    if (accept(c, "add"))
    {
        if (is_any(peek(c, 0), CONSTRAINT_STARTS))
        {
            add(c, "add_constraint", relation, NULL);
            read_table_constraint(c, relation, 0);
            return;
        }
        accept(c, "column");
        gboolean guarded = accept_guard(c);
        read_column(c, "add_column", relation, 0, guarded);
    }
    else if (accept(c, "drop"))
    {
        if (accept(c, "constraint"))
        {
            add(c, "drop_constraint", relation, NULL);
            return;
        }
        accept(c, "column");
        gboolean guarded = accept_guard(c);
        g_autofree char *column = accept_name(c);
        add(c, "drop_column", relation, column)->guarded = guarded;
    }
    else if (accept(c, "alter"))
    {
        read_alter_column(c, relation);
    }
    else if (accept(c, "rename"))
    {
        read_rename(c, relation);
    }
    else
    {
        c->at = MIN(c->at + 1, c->end);
        add(c, "alter_table", relation, NULL);
    }
}

static void read_alter(Cursor *c)
{
    accept(c, "foreign");
    if (!accept(c, "table"))
    {
        return;
    }
    accept_guard(c);
    accept(c, "only");
    g_autofree char *relation = accept_relation(c);
    if (relation == NULL)
    {
        return;
    }
    accept(c, "*");
    for (; c->at < c->end; c->at++)
    {
        read_alter_action(c, relation);
        skip_element(c, 0);
    }
}

static void read_drop(Cursor *c)
{
    accept(c, "materialized");
    accept(c, "foreign");
    const char *operation = is(peek(c, 0), "table") ? "drop_table" : is(peek(c, 0), "view") ? "drop_view" : NULL;
    if (operation == NULL)
    {
        return;
    }
    c->at++;
    gboolean guarded = accept_guard(c);
    do
    {
        g_autofree char *relation = accept_relation(c);
        if (relation != NULL)
        {
            add(c, operation, relation, NULL)->guarded = guarded;
        }
    } while (accept(c, ","));
}

static void read_target(Cursor *c, const char *operation)
{
    accept(c, "into");
    accept(c, "from");
    accept(c, "table");
    accept(c, "only");
    g_autofree char *relation = accept_relation(c);
    if (relation != NULL && !g_hash_table_contains(c->ctes, relation))
    {
        add(c, operation, relation, NULL);
    }
}

/* WITH name [(columns)] AS [NOT MATERIALIZED] ( */
static void note_ctes(Cursor *c)
{
    for (guint i = c->at; i + 2 < c->end; i++)
    {
        const PgmOutlineToken *token = &g_array_index(c->tokens, PgmOutlineToken, i);
        const PgmOutlineToken *next = token + 1;
        if (is_name(token) && (is(next, "(") || (is(next, "as") && (is(next + 1, "(") || is(next + 1, "materialized") ||
                                                                    is(next + 1, "not")))))
        {
            g_hash_table_add(c->ctes, g_strdup(token->text));
        }
    }
}

static void skip_to_main_statement(Cursor *c)
{
    static const char *const starts[] = {"insert", "update", "delete", "merge", NULL};
    while (c->at < c->end && !(is_any(peek(c, 0), starts) && peek(c, 0)->depth == 0))
    {
        c->at++;
    }
}

static void read_manipulation(Cursor *c)
{
    static const char *const targets[][2] = {{"insert", "insert"}, {"update", "update"},   {"delete", "delete"},
                                             {"merge", "update"},  {"truncate", "delete"}, {"lock", "use"}};
    for (guint i = 0; i < G_N_ELEMENTS(targets); i++)
    {
        if (accept(c, targets[i][0]))
        {
            read_target(c, targets[i][1]);
            return;
        }
    }
}

static void read_statement(Cursor *c)
{
    if (accept(c, "create"))
    {
        read_create(c);
    }
    else if (accept(c, "alter"))
    {
        read_alter(c);
    }
    else if (accept(c, "drop"))
    {
        read_drop(c);
    }
    else if (is(peek(c, 0), "with"))
    {
        note_ctes(c);
        guint begin = c->at;
        skip_to_main_statement(c);
        read_manipulation(c);
        c->at = begin;
        read_uses(c);
    }
    else
    {
        read_manipulation(c);
        read_uses(c);
    }
}

GPtrArray *pgm_outline_sql(const char *sql)
{
    g_autoptr(GArray) tokens = pgm_outline_scan(sql);
    g_autoptr(GHashTable) ctes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *found = g_ptr_array_new_with_free_func(outline_free);
    guint begin = 0;
    for (guint i = 0; i <= tokens->len; i++)
    {
        const PgmOutlineToken *token = i < tokens->len ? &g_array_index(tokens, PgmOutlineToken, i) : NULL;
        if (token != NULL && !(is(token, ";") && token->depth == 0))
        {
            continue;
        }
        Cursor cursor = {.tokens = tokens, .at = begin, .end = i, .found = found, .ctes = ctes};
        read_statement(&cursor);
        begin = i + 1;
    }
    return found;
}
