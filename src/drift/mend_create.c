/* mend_create.c - statements that make an object with all that belongs to it, and that drop one. */
#include <string.h>

#include "drift/mend.h"

/* Kinds whose definition is all that CREATE needs besides the name. %1: word, %2: name, %3: definition. */
typedef struct
{
    const char *kind;
    const char *attribute;
    const char *before, *after; /* around the definition */
    int stage;
} Recipe;

static const Recipe recipes[] = {
    {"enum", "labels", "AS ENUM (", ")", STAGE_TYPE},
    {"composite", "columns", "AS (", ")", STAGE_TYPE},
    {"range", "definition", "AS RANGE (", ")", STAGE_TYPE},
    {"aggregate", "definition", "(", ")", STAGE_FUNCTION + 1},
    {"operator", "definition", "(", ")", STAGE_FUNCTION + 1},
    {"operator_class", "definition", "", "", STAGE_FUNCTION + 2},
    {"collation", "definition", "(", ")", STAGE_TYPE},
    {"conversion", "definition", "", "", STAGE_FUNCTION + 1},
    {"text_search_parser", "definition", "(", ")", STAGE_FUNCTION + 1},
    {"text_search_template", "definition", "(", ")", STAGE_FUNCTION + 1},
    {"text_search_dictionary", "definition", "(", ")", STAGE_FUNCTION + 2},
    {"cast", "definition", "", "", STAGE_FUNCTION + 1},
    {"access_method", "definition", "", "", STAGE_FUNCTION + 1},
    {"event_trigger", "definition", "", "", STAGE_DEPENDENT},
};

/* A name as CREATE takes it: an operator's without its operands, an operator class's without its method. */
static char *created_name(const PgmObject *object)
{
    char *name = mend_name(object);
    char *end = mend_is(object, "operator")                                               ? strstr(name, " (")
                : mend_is(object, "operator_class") || mend_is(object, "operator_family") ? strstr(name, " USING ")
                                                                                          : NULL;
    if (end != NULL)
    {
        *end = '\0';
    }
    return name;
}

static gboolean create_by_recipe(Mender *mender, const PgmObject *object)
{
    for (guint i = 0; i < G_N_ELEMENTS(recipes); i++)
    {
        const Recipe *recipe = &recipes[i];
        if (!mend_is(object, recipe->kind))
        {
            continue;
        }
        g_autofree char *name = created_name(object);
        const char *definition = pgm_object_value(object, recipe->attribute);
        gboolean default_conversion = mend_is(object, "conversion") && pgm_object_value(object, "default") != NULL;
        mend_addf(mender, recipe->stage, NULL, "CREATE %s%s %s %s%s%s", default_conversion ? "DEFAULT " : "",
                  mend_word(object->kind), name, recipe->before, definition != NULL ? definition : "", recipe->after);
        return TRUE;
    }
    return FALSE;
}

static void append_clause(GString *sql, const char *before, const char *value, const char *after)
{
    if (value != NULL && value[0] != '\0')
    {
        g_string_append_printf(sql, "%s%s%s", before, value, after);
    }
}

static void create_domain(Mender *mender, const PgmObject *object)
{
    g_autofree char *name = mend_name(object);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE DOMAIN %s AS %s", name, pgm_object_value(object, "type"));
    append_clause(sql, " COLLATE ", pgm_object_value(object, "collation"), "");
    append_clause(sql, " DEFAULT ", pgm_object_value(object, "default"), "");
    g_string_append(sql, pgm_object_value(object, "not_null") != NULL ? " NOT NULL" : "");
    PgmMend *step = mend_add(mender, STAGE_TYPE, NULL, NULL, NULL);
    g_auto(GStrv) constraints = mend_split(pgm_object_value(object, "constraints"), ", ");
    for (int i = 0; constraints[i] != NULL; i++)
    {
        /* CREATE does not take NOT VALID. */
        if (g_str_has_suffix(constraints[i], " NOT VALID"))
        {
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s ADD CONSTRAINT %s", name, constraints[i]);
            continue;
        }
        g_string_append_printf(sql, " CONSTRAINT %s", constraints[i]);
    }
    step->sql = g_string_free(sql, FALSE);
}

