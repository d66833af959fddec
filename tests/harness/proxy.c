/* proxy.c - one thread for each client, which polls both sockets. */
#include "proxy.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STOP_POLL_MS 20

struct PgmProxy
{
    char *folder;
    char *path; /* of our socket */
    struct sockaddr_un server;
    int listener;
    GThread *thread;
    GMutex mutex; /* for what follows */
    GPtrArray *links;
    gboolean stop;
    PgmCut cut;
    guint skip;
    guint cuts;
    void (*at_cut)(gpointer user);
    gpointer user;
};

typedef struct
{
    PgmProxy *proxy;
    GThread *thread;
    int client, server; /* -1: closed */
} Link;

static gboolean is_stopping(PgmProxy *proxy)
{
    g_mutex_lock(&proxy->mutex);
    gboolean stop = proxy->stop;
    g_mutex_unlock(&proxy->mutex);
    return stop;
}

static void shut(int *fd)
{
    if (*fd >= 0)
    {
        close(*fd);
        *fd = -1;
    }
}

static gboolean forward(int to, const char *bytes, size_t length)
{
    while (length > 0)
    {
        ssize_t sent = send(to, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
        {
            return FALSE;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
    return TRUE;
}

/* A Parse message of the unnamed statement whose text is COMMIT and nothing else; first in what arrives, since the
 * statements of a pipeline are not meant. */
static gboolean is_commit(const char *bytes, size_t length)
{
    static const char text[] = "\0COMMIT"; /* the empty name, the text, and its end */
    enum
    {
        HEAD = 5 /* the kind and the length */
    };
    return length >= HEAD + sizeof text && bytes[0] == 'P' && memcmp(bytes + HEAD, text, sizeof text) == 0;
}

static PgmCut take_cut(PgmProxy *proxy)
{
    g_mutex_lock(&proxy->mutex);
    PgmCut cut = PGM_CUT_NEVER;
    if (proxy->cut != PGM_CUT_NEVER && proxy->skip > 0)
    {
        proxy->skip--;
    }
    else if (proxy->cut != PGM_CUT_NEVER)
    {
        cut = proxy->cut;
        proxy->cut = PGM_CUT_NEVER;
        proxy->cuts++;
    }
    g_mutex_unlock(&proxy->mutex);
    return cut;
}

static void cut_link(Link *link, PgmCut cut, const char *bytes, size_t length)
{
    if (link->proxy->at_cut != NULL)
    {
        link->proxy->at_cut(link->proxy->user);
    }
    if (cut == PGM_CUT_AFTER || cut == PGM_CUT_SENT)
    {
        forward(link->server, bytes, length);
    }
    if (cut == PGM_CUT_AFTER)
    {
        char answer[4096];
        while (recv(link->server, answer, sizeof answer, 0) < 0)
        {
        }
    }
    shut(&link->client);
    if (cut != PGM_CUT_HANG)
    {
        shut(&link->server);
    }
}

/* FALSE: this link is at its end. */
static gboolean pass(Link *link, gboolean from_client)
{
    char bytes[65536];
    int from = from_client ? link->client : link->server;
    int to = from_client ? link->server : link->client;
    ssize_t length = recv(from, bytes, sizeof bytes, 0);
    if (length <= 0)
    {
        return FALSE;
    }
    PgmCut cut = from_client && is_commit(bytes, (size_t)length) ? take_cut(link->proxy) : PGM_CUT_NEVER;
    if (cut != PGM_CUT_NEVER)
    {
        cut_link(link, cut, bytes, (size_t)length);
        return link->server >= 0; /* hanging */
    }
    return forward(to, bytes, (size_t)length);
}

static gpointer link_thread(gpointer data)
{
    Link *link = data;
    gboolean open = TRUE;
    while (open && !is_stopping(link->proxy))
    {
        gboolean hanging = link->client < 0;
        struct pollfd fds[2] = {{.fd = link->client, .events = POLLIN},
                                {.fd = hanging ? -1 : link->server, .events = POLLIN}};
        poll(fds, 2, STOP_POLL_MS);
        if (fds[0].revents != 0)
        {
            open = pass(link, TRUE);
        }
        if (open && fds[1].revents != 0 && link->client >= 0)
        {
            open = pass(link, FALSE);
        }
    }
    shut(&link->client);
    shut(&link->server);
    return NULL;
}

static void accept_one(PgmProxy *proxy)
{
    int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0)
    {
        return;
    }
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(server, (const struct sockaddr *)&proxy->server, sizeof proxy->server) != 0)
    {
        close(client); /* the server is down, and so are we */
        close(server);
        return;
    }
    Link *link = g_new0(Link, 1);
    link->proxy = proxy;
    link->client = client;
    link->server = server;
    g_mutex_lock(&proxy->mutex);
    g_ptr_array_add(proxy->links, link);
    g_mutex_unlock(&proxy->mutex);
    link->thread = g_thread_new("link", link_thread, link);
}

static gpointer listen_thread(gpointer data)
{
    PgmProxy *proxy = data;
    while (!is_stopping(proxy))
    {
        struct pollfd fd = {.fd = proxy->listener, .events = POLLIN};
        if (poll(&fd, 1, STOP_POLL_MS) > 0)
        {
            accept_one(proxy);
        }
    }
    return NULL;
}

PgmProxy *pgm_proxy_new(const PgmConninfo *target)
{
    g_autoptr(GError) error = NULL;
    PgmProxy *proxy = g_new0(PgmProxy, 1);
    const char *port = pgm_conninfo_get(target, "port");
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    g_autofree char *template = g_strdup("/tmp/pgmedic-proxy-XXXXXX"); /* a socket's path is short, whatever TMPDIR */
    g_assert_nonnull(g_mkdtemp(template));
    proxy->folder = g_steal_pointer(&template);
    proxy->path = g_strdup_printf("%s/.s.PGSQL.%s", proxy->folder, port != NULL ? port : "5432");
    proxy->server.sun_family = AF_UNIX;
    g_autofree char *server =
        g_strdup_printf("%s/.s.PGSQL.%s", pgm_conninfo_get(target, "host"), port != NULL ? port : "5432");
    g_assert_cmpuint(strlen(server), <, sizeof proxy->server.sun_path);
    g_strlcpy(proxy->server.sun_path, server, sizeof proxy->server.sun_path);
    g_strlcpy(own.sun_path, proxy->path, sizeof own.sun_path);
    proxy->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(proxy->listener, (const struct sockaddr *)&own, sizeof own), ==, 0);
    g_assert_cmpint(listen(proxy->listener, 16), ==, 0);
    proxy->links = g_ptr_array_new();
    g_mutex_init(&proxy->mutex);
    proxy->thread = g_thread_new("proxy", listen_thread, proxy);
    return proxy;
}

