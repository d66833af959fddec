/*
 * console.h - the console as its views see it.
 *
 * One thread draws and handles keys. It never waits for a server: workers and
 * the run's engine post to queues, which are polled together with the terminal.
 */
#ifndef PGMEDIC_TUI_CONSOLE_H
#define PGMEDIC_TUI_CONSOLE_H

#include "pgmedic/tui.h"
#include "tui/display.h"
#include "tui/facts.h"
#include "tui/frame.h"
#include "tui/keys.h"
#include "tui/pager.h"
#include "tui/prompt.h"
#include "tui/worker.h"

typedef struct PgmConsole PgmConsole;
typedef struct PgmView PgmView;
typedef struct PgmPage PgmPage;
typedef struct PgmWalk PgmWalk;
typedef struct PgmIntervention PgmIntervention;
typedef struct PgmSql PgmSql;

/* What a handler did. */
typedef enum
{
    PGM_IGNORED, /* not its business: the next one may have it */
    PGM_HANDLED,
} PgmReaction;

typedef struct
{
    /* Draws everything inside AREA from the console's facts. */
    void (*draw)(PgmView *view, PgmConsole *console, PgmArea area);
    /* What a key asks for, by the table. */
    PgmReaction (*act)(PgmView *view, PgmConsole *console, PgmAction action);
    /* A key before the table sees it. NULL: the view has none of its own. */
    PgmReaction (*key)(PgmView *view, PgmConsole *console, int key);
    /* A click inside the area. NULL: nothing to click. */
    PgmReaction (*click)(PgmView *view, PgmConsole *console, int row, int column, gboolean twice);
    /* Show only what holds TEXT ("": everything). NULL: it has no filter. */
    void (*filter)(PgmView *view, PgmConsole *console, const char *text);
    /* The footer. NULL: from the table of keys. Caller frees. */
    char *(*footer)(PgmView *view, PgmConsole *console, int columns);
    void (*free)(PgmView *view);
} PgmViewOps;

/* The first member of every view's own struct. */
struct PgmView
{
    const PgmViewOps *ops;
};

/* What a page does that is more than text. Each may be NULL: then the page does as its pager does. */
typedef struct
{
    /* Whose rows of the table of keys count, in the footer and the help too. 0 is no page's: then PGM_VIEW_PAGE. */
    PgmViewId keys;
    void (*draw)(PgmPage *page, PgmConsole *console, PgmArea area);
    /* Before anybody else; what it ignores, Esc too, has its usual meaning in a page. */
    PgmReaction (*act)(PgmPage *page, PgmConsole *console, PgmAction action);
    void (*click)(PgmPage *page, PgmConsole *console, int row, int column, gboolean twice);
    /* What was typed after '/'; "" ends a search. */
    void (*search)(PgmPage *page, PgmConsole *console, const char *text);
    char *(*footer)(PgmPage *page, PgmConsole *console, int columns); /* caller frees */
    void (*free)(PgmPage *page);                                      /* what STATE holds */
} PgmPageOps;

/* Lies over the view until Esc. */
struct PgmPage
{
    const PgmPageOps *ops; /* NULL: it is text */
    gpointer state;        /* the ops' own */
    char *title;           /* safe */
    PgmPager *pager;
    char *enter_label; /* in the footer, "Enter …"; NULL: Enter does nothing */
    void (*enter)(PgmConsole *console, PgmPage *page);
    char *run_label; /* the same for r */
    void (*run)(PgmConsole *console, PgmPage *page);
    char *subject;      /* for these two */
    GHashTable *values; /* for these two: parameters, char* → char*; NULL */
};

/* TEXT NULL: called off. */
typedef void (*PgmPromptDone)(PgmConsole *console, const char *text, gpointer user);

struct PgmConsole
{
    const PgmTuiOptions *options;
    PgmDisplay *display;
    PgmFacts facts;
    PgmQueue *inbox; /* PgmNews */
    PgmWorker *inspector, *librarian;
    PgmWalk *walk; /* the run in hand, or the last one; NULL: none yet */
    PgmView *views[PGM_VIEWS];
    PgmViewId current;
    int tab_columns[PGM_VIEWS]; /* where each tab begins, as last drawn */
    GPtrArray *pages;           /* PgmPage, the last one on top */
    PgmPrompt *prompt;          /* NULL: none open */
    PgmPromptDone prompt_done;
    PgmPromptDone prompt_changed; /* whenever the text has changed; NULL: nobody wants to know */
    gpointer prompt_user;
    GDestroyNotify prompt_free;
    GStrv prompt_words;
    PgmHistory *history; /* of commands */
    PgmSql *sql;
    PgmIntervention *intervention; /* cancelling and terminating sessions; never NULL */
    char *
        early_log; /* a log to diagnose that came before the library of runbooks was read, and its source; NULL: none */
    char *early_source;
    GString *paste;            /* what has been pasted so far; NULL: nobody pastes */
    char *notice;              /* safe; in the footer's place until the next key */
    gboolean offered;          /* the target's error log was given to diagnosis */
    gboolean sessions_watched; /* the inspector was told that they are looked at */
    gboolean leaving;
    gboolean terminal_gone;
    const PgmTarget *next_target; /* leaving for this one, of the configuration; NULL: for good */
};

