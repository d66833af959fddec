/* log_reader.c - one pass over a log's lines: which begin an error, which belong to one, which tell where it was. */
#include "runbook/log_reader.h"

#include <stdlib.h>
#include <string.h>

/* How lines begin an error. Groups: code (SQLSTATE), class (of an exception), message, prefix, statement. */
typedef struct
{
    const char *must_hold; /* a text that the line holds: spares the regular expression on most lines */
    const char *pattern;
    gboolean certain; /* no other program writes so: the error counts even when its SQLSTATE is not known */
} Opening;

static const Opening OPENINGS[] = {
    /* PHP */
    {"SQLSTATE[", "SQLSTATE\\[(?<code>\\w{5})\\](?: \\[\\d+\\])?:? (?:[^:]*: \\d+ )?(?:ERROR:\\s+)?(?<message>.*)",
     TRUE},
    /* Elixir */
    {"Postgrex.Error", "\\(Postgrex\\.Error\\) (?:ERROR|FATAL) (?<code>\\w{5}) \\([^)]*\\) (?<message>.*)", TRUE},
    /* .NET */
    {"PostgresException", "PostgresException[^:]*: (?<code>[0-9A-Z]{5}): (?<message>.*)", TRUE},
    /* Rust */
    {"SqlState(", "code: SqlState\\(E?(?<code>\\w{5})\\), message: \"(?<message>(?:[^\"\\\\]|\\\\.)*)\"", TRUE},
    {"error returned from database", "error returned from database: (?<message>.*)", TRUE},
    /* Python: SQLAlchemy around a driver's error, then the drivers themselves */
    {".exc.", "^\\s*(?:\\w+\\.)+\\w+: \\((?<class>[\\w.]+)\\) (?<message>.*)", TRUE},
    {"psycopg", "^\\s*(?<class>psycopg2?(?:_binary)?\\.[\\w.]*\\w)(?:: (?<message>.*))?$", TRUE},
    {"asyncpg", "^\\s*(?<class>asyncpg\\.[\\w.]*\\w)(?:: (?<message>.*))?$", TRUE},
    {"django.db.utils.", "^\\s*(?<class>django\\.db\\.utils\\.\\w+): (?<message>.*)", TRUE},
    /* Ruby */
    {"PG::", "PG::(?<class>\\w+): (?:(?:ERROR|FATAL):\\s+)?(?<message>.*)", TRUE},
    /* Go */
    {"(SQLSTATE ", "(?:(?:ERROR|FATAL|PANIC): )(?<message>.*?) \\(SQLSTATE (?<code>\\w{5})\\)", TRUE},
    {"pq: ", "\\bpq: (?<message>.*?)\\)?$", TRUE},
    /* psql, the server's log, JDBC, and whoever passes PostgreSQL's own words on */
    {":  ", "^(?<prefix>.*?)\\b(?:ERROR|FATAL|PANIC|FEHLER|ERREUR):  (?:(?<code>[0-9A-Z]{5}): )?(?<message>.*)", TRUE},
    {": ", "^(?<prefix>.*?)\\b(?:ERROR|FATAL|PANIC|FEHLER|ERREUR): (?:(?<code>[0-9A-Z]{5}): )?(?<message>.*)", FALSE},
    /* JavaScript: the code comes lines later */
    {"rror: ", "^\\s*(?:\\w*[eE]rror)(?: \\[\\w+\\])?: (?<message>.*)", FALSE},
};

/* How lines tell which revision is being applied; groups from, to. */
static const struct
{
    const char *must_hold;
    const char *pattern;
} PROGRESS[] = {
    {"Running upgrade", "Running upgrade (?<from>.*?) -> (?<to>[^\\s,]+)"},
    {"Migrating schema", "Migrating schema .* to version \"?(?<to>[^\\s\"]+)"},
    {"to version", "Migration of schema .* to version \"?(?<to>[^\\s\"]+)[^\"]*\"? failed"},
    {": migrating", "^== +(?<to>\\d+) .*: migrating"},
    {"Applying ", "^\\s*Applying (?:migration )?[`]?(?<to>[\\w.]+?)[`]?(?:\\.\\.\\.|$)"},
    {"Migration name: ", "^Migration name: (?<to>\\S+)"},
};

