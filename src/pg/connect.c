/*
 * connect.c - getting a connection, or one clear sentence about why not.
 *
 * Connecting is polled here, so that connect_timeout holds for all of it;
 * libpq would begin again for each address that a name has.
 */
#include "pg/private.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_S 10

const char *pgm_purpose_name(PgmPurpose purpose)
{
    static const char *const names[] = {"inspect", "watch", "read", "run", "plain"};
    return names[purpose];
}

static void set_default(PgmConninfo *info, const char *keyword, const char *value)
{
    if (pgm_conninfo_get(info, keyword) == NULL)
    {
        pgm_conninfo_set(info, keyword, value);
    }
}

/* What the caller set stays, but for what pgmedic itself depends on. */
static PgmConninfo *complete(const PgmConninfo *info, PgmPurpose purpose)
{
    PgmConninfo *full = pgm_conninfo_copy(info);
    g_autofree char *name = g_strconcat("pgmedic ", pgm_purpose_name(purpose), NULL);
    pgm_conninfo_set(full, "application_name", name);
    pgm_conninfo_set(full, "client_encoding", "UTF8");
    set_default(full, "keepalives", "1");
    set_default(full, "keepalives_idle", "5");
    set_default(full, "keepalives_interval", "2");
    set_default(full, "keepalives_count", "3");
    set_default(full, "tcp_user_timeout", "10000");
    return full;
}

/* In microseconds; -1 for none. Several hosts get the time of each. As in libpq, 0 means for ever and 1 means 2. */
static gint64 time_allowed(const PgmConninfo *info)
{
    const char *text = pgm_conninfo_get(info, "connect_timeout");
    if (text == NULL || *text == '\0')
    {
        text = g_getenv("PGCONNECT_TIMEOUT");
    }
    int seconds = text == NULL || *text == '\0' ? CONNECT_TIMEOUT_S : atoi(text);
    if (seconds <= 0)
    {
        return -1;
    }
    const char *hosts = pgm_conninfo_get(info, "hostaddr");
    hosts = hosts == NULL ? pgm_conninfo_get(info, "host") : hosts;
    hosts = hosts == NULL ? g_getenv("PGHOST") : hosts;
    int count = 1;
    for (const char *c = hosts == NULL ? "" : hosts; *c != '\0'; c++)
    {
        count += *c == ',';
    }
    return (gint64)MAX(seconds, 2) * count * G_USEC_PER_SEC;
}