/* Takes PAGE. */
void pgm_console_open_page(PgmConsole *console, PgmPage *page);
PgmPage *pgm_page_new(const char *title); /* TITLE is made safe */
void pgm_page_free(gpointer data);
PgmPage *pgm_console_top_page(const PgmConsole *console); /* NULL: none is open */
/* Whose rows of the table of keys count now: the page's on top, else the view's. */
PgmViewId pgm_console_keys(const PgmConsole *console);

void pgm_console_show(PgmConsole *console, PgmViewId view);
/* One line that stands in the footer's place until the next key. */
void pgm_console_say(PgmConsole *console, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* typing.c */
/* Takes what has been typed. HUNG_UP: when there is nothing, the terminal is gone. */
void pgm_console_take_keys(PgmConsole *console, gboolean hung_up);
/* Opens a prompt in the bottom line; an open one is called off. WORDS (copied; NULL: none) are what Tab completes.
 * USER is freed with FREE_USER after DONE. */
void pgm_console_ask(PgmConsole *console, const char *label, const char *initial, PgmCompletion completion,
                     const char *const *words, PgmPromptDone done, gpointer user, GDestroyNotify free_user);
/* The same with all that a prompt can do; the label of OPTIONS is made safe here. */
void pgm_console_ask_with(PgmConsole *console, const PgmPromptOptions *options, PgmPromptDone done, gpointer user,
                          GDestroyNotify free_user);
void pgm_console_end_prompt(PgmConsole *console);

/* What an action means, wherever it comes from. */
void pgm_console_act(PgmConsole *console, PgmAction action);
/* A line typed after ':'. */
void pgm_console_command(PgmConsole *console, const char *line);
void pgm_console_leave(PgmConsole *console);
/* Leaves this target for that one of the configuration: nothing that is known of the one is shown of the other. */
void pgm_console_switch(PgmConsole *console, const PgmTarget *target);

/* draw.c: everything, or the one sentence of a terminal that is too small. */
void pgm_console_draw(PgmConsole *console);
/* "Not connected; trying again." and why, safe; NULL: there is a connection, or the first one is awaited. Caller frees.
 */
char *pgm_console_not_connected(const PgmConsole *console);
/* From which age on the schema as it was read is said to be old, in milliseconds: a run may just be changing it. */
int pgm_console_schema_old_ms(const PgmConsole *console);
/* Is a run between its begin and its end? */
gboolean pgm_console_is_running(const PgmConsole *console);

/* Views, one file each. */
PgmView *pgm_view_overview_new(void);
PgmView *pgm_view_schema_new(void);
PgmView *pgm_view_sessions_new(void);
PgmView *pgm_view_runbooks_new(void);
PgmView *pgm_view_run_new(void);
PgmView *pgm_view_journal_new(void);

/* Pages. */
void pgm_help_open(PgmConsole *console, PgmViewId view);
void pgm_object_open(PgmConsole *console, const PgmIdentity *object);
/* What NAME means in the schema as it was read last, of any kind; FALSE: nothing, or more than one. */
gboolean pgm_object_open_named(PgmConsole *console, const char *name);
void pgm_relation_open(PgmConsole *console, const char *schema, const char *name);
/* What was read for an object's page has come. */
void pgm_object_learn(PgmConsole *console);
void pgm_drift_open(PgmConsole *console);
void pgm_migration_open(PgmConsole *console);
void pgm_health_open(PgmConsole *console);
/* Findings of both lists (each may be NULL), what needs eyes before what is well. Elements are borrowed; caller frees.
 */
GPtrArray *pgm_health_worst_first(const GPtrArray *findings, const GPtrArray *endpoints);
const char *pgm_health_sign(PgmHealthLevel level);
/* VALUES: parameters that are known already; NULL. */
void pgm_runbook_open(PgmConsole *console, const char *name, GHashTable *values);
/* The session of KEY (pgm_session_key()), live. */
void pgm_session_open(PgmConsole *console, const char *key);
void pgm_run_record_open(PgmConsole *console, const char *name);

/* targets.c */
void pgm_targets_open(PgmConsole *console);
/* The target of that NAME, or a sentence that says which there are. */
void pgm_targets_choose(PgmConsole *console, const char *name);

/* diagnosis.c */
void pgm_diagnosis_ask(PgmConsole *console);
void pgm_diagnosis_file(PgmConsole *console, const char *path, gboolean asked);
/* One that was asked for before the runbooks were read, once they are. */
void pgm_diagnosis_early(PgmConsole *console);
void pgm_diagnosis_text(PgmConsole *console, const char *text, const char *source);
void pgm_diagnosis_open(PgmConsole *console);

/* prepare.c: load, ask for parameters, bind, start. */
void pgm_prepare_run(PgmConsole *console, const char *path, GHashTable *values);
/* RUNBOOK is borrowed and outlives the console. */
void pgm_prepare_given(PgmConsole *console, PgmRunbook *runbook);

#endif
