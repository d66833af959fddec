/*
 * yaml_writer.c - writing YAML, streamed (node.h).
 *
 * By hand rather than through libyaml's emitter: that one folds long lines, chooses double quotes for a leading blank
 * (every view definition has one), and is an event allocation a scalar.
 */
#include "base/character.h"
#include "pgmedic/error.h"
#include "pgmedic/node.h"

#include <string.h>

enum
{
    STEP = 2,
    KEY_MAX = 1000, /* libyaml takes "key:" for a key only within 1024 characters; longer ones are written "? key" */
};

typedef struct
{
    PgmNodeKind kind;
    gboolean in_sequence; /* it began behind "-", on whose line its first entry goes */
    guint entries;
} Level;

struct PgmYamlWriter
{
    GString *out;
    Level levels[PGM_NODE_MAX_DEPTH];
    guint depth;
    gboolean root_written;
    const char *mistake; /* the first misuse; NULL: none */
};

/* What one pass over a text tells about how it can be written: which of these are in it. */
typedef enum
{
    SHAPE_NEWLINE = 1 << 0,
    SHAPE_TAB = 1 << 1,
    SHAPE_UNSAFE = 1 << 2,      /* what only an escape can carry */
    SHAPE_PUNCTUATION = 1 << 3, /* ": " or " #", or a blank or colon where a plain scalar loses it */
    SHAPE_INK = 1 << 4,         /* anything but blanks, tabs and newlines */
    SHAPE_FOREIGN = 1 << 5,     /* beyond ASCII */
} Shape;

PgmYamlWriter *pgm_yaml_writer_new(GString *out)
{
    PgmYamlWriter *writer = g_new0(PgmYamlWriter, 1);
    writer->out = out;
    return writer;
}

/* A large baseline is millions of characters, hardly one of them beyond ASCII. */
static Shape shape_of(const char *text, gsize length)
{
    Shape shape = 0;
    for (gsize i = 0; i < length;)
    {
        guchar byte = (guchar)text[i];
        if (byte > ' ' && byte < 0x7F)
        {
            i++;
            shape |= byte == ':' && (i == length || text[i] == ' ') ? SHAPE_INK | SHAPE_PUNCTUATION : SHAPE_INK;
        }
        else if (byte < 0x80)
        {
            i++;
            shape |= byte == ' '    ? (i == length || text[i] == '#' ? SHAPE_PUNCTUATION : 0)
                     : byte == '\n' ? SHAPE_NEWLINE
                     : byte == '\t' ? SHAPE_TAB
                                    : SHAPE_INK | SHAPE_UNSAFE;
        }
        else
        {
            gunichar c = 0;
            int bytes;
            (void)pgm_character_next(text + i, length - i, &c, &bytes);
            i += (gsize)bytes;
            shape |= SHAPE_FOREIGN | SHAPE_INK | (pgm_character_is_safe(c) ? 0 : SHAPE_UNSAFE);
        }
    }
    return shape;
}