char *mend_query(const PgmObject *view)
{
    char *query = g_strchomp(g_strdup(pgm_object_value(view, "definition")));
    gsize length = strlen(query);
    if (length > 0 && query[length - 1] == ';')
    {
        query[length - 1] = '\0';
    }
    return query;
}

static void create_view(Mender *mender, const PgmObject *view)
{
    gboolean stored = mend_is(view, "matview");
    g_autofree char *name = mend_name(view);
    g_autofree char *query = mend_query(view);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE %s %s", mend_word(view->kind), name);
    append_clause(sql, " USING ", stored ? pgm_object_value(view, "access_method") : NULL, "");
    append_clause(sql, " WITH (", pgm_object_value(view, "options"), ")");
    append_clause(sql, " TABLESPACE ", stored ? pgm_object_value(view, "tablespace") : NULL, "");
    g_string_append_printf(sql, " AS%s%s", query[0] == ' ' ? "" : " ", query);
    append_clause(sql, " WITH NO DATA", stored && pgm_object_value(view, "unpopulated") != NULL ? " " : NULL, "");
    g_strchomp(sql->str);
    mend_add(mender, STAGE_VIEW, NULL, g_string_free(sql, FALSE),
             stored ? g_strdup("runs its query to fill it") : NULL);
}

static void create_policy(Mender *mender, const PgmObject *policy)
{
    g_autofree char *name = mend_name(policy);
    g_autofree char *table = mend_parent(policy);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE POLICY %s ON %s%s FOR %s", name, table,
                           pgm_object_value(policy, "restrictive") != NULL ? " AS RESTRICTIVE" : "",
                           pgm_object_value(policy, "command"));
    append_clause(sql, " TO ", pgm_object_value(policy, "roles"), "");
    append_clause(sql, " USING (", pgm_object_value(policy, "using"), ")");
    append_clause(sql, " WITH CHECK (", pgm_object_value(policy, "with_check"), ")");
    mend_add(mender, STAGE_DEPENDENT, "ACCESS EXCLUSIVE", g_string_free(sql, FALSE), NULL);
}

static void create_publication(Mender *mender, const PgmObject *publication)
{
    g_autofree char *name = mend_name(publication);
    const char *tables = pgm_object_value(publication, "tables");
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE PUBLICATION %s", name);
    if (g_strcmp0(tables, "all tables") == 0)
    {
        g_string_append(sql, " FOR ALL TABLES");
    }
    g_autofree char *list = mend_published(tables);
    if (list[0] != '\0' && g_strcmp0(tables, "all tables") != 0)
    {
        g_string_append_printf(sql, " FOR %s", list);
    }
    const char *publishes = pgm_object_value(publication, "publishes");
    g_string_append_printf(sql, " WITH (publish = '%s', publish_via_partition_root = %s)",
                           publishes != NULL ? publishes : "",
                           pgm_object_value(publication, "via_root") != NULL ? "true" : "false");
    const char *generated = pgm_object_value(publication, "generated_columns");
    if (generated != NULL)
    {
        g_string_truncate(sql, sql->len - 1);
        g_string_append_printf(sql, ", publish_generated_columns = %s)", generated);
    }
    mend_add(mender, STAGE_DEPENDENT, "SHARE UPDATE EXCLUSIVE", g_string_free(sql, FALSE), NULL);
}