/* The lines that belong to an error; each fills a field. */
typedef enum
{
    FIELD_DETAIL,
    FIELD_HINT,
    FIELD_CONTEXT,
    FIELD_STATEMENT,
    FIELD_EXCERPT,
    FIELD_CODE,
    FIELD_CODE_AHEAD, /* of the message that follows */
} Field;

static const struct
{
    const char *must_hold;
    const char *pattern; /* group 1: the text */
    Field field;
} FIELDS[] = {
    {"DETAIL", "\\bDETAIL:  ?(.*)", FIELD_DETAIL},
    {"Detail", "^\\s*Detail ?: (.*)", FIELD_DETAIL},
    {"detail", "^\\s*detail: ['\"`](.*?)['\"`],?$", FIELD_DETAIL},
    {"HINT", "\\bHINT:  ?(.*)", FIELD_HINT},
    {"Hint", "^\\s*Hint: (.*)", FIELD_HINT},
    {"hint", "^\\s*hint: ['\"`](.*?)['\"`],?$", FIELD_HINT},
    {"CONTEXT", "\\bCONTEXT:  ?(.*)", FIELD_CONTEXT},
    {"Where", "^\\s*Where: (.*)", FIELD_CONTEXT},
    {"where", "^\\s*where: ['\"`](.*?)['\"`],?$", FIELD_CONTEXT},
    {"STATEMENT", "\\bSTATEMENT:  ?(.*)", FIELD_STATEMENT},
    {"Statement", "^Statement +: (.*)", FIELD_STATEMENT},
    {"[SQL: ", "^\\[SQL: (.*)", FIELD_STATEMENT},
    {"[Failed SQL", "^\\s*\\[Failed SQL: (?:\\(\\d+\\) )?(.*)", FIELD_STATEMENT},
    {"query:", "^\\s*query: ['\"`](.*?)['\"`],?$", FIELD_STATEMENT},
    {"LINE ", "^(?:\\S+ )?LINE \\d+: (.*)", FIELD_EXCERPT},
    {"code", "^\\s*code: ['\"]([0-9A-Z]{5})['\"]", FIELD_CODE},
    {"SQL State", "^SQL State +: (\\w{5})", FIELD_CODE_AHEAD},
    {"error code", "[Dd]atabase error code: (\\w{5})", FIELD_CODE_AHEAD},
    {"SQLSTATE", "^\\s*SQLSTATE:? (\\w{5})\\b", FIELD_CODE},
};

enum
{
    REACH = 60, /* lines after an error in which its fields may follow */
};

typedef struct
{
    const PgmLogText *text;
    PgmLog *log;
    GRegex *openings[G_N_ELEMENTS(OPENINGS)];
    GRegex *progress[G_N_ELEMENTS(PROGRESS)];
    GRegex *fields[G_N_ELEMENTS(FIELDS)];
    GRegex *python_frame;
    GRegex *other_frame;
    GRegex *psql_prefix;
    GRegex *process;
    PgmLogRecord *current;
    guint current_at; /* its line's index */
    GPtrArray *all;   /* PgmLogRecord, before sameness is seen; owned by the log in the end */
    char *from, *to;
    guint attempt;
    char code[6]; /* an SQLSTATE that came before its message */
    guint code_at;
    char *frame_file, *frame_code, *frame; /* the user's frame nearest to what comes next */
    int frame_line;
} Reader;

static const char *line_at(const Reader *r, guint i)
{
    return r->text->lines->pdata[i];
}

static char *named(const GMatchInfo *match, const char *name)
{
    g_autofree char *text = g_match_info_fetch_named(match, name);
    return text != NULL && text[0] != '\0' ? g_steal_pointer(&text) : NULL;
}

