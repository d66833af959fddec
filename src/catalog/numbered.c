/* numbered.c - repositories whose files carry their version in their names: one row a framework. */
#include "catalog/revision.h"
#include "pgmedic/file.h"

#include <stdlib.h>
#include <string.h>

/* How a file's name becomes the version that the framework's table holds. */
typedef enum
{
    AS_IS,
    NO_ZEROS,  /* leading zeros are dropped: the table holds a number */
    DOTS,      /* Flyway: V1_2 is 1.2 */
    NO_DASHES, /* Diesel: 2024-01-02-030405 is 20240102030405 */
} Spelling;

typedef struct
{
    const char *kind;
    const char *pattern; /* group 1: the version; group 2, if any: the description */
    gboolean folders;    /* each migration is a folder, with its SQL in INNER */
    const char *inner;
    Spelling spelling;
} Numbering;

/* MIGRATIONS.md of the design; patterns after each framework's own documentation. */
static const Numbering NUMBERINGS[] = {
    {"rails", "^(\\d+)_(.+)\\.rb$", FALSE, NULL, AS_IS},
    {"flyway", "^V([0-9][0-9._]*?)__(.+)\\.sql$", FALSE, NULL, DOTS},
    {"golang-migrate", "^(\\d+)_(.*)\\.up\\.\\w+$", FALSE, NULL, NO_ZEROS},
    {"goose", "^(\\d+)_(.+)\\.(?:sql|go)$", FALSE, NULL, NO_ZEROS},
    {"dbmate", "^(\\d+)_?(.*)\\.sql$", FALSE, NULL, AS_IS},
    {"prisma", "^(\\d+_(.+))$", TRUE, "migration.sql", AS_IS},
    {"sqlx", "^(\\d+)_(.+?)(?<!\\.down)(?:\\.up)?\\.sql$", FALSE, NULL, NO_ZEROS},
    {"ecto", "^(\\d+)_(.+)\\.exs$", FALSE, NULL, NO_ZEROS},
    {"diesel", "^([\\d-]*\\d)_(.+)$", TRUE, "up.sql", NO_DASHES},
    {"django", "^(\\d{4}_(.+))\\.py$", FALSE, NULL, AS_IS},
    {"knex", "^(\\d+_(.+))\\.[cm]?[jt]s$", FALSE, NULL, AS_IS},
    {"sequelize", "^(\\d+-(.+))\\.[cm]?[jt]s$", FALSE, NULL, AS_IS},
    {"typeorm", "^(\\d+)-(.+)\\.[jt]s$", FALSE, NULL, AS_IS},
    {"node-pg-migrate", "^(\\d+[_-](.+))\\.(?:sql|[cm]?[jt]s)$", FALSE, NULL, AS_IS},
    {"db-migrate", "^(\\d+-(.+))\\.[jt]s$", FALSE, NULL, AS_IS},
    {"kysely", "^(\\d+[_-](.+))\\.[cm]?[jt]s$", FALSE, NULL, AS_IS},
    {"postgrator", "^(\\d+)\\.do(?:\\.(.+))?\\.(?:sql|[cm]?[jt]s)$", FALSE, NULL, NO_ZEROS},
    {"graphile-migrate", "^(\\d+)(?:-(.+))?\\.sql$", FALSE, NULL, AS_IS},
    {"sql-migrate", "^((?:\\d+[_-])?(.+)\\.sql)$", FALSE, NULL, AS_IS},
    {"laravel", "^(\\d{4}_\\d\\d_\\d\\d_\\d{6}_(.+))\\.php$", FALSE, NULL, AS_IS},
    {"phinx", "^(\\d+)_(.+)\\.php$", FALSE, NULL, AS_IS},
    {"doctrine", "^(Version\\d+)\\.php$", FALSE, NULL, AS_IS},
    {"efcore", "^(\\d+_(?!.*\\.Designer)(.+))\\.cs$", FALSE, NULL, AS_IS},
    {"mikro-orm", "^(Migration\\d+.*)\\.[jt]s$", FALSE, NULL, AS_IS},
    {"refinery", "^V(\\d+)__(.+)\\.(?:sql|rs)$", FALSE, NULL, NO_ZEROS},
    {"seaorm", "^(m\\d+_\\d+_(.+))\\.rs$", FALSE, NULL, AS_IS},
    {"atlas", "^(\\d+)_?(.*)\\.sql$", FALSE, NULL, AS_IS},
    {"supabase", "^(\\d+)_(.+)\\.sql$", FALSE, NULL, AS_IS},
    {"hasura", "^(\\d+)_(.+)$", TRUE, "up.sql", NO_ZEROS},
};

const char *const *pgm_repository_kinds(void)
{
    static const char *kinds[G_N_ELEMENTS(NUMBERINGS) + 4] = {"alembic", "sqitch", "drizzle"};
    for (guint i = 0; i < G_N_ELEMENTS(NUMBERINGS); i++)
    {
        kinds[i + 3] = NUMBERINGS[i].kind;
    }
    return kinds;
}

static char *spell(const char *version, Spelling spelling)
{
    const char *begin = version;
    if (spelling == NO_ZEROS)
    {
        begin += strspn(begin, "0");
        begin = begin[0] != '\0' ? begin : "0";
    }
    char *text = g_strdup(begin);
    if (spelling == DOTS)
    {
        g_strdelimit(text, "_", '.');
    }
    if (spelling == NO_DASHES)
    {
        char *to = text;
        for (const char *from = text; *from != '\0'; from++)
        {
            if (*from != '-')
            {
                *to++ = *from;
            }
        }
        *to = '\0';
    }
    return text;
}

