/* mend_words.c - names, lists and options as the mending SQL writes them; owners, labels, comments. */
#include <string.h>

#include "drift/mend.h"

static const char *const words[][2] = {
    {"schema", "SCHEMA"},
    {"table", "TABLE"},
    {"view", "VIEW"},
    {"matview", "MATERIALIZED VIEW"},
    {"foreign_table", "FOREIGN TABLE"},
    {"sequence", "SEQUENCE"},
    {"function", "ROUTINE"},
    {"aggregate", "AGGREGATE"},
    {"enum", "TYPE"},
    {"domain", "DOMAIN"},
    {"composite", "TYPE"},
    {"range", "TYPE"},
    {"base_type", "TYPE"},
    {"statistics", "STATISTICS"},
    {"operator", "OPERATOR"},
    {"operator_family", "OPERATOR FAMILY"},
    {"operator_class", "OPERATOR CLASS"},
    {"collation", "COLLATION"},
    {"conversion", "CONVERSION"},
    {"text_search_parser", "TEXT SEARCH PARSER"},
    {"text_search_template", "TEXT SEARCH TEMPLATE"},
    {"text_search_dictionary", "TEXT SEARCH DICTIONARY"},
    {"text_search_configuration", "TEXT SEARCH CONFIGURATION"},
    {"extension", "EXTENSION"},
    {"event_trigger", "EVENT TRIGGER"},
    {"publication", "PUBLICATION"},
    {"subscription", "SUBSCRIPTION"},
    {"foreign_data_wrapper", "FOREIGN DATA WRAPPER"},
    {"foreign_server", "SERVER"},
    {"user_mapping", "USER MAPPING FOR"},
    {"language", "LANGUAGE"},
    {"cast", "CAST"},
    {"access_method", "ACCESS METHOD"},
    {"index", "INDEX"},
    {"column", "COLUMN"},
    {"constraint", "CONSTRAINT"},
    {"trigger", "TRIGGER"},
    {"rule", "RULE"},
    {"policy", "POLICY"},
    {"database", "DATABASE"},
};

const char *mend_word(const PgmKind *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    {
        if (strcmp(words[i][0], kind->name) == 0)
        {
            return words[i][1];
        }
    }
    return NULL;
}

gboolean mend_is(const PgmObject *object, const char *kind)
{
    return strcmp(object->kind->name, kind) == 0;
}

/* Quoted only where it must be: a person reads this before it runs. */
static char *qualified(const char *schema, const char *name, gboolean as_it_is)
{
    static const PgmKind plain = {.name = "schema"};
    const PgmObject outer = {.kind = &plain, .schema = "", .name = schema},
                    inner = {.kind = &plain, .schema = "", .name = name};
    g_autofree char *first = pgm_object_display(&outer);
    g_autofree char *second = as_it_is ? g_strdup(name) : pgm_object_display(&inner);
    return schema[0] == '\0' ? g_steal_pointer(&second) : g_strdup_printf("%s.%s", first, second);
}

char *mend_bare(const char *name)
{
    return qualified("", name, FALSE);
}

char *mend_name(const PgmObject *object)
{
    /* What belongs to a relation is named beside it, but for an index, which stands in the schema. */
    gboolean beside = object->parent != NULL && !mend_is(object, "index");
    /* An aggregate that takes nothing is written as count(*) is. */
    gboolean nothing = mend_is(object, "aggregate") && g_str_has_suffix(object->name, "()");
    g_autofree char *star =
        nothing ? g_strdup_printf("%.*s(*)", (int)strlen(object->name) - 2, object->name) : g_strdup(object->name);
    return qualified(beside ? "" : object->schema, star, object->kind->signature);
}

char *mend_parent(const PgmObject *object)
{
    return qualified(object->schema, object->parent, FALSE);
}

const char *mend_end_of_name(const char *text)
{
    const char *at = text;
    for (gboolean quoted = FALSE; *at != '\0' && (quoted || *at != ' '); at++)
    {
        quoted ^= *at == '"';
    }
    return at;
}

/* The end of the quoted text, dollar quotes aside, that begins at AT. */
static const char *skip_quoted(const char *at)
{
    const char *end = strchr(at + 1, *at);
    return end != NULL ? end : at + strlen(at) - 1;
}

char **mend_split(const char *text, const char *separator)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    gsize length = strlen(separator);
    int depth = 0;
    const char *start = text;
    for (const char *at = text; at != NULL && *at != '\0'; at++)
    {
        if (*at == '\'' || *at == '"')
        {
            at = skip_quoted(at);
            continue;
        }
        depth += strchr("([", *at) != NULL ? 1 : strchr(")]", *at) != NULL ? -1 : 0;
        if (depth == 0 && strncmp(at, separator, length) == 0)
        {
            g_ptr_array_add(parts, g_strndup(start, (gsize)(at - start)));
            start = at + length;
            at = start - 1;
        }
    }
    if (start != NULL && *start != '\0')
    {
        g_ptr_array_add(parts, g_strdup(start));
    }
    g_ptr_array_add(parts, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&parts), FALSE);
}

