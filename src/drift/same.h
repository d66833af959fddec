/* same.h - two texts of the server's that say the same; private to the drift layer. */
#ifndef DRIFT_SAME_H
#define DRIFT_SAME_H

#include <glib.h>

/* Do two values of an attribute mean the same? Texts that differ only in what a dump and its restore may change do:
 * the server writes x IN ('a', 'b') on a varchar column as (ARRAY['a'::character varying, …])::text[], reads that back
 * as ARRAY[('a'::character varying)::text, …], and from then on writes that; and EXTRACT(YEAR FROM t), where the field
 * was given as a string, becomes EXTRACT(year FROM t). NULL is not set. */
gboolean pgm_same_text(const char *a, const char *b);

#endif