/* goose, dbmate and sql-migrate keep both ways in one file: only the way up counts. */
static void cut_way_down(char *sql)
{
    static const char *const markers[] = {"-- +goose Down", "-- migrate:down", "-- +migrate Down"};
    for (guint i = 0; i < G_N_ELEMENTS(markers); i++)
    {
        char *found = strstr(sql, markers[i]);
        if (found != NULL)
        {
            *found = '\0';
        }
    }
}

void pgm_revision_read_file(PgmRepository *repository, PgmRevision *revision)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) bytes = pgm_file_read(revision->file, PGM_REVISION_MAX_BYTES, &problem);
    if (bytes == NULL)
    {
        pgm_repository_problem(repository, "%s", problem->message);
        return;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_utf8_make_valid(data, (gssize)length);
    if (!g_str_has_suffix(revision->file, ".sql"))
    {
        pgm_revision_read_builders(revision, text);
        return;
    }
    cut_way_down(text);
    pgm_revision_outline(revision, text, 1);
}

static gboolean is_read(const char *file)
{
    static const char *const read[] = {".sql", ".rb", ".js", ".ts", ".cjs", ".mjs", ".cts", ".mts", ".php", ".exs"};
    for (guint i = 0; i < G_N_ELEMENTS(read); i++)
    {
        if (g_str_has_suffix(file, read[i]))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static PgmRevision *read_entry(PgmRepository *repository, const Numbering *numbering, const GRegex *pattern,
                               const char *folder, const char *name)
{
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    /* a compiled TypeScript file's declarations stand beside it */
    if (!g_utf8_validate(name, -1, NULL) || g_str_has_suffix(name, ".d.ts") ||
        !g_regex_match(pattern, name, 0, &match) || g_file_test(path, G_FILE_TEST_IS_DIR) != numbering->folders)
    {
        return NULL;
    }
    g_autofree char *version = g_match_info_fetch(match, 1);
    g_autofree char *id = spell(version, numbering->spelling);
    g_autofree char *file = numbering->folders ? g_build_filename(path, numbering->inner, NULL) : g_strdup(path);
    PgmRevision *revision = pgm_revision_new(id, file);
    g_autofree char *description = g_match_info_fetch(match, 2);
    if (description != NULL && description[0] != '\0')
    {
        g_free(revision->message);
        revision->message = g_strdelimit(g_steal_pointer(&description), "_-", ' ');
    }
    if (is_read(file))
    {
        pgm_revision_read_file(repository, revision);
    }
    return revision;
}

/* Numbers by value, part by part ("1.10" after "1.9"), else by text. */
static int compare_versions(gconstpointer a, gconstpointer b)
{
    const char *left = (*(PgmRevision *const *)a)->id;
    const char *right = (*(PgmRevision *const *)b)->id;
    while (g_ascii_isdigit(*left) && g_ascii_isdigit(*right))
    {
        char *left_end, *right_end;
        guint64 l = g_ascii_strtoull(left, &left_end, 10);
        guint64 r = g_ascii_strtoull(right, &right_end, 10);
        if (l != r)
        {
            return l < r ? -1 : 1;
        }
        left = *left_end == '.' ? left_end + 1 : left_end;
        right = *right_end == '.' ? right_end + 1 : right_end;
    }
    return strcmp(left, right);
}

static gboolean read_folder(PgmRepository *repository, const Numbering *numbering, const char *folder, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
    if (dir == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "the migration repository cannot be read: %s",
                    problem->message);
        return FALSE;
    }
    g_autoptr(GRegex) pattern = g_regex_new(numbering->pattern, 0, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
    {
        PgmRevision *revision = read_entry(repository, numbering, pattern, folder, name);
        if (revision != NULL)
        {
            g_ptr_array_add(repository->revisions, revision);
        }
    }
    return TRUE;
}

/* Django: PATH/APP/migrations, each app a line of its own; ids are "APP.NAME". */
static gboolean read_apps(PgmRepository *repository, const Numbering *numbering, const char *path, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *app = dir != NULL ? g_dir_read_name(dir) : NULL; app != NULL; app = g_dir_read_name(dir))
    {
        g_autofree char *folder = g_build_filename(path, app, "migrations", NULL);
        guint first = repository->revisions->len;
        if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        {
            continue;
        }
        if (!read_folder(repository, numbering, folder, error))
        {
            return FALSE;
        }
        for (guint i = first; i < repository->revisions->len; i++)
        {
            PgmRevision *revision = repository->revisions->pdata[i];
            char *id = g_strconcat(app, ".", revision->id, NULL);
            g_free(revision->id);
            revision->id = id;
        }
    }
    return TRUE;
}

gboolean pgm_numbered_read(PgmRepository *repository, const char *kind, const char *path, GError **error)
{
    const Numbering *numbering = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(NUMBERINGS) && numbering == NULL; i++)
    {
        numbering = strcmp(NUMBERINGS[i].kind, kind) == 0 ? &NUMBERINGS[i] : NULL;
    }
    if (numbering == NULL)
    {
        g_autofree char *known = g_strjoinv(", ", (char **)(gsize)pgm_repository_kinds());
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "repository kind %s is not known; known are %s", kind, known);
        return FALSE;
    }
    gboolean read = strcmp(kind, "django") == 0 ? read_apps(repository, numbering, path, error)
                                                : read_folder(repository, numbering, path, error);
    if (read)
    {
        g_ptr_array_sort(repository->revisions, compare_versions);
        pgm_repository_chain(repository, strcmp(kind, "django") == 0 ? '.' : '\0');
    }
    return read;
}
