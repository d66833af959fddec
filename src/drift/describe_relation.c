/* describe_relation.c - tables, views, sequences and their like: the sections of \d+, in its order. */
#include <string.h>

#include "drift/describe.h"
#include "drift/mend.h"
#include "pgmedic/text.h"

enum
{
    NAME_WIDTH = 36,
    TYPE_WIDTH = 36,
};

/* The children of one kind; *FIRST is the first. */
static guint children(const Description *page, const char *kind, guint *first)
{
    return pgm_snapshot_children(page->snapshot, pgm_kind_find(kind), page->object->schema, page->object->name, first);
}

static const PgmObject *child_at(const Description *page, guint place)
{
    return page->snapshot->objects->pdata[place];
}

static gboolean has_absent(const Description *page, const char *kind)
{
    const GPtrArray *absent = page->source->marks != NULL && page->snapshot == page->source->snapshot
                                  ? pgm_marks_absent(page->source->marks, page->object->schema, page->object->name)
                                  : NULL;
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        if (mend_is(absent->pdata[i], kind))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static int width_of(const Description *page, guint first, guint n, const char *attribute, int most)
{
    int width = 4;
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *child = child_at(page, i);
        g_autofree char *safe = pgm_text_safe(attribute != NULL ? pgm_object_value(child, attribute) : child->name, -1);
        width = MAX(width, pgm_text_columns(safe));
    }
    return MIN(width, most);
}

static void append_value(GString *text, const char *before, const char *value, const char *after)
{
    if (value != NULL)
    {
        g_autofree char *safe = pgm_text_safe_lines(value, -1);
        g_autofree char *line = pgm_text_one_line(safe);
        g_string_append_printf(text, "  %s%s%s", before, line, after);
    }
}

static void add_column(Description *page, const PgmObject *column, int name_width, int type_width)
{
    g_autofree char *name = describe_cell(column->name, name_width);
    g_autofree char *type = describe_cell(pgm_object_value(column, "type"), type_width);
    const char *identity = pgm_object_value(column, "identity"), *generated = pgm_object_value(column, "generated");
    const char *space = generated != NULL ? strchr(generated, ' ') : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s  %s  %s", name, type,
                           pgm_object_value(column, "not_null") != NULL ? "not null" : "        ");
    append_value(text, "default ", pgm_object_value(column, "default"), "");
    append_value(text, "generated ", identity, " as identity");
    if (generated == pgm_unread)
    {
        append_value(text, "generated ", generated, "");
    }
    else if (space != NULL)
    {
        g_string_append_printf(text, "  generated always as (%s) %.*s", space + 1, (int)(space - generated), generated);
    }
    append_value(text, "collate ", pgm_object_value(column, "collation"), "");
    append_value(text, "storage ", pgm_object_value(column, "storage"), "");
    append_value(text, "compression ", pgm_object_value(column, "compression"), "");
    append_value(text, "stats target ", pgm_object_value(column, "statistics"), "");
    append_value(text, "options ", pgm_object_value(column, "options"), "");
    PgmIdentity link = pgm_identity_of(column);
    describe_item(page, column, &link, text->str);
    const char *comment = pgm_object_value(column, "comment");
    if (comment != NULL)
    {
        g_autofree char *line = pgm_text_one_line(comment);
        describe_addf(page, PGM_LINE_DIM, NULL, "      %s", line);
    }
}

static void add_columns(Description *page)
{
    guint first, n = children(page, "column", &first);
    if (n > 0 || has_absent(page, "column"))
    {
        describe_heading(page, "Columns");
        int name_width = width_of(page, first, n, NULL, NAME_WIDTH),
            type_width = width_of(page, first, n, "type", TYPE_WIDTH);
        for (guint i = first; i < first + n; i++)
        {
            add_column(page, child_at(page, i), name_width, type_width);
        }
        describe_absent(page, "column");
    }
    /* A view's are one text. */
    const char *columns = pgm_object_value(page->object, "columns");
    if (columns != NULL)
    {
        describe_heading(page, "Columns");
        describe_columns(page, columns);
    }
}

static void add_indexes(Description *page)
{
    guint first, n = children(page, "index", &first);
    if (n == 0 && !has_absent(page, "index"))
    {
        return;
    }
    describe_heading(page, "Indexes");
    int width = width_of(page, first, n, NULL, NAME_WIDTH);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *index = child_at(page, i);
        const char *constraint = pgm_object_value(index, "constraint");
        gboolean unique = pgm_object_value(index, "unique") != NULL;
        gboolean primary = pgm_object_value(index, "primary") != NULL;
        g_autofree char *name = describe_cell(index->name, width);
        g_autoptr(GString) text = g_string_new(NULL);
        g_string_append_printf(text, "%s  %s%s", name,
                               primary                        ? "primary key, "
                               : unique && constraint != NULL ? "unique constraint, "
                               : unique                       ? "unique, "
                               : constraint != NULL           ? "exclusion constraint, "
                                                              : "",
                               pgm_object_value(index, "definition"));
        g_string_append(text, pgm_object_value(index, "clustered") != NULL ? "  clustered" : "");
        g_string_append(text, pgm_object_value(index, "invalid") != NULL ? "  INVALID" : "");
        append_value(text, "tablespace ", pgm_object_value(index, "tablespace"), "");
        PgmIdentity link = pgm_identity_of(index);
        describe_item(page, index, &link, text->str);
    }
    describe_absent(page, "index");
}

