/* config.c - reading the configuration file, with all its mistakes at once. */
#include "pgmedic/config.h"

#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/node.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
    const char *file;   /* as messages name it */
    const char *folder; /* absolute; what relative paths are relative to */
    PgmFindings *findings;
} Reader;

static void complain(Reader *reader, const PgmNode *node, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void complain(Reader *reader, const PgmNode *node, const char *rule, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    pgm_findings_add(reader->findings, PGM_FINDING_ERROR, reader->file, node->line, node->column, rule, "%s", message);
}

/* An absent or null mapping is silently none; anything else that is no mapping is a mistake of WHAT. */
static gboolean is_mapping(Reader *reader, const PgmNode *node, const char *what)
{
    if (node == NULL || pgm_node_is_null(node))
    {
        return FALSE;
    }
    if (node->kind != PGM_NODE_MAPPING)
    {
        complain(reader, node, "wrong-kind", "%s takes keys and values", what);
        return FALSE;
    }
    return TRUE;
}

static char *join(const char *const *words)
{
    GString *out = g_string_new(words[0]);
    for (words++; *words != NULL; words++)
    {
        g_string_append_printf(out, ", %s", *words);
    }
    return g_string_free(out, FALSE);
}

static void check_keys(Reader *reader, const PgmNode *mapping, const char *const *known)
{
    for (guint i = 0; i < mapping->keys->len; i++)
    {
        const PgmNode *key = g_ptr_array_index(mapping->keys, i);
        if (g_strv_contains(known, key->scalar))
        {
            continue;
        }
        const char *nearest = pgm_findings_nearest(key->scalar, known);
        if (g_str_has_suffix(key->scalar, "password"))
        {
            complain(reader, key, "password",
                     "no passwords in this file; keep it in the password file (~/.pgpass) or a service file");
        }
        else if (nearest != NULL)
        {
            complain(reader, key, "unknown-key", "unknown key \"%s\"; did you mean \"%s\"?", key->scalar, nearest);
        }
        else
        {
            g_autofree char *all = join(known);
            complain(reader, key, "unknown-key", "unknown key \"%s\"; known here: %s", key->scalar, all);
        }
    }
}

/* Text, borrowed; NULL when absent, null, or (a mistake) not one value. */
static const char *read_text(Reader *reader, const PgmNode *mapping, const char *key)
{
    const PgmNode *node = pgm_node_get(mapping, key);
    if (node == NULL || pgm_node_is_null(node))
    {
        return NULL;
    }
    if (node->kind != PGM_NODE_SCALAR || *node->scalar == '\0')
    {
        complain(reader, node, "wrong-kind", "\"%s\" takes one value", key);
        return NULL;
    }
    return node->scalar;
}

static char *read_path(Reader *reader, const PgmNode *mapping, const char *key)
{
    const char *path = read_text(reader, mapping, key);
    return path != NULL ? g_canonicalize_filename(path, reader->folder) : NULL;
}

static int read_integer(Reader *reader, const PgmNode *mapping, const char *key, int least, int most, int otherwise)
{
    const char *text = read_text(reader, mapping, key);
    gint64 value;
    if (text == NULL)
    {
        return otherwise;
    }
    if (!g_ascii_string_to_signed(text, 10, least, most, &value, NULL))
    {
        complain(reader, pgm_node_get(mapping, key), "wrong-value", "\"%s\" takes a whole number from %d to %d", key,
                 least, most);
        return otherwise;
    }
    return (int)value;
}

/* The index of the value among CHOICES, which end in NULL; -1 when absent or wrong. */
static int read_choice(Reader *reader, const PgmNode *mapping, const char *key, const char *const *choices)
{
    const char *text = read_text(reader, mapping, key);
    if (text == NULL)
    {
        return -1;
    }
    for (int i = 0; choices[i] != NULL; i++)
    {
        if (strcmp(text, choices[i]) == 0)
        {
            return i;
        }
    }
    g_autofree char *all = join(choices);
    complain(reader, pgm_node_get(mapping, key), "wrong-value", "\"%s\" is not one of: %s", text, all);
    return -1;
}

/* The sequence at KEY; NULL when absent, null, or (a mistake) no sequence. */
static const PgmNode *read_sequence(Reader *reader, const PgmNode *mapping, const char *key)
{
    const PgmNode *node = pgm_node_get(mapping, key);
    if (node == NULL || pgm_node_is_null(node))
    {
        return NULL;
    }
    if (node->kind != PGM_NODE_SEQUENCE)
    {
        complain(reader, node, "wrong-kind", "\"%s\" takes a list", key);
        return NULL;
    }
    return node;
}

static void read_conninfo(Reader *reader, const PgmNode *mapping, PgmTarget *target)
{
    const char *text = read_text(reader, mapping, "conninfo");
    g_autoptr(GError) error = NULL;
    if (text == NULL)
    {
        return;
    }
    const PgmNode *node = pgm_node_get(mapping, "conninfo");
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(text, &error);
    if (info == NULL)
    {
        complain(reader, node, "conninfo", "%s", error->message);
        return;
    }
    if (pgm_conninfo_has_password(info) || pgm_conninfo_get(info, "sslpassword") != NULL)
    {
        complain(reader, node, "password",
                 "a password stands in this connection string; take it out, and keep it in the password file "
                 "(~/.pgpass) or a "
                 "service file");
        return;
    }
    pgm_conninfo_free(target->conninfo);
    target->conninfo = g_steal_pointer(&info);
}

/* FALSE, with a finding that repeats nothing of a URL that may hold a password, when it is no http or https URL. */
static gboolean check_url(Reader *reader, const PgmNode *node, const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
        (strcmp(g_uri_get_scheme(uri), "http") != 0 && strcmp(g_uri_get_scheme(uri), "https") != 0))
    {
        complain(reader, node, "wrong-value", "\"url\" takes an address like https://api.example.com/health");
        return FALSE;
    }
    if (g_uri_get_userinfo(uri) != NULL)
    {
        complain(reader, node, "password",
                 "a user or password stands in this address; pgmedic asks /health without one");
        return FALSE;
    }
    return TRUE;
}