/* A server log's prefix may hold the pid and, by %e, the SQLSTATE. */
static void read_prefix(const Reader *r, PgmLogRecord *record, const char *prefix)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (g_regex_match(r->process, prefix, 0, &match))
    {
        g_autofree char *bracketed = g_match_info_fetch(match, 1);
        record->process = bracketed[0] != '\0' ? g_steal_pointer(&bracketed) : g_match_info_fetch(match, 2);
    }
    g_autoptr(GMatchInfo) psql = NULL;
    if (g_regex_match(r->psql_prefix, prefix, 0, &psql))
    {
        g_autofree char *file = g_match_info_fetch(psql, 1);
        g_autofree char *line = g_match_info_fetch(psql, 2);
        record->error->source = g_strdup_printf("%s line %s", file, line);
        record->frame_file = g_path_get_basename(file);
        record->frame_line = atoi(line);
        return;
    }
    g_auto(GStrv) words = g_strsplit_set(prefix, " =,;:|", -1);
    for (guint i = 0; words[i] != NULL && record->error->sqlstate[0] == '\0'; i++)
    {
        gboolean plain = strlen(words[i]) == 5 && strspn(words[i], "0123456789") < 5;
        gboolean told = i > 0 && g_ascii_strcasecmp(words[i - 1], "sqlstate") == 0;
        if ((plain || told) && pgm_sqlstate_condition(words[i]) != NULL)
        {
            pgm_log_error_set_code(record->error, words[i]);
        }
    }
}

/* SQLAlchemy over asyncpg: "<class 'asyncpg.exceptions.UndefinedTableError'>: relation …" */
static void unwrap_class(PgmLogError *error)
{
    const char *lead = "<class '";
    if (error->message == NULL || !g_str_has_prefix(error->message, lead))
    {
        return;
    }
    const char *end = strstr(error->message, "'>: ");
    if (end == NULL)
    {
        return;
    }
    g_autofree char *class_name =
        g_strndup(error->message + strlen(lead), (gsize)(end - error->message) - strlen(lead));
    const char *code = pgm_sqlstate_from_exception(class_name);
    pgm_log_error_set_code(error, code);
    char *message = g_strdup(end + strlen("'>: "));
    g_free(error->message);
    error->message = message;
}

/* Liquibase writes the statement into the message's line. */
static void cut_failed_sql(PgmLogError *error)
{
    char *found = error->message != NULL ? strstr(error->message, " [Failed SQL: ") : NULL;
    if (found == NULL)
    {
        return;
    }
    const char *sql = found + strlen(" [Failed SQL: ");
    const char *code_end = sql[0] == '(' ? strstr(sql, ") ") : NULL;
    sql = code_end != NULL ? code_end + 2 : sql;
    gsize length = strlen(sql);
    error->statement = g_strndup(sql, length > 0 && sql[length - 1] == ']' ? length - 1 : length);
    *found = '\0';
}

static PgmLogRecord *open_record(const Reader *r, guint i, const GMatchInfo *match)
{
    PgmLogRecord *record = g_new0(PgmLogRecord, 1);
    g_autofree char *message = named(match, "message");
    g_autofree char *code = named(match, "code");
    g_autofree char *class_name = named(match, "class");
    g_autofree char *prefix = named(match, "prefix");
    record->error = pgm_log_error_new(code, message != NULL ? message : class_name);
    g_strstrip(record->error->message);
    record->error->line = r->text->first + (int)i;
    record->times = 1;
    record->attempt = r->attempt;
    unwrap_class(record->error);
    cut_failed_sql(record->error);
    if (record->error->sqlstate[0] == '\0')
    {
        pgm_log_error_set_code(record->error, pgm_sqlstate_from_exception(class_name));
    }
    if (prefix != NULL)
    {
        read_prefix(r, record, prefix);
    }
    if (record->error->sqlstate[0] == '\0' && r->code[0] != '\0' && i - r->code_at <= 6)
    {
        pgm_log_error_set_code(record->error, r->code);
    }
    if (record->error->sqlstate[0] == '\0')
    {
        pgm_log_error_set_code(record->error, pgm_sqlstate_from_message(record->error->message));
    }
    return record;
}

static void take_frame(Reader *r, PgmLogRecord *record)
{
    if (r->frame != NULL && record->error->source == NULL)
    {
        record->error->source = g_strdup(r->frame);
        record->frame_file = g_strdup(r->frame_file);
        record->frame_line = r->frame_line;
        record->code_at_frame = g_strdup(r->frame_code);
    }
    record->revision_from = g_strdup(r->from);
    record->revision_to = g_strdup(r->to);
}

