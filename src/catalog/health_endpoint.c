/* health_endpoint.c - is the service itself healthy? One HTTP endpoint, through libcurl. */
#include "pgmedic/health.h"
#include "pgmedic/text.h"

#include <curl/curl.h>
#include <json-glib/json-glib.h>
#include <string.h>

enum
{
    TIMEOUT_MS = 5000,
    BODY_MAX = 256 * 1024,
};

static size_t take_body(char *data, size_t size, size_t n, void *user)
{
    GString *body = user;
    size_t length = size * n;
    if (body->len + length > BODY_MAX)
    {
        return 0; /* ends the transfer: no health endpoint says that much */
    }
    g_string_append_len(body, data, (gssize)length);
    return length;
}

/* A member as text: a string as it is, anything else as JSON writes it. NULL: absent. Caller frees. */
static char *member_text(JsonObject *object, const char *key)
{
    JsonNode *node = json_object_get_member(object, key);
    if (node == NULL)
    {
        return NULL;
    }
    if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
    {
        return g_strdup(json_node_get_string(node));
    }
    return json_to_string(node, FALSE);
}

/* What is wrong with the answer's fields; NULL: nothing. Caller frees. */
static char *judge_json(const PgmEndpoint *endpoint, const GString *body)
{
    if (endpoint->json_keys == NULL || endpoint->json_keys->len == 0)
    {
        return NULL;
    }
    g_autoptr(JsonParser) parser = json_parser_new();
    if (!json_parser_load_from_data(parser, body->str, (gssize)body->len, NULL) ||
        json_parser_get_root(parser) == NULL || !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
    {
        return g_strdup("its answer is not a JSON object");
    }
    JsonObject *object = json_node_get_object(json_parser_get_root(parser));
    for (guint i = 0; i < endpoint->json_keys->len; i++)
    {
        const char *key = g_ptr_array_index(endpoint->json_keys, i);
        const char *expected = g_ptr_array_index(endpoint->json_values, i);
        g_autofree char *value = member_text(object, key);
        if (g_strcmp0(value, expected) != 0)
        {
            return g_strdup_printf("%s is %s, not %s", key, value != NULL ? value : "absent", expected);
        }
    }
    return NULL;
}

/* One try. What is wrong, or NULL. Caller frees. */
static char *try_once(const PgmEndpoint *endpoint, CURL *curl, gint64 *ms)
{
    g_autoptr(GString) body = g_string_new(NULL);
    char words[CURL_ERROR_SIZE] = "";
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, endpoint->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L); /* a worker thread's time-outs must not use signals */
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "pgmedic");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
    gint64 begun = g_get_monotonic_time();
    CURLcode code = curl_easy_perform(curl);
    *ms = (g_get_monotonic_time() - begun) / 1000;
    if (code == CURLE_WRITE_ERROR)
    {
        return g_strdup_printf("its answer is longer than %d kB", BODY_MAX / 1024);
    }
    if (code != CURLE_OK)
    {
        return g_strdup(words[0] != '\0' ? words : curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    int expected = endpoint->status != 0 ? endpoint->status : 200;
    return status != expected ? g_strdup_printf("answered %ld, not %d", status, expected) : judge_json(endpoint, body);
}

static PgmHealthFinding *finding_new(PgmHealthLevel level, char *summary, const char *advice)
{
    PgmHealthFinding *finding = g_new0(PgmHealthFinding, 1);
    finding->check = "endpoint";
    finding->level = level;
    finding->summary = summary;
    finding->advice = g_strdup(advice);
    return finding;
}

/* The address without what may be secret in it: user, password, query. Caller frees. */
static char *shown_address(const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_HAS_PASSWORD, NULL);
    return uri != NULL ? g_uri_to_string_partial(uri, G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT)
                       : g_strdup("the endpoint");
}

PgmHealthFinding *pgm_health_endpoint(const PgmEndpoint *endpoint)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL)
    {
        return finding_new(PGM_HEALTH_UNKNOWN, g_strdup("the HTTP client does not start"), NULL);
    }
    int tries = MAX(1, endpoint->tries);
    int good = 0;
    gint64 slowest = 0;
    g_autofree char *last = NULL;
    for (int i = 0; i < tries; i++)
    {
        gint64 ms = 0;
        g_autofree char *wrong = try_once(endpoint, curl, &ms);
        slowest = MAX(slowest, ms);
        good += wrong == NULL;
        if (wrong != NULL)
        {
            g_free(last);
            last = g_steal_pointer(&wrong);
        }
    }
    curl_easy_cleanup(curl);
    g_autofree char *duration = pgm_text_duration(slowest);
    g_autofree char *address = shown_address(endpoint->url);
    if (good == tries)
    {
        return finding_new(PGM_HEALTH_OK, g_strdup_printf("%s healthy %d of %d, %s", address, good, tries, duration),
                           NULL);
    }
    return finding_new(good > 0 ? PGM_HEALTH_WARN : PGM_HEALTH_FAIL,
                       g_strdup_printf("%s healthy %d of %d: %s", address, good, tries, last),
                       "look at the service's own log; the database may be well and the service not");
}
