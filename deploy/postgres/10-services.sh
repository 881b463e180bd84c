#!/bin/bash
# A database and two roles for each service: SERVICE_owner runs migrations and owns the tables, SERVICE works with the
# rows and gets its rights from `motcua migrate`. One role reads: auditor, who sees nothing private. Runs at the first start of PostgreSQL; running it again makes what is
# missing (a new service) and sets the passwords anew:
#   docker compose -f deploy/compose.yaml exec -u postgres postgres /docker-entrypoint-initdb.d/10-services.sh
set -euo pipefail

one_service() {
    psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -v service="$1" -v owner="${1}_owner" \
        --username "${POSTGRES_USER:-postgres}" --dbname postgres >/dev/null <<SQL
\set service_password \`cat /run/secrets/${1}_db_password\`
\set owner_password \`cat /run/secrets/${1}_owner_db_password\`
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY[:'service', :'owner']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"service" PASSWORD :'service_password';
ALTER ROLE :"owner" PASSWORD :'owner_password';
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''', :'service', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service", postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service", auditor;
\connect :"service"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
}

psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres >/dev/null <<SQL
\set password \`cat /run/secrets/auditor_db_password\`
SELECT 'CREATE ROLE auditor LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'auditor') \gexec
ALTER ROLE auditor PASSWORD :'password';
SQL
for service in $MOTCUA_SERVICES; do
    one_service "$service"
done
echo "databases and roles: $MOTCUA_SERVICES"