static gboolean read_opening(Reader *r, guint i)
{
    const char *line = line_at(r, i);
    for (guint k = 0; k < G_N_ELEMENTS(OPENINGS); k++)
    {
        g_autoptr(GMatchInfo) match = NULL;
        if (strstr(line, OPENINGS[k].must_hold) == NULL || !g_regex_match(r->openings[k], line, 0, &match))
        {
            continue;
        }
        PgmLogRecord *record = open_record(r, i, match);
        /* what any program may write counts only with an SQLSTATE; a JavaScript error's comes lines later */
        gboolean later = k + 1 == G_N_ELEMENTS(OPENINGS);
        if (!OPENINGS[k].certain && record->error->sqlstate[0] == '\0' && !later)
        {
            pgm_log_record_free(record);
            continue;
        }
        take_frame(r, record);
        g_ptr_array_add(r->all, record);
        r->current = record;
        r->current_at = i;
        return TRUE;
    }
    return FALSE;
}

/* The statement goes on until a line that closes it: "]" for SQLAlchemy's, a line without a tab for a server log's, a
 * blank one for Flyway's. Gives the index of its last line. */
static guint read_statement(const Reader *r, guint i, const char *begun, char **statement)
{
    const char *line = line_at(r, i);
    gboolean bracket = strstr(line, "[SQL: ") != NULL;
    gboolean flyway = g_str_has_prefix(line, "Statement ");
    g_autoptr(GString) text = g_string_new(begun);
    guint at = i;
    while (at + 1 < r->text->lines->len && text->len < PGM_LOG_MAX_LINE)
    {
        const char *next = line_at(r, at + 1);
        gboolean done = bracket ? g_str_has_suffix(line_at(r, at), "]") : flyway ? next[0] == '\0' : next[0] != '\t';
        if (done)
        {
            break;
        }
        g_string_append_printf(text, "\n%s", bracket || flyway ? next : next + 1);
        at++;
    }
    if (bracket && g_str_has_suffix(text->str, "]"))
    {
        g_string_truncate(text, text->len - 1);
    }
    g_strstrip(text->str);
    *statement = g_strdup(text->str);
    return at;
}

/* A server log interleaves sessions: the line belongs to the error of its own process. */
static PgmLogRecord *owner(const Reader *r, const char *line)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (r->current == NULL || r->current->process == NULL || !g_regex_match(r->process, line, 0, &match))
    {
        return r->current;
    }
    g_autofree char *bracketed = g_match_info_fetch(match, 1);
    g_autofree char *named_pid = g_match_info_fetch(match, 2);
    const char *pid = bracketed[0] != '\0' ? bracketed : named_pid;
    for (guint i = r->all->len; i-- > 0 && r->all->len - i < 50;)
    {
        PgmLogRecord *record = r->all->pdata[i];
        if (g_strcmp0(record->process, pid) == 0)
        {
            return record;
        }
    }
    return r->current;
}

static void set_once(char **field, const char *text)
{
    if (*field == NULL && text[0] != '\0')
    {
        *field = g_strdup(text);
    }
}

static guint fill_field(Reader *r, guint i, Field field, const char *text)
{
    PgmLogRecord *record = r->current != NULL && i - r->current_at <= REACH ? owner(r, line_at(r, i)) : NULL;
    if (field == FIELD_CODE_AHEAD || (field == FIELD_CODE && (record == NULL || record->error->sqlstate[0] != '\0')))
    {
        g_strlcpy(r->code, text, sizeof r->code);
        r->code_at = i;
        return i;
    }
    g_autofree char *statement = NULL;
    guint last = field == FIELD_STATEMENT ? read_statement(r, i, text, &statement) : i;
    if (record == NULL)
    {
        return last;
    }
    switch (field)
    {
    case FIELD_DETAIL:
        set_once(&record->error->detail, text);
        break;
    case FIELD_HINT:
        set_once(&record->error->hint, text);
        break;
    case FIELD_CONTEXT:
        set_once(&record->error->context, text);
        break;
    case FIELD_STATEMENT:
        set_once(&record->error->statement, statement);
        break;
    case FIELD_EXCERPT:
        if (strstr(text, "...") == NULL)
        {
            set_once(&record->error->statement, text);
        }
        break;
    case FIELD_CODE:
        pgm_log_error_set_code(record->error, text);
        break;
    case FIELD_CODE_AHEAD:
        break;
    }
    return last;
}