static void create_configuration(Mender *mender, const PgmObject *object)
{
    g_autofree char *name = mend_name(object);
    mend_addf(mender, STAGE_FUNCTION + 3, NULL, "CREATE TEXT SEARCH CONFIGURATION %s (%s)", name,
              pgm_object_value(object, "definition"));
    g_auto(GStrv) mappings = mend_split(pgm_object_value(object, "mappings"), "; ");
    for (int i = 0; mappings[i] != NULL; i++)
    {
        mend_addf(mender, STAGE_FUNCTION + 4, NULL, "ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s", name,
                  mappings[i]);
    }
}

static void create_family(Mender *mender, const PgmObject *object)
{
    g_autofree char *name = mend_name(object);
    mend_addf(mender, STAGE_FUNCTION + 1, NULL, "CREATE OPERATOR FAMILY %s", name);
    if (pgm_object_value(object, "members") != NULL)
    {
        mend_addf(mender, STAGE_FUNCTION + 2, NULL, "ALTER OPERATOR FAMILY %s ADD %s", name,
                  pgm_object_value(object, "members"));
    }
}

/* Wrappers, servers, user mappings, foreign tables: what has OPTIONS, some of them perhaps unknown. */
static void create_foreign(Mender *mender, const PgmObject *object, int stage, const char *head)
{
    const char *all = pgm_object_value(object, "options");
    g_autofree char *options = mend_options(all);
    gboolean secret = all != NULL && strstr(all, "=(not shown)") != NULL;
    mend_add(mender, stage, NULL,
             options[0] != '\0' ? g_strdup_printf("%s OPTIONS (%s)", head, options) : g_strdup(head),
             secret ? g_strdup("its secret options are in no snapshot: add them by hand") : NULL);
}

static void create_foreign_table(Mender *mender, const PgmObject *table)
{
    g_autofree char *name = mend_name(table);
    g_autoptr(GString) head = g_string_new(NULL);
    g_string_append_printf(head, "CREATE FOREIGN TABLE %s (", name);
    const PgmKind *kind = pgm_kind_find("column");
    guint first, n = pgm_snapshot_children(mender->side, kind, table->schema, table->name, &first);
    for (guint i = 0; i < n; i++)
    {
        g_autofree char *column = mend_column(mender, mender->side->objects->pdata[first + i]);
        g_string_append_printf(head, "%s%s", i > 0 ? ", " : "", column);
    }
    g_string_append_printf(head, ") SERVER %s", pgm_object_value(table, "server"));
    create_foreign(mender, table, STAGE_TABLE, head->str);
}

/* Its functions need its name, and it needs them: a shell first, which becomes the type. */
static void create_base_type(Mender *mender, const PgmObject *type)
{
    g_autofree char *name = mend_name(type);
    const char *definition = pgm_object_value(type, "definition");
    mend_addf(mender, STAGE_TYPE, NULL, "CREATE TYPE %s", name);
    if (definition != NULL)
    {
        mend_addf(mender, STAGE_FUNCTION + 1, NULL, "CREATE TYPE %s (%s)", name, definition);
        /* Its functions need but the shell. */
        ((MendStep *)mender->steps->pdata[mender->steps->len - 1])->completes = type;
    }
}

/* Where it connects to holds a password, and is in no snapshot. What is not told of streaming is off, also where the
 * server would choose otherwise. */
static void create_subscription(Mender *mender, const PgmObject *subscription)
{
    g_autofree char *name = mend_name(subscription);
    g_autofree char *list = mend_publication_list(pgm_object_value(subscription, "publications"));
    const char *slot = pgm_object_value(subscription, "slot");
    g_autofree char *literal = slot != NULL ? pgm_quote_literal(slot) : g_strdup("NONE");
    mend_addf(
        mender, STAGE_DEPENDENT, NULL,
        "CREATE SUBSCRIPTION %s CONNECTION 'host=unknown.invalid' PUBLICATION %s WITH (connect = false, slot_name "
        "= %s%s)",
        name, list, literal, mend_version(mender) >= 18 ? ", streaming = off" : "")
        ->hazard =
        g_strdup("where it connects to is in no snapshot: ALTER SUBSCRIPTION … CONNECTION, and see to its slot "
                 "on the publisher");
    static const char *const later[] = {"options", "disabled"};
    for (guint i = 0; i < G_N_ELEMENTS(later); i++)
    {
        gboolean set = pgm_object_value(subscription, later[i]) != NULL;
        const PgmDifference made = {
            .kind = PGM_DIFFERENCE_CHANGED, .expected = subscription, .actual = subscription, .attribute = later[i]};
        if (set == (i == 0))
        {
            mend_change_made(mender, &made);
        }
    }
}

