import { changes, type Example, fails, only, same } from './example.ts'

const table = 'CREATE TABLE t (x int)'
const keyed = 'CREATE TABLE IF NOT EXISTS t (x int PRIMARY KEY)'
const create = "psql -c 'CREATE TABLE, INDEX, USER, DATABASE …'"
const alter = "psql -c 'ALTER TABLE … ADD COLUMN, DROP TABLE'"
const file = 'psql -f FILE, psql < FILE'
const insert = "psql -c 'INSERT …'"
const grant = "psql -c 'GRANT, CREATE OR REPLACE, ALTER USER … PASSWORD'"
const made = `psql -c '${table}'`

/** psql and related tools, each example with an empty database. */
export const postgresExamples: readonly Example[] = (
  [
    { form: create, setup: '', script: made, run2: only(fails()) },
    { form: create, setup: '', script: "psql -c 'CREATE TABLE IF NOT EXISTS t (x int)'", run2: only(same) },
    { form: create, setup: made, script: "psql -c 'CREATE INDEX i ON t (x)'", run2: only(fails()) },
    { form: create, setup: '', script: "psql -c 'CREATE USER worker'", run2: only(fails()) },
    { form: create, setup: '', script: "psql -c 'CREATE DATABASE other'", run2: only(fails()) },
    {
      form: create,
      setup: '',
      script: `psql -tAc "SELECT 1 FROM pg_database WHERE datname='other'" | grep -q 1 || psql -c 'CREATE DATABASE other'`,
      run2: only(same),
    },
    {
      form: create,
      setup: '',
      script: `psql <<'EOF'\nSELECT 'CREATE DATABASE other' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'other')\\gexec\nEOF`,
      run2: only(same),
    },
    {
      form: create,
      setup: '',
      script: `psql -c "DO \\$\\$ BEGIN CREATE ROLE worker; EXCEPTION WHEN duplicate_object THEN NULL; END \\$\\$"`,
      run2: only(same),
      notFollowed: true,
    },
    { form: 'dropdb NAME', setup: 'createdb other', script: 'dropdb other', run2: only(fails()) },
    { form: 'dropdb NAME', setup: 'createdb other', script: 'dropdb --if-exists other', run2: only(same) },
    { form: 'dropuser NAME', setup: 'createuser worker', script: 'dropuser worker', run2: only(fails()) },
    { form: 'dropuser NAME', setup: 'createuser worker', script: 'dropuser --if-exists worker', run2: only(same) },
    { form: 'pg_dump > FILE', setup: made, script: 'pg_dump -Ft app > f.tar; tar tf f.tar > f; rm f.tar', run2: only(same) },
    {
      form: 'pg_restore -d NAME',
      setup: `${made}; pg_dump -Fc app > f; psql -c 'DROP TABLE t'`,
      script: 'pg_restore -d app f',
      run2: only(fails()),
    },
    {
      form: 'pg_restore -d NAME',
      setup: `${made}; pg_dump -Fc app > f`,
      script: 'pg_restore --clean --if-exists -d app f',
      run2: only(same),
    },
    { form: 'pg_basebackup -D DIR', setup: '', script: 'pg_basebackup -c fast -D b', run2: only(fails()) },
    { form: alter, setup: made, script: "psql -c 'ALTER TABLE t ADD COLUMN y int'", run2: only(fails()) },
    { form: alter, setup: made, script: "psql -c 'ALTER TABLE t ADD COLUMN IF NOT EXISTS y int'", run2: only(same) },
    { form: alter, setup: made, script: "psql -c 'DROP TABLE t'", run2: only(fails()) },
    { form: alter, setup: made, script: "psql -c 'DROP TABLE IF EXISTS t'", run2: only(same) },
    // From a file or standard input, psql continues after an error and exits 0.
    { form: file, setup: '', script: `printf '${table};\\nINSERT INTO t VALUES (1);\\n' | psql`, run2: only(changes) },
    { form: file, setup: '', script: `psql <<'EOF'\n${table};\nINSERT INTO t VALUES (1);\nEOF`, run2: only(changes) },
    { form: file, setup: '', script: `printf '${table};\\nINSERT INTO t VALUES (1);\\n' > f.sql; psql -f f.sql`, run2: only(changes) },
    {
      form: file,
      setup: '',
      script: `printf '${table};\\nINSERT INTO t VALUES (1);\\n' | psql -v ON_ERROR_STOP=1`,
      run2: only(fails(3)),
    },
    {
      form: file,
      setup: made,
      script: `printf 'INSERT INTO t VALUES (1);\\nCREATE TABLE u (x int);\\n' | psql -1 -v ON_ERROR_STOP=1`,
      run2: only(fails(3)),
    },
    { form: create, setup: made, script: "psql -c 'INSERT INTO t VALUES (1); CREATE TABLE u (x int)'", run2: only(fails()) },
    {
      form: insert,
      setup: '',
      script: "psql -c 'CREATE TABLE IF NOT EXISTS t (x int)' -c 'INSERT INTO t VALUES (1)'",
      run2: only(changes),
    },
    { form: insert, setup: '', script: `psql -c '${keyed}' -c 'INSERT INTO t VALUES (1)'`, run2: only(fails()), notFollowed: true },
    { form: insert, setup: '', script: `psql -c '${keyed}' -c 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'`, run2: only(same) },
    {
      form: insert,
      setup: '',
      script: "psql -c 'CREATE TABLE IF NOT EXISTS t (x int)' -c 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'",
      run2: only(changes),
    },
    {
      form: insert,
      setup: '',
      script: "psql -c 'CREATE TABLE IF NOT EXISTS t (x int)'; echo 1 | psql -c 'COPY t FROM STDIN'",
      run2: only(changes),
    },
    { form: grant, setup: `${made} -c 'CREATE ROLE worker'`, script: "psql -c 'GRANT SELECT ON t TO worker'", run2: only(same) },
    { form: grant, setup: "psql -c 'CREATE ROLE worker'", script: `psql -c "ALTER USER worker PASSWORD 'x'"`, run2: only(same) },
    { form: grant, setup: made, script: "psql -c 'CREATE OR REPLACE VIEW v AS SELECT x FROM t'", run2: only(same) },
    { form: grant, setup: '', script: "psql -c 'CREATE SCHEMA IF NOT EXISTS s'", run2: only(same) },
    { form: 'createdb NAME', setup: '', script: 'createdb other', run2: only(fails()) },
    {
      form: 'createdb NAME',
      setup: '',
      script: `psql -tAc "SELECT 1 FROM pg_database WHERE datname='other'" | grep -q 1 || createdb other`,
      run2: only(same),
    },
    { form: 'createdb NAME', setup: '', script: 'createdb other || true', run2: only(same) },
    { form: 'createuser NAME', setup: '', script: 'createuser worker', run2: only(fails()) },
    { form: 'pg_isready', setup: '', script: 'until pg_isready -q; do sleep 1; done', run2: only(same) },
  ] as const
).map((example) => ({ ...example, service: 'postgres' }))
