/* test_repository.c - repositories read as text. */
#include "pgmedic/error.h"
#include "pgmedic/migration.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *source_top(void)
{
    const char *top = g_getenv("PGM_TEST_SOURCE");
    return top != NULL ? top : ".";
}

typedef struct
{
    char *path;
} Folder;

static Folder folder_new(void)
{
    Folder folder = {.path = g_dir_make_tmp("pgm-repository-XXXXXX", NULL)};
    g_assert_nonnull(folder.path);
    return folder;
}

static void folder_add(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *file = g_build_filename(folder->path, name, NULL);
    g_autofree char *parent = g_path_get_dirname(file);
    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL; name = g_dir_read_name(dir))
    {
        g_autofree char *child = g_build_filename(path, name, NULL);
        g_file_test(child, G_FILE_TEST_IS_DIR) ? remove_tree(child) : (void)g_unlink(child);
    }
    g_rmdir(path);
}

static void folder_free(Folder *folder)
{
    remove_tree(folder->path);
    g_free(folder->path);
}

static PgmRepository *load(const char *kind, const Folder *folder)
{
    g_autoptr(GError) error = NULL;
    PgmRepository *repository = pgm_repository_load(kind, folder->path, &error);
    g_assert_no_error(error);
    return repository;
}

static char *join(const GPtrArray *list)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++)
    {
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (const char *)list->pdata[i]);
    }
    return g_strdup(text->str);
}

static void assert_list(const GPtrArray *list, const char *expected)
{
    g_autofree char *text = join(list);
    g_assert_cmpstr(text, ==, expected);
}

static void assert_order(const PgmRepository *repository, const char *expected)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; i < repository->revisions->len; i++)
    {
        g_ptr_array_add(ids, ((PgmRevision *)repository->revisions->pdata[i])->id);
    }
    assert_list(ids, expected);
}

static char *render(const PgmRevision *revision)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < revision->mentions->len; i++)
    {
        const PgmMigrationMention *m = revision->mentions->pdata[i];
        g_string_append_printf(text, "%s%d %s %s", i > 0 ? "; " : "", m->line, m->operation, m->relation);
        g_string_append_printf(text, "%s%s", m->column != NULL ? "." : "", m->column != NULL ? m->column : "");
        g_string_append_printf(text, "%s%s", m->type != NULL ? " " : "", m->type != NULL ? m->type : "");
        g_string_append_printf(text, "%s%s", m->referrer != NULL ? " < " : "", m->referrer != NULL ? m->referrer : "");
        g_string_append_printf(text, "%s%s", m->new_name != NULL ? " > " : "", m->new_name != NULL ? m->new_name : "");
    }
    return g_strdup(text->str);
}

static void test_incident(void)
{
    g_autofree char *path = g_build_filename(source_top(), "tests/incident/alembic", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmRepository) repository = pgm_repository_load(NULL, path, &error);
    g_assert_no_error(error);
    assert_order(repository, "f867c7e3d51c 774225e563ca");
    assert_list(repository->heads, "774225e563ca");
    g_assert_cmpuint(repository->problems->len, ==, 0);
    const PgmRevision *revision = pgm_repository_revision(repository, "774225e563ca");
    g_assert_cmpstr(revision->message, ==, "add document ai suggestions and version");
    assert_list(revision->down, "f867c7e3d51c");
    g_autofree char *mentions = render(revision);
    g_assert_cmpstr(mentions, ==,
                    "10 add_column documents.version integer; 11 create_table document_ai_suggestions; "
                    "13 create_table document_ai_suggestions.id character varying(36); "
                    "14 create_table document_ai_suggestions.suggestion text; "
                    "15 create_table document_ai_suggestions.created_at timestamp with time zone; "
                    "17 create_table document_share_links; "
                    "19 create_table document_share_links.id character varying(36); "
                    "20 create_table document_share_links.document_id character varying(36); "
                    "21 create_table document_share_links.token character varying(64); "
                    "22 references documents.id < document_share_links.document_id; "
                    "24 alter_column admin_activities.amount; 25 create_index admin_activities; "
                    "25 create_index admin_activities.id");
}

