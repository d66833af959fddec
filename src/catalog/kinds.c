/*
 * kinds.c - the table of kinds: what a schema is made of, and what a difference in it means.
 *
 * A new kind is one row here and one query in src/sql/catalog/; reading, the
 * baseline and drift need no change. Reasons complete "… , because": one
 * clause about what an application or an engineer will meet.
 */
#include "pgmedic/snapshot.h"

#include <string.h>

#define COSMETIC PGM_SEVERITY_COSMETIC
#define RISKY    PGM_SEVERITY_RISKY
#define BREAKING PGM_SEVERITY_BREAKING

#define REASON_OWNER   "only its owner may alter it; the next migration may be refused"
#define REASON_COMMENT "comments change nothing at run time"
#define REASON_STORAGE "only size and speed differ"

/* The schema comes first: it is what others stand in. */
const PgmKind pgm_kinds[] = {
    {.name = "schema",
     .plural = "schemas",
     .query = "catalog/schemas",
     .missing = BREAKING,
     .missing_reason = "every statement that names it fails",
     .extra = COSMETIC,
     .extra_reason = "nothing that expects the baseline uses it",
     .attributes = {{"owner", RISKY, REASON_OWNER, "the database's owner"},
                    {"comment", COSMETIC, REASON_COMMENT, NULL}}},
    {.name = "table",
     .plural = "tables",
     .query = "catalog/tables",
     .relation = TRUE,
     .missing = BREAKING,
     .missing_reason = "every statement that names it fails",
     .extra = COSMETIC,
     .extra_reason = "nothing that expects the baseline uses it",
     .attributes = {{"persistence", RISKY, "an unlogged table is emptied by a crash and absent on standbys", "logged"},
                    {"owner", RISKY, REASON_OWNER, "the database's owner"},
                    {"access_method", COSMETIC, REASON_STORAGE, "heap"},
                    {"options", COSMETIC, "only storage and vacuum behave differently", NULL},
                    {"tablespace", COSMETIC, REASON_STORAGE, "the default"},
                    {"row_security", BREAKING, "rows are shown or hidden that should not be", "off"},
                    {"replica_identity", RISKY, "subscribers cannot apply UPDATE and DELETE, or need full rows",
                     "primary key"},
                    {"partition_key", BREAKING, "rows go to other partitions, or to none", "not partitioned"},
                    {"partition_of", BREAKING, "its rows are missing from, or foreign to, the partitioned table", NULL},
                    {"partition_bound", BREAKING, "rows go to other partitions, or to none", NULL},
                    {"inherits", BREAKING, "queries on the parent see other rows", NULL},
                    {"of_type", RISKY, "it does not follow its type's changes", NULL},
                    {"comment", COSMETIC, REASON_COMMENT, NULL}}},
    {.name = "column",
     .plural = "columns",
     .query = "catalog/columns",
     .parent = "relation",
     .ordered = TRUE,
     .missing = BREAKING,
     .missing_reason = "every statement that names it fails",
     .extra = COSMETIC,
     .extra_reason = "only SELECT * and INSERT without a column list notice it",
     .attributes = {{"position", COSMETIC, "SELECT * and INSERT without a column list put values in other places",
                     NULL},
                    {"type", BREAKING, "a foreign key or a query that expects the other type fails", NULL},
                    {"not_null", BREAKING, "a null is refused, or comes where none is expected", "nullable"},
                    {"default", RISKY, "rows inserted without a value get another one, or none", NULL},
                    {"identity", BREAKING, "an INSERT without a value, or with one, fails", NULL},
                    {"generated", BREAKING, "its values differ, and writing to it fails or is needed", "not generated"},
                    {"collation", RISKY, "sorting, comparing and indexes give other results", "the type's own"},
                    {"storage", COSMETIC, REASON_STORAGE, "the type's own"},
                    {"compression", COSMETIC, REASON_STORAGE, "the default"},
                    {"statistics", COSMETIC, "the planner may choose other plans", "the default"},
                    {"options", COSMETIC, "the planner may choose other plans", NULL},
                    {"comment", COSMETIC, REASON_COMMENT, NULL}}},
    {.name = "constraint",
     .plural = "constraints",
     .query = "catalog/constraints",
     .parent = "relation",
     .missing = RISKY,
     .missing_reason = "rows that break the rule are let in",
     .extra = RISKY,
     .extra_reason = "rows that the application may write are refused",
     .attributes = {{"type", BREAKING, "another rule is kept", NULL},
                    {"definition", RISKY, "another rule is kept", NULL},
                    {"not_valid", RISKY, "old rows may break the rule: it was never checked for them", "valid"},
                    {"deferrable", RISKY, "it is checked at another moment", "not deferrable"},
                    {"comment", COSMETIC, REASON_COMMENT, NULL}}},
    {.name = "index",
     .plural = "indexes",
     .query = "catalog/indexes",
     .parent = "relation",
     .missing = RISKY,
     .missing_reason = "queries that rely on it read the whole table",
     .extra = COSMETIC,
     .extra_reason = "it costs writes and space, nothing else",
     .attributes = {{"definition", RISKY, "queries that rely on it may read the whole table", NULL},
                    {"unique", BREAKING, "duplicates are let in or refused, and ON CONFLICT may fail", "not unique"},
                    {"primary", BREAKING, "foreign keys and ON CONFLICT need the primary key", "not primary"},
                    {"constraint", RISKY, "it stands for a constraint on one side only", NULL},
                    {"invalid", RISKY, "no query uses it, yet every write pays for it", "valid"},
                    {"clustered", COSMETIC, REASON_STORAGE, "no"},
                    {"partition_of", RISKY, "the partitioned index does not cover this partition", NULL},
                    {"tablespace", COSMETIC, REASON_STORAGE, "the default"},
                    {"statistics", COSMETIC, "the planner may choose other plans", "the default"},
                    {"comment", COSMETIC, REASON_COMMENT, NULL}}},
    {.name = NULL},
};

const PgmKind *pgm_kind_find(const char *name)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        if (strcmp(kind->name, name) == 0)
        {
            return kind;
        }
    }
    return NULL;
}
