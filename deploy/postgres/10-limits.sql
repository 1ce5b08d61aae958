-- Runs once, when the database is made. Behind pgbouncer a client cannot set these for itself at the start of a
-- connection, so the database does for everybody.
ALTER DATABASE prechi SET lock_timeout = '3s';
ALTER DATABASE prechi SET statement_timeout = '15s';
ALTER DATABASE prechi SET idle_in_transaction_session_timeout = '30s';
ALTER DATABASE prechi SET plan_cache_mode = 'force_generic_plan';
