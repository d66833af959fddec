/* invocation.c - what commands ask of the command line: where to connect, where to write. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "pgmedic/drift.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/node.h"

static gboolean set_unknown_target(const PgmInvocation *invocation, GError **error)
{
    const PgmConfig *config = invocation->config;
    if (config == NULL || config->targets->len == 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "there is no target \"%s\": no configuration file names any (looked for ./pgmedic.yaml, then "
                    "pgmedic/config.yaml in the user's configuration)",
                    invocation->target_name);
        return FALSE;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < config->targets->len; i++)
    {
        const PgmTarget *target = config->targets->pdata[i];
        g_ptr_array_add(names, target->name);
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    const char *nearest = pgm_findings_nearest(invocation->target_name, (const char *const *)names->pdata);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("; did you mean \"%s\"?", nearest) : g_strdup("");
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "there is no target \"%s\" in %s, which has: %s%s",
                invocation->target_name, config->path, all, hint);
    return FALSE;
}

/* A configured target, or an empty one for libpq's own. A host, port or database of one's own means another place than
 * the default target; a role alone means that place as somebody else. */
static PgmTarget *base_target(const PgmInvocation *invocation, GError **error)
{
    const PgmConfig *config = invocation->config;
    const char *name = invocation->target_name;
    if (name == NULL && config != NULL && invocation->dbname == NULL && invocation->host == NULL &&
        invocation->port == NULL)
    {
        name = config->default_target;
    }
    if (name == NULL)
    {
        return pgm_target_new("");
    }
    const PgmTarget *target = config != NULL ? pgm_config_target(config, name) : NULL;
    if (target == NULL)
    {
        set_unknown_target(invocation, error);
        return NULL;
    }
    return pgm_target_copy(target);
}

/* A database's name goes into the target's connection; a URI or key=value words replace it. */
static gboolean apply_dbname(PgmTarget *target, const char *text, GError **error)
{
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(text, error);
    if (info == NULL)
    {
        return FALSE;
    }
    if (strchr(text, '=') == NULL && strstr(text, "://") == NULL)
    {
        pgm_conninfo_set(target->conninfo, "dbname", text);
        return TRUE;
    }
    pgm_conninfo_free(target->conninfo);
    target->conninfo = g_steal_pointer(&info);
    return TRUE;
}

PgmTarget *pgm_invocation_target(const PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmTarget) target = base_target(invocation, error);
    if (target == NULL || (invocation->dbname != NULL && !apply_dbname(target, invocation->dbname, error)))
    {
        return NULL;
    }
    const struct
    {
        const char *keyword, *value;
    } given[] = {{"host", invocation->host}, {"port", invocation->port}, {"user", invocation->user}};
    for (guint i = 0; i < G_N_ELEMENTS(given); i++)
    {
        if (given[i].value != NULL)
        {
            pgm_conninfo_set(target->conninfo, given[i].keyword, given[i].value);
        }
    }
    if (invocation->host != NULL)
    {
        pgm_conninfo_set(target->conninfo, "hostaddr", NULL); /* it would win over the host that was asked for */
    }
    for (char **pattern = invocation->ignore; pattern != NULL && *pattern != NULL; pattern++)
    {
        g_ptr_array_add(target->ignore, g_strdup(*pattern));
    }
    if (!pgm_drift_accepts(target->ignore, error))
    {
        g_prefix_error(error, "--ignore: ");
        return NULL;
    }
    return g_steal_pointer(&target);
}

gboolean pgm_invocation_write(const PgmInvocation *invocation, const char *text, GError **error)
{
    if (invocation->output != NULL && strcmp(invocation->output, "-") != 0)
    {
        g_autoptr(GError) why = NULL;
        if (!pgm_file_write_output(invocation->output, text, &why))
        {
            g_set_error_literal(error, PGM_ERROR, PGM_ERROR_INVALID, why->message);
            return FALSE;
        }
        return TRUE;
    }
    if (invocation->written != NULL)
    {
        *invocation->written = TRUE;
    }
    if ((fputs(text, stdout) == EOF || fflush(stdout) != 0) && errno != EPIPE) /* "| head" has seen enough */
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "cannot write to standard output: %s", g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}
