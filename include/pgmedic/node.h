/*
 * node.h - YAML as a tree whose nodes know their line.
 *
 * The only door to libyaml. The reader refuses what a hand-written file never
 * needs and an attacker might use: more than 1 MiB (the caller may allow more),
 * more than 16 levels (libyaml 0.2.5 is quadratic in depth; it is asked for one
 * event at a time and given up at the 17th level, and it looks ahead by 1024
 * characters at most), NUL, anchors, aliases, tags, duplicate keys, a second
 * document. Nothing at all, or only comments, is a null.
 * Messages read "NAME:LINE:COLUMN: what is wrong".
 */
#ifndef PGMEDIC_NODE_H
#define PGMEDIC_NODE_H

#include <glib.h>

typedef enum
{
    PGM_NODE_SCALAR,
    PGM_NODE_SEQUENCE,
    PGM_NODE_MAPPING,
} PgmNodeKind;

typedef struct PgmNode PgmNode;

struct PgmNode
{
    PgmNodeKind kind;
    int line;         /* 1-based */
    int column;       /* 1-based */
    gboolean quoted;  /* a scalar in quotes or a block: always text, never null or a number */
    char *scalar;     /* PGM_NODE_SCALAR: its text, UTF-8 */
    GPtrArray *keys;  /* PGM_NODE_MAPPING: PgmNode scalars; keys->pdata[i] goes with items->pdata[i] */
    GPtrArray *items; /* PGM_NODE_SEQUENCE and PGM_NODE_MAPPING: PgmNode values */
};

enum
{
    PGM_NODE_MAX_BYTES = 1024 * 1024,
    PGM_NODE_MAX_DEPTH = 16,
};

/* NAME stands in messages. MAX_BYTES 0 means PGM_NODE_MAX_BYTES. Error: PGM_ERROR_INVALID. Caller frees. */
PgmNode *pgm_node_parse(const char *name, const char *data, gsize length, gsize max_bytes, GError **error);
void pgm_node_free(PgmNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmNode, pgm_node_free)

/* A mapping's value, borrowed; NULL when absent or when NODE is no mapping. */
const PgmNode *pgm_node_get(const PgmNode *node, const char *key);

/* Unquoted null, ~ or nothing. */
gboolean pgm_node_is_null(const PgmNode *node);

/*
 * All the mistakes of one file, gathered, so that they can be told at once; those of a file added in a row stand in
 * the order of its lines.
 */
typedef struct PgmFindings PgmFindings;

typedef enum
{
    PGM_FINDING_NOTE,  /* worth saying; nothing stops */
    PGM_FINDING_ERROR, /* the file does not hold up */
} PgmFindingLevel;

typedef struct
{
    PgmFindingLevel level;
    char *file;
    int line, column; /* 0: the file as a whole */
    char *rule;       /* a short stable name, "unknown-key"; for --json */
    char *message;
} PgmFinding;

PgmFindings *pgm_findings_new(void);
void pgm_findings_free(PgmFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmFindings, pgm_findings_free)
void pgm_findings_add(PgmFindings *findings, PgmFindingLevel level, const char *file, int line, int column,
                      const char *rule, const char *format, ...) G_GNUC_PRINTF(7, 8);
guint pgm_findings_count(const PgmFindings *findings); /* of both levels */
guint pgm_findings_errors(const PgmFindings *findings);
const PgmFinding *pgm_findings_at(const PgmFindings *findings, guint index);
char *pgm_findings_text(const PgmFindings *findings); /* "file:line:column: message" a line. Caller frees. */
/* Sets ERROR (PGM_ERROR_INVALID, the text above) and returns FALSE when there are errors. */
gboolean pgm_findings_check(const PgmFindings *findings, GError **error);

/* The known name nearest to WORD by edit distance, for "did you mean"; NULL when none is near. KNOWN ends in NULL. */
const char *pgm_findings_nearest(const char *word, const char *const *known);

/*
 * Writing YAML, streamed: block style, two blanks, keys as given, scalars plain where YAML 1.1 and 1.2 both
 * read them back as the same text, else quoted, and literal blocks for text of several lines. Whatever pgm_yaml_text
 * was given, pgm_node_parse gives back byte for byte; only bytes that are no UTF-8 become the text \xNN.
 */
typedef struct PgmYamlWriter PgmYamlWriter;

PgmYamlWriter *pgm_yaml_writer_new(GString *out); /* appends to OUT, borrowed */
/* KEY is NULL inside a sequence and for the document's root. */
void pgm_yaml_begin_mapping(PgmYamlWriter *writer, const char *key);
void pgm_yaml_begin_sequence(PgmYamlWriter *writer, const char *key);
void pgm_yaml_end(PgmYamlWriter *writer);
void pgm_yaml_text(PgmYamlWriter *writer, const char *key, const char *value); /* NULL value: null */
void pgm_yaml_integer(PgmYamlWriter *writer, const char *key, gint64 value);
void pgm_yaml_boolean(PgmYamlWriter *writer, const char *key, gboolean value);
/* Ends the document and frees WRITER. FALSE when begin and end did not match, a key was missing or too many, or there
 * are more than PGM_NODE_MAX_DEPTH levels. */
gboolean pgm_yaml_writer_finish(PgmYamlWriter *writer, GError **error);

#endif