static void create_label(Mender *mender, const PgmObject *object)
{
    mend_security_label(mender, object, pgm_object_value(object, "label"));
}

/* One of the kinds that have a shape of their own. */
static gboolean create_shaped(Mender *mender, const PgmObject *object)
{
    g_autofree char *name = mend_name(object);
    const char *definition = pgm_object_value(object, "definition");
    definition = definition != NULL ? definition : "";
    if (mend_is(object, "schema"))
    {
        mend_addf(mender, STAGE_SCHEMA, NULL, "CREATE SCHEMA %s", name);
    }
    else if (mend_is(object, "extension"))
    {
        const char *schema = pgm_object_value(object, "in_schema");
        mend_addf(mender, STAGE_SCHEMA + 1, NULL, "CREATE EXTENSION %s%s%s VERSION '%s'", name,
                  strcmp(schema, "pg_catalog") == 0 ? "" : " SCHEMA ", strcmp(schema, "pg_catalog") == 0 ? "" : schema,
                  pgm_object_value(object, "version"));
    }
    else if (mend_is(object, "function"))
    {
        /* A language's handler comes before the language, everything else after the types that it takes. */
        gboolean handler = strstr(definition, "RETURNS language_handler") != NULL;
        char *sql = g_strdup(definition);
        mend_add(mender, handler ? STAGE_SCHEMA + 1 : STAGE_FUNCTION, NULL, g_strchomp(sql), NULL);
    }
    else if (mend_is(object, "trigger") || mend_is(object, "rule"))
    {
        mend_add(mender, STAGE_DEPENDENT, mend_is(object, "trigger") ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE",
                 g_strdup(definition), NULL);
    }
    else if (mend_is(object, "statistics"))
    {
        mend_add(mender, STAGE_DEPENDENT, "SHARE UPDATE EXCLUSIVE", g_strdup(definition), NULL);
    }
    else if (mend_is(object, "language"))
    {
        mend_addf(mender, STAGE_TYPE, NULL, "CREATE %sLANGUAGE %s %s",
                  pgm_object_value(object, "trusted") != NULL ? "TRUSTED " : "", name, definition);
    }
    else if (mend_is(object, "foreign_data_wrapper") || mend_is(object, "foreign_server"))
    {
        g_autofree char *head = g_strdup_printf("CREATE %s %s %s", mend_word(object->kind), name, definition);
        create_foreign(mender, object, STAGE_TYPE, g_strchomp(head));
    }
    else if (mend_is(object, "user_mapping"))
    {
        g_autofree char *head = g_strdup_printf("CREATE USER MAPPING FOR %s", name);
        create_foreign(mender, object, STAGE_DEPENDENT, head);
    }
    else if (mend_is(object, "grant"))
    {
        mend_grant(mender, object, NULL, pgm_object_value(object, "privileges"));
    }
    else
    {
        return FALSE;
    }
    return TRUE;
}

