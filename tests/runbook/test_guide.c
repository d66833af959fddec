/* test_guide.c - the execution guide, and that each shipped script's first comment is the command it gives. */
#include "pgmedic/runbook.h"

#include <string.h>

static PgmRunbook *load(const char *name)
{
    const char *source = g_getenv("PGM_TEST_SOURCE");
    g_autofree char *path = g_strdup_printf("%s/runbooks/%s.yaml", source != NULL ? source : ".", name);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) error = NULL;
    PgmRunbook *runbook = pgm_runbook_load(path, findings, &error);
    g_assert_no_error(error);
    return runbook;
}

static void assert_contains(const char *guide, const char *text)
{
    if (strstr(guide, text) == NULL)
    {
        g_test_message("missing: %s", text);
    }
    g_assert_nonnull(strstr(guide, text));
}

static void test_uuid_to_varchar(void)
{
    g_autoptr(PgmRunbook) runbook = load("uuid-to-varchar");
    g_autofree char *guide = pgm_runbook_guide(runbook);
    assert_contains(guide, runbook->sha256);
    assert_contains(guide, "## Phase 1, convert: Convert the key and its references");
    assert_contains(guide, "## Phase 4, analyze:");
    assert_contains(guide, "ALTER TABLE documents\n    ALTER COLUMN id TYPE varchar(36),");
    assert_contains(guide, "ALTER COLUMN id TYPE uuid USING id::uuid");
    assert_contains(guide, "Locks, taken first, that stop reads and writes: documents, document\\_questions");
    assert_contains(guide, "Expected: the same as before");
    assert_contains(guide, "documents | id | uuid\ndocuments | parent_document_id | uuid\n```");
    assert_contains(guide, "Nothing to undo: rolling back an earlier phase takes this one with it.");
    assert_contains(guide, "Before the first phase, back up: documents, document\\_questions.");
    const char *card = strstr(guide, "# Quick-reference card: uuid-to-varchar");
    g_assert_nonnull(card);
    assert_contains(card, "-f hotfixes/uuid-to-varchar/1-convert.sql");
    assert_contains(card, "-f hotfixes/uuid-to-varchar/1-convert.rollback.sql");
    assert_contains(card, "PGOPTIONS='-c search_path=public -c lock_timeout=0' psql -X -v ON_ERROR_STOP=1 -f "
                          "hotfixes/uuid-to-varchar/2-rebuild-indexes.sql");
}

static void test_parameters(void)
{
    g_autoptr(PgmRunbook) runbook = load("stamp-head");
    g_autofree char *open = pgm_runbook_guide(runbook);
    assert_contains(open, "-v table=VALUE -v from=VALUE -v to=VALUE -f hotfixes/stamp-head/1-stamp.sql");
    assert_contains(open, "| table | table | alembic\\_version (default) |");
    assert_contains(open, "| from | text | to be given |");
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(values, g_strdup("from"), g_strdup("old"));
    g_hash_table_insert(values, g_strdup("to"), g_strdup("it's\x1b[2J; rm"));
    g_assert_true(pgm_runbook_bind(runbook, values, NULL));
    g_autofree char *bound = pgm_runbook_guide(runbook);
    assert_contains(bound,
                    "UPDATE \"alembic_version\" SET version_num = 'it''s\\x1b[2J; rm' WHERE version_num = 'old'");
    assert_contains(bound, "-v 'from=old' -v 'to=it'\\''s\\x1b[2J; rm'");
    g_assert_null(strchr(bound, '\x1b'));
}

/* "-- " and the command, which the guide must give as well (for parameters: with its own example values). */
static void assert_first_comment(const char *guide, const PgmScript *script)
{
    g_autofree char *first = g_strndup(script->text, strcspn(script->text, "\n"));
    g_assert_true(g_str_has_prefix(first, "-- PGOPTIONS='-c search_path=public -c lock_timeout="));
    g_autofree char *file = g_strconcat(" -f hotfixes/", script->file, NULL);
    g_assert_true(g_str_has_suffix(first, file));
    if (strstr(first, " -v table=") == NULL)
    {
        assert_contains(guide, first + strlen("-- "));
    }
}

static void test_first_comments(void)
{
    static const char *const names[] = {"uuid-to-varchar", "stamp-head"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    {
        g_autoptr(PgmRunbook) runbook = load(names[i]);
        g_autofree char *guide = pgm_runbook_guide(runbook);
        for (guint k = 0; k < runbook->phases->len; k++)
        {
            const PgmPhase *phase = runbook->phases->pdata[k];
            assert_first_comment(guide, phase->script);
            if (phase->rollback_script != NULL)
            {
                assert_first_comment(guide, phase->rollback_script);
            }
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guide/uuid-to-varchar", test_uuid_to_varchar);
    g_test_add_func("/guide/parameters", test_parameters);
    g_test_add_func("/guide/first-comments", test_first_comments);
    return g_test_run();
}