/* FALSE: the time is up. */
static gboolean poll_until_connected(PGconn *pg, gint64 deadline)
{
    PostgresPollingStatusType want = PGRES_POLLING_WRITING;
    while (want != PGRES_POLLING_OK && want != PGRES_POLLING_FAILED)
    {
        struct pollfd fd = {.fd = PQsocket(pg), .events = want == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        gint64 left = deadline < 0 ? -1 : deadline - g_get_monotonic_time();
        if (deadline >= 0 && left <= 0)
        {
            return FALSE;
        }
        if (poll(&fd, 1, left < 0 ? -1 : (int)MIN((left + 999) / 1000, G_MAXINT)) > 0)
        {
            want = PQconnectPoll(pg);
        }
    }
    return TRUE;
}

static void append_place(GString *line, const char *part)
{
    for (const char *c = part == NULL ? "" : part; *c != '\0'; c++)
    {
        if (*c == ':' || *c == '\\')
        {
            g_string_append_c(line, '\\');
        }
        g_string_append_c(line, *c);
    }
    g_string_append_c(line, ':');
}

/* The password file calls the usual socket localhost, any other by its folder. */
static const char *place_host(PGconn *pg, const PgmConninfo *info)
{
    const char *host = PQhost(pg);
    gboolean chosen = pgm_conninfo_get(info, "host") != NULL || g_getenv("PGHOST") != NULL;
    gboolean usual = host == NULL || *host == '\0' || strcmp(host, "/var/run/postgresql") == 0;
    return usual || (!chosen && *host == '/') ? "localhost" : host;
}

/* Where a password was or would be taken from, in libpq's order. */
static char *password_advice(PGconn *pg, const PgmConninfo *info)
{
    if (pgm_conninfo_has_password(info))
    {
        return g_strdup("correct the password in the connection string, or better, keep it in the password file");
    }
    const char *environment = g_getenv("PGPASSWORD");
    if (environment != NULL && *environment != '\0')
    {
        return g_strdup("it came from PGPASSWORD: correct or unset that");
    }
    const char *file = pgm_conninfo_get(info, "passfile");
    file = file == NULL ? g_getenv("PGPASSFILE") : file;
    g_autoptr(GString) line = g_string_new(NULL);
    append_place(line, place_host(pg, info));
    append_place(line, PQport(pg));
    append_place(line, PQdb(pg));
    append_place(line, PQuser(pg));
    return g_strdup_printf("put the line %sPASSWORD into %s (mode 0600)", line->str, file == NULL ? "~/.pgpass" : file);
}

typedef struct
{
    const char *sign; /* the SQLSTATE or its class; or a word of libpq's */
    const char *advice;
} Advice;

static const Advice by_sqlstate[] = {
    {"3D000", "`psql -l` lists the databases there are; name one with -d"},
    {"53300", "wait until sessions end, or come in as a superuser: some places are kept free for them"},
    {"57P03", "it is starting, stopping or recovering: try again in a moment, and look at the server's log"},
    {"57P01", "it was told to stop: try again in a moment"},
    {"42501",
     "the role lacks the CONNECT privilege on this database, or LOGIN: ask for a grant, or use another with -U"},
    {"28000", "the server does not let this role in from here: check the role's name (-U) and pg_hba.conf"},
    {"53", "the server lacks resources: look at its log and its disk"},
    {"08P01", "if a pooler answers here, its own configuration and log say why"},
    {"57", "try again in a moment, and look at the server's log"},
};

#define ACCEPTED "the connection was accepted"

static const Advice by_words[] = {
    {ACCEPTED,
     "the server stands still: frozen, overloaded, or a system catalog is locked (VACUUM FULL, REINDEX); or a "
     "tunnel has no server behind it. Look at its processes and its log, on its own machine"},
    {"No such file",
     "is the server running on this machine, and is its socket in that folder? Name host and port with -h and -p"},
    {"Connection refused", "nothing listens there: is the server running, and are host (-h) and port (-p) right?"},
    {"translate host name", "the host's name is not known here: check -h and the DNS"},
    {"timeout", "nothing answers there: check host and port, the firewall and the VPN"},
    {"timed out", "nothing answers there: check host and port, the firewall and the VPN"},
    {"No route", "the host cannot be reached: check the network and the VPN"},
    {"unreachable", "the host cannot be reached: check the network and the VPN"},
    {"Permission denied", "this user of the machine may not use the server's socket"},
    {"SSL", "check sslmode and the certificates"},
    {"certificate", "check sslmode and the certificates"},
    {"invalid", "correct the connection string"},
    {"service", "check the service's name and ~/.pg_service.conf"},
};

static char *find_advice(PGconn *pg, const PgmConninfo *info, const char *sqlstate, const char *words)
{
    if (PQconnectionNeedsPassword(pg) || strcmp(sqlstate, "28P01") == 0)
    {
        return password_advice(pg, info);
    }
    for (gsize i = 0; *sqlstate != '\0' && i < G_N_ELEMENTS(by_sqlstate); i++)
    {
        if (g_str_has_prefix(sqlstate, by_sqlstate[i].sign))
        {
            return g_strdup(by_sqlstate[i].advice);
        }
    }
    for (gsize i = 0; *sqlstate == '\0' && i < G_N_ELEMENTS(by_words); i++)
    {
        if (strstr(words, by_words[i].sign) != NULL)
        {
            return g_strdup(by_words[i].advice);
        }
    }
    return g_strdup("check host (-h), port (-p), user (-U) and database (-d), and the server's log");
}

/* libpq's report has a paragraph for each address tried, each with hints and, as asked for, the SQLSTATE and the place
 * in the server's source. What counts is what a server said last, else the last thing that went wrong. */
static char *condense(const char *report, char sqlstate[6])
{
    g_autoptr(GRegex) verdict = g_regex_new("^.*?:  ([0-9A-Z]{5}): (.*)$", G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *words = NULL;
    for (g_regex_match(verdict, report, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL))
    {
        g_autofree char *code = g_match_info_fetch(match, 1);
        g_strlcpy(sqlstate, code, 6);
        g_free(words);
        words = g_match_info_fetch(match, 2);
    }
    g_auto(GStrv) lines = g_strsplit(report, "\n", -1);
    for (guint i = 0; *sqlstate == '\0' && lines[i] != NULL; i++)
    {
        if (lines[i][0] == '\0' || lines[i][0] == '\t') /* a hint of libpq */
        {
            continue;
        }
        const char *failed = strstr(lines[i], "failed: ");
        g_free(words);
        words = g_strdup(failed == NULL ? lines[i] : failed + strlen("failed: "));
    }
    if (words == NULL)
    {
        return g_strdup("no reason was given");
    }
    if (g_str_has_prefix(words, "FATAL:  "))
    {
        memmove(words, words + strlen("FATAL:  "), strlen(words + strlen("FATAL:  ")) + 1);
    }
    return g_steal_pointer(&words);
}

static void set_connect_error(PGconn *pg, const PgmConninfo *info, const char *report, GError **error)
{
    char sqlstate[6] = "";
    g_autofree char *valid = g_utf8_make_valid(report, -1);
    g_autofree char *words = condense(valid, sqlstate);
    if (PQconnectionNeedsPassword(pg))
    {
        g_free(words);
        words = g_strdup("the server asks for a password, and none was found");
    }
    g_autofree char *advice = find_advice(pg, info, sqlstate, words);
    PgmError code = g_str_has_prefix(sqlstate, "28") ? PGM_ERROR_LOGIN : PGM_ERROR_CONNECT;
    const char *host = PQhost(pg);
    const char *port = PQport(pg);
    const char *user = PQuser(pg);
    const char *database = PQdb(pg);
    const char *address = pgm_conninfo_get(info, "hostaddr");
    host = host == NULL || *host == '\0' ? (address == NULL ? "the server" : address) : host;
    if (user == NULL || *user == '\0' || port == NULL || *port == '\0') /* it did not get as far as knowing them */
    {
        g_set_error(error, PGM_ERROR, code, "cannot connect: %s; %s", words, advice);
        return;
    }
    g_set_error(error, PGM_ERROR, code, "cannot connect to %s@%s:%s as %s: %s; %s", database, host, port, user, words,
                advice);
}

/* Nobody listens yet: libpq would print to standard error. */
static void ignore_notice(void *nobody, const PGresult *notice)
{
    (void)nobody;
    (void)notice;
}

PGconn *pgm_connect(const PgmConninfo *info, PgmPurpose purpose, GError **error)
{
    g_autoptr(PgmConninfo) full = complete(info, purpose);
    g_autoptr(GPtrArray) keywords = g_ptr_array_new();
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    pgm_conninfo_collect(full, keywords, values);
    g_ptr_array_add(keywords, NULL);
    g_ptr_array_add(values, NULL);

    gint64 allowed = time_allowed(full);
    gint64 deadline = allowed < 0 ? -1 : g_get_monotonic_time() + allowed;
    PGconn *pg = PQconnectStartParams((const char *const *)keywords->pdata, (const char *const *)values->pdata, FALSE);
    if (pg == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_CONNECT, "cannot connect: there is no memory left");
        return NULL;
    }
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    PQsetErrorVerbosity(pg, PQERRORS_VERBOSE); /* the only way to the SQLSTATE of a refusal */
    gboolean in_time = PQstatus(pg) == CONNECTION_BAD || poll_until_connected(pg, deadline);
    if (in_time && PQstatus(pg) == CONNECTION_OK)
    {
        PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
        return pg;
    }
    /* Behind the first step something has taken the connection. */
    gboolean accepted = PQstatus(pg) != CONNECTION_BAD && PQstatus(pg) != CONNECTION_STARTED;
    g_autofree char *late = g_strdup_printf("timeout: %sno answer within %d s", accepted ? ACCEPTED ", but " : "",
                                            (int)(allowed / G_USEC_PER_SEC));
    set_connect_error(pg, full, in_time ? PQerrorMessage(pg) : late, error);
    PQfinish(pg);
    return NULL;
}
