/* mend_privileges.c - who may do what: privileges, default privileges, grants on tables and columns. */
#include <string.h>

#include "drift/mend.h"

/* The schema that every database begins with. */
static gboolean is_public(const PgmObject *object)
{
    return mend_is(object, "schema") && strcmp(object->name, "public") == 0;
}

/* What PUBLIC has of a new object; NULL: nothing. */
static const char *usual(const Mender *mender, const PgmObject *object)
{
    static const char *const public_has[][2] = {
        {"function", "PUBLIC EXECUTE"}, {"aggregate", "PUBLIC EXECUTE"},
        {"enum", "PUBLIC USAGE"},       {"domain", "PUBLIC USAGE"},
        {"composite", "PUBLIC USAGE"},  {"range", "PUBLIC USAGE"},
        {"language", "PUBLIC USAGE"},   {"database", "PUBLIC CONNECT, TEMPORARY"}};
    for (guint i = 0; i < G_N_ELEMENTS(public_has); i++)
    {
        if (mend_is(object, public_has[i][0]))
        {
            return public_has[i][1];
        }
    }
    if (is_public(object))
    {
        return mend_version(mender) >= 15 ? "PUBLIC USAGE" : "PUBLIC CREATE, USAGE";
    }
    return NULL;
}

/* ROLE as SQL names it, where "the owner" is that of OBJECT, who has it by then. Caller frees. */
static char *role_name(const Mender *mender, const PgmObject *object, const char *role)
{
    if (strcmp(role, "the owner") != 0)
    {
        return g_strdup(role);
    }
    const PgmObject *shall = object != NULL ? g_hash_table_lookup(mender->expected->index, object) : NULL;
    object = shall != NULL ? shall : object;
    const char *owner = object != NULL ? pgm_object_value(object, "owner") : NULL;
    if (owner == NULL && object != NULL && is_public(object) && mend_version(mender) >= 15)
    {
        owner = "pg_database_owner";
    }
    return owner != NULL ? mend_bare(owner) : g_strdup("CURRENT_USER");
}

/* Splits "PUBLIC EXECUTE, USAGE" where the role ends; returns the privileges. */
static char *cut_role(char *line)
{
    char *at = line[0] == '"' ? strchr(line + 1, '"') : line;
    at = g_str_has_prefix(line, "the owner ") ? line + strlen("the owner") : at != NULL ? strchr(at, ' ') : NULL;
    if (at == NULL)
    {
        return line + strlen(line);
    }
    *at = '\0';
    return at + 1;
}

/* KEPT: what the role has on both sides; NULL: all is granted or revoked. What it keeps is not taken away for a moment.
 * One of a column is granted once more all the same: with that of the whole table it would have been revoked too. */
static void grant_lines(Mender *mender, const char *on, const char *lines, const char *role, gboolean grant,
                        const char *kept)
{
    g_auto(GStrv) parts = mend_split(lines, ", ");
    g_auto(GStrv) others = mend_split(kept, ", ");
    for (int i = 0; parts[i] != NULL; i++)
    {
        gboolean stays = g_strv_contains((const char *const *)others, parts[i]);
        if (stays && (!grant || strchr(parts[i], '(') == NULL))
        {
            continue;
        }
        /* "SELECT*": with the right to pass it on; "UPDATE (code)" is of a column */
        char *star = strchr(parts[i], '*');
        gboolean pass_on = star != NULL;
        if (star != NULL)
        {
            memmove(star, star + 1, strlen(star));
        }
        if (strcmp(parts[i], "nothing") != 0)
        {
            mend_addf(mender, STAGE_DETAIL, NULL, "%s %s ON %s %s %s%s", grant ? "GRANT" : "REVOKE", parts[i], on,
                      grant ? "TO" : "FROM", role, grant && pass_on ? " WITH GRANT OPTION" : "");
        }
    }
}