/* Version files in several folders, and in folders in them, as alembic.ini says. */
static void test_alembic_places(void)
{
    static const char *const separators[][2] = {
        {"", "%(here)s/core  %(here)s/shop"},
        {"version_path_separator = os\n", "%(here)s/core:%(here)s/shop"},
        {"path_separator = newline\n", "\n    core\n    %(here)s/shop"},
        {"path_separator=;\n", "core;shop"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(separators); i++)
    {
        Folder folder = folder_new();
        g_autofree char *ini = g_strdup_printf("[alembic]\nscript_location = %%(here)s/db\n%sversion_locations = %s\n"
                                               "recursive_version_locations = true\n# version_locations = x\n",
                                               separators[i][0], separators[i][1]);
        folder_add(&folder, "alembic.ini", ini);
        folder_add(&folder, "db/env.py", "revision = 'no'\n");
        folder_add(&folder, "core/a.py", "revision = 'a'\ndown_revision = None\n");
        folder_add(&folder, "core/2026/11/b.py", "revision = 'b'\ndown_revision = 'a'\n");
        folder_add(&folder, "core/__pycache__/z.py", "revision = 'z'\ndown_revision = 'a'\n");
        folder_add(&folder, "shop/s.py", "revision = 's'\ndown_revision = None\ndepends_on = 'a'\n");
        /* The configuration may name the folder of alembic.ini, or the one that it calls script_location. */
        g_autofree char *script = g_build_filename(folder.path, "db", NULL);
        const char *const paths[] = {folder.path, script};
        for (guint j = 0; j < G_N_ELEMENTS(paths); j++)
        {
            g_autoptr(GError) error = NULL;
            g_autoptr(PgmRepository) repository = pgm_repository_load("alembic", paths[j], &error);
            g_assert_no_error(error);
            g_autofree char *heads = join(repository->heads);
            g_assert_cmpstr(heads, ==, "b s");
            g_assert_cmpuint(repository->revisions->len, ==, 3);
        }
        folder_free(&folder);
    }
}

/* The folder above, where alembic.ini is, does as well. */
static void test_incident_by_ini(void)
{
    g_autofree char *path = g_build_filename(source_top(), "tests/incident", NULL);
    g_autoptr(PgmRepository) repository = pgm_repository_load("alembic", path, NULL);
    assert_list(repository->heads, "774225e563ca");
}

static void test_spellings(void)
{
    Folder folder = folder_new();
    folder_add(&folder, "versions/a.py",
               "'''first\n\nRevision ID: a\n'''\nrevision: str = 'a'\ndown_revision: Union[str, None] = None\n"
               "branch_labels: Union[str, Sequence[str], None] = (\n    'trunk',\n)\ndepends_on = None\n");
    folder_add(&folder, "versions/b_add_things.py", "revision=\"b\"\r\ndown_revision = 'a' # 'not this'\r\n");
    folder_add(&folder, "versions/c.py", "revision = 'c'\ndown_revision = ('a')\ndepends_on = ['b']\n");
    folder_add(&folder, "versions/d.py",
               "\"\"\"merge\"\"\"\nrevision = \"d\"\ndown_revision = (\n  \"b\",  # one\n  'c',\n)\n");
    folder_add(&folder, "versions/e.py",
               "revision = 'e'\ndown_revision = None\nbranch_labels = ['other']\n"
               "depends_on = 'trunk'\n");
    folder_add(&folder, "versions/__init__.py", "");
    folder_add(&folder, "versions/readme.txt", "revision = 'x'");
    g_autoptr(PgmRepository) repository = load("alembic", &folder);
    g_assert_cmpuint(repository->problems->len, ==, 0);
    assert_order(repository, "a b e c d");
    assert_list(repository->heads, "e d");
    g_assert_cmpstr(pgm_repository_revision(repository, "a")->message, ==, "first");
    g_assert_cmpstr(pgm_repository_revision(repository, "b")->message, ==, "add things");
    assert_list(pgm_repository_revision(repository, "a")->labels, "trunk");
    assert_list(pgm_repository_revision(repository, "d")->down, "b c");
    assert_list(pgm_repository_revision(repository, "e")->down, "a");
    assert_list(pgm_repository_revision(repository, "c")->depends, "b");
    folder_free(&folder);
}

static void test_broken(void)
{
    Folder folder = folder_new();
    folder_add(&folder, "1.py", "revision = 'one'\ndown_revision = 'two'\n");
    folder_add(&folder, "2.py", "revision = 'two'\ndown_revision = 'one'\n");
    folder_add(&folder, "3.py", "revision = 'three'\ndown_revision = 'gone'\n");
    folder_add(&folder, "4.py", "revision = 'three'\ndown_revision = None\n");
    folder_add(&folder, "5.py", "import os\n");
    folder_add(&folder, "6.py",
               "revision = 'six'\ndown_revision = None\n\ndef upgrade():\n    op.create_table(((((\n'");
    g_autoptr(PgmRepository) repository = load("alembic", &folder);
    assert_order(repository, "three six one two");
    g_autofree char *problems = join(repository->problems);
    g_assert_nonnull(strstr(problems, "both define revision three"));
    g_assert_nonnull(strstr(problems, "three builds on gone"));
    g_assert_nonnull(strstr(problems, "5.py: it sets no `revision`"));
    g_assert_nonnull(strstr(problems, "revision one stands in or behind a cycle"));
    folder_free(&folder);
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_repository_load("alembic", "/nonexistent/folder", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_autoptr(GError) unknown = NULL;
    g_assert_null(pgm_repository_load("nonsense", "/", &unknown));
    g_assert_error(unknown, PGM_ERROR, PGM_ERROR_INVALID);
}

static const char *const OPERATIONS =
    "revision = 'r'\ndown_revision = None\nTABLE = 'logs'\n"
    "def _index(name):\n    op.create_index(name, 'helped', ['x'])\n\n"
    "def upgrade() -> None:\n"
    "    with op.batch_alter_table('accounts', schema=\"app\") as batch_op:\n"
    "        batch_op.add_column(sa.Column('owner', postgresql.UUID(as_uuid=True), sa.ForeignKey('users.id')))\n"
    "        batch_op.drop_column('old')\n"
    "        batch_op.alter_column('a', new_column_name='b', type_=sa.BigInteger())\n"
    "        batch_op.create_foreign_key(None, 'groups', ['gid'], ['id'])\n"
    "        batch_op.create_index(batch_op.f('ix'), ['owner'], unique=False)\n"
    "    op.rename_table('x', 'y')\n"
    "    op.drop_index(op.f('i'), table_name='z')\n"
    "    op.create_foreign_key('fk', source_table='s', referent_table='t', local_cols=['a'], remote_cols=['b'])\n"
    "    op.execute(\"\"\"\n        ALTER TABLE w ADD COLUMN q int8;\n    \"\"\")\n"
    "    op.execute(sa.text('UPDATE v SET a = 1 ' 'WHERE b'))\n"
    "    op.drop_table(TABLE)\n"
    "    op.drop_table(f'not_{known}')\n"
    "    op.bulk_insert(sa.table('seeds', sa.column('id')), [{'id': 1}])\n"
    "    _index('n')\n"
    "    # op.drop_table('commented')\n"
    "def downgrade():\n    op.drop_table('never')\n";

static void test_operations(void)
{
    Folder folder = folder_new();
    folder_add(&folder, "r.py", OPERATIONS);
    g_autoptr(PgmRepository) repository = load("alembic", &folder);
    g_autofree char *mentions = render(pgm_repository_revision(repository, "r"));
    g_assert_cmpstr(mentions, ==,
                    "8 alter_table app.accounts; 9 add_column app.accounts.owner uuid; "
                    "9 references users.id < app.accounts.owner; 10 drop_column app.accounts.old; "
                    "11 alter_column app.accounts.a bigint; 11 rename_column app.accounts.a > b; "
                    "12 create_foreign_key app.accounts; 12 references groups.id < app.accounts.gid; "
                    "13 create_index app.accounts; 13 create_index app.accounts.owner; 14 rename_table x > y; "
                    "15 drop_index z; 16 create_foreign_key s; 16 references t.b < s.a; "
                    "18 add_column w.q bigint; 20 update v; 21 drop_table logs; 23 insert seeds; "
                    "5 create_index helped; 5 create_index helped.x");
    folder_free(&folder);
}

typedef struct
{
    const char *kind;
    const char *files[5];
    const char *order;
} Numbered;

static void test_numbered(void)
{
    static const Numbered cases[] = {
        {"rails", {"20240102_b.rb", "20230101_a.rb", "notes.txt"}, "20230101 20240102"},
        {"flyway", {"V1_10__c.sql", "V1_9__b.sql", "V1__a.sql", "R__view.sql"}, "1 1.9 1.10"},
        {"golang-migrate", {"000002_b.up.sql", "000002_b.down.sql", "000001_a.up.sql"}, "1 2"},
        {"goose", {"00002_b.go", "00001_a.sql"}, "1 2"},
        {"dbmate", {"20240101_a.sql"}, "20240101"},
        {"prisma", {"20240101_init/migration.sql", "migration_lock.toml"}, "20240101_init"},
        {"sqlx", {"0001_a.up.sql", "0001_a.down.sql", "0002_b.sql"}, "1 2"},
        {"diesel", {"2024-01-02-030405_a/up.sql", "2024-01-02-030405_a/down.sql"}, "20240102030405"},
        {"django",
         {"shop/migrations/0001_initial.py", "shop/migrations/0002_x.py", "auth/migrations/0001_i.py"},
         "auth.0001_i shop.0001_initial shop.0002_x"},
        {"laravel", {"2024_01_02_030405_create_x.php"}, "2024_01_02_030405_create_x"},
        {"efcore", {"20240101_A.cs", "20240101_A.Designer.cs"}, "20240101_A"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        Folder folder = folder_new();
        for (guint k = 0; k < G_N_ELEMENTS(cases[i].files) && cases[i].files[k] != NULL; k++)
        {
            folder_add(&folder, cases[i].files[k],
                       "-- +goose Up\nCREATE TABLE t (a int);\n-- +goose Down\nDROP TABLE t;\n");
        }
        g_autoptr(PgmRepository) repository = load(cases[i].kind, &folder);
        assert_order(repository, cases[i].order);
        const PgmRevision *first = repository->revisions->pdata[0];
        if (g_str_has_suffix(first->file, ".sql"))
        {
            g_autofree char *mentions = render(first);
            g_assert_cmpstr(mentions, ==, "2 create_table t; 2 create_table t.a integer");
        }
        folder_free(&folder);
    }
}

/* Tables by the calls of schema builders, and by the SQL in strings: only of the way up. */
static void test_builders(void)
{
    static const struct
    {
        const char *kind, *file, *text, *mentions;
    } cases[] = {
        {"rails", "1_a.rb",
         "class A < ActiveRecord::Migration[6.1]\n  def change\n    # create_table :no\n    create_table :a do |t|\n"
         "    create_table \"b\", id: :uuid\n    rename_table :a, :c\n    drop_table :d\n  end\nend\n",
         "4 create_table a; 5 create_table b; 6 rename_table a > c; 7 drop_table d"},
        {"rails", "1_a.rb",
         "def up\n drop_table(name)\n execute 'DROP TABLE x, y'\nend\ndef down\n create_table :no\nend",
         "2 drop_table *; 3 drop_table *"},
        {"knex", "1_a.ts",
         "export async function up(knex) {\n  await knex.schema.createTable('Aa', (t) => {}).dropTableIfExists('b');\n"
         "  await knex.raw('ALTER TABLE Aa RENAME TO c');\n}\nexport async function down(knex) { dropTable('Aa'); }",
         "2 create_table Aa; 2 drop_table b; 3 drop_table *"},
        {"typeorm", "1-a.js",
         "class A {\n async up(q) {\n await q.query(`CREATE TABLE \"a\" (\"id\" int)`);\n await q.query(`DROP TABLE IF "
         "EXISTS B`);\n }\n"
         " async down(q) { await q.query(`DROP TABLE \"a\"`); }}",
         "3 create_table a; 4 drop_table b"},
        {"sequelize", "1-a.js", "exports.down = async () => {};\nexports.up = (q) => q.createTable('a', {});", ""},
        {"laravel", "2024_01_02_030405_a.php",
         "public function up() {\n Schema::create('a', function () {});\n Schema::rename('a', 'b'); }\n"
         "public function down() { Schema::drop('b'); }",
         "2 create_table a; 3 rename_table a > b"},
        {"ecto", "1_a.exs",
         "def change do\n create table(:a) do\n drop table(\"b\")\n rename table(:c), to: table(:d)\n",
         "2 create_table a; 3 drop_table b; 4 drop_table *"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        Folder folder = folder_new();
        folder_add(&folder, cases[i].file, cases[i].text);
        g_autoptr(PgmRepository) repository = load(cases[i].kind, &folder);
        g_assert_cmpuint(repository->revisions->len, ==, 1);
        g_autofree char *mentions = render(repository->revisions->pdata[0]);
        g_assert_cmpstr(mentions, ==, cases[i].mentions);
        folder_free(&folder);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repository/alembic-places", test_alembic_places);
    g_test_add_func("/repository/incident", test_incident);
    g_test_add_func("/repository/incident-by-ini", test_incident_by_ini);
    g_test_add_func("/repository/spellings", test_spellings);
    g_test_add_func("/repository/broken", test_broken);
    g_test_add_func("/repository/operations", test_operations);
    g_test_add_func("/repository/builders", test_builders);
    g_test_add_func("/repository/numbered", test_numbered);
    return g_test_run();
}
