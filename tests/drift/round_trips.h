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

static const RoundTrip round_trips[] = {
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
    {"CREATE VIEW v_columns AS SELECT 1 AS a; GRANT SELECT ON v_columns TO round_trip_a; CREATE VIEW v_above AS SELECT "
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
     "', ') CHECK (VALUE <> 'b'); COMMENT ON DOMAIN d_extra IS 'x'",
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
    {"security_label", "presence", "needs a provider, which no server brings; its statements are looked at instead"},
    {"security_label", "label", "needs a provider, which no server brings; its statements are looked at instead"},
};

#endif
