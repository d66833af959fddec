-- Every object of a kind that a snapshot has: its address, as pg_depend knows it, and what a snapshot calls it. What is a
-- part of another for pg_depend alone (a publication's table, a domain's constraint) gets that other's name. The reader
-- puts its condition at the end, on what it looks for.
SELECT o.classid::pg_catalog.oid AS classid, o.objid, o.objsubid, o.kind, o.schema, o.parent, o.name
  FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS classid, c.oid AS objid, 0 AS objsubid,
               CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview' WHEN 'f' THEN 'foreign_table'
                              WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index'
                              WHEN 'c' THEN 'composite' ELSE 'table' END AS kind,
               n.nspname::text AS schema, t.relname::text AS parent, c.relname::text AS name
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
          LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I', 'c')
        UNION ALL
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum, 'column', n.nspname::text, c.relname::text, a.attname::text
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0,
               CASE WHEN k.contypid <> 0 THEN 'domain' ELSE 'constraint' END,
               n.nspname::text, c.relname::text, CASE WHEN k.contypid <> 0 THEN t.typname ELSE k.conname END::text
          FROM pg_catalog.pg_constraint k
          JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
          LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
          LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid
        UNION ALL
        SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 0, 'trigger', n.nspname::text, c.relname::text, g.tgname::text
          FROM pg_catalog.pg_trigger g
          JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE NOT g.tgisinternal
        UNION ALL
        SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 0, 'rule', n.nspname::text, c.relname::text, r.rulename::text
          FROM pg_catalog.pg_rewrite r
          JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE r.rulename <> '_RETURN'
        UNION ALL
        SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 0, 'policy', n.nspname::text, c.relname::text, p.polname::text
          FROM pg_catalog.pg_policy p
          JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END,
               n.nspname::text, NULL,
               pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        UNION ALL
        SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0,
               CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'c' THEN 'composite'
                              ELSE 'base_type' END,
               n.nspname::text, NULL, t.typname::text
          FROM pg_catalog.pg_type t
          JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
          LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
         WHERE t.typtype IN ('e', 'd', 'r', 'b') OR c.relkind = 'c'
        UNION ALL
        SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 0, 'statistics', n.nspname::text, NULL, s.stxname::text
          FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, p.oid, 0, 'operator', n.nspname::text, NULL,
               pg_catalog.format('%s (%s, %s)', p.oprname,
                                 CASE WHEN p.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(p.oprleft, NULL) END,
                                 CASE WHEN p.oprright = 0 THEN 'NONE' ELSE pg_catalog.format_type(p.oprright, NULL) END)
          FROM pg_catalog.pg_operator p JOIN pg_catalog.pg_namespace n ON n.oid = p.oprnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, f.oid, 0, 'operator_family', n.nspname::text, NULL,
               pg_catalog.format('%I USING %I', f.opfname, am.amname)
          FROM pg_catalog.pg_opfamily f
          JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
          JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
        UNION ALL
        SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, p.oid, 0, 'operator_class', n.nspname::text, NULL,
               pg_catalog.format('%I USING %I', p.opcname, am.amname)
          FROM pg_catalog.pg_opclass p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.opcnamespace
          JOIN pg_catalog.pg_am am ON am.oid = p.opcmethod
        UNION ALL
        SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, p.oid, 0, 'collation', n.nspname::text, NULL, p.collname::text
          FROM pg_catalog.pg_collation p JOIN pg_catalog.pg_namespace n ON n.oid = p.collnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, p.oid, 0, 'conversion', n.nspname::text, NULL, p.conname::text
          FROM pg_catalog.pg_conversion p JOIN pg_catalog.pg_namespace n ON n.oid = p.connamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, p.oid, 0, 'text_search_parser', n.nspname::text, NULL, p.prsname::text
          FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, p.oid, 0, 'text_search_template', n.nspname::text, NULL, p.tmplname::text
          FROM pg_catalog.pg_ts_template p JOIN pg_catalog.pg_namespace n ON n.oid = p.tmplnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, p.oid, 0, 'text_search_dictionary', n.nspname::text, NULL, p.dictname::text
          FROM pg_catalog.pg_ts_dict p JOIN pg_catalog.pg_namespace n ON n.oid = p.dictnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, p.oid, 0, 'text_search_configuration', n.nspname::text, NULL, p.cfgname::text
          FROM pg_catalog.pg_ts_config p JOIN pg_catalog.pg_namespace n ON n.oid = p.cfgnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0, 'schema', '', NULL, n.nspname::text
          FROM pg_catalog.pg_namespace n
        UNION ALL
        SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, 0, 'extension', '', NULL, e.extname::text
          FROM pg_catalog.pg_extension e
        UNION ALL
        SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, 0, 'event_trigger', '', NULL, e.evtname::text
          FROM pg_catalog.pg_event_trigger e
        UNION ALL
        SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, 0, 'publication', '', NULL, p.pubname::text
          FROM pg_catalog.pg_publication p
        UNION ALL
        SELECT 'pg_catalog.pg_publication_rel'::pg_catalog.regclass, r.oid, 0, 'publication', '', NULL, p.pubname::text
          FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
        UNION ALL
        SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, p.subid, 0, 'subscription', '', NULL, p.subname::text
          FROM pg_catalog.pg_stat_subscription p
        UNION ALL
        SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, f.oid, 0, 'foreign_data_wrapper', '', NULL, f.fdwname::text
          FROM pg_catalog.pg_foreign_data_wrapper f
        UNION ALL
        SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, f.oid, 0, 'foreign_server', '', NULL, f.srvname::text
          FROM pg_catalog.pg_foreign_server f
        UNION ALL
        SELECT 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, m.umid, 0, 'user_mapping', '', NULL,
               pg_catalog.format('%s SERVER %I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END, m.srvname)
          FROM pg_catalog.pg_user_mappings m
        UNION ALL
        SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0, 'language', '', NULL, l.lanname::text
          FROM pg_catalog.pg_language l
        UNION ALL
        SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 0, 'cast', '', NULL,
               pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL))
          FROM pg_catalog.pg_cast c
        UNION ALL
        SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid, 0, 'access_method', '', NULL, a.amname::text
          FROM pg_catalog.pg_am a
        UNION ALL
        SELECT 'pg_catalog.pg_database'::pg_catalog.regclass, d.oid, 0, 'database', '', NULL, 'database'
          FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) o
 WHERE TRUE
   /*which*/