void mend_privileges(Mender *mender, const PgmObject *object, const char *had, const char *shall)
{
    g_autofree char *name = mend_is(object, "database") ? mend_bare(mender->actual->database) : mend_name(object);
    const char *word = mend_is(object, "aggregate")        ? "FUNCTION"
                       : mend_is(object, "domain")         ? "TYPE"
                       : mend_is(object, "foreign_server") ? "FOREIGN SERVER"
                                                           : mend_word(object->kind);
    /* Privileges are those of the function that it is: without the star. */
    char *star = mend_is(object, "aggregate") ? g_strrstr(name, "(*)") : NULL;
    g_autofree char *on = g_strdup_printf("%s %.*s%s", word, star != NULL ? (int)(star - name) : (int)strlen(name),
                                          name, star != NULL ? "()" : "");
    const char *before = had != NULL ? had : usual(mender, object),
               *after = shall != NULL ? shall : usual(mender, object);
    g_auto(GStrv) old = mend_split(before, "; ");
    g_auto(GStrv) new = mend_split(after, "; ");
    for (int i = 0; old[i] != NULL; i++)
    {
        if (shall == NULL && g_str_has_prefix(old[i], "the owner "))
        {
            g_autofree char *role = role_name(mender, object, "the owner");
            mend_addf(mender, STAGE_DETAIL, NULL, "GRANT ALL ON %s TO %s", on, role);
        }
        else if (!g_strv_contains((const char *const *)new, old[i]) && strcmp(old[i], "nothing") != 0)
        {
            cut_role(old[i]);
            g_autofree char *role = role_name(mender, object, old[i]);
            mend_addf(mender, STAGE_DETAIL, NULL, "REVOKE ALL ON %s FROM %s", on, role);
        }
    }
    g_auto(GStrv) unchanged = mend_split(before, "; ");
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)unchanged, new[i]) && strcmp(new[i], "nothing") != 0)
        {
            const char *privileges = cut_role(new[i]);
            g_autofree char *role = role_name(mender, object, new[i]);
            grant_lines(mender, on, privileges, role, TRUE, NULL);
        }
    }
}

void mend_take_defaults(Mender *mender, const PgmObject *object)
{
    const char *type = mend_is(object, "function") || mend_is(object, "aggregate") ? "FUNCTIONS"
                       : mend_is(object, "sequence")                               ? "SEQUENCES"
                       : object->kind->relation                                    ? "TABLES"
                                                                                   : NULL;
    const PgmKind *kind = pgm_kind_find("default_privileges");
    guint first, n = type != NULL ? pgm_snapshot_children(mender->actual, kind, "", NULL, &first) : 0;
    g_autofree char *name = type != NULL ? mend_name(object) : NULL;
    g_autofree char *schema = type != NULL ? mend_bare(object->schema) : NULL;
    g_autofree char *here = g_strdup_printf("IN SCHEMA %s ON %s", schema, type);
    g_autofree char *everywhere = g_strdup_printf("ON %s", type);
    for (guint i = 0; i < n; i++)
    {
        const PgmObject *defaults = mender->actual->objects->pdata[first + i];
        if (strcmp(defaults->name, here) != 0 && strcmp(defaults->name, everywhere) != 0)
        {
            continue;
        }
        g_auto(GStrv) lines = mend_split(pgm_object_value(defaults, "privileges"), "; ");
        for (int line = 0; lines[line] != NULL; line++)
        {
            cut_role(lines[line]);
            if (strcmp(lines[line], "the owner") != 0 && strcmp(lines[line], "nothing") != 0)
            {
                mend_addf(mender, STAGE_DETAIL - 1, NULL, "REVOKE ALL ON %s%s FROM %s",
                          strcmp(type, "FUNCTIONS") == 0   ? "ROUTINE "
                          : strcmp(type, "SEQUENCES") == 0 ? "SEQUENCE "
                                                           : "",
                          name, lines[line]);
            }
        }
    }
}

/* What everybody has of new objects where nothing is said; within a schema it is only added to. */
static const char *usual_defaults(const PgmObject *object)
{
    gboolean everywhere = strstr(object->name, "IN SCHEMA ") == NULL;
    return everywhere && g_str_has_suffix(object->name, "ON FUNCTIONS") ? "PUBLIC EXECUTE"
           : everywhere && g_str_has_suffix(object->name, "ON TYPES")   ? "PUBLIC USAGE"
                                                                        : NULL;
}