static gboolean create_other(Mender *mender, const PgmObject *object)
{
    static const struct
    {
        const char *kind;
        void (*create)(Mender *mender, const PgmObject *object);
    } makers[] = {{"table", mend_create_table},
                  {"constraint", mend_create_constraint},
                  {"index", mend_create_index},
                  {"sequence", mend_create_sequence},
                  {"domain", create_domain},
                  {"view", create_view},
                  {"matview", create_view},
                  {"policy", create_policy},
                  {"publication", create_publication},
                  {"foreign_table", create_foreign_table},
                  {"operator_family", create_family},
                  {"base_type", create_base_type},
                  {"subscription", create_subscription},
                  {"security_label", create_label},
                  {"text_search_configuration", create_configuration}};
    for (guint i = 0; i < G_N_ELEMENTS(makers); i++)
    {
        if (mend_is(object, makers[i].kind))
        {
            makers[i].create(mender, object);
            return TRUE;
        }
    }
    return FALSE;
}

/* What CREATE did not say: owner, privileges, comment, whether a trigger fires. */
static void create_details(Mender *mender, const PgmObject *object)
{
    mend_take_defaults(mender, object);
    const char *owner = pgm_object_value(object, "owner"), *comment = pgm_object_value(object, "comment");
    const char *privileges = pgm_object_value(object, "privileges");
    if (owner != NULL)
    {
        mend_owner(mender, object, owner);
    }
    if (comment != NULL && mend_word(object->kind) != NULL)
    {
        mend_comment(mender, object, comment);
    }
    if (privileges != NULL && !mend_is(object, "grant") && !mend_is(object, "default_privileges"))
    {
        mend_privileges(mender, object, NULL, privileges);
    }
    static const char *const later[][2] = {{"trigger", "enabled"},         {"rule", "enabled"},
                                           {"event_trigger", "enabled"},   {"statistics", "statistics"},
                                           {"view", "defaults"},           {"view", "column_comments"},
                                           {"matview", "column_comments"}, {"composite", "column_comments"}};
    for (guint i = 0; i < G_N_ELEMENTS(later); i++)
    {
        const PgmDifference made = {
            .kind = PGM_DIFFERENCE_CHANGED, .expected = object, .actual = object, .attribute = later[i][1]};
        if (mend_is(object, later[i][0]) && pgm_object_value(object, later[i][1]) != NULL)
        {
            mend_change_made(mender, &made);
        }
    }
}

static void create_contents(Mender *mender, const PgmObject *object)
{
    gboolean schema = mend_is(object, "schema"), fresh = mender->fresh;
    mender->fresh = TRUE;
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL && (schema || object->kind->relation); kind++)
    {
        /* A table's columns are in its CREATE; their comments are not. */
        guint first, n = pgm_snapshot_children(mender->side, kind, schema ? object->name : object->schema,
                                               schema ? NULL : object->name, &first);
        for (guint i = first; i < first + n && (schema || kind->parent != NULL); i++)
        {
            const PgmObject *child = mender->side->objects->pdata[i];
            if (mend_is(child, "column"))
            {
                create_details(mender, child);
            }
            else if (!(mend_is(child, "sequence") && pgm_object_value(child, "owned_by") != NULL))
            {
                mend_create(mender, child);
            }
        }
    }
    mender->fresh = fresh;
}

gboolean mend_create(Mender *mender, const PgmObject *object)
{
    if (!g_hash_table_add(mender->made, (gpointer)(gsize)object))
    {
        return TRUE;
    }
    if (mend_is(object, "default_privileges"))
    {
        mend_default_privileges(mender, object, NULL, pgm_object_value(object, "privileges"));
        return TRUE;
    }
    guint first = mender->steps->len;
    if (mend_is(object, "column"))
    {
        mend_add_column(mender, object);
    }
    else if (!create_by_recipe(mender, object) && !create_shaped(mender, object) && !create_other(mender, object))
    {
        mend_add(mender, STAGE_DEPENDENT, NULL, NULL,
                 g_strdup_printf("a %s has to be made by hand: no snapshot holds all of it", object->kind->name));
        return FALSE;
    }
    mend_steps_make(mender, first, object);
    create_details(mender, object);
    create_contents(mender, object);
    return TRUE;
}
