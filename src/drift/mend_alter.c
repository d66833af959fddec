/* mend_alter.c - statements that change one attribute of an object that both sides have. */
#include <stdlib.h>
#include <string.h>

#include "drift/mend.h"

#define EXCLUSIVE "ACCESS EXCLUSIVE"

/* Dropped and made anew, for want of an ALTER. */
void mend_replace(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)value;
    (void)had;
    if (g_hash_table_contains(mender->made, shall))
    {
        return;
    }
    guint first = mender->steps->len;
    g_hash_table_insert(mender->replaced, (gpointer)(gsize)shall, (gpointer)(gsize)mender->difference);
    mend_drop(mender, is);
    /* Its place would be taken when it is made. */
    for (guint i = first; i < mender->steps->len; i++)
    {
        PgmMend *step = mender->steps->pdata[i];
        step->stage = MIN(step->stage, STAGE_DROP);
    }
    mend_create(mender, shall);
}

void mend_no_way(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    (void)value;
    (void)had;
    mend_add(mender, STAGE_COLUMN, NULL, NULL,
             g_strdup_printf("no ALTER changes this: the %s would have to be made anew", shall->kind->name));
}

/* "a=1, b=2": what is gone is reset, all that is expected is set. */
static void set_options(Mender *mender, const char *head, const char *lock, const char *value, const char *had)
{
    g_auto(GStrv) before = mend_split(had, ", ");
    g_autoptr(GString) gone = g_string_new(NULL);
    g_autofree char *framed = g_strdup_printf(", %s", value != NULL ? value : "");
    for (int i = 0; before[i] != NULL; i++)
    {
        g_autofree char *name = g_strndup(before[i], strcspn(before[i], "="));
        g_autofree char *pattern = g_strdup_printf(", %s=", name);
        if (strstr(framed, pattern) == NULL)
        {
            g_string_append_printf(gone, "%s%s", gone->len > 0 ? ", " : "", name);
        }
    }
    if (gone->len > 0)
    {
        mend_addf(mender, STAGE_COLUMN + 1, lock, "%s RESET (%s)", head, gone->str);
    }
    if (value != NULL)
    {
        mend_addf(mender, STAGE_COLUMN + 1, lock, "%s SET (%s)", head, value);
    }
}

/* OPTIONS (ADD …, SET …, DROP …) */
static void set_foreign_options(Mender *mender, const char *head, const char *value, const char *had)
{
    g_auto(GStrv) before = mend_split(had, ", ");
    g_auto(GStrv) after = mend_split(value, ", ");
    g_autoptr(GString) list = g_string_new(NULL);
    for (int i = 0; before[i] != NULL; i++)
    {
        g_autofree char *name = g_strndup(before[i], strcspn(before[i], "="));
        g_string_append_printf(list, "%sDROP %s", list->len > 0 ? ", " : "", name);
    }
    for (int i = 0; after[i] != NULL; i++)
    {
        g_autofree char *text = mend_options(after[i]);
        g_autofree char *name = g_strndup(after[i], strcspn(after[i], "="));
        g_autofree char *dropped = g_strdup_printf("DROP %s", name);
        char *at = strstr(list->str, dropped);
        if (at != NULL)
        {
            gsize place = (gsize)(at - list->str);
            g_string_erase(list, (gssize)place, (gssize)strlen(dropped));
            g_autofree char *set = text[0] != '\0' ? g_strdup_printf("SET %s", text) : g_strdup("");
            g_string_insert(list, (gssize)place, set);
        }
        else if (text[0] != '\0')
        {
            g_string_append_printf(list, "%sADD %s", list->len > 0 ? ", " : "", text);
        }
    }
    /* A secret that both sides have leaves an empty place. */
    g_auto(GStrv) places = mend_split(list->str, ", ");
    g_autoptr(GString) clean = g_string_new(NULL);
    for (int i = 0; places[i] != NULL; i++)
    {
        g_string_append_printf(clean, "%s%s", clean->len > 0 && places[i][0] != '\0' ? ", " : "", places[i]);
    }
    mend_addf(mender, STAGE_COLUMN + 1, NULL, "%s OPTIONS (%s)", head, clean->str);
}

