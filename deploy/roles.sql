-- Once, as a superuser: psql -f deploy/roles.sql, then \password portal and \password portal_owner.
--
-- `portal_owner` owns the tables and changes them (portal-migrate.service). `portal` works in them, and may not TRUNCATE:
-- history rows refuse UPDATE and DELETE by themselves, but not that. Of the tables of history it loses UPDATE and DELETE, too, after
-- each migration (refunds_portal/production/closing.py).
\set ON_ERROR_STOP on
CREATE ROLE portal_owner LOGIN;
CREATE ROLE portal LOGIN;
CREATE DATABASE portal OWNER portal_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
\connect portal
ALTER SCHEMA public OWNER TO portal_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO portal;
