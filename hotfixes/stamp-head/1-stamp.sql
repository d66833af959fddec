-- PGOPTIONS='-c search_path=public -c lock_timeout=300ms' psql -X -1 -v ON_ERROR_STOP=1 -v table=alembic_version -v from=OLD -v to=NEW -f hotfixes/stamp-head/1-stamp.sql
--
-- OLD: the revision that the table says; NEW: the one that the schema really is at. "UPDATE 1" is the answer to look
-- for; "UPDATE 0" means that the table did not say OLD, and nothing was changed.

UPDATE :"table" SET version_num = :'to' WHERE version_num = :'from';