/* Gives the index of the last line read, or -1 when the line is no field. */
static int read_field(Reader *r, guint i)
{
    const char *line = line_at(r, i);
    for (guint k = 0; k < G_N_ELEMENTS(FIELDS); k++)
    {
        g_autoptr(GMatchInfo) match = NULL;
        if (strstr(line, FIELDS[k].must_hold) != NULL && g_regex_match(r->fields[k], line, 0, &match))
        {
            g_autofree char *text = g_match_info_fetch(match, 1);
            return (int)fill_field(r, i, FIELDS[k].field, text);
        }
    }
    return -1;
}

static void forget_frame(Reader *r)
{
    g_clear_pointer(&r->frame, g_free);
    g_clear_pointer(&r->frame_file, g_free);
    g_clear_pointer(&r->frame_code, g_free);
}

/* A frame of the user's own: not of a library, not of the interpreter. */
static gboolean own_frame(const char *file)
{
    static const char *const libraries[] = {"site-packages/", "dist-packages/", "sqlalchemy/", "psycopg",   "asyncpg/",
                                            "node_modules/",  "node:",          "/gems/",      "lib/ruby/", "<",
                                            "lib/python",     "internal/"};
    if (strstr(file, "versions/") != NULL || strstr(file, "migrations/") != NULL || strstr(file, "/migrate/") != NULL)
    {
        return strstr(file, "-packages/") == NULL;
    }
    for (guint i = 0; i < G_N_ELEMENTS(libraries); i++)
    {
        if (strstr(file, libraries[i]) != NULL)
        {
            return FALSE;
        }
    }
    /* Alembic's own files; env.py is the user's but says nothing */
    return !g_str_has_prefix(file, "alembic/") && strstr(file, "/alembic/") == NULL;
}

static gboolean read_python_frame(Reader *r, guint i)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (strstr(line_at(r, i), "File \"") == NULL || !g_regex_match(r->python_frame, line_at(r, i), 0, &match))
    {
        return FALSE;
    }
    g_autofree char *file = g_match_info_fetch(match, 1);
    g_autofree char *line = g_match_info_fetch(match, 2);
    g_autofree char *function = g_match_info_fetch(match, 3);
    if (!own_frame(file))
    {
        return TRUE;
    }
    forget_frame(r);
    gboolean code = i + 1 < r->text->lines->len && g_str_has_prefix(line_at(r, i + 1), "    ");
    r->frame_code = code ? g_strstrip(g_strdup(line_at(r, i + 1))) : NULL;
    r->frame_file = g_path_get_basename(file);
    r->frame_line = atoi(line);
    r->frame =
        g_strdup_printf("%s line %s, in %s%s%s", file, line, function, code ? ": " : "", code ? r->frame_code : "");
    return TRUE;
}

/* Ruby's and JavaScript's traces follow the error: the first own frame counts. */
static gboolean read_other_frame(Reader *r, guint i)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (r->current == NULL || r->current->error->source != NULL || i - r->current_at > REACH ||
        !g_regex_match(r->other_frame, line_at(r, i), 0, &match))
    {
        return FALSE;
    }
    g_autofree char *file = g_match_info_fetch(match, 1);
    g_autofree char *line = g_match_info_fetch(match, 2);
    if (own_frame(file))
    {
        r->current->error->source = g_strdup_printf("%s line %s", file, line);
        r->current->frame_file = g_path_get_basename(file);
        r->current->frame_line = atoi(line);
    }
    return TRUE;
}

static gboolean read_progress(Reader *r, const char *line)
{
    if (strstr(line, "Context impl PostgresqlImpl") != NULL)
    {
        r->attempt++;
        g_clear_pointer(&r->from, g_free);
        g_clear_pointer(&r->to, g_free);
        return TRUE;
    }
    if (strstr(line, "transactional DDL") != NULL)
    {
        r->log->transactional = strstr(line, "non-transactional") == NULL;
        return TRUE;
    }
    if (g_str_has_prefix(line, "Traceback "))
    {
        forget_frame(r);
        return TRUE;
    }
    for (guint k = 0; k < G_N_ELEMENTS(PROGRESS); k++)
    {
        g_autoptr(GMatchInfo) match = NULL;
        if (strstr(line, PROGRESS[k].must_hold) != NULL && g_regex_match(r->progress[k], line, 0, &match))
        {
            g_free(r->from);
            g_free(r->to);
            r->from = named(match, "from");
            r->to = named(match, "to");
            return TRUE;
        }
    }
    return FALSE;
}