/* What some reader of YAML 1.1 takes for a null or a boolean. */
static gboolean is_word(const char *text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    if (strchr("nNtTfFyYoO", text[0]) == NULL)
    {
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    {
        if (g_ascii_strcasecmp(text, words[i]) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* Does TEXT read back as itself without quotes, in block context, by the rules of YAML 1.1 and 1.2? Stricter than
 * either: a few texts are quoted that need not be. */
static gboolean is_plain(const char *text, Shape shape)
{
    if (*text == '\0' || (shape & (SHAPE_NEWLINE | SHAPE_TAB | SHAPE_UNSAFE | SHAPE_PUNCTUATION)) != 0)
    {
        return FALSE;
    }
    if (g_ascii_isdigit(text[0]) || text[0] == '.' || text[0] == '+')
    {
        return text[strspn(text, "0123456789abcdefABCDEF_xXoOtTzZiInN.:+- ")] != '\0'; /* else a number, date, time */
    }
    return (g_ascii_isalpha(text[0]) || (guchar)text[0] >= 0x80 || strchr("_/($", text[0]) != NULL) && !is_word(text);
}

static void indent(PgmYamlWriter *writer, guint columns)
{
    static const char blanks[] = "                                        ";
    G_STATIC_ASSERT(sizeof blanks > STEP * (PGM_NODE_MAX_DEPTH + 1));
    g_string_append_len(writer->out, blanks, columns);
}

static void append_single_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (const char *quote; (quote = strchr(text, '\'')) != NULL; text = quote + 1)
    {
        g_string_append_len(out, text, quote - text);
        g_string_append(out, "''");
    }
    g_string_append(out, text);
    g_string_append_c(out, '\'');
}

static void append_escaped(GString *out, gunichar c)
{
    const char *name = c == '\n'   ? "\\n"
                       : c == '\t' ? "\\t"
                       : c == '\r' ? "\\r"
                       : c == '"'  ? "\\\""
                       : c == '\\' ? "\\\\"
                                   : NULL;
    if (name != NULL)
    {
        g_string_append(out, name);
        return;
    }
    g_string_append_printf(out, c < 0x100 ? "\\x%02X" : c < 0x10000 ? "\\u%04X" : "\\U%08X", c);
}

static void append_double_quoted(GString *out, const char *text, gsize length)
{
    g_string_append_c(out, '"');
    for (gsize i = 0; i < length;)
    {
        gunichar c = 0;
        int bytes;
        (void)pgm_character_next(text + i, length - i, &c, &bytes);
        if (c != '"' && c != '\\' && pgm_character_is_safe(c))
        {
            g_string_append_len(out, text + i, bytes);
        }
        else
        {
            append_escaped(out, c);
        }
        i += (gsize)bytes;
    }
    g_string_append_c(out, '"');
}

/* A block that keeps every line as it is. The indentation is told where the first line could be mistaken for it. */
static void append_literal(PgmYamlWriter *writer, const char *text, gsize length)
{
    guint columns = STEP * MAX(writer->depth, 1);
    gsize newlines = 0;
    while (newlines < length && text[length - 1 - newlines] == '\n')
    {
        newlines++;
    }
    g_string_append_c(writer->out, '|');
    if (strchr(" \t\n", text[0]) != NULL)
    {
        g_string_append_c(writer->out, '0' + STEP);
    }
    g_string_append(writer->out, newlines == 0 ? "-" : newlines == 1 ? "" : "+");
    for (const char *line = text; line != NULL;)
    {
        const char *end = strchr(line, '\n');
        gsize size = end != NULL ? (gsize)(end - line) : strlen(line);
        if (end == NULL && size == 0)
        {
            break; /* the text ends in a newline */
        }
        g_string_append_c(writer->out, '\n');
        if (size > 0)
        {
            indent(writer, columns);
        }
        g_string_append_len(writer->out, line, (gssize)size);
        line = end != NULL ? end + 1 : NULL;
    }
}

/* Bytes that are no UTF-8, which no YAML can carry, become the text \xNN, so that different bytes stay different. */
static char *make_valid(const char *text)
{
    GString *valid = g_string_new(NULL);
    gsize length = strlen(text);
    for (gsize i = 0; i < length;)
    {
        gunichar c;
        int bytes;
        if (pgm_character_next(text + i, length - i, &c, &bytes))
        {
            g_string_append_len(valid, text + i, bytes);
        }
        else
        {
            g_string_append_printf(valid, "\\x%02x", (guint)(guchar)text[i]);
        }
        i += (gsize)bytes;
    }
    return g_string_free(valid, FALSE);
}

static void append_scalar(PgmYamlWriter *writer, const char *text, gboolean is_key)
{
    gsize length = strlen(text);
    Shape shape = shape_of(text, length);
    g_autofree char *valid = NULL;
    if ((shape & SHAPE_FOREIGN) != 0 && !g_utf8_validate(text, (gssize)length, NULL))
    {
        valid = make_valid(text);
        text = valid;
        length = strlen(text);
        shape = shape_of(text, length);
    }
    if (is_plain(text, shape))
    {
        g_string_append_len(writer->out, text, (gssize)length);
    }
    else if ((shape & (SHAPE_NEWLINE | SHAPE_UNSAFE | SHAPE_INK)) == (SHAPE_NEWLINE | SHAPE_INK) && !is_key)
    {
        append_literal(writer, text, length);
    }
    else if ((shape & (SHAPE_NEWLINE | SHAPE_TAB | SHAPE_UNSAFE)) != 0)
    {
        append_double_quoted(writer->out, text, length);
    }
    else
    {
        append_single_quoted(writer->out, text);
    }
}

static void append_key(PgmYamlWriter *writer, const char *key)
{
    gsize start = writer->out->len;
    append_scalar(writer, key, TRUE);
    if (writer->out->len - start > KEY_MAX)
    {
        g_string_insert(writer->out, (gssize)start, "? ");
        g_string_append_c(writer->out, '\n');
        indent(writer, STEP * (writer->depth - 1));
    }
    g_string_append_c(writer->out, ':');
}

static gboolean set_mistake(PgmYamlWriter *writer, const char *mistake)
{
    if (writer->mistake == NULL)
    {
        writer->mistake = mistake;
    }
    return FALSE;
}

/* Writes what goes before a value: line, indentation, dash or key. FALSE on misuse. */
static gboolean begin_entry(PgmYamlWriter *writer, const char *key)
{
    if (writer->mistake != NULL)
    {
        return FALSE;
    }
    if (writer->depth == 0)
    {
        gboolean second = writer->root_written;
        writer->root_written = TRUE;
        return second ? set_mistake(writer, "a second root") : key == NULL || set_mistake(writer, "a root with a key");
    }
    Level *level = &writer->levels[writer->depth - 1];
    if ((level->kind == PGM_NODE_MAPPING) != (key != NULL))
    {
        return set_mistake(writer, key != NULL ? "a key in a sequence" : "no key in a mapping");
    }
    if (level->entries == 0 && level->in_sequence)
    {
        g_string_append_c(writer->out, ' ');
    }
    else
    {
        if (level->entries == 0 && writer->depth > 1)
        {
            g_string_append_c(writer->out, '\n');
        }
        indent(writer, STEP * (writer->depth - 1));
    }
    level->entries++;
    if (key != NULL)
    {
        append_key(writer, key);
    }
    else
    {
        g_string_append_c(writer->out, '-');
    }
    return TRUE;
}

/* A value that is one token or block: blank, value, end of line. */
static gboolean begin_scalar(PgmYamlWriter *writer, const char *key)
{
    if (!begin_entry(writer, key))
    {
        return FALSE;
    }
    if (writer->depth > 0)
    {
        g_string_append_c(writer->out, ' ');
    }
    return TRUE;
}

static void begin_collection(PgmYamlWriter *writer, const char *key, PgmNodeKind kind)
{
    if (!begin_entry(writer, key))
    {
        return;
    }
    if (writer->depth == PGM_NODE_MAX_DEPTH)
    {
        set_mistake(writer, "too many levels");
        return;
    }
    gboolean in_sequence = writer->depth > 0 && writer->levels[writer->depth - 1].kind == PGM_NODE_SEQUENCE;
    writer->levels[writer->depth++] = (Level){.kind = kind, .in_sequence = in_sequence};
}

void pgm_yaml_begin_mapping(PgmYamlWriter *writer, const char *key)
{
    begin_collection(writer, key, PGM_NODE_MAPPING);
}

void pgm_yaml_begin_sequence(PgmYamlWriter *writer, const char *key)
{
    begin_collection(writer, key, PGM_NODE_SEQUENCE);
}

void pgm_yaml_end(PgmYamlWriter *writer)
{
    if (writer->mistake != NULL)
    {
        return;
    }
    if (writer->depth == 0)
    {
        set_mistake(writer, "an end without a beginning");
        return;
    }
    const Level *level = &writer->levels[--writer->depth];
    if (level->entries == 0)
    {
        const char *empty = level->kind == PGM_NODE_MAPPING ? " {}\n" : " []\n";
        g_string_append(writer->out, writer->depth > 0 ? empty : empty + 1);
    }
}

void pgm_yaml_text(PgmYamlWriter *writer, const char *key, const char *value)
{
    if (!begin_scalar(writer, key))
    {
        return;
    }
    if (value == NULL)
    {
        g_string_append(writer->out, "null");
    }
    else
    {
        append_scalar(writer, value, FALSE);
    }
    g_string_append_c(writer->out, '\n');
}

void pgm_yaml_integer(PgmYamlWriter *writer, const char *key, gint64 value)
{
    if (begin_scalar(writer, key))
    {
        g_string_append_printf(writer->out, "%" G_GINT64_FORMAT "\n", value);
    }
}

void pgm_yaml_boolean(PgmYamlWriter *writer, const char *key, gboolean value)
{
    if (begin_scalar(writer, key))
    {
        g_string_append(writer->out, value ? "true\n" : "false\n");
    }
}

gboolean pgm_yaml_writer_finish(PgmYamlWriter *writer, GError **error)
{
    const char *mistake = writer->mistake;
    if (mistake == NULL && writer->depth > 0)
    {
        mistake = "a beginning without an end";
    }
    if (mistake == NULL && !writer->root_written)
    {
        mistake = "nothing was written";
    }
    g_free(writer);
    if (mistake != NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "a YAML document was put together wrongly: %s", mistake);
        return FALSE;
    }
    return TRUE;
}