/* TYPE NULL: what is neither a check nor a foreign key. Keys and exclusions stand among the indexes; here they are only
 * for their own drift. */
static gboolean is_of_type(const Description *page, const PgmObject *constraint, const char *type)
{
    const char *own = pgm_object_value(constraint, "type");
    if (type != NULL)
    {
        return g_strcmp0(own, type) == 0;
    }
    PgmIdentity identity = pgm_identity_of(constraint);
    gboolean drifts = page->source->marks != NULL && pgm_marks_own(page->source->marks, &identity) != NULL;
    return g_strcmp0(own, "check") != 0 && g_strcmp0(own, "foreign key") != 0 &&
           (drifts || pgm_snapshot_find(page->snapshot, "index", constraint->schema, constraint->parent,
                                        constraint->name) == NULL);
}

static char *constraint_text(const PgmObject *constraint, int width)
{
    g_autofree char *name = describe_cell(constraint->name, width);
    const char *deferrable = pgm_object_value(constraint, "deferrable");
    return g_strdup_printf("%s  %s%s%s%s", name, pgm_object_value(constraint, "definition"),
                           deferrable != NULL ? "  deferrable, " : "", deferrable != NULL ? deferrable : "",
                           pgm_object_value(constraint, "not_valid") != NULL ? "  NOT VALID" : "");
}

static void add_constraints(Description *page, const char *heading, const char *type)
{
    guint first, n = children(page, "constraint", &first), shown = 0;
    int width = width_of(page, first, n, NULL, NAME_WIDTH);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *constraint = child_at(page, i);
        if (!is_of_type(page, constraint, type))
        {
            continue;
        }
        if (shown++ == 0)
        {
            describe_heading(page, "%s", heading);
        }
        const PgmObject *referenced = describe_referenced(page->snapshot, constraint);
        PgmIdentity link = pgm_identity_of(referenced != NULL ? referenced : constraint);
        g_autofree char *text = constraint_text(constraint, width);
        describe_item(page, constraint, &link, text);
    }
}

/* Foreign keys of others, found by how their definitions name this table. */
static void add_referenced_by(Description *page)
{
    const PgmKind *kind = pgm_kind_find("constraint");
    g_autofree char *name = mend_name(page->object);
    g_autofree char *needle = g_strdup_printf(" REFERENCES %s(", name);
    gboolean any = FALSE;
    guint first, n = describe_all(page->snapshot, "constraint", &first);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *constraint = child_at(page, i);
        const char *definition = pgm_object_value(constraint, "definition");
        if (definition == NULL || strstr(definition, needle) == NULL)
        {
            continue;
        }
        if (!any)
        {
            describe_heading(page, "Referenced by");
            any = TRUE;
        }
        const PgmObject bare = {.kind = kind, .schema = constraint->schema, .parent = constraint->parent, .name = ""};
        g_autofree char *table = mend_parent(&bare);
        const PgmObject *referring = describe_relation_at(page->snapshot, table);
        PgmIdentity link = pgm_identity_of(referring != NULL ? referring : constraint);
        g_autofree char *text = constraint_text(constraint, 0);
        g_autofree char *cell = describe_cell(table, 28);
        g_autofree char *line = g_strdup_printf("%s  %s", cell, text);
        describe_item(page, constraint, &link, line);
    }
}

static void add_policies(Description *page)
{
    guint first, n = children(page, "policy", &first);
    const char *security = pgm_object_value(page->object, "row_security");
    if (n == 0 && security == NULL && !has_absent(page, "policy"))
    {
        return;
    }
    describe_heading(page, "Policies (row security %s)%s", security != NULL ? security : "disabled",
                     n == 0 ? ": none" : "");
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *policy = child_at(page, i);
        const char *using = pgm_object_value(policy, "using"), *check = pgm_object_value(policy, "with_check");
        g_autoptr(GString) text = g_string_new(policy->name);
        g_string_append_printf(text, "  for %s to %s%s", pgm_object_value(policy, "command"),
                               pgm_object_value(policy, "roles"),
                               pgm_object_value(policy, "restrictive") != NULL ? "  restrictive" : "");
        append_value(text, "using (", using, ")");
        append_value(text, "with check (", check, ")");
        PgmIdentity link = pgm_identity_of(policy);
        describe_item(page, policy, &link, text->str);
    }
    describe_absent(page, "policy");
}