static void options(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    g_autofree char *table = shall->parent != NULL ? mend_parent(shall) : NULL;
    gboolean foreign_column = table != NULL && pgm_snapshot_find(mender->expected, "foreign_table", shall->schema, NULL,
                                                                 shall->parent) != NULL;
    if (table != NULL)
    {
        g_autofree char *head =
            g_strdup_printf("ALTER %sTABLE %s ALTER COLUMN %s", foreign_column ? "FOREIGN " : "", table, name);
        if (foreign_column)
        {
            set_foreign_options(mender, head, value, had);
        }
        else
        {
            set_options(mender, head, "SHARE UPDATE EXCLUSIVE", value, had);
        }
        return;
    }
    g_autofree char *head = g_strdup_printf("ALTER %s %s", mend_word(shall->kind), name);
    if (mend_is(shall, "table") || mend_is(shall, "view") || mend_is(shall, "matview"))
    {
        set_options(mender, head, mend_is(shall, "view") ? EXCLUSIVE : "SHARE UPDATE EXCLUSIVE", value, had);
    }
    else
    {
        set_foreign_options(mender, head, value, had);
    }
}

static void enabled(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    (void)had;
    const char *verb = value == NULL                    ? "ENABLE"
                       : strcmp(value, "disabled") == 0 ? "DISABLE"
                       : strcmp(value, "always") == 0   ? "ENABLE ALWAYS"
                                                        : "ENABLE REPLICA";
    g_autofree char *name = mend_name(shall);
    if (shall->parent == NULL)
    {
        const char *rest = strncmp(verb, "ENABLE ", 7) == 0 ? verb + 7 : NULL;
        mend_addf(mender, STAGE_DETAIL, NULL, "ALTER EVENT TRIGGER %s %s%s%s", name, rest != NULL ? "ENABLE" : verb,
                  rest != NULL ? " " : "", rest != NULL ? rest : "");
        return;
    }
    g_autofree char *table = mend_parent(shall);
    mend_addf(mender, STAGE_DETAIL, mend_is(shall, "rule") ? EXCLUSIVE : "SHARE ROW EXCLUSIVE",
              "ALTER TABLE %s %s %s %s", table, verb, mend_word(shall->kind), name);
}

static void rename_it(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)value;
    (void)had;
    g_autofree char *from = mend_name(is);
    g_autofree char *to = pgm_quote_identifier(shall->name);
    g_autofree char *table = mend_parent(shall);
    if (mend_is(shall, "constraint"))
    {
        mend_addf(mender, STAGE_DROP, EXCLUSIVE, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, from, to);
    }
    else if (mend_is(shall, "index"))
    {
        mend_addf(mender, STAGE_DROP, "SHARE UPDATE EXCLUSIVE", "ALTER INDEX %s RENAME TO %s", from, to);
    }
    else
    {
        mend_addf(mender, STAGE_DROP, EXCLUSIVE, "ALTER %s %s ON %s RENAME TO %s", mend_word(shall->kind), from, table,
                  to);
    }
}

/* Labels can be added, never taken away. */
static void enum_labels(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    guint found = 0;
    for (int i = 0; new[i] != NULL; i++)
    {
        found += old[found] != NULL && strcmp(old[found], new[i]) == 0;
    }
    if (old[found] != NULL)
    {
        mend_no_way(mender, shall, is, value, had);
        return;
    }
    g_autofree char *name = mend_name(shall);
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)old, new[i]))
        {
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER TYPE %s ADD VALUE %s %s %s", name, new[i],
                      i > 0 ? "AFTER" : "BEFORE", i > 0 ? new[i - 1] : old[0]);
        }
    }
}