static void default_privileges_line(Mender *mender, const char *where, const char *on, const char *role,
                                    const char *privileges)
{
    const char *const head = where[0] != '\0' ? " " : "";
    g_auto(GStrv) parts = mend_split(privileges, ", ");
    mend_addf(mender, STAGE_DETAIL, NULL, "ALTER DEFAULT PRIVILEGES%s%s REVOKE ALL %s FROM %s", head, where, on, role);
    for (int i = 0; parts[i] != NULL; i++)
    {
        char *star = strchr(parts[i], '*');
        gboolean pass_on = star != NULL;
        if (pass_on)
        {
            *star = '\0';
        }
        mend_addf(mender, STAGE_DETAIL, NULL, "ALTER DEFAULT PRIVILEGES%s%s GRANT %s %s TO %s%s", head, where, parts[i],
                  on, role, pass_on ? " WITH GRANT OPTION" : "");
    }
}

/* Of new objects their owner has everything, unless the lines leave it out; within a schema nothing is told of it. */
static void owner_defaults(Mender *mender, const char *where, const char *on, const char *owner, gboolean set,
                           char *const *lines)
{
    for (int i = 0; lines[i] != NULL; i++)
    {
        if (g_str_has_prefix(lines[i], "the owner "))
        {
            return;
        }
    }
    mend_addf(mender, STAGE_DETAIL, NULL, "ALTER DEFAULT PRIVILEGES%s%s %s ALL %s %s %s", where[0] != '\0' ? " " : "",
              where, set ? "REVOKE" : "GRANT", on, set ? "FROM" : "TO", owner);
}

/* Named "FOR ROLE x IN SCHEMA y ON TABLES". A role whose line differs gets what it shall have, and nothing else. */
void mend_default_privileges(Mender *mender, const PgmObject *object, const char *had, const char *shall)
{
    const char *on = g_str_has_prefix(object->name, "ON ") ? object->name : strstr(object->name, " ON ");
    g_autofree char *where = g_strchomp(g_strndup(object->name, (gsize)(on - object->name)));
    const char *schema = strstr(where, "IN SCHEMA ");
    g_autofree char *owner =
        g_str_has_prefix(where, "FOR ROLE ")
            ? g_strchomp(g_strndup(where + 9, schema != NULL ? (gsize)(schema - where) - 9 : strlen(where) - 9))
            : g_strdup("CURRENT_USER");
    g_auto(GStrv) old = mend_split(had != NULL ? had : usual_defaults(object), "; ");
    g_auto(GStrv) new = mend_split(shall != NULL ? shall : usual_defaults(object), "; ");
    on = strstr(on, "ON ");
    for (int side = 0; side < 2; side++)
    {
        char **lines = side == 0 ? old : new, **others = side == 0 ? new : old;
        for (int i = 0; lines[i] != NULL; i++)
        {
            g_autofree char *line = g_strdup(lines[i]);
            const char *privileges = cut_role(line);
            gboolean own = strcmp(line, "the owner") == 0;
            if (g_strv_contains((const char *const *)others, lines[i]) || strcmp(line, "nothing") == 0 ||
                (own && (had == NULL || shall == NULL)))
            {
                continue;
            }
            default_privileges_line(mender, where, on, own ? owner : line, side == 1 ? privileges : NULL);
        }
    }
    if (schema == NULL && (had == NULL) != (shall == NULL))
    {
        owner_defaults(mender, where, on, owner, had == NULL, had == NULL ? new : old);
    }
}

void mend_grant(Mender *mender, const PgmObject *grant, const char *had, const char *shall)
{
    g_autofree char *on = mend_parent(grant);
    gboolean owner = strcmp(grant->name, "the owner") == 0;
    const PgmObject *relation = pgm_judge_parent(mender->expected, grant);
    g_autofree char *quoted = owner                                ? role_name(mender, relation, grant->name)
                              : strcmp(grant->name, "PUBLIC") == 0 ? g_strdup(grant->name)
                                                                   : mend_bare(grant->name);
    gboolean anew = owner || (had != NULL && strchr(had, '*') != NULL);
    if (anew)
    {
        mend_addf(mender, STAGE_DETAIL, NULL, "REVOKE ALL ON %s FROM %s", on, quoted);
    }
    else
    {
        grant_lines(mender, on, had, quoted, FALSE, shall);
    }
    /* An owner without a row of its own has everything. */
    if (shall == NULL && owner)
    {
        mend_addf(mender, STAGE_DETAIL, NULL, "GRANT ALL ON %s TO %s", on, quoted);
    }
    grant_lines(mender, on, shall, quoted, TRUE, anew ? NULL : had);
}
