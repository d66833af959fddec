/*
 * keys.h - one table: which key asks for what, in which view, and what it is called.
 *
 * Handling, the footer, the help and the command line all come from it.
 */
#ifndef PGMEDIC_TUI_KEYS_H
#define PGMEDIC_TUI_KEYS_H

#include <glib.h>

typedef enum
{
    PGM_VIEW_OVERVIEW,
    PGM_VIEW_SCHEMA,
    PGM_VIEW_SESSIONS,
    PGM_VIEW_RUNBOOKS,
    PGM_VIEW_RUN,
    PGM_VIEW_JOURNAL,
    PGM_VIEWS,
    PGM_VIEW_PAGE = PGM_VIEWS, /* a page that lies over a view: help, a diagnosis, a description */
    PGM_VIEW_SESSION,          /* the page of one session */
    PGM_VIEW_RESULT,           /* a page with the result of a query typed at the SQL prompt */
    PGM_VIEW_OBJECT,           /* the page of an object of the schema, or of the drift: some lines lead to others */
    PGM_VIEW_PLACES,           /* every place where keys may count: views and pages */
} PgmViewId;

#define PGM_VIEW_EVERYWHERE ((1u << PGM_VIEW_PLACES) - 1) /* bits of every place */

typedef enum
{
    PGM_ACTION_NONE,
    PGM_ACTION_UP,
    PGM_ACTION_DOWN,
    PGM_ACTION_LEFT,
    PGM_ACTION_RIGHT,
    PGM_ACTION_PAGE_UP,
    PGM_ACTION_PAGE_DOWN,
    PGM_ACTION_FIRST,
    PGM_ACTION_LAST,
    PGM_ACTION_ENTER,
    PGM_ACTION_BACK,
    PGM_ACTION_FILTER,
    PGM_ACTION_NEXT_MATCH,
    PGM_ACTION_PREVIOUS_MATCH,
    PGM_ACTION_NEXT_LINK,
    PGM_ACTION_PREVIOUS_LINK,
    PGM_ACTION_COMMAND,
    PGM_ACTION_HELP,
    PGM_ACTION_QUIT,
    PGM_ACTION_INTERRUPT, /* Ctrl-C: as quit, but during a run it means the run */
    PGM_ACTION_DIAGNOSE,
    PGM_ACTION_REFRESH,
    PGM_ACTION_REDRAW,
    PGM_ACTION_NEXT_VIEW,
    PGM_ACTION_PREVIOUS_VIEW,
    PGM_ACTION_RUN,
    PGM_ACTION_RESUME,
    PGM_ACTION_ROLLBACK_RUN,
    PGM_ACTION_ROLLBACK_PHASE,
    PGM_ACTION_CANCEL,
    PGM_ACTION_FULL_SQL,
    PGM_ACTION_REPORT,
    PGM_ACTION_TARGETS,
    PGM_ACTION_SQL,
    PGM_ACTION_EXPLAIN,
    PGM_ACTION_EXPAND,
    PGM_ACTION_ARM,
    PGM_ACTION_DISARM,
    PGM_ACTION_CANCEL_SESSION,
    PGM_ACTION_TERMINATE_SESSION,
    PGM_ACTION_VIEW, /* the six views' own keys; + PgmViewId */
    PGM_ACTION_VIEW_LAST = PGM_ACTION_VIEW + PGM_VIEWS - 1,
} PgmAction;

typedef struct
{
    PgmAction action;
    int keys[3];         /* characters or PGM_KEY_…; 0: none */
    const char *shown;   /* in footer and help: "g Home" */
    const char *command; /* after ':'; NULL: none */
    guint views;         /* bits of PgmViewId, pages too; where it counts */
    guint footer;        /* the same; where the footer names it */
    const char *label;   /* in the footer */
    const char *help;    /* in the help, one line */
} PgmKey;

extern const PgmKey pgm_keys[]; /* ends with PGM_ACTION_NONE */

/* What KEY asks for in VIEW. */
PgmAction pgm_keys_action(int key, PgmViewId view);
/* What the command NAME asks for (an unambiguous beginning does); NONE: no such command. */
PgmAction pgm_keys_command(const char *name);
/* "Enter open   d diagnose …" for VIEW, for at most COLUMNS columns. Caller frees. */
char *pgm_keys_footer(PgmViewId view, int columns);
const char *pgm_view_title(PgmViewId view); /* "Overview"; pages have one too */

#endif