static void view_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    if (mend_is(shall, "view") && g_strcmp0(pgm_object_value(shall, "columns"), pgm_object_value(is, "columns")) == 0)
    {
        g_autofree char *name = mend_name(shall);
        g_autofree char *query = g_strchomp(g_strdup(value));
        query[strlen(query) - 1] = query[strlen(query) - 1] == ';' ? '\0' : query[strlen(query) - 1];
        const char *with = pgm_object_value(shall, "options");
        mend_addf(mender, STAGE_VIEW, EXCLUSIVE, "CREATE OR REPLACE VIEW %s%s%s%s AS%s%s", name,
                  with != NULL ? " WITH (" : "", with != NULL ? with : "", with != NULL ? ")" : "",
                  query[0] == ' ' ? "" : " ", query);
        return;
    }
    mend_replace(mender, shall, is, value, had);
}

static void populated(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_VIEW + 2, EXCLUSIVE, "REFRESH MATERIALIZED VIEW %s%s", name,
              value != NULL ? " WITH NO DATA" : "")
        ->hazard =
        g_strdup(value != NULL ? "its rows are lost until it is refreshed" : "runs its query while it is locked");
}

static void domain_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                          const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    if (strcmp(mender->difference->attribute, "not_null") == 0)
    {
        mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s %s NOT NULL", name, value != NULL ? "SET" : "DROP");
        return;
    }
    if (strcmp(mender->difference->attribute, "default") == 0)
    {
        mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s %s%s", name,
                  value != NULL ? "SET DEFAULT " : "DROP DEFAULT", value != NULL ? value : "");
        return;
    }
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    for (int i = 0; old[i] != NULL; i++)
    {
        const char *end = strstr(old[i], " CHECK");
        if (end != NULL && !g_strv_contains((const char *const *)new, old[i]))
        {
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER DOMAIN %s DROP CONSTRAINT %.*s", name, (int)(end - old[i]),
                      old[i]);
        }
    }
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)old, new[i]))
        {
            mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER DOMAIN %s ADD CONSTRAINT %s", name, new[i])->hazard =
                g_strdup("reads every table that has a column of it");
        }
    }
}

/* Attributes that the new list lacks, or has with another type, go; then what is missing is added, at the end. */
static void composite_columns(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    gboolean moved = FALSE;
    for (int i = 0; old[i] != NULL; i++)
    {
        moved |= new[i] == NULL || moved || strcmp(old[i], new[i]) != 0;
        if (moved)
        {
            const char *end = old[i][0] == '"' ? strchr(old[i] + 1, '"') + 1 : strchr(old[i], ' ');
            mend_addf(mender, STAGE_TYPE, NULL, "ALTER TYPE %s DROP ATTRIBUTE %.*s", name, (int)(end - old[i]), old[i])
                ->hazard = g_strdup("what is stored in it is lost");
        }
    }
    moved = FALSE;
    for (guint i = 0; new[i] != NULL; i++)
    {
        moved |= i >= g_strv_length(old) || strcmp(old[i], new[i]) != 0;
        if (moved)
        {
            mend_addf(mender, STAGE_TYPE + 1, NULL, "ALTER TYPE %s ADD ATTRIBUTE %s", name, new[i]);
        }
    }
}

static void policy_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                          const char *had)
{
    const char *attribute = mender->difference->attribute;
    if (value == NULL || strcmp(attribute, "command") == 0 || strcmp(attribute, "restrictive") == 0)
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *name = mend_name(shall);
    g_autofree char *table = mend_parent(shall);
    gboolean roles = strcmp(attribute, "roles") == 0;
    mend_addf(mender, STAGE_DEPENDENT, EXCLUSIVE, "ALTER POLICY %s ON %s %s%s%s", name, table,
              roles                             ? "TO "
              : strcmp(attribute, "using") == 0 ? "USING ("
                                                : "WITH CHECK (",
              value, roles ? "" : ")");
}

