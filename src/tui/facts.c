/* facts.c - news become facts. */
#include "tui/facts.h"

#include "pgmedic/text.h"
#include "tui/reader.h"

static void server_free(gpointer data)
{
    PgmServerNews *news = data;
    g_free(news->version);
    g_free(news->where);
    g_free(news->database);
    g_free(news->user);
    g_free(news);
}

static void migration_free(gpointer data)
{
    PgmMigrationNews *news = data;
    for (guint i = 0; news->states != NULL && i < news->states->len; i++)
    {
        PgmMigrationState *state = g_ptr_array_index(news->states, i);
        if (state != NULL)
        {
            pgm_migration_state_free(state);
        }
    }
    g_clear_pointer(&news->states, g_ptr_array_unref);
    g_clear_pointer(&news->books, g_ptr_array_unref);
    g_clear_pointer(&news->repository, pgm_repository_free);
    g_free(news->error);
    g_free(news->repository_error);
    g_free(news);
}

static void schema_free(gpointer data)
{
    PgmSchemaNews *news = data;
    g_clear_pointer(&news->within, g_ptr_array_unref);
    g_clear_pointer(&news->tree, pgm_schema_tree_free);
    g_clear_pointer(&news->marks, pgm_marks_free);
    g_clear_pointer(&news->mend, g_ptr_array_unref);
    g_clear_pointer(&news->drift, pgm_drift_free);
    g_clear_pointer(&news->names, pgm_names_free);
    g_clear_pointer(&news->snapshot, pgm_snapshot_free);
    g_clear_pointer(&news->baseline, pgm_snapshot_free);
    g_free(news->error);
    g_free(news->baseline_error);
    g_free(news);
}

static void sessions_free(gpointer data)
{
    PgmSessionsNews *news = data;
    g_clear_pointer(&news->rows, g_ptr_array_unref);
    g_free(news->error);
    g_free(news);
}

static void diagnosis_free(gpointer data)
{
    PgmDiagnosisNews *news = data;
    g_clear_pointer(&news->diagnosis, pgm_diagnosis_free);
    g_free(news->source);
    g_free(news->error);
    g_free(news);
}

static void details_free(gpointer data)
{
    PgmDetailsNews *news = data;
    g_free(news->object);
    pgm_details_unref(news->details);
    g_free(news->error);
    g_free(news);
}

static void armed_free(gpointer data)
{
    PgmArmedNews *news = data;
    g_free(news->folder);
    g_free(news->message);
    g_free(news);
}

static void signalled_free(gpointer data)
{
    PgmSignalledNews *news = data;
    g_clear_pointer(&news->outcome, pgm_event_free);
    g_free(news->error);
    g_free(news);
}

static void array_free(gpointer data)
{
    g_ptr_array_unref(data);
}

static const GDestroyNotify payload_free[PGM_NEWS_KINDS] = {
    [PGM_NEWS_SERVER] = server_free,
    [PGM_NEWS_UNREACHABLE] = g_free,
    [PGM_NEWS_ROUND_TRIP] = g_free,
    [PGM_NEWS_MIGRATION] = migration_free,
    [PGM_NEWS_HEALTH] = array_free,
    [PGM_NEWS_ENDPOINTS] = array_free,
    [PGM_NEWS_SCHEMA] = schema_free,
    [PGM_NEWS_SESSIONS] = sessions_free,
    [PGM_NEWS_LIBRARY] = array_free,
    [PGM_NEWS_RUNS] = array_free,
    [PGM_NEWS_DIAGNOSIS] = diagnosis_free,
    [PGM_NEWS_DETAILS] = details_free,
    [PGM_NEWS_READING] = pgm_reader_news_free,
    [PGM_NEWS_ARMED] = armed_free,
    [PGM_NEWS_SIGNALLED] = signalled_free,
};

PgmNews *pgm_news_new(PgmNewsKind kind, gpointer payload)
{
    PgmNews *news = g_new0(PgmNews, 1);
    news->kind = kind;
    news->payload = payload;
    news->free_payload = payload_free[kind];
    return news;
}

void pgm_news_free(gpointer data)
{
    PgmNews *news = data;
    if (news != NULL)
    {
        if (news->payload != NULL)
        {
            news->free_payload(news->payload);
        }
        g_free(news);
    }
}

static gboolean is_of_server(PgmNewsKind kind)
{
    return kind == PGM_NEWS_SERVER || kind == PGM_NEWS_ROUND_TRIP || kind == PGM_NEWS_MIGRATION ||
           kind == PGM_NEWS_HEALTH || kind == PGM_NEWS_SCHEMA || kind == PGM_NEWS_SESSIONS;
}

int pgm_facts_silence(const PgmFacts *facts)
{
    if (facts->lost || facts->heard == 0)
    {
        return 0;
    }
    return (int)((g_get_monotonic_time() - facts->heard) / G_USEC_PER_SEC);
}

char *pgm_facts_as_of(const PgmFacts *facts, PgmNewsKind kind, int ms)
{
    const PgmNews *news = facts->newest[kind];
    gint64 age_ms = news != NULL ? (g_get_monotonic_time() - news->filed) / 1000 : 0;
    if (age_ms < ms)
    {
        return NULL;
    }
    g_autofree char *age = pgm_text_duration(age_ms / 1000 * 1000);
    return g_strdup_printf("as of %s ago", age);
}

static gpointer forget(gpointer news)
{
    pgm_news_free(news);
    return NULL;
}

void pgm_facts_file(PgmFacts *facts, PgmNews *news)
{
    if (news->kind == PGM_NEWS_SERVER || news->kind == PGM_NEWS_UNREACHABLE)
    {
        facts->lost = news->kind == PGM_NEWS_UNREACHABLE;
    }
    if (is_of_server(news->kind))
    {
        facts->heard = g_get_monotonic_time();
    }
    PgmNews *before = facts->newest[news->kind];
    news->filed = g_get_monotonic_time();
    facts->newest[news->kind] = news;
    /* The parts of a large snapshot take a while to be given back: longer than a key may wait for its repaint. */
    GThread *thread =
        before != NULL && news->kind == PGM_NEWS_SCHEMA ? g_thread_try_new("forget", forget, before, NULL) : NULL;
    if (thread != NULL)
    {
        g_thread_unref(thread);
        return;
    }
    pgm_news_free(before);
}

void pgm_facts_clear(PgmFacts *facts)
{
    for (int i = 0; i < PGM_NEWS_KINDS; i++)
    {
        g_clear_pointer(&facts->newest[i], pgm_news_free);
    }
}

gpointer pgm_facts_get(const PgmFacts *facts, PgmNewsKind kind)
{
    return facts->newest[kind] != NULL ? facts->newest[kind]->payload : NULL;
}

const PgmLibraryEntry *pgm_facts_runbook(const PgmFacts *facts, const char *name)
{
    const GPtrArray *library = pgm_facts_get(facts, PGM_NEWS_LIBRARY);
    for (guint i = 0; library != NULL && i < library->len; i++)
    {
        const PgmLibraryEntry *entry = g_ptr_array_index(library, i);
        if (entry->runbook != NULL && g_str_equal(entry->runbook->name, name))
        {
            return entry;
        }
    }
    return NULL;
}
