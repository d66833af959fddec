-- PGOPTIONS='-c search_path=public -c lock_timeout=300ms' psql -X -1 -v ON_ERROR_STOP=1 -v table=alembic_version -v from=OLD -v to=NEW -f hotfixes/stamp-head/1-stamp.rollback.sql
--
-- The old revision again. OLD and NEW as they were given to 1-stamp.sql.

UPDATE :"table" SET version_num = :'from' WHERE version_num = :'to';