static void publication_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                               const char *had)
{
    g_autofree char *name = mend_name(shall);
    const char *attribute = mender->difference->attribute;
    if (strcmp(attribute, "tables") != 0)
    {
        gboolean root = strcmp(attribute, "via_root") == 0;
        mend_addf(mender, STAGE_DEPENDENT, NULL, "ALTER PUBLICATION %s SET (%s = '%s')", name,
                  root ? "publish_via_partition_root" : "publish",
                  root            ? (value != NULL ? "true" : "false")
                  : value != NULL ? value
                                  : "");
        return;
    }
    if (value == NULL || strcmp(value, "all tables") == 0 || g_strcmp0(had, "all tables") == 0)
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *list = mend_published(value);
    mend_addf(mender, STAGE_DEPENDENT, "SHARE UPDATE EXCLUSIVE", "ALTER PUBLICATION %s SET %s", name, list);
}

static void function_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                                const char *had)
{
    (void)shall;
    (void)is;
    (void)had;
    char *sql = g_strdup(value);
    mend_add(mender, STAGE_FUNCTION, NULL, g_strchomp(sql),
             g_strdup("where its result or its argument names differ it has to be dropped first, with what uses it"));
}

static void extension_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                             const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    gboolean version = strcmp(mender->difference->attribute, "version") == 0;
    mend_addf(mender, STAGE_SCHEMA + 1, NULL,
              version ? "ALTER EXTENSION %s UPDATE TO '%s'" : "ALTER EXTENSION %s SET SCHEMA %s", name, value)
        ->hazard = version ? g_strdup("an extension can hardly ever go back to an older version") : NULL;
}

static void text_search_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                               const char *had)
{
    g_autofree char *name = mend_name(shall);
    if (strcmp(mender->difference->attribute, "mappings") == 0)
    {
        g_auto(GStrv) old = mend_split(had, "; ");
        g_auto(GStrv) new = mend_split(value, "; ");
        for (int i = 0; old[i] != NULL; i++)
        {
            if (!g_strv_contains((const char *const *)new, old[i]))
            {
                mend_addf(mender, STAGE_FUNCTION + 4, NULL, "ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR %.*s",
                          name, (int)(strstr(old[i], " WITH ") - old[i]), old[i]);
            }
        }
        for (int i = 0; new[i] != NULL; i++)
        {
            if (!g_strv_contains((const char *const *)old, new[i]))
            {
                mend_addf(mender, STAGE_FUNCTION + 5, NULL, "ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s",
                          name, new[i]);
            }
        }
        return;
    }
    const char *first = strchr(value, ','), *before = strchr(had, ',');
    gboolean same_template = mend_is(shall, "text_search_dictionary") && first != NULL && before != NULL &&
                             first - value == before - had && strncmp(value, had, (gsize)(first - value)) == 0;
    if (same_template)
    {
        mend_addf(mender, STAGE_FUNCTION + 3, NULL, "ALTER TEXT SEARCH DICTIONARY %s (%s)", name, first + 2);
        return;
    }
    mend_replace(mender, shall, is, value, had);
}

static void family_members(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                           const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    for (int i = 0; old[i] != NULL; i++)
    {
        const char *end = strchr(old[i], ')');
        if (end != NULL && !g_strv_contains((const char *const *)new, old[i]))
        {
            mend_addf(mender, STAGE_DROP, NULL, "ALTER OPERATOR FAMILY %s DROP %.*s", name, (int)(end + 1 - old[i]),
                      old[i]);
        }
    }
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)old, new[i]))
        {
            mend_addf(mender, STAGE_FUNCTION + 2, NULL, "ALTER OPERATOR FAMILY %s ADD %s", name, new[i]);
        }
    }
}

