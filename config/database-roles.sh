#!/bin/sh
# The three roles, the database and its extensions, made once when the server's data directory is new.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres \
     -v owner="$(cat /run/secrets/database_owner)" -v app="$(cat /run/secrets/database_app)" <<'SQL'
CREATE ROLE phucvu_owner LOGIN PASSWORD :'owner';
CREATE ROLE phucvu_app LOGIN PASSWORD :'app';
CREATE DATABASE phucvu OWNER phucvu_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE phucvu FROM PUBLIC;
GRANT CONNECT ON DATABASE phucvu TO phucvu_app;
\connect phucvu
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO phucvu_owner;
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
SQL