static void read_json(Reader *reader, const PgmNode *mapping, PgmEndpoint *endpoint)
{
    const PgmNode *json = pgm_node_get(mapping, "json");
    if (!is_mapping(reader, json, "\"json\""))
    {
        return;
    }
    for (guint i = 0; i < json->keys->len; i++)
    {
        const PgmNode *key = g_ptr_array_index(json->keys, i);
        const PgmNode *value = g_ptr_array_index(json->items, i);
        if (value->kind != PGM_NODE_SCALAR)
        {
            complain(reader, value, "wrong-kind", "\"%s\" takes one value", key->scalar);
            continue;
        }
        g_ptr_array_add(endpoint->json_keys, g_strdup(key->scalar));
        g_ptr_array_add(endpoint->json_values, g_strdup(value->scalar));
    }
}

static void read_endpoint(Reader *reader, const PgmNode *node, PgmTarget *target)
{
    static const char *const known[] = {"url", "status", "json", "tries", NULL};
    if (node->kind != PGM_NODE_MAPPING)
    {
        complain(reader, node, "wrong-kind", "an entry of \"health\" looks like {url: https://api.example.com/health}");
        return;
    }
    check_keys(reader, node, known);
    const char *url = read_text(reader, node, "url");
    if (url == NULL)
    {
        complain(reader, node, "missing-key", "an entry of \"health\" needs a \"url\"");
    }
    PgmEndpoint *endpoint = g_new0(PgmEndpoint, 1);
    endpoint->json_keys = g_ptr_array_new_with_free_func(g_free);
    endpoint->json_values = g_ptr_array_new_with_free_func(g_free);
    endpoint->status = read_integer(reader, node, "status", 100, 599, 200);
    endpoint->tries = read_integer(reader, node, "tries", 1, 10, 1);
    read_json(reader, node, endpoint);
    g_ptr_array_add(target->endpoints, endpoint);
    if (url != NULL && check_url(reader, pgm_node_get(node, "url"), url))
    {
        endpoint->url = g_strdup(url);
    }
}

