/* round_trips_relations.h - relations, and what belongs to them; read round_trips.h. */
#ifndef TEST_ROUND_TRIPS_RELATIONS_H
#define TEST_ROUND_TRIPS_RELATIONS_H

#include "round_trips.h"

static const RoundTrip relation_trips[] = {
    /* schemas */
    {"",
     "CREATE SCHEMA s_extra; CREATE TABLE s_extra.t (a serial PRIMARY KEY); CREATE TYPE s_extra.e AS ENUM ('x');"
     "CREATE VIEW s_extra.v AS SELECT a FROM s_extra.t; CREATE FUNCTION s_extra.f(s_extra.e) RETURNS int LANGUAGE sql "
     "AS 'SELECT 1'",
     "schema extra s_extra", 0, BOTH_WAYS},
    {"CREATE SCHEMA s_owner", "ALTER SCHEMA s_owner OWNER TO round_trip_a", "schema owner s_owner", 0, BOTH_WAYS},
    {"CREATE SCHEMA s_privileges", "GRANT USAGE ON SCHEMA s_privileges TO round_trip_a WITH GRANT OPTION",
     "schema privileges s_privileges", 0, BOTH_WAYS},
    {"CREATE SCHEMA s_comment", "COMMENT ON SCHEMA s_comment IS E'it''s\\n\\\\ here'", "schema comment s_comment", 0,
     BOTH_WAYS},

    /* tables */
    {"",
     "CREATE TABLE t_extra (a int PRIMARY KEY, b t_extra_kind DEFAULT 'x', CHECK (a > 0)); CREATE INDEX ON t_extra (b)",
     "table extra t_extra", 0, BOTH_WAYS},
    {"",
     "CREATE TABLE t_two (a int PRIMARY KEY, b int); CREATE TABLE t_one (a int PRIMARY KEY, b int REFERENCES t_two);"
     "ALTER TABLE t_two ADD FOREIGN KEY (b) REFERENCES t_one",
     "table extra t_one\ntable extra t_two", 0, BOTH_WAYS},
    {"CREATE TABLE t_persistence (a int)", "ALTER TABLE t_persistence SET UNLOGGED", "table persistence t_persistence",
     0, BOTH_WAYS},
    {"CREATE TABLE t_owner (a int)", "ALTER TABLE t_owner OWNER TO round_trip_a", "table owner t_owner", 0, BOTH_WAYS},
    {"CREATE TABLE t_method (a int)", "ALTER TABLE t_method SET ACCESS METHOD round_trip_heap",
     "table access_method t_method", 15, BOTH_WAYS},
    {"CREATE TABLE t_options (a int, b text)",
     "ALTER TABLE t_options SET (fillfactor = 50, toast.autovacuum_enabled = false)", "table options t_options", 0,
     BOTH_WAYS},
    {"CREATE TABLE t_space (a int)", "ALTER TABLE t_space SET TABLESPACE round_trip_space", "table tablespace t_space",
     0, BOTH_WAYS},
    {"CREATE TABLE t_security (a int)", "ALTER TABLE t_security ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
     "table row_security t_security", 0, BOTH_WAYS},
    {"CREATE TABLE t_replica (a int NOT NULL); CREATE UNIQUE INDEX t_replica_a ON t_replica (a)",
     "ALTER TABLE t_replica REPLICA IDENTITY USING INDEX t_replica_a", "table replica_identity t_replica", 0,
     BOTH_WAYS},
    {"CREATE TABLE t_parted (a int) PARTITION BY LIST (a); CREATE TABLE t_part (a int)",
     "ALTER TABLE t_parted ATTACH PARTITION t_part FOR VALUES IN (1, 2)",
     "table partition_of t_part\ntable partition_bound t_part", 0, BOTH_WAYS},
    {"CREATE TABLE t_bounds (a int) PARTITION BY LIST (a); CREATE TABLE t_bound (a int)",
     "ALTER TABLE t_bounds ATTACH PARTITION t_bound DEFAULT",
     "table partition_of t_bound\ntable partition_bound t_bound", 0, BOTH_WAYS},
    {"CREATE TABLE t_rebounds (a int) PARTITION BY LIST (a); CREATE TABLE t_rebound PARTITION OF t_rebounds FOR VALUES "
     "IN (1)",
     "ALTER TABLE t_rebounds DETACH PARTITION t_rebound; ALTER TABLE t_rebounds ATTACH PARTITION t_rebound FOR VALUES "
     "IN (1, 2)",
     "table partition_bound t_rebound", 0, BOTH_WAYS},
    {"CREATE TABLE t_father (a int CHECK (a > 0)); CREATE TABLE t_son (a int CONSTRAINT t_father_a_check CHECK (a > "
     "0), b int)",
     "ALTER TABLE t_son INHERIT t_father", "table inherits t_son\nconstraint missing t_son.t_father_a_check", 0,
     BOTH_WAYS},
    {"CREATE TYPE t_shape AS (a int, b text); CREATE TABLE t_of (a int, b text)", "ALTER TABLE t_of OF t_shape",
     "table of_type t_of", 0, BOTH_WAYS},
    {"CREATE TABLE t_comment (a int)", "COMMENT ON TABLE t_comment IS 'x'", "table comment t_comment", 0, BOTH_WAYS},
    /* A column that a parent got after its heir had it stands where it stood. */
    {"",
     "CREATE TABLE t_parent (a int, g int GENERATED ALWAYS AS (a * 2) STORED); CREATE TABLE t_heir (z int) INHERITS "
     "(t_parent); CREATE TABLE t_mixed (z int, b int NOT NULL, a int, g int GENERATED ALWAYS AS (a * 2) STORED);"
     "ALTER TABLE t_parent ADD b int NOT NULL, ADD CHECK (b > 0); ALTER TABLE t_mixed ADD CHECK (b > 1);"
     "ALTER TABLE t_mixed ADD CONSTRAINT t_parent_b_check CHECK (b > 0); ALTER TABLE t_mixed INHERIT t_parent",
     "table extra t_heir\ntable extra t_mixed\ntable extra t_parent", 0, BOTH_WAYS},
    /* What holds one another in a circle. */
    {"",
     "CREATE TABLE t_ring (a int); CREATE TABLE t_ring_heir () INHERITS (t_ring); CREATE RULE down AS ON INSERT TO "
     "t_ring DO ALSO DELETE FROM t_ring_heir; CREATE RULE up AS ON INSERT TO t_ring_heir DO ALSO DELETE FROM t_ring",
     "table extra t_ring\ntable extra t_ring_heir", 0, BOTH_WAYS},
    {"",
     "CREATE TABLE t_rows (a int); CREATE FUNCTION t_rows_ok(t_rows) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS "
     "'BEGIN RETURN true; END'; ALTER TABLE t_rows ADD CHECK (t_rows_ok(t_rows)); CREATE POLICY p ON t_rows USING "
     "(t_rows_ok(t_rows)); CREATE INDEX t_rows_i ON t_rows (t_rows_ok(t_rows))",
     "function extra t_rows_ok(public.t_rows)\ntable extra t_rows", 0, BOTH_WAYS},
    {"",
     "CREATE TABLE t_self (a int, b int, PRIMARY KEY (a), FOREIGN KEY (b) REFERENCES t_self) PARTITION BY RANGE (a);"
     "CREATE TABLE t_self_1 PARTITION OF t_self DEFAULT",
     "table extra t_self\ntable extra t_self_1", 0, BOTH_WAYS},

    /* columns */
    {"CREATE TABLE c_extra (a int)", "ALTER TABLE c_extra ADD \"B b\" varchar(3) NOT NULL DEFAULT 'x'",
     "column extra c_extra.\"B b\"", 0, BOTH_WAYS},
    {"CREATE TABLE c_serial (a int)", "ALTER TABLE c_serial ADD b serial", "column extra c_serial.b", 0, BOTH_WAYS},
    {"CREATE TABLE c_ident (a int)", "ALTER TABLE c_ident ADD b int GENERATED ALWAYS AS IDENTITY",
     "column extra c_ident.b", 0, BOTH_WAYS},
    {"CREATE TABLE c_type (a int DEFAULT 1, b uuid DEFAULT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', c text[])",
     "ALTER TABLE c_type ALTER a TYPE bigint, ALTER b TYPE varchar(36), ALTER c TYPE varchar(9)[]",
     "column type c_type.a\ncolumn type c_type.b\ncolumn type c_type.c", 0, BOTH_WAYS},
    {"CREATE TABLE c_null (a int)", "ALTER TABLE c_null ALTER a SET NOT NULL", "column not_null c_null.a", 0,
     BOTH_WAYS},
    {"CREATE TABLE c_default (a text)", "ALTER TABLE c_default ALTER a SET DEFAULT 'x''y'",
     "column default c_default.a", 0, BOTH_WAYS},
    {"CREATE TABLE c_identity (a int NOT NULL)",
     "ALTER TABLE c_identity ALTER a ADD GENERATED BY DEFAULT AS IDENTITY (START 5)", "column identity c_identity.a", 0,
     BOTH_WAYS},
    {"CREATE TABLE c_always (a int GENERATED BY DEFAULT AS IDENTITY)",
     "ALTER TABLE c_always ALTER a SET GENERATED ALWAYS", "column identity c_always.a", 0, BOTH_WAYS},
    {"CREATE TABLE c_generated (a int, b int)",
     "ALTER TABLE c_generated DROP b; ALTER TABLE c_generated ADD b int GENERATED ALWAYS AS (a + 1) STORED",
     "column generated c_generated.b", 0, BOTH_WAYS},
    {"CREATE TABLE c_expression (a int, b int GENERATED ALWAYS AS (a + 1) STORED); CREATE INDEX c_expression_b ON "
     "c_expression (b);"
     "CREATE VIEW c_expression_view AS SELECT b FROM c_expression",
     "DROP VIEW c_expression_view; ALTER TABLE c_expression DROP b; ALTER TABLE c_expression ADD b int GENERATED "
     "ALWAYS AS (a + 2) STORED;"
     "CREATE INDEX c_expression_b ON c_expression (b); CREATE VIEW c_expression_view AS SELECT b FROM c_expression",
     "column generated c_expression.b", 0, BOTH_WAYS},
    {"CREATE TABLE c_virtual (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)",
     "ALTER TABLE c_virtual ALTER b SET EXPRESSION AS (a + 2)", "column generated c_virtual.b", 18, BOTH_WAYS},
    {"CREATE TABLE c_collation (a text, b varchar(3) COLLATE \"C\"); CREATE INDEX ON c_collation (a)",
     "ALTER TABLE c_collation ALTER a TYPE text COLLATE \"POSIX\", ALTER b TYPE varchar(3)",
     "column collation c_collation.a\ncolumn collation c_collation.b", 0, BOTH_WAYS},
    {"CREATE TABLE c_storage (a text, b text)",
     "ALTER TABLE c_storage ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE MAIN",
     "column storage c_storage.a\ncolumn storage c_storage.b", 0, BOTH_WAYS},
    {"CREATE TABLE c_compression (a text)", "ALTER TABLE c_compression ALTER a SET COMPRESSION pglz",
     "column compression c_compression.a", 14, BOTH_WAYS},
    {"CREATE TABLE c_statistics (a text)", "ALTER TABLE c_statistics ALTER a SET STATISTICS 10",
     "column statistics c_statistics.a", 0, BOTH_WAYS},
    {"CREATE TABLE c_options (a text)", "ALTER TABLE c_options ALTER a SET (n_distinct = 10, n_distinct_inherited = 5)",
     "column options c_options.a", 0, BOTH_WAYS},
    {"CREATE TABLE c_comment (a text)", "COMMENT ON COLUMN c_comment.a IS 'x'", "column comment c_comment.a", 0,
     BOTH_WAYS},

    /* constraints */
    {"CREATE TABLE k_primary (a int NOT NULL, b int)", "ALTER TABLE k_primary ADD PRIMARY KEY (a)",
     "constraint extra k_primary.k_primary_pkey", 0, BOTH_WAYS},
    {"CREATE TABLE k_unique (a int, b int)", "ALTER TABLE k_unique ADD UNIQUE (a, b) DEFERRABLE",
     "constraint extra k_unique.k_unique_a_b_key", 0, BOTH_WAYS},
    {"CREATE TABLE k_including (a int, b int)",
     "ALTER TABLE k_including ADD UNIQUE (a) INCLUDE (b) WITH (fillfactor = 50)",
     "constraint extra k_including.k_including_a_b_key", 0, BOTH_WAYS},
    {"CREATE TABLE k_distinct (a int)", "ALTER TABLE k_distinct ADD UNIQUE NULLS NOT DISTINCT (a)",
     "constraint extra k_distinct.k_distinct_a_key", 15, BOTH_WAYS},
    {"CREATE TABLE k_space (a int)", "ALTER TABLE k_space ADD UNIQUE (a) USING INDEX TABLESPACE round_trip_space",
     "constraint extra k_space.k_space_a_key", 0, BOTH_WAYS},
    {"CREATE TABLE k_adopted (a int); CREATE UNIQUE INDEX k_adopted_key ON k_adopted (a)",
     "ALTER TABLE k_adopted ADD CONSTRAINT k_adopted_key UNIQUE USING INDEX k_adopted_key",
     "constraint extra k_adopted.k_adopted_key", 0, BOTH_WAYS},
    {"CREATE TABLE k_check (a int, \"b,c\" text)", "ALTER TABLE k_check ADD CHECK (a > 0 AND \"b,c\" <> ', ')",
     "constraint extra k_check.k_check_check", 0, BOTH_WAYS},
    {"CREATE TABLE k_exclude (a int4range)", "ALTER TABLE k_exclude ADD EXCLUDE USING gist (a WITH &&)",
     "constraint extra k_exclude.k_exclude_a_excl", 0, BOTH_WAYS},
    {"CREATE TABLE k_foreign (a int PRIMARY KEY, b int)",
     "ALTER TABLE k_foreign ADD FOREIGN KEY (b) REFERENCES k_foreign ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED",
     "constraint extra k_foreign.k_foreign_b_fkey", 0, BOTH_WAYS},
    {"CREATE TABLE k_named (a int NOT NULL)",
     "ALTER TABLE k_named ALTER a DROP NOT NULL; ALTER TABLE k_named ADD CONSTRAINT \"there is one\" NOT NULL a",
     "constraint extra k_named.\"there is one\"", 18, BOTH_WAYS},
    {"CREATE TABLE k_enforced (a int PRIMARY KEY, b int)",
     "ALTER TABLE k_enforced ADD CHECK (b > 0) NOT ENFORCED; ALTER TABLE k_enforced ADD FOREIGN KEY (b) REFERENCES "
     "k_enforced NOT ENFORCED",
     "constraint extra k_enforced.k_enforced_b_check\nconstraint extra k_enforced.k_enforced_b_fkey", 18, BOTH_WAYS},
    {"CREATE TABLE k_type (a int); ALTER TABLE k_type ADD CONSTRAINT k_type_a CHECK (a > 0)",
     "ALTER TABLE k_type DROP CONSTRAINT k_type_a; ALTER TABLE k_type ADD CONSTRAINT k_type_a UNIQUE (a)",
     "constraint type k_type.k_type_a\nconstraint definition k_type.k_type_a", 0, BOTH_WAYS},
    {"CREATE TABLE k_definition (a int CHECK (a > 0))",
     "ALTER TABLE k_definition DROP CONSTRAINT k_definition_a_check; ALTER TABLE k_definition ADD CHECK (a > 1)",
     "constraint definition k_definition.k_definition_a_check", 0, BOTH_WAYS},
    {"CREATE TABLE k_swap (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a)); CREATE TABLE k_swapped (a int REFERENCES "
     "k_swap)",
     "ALTER TABLE k_swapped DROP CONSTRAINT k_swapped_a_fkey; ALTER TABLE k_swap DROP CONSTRAINT k_swap_pkey; ALTER "
     "TABLE k_swap ADD PRIMARY KEY (b);"
     "ALTER TABLE k_swapped ADD FOREIGN KEY (a) REFERENCES k_swap (b)",
     "constraint definition k_swap.k_swap_pkey\nconstraint definition k_swapped.k_swapped_a_fkey", 0, BOTH_WAYS},
    {"CREATE TABLE k_valid (a int); ALTER TABLE k_valid ADD CHECK (a > 0)",
     "ALTER TABLE k_valid DROP CONSTRAINT k_valid_a_check; ALTER TABLE k_valid ADD CHECK (a > 0) NOT VALID",
     "constraint not_valid k_valid.k_valid_a_check", 0, BOTH_WAYS},
    {"CREATE TABLE k_deferrable (a int PRIMARY KEY, b int REFERENCES k_deferrable, c int UNIQUE)",
     "ALTER TABLE k_deferrable ALTER CONSTRAINT k_deferrable_b_fkey DEFERRABLE INITIALLY DEFERRED;"
     "ALTER TABLE k_deferrable DROP CONSTRAINT k_deferrable_c_key; ALTER TABLE k_deferrable ADD UNIQUE (c) DEFERRABLE",
     "constraint deferrable k_deferrable.k_deferrable_b_fkey\nconstraint deferrable k_deferrable.k_deferrable_c_key", 0,
     BOTH_WAYS},
    {"CREATE TABLE k_comment (a int CHECK (a > 0))", "COMMENT ON CONSTRAINT k_comment_a_check ON k_comment IS 'x'",
     "constraint comment k_comment.k_comment_a_check", 0, BOTH_WAYS},
    {"CREATE TABLE k_name (a int CHECK (a > 0), b int UNIQUE); CREATE INDEX k_name_index ON k_name (a);"
     "CREATE FUNCTION k_name_touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
     "ALTER TABLE k_name RENAME CONSTRAINT k_name_a_check TO \"other check\"; ALTER INDEX k_name_index RENAME TO "
     "k_other",
     "constraint name k_name.k_name_a_check\nindex name k_name_index", 0, BOTH_WAYS},

    /* indexes */
    {"",
     "CREATE TABLE i_lacks (a int) PARTITION BY LIST (a); CREATE TABLE i_lacks_1 PARTITION OF i_lacks FOR VALUES IN "
     "(1);"
     "CREATE TABLE i_lacks_2 PARTITION OF i_lacks DEFAULT; CREATE INDEX i_lacks_a ON ONLY i_lacks (a); CREATE INDEX "
     "i_lacks_1_a ON i_lacks_1 (a); ALTER INDEX i_lacks_a ATTACH PARTITION i_lacks_1_a",
     "table extra i_lacks\ntable extra i_lacks_1\ntable extra i_lacks_2", 0, BOTH_WAYS},
    {"CREATE TABLE i_extra (a int, b text, c int)",
     "CREATE INDEX i_extra_some ON i_extra USING btree (lower(b) DESC, a) INCLUDE (c) WITH (fillfactor = 50) "
     "TABLESPACE round_trip_space WHERE a > 0;"
     "CREATE UNIQUE INDEX i_extra_unique ON i_extra (c)",
     "index extra i_extra_some\nindex extra i_extra_unique", 0, BOTH_WAYS},
    {"CREATE TABLE i_definition (a int, b int); CREATE INDEX i_definition_i ON i_definition (a)",
     "DROP INDEX i_definition_i; CREATE INDEX i_definition_i ON i_definition (b)", "index definition i_definition_i", 0,
     BOTH_WAYS},
    {"CREATE TABLE i_unique (a int); CREATE INDEX i_unique_i ON i_unique (a)",
     "DROP INDEX i_unique_i; CREATE UNIQUE INDEX i_unique_i ON i_unique (a)", "index unique i_unique_i", 0, BOTH_WAYS},
    {"CREATE TABLE i_invalid (a int); CREATE INDEX i_invalid_i ON i_invalid (a)",
     "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'i_invalid_i'::regclass",
     "index invalid i_invalid_i", 0, FORWARD},
    {"CREATE TABLE i_clustered (a int); CREATE INDEX i_clustered_i ON i_clustered (a)",
     "ALTER TABLE i_clustered CLUSTER ON i_clustered_i", "index clustered i_clustered_i", 0, BOTH_WAYS},
    {"CREATE TABLE i_parted (a int) PARTITION BY LIST (a); CREATE TABLE i_part PARTITION OF i_parted DEFAULT;"
     "CREATE INDEX i_part_i ON i_part (a)",
     "CREATE INDEX i_parted_i ON i_parted (a)", "index extra i_parted_i\nindex partition_of i_part_i", 0, BOTH_WAYS},
    {"CREATE TABLE i_whole (a int NOT NULL, b int) PARTITION BY LIST (a); CREATE TABLE i_whole_1 PARTITION OF i_whole "
     "FOR VALUES IN (1);"
     "CREATE TABLE i_whole_rest PARTITION OF i_whole DEFAULT PARTITION BY RANGE (b); CREATE TABLE i_whole_2 PARTITION "
     "OF i_whole_rest DEFAULT",
     "CREATE INDEX i_whole_b ON i_whole (b); ALTER TABLE i_whole ADD PRIMARY KEY (a, b)",
     "index extra i_whole_b\nindex extra i_whole_1_b_idx\nindex extra i_whole_rest_b_idx\nindex extra i_whole_2_b_idx\n"
     "column not_null i_whole.b\ncolumn not_null i_whole_1.b\ncolumn not_null i_whole_rest.b\ncolumn not_null "
     "i_whole_2.b\n"
     "constraint extra i_whole.i_whole_pkey\nconstraint extra i_whole_1.i_whole_1_pkey\n"
     "constraint extra i_whole_rest.i_whole_rest_pkey\nconstraint extra i_whole_2.i_whole_2_pkey",
     0, BOTH_WAYS},
    {"CREATE TABLE i_space (a int); CREATE INDEX i_space_i ON i_space (a)",
     "ALTER INDEX i_space_i SET TABLESPACE round_trip_space", "index tablespace i_space_i", 0, BOTH_WAYS},
    {"CREATE TABLE i_statistics (a int); CREATE INDEX i_statistics_i ON i_statistics ((a + 1), (a + 2))",
     "ALTER INDEX i_statistics_i ALTER COLUMN 2 SET STATISTICS 50", "index statistics i_statistics_i", 0, BOTH_WAYS},
    {"CREATE TABLE i_comment (a int); CREATE INDEX i_comment_i ON i_comment (a)", "COMMENT ON INDEX i_comment_i IS 'x'",
     "index comment i_comment_i", 0, BOTH_WAYS},

    /* triggers, rules, policies, grants */
    {"CREATE TABLE g_extra (a int)",
     "CREATE TRIGGER g_extra_t BEFORE UPDATE OF a ON g_extra FOR EACH ROW WHEN (OLD.a > 0) EXECUTE FUNCTION "
     "round_trip_touch();"
     "ALTER TABLE g_extra DISABLE TRIGGER g_extra_t",
     "trigger extra g_extra.g_extra_t", 0, BOTH_WAYS},
    {"CREATE TABLE g_definition (a int); CREATE TRIGGER g_d BEFORE INSERT ON g_definition EXECUTE FUNCTION "
     "round_trip_touch()",
     "DROP TRIGGER g_d ON g_definition; CREATE TRIGGER g_d AFTER INSERT ON g_definition EXECUTE FUNCTION "
     "round_trip_touch()",
     "trigger definition g_definition.g_d", 0, BOTH_WAYS},
    {"CREATE TABLE g_enabled (a int); CREATE TRIGGER g_e BEFORE INSERT ON g_enabled EXECUTE FUNCTION "
     "round_trip_touch()",
     "ALTER TABLE g_enabled ENABLE REPLICA TRIGGER g_e", "trigger enabled g_enabled.g_e", 0, BOTH_WAYS},
    {"CREATE TABLE g_comment (a int); CREATE TRIGGER g_c BEFORE INSERT ON g_comment EXECUTE FUNCTION "
     "round_trip_touch()",
     "COMMENT ON TRIGGER g_c ON g_comment IS 'x'", "trigger comment g_comment.g_c", 0, BOTH_WAYS},
    {"CREATE TABLE g_own (a int)",
     "CREATE FUNCTION g_own_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
     "CREATE CONSTRAINT TRIGGER g_own_t AFTER INSERT ON g_own DEFERRABLE FOR EACH ROW EXECUTE FUNCTION g_own_f()",
     "trigger extra g_own.g_own_t\nfunction extra g_own_f()", 0, BOTH_WAYS},
    {"CREATE TABLE r_extra (a int)",
     "CREATE RULE r_e AS ON INSERT TO r_extra DO ALSO SELECT ';'; ALTER TABLE r_extra ENABLE ALWAYS RULE r_e",
     "rule extra r_extra.r_e", 0, BOTH_WAYS},
    {"CREATE TABLE r_definition (a int); CREATE RULE r_d AS ON INSERT TO r_definition DO ALSO NOTHING",
     "CREATE OR REPLACE RULE r_d AS ON INSERT TO r_definition DO INSTEAD NOTHING", "rule definition r_definition.r_d",
     0, BOTH_WAYS},
    {"CREATE TABLE r_enabled (a int); CREATE RULE r_n AS ON INSERT TO r_enabled DO ALSO NOTHING",
     "ALTER TABLE r_enabled DISABLE RULE r_n", "rule enabled r_enabled.r_n", 0, BOTH_WAYS},
    {"CREATE TABLE r_comment (a int); CREATE RULE r_c AS ON INSERT TO r_comment DO ALSO NOTHING",
     "COMMENT ON RULE r_c ON r_comment IS 'x'", "rule comment r_comment.r_c", 0, BOTH_WAYS},
    {"CREATE TABLE p_extra (a int)",
     "CREATE POLICY p_e ON p_extra TO round_trip_a, round_trip_b USING (a > 0) WITH CHECK (a < 9)",
     "policy extra p_extra.p_e", 0, BOTH_WAYS},
    {"CREATE TABLE p_command (a int); CREATE POLICY p_c ON p_command FOR SELECT USING (true)",
     "DROP POLICY p_c ON p_command; CREATE POLICY p_c ON p_command FOR DELETE USING (true)",
     "policy command p_command.p_c", 0, BOTH_WAYS},
    {"CREATE TABLE p_restrictive (a int); CREATE POLICY p_r ON p_restrictive USING (true)",
     "DROP POLICY p_r ON p_restrictive; CREATE POLICY p_r ON p_restrictive AS RESTRICTIVE USING (true)",
     "policy restrictive p_restrictive.p_r", 0, BOTH_WAYS},
    {"CREATE TABLE p_roles (a int); CREATE POLICY p_r ON p_roles USING (true)",
     "ALTER POLICY p_r ON p_roles TO round_trip_a", "policy roles p_roles.p_r", 0, BOTH_WAYS},
    {"CREATE TABLE p_using (a int); CREATE POLICY p_u ON p_using USING (a > 0)",
     "ALTER POLICY p_u ON p_using USING (a > 1)", "policy using p_using.p_u", 0, BOTH_WAYS},
    {"CREATE TABLE p_check (a int); CREATE POLICY p_c ON p_check USING (a > 0)",
     "ALTER POLICY p_c ON p_check WITH CHECK (a > 1)", "policy with_check p_check.p_c", 0, BOTH_WAYS},
    {"CREATE TABLE p_comment (a int); CREATE POLICY p_c ON p_comment USING (a > 0)",
     "COMMENT ON POLICY p_c ON p_comment IS 'x'", "policy comment p_comment.p_c", 0, BOTH_WAYS},
    {"CREATE TABLE a_extra (a int, \"b, c\" int)",
     "GRANT SELECT, UPDATE (a, \"b, c\") ON a_extra TO round_trip_a, PUBLIC",
     "grant extra a_extra.round_trip_a\ngrant extra a_extra.PUBLIC", 0, BOTH_WAYS},
    {"CREATE TABLE a_owner (a int); GRANT SELECT ON a_owner TO round_trip_a",
     "REVOKE TRUNCATE ON a_owner FROM CURRENT_USER; GRANT SELECT, INSERT ON a_owner TO round_trip_a WITH GRANT OPTION",
     "grant extra a_owner.the owner\ngrant privileges a_owner.round_trip_a", 0, BOTH_WAYS},

    /* views */
    {"CREATE TABLE v_base (a int, b text)",
     "CREATE VIEW v_extra WITH (check_option = local) AS SELECT a, b FROM v_base;"
     "CREATE VIEW a_before_extra AS SELECT * FROM v_extra; GRANT SELECT ON v_extra TO round_trip_a; COMMENT ON VIEW "
     "v_extra IS 'x';"
     "CREATE RULE v_rule AS ON DELETE TO v_extra DO INSTEAD NOTHING;"
     "CREATE TRIGGER v_trigger INSTEAD OF INSERT ON v_extra FOR EACH ROW EXECUTE FUNCTION round_trip_touch()",
     "view extra v_extra\nview extra a_before_extra", 0, BOTH_WAYS},
    {"CREATE VIEW v_definition AS SELECT 1 AS a; CREATE VIEW v_reader AS SELECT a FROM v_definition",
     "CREATE OR REPLACE VIEW v_definition AS SELECT 2 AS a", "view definition v_definition", 0, BOTH_WAYS},
    {"CREATE VIEW v_columns AS SELECT 1 AS a; ALTER VIEW v_columns ALTER a SET DEFAULT 7; COMMENT ON COLUMN "
     "v_columns.a IS 'x'; GRANT SELECT ON v_columns TO round_trip_a; CREATE VIEW v_above AS SELECT "
     "a FROM v_columns;"
     "CREATE TRIGGER v_columns_t INSTEAD OF INSERT ON v_columns FOR EACH ROW EXECUTE FUNCTION round_trip_touch(); "
     "COMMENT ON VIEW v_above IS 'x'",
     "CREATE OR REPLACE VIEW v_columns AS SELECT 1 AS a, 2 AS b", "view columns v_columns\nview definition v_columns",
     0, BOTH_WAYS},
    {"CREATE TABLE v_all (a int, b int); CREATE VIEW v_star AS SELECT a, b FROM v_all; CREATE VIEW v_starred AS SELECT "
     "count(*) FROM v_star",
     "ALTER TABLE v_all ADD c int; CREATE OR REPLACE VIEW v_star AS SELECT a, b, c FROM v_all",
     "column extra v_all.c\nview columns v_star\nview definition v_star", 0, BOTH_WAYS},
    {"CREATE VIEW v_options AS SELECT 1 AS a", "ALTER VIEW v_options SET (security_barrier)", "view options v_options",
     0, BOTH_WAYS},
    {"CREATE VIEW v_defaults AS SELECT a, b FROM v_base; ALTER VIEW v_defaults ALTER a SET DEFAULT 1, ALTER b SET "
     "DEFAULT 'x, y'",
     "ALTER VIEW v_defaults ALTER a DROP DEFAULT, ALTER b SET DEFAULT 'z'", "view defaults v_defaults", 0, BOTH_WAYS},
    {"CREATE VIEW v_notes AS SELECT 1 AS a, 2 AS \"B b\"; COMMENT ON COLUMN v_notes.\"B b\" IS 'it''s, x'",
     "COMMENT ON COLUMN v_notes.a IS 'y'; COMMENT ON COLUMN v_notes.\"B b\" IS NULL", "view column_comments v_notes", 0,
     BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_notes AS SELECT 1 AS a", "COMMENT ON COLUMN m_notes.a IS 'y'",
     "matview column_comments m_notes", 0, BOTH_WAYS},
    {"CREATE VIEW v_owner AS SELECT 1 AS a", "ALTER VIEW v_owner OWNER TO round_trip_a", "view owner v_owner", 0,
     BOTH_WAYS},
    {"CREATE VIEW v_comment AS SELECT 1 AS a", "COMMENT ON VIEW v_comment IS 'x'", "view comment v_comment", 0,
     BOTH_WAYS},
    {"",
     "CREATE MATERIALIZED VIEW m_extra WITH (fillfactor = 50) AS SELECT 1 AS a; CREATE UNIQUE INDEX ON m_extra (a); "
     "GRANT SELECT ON m_extra TO PUBLIC",
     "matview extra m_extra", 0, BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_definition AS SELECT 1 AS a; CREATE UNIQUE INDEX m_definition_a ON m_definition (a);"
     "GRANT SELECT ON m_definition TO round_trip_a; CREATE VIEW m_above AS SELECT a FROM m_definition",
     "DROP VIEW m_above; DROP MATERIALIZED VIEW m_definition; CREATE MATERIALIZED VIEW m_definition AS SELECT 2 AS a;"
     "CREATE UNIQUE INDEX m_definition_a ON m_definition (a); GRANT SELECT ON m_definition TO round_trip_a;"
     "CREATE VIEW m_above AS SELECT a FROM m_definition",
     "matview definition m_definition", 0, BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_columns AS SELECT 1 AS a; CREATE INDEX m_columns_a ON m_columns (a)",
     "DROP MATERIALIZED VIEW m_columns; CREATE MATERIALIZED VIEW m_columns AS SELECT 1 AS a, 2 AS b; CREATE INDEX "
     "m_columns_b ON m_columns (b)",
     "matview columns m_columns\nmatview definition m_columns\nindex extra m_columns_b\nindex missing m_columns_a", 0,
     BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_populated AS SELECT 1 AS a", "REFRESH MATERIALIZED VIEW m_populated WITH NO DATA",
     "matview unpopulated m_populated", 0, BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_options AS SELECT 1 AS a", "ALTER MATERIALIZED VIEW m_options SET (fillfactor = 50)",
     "matview options m_options", 0, BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_space AS SELECT 1 AS a",
     "ALTER MATERIALIZED VIEW m_space SET TABLESPACE round_trip_space", "matview tablespace m_space", 0, BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_method AS SELECT 1 AS a",
     "ALTER MATERIALIZED VIEW m_method SET ACCESS METHOD round_trip_heap", "matview access_method m_method", 15,
     BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_owner AS SELECT 1 AS a", "ALTER MATERIALIZED VIEW m_owner OWNER TO round_trip_a",
     "matview owner m_owner", 0, BOTH_WAYS},
    {"CREATE MATERIALIZED VIEW m_comment AS SELECT 1 AS a", "COMMENT ON MATERIALIZED VIEW m_comment IS 'x'",
     "matview comment m_comment", 0, BOTH_WAYS},

    /* foreign tables */
    {"",
     "CREATE FOREIGN TABLE f_extra (a int OPTIONS (x 'y'), b text NOT NULL DEFAULT 'z') SERVER round_trip_far OPTIONS "
     "(p 'q'); COMMENT ON COLUMN f_extra.a IS 'x'",
     "foreign_table extra f_extra", 0, BOTH_WAYS},
    {"CREATE FOREIGN TABLE f_server (a int) SERVER round_trip_far",
     "DROP FOREIGN TABLE f_server; CREATE FOREIGN TABLE f_server (a int) SERVER round_trip_near",
     "foreign_table server f_server", 0, BOTH_WAYS},
    {"CREATE FOREIGN TABLE f_options (a int) SERVER round_trip_far OPTIONS (x 'y', z 'it''s, a')",
     "ALTER FOREIGN TABLE f_options OPTIONS (SET x 'n', DROP z, ADD w '1')", "foreign_table options f_options", 0,
     BOTH_WAYS},
    {"CREATE FOREIGN TABLE f_owner (a int) SERVER round_trip_far", "ALTER FOREIGN TABLE f_owner OWNER TO round_trip_a",
     "foreign_table owner f_owner", 0, BOTH_WAYS},
    {"CREATE FOREIGN TABLE f_comment (a int) SERVER round_trip_far", "COMMENT ON FOREIGN TABLE f_comment IS 'x'",
     "foreign_table comment f_comment", 0, BOTH_WAYS},
    {"CREATE FOREIGN TABLE f_columns (a int) SERVER round_trip_far",
     "ALTER FOREIGN TABLE f_columns ADD b int OPTIONS (x 'y'), ALTER a TYPE text, ALTER a SET NOT NULL, ADD CHECK (a "
     "<> '')",
     "column extra f_columns.b\ncolumn type f_columns.a\ncolumn not_null f_columns.a\nconstraint extra "
     "f_columns.f_columns_a_check",
     0, BOTH_WAYS},

    /* sequences */
    {"",
     "CREATE TABLE q_several (a serial); ALTER TABLE q_several ALTER a DROP DEFAULT, ALTER a ADD GENERATED ALWAYS AS "
     "IDENTITY; CREATE SEQUENCE q_several_more OWNED BY q_several.a",
     "table extra q_several", 0, BOTH_WAYS},
    {"",
     "CREATE TABLE q_logged (a int GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE q_logged_a_seq SET UNLOGGED;"
     "CREATE UNLOGGED TABLE q_unlogged (a int GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE q_unlogged_a_seq SET "
     "LOGGED",
     "table extra q_logged\ntable extra q_unlogged", 15, BOTH_WAYS},
    {"",
     "CREATE SEQUENCE q_extra AS smallint INCREMENT 2 CYCLE; GRANT USAGE ON SEQUENCE q_extra TO round_trip_a; "
     "CREATE TABLE a_with_q_extra (a int DEFAULT nextval('q_extra'))",
     "sequence extra q_extra\ntable extra a_with_q_extra", 0, BOTH_WAYS},
    {"CREATE SEQUENCE q_definition", "ALTER SEQUENCE q_definition AS integer START 5 INCREMENT 5 CACHE 9 CYCLE",
     "sequence definition q_definition", 0, BOTH_WAYS},
    {"CREATE SEQUENCE q_owned; CREATE TABLE q_owner_table (a int)", "ALTER SEQUENCE q_owned OWNED BY q_owner_table.a",
     "sequence owned_by q_owned", 0, BOTH_WAYS},
    {"CREATE TABLE q_identity (a int NOT NULL GENERATED BY DEFAULT AS IDENTITY)",
     "ALTER TABLE q_identity ALTER a DROP IDENTITY; CREATE SEQUENCE q_identity_a_seq AS int OWNED BY q_identity.a;"
     "ALTER TABLE q_identity ALTER a SET DEFAULT nextval('q_identity_a_seq')",
     "sequence identity q_identity_a_seq\ncolumn identity q_identity.a\ncolumn default q_identity.a", 0, BOTH_WAYS},
    {"CREATE SEQUENCE q_persistence", "ALTER SEQUENCE q_persistence SET UNLOGGED", "sequence persistence q_persistence",
     15, BOTH_WAYS},
    {"CREATE SEQUENCE q_owner", "ALTER SEQUENCE q_owner OWNER TO round_trip_a", "sequence owner q_owner", 0, BOTH_WAYS},
    {"CREATE SEQUENCE q_comment", "COMMENT ON SEQUENCE q_comment IS 'x'", "sequence comment q_comment", 0, BOTH_WAYS},
};

#endif
