/* alembic_operations.c - what the op.* calls of an Alembic migration name. */
#include "catalog/python.h"
#include "catalog/revision.h"
#include "pgmedic/outline.h"

#include <string.h>

typedef struct
{
    PgmRevision *revision;
    const GArray *tokens;
    GHashTable *constants; /* name → string */
    GHashTable *batches;   /* variable of batch_alter_table → table */
} Reader;

/* One call being read. */
typedef struct
{
    GArray *arguments;
    char *relation;
    guint next; /* the first argument by position behind the table's name */
    int line;
} Call;

static char *argument_string(const Reader *r, const PgmPythonArgument *argument)
{
    return argument != NULL ? pgm_python_string(r->tokens, argument->begin, argument->end, r->constants) : NULL;
}

static char *call_string(const Reader *r, const Call *call, guint position, const char *keyword)
{
    return argument_string(r, pgm_python_argument(call->arguments, position, keyword));
}

/* ["a", "b"] → its strings; a lone string → itself. */
static GPtrArray *argument_strings(const Reader *r, const PgmPythonArgument *argument)
{
    GPtrArray *strings = g_ptr_array_new_with_free_func(g_free);
    if (argument == NULL)
    {
        return strings;
    }
    if (!pgm_python_is(r->tokens, argument->begin, "[") && !pgm_python_is(r->tokens, argument->begin, "("))
    {
        char *text = argument_string(r, argument);
        if (text != NULL)
        {
            g_ptr_array_add(strings, text);
        }
        return strings;
    }
    g_autoptr(GArray) elements = pgm_python_arguments(r->tokens, argument->begin);
    for (guint i = 0; i < elements->len; i++)
    {
        const PgmPythonArgument *element = &g_array_index(elements, PgmPythonArgument, i);
        gboolean plain = pgm_python_at(r->tokens, element->begin)->kind == PGM_PYTHON_STRING;
        char *text = plain ? argument_string(r, element) : NULL;
        if (text != NULL)
        {
            g_ptr_array_add(strings, text);
        }
    }
    return strings;
}

/* SQLAlchemy's type names, as PostgreSQL's dialect renders them. */
static const struct
{
    const char *class_name;
    const char *type;
} TYPES[] = {
    {"String", "character varying"},
    {"Unicode", "character varying"},
    {"VARCHAR", "character varying"},
    {"NVARCHAR", "character varying"},
    {"AutoString", "character varying"},
    {"CHAR", "character"},
    {"Text", "text"},
    {"TEXT", "text"},
    {"UnicodeText", "text"},
    {"Integer", "integer"},
    {"INTEGER", "integer"},
    {"INT", "integer"},
    {"BigInteger", "bigint"},
    {"BIGINT", "bigint"},
    {"SmallInteger", "smallint"},
    {"SMALLINT", "smallint"},
    {"Boolean", "boolean"},
    {"BOOLEAN", "boolean"},
    {"UUID", "uuid"},
    {"Uuid", "uuid"},
    {"GUID", "uuid"},
    {"Numeric", "numeric"},
    {"NUMERIC", "numeric"},
    {"DECIMAL", "numeric"},
    {"Float", "double precision"},
    {"FLOAT", "double precision"},
    {"Double", "double precision"},
    {"DOUBLE_PRECISION", "double precision"},
    {"REAL", "real"},
    {"Date", "date"},
    {"DATE", "date"},
    {"DateTime", "timestamp without time zone"},
    {"TIMESTAMP", "timestamp without time zone"},
    {"Time", "time without time zone"},
    {"Interval", "interval"},
    {"LargeBinary", "bytea"},
    {"BYTEA", "bytea"},
    {"JSON", "json"},
    {"JSONB", "jsonb"},
    {"INET", "inet"},
    {"CITEXT", "citext"},
};