static void read_lines(Reader *r)
{
    for (guint i = 0; i < r->text->lines->len && r->all->len < PGM_LOG_MAX_ERRORS; i++)
    {
        if (line_at(r, i)[0] == '\0' || read_progress(r, line_at(r, i)) || read_python_frame(r, i))
        {
            continue;
        }
        int last = read_field(r, i);
        if (last >= 0)
        {
            i = (guint)last;
        }
        else if (!read_opening(r, i))
        {
            read_other_frame(r, i);
        }
    }
}

static void merge_all(Reader *r)
{
    for (guint i = 0; i < r->all->len; i++)
    {
        PgmLogRecord *record = r->all->pdata[i];
        PgmLogRecord *earlier = NULL;
        for (guint k = 0; k < r->log->records->len && earlier == NULL; k++)
        {
            earlier = pgm_log_record_same(r->log->records->pdata[k], record) ? r->log->records->pdata[k] : NULL;
        }
        gboolean noise = record->error->sqlstate[0] == '\0' && record->error->detail == NULL &&
                         record->error->statement == NULL &&
                         strstr(line_at(r, (guint)(record->error->line - r->text->first)), "ERROR:  ") == NULL;
        if (earlier != NULL)
        {
            pgm_log_record_merge(earlier, record);
        }
        if (earlier != NULL || noise)
        {
            pgm_log_record_free(record);
            continue;
        }
        g_ptr_array_add(r->log->records, record);
    }
}

static GRegex *compile(const char *pattern)
{
    GError *error = NULL;
    GRegex *regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, &error);
    if (regex == NULL)
    {
        g_error("pattern %s: %s", pattern, error->message);
    }
    return regex;
}

static void reader_open(Reader *r)
{
    for (guint i = 0; i < G_N_ELEMENTS(OPENINGS); i++)
    {
        r->openings[i] = compile(OPENINGS[i].pattern);
    }
    for (guint i = 0; i < G_N_ELEMENTS(PROGRESS); i++)
    {
        r->progress[i] = compile(PROGRESS[i].pattern);
    }
    for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    {
        r->fields[i] = compile(FIELDS[i].pattern);
    }
    r->python_frame = compile("^\\s*File \"([^\"]+)\", line (\\d+), in (\\S+)");
    r->other_frame =
        compile("^\\s*(?:at .*?\\(?|from )?((?:[\\w.@-]*/)+[\\w.@-]+\\.(?:rb|[cm]?[jt]s|py|go|php)):(\\d+)");
    r->psql_prefix = compile("psql:(.+):(\\d+): *$");
    r->process = compile("\\[(\\d+)(?:-\\d+)?\\]|\\bpid[=: ](\\d+)");
}

static void reader_close(Reader *r)
{
    for (guint i = 0; i < G_N_ELEMENTS(OPENINGS); i++)
    {
        g_regex_unref(r->openings[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(PROGRESS); i++)
    {
        g_regex_unref(r->progress[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    {
        g_regex_unref(r->fields[i]);
    }
    g_regex_unref(r->python_frame);
    g_regex_unref(r->other_frame);
    g_regex_unref(r->psql_prefix);
    g_regex_unref(r->process);
    g_ptr_array_unref(r->all);
    g_free(r->from);
    g_free(r->to);
    forget_frame(r);
}

PgmLog *pgm_log_read(const char *text, gsize length)
{
    g_autoptr(PgmLogText) lines = pgm_log_text_new(text, length);
    PgmLog *log = g_new0(PgmLog, 1);
    log->records = g_ptr_array_new_with_free_func(pgm_log_record_free);
    Reader reader = {.text = lines, .log = log, .all = g_ptr_array_new()};
    reader_open(&reader);
    read_lines(&reader);
    merge_all(&reader);
    pgm_log_choose(log);
    reader_close(&reader);
    return log;
}
