/* session_tree.c - the lock tree: who blocks whom, from above. */
#include "pgmedic/sessions.h"

typedef struct
{
    const GPtrArray *rows;
    GPtrArray *lines;
    GPtrArray *below; /* by row: GArray of Below, who hangs there */
    gboolean *drawn;  /* by row: it has its line already */
    gboolean *above;  /* by row: it stands on the way from the root to here */
} Tree;

static const PgmSessionRow *row_at(const Tree *tree, guint place)
{
    return g_ptr_array_index(tree->rows, place);
}

/* Who holds what ROW waits for is why it waits. Only where nobody does, it waits for the first in the queue. */
static gboolean anybody_holds(const PgmSessionRow *row)
{
    for (guint i = 0; i < row->blockers->len; i++)
    {
        if (((const PgmSessionBlocker *)g_ptr_array_index(row->blockers, i))->holds)
        {
            return TRUE;
        }
    }
    return FALSE;
}

typedef struct
{
    guint row;
    const PgmSessionBlocker *because;
} Below;

static void below_free(gpointer below)
{
    g_array_unref(below);
}

static void hang(Tree *tree)
{
    for (guint i = 0; i < tree->rows->len; i++)
    {
        g_ptr_array_add(tree->below, g_array_new(FALSE, FALSE, sizeof(Below)));
    }
    for (guint i = 0; i < tree->rows->len; i++)
    {
        const PgmSessionRow *row = row_at(tree, i);
        gboolean held = anybody_holds(row);
        for (guint b = 0; b < row->blockers->len; b++)
        {
            const PgmSessionBlocker *blocker = g_ptr_array_index(row->blockers, b);
            if (held ? blocker->holds : b == 0)
            {
                Below below = {i, blocker};
                g_array_append_val(g_ptr_array_index(tree->below, blocker->row), below);
            }
        }
    }
}

static gint by_wait(gconstpointer a, gconstpointer b, gpointer user)
{
    const Tree *tree = user;
    const PgmSessionRow *left = row_at(tree, ((const Below *)a)->row);
    const PgmSessionRow *right = row_at(tree, ((const Below *)b)->row);
    return left->wait_ms > right->wait_ms ? -1 : left->wait_ms < right->wait_ms ? 1 : 0;
}

static gint by_behind(gconstpointer a, gconstpointer b, gpointer user)
{
    const Tree *tree = user;
    return row_at(tree, ((const Below *)b)->row)->behind - row_at(tree, ((const Below *)a)->row)->behind;
}

static void add_line(Tree *tree, guint place, int depth, const PgmSessionBlocker *because)
{
    PgmLockTreeLine *line = g_new0(PgmLockTreeLine, 1);
    *line = (PgmLockTreeLine){.row = place, .depth = depth, .because = because};
    line->cycle = tree->above[place];
    line->again = tree->drawn[place] && !line->cycle;
    g_ptr_array_add(tree->lines, line);
    if (line->cycle || line->again)
    {
        return;
    }
    tree->drawn[place] = TRUE;
    tree->above[place] = TRUE;
    GArray *below = g_ptr_array_index(tree->below, place);
    g_array_sort_with_data(below, by_wait, tree);
    for (guint i = 0; i < below->len; i++)
    {
        const Below *one = &g_array_index(below, Below, i);
        add_line(tree, one->row, depth + 1, one->because);
    }
    tree->above[place] = FALSE;
}

GPtrArray *pgm_sessions_tree(const GPtrArray *rows)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree gboolean *drawn = g_new0(gboolean, rows->len + 1);
    g_autofree gboolean *above = g_new0(gboolean, rows->len + 1);
    g_autoptr(GPtrArray) below = g_ptr_array_new_with_free_func(below_free);
    Tree tree = {rows, lines, below, drawn, above};
    hang(&tree);
    g_autoptr(GArray) roots = g_array_new(FALSE, FALSE, sizeof(Below));
    g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(Below));
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = row_at(&tree, i);
        Below alone = {i, NULL};
        if (row->blocks > 0 && row->blockers->len == 0)
        {
            g_array_append_val(roots, alone);
        }
        else if (row->awaits != NULL)
        {
            g_array_append_val(waiting, alone);
        }
    }
    g_array_sort_with_data(roots, by_behind, &tree);
    g_array_sort_with_data(waiting, by_wait, &tree);
    for (guint i = 0; i < roots->len; i++)
    {
        add_line(&tree, g_array_index(roots, Below, i).row, 0, NULL);
    }
    /* Who is in a circle hangs below nobody: the one that waits longest begins it. */
    for (guint i = 0; i < waiting->len; i++)
    {
        guint place = g_array_index(waiting, Below, i).row;
        if (!drawn[place])
        {
            add_line(&tree, place, 0, NULL);
        }
    }
    return lines;
}