/* The type that an expression like sa.String(length=36) means; NULL: not known. */
static char *read_type(const Reader *r, guint begin, guint end)
{
    guint at = begin;
    while (at + 2 < end && pgm_python_is(r->tokens, at + 1, "."))
    {
        at += 2;
    }
    if (at >= end || pgm_python_at(r->tokens, at)->kind != PGM_PYTHON_NAME)
    {
        return NULL;
    }
    const char *type = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(TYPES) && type == NULL; i++)
    {
        type = strcmp(TYPES[i].class_name, pgm_python_at(r->tokens, at)->text) == 0 ? TYPES[i].type : NULL;
    }
    if (type == NULL || !pgm_python_is(r->tokens, at + 1, "("))
    {
        return g_strdup(type);
    }
    g_autoptr(GArray) arguments = pgm_python_arguments(r->tokens, at + 1);
    const PgmPythonArgument *zone = pgm_python_argument(arguments, 99, "timezone");
    if (zone != NULL && g_str_has_prefix(type, "time") && pgm_python_is(r->tokens, zone->begin, "True"))
    {
        return g_strdup(strchr(type, 's') != NULL ? "timestamp with time zone" : "time with time zone");
    }
    const PgmPythonArgument *length = pgm_python_argument(arguments, 0, "length");
    gboolean sized = g_str_has_prefix(type, "character") && length != NULL &&
                     pgm_python_at(r->tokens, length->begin)->kind == PGM_PYTHON_NUMBER;
    return sized ? g_strdup_printf("%s(%s)", type, pgm_python_at(r->tokens, length->begin)->text) : g_strdup(type);
}

/* "documents.id" or "public.documents.id" → relation and column. */
static void add_reference(const Reader *r, const char *target, const char *relation, const char *column, int line)
{
    const char *dot = strrchr(target, '.');
    if (dot == NULL)
    {
        return;
    }
    g_autofree char *referenced = g_strndup(target, (gsize)(dot - target));
    PgmMigrationMention *mention = pgm_revision_mention(r->revision, "references", referenced, dot + 1, line);
    if (mention != NULL && relation != NULL && column != NULL)
    {
        mention->referrer = g_strconcat(relation, ".", column, NULL);
    }
}

/* Column("id", type, ForeignKey("t.id"), …): I is the index of the name Column. */
static void read_column(const Reader *r, guint i, const char *operation, const char *relation)
{
    g_autoptr(GArray) arguments = pgm_python_arguments(r->tokens, i + 1);
    g_autofree char *name = argument_string(r, pgm_python_argument(arguments, 0, "name"));
    if (name == NULL)
    {
        return;
    }
    PgmMigrationMention *mention =
        pgm_revision_mention(r->revision, operation, relation, name, pgm_python_at(r->tokens, i)->line);
    const PgmPythonArgument *type = pgm_python_argument(arguments, 1, "type_");
    if (mention != NULL && type != NULL)
    {
        mention->type = read_type(r, type->begin, type->end);
    }
    guint end = pgm_python_skip(r->tokens, i + 1);
    for (guint at = i + 2; at + 1 < end; at++)
    {
        if (pgm_python_is(r->tokens, at, "ForeignKey") && pgm_python_is(r->tokens, at + 1, "("))
        {
            g_autoptr(GArray) inner = pgm_python_arguments(r->tokens, at + 1);
            g_autofree char *target = argument_string(r, pgm_python_argument(inner, 0, "column"));
            if (target != NULL)
            {
                add_reference(r, target, relation, name, pgm_python_at(r->tokens, at)->line);
            }
        }
    }
}

static void read_foreign_key_constraint(const Reader *r, guint i, const char *relation)
{
    g_autoptr(GArray) arguments = pgm_python_arguments(r->tokens, i + 1);
    g_autoptr(GPtrArray) columns = argument_strings(r, pgm_python_argument(arguments, 0, "columns"));
    g_autoptr(GPtrArray) targets = argument_strings(r, pgm_python_argument(arguments, 1, "refcolumns"));
    for (guint k = 0; k < targets->len; k++)
    {
        add_reference(r, targets->pdata[k], relation, k < columns->len ? columns->pdata[k] : NULL,
                      pgm_python_at(r->tokens, i)->line);
    }
}

/* The Column() and ForeignKeyConstraint() calls inside a call whose bracket opens at OPEN. */
static void read_elements(const Reader *r, guint open, const char *operation, const char *relation)
{
    guint end = pgm_python_skip(r->tokens, open);
    for (guint at = open + 1; at + 1 < end; at++)
    {
        if (!pgm_python_is(r->tokens, at + 1, "("))
        {
            continue;
        }
        if (pgm_python_is(r->tokens, at, "Column"))
        {
            read_column(r, at, operation, relation);
            at = pgm_python_skip(r->tokens, at + 1) - 1;
        }
        else if (pgm_python_is(r->tokens, at, "ForeignKeyConstraint"))
        {
            read_foreign_key_constraint(r, at, relation);
            at = pgm_python_skip(r->tokens, at + 1) - 1;
        }
    }
}

static void read_rename_table(const Reader *r, const Call *call)
{
    PgmMigrationMention *mention = pgm_revision_mention(r->revision, "rename_table", call->relation, NULL, call->line);
    if (mention != NULL)
    {
        mention->new_name = call_string(r, call, 1, "new_table_name");
    }
}