static void database_settings(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    (void)shall;
    (void)is;
    g_autofree char *database = pgm_quote_identifier(mender->actual->database);
    for (int set = 0; set < 2; set++)
    {
        g_auto(GStrv) lines = mend_split(set ? value : had, "; ");
        g_auto(GStrv) others = mend_split(set ? had : value, "; ");
        for (int i = 0; lines[i] != NULL; i++)
        {
            gboolean role = g_str_has_prefix(lines[i], "role ");
            char *colon = role ? strstr(lines[i], ": ") : NULL, *equals = strchr(lines[i], '=');
            if (equals == NULL || g_strv_contains((const char *const *)others, lines[i]) || (role && colon == NULL))
            {
                continue;
            }
            g_autofree char *who =
                role ? g_strdup_printf("ROLE %.*s IN DATABASE", (int)(colon - lines[i] - 5), lines[i] + 5)
                     : g_strdup("DATABASE");
            const char *name = role ? colon + 2 : lines[i];
            g_autofree char *literal = pgm_quote_literal(equals + 1);
            mend_addf(mender, STAGE_DETAIL, NULL, "ALTER %s %s %s %.*s%s%s", who, database, set ? "SET" : "RESET",
                      (int)(equals - name), name, set ? " TO " : "", set ? literal : "");
        }
    }
}

static const MendChange changes[] = {
    {NULL, "column_order", mend_no_way},
    {NULL, "name", rename_it},
    {"subscription", NULL, mend_no_way},
    {"base_type", NULL, mend_no_way},
    {"foreign_table", "server", mend_replace},
    {NULL, "options", options},
    {NULL, "enabled", enabled},
    {"policy", NULL, policy_change},
    {"view", "definition", view_definition},
    {"view", "columns", view_definition},
    {"matview", "unpopulated", populated},
    {"matview", NULL, mend_replace},
    {"enum", "labels", enum_labels},
    {"domain", "type", mend_replace},
    {"domain", "collation", mend_replace},
    {"domain", NULL, domain_change},
    {"composite", "columns", composite_columns},
    {"function", "definition", function_definition},
    {"extension", NULL, extension_change},
    {"publication", NULL, publication_change},
    {"text_search_configuration", NULL, text_search_change},
    {"text_search_dictionary", NULL, text_search_change},
    {"operator_family", NULL, family_members},
    {"database", "settings", database_settings},
    {"database", NULL, mend_no_way},
    {"security_label", NULL, mend_no_way},
    {"collation", "version", mend_no_way},
    {NULL, NULL, mend_replace},
};

/* The first that fits; NULL: none does. */
static const MendChange *find_change(const MendChange *list, const PgmObject *object, const char *attribute)
{
    for (const MendChange *change = list; change->change != NULL; change++)
    {
        if ((change->kind == NULL || mend_is(object, change->kind)) &&
            (change->attribute == NULL || strcmp(change->attribute, attribute) == 0))
        {
            return change;
        }
    }
    return NULL;
}

static void change_grant(Mender *mender, const PgmDifference *difference)
{
    const char *had = pgm_object_value(difference->actual, "privileges");
    const char *shall = pgm_object_value(difference->expected, "privileges");
    if (mend_is(difference->expected, "default_privileges"))
    {
        mend_default_privileges(mender, difference->expected, had, shall);
    }
    else if (mend_is(difference->expected, "grant"))
    {
        mend_grant(mender, difference->expected, had, shall);
    }
    else
    {
        mend_privileges(mender, difference->expected, had, shall);
    }
}

void mend_change(Mender *mender, const PgmDifference *difference)
{
    const PgmObject *shall = difference->expected, *is = difference->actual;
    const char *attribute = difference->attribute;
    gboolean made = shall == is;
    const char *value = pgm_object_value(shall, attribute), *had = made ? NULL : pgm_object_value(is, attribute);
    if (strcmp(attribute, "owner") == 0)
    {
        mend_owner(mender, shall, value);
    }
    else if (strcmp(attribute, "comment") == 0)
    {
        mend_comment(mender, shall, value);
    }
    else if (strcmp(attribute, "privileges") == 0)
    {
        change_grant(mender, difference);
    }
    else
    {
        const MendChange *change = find_change(mend_table_changes, shall, attribute);
        change = change != NULL ? change : find_change(changes, shall, attribute);
        change->change(mender, shall, is, value, had);
    }
}
