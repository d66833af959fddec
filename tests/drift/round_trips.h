/*
 * round_trips.h - for test_mend_kinds.c: every kind and every attribute that a snapshot knows, as a pair of scenes.
 *
 * BEFORE runs in both databases, AFTER in the second one only. TELLS is what drift must say of it then, seen from the
 * first one, a line each: "KIND extra NAME", "KIND missing NAME", "KIND ATTRIBUTE NAME". The scenes of all trips are
 * made side by side, so that the names in one are its own.
 */
#ifndef TEST_ROUND_TRIPS_H
#define TEST_ROUND_TRIPS_H

enum
{
    BOTH_WAYS = 0,
    FORWARD = 1,  /* mended only in the second database: the way back, if there is none, is said by mending */
    BACKWARD = 2, /* … in the first one */
};

typedef struct
{
    const char *before, *after, *tells;
    int since; /* major version; 0: any */
    int ways;
} RoundTrip;

/* What has no statement, or no round trip here, and why. */
static const struct
{
    const char *kind, *attribute, *reason;
} without_trip[] = {
    {"table", "partition_key", "no ALTER changes how a table is partitioned"},
    {"column", "position", "told as column_order; a column only moves when the table is made anew"},
    {"index", "primary", "told of the constraint"},
    {"index", "constraint", "told of the constraint"},
    {"collation", "version", "what the operating system brings is recorded, not chosen"},
    {"database", "presence", "the database that is looked at is there"},
    {"database", "encoding", "chosen when the database is made"},
    {"database", "collate", "chosen when the database is made"},
    {"database", "ctype", "chosen when the database is made"},
    {"database", "locale", "chosen when the database is made"},
    {"database", "collation_version", "what the operating system brings is recorded, not chosen"},
    {"security_label", "presence", "needs a provider, which no server brings: tests/outside builds one"},
    {"security_label", "label", "needs a provider, which no server brings: tests/outside builds one"},
};

#endif
