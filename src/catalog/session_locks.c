/* session_locks.c - what each session holds, for what and for whom it waits. */
#include "catalog/session_locks.h"

#include "pgmedic/sessions.h"

#include <stdlib.h>

/* The columns of sessions/locks.sql. */
enum
{
    LOCK_PART,
    LOCK_PID,
    LOCK_GID,
    LOCK_GRANTED,
    LOCK_MODE,
    LOCK_THING,
    LOCK_TYPE,
    LOCK_RELATION,
    LOCK_PAGE,
    LOCK_TUPLE,
    LOCK_VIRTUALXID,
    LOCK_TRANSACTIONID,
    LOCK_CLASSID,
    LOCK_OBJID,
    LOCK_OBJSUBID,
    LOCK_BLOCKERS,
    LOCK_WAIT,
    LOCK_ALL,
};

enum
{
    ADVISORY_CLASS = 0x70676d64, /* "pgmd", as the run takes it */
};

/* PostgreSQL's names as SQL writes them, weakest first, and with which each one conflicts (the manual, 13.3.1). */
static const struct
{
    const char *name, *shown;
    guint conflicts; /* bits of places in this table */
} modes[] = {
    {"AccessShareLock", "ACCESS SHARE", 0x80},
    {"RowShareLock", "ROW SHARE", 0xC0},
    {"RowExclusiveLock", "ROW EXCLUSIVE", 0xF0},
    {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE", 0xF8},
    {"ShareLock", "SHARE", 0xEC},
    {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE", 0xFC},
    {"ExclusiveLock", "EXCLUSIVE", 0xFE},
    {"AccessExclusiveLock", "ACCESS EXCLUSIVE", 0xFF},
};

static int mode_place(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(modes); i++)
    {
        if (g_strcmp0(modes[i].name, name) == 0)
        {
            return (int)i;
        }
    }
    return -1; /* SIReadLock: it never blocks */
}

static gboolean modes_conflict(const char *a, const char *b)
{
    int i = mode_place(a), j = mode_place(b);
    return i >= 0 && j >= 0 && (modes[i].conflicts & (1u << j)) != 0;
}

static char *mode_shown(const char *name)
{
    int place = mode_place(name);
    return g_strdup(place >= 0 ? modes[place].shown : name);
}

static char *advisory_name(const PgmResult *locks, int i)
{
    guint64 class = (guint64)pgm_result_integer(locks, i, LOCK_CLASSID);
    guint64 object = (guint64)pgm_result_integer(locks, i, LOCK_OBJID);
    if (pgm_result_integer(locks, i, LOCK_OBJSUBID) == 1)
    {
        return g_strdup_printf("advisory lock %" G_GINT64_FORMAT, (gint64)(class << 32 | object));
    }
    return class == ADVISORY_CLASS && object == 0
               ? g_strdup("the lock of a pgmedic run")
               : g_strdup_printf("advisory lock (%d, %d)", (gint32)(guint32) class, (gint32)(guint32)object);
}

static char *thing_name(const PgmResult *locks, int i)
{
    const char *type = pgm_result_value(locks, i, LOCK_TYPE);
    const char *relation = pgm_result_value(locks, i, LOCK_RELATION);
    if (g_str_equal(type, "relation"))
    {
        return g_strdup(relation);
    }
    if (g_str_equal(type, "tuple"))
    {
        return g_strdup_printf("row (%s,%s) of %s", pgm_result_value(locks, i, LOCK_PAGE),
                               pgm_result_value(locks, i, LOCK_TUPLE), relation);
    }
    if (g_str_equal(type, "page"))
    {
        return g_strdup_printf("page %s of %s", pgm_result_value(locks, i, LOCK_PAGE), relation);
    }
    if (g_str_equal(type, "extend"))
    {
        return g_strdup_printf("the growth of %s", relation);
    }
    if (g_str_equal(type, "transactionid"))
    {
        return g_strdup_printf("the end of transaction %s", pgm_result_value(locks, i, LOCK_TRANSACTIONID));
    }
    if (g_str_equal(type, "virtualxid"))
    {
        return g_strdup_printf("the end of transaction %s", pgm_result_value(locks, i, LOCK_VIRTUALXID));
    }
    if (g_str_equal(type, "advisory"))
    {
        return advisory_name(locks, i);
    }
    return pgm_result_value(locks, i, LOCK_OBJID) != NULL
               ? g_strdup_printf("%s %s of catalog %s", type, pgm_result_value(locks, i, LOCK_OBJID),
                                 pgm_result_value(locks, i, LOCK_CLASSID))
               : g_strdup(type);
}

/* Places of the rows: by pid, and of prepared transactions by gid. */
typedef struct
{
    GPtrArray *rows;
    GHashTable *by_pid;   /* pid → place + 1 */
    GHashTable *by_gid;   /* gid (borrowed) → place + 1 */
    GHashTable *by_thing; /* what is awaited (borrowed) → GArray of the lines with locks on it */
} Places;

static gboolean place_of(const Places *places, const PgmResult *locks, int i, guint *place)
{
    const char *gid = pgm_result_value(locks, i, LOCK_GID);
    gpointer found =
        gid != NULL ? g_hash_table_lookup(places->by_gid, gid)
                    : g_hash_table_lookup(places->by_pid, GINT_TO_POINTER((int)pgm_result_integer(locks, i, LOCK_PID)));
    *place = found != NULL ? GPOINTER_TO_UINT(found) - 1 : 0;
    return found != NULL;
}

/* Only a table's locks have modes that mean something to their users. */
static char *lock_mode(const PgmResult *locks, int i)
{
    return g_str_equal(pgm_result_value(locks, i, LOCK_TYPE), "relation")
               ? mode_shown(pgm_result_value(locks, i, LOCK_MODE))
               : NULL;
}

static PgmSessionLock *lock_new(const PgmResult *locks, int i)
{
    PgmSessionLock *lock = g_new0(PgmSessionLock, 1);
    lock->mode = lock_mode(locks, i);
    lock->thing = thing_name(locks, i);
    return lock;
}

static gboolean is_part(const PgmResult *locks, int i, const char *part)
{
    return g_str_equal(pgm_result_value(locks, i, LOCK_PART), part);
}

/* For its own transaction's end a row's writer is waited for: the row that the waiter holds meanwhile says which. */
static void name_awaited_row(PgmSessionRow *row, const PgmResult *locks, int i)
{
    if (row->awaits != NULL && g_str_has_prefix(row->awaits->thing, "the end of transaction "))
    {
        g_free(row->awaits->thing);
        row->awaits->thing = thing_name(locks, i);
    }
}

/* Each one's lock on what the waiter in line W awaits, in the way of it: held, else awaited. Place + 1 → line + 1. */
static GHashTable *locks_in_the_way(const Places *places, const PgmResult *locks, int w)
{
    GHashTable *in_the_way = g_hash_table_new(NULL, NULL);
    const GArray *same = g_hash_table_lookup(places->by_thing, pgm_result_value(locks, w, LOCK_THING));
    const char *mode = pgm_result_value(locks, w, LOCK_MODE);
    for (guint s = 0; s < same->len; s++)
    {
        int i = g_array_index(same, int, s);
        guint place;
        if (i == w || !place_of(places, locks, i, &place) ||
            !modes_conflict(pgm_result_value(locks, i, LOCK_MODE), mode))
        {
            continue;
        }
        gpointer key = GUINT_TO_POINTER(place + 1);
        if (pgm_result_boolean(locks, i, LOCK_GRANTED) || !g_hash_table_contains(in_the_way, key))
        {
            g_hash_table_insert(in_the_way, key, GINT_TO_POINTER(i + 1));
        }
    }
    return in_the_way;
}

static void add_blocker(const Places *places, const PgmResult *locks, GHashTable *in_the_way, guint waiter,
                        guint blocker)
{
    PgmSessionRow *row = g_ptr_array_index(places->rows, waiter);
    int lock = GPOINTER_TO_INT(g_hash_table_lookup(in_the_way, GUINT_TO_POINTER(blocker + 1))) - 1;
    PgmSessionBlocker *added = g_new0(PgmSessionBlocker, 1);
    added->row = blocker;
    /* A lock taken by a parallel worker for its leader is not found: whoever is named as blocking then holds it. */
    added->holds = lock < 0 || pgm_result_boolean(locks, lock, LOCK_GRANTED);
    added->mode = lock >= 0 ? lock_mode(locks, lock) : NULL;
    g_ptr_array_add(row->blockers, added);
    ((PgmSessionRow *)g_ptr_array_index(places->rows, blocker))->blocks++;
}

/* pg_blocking_pids() names every prepared transaction 0: which ones they are, the locks tell. */
static void add_prepared_blockers(const Places *places, const PgmResult *locks, GHashTable *in_the_way, guint waiter)
{
    for (guint place = 0; place < places->rows->len; place++)
    {
        const PgmSessionRow *row = g_ptr_array_index(places->rows, place);
        if (row->gid != NULL && g_hash_table_contains(in_the_way, GUINT_TO_POINTER(place + 1)))
        {
            add_blocker(places, locks, in_the_way, waiter, place);
        }
    }
}

static void add_blockers(const Places *places, const PgmResult *locks, int w, guint waiter)
{
    const char *blockers = pgm_result_value(locks, w, LOCK_BLOCKERS);
    g_autoptr(GHashTable) in_the_way = locks_in_the_way(places, locks, w);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_auto(GStrv) pids = g_strsplit(blockers != NULL ? blockers : "", " ", -1);
    for (guint i = 0; pids[i] != NULL && *pids[i] != '\0'; i++)
    {
        int pid = atoi(pids[i]);
        gpointer place = g_hash_table_lookup(places->by_pid, GINT_TO_POINTER(pid));
        if (!g_hash_table_add(seen, GINT_TO_POINTER(pid)))
        {
            continue;
        }
        if (pid == 0)
        {
            add_prepared_blockers(places, locks, in_the_way, waiter);
        }
        else if (place != NULL && GPOINTER_TO_UINT(place) - 1 != waiter)
        {
            add_blocker(places, locks, in_the_way, waiter, GPOINTER_TO_UINT(place) - 1);
        }
    }
}

/* Who was read just before its statement began has only begun to wait: the times are those of the statement before. */
static gint64 statement_ms(const PgmSessionRow *row)
{
    return row->query_ms < 0 || g_strcmp0(row->state, "active") == 0 ? row->query_ms : 0;
}

static void take_wait(const Places *places, const PgmResult *locks, int w)
{
    guint waiter;
    if (!place_of(places, locks, w, &waiter))
    {
        return; /* it came after the sessions were read */
    }
    PgmSessionRow *row = g_ptr_array_index(places->rows, waiter);
    if (row->awaits != NULL)
    {
        return; /* a backend waits for one lock at a time */
    }
    row->awaits = lock_new(locks, w);
    row->wait_estimated = pgm_result_value(locks, w, LOCK_WAIT) == NULL;
    row->wait_ms = row->wait_estimated ? statement_ms(row) : MAX(pgm_result_integer(locks, w, LOCK_WAIT), 0);
    add_blockers(places, locks, w, waiter);
}

static void take_locks(const Places *places, const PgmResult *locks)
{
    for (int i = 0; i < pgm_result_rows(locks); i++)
    {
        if (is_part(locks, i, "awaited") && !pgm_result_boolean(locks, i, LOCK_GRANTED))
        {
            take_wait(places, locks, i);
        }
    }
    for (int i = 0; i < pgm_result_rows(locks); i++)
    {
        guint place;
        if (!place_of(places, locks, i, &place))
        {
            continue;
        }
        PgmSessionRow *row = g_ptr_array_index(places->rows, place);
        if (is_part(locks, i, "row"))
        {
            name_awaited_row(row, locks, i);
        }
        else if (is_part(locks, i, "held"))
        {
            g_ptr_array_add(row->locks, lock_new(locks, i));
            row->locks_all = (int)pgm_result_integer(locks, i, LOCK_ALL);
        }
    }
}

static void mark_behind(GArray *const *behind, guint place, guint *marks, guint mark, int *count)
{
    for (guint i = 0; behind[place] != NULL && i < behind[place]->len; i++)
    {
        guint waiter = g_array_index(behind[place], guint, i);
        if (marks[waiter] != mark)
        {
            marks[waiter] = mark;
            (*count)++;
            mark_behind(behind, waiter, marks, mark, count);
        }
    }
}

static void count_behind(const GPtrArray *rows)
{
    g_autofree GArray **behind = g_new0(GArray *, rows->len + 1);
    g_autofree guint *marks = g_new0(guint, rows->len + 1);
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        for (guint b = 0; b < row->blockers->len; b++)
        {
            guint blocker = ((const PgmSessionBlocker *)g_ptr_array_index(row->blockers, b))->row;
            behind[blocker] = behind[blocker] != NULL ? behind[blocker] : g_array_new(FALSE, FALSE, sizeof(guint));
            g_array_append_val(behind[blocker], i);
        }
    }
    for (guint place = 0; place < rows->len; place++)
    {
        marks[place] = place + 1; /* in a circle it is not behind itself */
        mark_behind(behind, place, marks, place + 1, &((PgmSessionRow *)g_ptr_array_index(rows, place))->behind);
    }
    for (guint i = 0; i < rows->len; i++)
    {
        g_clear_pointer(&behind[i], g_array_unref);
    }
}

