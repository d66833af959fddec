-- User mappings. What an option's name says is secret, or its value looks it, is not read; to whom the rest is hidden, catalog/unread says so.
SELECT '' AS schema,
       NULL AS parent,
       pg_catalog.format('%s SERVER %I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END, m.srvname) AS name,
       (SELECT pg_catalog.string_agg(o.option_name || '=' || CASE WHEN o.option_name ~* 'passw|pwd|secret|key|token|credential' OR o.option_value ~ '://[^/@[:space:]]*:[^/@[:space:]]*@' OR o.option_value ~* 'passw(or)?d[[:space:]]*='
                                                                 THEN '(not shown)' WHEN o.option_value ~ '[][(),''"]' THEN pg_catalog.quote_literal(o.option_value) ELSE o.option_value END, ', ' ORDER BY o.option_name)
          FROM pg_catalog.pg_options_to_table(m.umoptions) o) AS options
  FROM pg_catalog.pg_user_mappings m
