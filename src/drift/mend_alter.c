/* mend_alter.c - statements that change one attribute of an object that both sides have. */
#include <stdlib.h>
#include <string.h>

#include "drift/mend.h"

#define EXCLUSIVE "ACCESS EXCLUSIVE"

void mend_replace(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)shall;
    (void)value;
    (void)had;
    mend_remake(mender, is);
}

void mend_no_way(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    (void)value;
    (void)had;
    const char *attribute = mender->difference->attribute;
    const char *why = strcmp(attribute, "column_order") == 0
                          ? "a column only moves when its table is made anew and all rows are copied"
                      : strcmp(attribute, "partition_key") == 0
                          ? "no ALTER changes how a table is partitioned: make a new one, and copy the rows"
                      : strstr(attribute, "version") != NULL
                          ? "the operating system brings it: REINDEX what is ordered by it, then REFRESH VERSION"
                      : mend_is(shall, "database")
                          ? "it is chosen when a database is made: dump, and restore into a new one"
                          : NULL;
    mend_add(mender, STAGE_COLUMN, NULL, NULL,
             why != NULL
                 ? g_strdup(why)
                 : g_strdup_printf("no ALTER changes this: the %s would have to be made anew", shall->kind->name));
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
    g_autofree char *to = mend_bare(shall->name);
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

static const MendChange changes[] = {
    {NULL, "column_order", mend_no_way}, {NULL, "name", rename_it}, {NULL, "options", options},
    {NULL, "enabled", enabled},          {NULL, NULL, NULL},
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
        static const MendChange *const tables[] = {mend_column_changes, mend_table_changes, mend_type_changes,
                                                   mend_code_changes,   mend_outer_changes, changes};
        const MendChange *change = NULL;
        for (guint i = 0; i < G_N_ELEMENTS(tables) && change == NULL; i++)
        {
            change = find_change(tables[i], shall, attribute);
        }
        (change != NULL ? change->change : mend_replace)(mender, shall, is, value, had);
    }
}

void mend_change_made(Mender *mender, const PgmDifference *made)
{
    const PgmDifference *behind = mender->difference;
    guint first = mender->steps->len;
    mender->difference = made;
    mend_change(mender, made);
    mender->difference = behind;
    for (guint i = first; i < mender->steps->len; i++)
    {
        PgmMend *step = mender->steps->pdata[i];
        step->difference = behind;
    }
}