static void read_repository(Reader *reader, const PgmNode *mapping, PgmTarget *target)
{
    static const char *const known[] = {"kind", "path", NULL};
    const PgmNode *node = pgm_node_get(mapping, "repository");
    if (!is_mapping(reader, node, "\"repository\""))
    {
        return;
    }
    check_keys(reader, node, known);
    /* Which kinds there are is the migration readers' knowledge. */
    target->repository_kind = g_strdup(read_text(reader, node, "kind"));
    target->repository_path = read_path(reader, node, "path");
    if (target->repository_kind == NULL || target->repository_path == NULL)
    {
        complain(reader, node, "missing-key",
                 "\"repository\" needs a kind and a path: {kind: alembic, path: migrations}");
    }
}

static void read_ignore(Reader *reader, const PgmNode *mapping, PgmTarget *target)
{
    const PgmNode *list = read_sequence(reader, mapping, "ignore");
    for (guint i = 0; list != NULL && i < list->items->len; i++)
    {
        const PgmNode *item = g_ptr_array_index(list->items, i);
        if (item->kind != PGM_NODE_SCALAR || pgm_node_is_null(item) || *item->scalar == '\0')
        {
            complain(reader, item, "wrong-kind", "an entry of \"ignore\" is a pattern like \"table audit.*\"");
            continue;
        }
        g_ptr_array_add(target->ignore, g_strdup(item->scalar));
    }
}

static void read_target(Reader *reader, const PgmNode *key, const PgmNode *node, PgmConfig *config)
{
    static const char *const known[] = {"conninfo",  "environment", "pooler", "repository", "baseline",
                                        "error_log", "health",      "ignore", NULL};
    static const char *const environments[] = {"development", "staging", "production", NULL};
    static const char *const poolers[] = {"none", "session", NULL};
    PgmTarget *target = pgm_target_new(key->scalar);
    g_ptr_array_add(config->targets, target);
    if (*key->scalar == '\0')
    {
        complain(reader, key, "wrong-value", "a target needs a name");
    }
    if (!is_mapping(reader, node, "a target"))
    {
        return;
    }
    check_keys(reader, node, known);
    read_conninfo(reader, node, target);
    int environment = read_choice(reader, node, "environment", environments);
    target->environment =
        environment < 0 ? PGM_ENVIRONMENT_UNSET : (PgmEnvironment)(PGM_ENVIRONMENT_DEVELOPMENT + environment);
    target->pooler_session = read_choice(reader, node, "pooler", poolers) == 1;
    read_repository(reader, node, target);
    target->baseline = read_path(reader, node, "baseline");
    target->error_log = read_path(reader, node, "error_log");
    const PgmNode *health = read_sequence(reader, node, "health");
    for (guint i = 0; health != NULL && i < health->items->len; i++)
    {
        read_endpoint(reader, g_ptr_array_index(health->items, i), target);
    }
    read_ignore(reader, node, target);
}

static void threshold_free(gpointer data)
{
    PgmThreshold *threshold = data;
    g_free(threshold->check);
    g_free(threshold->warn);
    g_free(threshold->fail);
    g_free(threshold->where);
    g_free(threshold);
}

static void read_threshold(Reader *reader, const PgmNode *key, const PgmNode *node, PgmConfig *config)
{
    static const char *const known[] = {"warn", "fail", NULL};
    if (!is_mapping(reader, node, "a check"))
    {
        return;
    }
    check_keys(reader, node, known);
    PgmThreshold *threshold = g_new0(PgmThreshold, 1);
    threshold->check = g_strdup(key->scalar);
    threshold->warn = g_strdup(read_text(reader, node, "warn"));
    threshold->fail = g_strdup(read_text(reader, node, "fail"));
    /* Which checks there are is known where they are asked. */
    threshold->where = g_strdup_printf("%s:%d:%d", reader->file, key->line, key->column);
    g_ptr_array_add(config->thresholds, threshold);
}