static void read_alter_column(const Reader *r, const Call *call)
{
    g_autofree char *column = call_string(r, call, call->next, "column_name");
    PgmMigrationMention *mention =
        pgm_revision_mention(r->revision, "alter_column", call->relation, column, call->line);
    const PgmPythonArgument *type = pgm_python_argument(call->arguments, 99, "type_");
    if (mention != NULL && type != NULL)
    {
        mention->type = read_type(r, type->begin, type->end);
    }
    g_autofree char *name = call_string(r, call, 99, "new_column_name");
    mention =
        name != NULL ? pgm_revision_mention(r->revision, "rename_column", call->relation, column, call->line) : NULL;
    if (mention != NULL)
    {
        mention->new_name = g_steal_pointer(&name);
    }
}

static void read_column_list(const Reader *r, const Call *call, const char *operation)
{
    pgm_revision_mention(r->revision, operation, call->relation, NULL, call->line);
    g_autoptr(GPtrArray) columns =
        argument_strings(r, pgm_python_argument(call->arguments, MAX(call->next, 1), "columns"));
    for (guint i = 0; i < columns->len; i++)
    {
        pgm_revision_mention(r->revision, operation, call->relation, columns->pdata[i], call->line);
    }
}

static void read_create_foreign_key(const Reader *r, const Call *call)
{
    pgm_revision_mention(r->revision, "create_foreign_key", call->relation, NULL, call->line);
    g_autofree char *name = call_string(r, call, call->next, "referent_table");
    g_autofree char *schema = call_string(r, call, 99, "referent_schema");
    g_autofree char *target = schema != NULL && name != NULL ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
    g_autoptr(GPtrArray) local =
        argument_strings(r, pgm_python_argument(call->arguments, call->next + 1, "local_cols"));
    g_autoptr(GPtrArray) remote =
        argument_strings(r, pgm_python_argument(call->arguments, call->next + 2, "remote_cols"));
    for (guint i = 0; target != NULL && i < MAX(remote->len, 1); i++)
    {
        PgmMigrationMention *mention = pgm_revision_mention(r->revision, "references", target,
                                                            i < remote->len ? remote->pdata[i] : NULL, call->line);
        if (i < local->len && call->relation != NULL)
        {
            mention->referrer = g_strconcat(call->relation, ".", (char *)local->pdata[i], NULL);
        }
    }
}

static void read_drop_column(const Reader *r, const Call *call)
{
    g_autofree char *column = call_string(r, call, call->next, "column_name");
    if (column != NULL)
    {
        pgm_revision_mention(r->revision, "drop_column", call->relation, column, call->line);
    }
}

/* Where the table's name stands in op's own form; in a batch the table is known and the name is left out. */
typedef struct
{
    const char *name;
    int position; /* of the table among the arguments */
    const char *keyword;
    const char *schema;
    void (*read)(const Reader *r, const Call *call); /* NULL: only the relation is noted */
} Operation;

static void read_create_index(const Reader *r, const Call *call)
{
    read_column_list(r, call, "create_index");
}

static void read_create_unique(const Reader *r, const Call *call)
{
    read_column_list(r, call, "create_unique_constraint");
}

static void read_create_primary(const Reader *r, const Call *call)
{
    read_column_list(r, call, "create_primary_key");
}

static const Operation OPERATIONS[] = {
    {"create_table", 0, "table_name", "schema", NULL},
    {"drop_table", 0, "table_name", "schema", NULL},
    {"rename_table", 0, "old_table_name", "schema", read_rename_table},
    {"add_column", 0, "table_name", "schema", NULL},
    {"drop_column", 0, "table_name", "schema", read_drop_column},
    {"alter_column", 0, "table_name", "schema", read_alter_column},
    {"create_index", 1, "table_name", "schema", read_create_index},
    {"drop_index", 1, "table_name", "schema", NULL},
    {"create_foreign_key", 1, "source_table", "source_schema", read_create_foreign_key},
    {"create_primary_key", 1, "table_name", "schema", read_create_primary},
    {"create_unique_constraint", 1, "table_name", "schema", read_create_unique},
    {"create_check_constraint", 1, "table_name", "schema", NULL},
    {"create_exclude_constraint", 1, "table_name", "schema", NULL},
    {"drop_constraint", 1, "table_name", "schema", NULL},
    {"create_table_comment", 0, "table_name", "schema", NULL},
    {"drop_table_comment", 0, "table_name", "schema", NULL},
    {"bulk_insert", 0, "table", NULL, NULL},
    {"batch_alter_table", 0, "table_name", "schema", NULL},
};