/* Before 15 the word stands once, before the first table. */
char *mend_published(const char *tables)
{
    GString *list = g_string_new(NULL);
    g_auto(GStrv) parts = mend_split(tables, ", ");
    gboolean schemas = FALSE;
    for (int i = 0; parts[i] != NULL; i++)
    {
        gboolean schema = g_str_has_prefix(parts[i], "schema ");
        const char *word = i > 0 && schema == schemas ? "" : schema ? "TABLES IN SCHEMA " : "TABLE ";
        g_string_append_printf(list, "%s%s%s", i > 0 ? ", " : "", word,
                               schema ? parts[i] + strlen("schema ") : parts[i]);
        schemas = schema;
    }
    return g_string_free(list, FALSE);
}

char *mend_publication_list(const char *names)
{
    GString *list = g_string_new(NULL);
    g_auto(GStrv) parts = g_strsplit(names != NULL ? names : "", ", ", -1);
    for (int i = 0; parts[i] != NULL; i++)
    {
        g_autofree char *name = qualified("", parts[i], FALSE);
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", name);
    }
    return g_string_free(list, FALSE);
}

char *mend_options(const char *text)
{
    GString *options = g_string_new(NULL);
    g_auto(GStrv) parts = mend_split(text, ", ");
    for (int i = 0; parts[i] != NULL; i++)
    {
        char *equals = strchr(parts[i], '=');
        if (equals == NULL || strcmp(equals, "=(not shown)") == 0)
        {
            continue;
        }
        *equals = '\0';
        g_autofree char *name = qualified("", parts[i], FALSE);
        /* What could be taken for more than one is a literal already. */
        gboolean literal = equals[1] == '\'' || g_str_has_prefix(equals + 1, " E'");
        g_autofree char *value = literal ? g_strdup(equals + 1) : pgm_quote_literal(equals + 1);
        g_string_append_printf(options, "%s%s %s", options->len > 0 ? ", " : "", name, value);
    }
    return g_string_free(options, FALSE);
}

/* "TABLE s.t", "TRIGGER x ON s.t", "COLUMN s.t.c". */
static char *what(const PgmObject *object)
{
    g_autofree char *name = mend_name(object);
    const char *word = mend_word(object->kind);
    if (object->parent == NULL || mend_is(object, "index"))
    {
        return g_strdup_printf("%s %s", word, name);
    }
    g_autofree char *parent = mend_parent(object);
    return mend_is(object, "column") ? g_strdup_printf("COLUMN %s.%s", parent, name)
                                     : g_strdup_printf("%s %s ON %s", word, name, parent);
}

/* "TABLE public.t FOR provider", as the query names it. */
void mend_security_label(Mender *mender, const PgmObject *object, const char *label)
{
    const char *provider = g_strrstr(object->name, " FOR ");
    g_autofree char *literal = label != NULL ? pgm_quote_literal(label) : g_strdup("NULL");
    g_autoptr(GString) on = g_string_new_len(object->name, provider - object->name);
    if (g_str_has_prefix(on->str, "AGGREGATE ") && g_str_has_suffix(on->str, "()"))
    {
        g_string_insert_c(on, (gssize)on->len - 1, '*');
    }
    /* What it is on may be about to go. */
    mend_addf(mender, label != NULL ? STAGE_DETAIL : STAGE_DROP_FIRST - 1, "SHARE UPDATE EXCLUSIVE",
              "SECURITY LABEL FOR %s ON %s IS %s", provider + strlen(" FOR "), on->str, literal);
}

void mend_comment(Mender *mender, const PgmObject *object, const char *comment)
{
    g_autofree char *database = qualified("", mender->actual->database != NULL ? mender->actual->database : "", FALSE);
    g_autofree char *text = mend_is(object, "database") ? g_strdup_printf("DATABASE %s", database) : what(object);
    g_autofree char *literal = comment != NULL ? pgm_quote_literal(comment) : g_strdup("NULL");
    mend_addf(mender, STAGE_DETAIL, "SHARE UPDATE EXCLUSIVE", "COMMENT ON %s IS %s", text, literal);
}

/* No owner means the database's, whatever that is called there. */
void mend_owner(Mender *mender, const PgmObject *object, const char *owner)
{
    g_autofree char *name = what(object);
    const char *lock = object->kind->relation ? "ACCESS EXCLUSIVE" : NULL;
    if (owner != NULL)
    {
        g_autofree char *role = qualified("", owner, FALSE);
        mend_addf(mender, STAGE_DETAIL, lock, "ALTER %s OWNER TO %s", name, role);
        return;
    }
    g_autofree char *literal = pgm_quote_literal(name);
    mend_addf(mender, STAGE_DETAIL, lock,
              "DO $owner$ BEGIN EXECUTE pg_catalog.format('ALTER %%s OWNER TO %%I', %s, (SELECT "
              "pg_catalog.pg_get_userbyid(datdba) FROM pg_catalog.pg_database WHERE datname = "
              "pg_catalog.current_database())); END $owner$",
              literal);
}