static void read_format(Reader *reader, const PgmNode *root)
{
    const PgmNode *format = pgm_node_get(root, "format");
    if (format == NULL)
    {
        complain(reader, root, "format", "\"format: 1\" is missing");
    }
    else if (format->kind != PGM_NODE_SCALAR || strcmp(format->scalar, "1") != 0)
    {
        complain(reader, format, "format", "this pgmedic reads \"format: 1\" only");
    }
}

static void read_default_target(Reader *reader, const PgmNode *root, PgmConfig *config)
{
    const char *name = read_text(reader, root, "default_target");
    if (name == NULL)
    {
        return;
    }
    config->default_target = g_strdup(name);
    if (pgm_config_target(config, name) == NULL)
    {
        complain(reader, pgm_node_get(root, "default_target"), "unknown-target",
                 "there is no target \"%s\" in this file", name);
    }
}

static void read_root(Reader *reader, const PgmNode *root, PgmConfig *config)
{
    static const char *const known[] = {"format", "default_target", "targets", "checks", NULL};
    if (pgm_node_is_null(root))
    {
        complain(reader, root, "format", "the file is empty; it begins with \"format: 1\"");
        return;
    }
    if (!is_mapping(reader, root, "the file"))
    {
        return;
    }
    read_format(reader, root);
    check_keys(reader, root, known);
    const PgmNode *targets = pgm_node_get(root, "targets");
    if (is_mapping(reader, targets, "\"targets\""))
    {
        for (guint i = 0; i < targets->keys->len; i++)
        {
            read_target(reader, g_ptr_array_index(targets->keys, i), g_ptr_array_index(targets->items, i), config);
        }
    }
    const PgmNode *checks = pgm_node_get(root, "checks");
    if (is_mapping(reader, checks, "\"checks\""))
    {
        for (guint i = 0; i < checks->keys->len; i++)
        {
            read_threshold(reader, g_ptr_array_index(checks->keys, i), g_ptr_array_index(checks->items, i), config);
        }
    }
    read_default_target(reader, root, config);
}

static PgmConfig *config_new(void)
{
    PgmConfig *config = g_new0(PgmConfig, 1);
    config->targets = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_target_free);
    config->thresholds = g_ptr_array_new_with_free_func(threshold_free);
    return config;
}

/* A file that is there but cannot be read is told of, not passed over. */
static gboolean is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static char *usual_place(void)
{
    if (is_there("pgmedic.yaml"))
    {
        return g_strdup("pgmedic.yaml");
    }
    g_autofree char *own = g_build_filename(g_get_user_config_dir(), "pgmedic", "config.yaml", NULL);
    return is_there(own) ? g_steal_pointer(&own) : NULL;
}

PgmConfig *pgm_config_load(const char *path, GError **error)
{
    g_autoptr(PgmConfig) config = config_new();
    g_autofree char *file = path != NULL ? g_strdup(path) : usual_place();
    if (file == NULL)
    {
        return g_steal_pointer(&config);
    }
    g_autoptr(GBytes) bytes = pgm_file_read_trusted(file, PGM_NODE_MAX_BYTES, error);
    if (bytes == NULL)
    {
        return NULL;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autoptr(PgmNode) root = pgm_node_parse(file, data, length, 0, error);
    if (root == NULL)
    {
        return NULL;
    }
    config->path = g_canonicalize_filename(file, NULL);
    g_autofree char *folder = g_path_get_dirname(config->path);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    Reader reader = {.file = file, .folder = folder, .findings = findings};
    read_root(&reader, root, config);
    return pgm_findings_check(findings, error) ? g_steal_pointer(&config) : NULL;
}

void pgm_config_free(PgmConfig *config)
{
    if (config == NULL)
    {
        return;
    }
    g_free(config->path);
    g_free(config->default_target);
    g_ptr_array_unref(config->targets);
    g_ptr_array_unref(config->thresholds);
    g_free(config);
}

const PgmTarget *pgm_config_target(const PgmConfig *config, const char *name)
{
    for (guint i = 0; i < config->targets->len; i++)
    {
        const PgmTarget *target = g_ptr_array_index(config->targets, i);
        if (strcmp(target->name, name) == 0)
        {
            return target;
        }
    }
    return NULL;
}
