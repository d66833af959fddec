/* sql_commands.c - psql's commands that fingers type by themselves. */
#include "tui/sql_private.h"

#include <string.h>

static const PgmSchemaNews *schema_news(PgmConsole *console)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->snapshot == NULL)
    {
        pgm_console_say(console, "the schema has not been read yet");
        return NULL;
    }
    return news;
}

static void list_schema(PgmConsole *console, const char *name)
{
    pgm_console_show(console, PGM_VIEW_SCHEMA);
    PgmView *view = console->views[PGM_VIEW_SCHEMA];
    if (view->ops->filter != NULL)
    {
        view->ops->filter(view, console, name);
    }
}

/* What is called NAME and nothing else is; of several, the list. */
static void open_named(PgmConsole *console, const PgmSchemaNews *news, const char *name)
{
    g_autoptr(GPtrArray) meant = pgm_snapshot_meant(news->snapshot, name);
    if (meant->len > 1)
    {
        const PgmObject *first = meant->pdata[0];
        g_autofree char *word = g_strndup(first->name, strcspn(first->name, "( "));
        list_schema(console, word);
        pgm_console_say(console, "%s may mean any of %u: Enter opens one", name, meant->len);
    }
    else if (!pgm_object_open_named(console, name))
    {
        pgm_console_say(console, "there is no %s in the schema as it was read last; 2 lists all", name);
    }
}

static void describe(PgmConsole *console, const char *name)
{
    const PgmSchemaNews *news = schema_news(console);
    const char *schema, *relation;
    if (news == NULL)
    {
        return;
    }
    if (*name == '\0')
    {
        list_schema(console, "");
    }
    else if (pgm_names_find_relation(news->names, name, &schema, &relation))
    {
        pgm_relation_open(console, schema, relation);
    }
    else
    {
        open_named(console, news, name);
    }
}

/* \df, \dT …: by name what is called so, of any kind; without one, everything. */
static void describe_other(PgmConsole *console, const char *name)
{
    const PgmSchemaNews *news = schema_news(console);
    if (news == NULL || *name == '\0')
    {
        list_schema(console, "");
    }
    else
    {
        open_named(console, news, name);
    }
}

static void expand(PgmConsole *console, const char *name)
{
    (void)name;
    PgmSql *sql = console->sql;
    if (sql->page != NULL && pgm_console_top_page(console) == sql->page)
    {
        pgm_console_act(console, PGM_ACTION_EXPAND);
        return;
    }
    sql->expanded = !sql->expanded;
    pgm_console_say(console, "expanded display is %s", sql->expanded ? "on" : "off");
}

static void leave(PgmConsole *console, const char *name)
{
    (void)name;
    if (console->sql->page != NULL)
    {
        g_ptr_array_remove(console->pages, console->sql->page);
    }
}

static void help(PgmConsole *console, const char *name)
{
    (void)name;
    pgm_help_open(console, PGM_VIEW_RESULT);
}

static const struct
{
    const char *name;
    void (*run)(PgmConsole *console, const char *argument);
} commands[] = {
    {"\\d", describe},
    {"\\d+", describe},
    {"\\dt", list_schema},
    {"\\dt+", list_schema},
    {"\\dv", list_schema},
    {"\\di", list_schema},
    {"\\dm", list_schema},
    {"\\ds", list_schema},
    {"\\dn", list_schema},
    {"\\df", describe_other},
    {"\\df+", describe_other},
    {"\\sf", describe_other},
    {"\\sv", describe_other},
    {"\\dT", describe_other},
    {"\\dx", describe_other},
    {"\\x", expand},
    {"\\q", leave},
    {"\\?", help},
    {"\\h", help},
};

const char *pgm_sql_describe_argument(const char *line)
{
    const char *p = line + strspn(line, " ");
    gsize length = g_str_has_prefix(p, "\\d+ ") ? 4 : g_str_has_prefix(p, "\\d ") ? 3 : 0;
    return length > 0 ? p + length : NULL;
}

void pgm_sql_backslash(PgmConsole *console, const char *line)
{
    g_autofree char *command = g_strdup(line);
    command[strcspn(command, " ;")] = '\0';
    g_autofree char *argument = g_strdup(line + strcspn(line, " ;"));
    g_strstrip(g_strdelimit(argument, ";", ' '));
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
    {
        if (g_str_equal(commands[i].name, command))
        {
            commands[i].run(console, argument);
            return;
        }
    }
    pgm_console_say(console, "%s is psql's; here there are \\d and \\df NAME, \\dt, \\x and \\q; 1 to 6 are views",
                    command);
}