GHashTable *pgm_session_locks_pids(const PgmResult *locks)
{
    GHashTable *concerned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < pgm_result_rows(locks); i++)
    {
        const char *blockers = pgm_result_value(locks, i, LOCK_BLOCKERS);
        g_autofree GStrv pids = g_strsplit(blockers != NULL ? blockers : "", " ", -1);
        for (guint p = 0; pids[p] != NULL; p++)
        {
            g_hash_table_add(concerned, pids[p]);
        }
        if (blockers != NULL)
        {
            g_hash_table_add(concerned, g_strdup(pgm_result_value(locks, i, LOCK_PID)));
        }
    }
    return concerned;
}

static void lines_free(gpointer lines)
{
    g_array_unref(lines);
}

static GHashTable *lines_by_thing(const PgmResult *locks)
{
    GHashTable *by_thing = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, lines_free);
    for (int i = 0; i < pgm_result_rows(locks); i++)
    {
        gpointer thing = (gpointer)(gsize)pgm_result_value(locks, i, LOCK_THING);
        GArray *lines = g_hash_table_lookup(by_thing, thing);
        if (!is_part(locks, i, "awaited"))
        {
            continue;
        }
        if (lines == NULL)
        {
            lines = g_array_new(FALSE, FALSE, sizeof(int));
            g_hash_table_insert(by_thing, thing, lines);
        }
        g_array_append_val(lines, i);
    }
    return by_thing;
}

void pgm_session_locks_tell(GPtrArray *rows, const PgmResult *locks)
{
    g_autoptr(GHashTable) by_pid = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) by_gid = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        g_hash_table_insert(row->gid != NULL ? by_gid : by_pid, row->gid != NULL ? row->gid : GINT_TO_POINTER(row->pid),
                            GUINT_TO_POINTER(i + 1));
    }
    g_autoptr(GHashTable) by_thing = lines_by_thing(locks);
    Places places = {rows, by_pid, by_gid, by_thing};
    take_locks(&places, locks);
    count_behind(rows);
}