/* Triggers by when they fire; rules, which are told alike. */
static void add_fired(Description *page, const char *kind, const char *plural)
{
    static const char *const states[][2] = {
        {NULL, ""}, {"disabled", "Disabled "}, {"always", "Always firing "}, {"replica", "On replicas only: "}};
    guint first, n = children(page, kind, &first);
    for (guint state = 0; state < G_N_ELEMENTS(states); state++)
    {
        gboolean any = FALSE;
        for (guint i = first; i < first + n; i++)
        {
            const PgmObject *child = child_at(page, i);
            if (g_strcmp0(pgm_object_value(child, "enabled"), states[state][0]) != 0)
            {
                continue;
            }
            if (!any)
            {
                g_autofree char *heading = g_strconcat(states[state][1], plural, NULL);
                heading[0] = g_ascii_toupper(heading[0]);
                describe_heading(page, "%s", heading);
                any = TRUE;
            }
            PgmIdentity link = pgm_identity_of(child);
            g_autofree char *text = pgm_text_one_line(pgm_object_value(child, "definition"));
            describe_item(page, child, &link, text);
        }
    }
    if (has_absent(page, kind))
    {
        describe_heading(page, "Absent %s", plural);
        describe_absent(page, kind);
    }
}

static void add_link_list(Description *page, const char *heading, const char *names)
{
    g_auto(GStrv) list = mend_split(names, ", ");
    for (int i = 0; list[i] != NULL; i++)
    {
        const PgmObject *relation = describe_relation_at(page->snapshot, list[i]);
        PgmIdentity link = relation != NULL ? pgm_identity_of(relation) : page->identity;
        describe_value(page, i == 0 ? heading : "", list[i], relation != NULL ? &link : NULL);
    }
}

/* Is TABLE a partition or a child of the one called NAME? */
static gboolean is_heir(const PgmObject *table, const char *name)
{
    const char *inherits = pgm_object_value(table, "inherits");
    g_auto(GStrv) parents = inherits != NULL ? mend_split(inherits, ", ") : NULL;
    return g_strcmp0(pgm_object_value(table, "partition_of"), name) == 0 ||
           (parents != NULL && g_strv_contains((const char *const *)parents, name));
}

/* The heirs of the table called NAME: how many there are, and the columns that the longest name takes. */
static guint count_heirs(const Description *page, const char *name, int *width, gboolean *partitions)
{
    guint count = 0, first, n = describe_all(page->snapshot, "table", &first);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *table = child_at(page, i);
        if (is_heir(table, name))
        {
            g_autofree char *display = mend_name(table);
            g_autofree char *cell = describe_cell(display, 0);
            count++;
            *width = MIN(MAX(*width, pgm_text_columns(cell)), NAME_WIDTH);
            *partitions = pgm_object_value(table, "partition_of") != NULL;
        }
    }
    return count;
}

static void list_heirs(Description *page, const char *name, int depth, int width)
{
    enum
    {
        DEEPEST = 8,
    };
    guint first, n = describe_all(page->snapshot, "table", &first);
    for (guint i = first; i < first + n && depth < DEEPEST; i++)
    {
        const PgmObject *table = child_at(page, i);
        if (!is_heir(table, name))
        {
            continue;
        }
        const char *bound = pgm_object_value(table, "partition_bound");
        const char *key = pgm_object_value(table, "partition_key");
        g_autofree char *display = mend_name(table);
        g_autofree char *cell = describe_cell(display, width);
        g_autofree char *text = g_strdup_printf("%*s%s  %s%s%s", 2 * depth, "", cell, bound != NULL ? bound : "",
                                                key != NULL ? ", partitioned by " : "", key != NULL ? key : "");
        PgmIdentity link = pgm_identity_of(table);
        describe_item(page, table, &link, text);
        if (key != NULL)
        {
            int below = 4;
            gboolean partitions = FALSE;
            count_heirs(page, display, &below, &partitions);
            list_heirs(page, display, depth + 1, below);
        }
    }
}

/* Partitions and children, and what is below partitions that are partitioned themselves. */
static void add_heirs(Description *page)
{
    g_autofree char *name = mend_name(page->object);
    int width = 4;
    gboolean partitions = FALSE;
    guint count = count_heirs(page, name, &width, &partitions);
    if (count > 0)
    {
        describe_heading(page, "%s (%u)", partitions ? "Partitions" : "Child tables", count);
        list_heirs(page, name, 0, width);
    }
    else if (pgm_object_value(page->object, "partition_key") != NULL)
    {
        describe_heading(page, "Partitions: none, so that no row can be written");
    }
}

