/* case_exists.c - something that a migration creates is there already: are the books behind the schema? */
#include "runbook/case.h"

#include <string.h>

typedef struct
{
    guint total, present;
    char *absent; /* the first one that is not there */
} Count;

/* How much of what the revision creates is in the database. */
static gboolean count_created(PgmCase *c, Count *count)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < c->revision->mentions->len; i++)
    {
        g_ptr_array_add(names, ((PgmMigrationMention *)c->revision->mentions->pdata[i])->relation);
    }
    g_autoptr(GHashTable) found = c->connection != NULL ? pgm_relations_read(c->connection, names, NULL) : NULL;
    for (guint i = 0; found != NULL && i < c->revision->mentions->len; i++)
    {
        const PgmMigrationMention *m = c->revision->mentions->pdata[i];
        if (strcmp(m->operation, "create_table") != 0 && strcmp(m->operation, "add_column") != 0)
        {
            continue;
        }
        const PgmRelation *relation = g_hash_table_lookup(found, m->relation);
        gboolean there = relation != NULL && (m->column == NULL || g_hash_table_contains(relation->columns, m->column));
        count->total++;
        count->present += there ? 1 : 0;
        if (!there && count->absent == NULL)
        {
            count->absent = m->column != NULL ? g_strconcat(m->relation, ".", m->column, NULL) : g_strdup(m->relation);
        }
    }
    return found != NULL && count->total > 0;
}

static void note_books(PgmCase *c)
{
    if (c->book == NULL || c->book->heads->len != 1 || c->revision == NULL)
    {
        return;
    }
    const char *head = c->book->heads->pdata[0];
    const char *dot = strrchr(c->book->relation, '.');
    pgm_case_evidence(c, "books: %s says %s", c->book->relation, head);
    if (strcmp(head, c->revision->id) != 0)
    {
        pgm_case_fact(c, "from", head);
        pgm_case_fact(c, "to", c->revision->id);
    }
    if (dot != NULL)
    {
        pgm_case_fact(c, "table", dot + 1);
    }
}

gboolean pgm_case_exists_already(PgmCase *c)
{
    const PgmLogError *error = c->record->error;
    g_autofree char *subject = pgm_case_subject(c);
    Count count = {0};
    gboolean counted = c->revision != NULL && count_created(c, &count);
    pgm_case_headline(c, "%s creates something that is there already: %s", subject,
                      error->message != NULL ? error->message : error->condition);
    if (counted && count.present == count.total)
    {
        note_books(c);
        pgm_case_evidence(c, "repository and catalog: all %u tables and columns that %s creates are there", count.total,
                          c->revision->id);
        pgm_case_explain(c,
                         "Everything that %s creates is in this database, so it was applied, by hand or by a run "
                         "whose last step was lost: the books are behind the schema.",
                         c->revision->id);
        pgm_case_next(c, "Compare the schema with a baseline (pgmedic drift); if it holds, correct the books with "
                         "stamp-head.");
        pgm_case_suggest(c, error, PGM_FITS_ERROR, NULL);
    }
    else if (counted)
    {
        pgm_case_evidence(c,
                          "repository and catalog: %u of the %u tables and columns that %s creates are there; %s is "
                          "not",
                          count.present, count.total, c->revision->id, count.absent);
        pgm_case_explain(c,
                         "Only a part of what %s creates is there: a run stopped half way outside a transaction, or "
                         "somebody made that part by hand. Stamping the books would hide what is missing.",
                         c->revision->id);
        pgm_case_next(c,
                      "Find out what the existing object is and who made it; drop or rename it if it is a leftover, or "
                      "make up by hand what is missing and then correct the books.");
    }
    else
    {
        pgm_case_explain(c,
                         "Either the migration was applied before and the books do not know it, or somebody made the "
                         "object by hand.");
        pgm_case_next(c, "See whether the rest of the migration is there too; if all of it is, the books are behind "
                         "(stamp-head); if not, find out where the object comes from.");
        pgm_case_suggest(c, error, PGM_FITS_ERROR, NULL);
    }
    g_free(count.absent);
    return TRUE;
}