static char *call_relation(const Reader *r, const Call *call, const Operation *operation)
{
    g_autofree char *name = call_string(r, call, (guint)operation->position, operation->keyword);
    g_autofree char *schema = operation->schema != NULL ? call_string(r, call, 99, operation->schema) : NULL;
    return name != NULL && schema != NULL ? g_strconcat(schema, ".", name, NULL) : g_steal_pointer(&name);
}

/* with op.batch_alter_table("t") as batch_op: */
static void note_batch(const Reader *r, const Call *call, guint open)
{
    guint after = pgm_python_skip(r->tokens, open);
    if (pgm_python_is(r->tokens, after, "as") && pgm_python_at(r->tokens, after + 1)->kind == PGM_PYTHON_NAME)
    {
        g_hash_table_insert(r->batches, g_strdup(pgm_python_at(r->tokens, after + 1)->text), g_strdup(call->relation));
    }
}

static void read_execute(const Reader *r, guint open)
{
    g_autoptr(GArray) arguments = pgm_python_arguments(r->tokens, open);
    const PgmPythonArgument *first = pgm_python_argument(arguments, 0, "sqltext");
    g_autofree char *sql = argument_string(r, first);
    if (sql == NULL)
    {
        return;
    }
    int line = pgm_python_at(r->tokens, open)->line;
    for (guint i = first->begin; i < first->end; i++)
    {
        if (pgm_python_at(r->tokens, i)->kind == PGM_PYTHON_STRING)
        {
            line = pgm_python_at(r->tokens, i)->line;
            break;
        }
    }
    pgm_revision_outline(r->revision, sql, line);
}

/* RECEIVER.NAME( at I, I + 2, I + 3. */
static void read_call(const Reader *r, guint i)
{
    const char *receiver = pgm_python_at(r->tokens, i)->text;
    const char *name = pgm_python_at(r->tokens, i + 2)->text;
    const char *batch = g_hash_table_lookup(r->batches, receiver);
    const Operation *operation = NULL;
    for (guint k = 0; k < G_N_ELEMENTS(OPERATIONS) && operation == NULL; k++)
    {
        operation = strcmp(OPERATIONS[k].name, name) == 0 ? &OPERATIONS[k] : NULL;
    }
    if (operation == NULL || (batch == NULL && strcmp(receiver, "op") != 0))
    {
        return;
    }
    g_autoptr(GArray) arguments = pgm_python_arguments(r->tokens, i + 3);
    Call call = {.arguments = arguments, .line = pgm_python_at(r->tokens, i)->line};
    call.next = (guint)operation->position + (batch == NULL ? 1 : 0);
    g_autofree char *relation = batch != NULL ? g_strdup(batch) : call_relation(r, &call, operation);
    call.relation = relation;
    if (strcmp(name, "batch_alter_table") == 0)
    {
        note_batch(r, &call, i + 3);
        pgm_revision_mention(r->revision, "alter_table", relation, NULL, call.line);
    }
    else if (operation->read != NULL)
    {
        operation->read(r, &call);
    }
    else if (strcmp(name, "add_column") != 0)
    {
        pgm_revision_mention(r->revision, strcmp(name, "bulk_insert") == 0 ? "insert" : name, relation, NULL,
                             call.line);
    }
    if (relation != NULL && (strcmp(name, "create_table") == 0 || strcmp(name, "add_column") == 0))
    {
        read_elements(r, i + 3, operation->name, relation);
    }
}

void pgm_alembic_read_operations(PgmRevision *revision, const GArray *tokens, guint begin, guint end,
                                 GHashTable *constants)
{
    g_autoptr(GHashTable) batches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Reader reader = {.revision = revision, .tokens = tokens, .constants = constants, .batches = batches};
    for (guint i = begin; i + 3 < end; i++)
    {
        if (!pgm_python_is(tokens, i + 1, ".") || !pgm_python_is(tokens, i + 3, "(") ||
            pgm_python_at(tokens, i + 2)->kind != PGM_PYTHON_NAME)
        {
            continue;
        }
        if (pgm_python_is(tokens, i + 2, "execute"))
        {
            read_execute(&reader, i + 3);
        }
        else if (pgm_python_at(tokens, i)->kind == PGM_PYTHON_NAME)
        {
            read_call(&reader, i);
        }
    }
}