/* Is this table in LIST, as a publication names tables? */
static gboolean is_published(const Description *page, const char *list)
{
    g_autofree char *name = mend_name(page->object);
    g_auto(GStrv) parts = mend_split(list, ", ");
    const PgmObject bare = {.kind = pgm_kind_find("schema"), .schema = "", .name = page->object->schema};
    g_autofree char *schema = mend_name(&bare);
    g_autofree char *whole = g_strdup_printf("schema %s", schema);
    for (int i = 0; parts[i] != NULL; i++)
    {
        gsize length = strlen(name);
        if (strcmp(parts[i], whole) == 0 || strcmp(parts[i], "all tables") == 0 ||
            (g_str_has_prefix(parts[i], name) && (parts[i][length] == '\0' || parts[i][length] == ' ')))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void add_named_by_others(Description *page)
{
    g_autofree char *name = mend_name(page->object);
    g_autofree char *from = g_strdup_printf(" FROM %s", name);
    const struct
    {
        const char *kind, *attribute, *heading;
    } places[] = {{"statistics", "definition", "Extended statistics"}, {"publication", "tables", "Publications"}};
    for (guint place = 0; place < G_N_ELEMENTS(places); place++)
    {
        gboolean any = FALSE;
        guint first, n = describe_all(page->snapshot, places[place].kind, &first);
        for (guint i = first; i < first + n; i++)
        {
            const PgmObject *object = child_at(page, i);
            const char *text = pgm_object_value(object, places[place].attribute);
            if (text == NULL || !(place == 0 ? g_str_has_suffix(text, from) : is_published(page, text)))
            {
                continue;
            }
            if (!any)
            {
                describe_heading(page, "%s", places[place].heading);
                any = TRUE;
            }
            PgmIdentity link = pgm_identity_of(object);
            g_autofree char *line = place == 0 ? g_strdup(text) : g_strdup(object->name);
            describe_item(page, object, &link, line);
        }
    }
}

static void add_grants(Description *page)
{
    guint first, n = children(page, "grant", &first);
    if (n == 0 && !has_absent(page, "grant"))
    {
        return;
    }
    describe_heading(page, "Access privileges");
    int width = width_of(page, first, n, NULL, NAME_WIDTH);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *grant = child_at(page, i);
        g_autofree char *role = describe_cell(grant->name, width);
        g_autofree char *text = g_strdup_printf("%s  %s", role, pgm_object_value(grant, "privileges"));
        describe_item(page, grant, NULL, text);
    }
    describe_absent(page, "grant");
}

/* "public.serial_one.id": the table, and the column that is meant. */
static void add_owning_column(Description *page)
{
    const char *owner = pgm_object_value(page->object, "owned_by");
    const PgmObject *table = describe_relation_at(page->snapshot, owner);
    if (owner != NULL)
    {
        PgmIdentity link = table != NULL ? pgm_identity_of(table) : page->identity;
        describe_value(page, pgm_object_value(page->object, "identity") != NULL ? "identity of" : "owned by", owner,
                       table != NULL ? &link : NULL);
    }
}

static void add_properties(Description *page)
{
    static const char *const plain[][2] = {{"of type", "of_type"},
                                           {"partition key", "partition_key"},
                                           {"partition bound", "partition_bound"},
                                           {"server", "server"},
                                           {"persistence", "persistence"},
                                           {"access method", "access_method"},
                                           {"options", "options"},
                                           {"replica identity", "replica_identity"},
                                           {"tablespace", "tablespace"},
                                           {"not populated", "unpopulated"},
                                           {"column defaults", "defaults"},
                                           {"column comments", "column_comments"}};
    add_link_list(page, "partition of", pgm_object_value(page->object, "partition_of"));
    add_link_list(page, "inherits", pgm_object_value(page->object, "inherits"));
    add_owning_column(page);
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
    {
        describe_attribute(page, plain[i][0], plain[i][1]);
    }
    if (mend_is(page->object, "sequence"))
    {
        describe_sequence(page);
    }
    describe_owner(page);
}

void describe_relation(Description *page)
{
    add_properties(page);
    add_columns(page);
    add_indexes(page);
    add_constraints(page, "Check constraints", "check");
    add_constraints(page, "Foreign-key constraints", "foreign key");
    add_constraints(page, "Keys and other constraints", NULL);
    if (has_absent(page, "constraint"))
    {
        describe_heading(page, "Absent constraints");
        describe_absent(page, "constraint");
    }
    add_referenced_by(page);
    add_policies(page);
    add_named_by_others(page);
    add_fired(page, "rule", "rules");
    add_fired(page, "trigger", "triggers");
    add_heirs(page);
    if (!mend_is(page->object, "sequence") && pgm_object_value(page->object, "definition") != NULL)
    {
        describe_heading(page, "View definition");
        describe_text(page, "  ", pgm_object_value(page->object, "definition"));
    }
    add_grants(page);
}