void pgm_proxy_free(PgmProxy *proxy)
{
    if (proxy == NULL)
    {
        return;
    }
    g_mutex_lock(&proxy->mutex);
    proxy->stop = TRUE;
    g_mutex_unlock(&proxy->mutex);
    g_thread_join(proxy->thread);
    for (guint i = 0; i < proxy->links->len; i++)
    {
        Link *link = g_ptr_array_index(proxy->links, i);
        g_thread_join(link->thread);
        g_free(link);
    }
    g_ptr_array_unref(proxy->links);
    close(proxy->listener);
    g_unlink(proxy->path);
    g_rmdir(proxy->folder);
    g_mutex_clear(&proxy->mutex);
    g_free(proxy->path);
    g_free(proxy->folder);
    g_free(proxy);
}

const char *pgm_proxy_folder(const PgmProxy *proxy)
{
    return proxy->folder;
}

void pgm_proxy_arm(PgmProxy *proxy, PgmCut cut, guint skip)
{
    g_mutex_lock(&proxy->mutex);
    proxy->cut = cut;
    proxy->skip = skip;
    g_mutex_unlock(&proxy->mutex);
}

void pgm_proxy_at_cut(PgmProxy *proxy, void (*call)(gpointer user), gpointer user)
{
    proxy->at_cut = call;
    proxy->user = user;
}

guint pgm_proxy_cuts(PgmProxy *proxy)
{
    g_mutex_lock(&proxy->mutex);
    guint cuts = proxy->cuts;
    g_mutex_unlock(&proxy->mutex);
    return cuts;
}
