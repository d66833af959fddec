/* round_trips_objects.h - everything but relations; read round_trips.h. */
#ifndef TEST_ROUND_TRIPS_OBJECTS_H
#define TEST_ROUND_TRIPS_OBJECTS_H

#include "round_trips.h"

static const RoundTrip object_trips[] = {
    /* functions */
    {"",
     "CREATE FUNCTION n_extra(a int, \"B b\" text DEFAULT ', ') RETURNS TABLE (c int) LANGUAGE sql SECURITY DEFINER "
     "SET search_path = 'x' AS 'SELECT a';"
     "CREATE PROCEDURE n_procedure(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := 1; END'; COMMENT ON PROCEDURE "
     "n_procedure IS 'x';"
     "CREATE FUNCTION a_reader() RETURNS SETOF v_base LANGUAGE sql AS 'SELECT * FROM v_base'",
     "function extra n_extra(a integer, \"B b\" text)\nfunction extra n_procedure(INOUT a integer)\nfunction extra "
     "a_reader()",
     0, BOTH_WAYS},
    {"CREATE FUNCTION n_definition(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE "
     "n_definition_user (a int CHECK (n_definition(a) > 0))",
     "CREATE OR REPLACE FUNCTION n_definition(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'",
     "function definition n_definition(a integer)", 0, BOTH_WAYS},
    {"CREATE FUNCTION n_result(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE VIEW n_result_view AS "
     "SELECT 1 + n_result(1) AS a;"
     "GRANT EXECUTE ON FUNCTION n_result TO round_trip_a; COMMENT ON FUNCTION n_result IS 'x'; CREATE TABLE "
     "n_result_table (a int DEFAULT n_result(1), CHECK (n_result(a) > 0));"
     "CREATE INDEX n_result_index ON n_result_table ((n_result(a)::bigint)); CREATE POLICY n_result_policy ON "
     "n_result_table USING (n_result(a) > 0);"
     "CREATE FUNCTION n_result_caller() RETURNS int LANGUAGE sql AS 'SELECT n_result(1)::int'",
     "DROP VIEW n_result_view; DROP POLICY n_result_policy ON n_result_table; DROP INDEX n_result_index; DROP TABLE "
     "n_result_table; DROP FUNCTION n_result;"
     "CREATE FUNCTION n_result(a int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'; CREATE VIEW "
     "n_result_view AS SELECT 1 + n_result(1)::int AS a;"
     "GRANT EXECUTE ON FUNCTION n_result TO round_trip_a; COMMENT ON FUNCTION n_result IS 'x'; CREATE TABLE "
     "n_result_table (a int DEFAULT n_result(1), CHECK (n_result(a) > 0));"
     "CREATE INDEX n_result_index ON n_result_table ((n_result(a)::bigint)); CREATE POLICY n_result_policy ON "
     "n_result_table USING (n_result(a) > 0)",
     "function definition n_result(a integer)\nview definition n_result_view\nindex definition n_result_index", 0,
     BOTH_WAYS},
    {"CREATE FUNCTION n_atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM v_base; END",
     "DROP FUNCTION n_atomic()", "function missing n_atomic()", 14, BOTH_WAYS},
    {"CREATE FUNCTION n_owner() RETURNS int LANGUAGE sql AS 'SELECT 1'", "ALTER FUNCTION n_owner OWNER TO round_trip_a",
     "function owner n_owner()", 0, BOTH_WAYS},
    {"CREATE FUNCTION n_privileges() RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "REVOKE EXECUTE ON FUNCTION n_privileges FROM PUBLIC; GRANT EXECUTE ON FUNCTION n_privileges TO round_trip_a",
     "function privileges n_privileges()", 0, BOTH_WAYS},
    {"CREATE FUNCTION n_comment() RETURNS int LANGUAGE sql AS 'SELECT 1'", "COMMENT ON FUNCTION n_comment IS 'x'",
     "function comment n_comment()", 0, BOTH_WAYS},
    {"",
     "CREATE AGGREGATE x_extra(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', PARALLEL = SAFE);"
     "CREATE AGGREGATE x_ordered(VARIADIC \"any\" ORDER BY VARIADIC \"any\") (SFUNC = ordered_set_transition_multi, "
     "STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL)",
     "aggregate extra x_extra(integer)\naggregate extra x_ordered(VARIADIC \"any\" ORDER BY VARIADIC \"any\")", 0,
     BOTH_WAYS},
    {"",
     "CREATE FUNCTION x_named(text[], text[]) RETURNS text[] LANGUAGE sql AS 'SELECT $1'; CREATE AGGREGATE "
     "x_named(text[]) (SFUNC = x_named, STYPE = text[])",
     "aggregate extra x_named(text[])\nfunction extra x_named(text[], text[])", 0, BOTH_WAYS},
    {"CREATE AGGREGATE x_definition(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0'); CREATE VIEW x_definition_view "
     "AS SELECT x_definition(1) AS a",
     "CREATE OR REPLACE AGGREGATE x_definition(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1')",
     "aggregate definition x_definition(integer)", 0, BOTH_WAYS},
    {"CREATE AGGREGATE x_owner(int) (SFUNC = int4pl, STYPE = int)",
     "ALTER AGGREGATE x_owner(int) OWNER TO round_trip_a", "aggregate owner x_owner(integer)", 0, BOTH_WAYS},
    {"CREATE AGGREGATE x_privileges(int) (SFUNC = int4pl, STYPE = int)",
     "REVOKE EXECUTE ON FUNCTION x_privileges(int) FROM PUBLIC", "aggregate privileges x_privileges(integer)", 0,
     BOTH_WAYS},
    {"CREATE AGGREGATE x_comment(int) (SFUNC = int4pl, STYPE = int)", "COMMENT ON AGGREGATE x_comment(int) IS 'x'",
     "aggregate comment x_comment(integer)", 0, BOTH_WAYS},

    /* types */
    {"", "CREATE TYPE e_extra AS ENUM ('a', 'it''s, b'); CREATE TABLE a_e_extra (a e_extra DEFAULT 'a', b e_extra[])",
     "enum extra e_extra\ntable extra a_e_extra", 0, BOTH_WAYS},
    {"CREATE TYPE e_labels AS ENUM ('a', 'c, d'); CREATE TABLE e_labels_table (a e_labels NOT NULL DEFAULT 'a', b "
     "e_labels[] DEFAULT '{a}', c int);"
     "CREATE INDEX e_labels_index ON e_labels_table (a) WHERE a = 'a'; CREATE VIEW e_labels_view AS SELECT a FROM "
     "e_labels_table WHERE a = 'c, d';"
     "CREATE FUNCTION e_labels_f(e_labels) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e_labels_row AS (x "
     "e_labels);"
     "ALTER TABLE e_labels_table ADD CHECK (a <> 'c, d'); GRANT USAGE ON TYPE e_labels TO round_trip_a; COMMENT ON "
     "TYPE e_labels IS 'x';"
     "INSERT INTO e_labels_table VALUES ('a', '{a,a}', 1)",
     "ALTER TYPE e_labels ADD VALUE 'b' BEFORE 'c, d'; ALTER TYPE e_labels ADD VALUE '0' BEFORE 'a'; ALTER TYPE "
     "e_labels ADD VALUE 'z'",
     "enum labels e_labels", 0, BOTH_WAYS},
    {"CREATE TYPE e_owner AS ENUM ('a')", "ALTER TYPE e_owner OWNER TO round_trip_a", "enum owner e_owner", 0,
     BOTH_WAYS},
    {"CREATE TYPE e_privileges AS ENUM ('a')", "REVOKE USAGE ON TYPE e_privileges FROM PUBLIC",
     "enum privileges e_privileges", 0, BOTH_WAYS},
    {"CREATE TYPE e_comment AS ENUM ('a')", "COMMENT ON TYPE e_comment IS 'x'", "enum comment e_comment", 0, BOTH_WAYS},
    {"",
     "CREATE DOMAIN d_extra AS varchar(9) COLLATE \"C\" DEFAULT 'x, y' NOT NULL CONSTRAINT \"d extra\" CHECK (VALUE <> "
     "', ') CHECK (VALUE <> 'b'); COMMENT ON DOMAIN d_extra IS 'x'; ALTER DOMAIN d_extra ADD CHECK (VALUE <> 'c') NOT "
     "VALID",
     "domain extra d_extra", 0, BOTH_WAYS},
    {"CREATE DOMAIN d_type AS int CHECK (VALUE > 0); CREATE TABLE d_type_table (a d_type DEFAULT 1); CREATE VIEW "
     "d_type_view AS SELECT a FROM d_type_table;"
     "INSERT INTO d_type_table VALUES (1)",
     "DROP VIEW d_type_view; DROP TABLE d_type_table; DROP DOMAIN d_type; CREATE DOMAIN d_type AS bigint CHECK (VALUE "
     "> 0); CREATE TABLE d_type_table (a d_type DEFAULT 1);"
     "INSERT INTO d_type_table VALUES (1); CREATE VIEW d_type_view AS SELECT a FROM d_type_table",
     "domain type d_type", 0, BOTH_WAYS},
    {"CREATE DOMAIN d_null AS int", "ALTER DOMAIN d_null SET NOT NULL", "domain not_null d_null", 0, BOTH_WAYS},
    {"CREATE DOMAIN d_default AS int", "ALTER DOMAIN d_default SET DEFAULT 5", "domain default d_default", 0,
     BOTH_WAYS},
    {"CREATE DOMAIN d_collation AS text", "DROP DOMAIN d_collation; CREATE DOMAIN d_collation AS text COLLATE \"C\"",
     "domain collation d_collation", 0, BOTH_WAYS},
    {"CREATE DOMAIN d_constraints AS int CONSTRAINT one CHECK (VALUE > 0)",
     "ALTER DOMAIN d_constraints DROP CONSTRAINT one; ALTER DOMAIN d_constraints ADD CONSTRAINT \"two CHECK\" CHECK "
     "(VALUE > 1) NOT VALID",
     "domain constraints d_constraints", 0, BOTH_WAYS},
    {"CREATE DOMAIN d_owner AS int", "ALTER DOMAIN d_owner OWNER TO round_trip_a", "domain owner d_owner", 0,
     BOTH_WAYS},
    {"CREATE DOMAIN d_privileges AS int",
     "REVOKE USAGE ON DOMAIN d_privileges FROM PUBLIC; GRANT USAGE ON DOMAIN d_privileges TO round_trip_a",
     "domain privileges d_privileges", 0, BOTH_WAYS},
    {"CREATE DOMAIN d_comment AS int", "COMMENT ON DOMAIN d_comment IS 'x'", "domain comment d_comment", 0, BOTH_WAYS},
    {"", "CREATE TYPE o_extra AS (a int, \"b, c\" text); CREATE TYPE a_outer AS (x o_extra[])",
     "composite extra o_extra\ncomposite extra a_outer", 0, BOTH_WAYS},
    {"CREATE TYPE o_columns AS (a int, \"b, c\" text, d int)",
     "ALTER TYPE o_columns ALTER ATTRIBUTE a TYPE bigint, DROP ATTRIBUTE \"b, c\", ADD ATTRIBUTE e numeric(5, 2)",
     "composite columns o_columns", 0, BOTH_WAYS},
    {"CREATE TYPE o_typed AS (a int, b text); CREATE TABLE o_typed_table OF o_typed; INSERT INTO o_typed_table VALUES "
     "(1, 'x')",
     "ALTER TYPE o_typed ALTER ATTRIBUTE a TYPE bigint CASCADE, ADD ATTRIBUTE c int CASCADE",
     "composite columns o_typed\ncolumn type o_typed_table.a\ncolumn extra o_typed_table.c", 0, BOTH_WAYS},
    {"CREATE TYPE o_stored AS (a int, b text); CREATE TABLE o_stored_table (x o_stored, y o_stored[])",
     "DROP TABLE o_stored_table; ALTER TYPE o_stored ALTER ATTRIBUTE a TYPE bigint; CREATE TABLE o_stored_table (x "
     "o_stored, y o_stored[])",
     "composite columns o_stored", 0, BOTH_WAYS},
    {"CREATE TYPE o_notes AS (a int)", "COMMENT ON COLUMN o_notes.a IS 'y'", "composite column_comments o_notes", 0,
     BOTH_WAYS},
    {"CREATE TYPE o_owner AS (a int)", "ALTER TYPE o_owner OWNER TO round_trip_a", "composite owner o_owner", 0,
     BOTH_WAYS},
    {"CREATE TYPE o_privileges AS (a int)", "GRANT USAGE ON TYPE o_privileges TO round_trip_a",
     "composite privileges o_privileges", 0, BOTH_WAYS},
    {"CREATE TYPE o_comment AS (a int)", "COMMENT ON TYPE o_comment IS 'x'", "composite comment o_comment", 0,
     BOTH_WAYS},
    {"", "CREATE TYPE l_extra AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi)", "range extra l_extra", 0,
     BOTH_WAYS},
    {"CREATE TYPE l_definition AS RANGE (SUBTYPE = float8); CREATE TABLE l_definition_table (a l_definition)",
     "DROP TABLE l_definition_table; DROP TYPE l_definition; CREATE TYPE l_definition AS RANGE (SUBTYPE = float8, "
     "SUBTYPE_DIFF = float8mi);"
     "CREATE TABLE l_definition_table (a l_definition)",
     "range definition l_definition", 0, BOTH_WAYS},
    {"CREATE TYPE l_owner AS RANGE (SUBTYPE = float8)", "ALTER TYPE l_owner OWNER TO round_trip_a",
     "range owner l_owner", 0, BOTH_WAYS},
    {"CREATE TYPE l_privileges AS RANGE (SUBTYPE = float8)", "REVOKE USAGE ON TYPE l_privileges FROM PUBLIC",
     "range privileges l_privileges", 0, BOTH_WAYS},
    {"CREATE TYPE l_comment AS RANGE (SUBTYPE = float8)", "COMMENT ON TYPE l_comment IS 'x'", "range comment l_comment",
     0, BOTH_WAYS},
    {"",
     "CREATE TYPE b_extra; CREATE FUNCTION b_extra_in(cstring) RETURNS b_extra LANGUAGE internal IMMUTABLE STRICT AS "
     "'textin';"
     "CREATE FUNCTION b_extra_out(b_extra) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';"
     "CREATE TYPE b_extra (INPUT = b_extra_in, OUTPUT = b_extra_out, LIKE = text); CREATE TABLE b_extra_table (a "
     "b_extra)",
     "base_type extra b_extra\nfunction extra b_extra_in(cstring)\nfunction extra b_extra_out(public.b_extra)\ntable "
     "extra b_extra_table",
     0, BOTH_WAYS},
    {"",
     "CREATE TYPE b_whole; CREATE FUNCTION b_whole_in(cstring) RETURNS b_whole LANGUAGE internal IMMUTABLE STRICT AS "
     "'textin'; CREATE FUNCTION b_whole_out(b_whole) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';"
     "CREATE TYPE b_whole (INPUT = b_whole_in, OUTPUT = b_whole_out, LIKE = text); CREATE FUNCTION a_whole(b_whole[]) "
     "RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION a_whole(b_whole) RETURNS int LANGUAGE sql AS 'SELECT 1';",
     "base_type extra b_whole\nfunction extra b_whole_in(cstring)\nfunction extra b_whole_out(public.b_whole)\n"
     "function extra a_whole(public.b_whole)\nfunction extra a_whole(public.b_whole[])",
     0, BOTH_WAYS},
    {"", "CREATE TYPE b_shell", "base_type extra b_shell", 0, BOTH_WAYS},
    {"CREATE TYPE b_definition; CREATE FUNCTION b_definition_in(cstring) RETURNS b_definition LANGUAGE internal "
     "IMMUTABLE STRICT AS 'textin';"
     "CREATE FUNCTION b_definition_out(b_definition) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';"
     "CREATE TYPE b_definition (INPUT = b_definition_in, OUTPUT = b_definition_out, LIKE = text)",
     "CREATE FUNCTION b_send(b_definition) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend'; ALTER TYPE "
     "b_definition SET (SEND = b_send)",
     "base_type definition b_definition\nfunction extra b_send(public.b_definition)", 0, BOTH_WAYS},
    {"CREATE TYPE b_owner", "ALTER TYPE b_owner OWNER TO round_trip_a", "base_type owner b_owner", 0, BOTH_WAYS},
    {"CREATE TYPE b_comment", "COMMENT ON TYPE b_comment IS 'x'", "base_type comment b_comment", 0, BOTH_WAYS},
    {"CREATE TABLE u_base (a int, b int)",
     "CREATE STATISTICS u_extra (ndistinct, dependencies) ON a, b FROM u_base; ALTER STATISTICS u_extra SET STATISTICS "
     "10",
     "statistics extra u_extra", 0, BOTH_WAYS},
    {"CREATE STATISTICS u_definition (ndistinct) ON a, b FROM u_base",
     "DROP STATISTICS u_definition; CREATE STATISTICS u_definition (dependencies) ON a, b FROM u_base",
     "statistics definition u_definition", 0, BOTH_WAYS},
    {"CREATE STATISTICS u_statistics ON a, b FROM u_base", "ALTER STATISTICS u_statistics SET STATISTICS 10",
     "statistics statistics u_statistics", 0, BOTH_WAYS},
    {"CREATE STATISTICS u_owner ON a, b FROM u_base", "ALTER STATISTICS u_owner OWNER TO round_trip_a",
     "statistics owner u_owner", 0, BOTH_WAYS},
    {"CREATE STATISTICS u_comment ON a, b FROM u_base", "COMMENT ON STATISTICS u_comment IS 'x'",
     "statistics comment u_comment", 0, BOTH_WAYS},

    /* operators and what indexes use them by */
    {"",
     "CREATE OPERATOR |=| (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int); CREATE OPERATOR !!= (FUNCTION = int4um, "
     "RIGHTARG = int)",
     "operator extra |=| (integer, integer)\noperator extra !!= (NONE, integer)", 0, BOTH_WAYS},
    {"CREATE OPERATOR |<| (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
     "DROP OPERATOR |<| (int, int); CREATE OPERATOR |<| (FUNCTION = int4ne, LEFTARG = int, RIGHTARG = int)",
     "operator definition |<| (integer, integer)", 0, BOTH_WAYS},
    {"CREATE OPERATOR |>| (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
     "ALTER OPERATOR |>| (int, int) OWNER TO round_trip_a", "operator owner |>| (integer, integer)", 0, BOTH_WAYS},
    {"CREATE OPERATOR |-| (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
     "COMMENT ON OPERATOR |-| (int, int) IS 'x'", "operator comment |-| (integer, integer)", 0, BOTH_WAYS},
    {"",
     "CREATE OPERATOR FAMILY y_extra USING btree; ALTER OPERATOR FAMILY y_extra USING btree ADD FUNCTION 1 (int2, "
     "int4) btint24cmp(int2, int4)",
     "operator_family extra y_extra USING btree", 0, BOTH_WAYS},
    {"CREATE OPERATOR FAMILY y_members USING btree; ALTER OPERATOR FAMILY y_members USING btree ADD OPERATOR 1 < "
     "(int2, int4)",
     "ALTER OPERATOR FAMILY y_members USING btree DROP OPERATOR 1 (int2, int4); ALTER OPERATOR FAMILY y_members USING "
     "btree ADD FUNCTION 1 (int2, int4) btint24cmp(int2, int4)",
     "operator_family members y_members USING btree", 0, BOTH_WAYS},
    {"CREATE OPERATOR FAMILY y_owner USING btree", "ALTER OPERATOR FAMILY y_owner USING btree OWNER TO round_trip_a",
     "operator_family owner y_owner USING btree", 0, BOTH_WAYS},
    {"CREATE OPERATOR FAMILY y_comment USING btree", "COMMENT ON OPERATOR FAMILY y_comment USING btree IS 'x'",
     "operator_family comment y_comment USING btree", 0, BOTH_WAYS},
    {"CREATE OPERATOR FAMILY z_family USING hash",
     "CREATE OPERATOR CLASS z_extra FOR TYPE int USING hash FAMILY z_family AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)",
     "operator_class extra z_extra USING hash", 0, BOTH_WAYS},
    {"CREATE OPERATOR FAMILY z_class USING hash; CREATE OPERATOR CLASS z_definition FOR TYPE int USING hash FAMILY "
     "z_class AS OPERATOR 1 =, FUNCTION 1 hashint4(int4);"
     "CREATE TABLE z_table (a int); CREATE INDEX z_index ON z_table USING hash (a z_definition)",
     "DROP INDEX z_index; DROP OPERATOR CLASS z_definition USING hash; CREATE OPERATOR CLASS z_definition FOR TYPE oid "
     "USING hash FAMILY z_class AS OPERATOR 1 =, FUNCTION 1 hashoid(oid);"
     "CREATE INDEX z_index ON z_table USING hash (a z_definition)",
     "operator_class definition z_definition USING hash", 0, BOTH_WAYS},
    {"CREATE OPERATOR FAMILY z_f_owner USING hash; CREATE OPERATOR CLASS z_owner FOR TYPE int USING hash FAMILY "
     "z_f_owner AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)",
     "ALTER OPERATOR CLASS z_owner USING hash OWNER TO round_trip_a", "operator_class owner z_owner USING hash", 0,
     BOTH_WAYS},
    {"CREATE OPERATOR FAMILY z_f_comment USING hash; CREATE OPERATOR CLASS z_comment FOR TYPE int USING hash FAMILY "
     "z_f_comment AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)",
     "COMMENT ON OPERATOR CLASS z_comment USING hash IS 'x'", "operator_class comment z_comment USING hash", 0,
     BOTH_WAYS},

    /* texts */
    {"", "CREATE COLLATION w_extra (provider = libc, locale = 'C'); CREATE TABLE a_w_extra (a text COLLATE w_extra)",
     "collation extra w_extra\ntable extra a_w_extra", 0, BOTH_WAYS},
    {"CREATE COLLATION w_definition (provider = libc, locale = 'C'); CREATE TABLE w_table (a text COLLATE "
     "w_definition, b int); CREATE VIEW w_view AS SELECT a FROM w_table",
     "DROP VIEW w_view; DROP TABLE w_table; DROP COLLATION w_definition; CREATE COLLATION w_definition (provider = "
     "libc, locale = 'POSIX');"
     "CREATE TABLE w_table (a text COLLATE w_definition, b int); CREATE VIEW w_view AS SELECT a FROM w_table",
     "collation definition w_definition", 0, BOTH_WAYS},
    {"CREATE COLLATION w_owner (provider = libc, locale = 'C')", "ALTER COLLATION w_owner OWNER TO round_trip_a",
     "collation owner w_owner", 0, BOTH_WAYS},
    {"CREATE COLLATION w_comment (provider = libc, locale = 'C')", "COMMENT ON COLLATION w_comment IS 'x'",
     "collation comment w_comment", 0, BOTH_WAYS},
    {"", "CREATE DEFAULT CONVERSION j_extra FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "conversion extra j_extra",
     0, BOTH_WAYS},
    {"CREATE CONVERSION j_definition FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
     "DROP CONVERSION j_definition; CREATE CONVERSION j_definition FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8",
     "conversion definition j_definition", 0, BOTH_WAYS},
    {"CREATE CONVERSION j_default FOR 'LATIN5' TO 'UTF8' FROM iso8859_to_utf8",
     "DROP CONVERSION j_default; CREATE DEFAULT CONVERSION j_default FOR 'LATIN5' TO 'UTF8' FROM iso8859_to_utf8",
     "conversion default j_default", 0, BOTH_WAYS},
    {"CREATE CONVERSION j_owner FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
     "ALTER CONVERSION j_owner OWNER TO round_trip_a", "conversion owner j_owner", 0, BOTH_WAYS},
    {"CREATE CONVERSION j_comment FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
     "COMMENT ON CONVERSION j_comment IS 'x'", "conversion comment j_comment", 0, BOTH_WAYS},
    {"",
     "CREATE TEXT SEARCH PARSER s1_extra (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = "
     "prsd_lextype)",
     "text_search_parser extra s1_extra", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH PARSER s1_definition (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES "
     "= prsd_lextype);"
     "CREATE TEXT SEARCH CONFIGURATION s1_user (PARSER = s1_definition); ALTER TEXT SEARCH CONFIGURATION s1_user ADD "
     "MAPPING FOR word WITH simple",
     "DROP TEXT SEARCH CONFIGURATION s1_user; DROP TEXT SEARCH PARSER s1_definition; CREATE TEXT SEARCH PARSER "
     "s1_definition (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE "
     "= prsd_headline);"
     "CREATE TEXT SEARCH CONFIGURATION s1_user (PARSER = s1_definition); ALTER TEXT SEARCH CONFIGURATION s1_user ADD "
     "MAPPING FOR word WITH simple",
     "text_search_parser definition s1_definition", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH PARSER s1_comment (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = "
     "prsd_lextype)",
     "COMMENT ON TEXT SEARCH PARSER s1_comment IS 'x'", "text_search_parser comment s1_comment", 0, BOTH_WAYS},
    {"", "CREATE TEXT SEARCH TEMPLATE s2_extra (INIT = dsimple_init, LEXIZE = dsimple_lexize)",
     "text_search_template extra s2_extra", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH TEMPLATE s2_definition (INIT = dsimple_init, LEXIZE = dsimple_lexize); CREATE TEXT SEARCH "
     "DICTIONARY s2_user (TEMPLATE = s2_definition)",
     "DROP TEXT SEARCH DICTIONARY s2_user; DROP TEXT SEARCH TEMPLATE s2_definition; CREATE TEXT SEARCH TEMPLATE "
     "s2_definition (LEXIZE = dsimple_lexize); CREATE TEXT SEARCH DICTIONARY s2_user (TEMPLATE = s2_definition)",
     "text_search_template definition s2_definition", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH TEMPLATE s2_comment (LEXIZE = dsimple_lexize)",
     "COMMENT ON TEXT SEARCH TEMPLATE s2_comment IS 'x'", "text_search_template comment s2_comment", 0, BOTH_WAYS},
    {"", "CREATE TEXT SEARCH DICTIONARY s3_extra (TEMPLATE = simple, accept = false)",
     "text_search_dictionary extra s3_extra", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH DICTIONARY s3_definition (TEMPLATE = simple); CREATE TEXT SEARCH DICTIONARY s3_other "
     "(TEMPLATE = simple, accept = true);"
     "CREATE TEXT SEARCH CONFIGURATION s3_user (COPY = english); ALTER TEXT SEARCH CONFIGURATION s3_user ALTER MAPPING "
     "FOR word WITH s3_other",
     "ALTER TEXT SEARCH DICTIONARY s3_definition (accept = false); ALTER TEXT SEARCH CONFIGURATION s3_user ALTER "
     "MAPPING REPLACE s3_other WITH simple; DROP TEXT SEARCH DICTIONARY s3_other; CREATE TEXT SEARCH DICTIONARY "
     "s3_other (TEMPLATE = snowball, language = english);"
     "ALTER TEXT SEARCH CONFIGURATION s3_user ALTER MAPPING FOR word WITH s3_other",
     "text_search_dictionary definition s3_definition\ntext_search_dictionary definition s3_other", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH DICTIONARY s3_owner (TEMPLATE = simple)",
     "ALTER TEXT SEARCH DICTIONARY s3_owner OWNER TO round_trip_a", "text_search_dictionary owner s3_owner", 0,
     BOTH_WAYS},
    {"CREATE TEXT SEARCH DICTIONARY s3_comment (TEMPLATE = simple)",
     "COMMENT ON TEXT SEARCH DICTIONARY s3_comment IS 'x'", "text_search_dictionary comment s3_comment", 0, BOTH_WAYS},
    {"",
     "CREATE TEXT SEARCH CONFIGURATION s4_extra (COPY = simple); CREATE TABLE s4_extra_table (a tsvector GENERATED "
     "ALWAYS AS (to_tsvector('s4_extra'::regconfig, b)) STORED, b text)",
     "text_search_configuration extra s4_extra\ntable extra s4_extra_table", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH CONFIGURATION s4_definition (PARSER = \"default\")",
     "DROP TEXT SEARCH CONFIGURATION s4_definition; CREATE TEXT SEARCH CONFIGURATION s4_definition (PARSER = "
     "s1_definition)",
     "text_search_configuration definition s4_definition", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH CONFIGURATION s4_mappings (COPY = simple)",
     "ALTER TEXT SEARCH CONFIGURATION s4_mappings DROP MAPPING FOR word, file; ALTER TEXT SEARCH CONFIGURATION "
     "s4_mappings ALTER MAPPING FOR asciiword WITH english_stem, simple",
     "text_search_configuration mappings s4_mappings", 0, BOTH_WAYS},
    {"CREATE TEXT SEARCH CONFIGURATION s4_owner (PARSER = \"default\")",
     "ALTER TEXT SEARCH CONFIGURATION s4_owner OWNER TO round_trip_a", "text_search_configuration owner s4_owner", 0,
     BOTH_WAYS},
    {"CREATE TEXT SEARCH CONFIGURATION s4_comment (PARSER = \"default\")",
     "COMMENT ON TEXT SEARCH CONFIGURATION s4_comment IS 'x'", "text_search_configuration comment s4_comment", 0,
     BOTH_WAYS},

    /* what stands in no schema */
    {"", "CREATE SCHEMA h_extra; CREATE EXTENSION hstore SCHEMA h_extra; CREATE TABLE a_h_extra (a h_extra.hstore)",
     "schema extra h_extra\nextension extra hstore\ntable extra a_h_extra", 0, BOTH_WAYS},
    {"CREATE EXTENSION citext VERSION '1.5'", "ALTER EXTENSION citext UPDATE TO '1.6'", "extension version citext", 0,
     BACKWARD},
    {"CREATE SCHEMA h_schema; CREATE EXTENSION pg_trgm", "ALTER EXTENSION pg_trgm SET SCHEMA h_schema",
     "extension in_schema pg_trgm", 0, BOTH_WAYS},
    {"",
     "CREATE EVENT TRIGGER ev_extra ON ddl_command_end WHEN TAG IN ('DROP AGGREGATE', 'CREATE CAST') EXECUTE FUNCTION "
     "round_trip_event(); ALTER EVENT TRIGGER ev_extra ENABLE ALWAYS",
     "event_trigger extra ev_extra", 0, BOTH_WAYS},
    {"CREATE EVENT TRIGGER ev_definition ON ddl_command_end EXECUTE FUNCTION round_trip_event()",
     "DROP EVENT TRIGGER ev_definition; CREATE EVENT TRIGGER ev_definition ON ddl_command_start EXECUTE FUNCTION "
     "round_trip_event()",
     "event_trigger definition ev_definition", 0, BOTH_WAYS},
    {"CREATE EVENT TRIGGER ev_enabled ON ddl_command_end EXECUTE FUNCTION round_trip_event()",
     "ALTER EVENT TRIGGER ev_enabled DISABLE", "event_trigger enabled ev_enabled", 0, BOTH_WAYS},
    {"CREATE EVENT TRIGGER ev_owner ON ddl_command_end EXECUTE FUNCTION round_trip_event()",
     "ALTER EVENT TRIGGER ev_owner OWNER TO round_trip_super", "event_trigger owner ev_owner", 0, BOTH_WAYS},
    {"CREATE EVENT TRIGGER ev_comment ON ddl_command_end EXECUTE FUNCTION round_trip_event()",
     "COMMENT ON EVENT TRIGGER ev_comment IS 'x'", "event_trigger comment ev_comment", 0, BOTH_WAYS},
    {"", "CREATE PUBLICATION pb_extra FOR TABLE u_base, v_base WITH (publish = 'insert', publish_via_partition_root)",
     "publication extra pb_extra", 0, BOTH_WAYS},
    {"CREATE PUBLICATION pb_publishes", "ALTER PUBLICATION pb_publishes SET (publish = 'insert, delete')",
     "publication publishes pb_publishes", 0, BOTH_WAYS},
    {"CREATE PUBLICATION pb_tables FOR TABLE u_base", "ALTER PUBLICATION pb_tables SET TABLE v_base",
     "publication tables pb_tables", 0, BOTH_WAYS},
    {"CREATE PUBLICATION pb_filter FOR TABLE u_base WHERE (a > 0)",
     "ALTER PUBLICATION pb_filter SET TABLE u_base, TABLES IN SCHEMA s_comment", "publication tables pb_filter", 15,
     BOTH_WAYS},
    {"CREATE PUBLICATION pb_list FOR TABLE u_base (a)",
     "ALTER PUBLICATION pb_list SET TABLE u_base (a, b) WHERE (a > 0), v_base", "publication tables pb_list", 15,
     BOTH_WAYS},
    {"CREATE PUBLICATION pb_all",
     "DROP PUBLICATION pb_all; CREATE PUBLICATION pb_all FOR ALL TABLES; COMMENT ON PUBLICATION pb_all IS 'y'",
     "publication tables pb_all\npublication comment pb_all", 0, BOTH_WAYS},
    {"CREATE PUBLICATION pb_root", "ALTER PUBLICATION pb_root SET (publish_via_partition_root)",
     "publication via_root pb_root", 0, BOTH_WAYS},
    {"CREATE PUBLICATION pb_generated", "ALTER PUBLICATION pb_generated SET (publish_generated_columns = stored)",
     "publication generated_columns pb_generated", 18, BOTH_WAYS},
    {"CREATE PUBLICATION pb_owner", "ALTER PUBLICATION pb_owner OWNER TO round_trip_super",
     "publication owner pb_owner", 0, BOTH_WAYS},
    {"CREATE PUBLICATION pb_comment", "COMMENT ON PUBLICATION pb_comment IS 'x'", "publication comment pb_comment", 0,
     BOTH_WAYS},
    {"",
     "CREATE SUBSCRIPTION sb_extra CONNECTION 'host=nowhere.invalid' PUBLICATION p1, \"P 2\" WITH (connect = false, "
     "slot_name = NONE)",
     "subscription extra sb_extra", 0, BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_publications CONNECTION 'host=nowhere.invalid' PUBLICATION p1, p2 WITH (connect = false, "
     "slot_name = NONE)",
     "ALTER SUBSCRIPTION sb_publications SET PUBLICATION p2, \"P 3\" WITH (refresh = false)",
     "subscription publications sb_publications", 0, BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_slot CONNECTION 'host=nowhere.invalid' PUBLICATION p1 WITH (connect = false, slot_name = "
     "NONE)",
     "ALTER SUBSCRIPTION sb_slot SET (slot_name = 'round_trip')", "subscription slot sb_slot", 0, BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_disabled CONNECTION 'host=nowhere.invalid' PUBLICATION p1 WITH (connect = false, "
     "slot_name = 'nothing')",
     "ALTER SUBSCRIPTION sb_disabled ENABLE", "subscription disabled sb_disabled", 0, BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_options CONNECTION 'host=nowhere.invalid' PUBLICATION p1 WITH (connect = false, slot_name "
     "= NONE)",
     "ALTER SUBSCRIPTION sb_options SET (synchronous_commit = on)", "subscription options sb_options", 0, BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_binary CONNECTION 'host=nowhere.invalid' PUBLICATION p1 WITH (connect = false, slot_name "
     "= NONE)",
     "ALTER SUBSCRIPTION sb_binary SET (binary = true, streaming = true)", "subscription options sb_binary", 14,
     BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_owner CONNECTION 'host=nowhere.invalid' PUBLICATION p1 WITH (connect = false, slot_name = "
     "NONE)",
     "ALTER SUBSCRIPTION sb_owner OWNER TO round_trip_super", "subscription owner sb_owner", 0, BOTH_WAYS},
    {"CREATE SUBSCRIPTION sb_comment CONNECTION 'host=nowhere.invalid' PUBLICATION p1 WITH (connect = false, slot_name "
     "= NONE)",
     "COMMENT ON SUBSCRIPTION sb_comment IS 'x'", "subscription comment sb_comment", 0, BOTH_WAYS},
    {"",
     "CREATE FOREIGN DATA WRAPPER fw_extra OPTIONS (debug 'true'); GRANT USAGE ON FOREIGN DATA WRAPPER fw_extra TO "
     "round_trip_a; CREATE SERVER a_fw_extra FOREIGN DATA WRAPPER fw_extra;"
     "CREATE FOREIGN TABLE a_fw_table (a int) SERVER a_fw_extra; CREATE USER MAPPING FOR round_trip_a SERVER "
     "a_fw_extra OPTIONS (user 'u')",
     "foreign_data_wrapper extra fw_extra\nforeign_server extra a_fw_extra\nforeign_table extra "
     "a_fw_table\nuser_mapping extra round_trip_a SERVER a_fw_extra",
     0, BOTH_WAYS},
    {"CREATE FOREIGN DATA WRAPPER fw_definition",
     "ALTER FOREIGN DATA WRAPPER fw_definition VALIDATOR postgresql_fdw_validator",
     "foreign_data_wrapper definition fw_definition", 0, BOTH_WAYS},
    {"CREATE FOREIGN DATA WRAPPER fw_options", "ALTER FOREIGN DATA WRAPPER fw_options OPTIONS (a 'b, c')",
     "foreign_data_wrapper options fw_options", 0, BOTH_WAYS},
    {"CREATE FOREIGN DATA WRAPPER fw_owner", "ALTER FOREIGN DATA WRAPPER fw_owner OWNER TO round_trip_super",
     "foreign_data_wrapper owner fw_owner", 0, BOTH_WAYS},
    {"CREATE FOREIGN DATA WRAPPER fw_privileges", "GRANT USAGE ON FOREIGN DATA WRAPPER fw_privileges TO round_trip_a",
     "foreign_data_wrapper privileges fw_privileges", 0, BOTH_WAYS},
    {"CREATE FOREIGN DATA WRAPPER fw_comment", "COMMENT ON FOREIGN DATA WRAPPER fw_comment IS 'x'",
     "foreign_data_wrapper comment fw_comment", 0, BOTH_WAYS},
    {"", "CREATE SERVER sv_extra TYPE 't' VERSION '1' FOREIGN DATA WRAPPER round_trip_wrapper OPTIONS (host 'h')",
     "foreign_server extra sv_extra", 0, BOTH_WAYS},
    {"CREATE SERVER sv_version VERSION '1' FOREIGN DATA WRAPPER round_trip_wrapper; CREATE FOREIGN TABLE sv_table (a "
     "int) SERVER sv_version; CREATE USER MAPPING FOR PUBLIC SERVER sv_version",
     "ALTER SERVER sv_version VERSION '2'", "foreign_server definition sv_version", 0, BOTH_WAYS},
    {"CREATE SERVER sv_options FOREIGN DATA WRAPPER round_trip_wrapper OPTIONS (password 'p')",
     "ALTER SERVER sv_options OPTIONS (ADD host 'h')", "foreign_server options sv_options", 0, BOTH_WAYS},
    {"CREATE SERVER sv_owner FOREIGN DATA WRAPPER round_trip_wrapper",
     "ALTER SERVER sv_owner OWNER TO round_trip_super", "foreign_server owner sv_owner", 0, BOTH_WAYS},
    {"CREATE SERVER sv_privileges FOREIGN DATA WRAPPER round_trip_wrapper",
     "GRANT USAGE ON FOREIGN SERVER sv_privileges TO round_trip_a", "foreign_server privileges sv_privileges", 0,
     BOTH_WAYS},
    {"CREATE SERVER sv_comment FOREIGN DATA WRAPPER round_trip_wrapper", "COMMENT ON SERVER sv_comment IS 'x'",
     "foreign_server comment sv_comment", 0, BOTH_WAYS},
    {"", "CREATE USER MAPPING FOR round_trip_a SERVER round_trip_far OPTIONS (user 'u')",
     "user_mapping extra round_trip_a SERVER round_trip_far", 0, BOTH_WAYS},
    {"CREATE USER MAPPING FOR round_trip_b SERVER round_trip_far OPTIONS (user 'u', password 'x')",
     "ALTER USER MAPPING FOR round_trip_b SERVER round_trip_far OPTIONS (SET user 'v')",
     "user_mapping options round_trip_b SERVER round_trip_far", 0, BOTH_WAYS},
    {"",
     "CREATE TRUSTED LANGUAGE lg_extra HANDLER round_trip_handler; CREATE FUNCTION a_lg_extra() RETURNS int LANGUAGE "
     "lg_extra AS 'BEGIN RETURN 1; END'",
     "language extra lg_extra\nfunction extra a_lg_extra()", 0, BOTH_WAYS},
    {"CREATE LANGUAGE lg_definition HANDLER round_trip_handler; CREATE FUNCTION lg_user() RETURNS int LANGUAGE "
     "lg_definition AS 'BEGIN RETURN 1; END'",
     "CREATE OR REPLACE LANGUAGE lg_definition HANDLER round_trip_handler VALIDATOR plpgsql_validator",
     "language definition lg_definition", 0, BOTH_WAYS},
    {"CREATE LANGUAGE lg_trusted HANDLER round_trip_handler",
     "CREATE OR REPLACE TRUSTED LANGUAGE lg_trusted HANDLER round_trip_handler", "language trusted lg_trusted", 0,
     BOTH_WAYS},
    {"CREATE LANGUAGE lg_owner HANDLER round_trip_handler", "ALTER LANGUAGE lg_owner OWNER TO round_trip_super",
     "language owner lg_owner", 0, BOTH_WAYS},
    {"CREATE TRUSTED LANGUAGE lg_privileges HANDLER round_trip_handler",
     "REVOKE USAGE ON LANGUAGE lg_privileges FROM PUBLIC", "language privileges lg_privileges", 0, BOTH_WAYS},
    {"CREATE LANGUAGE lg_comment HANDLER round_trip_handler", "COMMENT ON LANGUAGE lg_comment IS 'x'",
     "language comment lg_comment", 0, BOTH_WAYS},
    {"CREATE TYPE ct_pair AS (a int, b int); CREATE FUNCTION ct_make(int) RETURNS ct_pair LANGUAGE sql IMMUTABLE AS "
     "'SELECT ROW($1, $1)::ct_pair'",
     "CREATE CAST (int AS ct_pair) WITH FUNCTION ct_make(int) AS ASSIGNMENT", "cast extra (integer AS public.ct_pair)",
     0, BOTH_WAYS},
    {"CREATE CAST (ct_pair AS text) WITH INOUT",
     "DROP CAST (ct_pair AS text); CREATE CAST (ct_pair AS text) WITH INOUT AS ASSIGNMENT",
     "cast definition (public.ct_pair AS text)", 0, BOTH_WAYS},
    {"CREATE CAST (ct_pair AS varchar) WITH INOUT", "COMMENT ON CAST (ct_pair AS varchar) IS 'x'",
     "cast comment (public.ct_pair AS character varying)", 0, BOTH_WAYS},
    {"",
     "CREATE ACCESS METHOD am_extra TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE a_am_extra (a int) USING "
     "am_extra",
     "access_method extra am_extra\ntable extra a_am_extra", 0, BOTH_WAYS},
    {"CREATE ACCESS METHOD am_definition TYPE TABLE HANDLER heap_tableam_handler",
     "DROP ACCESS METHOD am_definition; CREATE ACCESS METHOD am_definition TYPE INDEX HANDLER bthandler",
     "access_method definition am_definition", 0, BOTH_WAYS},
    {"CREATE ACCESS METHOD am_comment TYPE TABLE HANDLER heap_tableam_handler",
     "COMMENT ON ACCESS METHOD am_comment IS 'x'", "access_method comment am_comment", 0, BOTH_WAYS},
    {"", "ALTER DEFAULT PRIVILEGES FOR ROLE round_trip_a IN SCHEMA s_comment GRANT SELECT ON TABLES TO round_trip_b",
     "default_privileges extra FOR ROLE round_trip_a IN SCHEMA s_comment ON TABLES", 0, BOTH_WAYS},
    {"",
     "ALTER DEFAULT PRIVILEGES FOR ROLE round_trip_b REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES "
     "FOR ROLE round_trip_b REVOKE ALL ON TYPES FROM PUBLIC",
     "default_privileges extra FOR ROLE round_trip_b ON FUNCTIONS\ndefault_privileges extra FOR ROLE round_trip_b ON "
     "TYPES",
     0, BOTH_WAYS},
    {"", "ALTER DEFAULT PRIVILEGES FOR ROLE round_trip_a REVOKE ALL ON TYPES FROM round_trip_a",
     "default_privileges extra FOR ROLE round_trip_a ON TYPES", 0, BOTH_WAYS},
    {"ALTER DEFAULT PRIVILEGES FOR ROLE round_trip_b IN SCHEMA s_comment GRANT USAGE ON SEQUENCES TO round_trip_a",
     "ALTER DEFAULT PRIVILEGES FOR ROLE round_trip_b IN SCHEMA s_comment GRANT SELECT ON SEQUENCES TO round_trip_a "
     "WITH GRANT OPTION",
     "default_privileges privileges FOR ROLE round_trip_b IN SCHEMA s_comment ON SEQUENCES", 0, BOTH_WAYS},

    /* the database */
    {"",
     "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '5MB');"
     "EXECUTE format('ALTER ROLE round_trip_a IN DATABASE %I SET search_path = a, %L', current_database(), 'B c'); END "
     "$$",
     "database settings database", 0, BOTH_WAYS},
    {"", "DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); END $$",
     "database privileges database", 0, BOTH_WAYS},
    {"", "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'x'); END $$",
     "database comment database", 0, BOTH_WAYS},
};

#endif
