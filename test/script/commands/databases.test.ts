import t from 'tap'
import { findings, rehearsal, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('a SQL statement: its form decides the verdict', {
  "psql -c 'CREATE TABLE t (x int)'": 'unsafe',
  "psql -c 'CREATE TABLE IF NOT EXISTS t (x int)'": 'safe',
  "psql -c 'CREATE TEMP TABLE t (x int)'": 'safe',
  "psql -c 'CREATE UNIQUE INDEX i ON t (x)'": 'unsafe',
  "psql -c 'CREATE OR REPLACE VIEW v AS SELECT 1'": 'safe',
  'psql -c "CREATE USER app PASSWORD \'$PASSWORD\'"': 'unsafe',
  "psql -c 'CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE SCHEMA IF NOT EXISTS s'": 'safe',
  "psql -c 'ALTER TABLE t ADD COLUMN c int'": 'unsafe',
  "psql -c 'ALTER TABLE t ADD COLUMN IF NOT EXISTS c int, DROP COLUMN IF EXISTS d'": 'safe',
  "psql -c 'ALTER TABLE t RENAME COLUMN a TO b'": 'unsafe',
  "psql -c 'ALTER TABLE t OWNER TO app'": 'safe',
  "psql -c 'DROP TABLE t'": 'unsafe',
  "psql -c 'DROP TABLE IF EXISTS t; CREATE TABLE t (x int); INSERT INTO t VALUES (1)'": 'safe',
  "psql -c 'GRANT ALL ON t TO app; COMMENT ON TABLE t IS NULL'": 'safe',
  'psql -c "ALTER USER app PASSWORD \'x\'"': 'safe',
  'psql -c "UPDATE t SET a = 1, b = \'x\' WHERE id = 1"': 'safe',
  "psql -c 'UPDATE t SET a = a + 1'": 'unknown',
  "psql -c 'DELETE FROM t WHERE id = 1'": 'safe',
  "psql -c 'SELECT count(*) FROM t'": 'safe',
  'psql -c "SELECT setval(\'s\', 1)"': 'unknown',
  "psql -c 'VACUUM; SET x = 1'": 'safe',
  'psql -c "$SQL"': 'unknown',
  'psql -f /image/schema.sql': 'unknown',
})

t.test('a statement that needs a table fails in a database in which no table was created', async (t) => {
  const made = "sqlite3 /data/b 'CREATE TABLE t (x)'"
  for (const statement of [
    'ALTER TABLE t ADD COLUMN y',
    'ALTER TABLE t RENAME TO u',
    'UPDATE t SET x = 1',
    'UPDATE OR IGNORE t SET x = 1 WHERE x = 2',
    'INSERT INTO t VALUES (1)',
    'DELETE FROM t WHERE x = 1',
    'CREATE INDEX i ON t (x)',
    'CREATE INDEX IF NOT EXISTS i ON t (x)',
    'SELECT x FROM t',
    'DROP TABLE t',
  ]) {
    const neverSucceeds = (script: string) => rehearsal(script).unknown.some(({ why }) => why === 'the first run never succeeds')
    t.equal(neverSucceeds(`rm -f /data/b\nsqlite3 /data/b '${statement}'`), true, statement)
    t.equal(neverSucceeds(`rm -f /data/b\n${made}\nsqlite3 /data/b '${statement}'`), false, `${statement} after CREATE TABLE`)
    t.equal(neverSucceeds(`sqlite3 /own/b '${statement}'`), false, `${statement} in a database of the image`)
  }
  for (const statement of ['DROP TABLE IF EXISTS t', 'UPDATE sqlite_sequence SET seq = 0', 'CREATE TABLE IF NOT EXISTS t (x)'])
    t.equal(rehearsal(`rm -f /data/b\nsqlite3 /data/b '${statement}'`).verdict, 'safe', statement)
})

sameVerdicts('a table that the script does not create was in the database before', {
  "sqlite3 /data/b 'ALTER TABLE t ADD COLUMN b'": 'unsafe',
  "sqlite3 /data/b 'DROP TABLE t'": 'unsafe',
  "sqlite3 /data/b 'INSERT INTO t VALUES (1)'": 'unknown',
  "sqlite3 /data/b 'INSERT OR IGNORE INTO t VALUES (1)'": 'safe',
  "sqlite3 /data/b 'UPDATE t SET a = 1'": 'safe',
  "sqlite3 /data/b 'SELECT 1 FROM t' || sqlite3 /data/b 'CREATE TABLE t (x)'": 'safe',
})

sameVerdicts('statements on a table that a service may have', {
  "psql -c 'ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS c int'": 'safe',
  "psql -c 'DROP TABLE IF EXISTS t' -c 'ALTER TABLE IF EXISTS t ADD COLUMN c int'": 'safe',
  "psql -c 'UPDATE ONLY t SET a = 1'": 'safe',
  "mysql d -e 'UPDATE LOW_PRIORITY IGNORE t SET a = 1'": 'safe',
})

sameVerdicts('INSERT: safe only if no duplicate row can appear', {
  "psql -c 'CREATE TABLE IF NOT EXISTS t (x int); INSERT INTO t VALUES (1)'": 'unsafe',
  "psql -c 'CREATE TABLE IF NOT EXISTS t (x int PRIMARY KEY); INSERT INTO t VALUES (1)'": 'unknown',
  "psql -c 'CREATE TABLE IF NOT EXISTS t (x int); CREATE UNIQUE INDEX IF NOT EXISTS i ON t (x); INSERT INTO t VALUES (1)'": 'unknown',
  "psql -c 'INSERT INTO t VALUES (1)'": 'unknown',
  "psql -c 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'": 'safe',
  "psql -c 'INSERT INTO t SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM t)'": 'safe',
  "psql -c 'TRUNCATE t; INSERT INTO t VALUES (1)'": 'safe',
  "psql -c 'DELETE FROM t; INSERT INTO t VALUES (1)'": 'safe',
  "psql -c 'CREATE TABLE IF NOT EXISTS t (x int); DELETE FROM t WHERE x = 1; INSERT INTO t VALUES (1)'": 'unknown',
})

t.test('psql continues after an error unless ON_ERROR_STOP is set', async (t) => {
  const text = "<<'EOF'\nCREATE TABLE t (x int);\nINSERT INTO t VALUES (1);\nEOF"
  t.match(findings(`psql ${text}`), [/^repeat rerun differs/])
  t.match(findings(`psql -v ON_ERROR_STOP=1 ${text}`), [/^repeat rerun fails/])
  t.match(findings(`psql <<'EOF'\n\\set ON_ERROR_STOP on\nCREATE TABLE t (x int);\nEOF`), [/^repeat rerun fails/])
  t.equal(rehearsal(`psql -v ON_ERROR_STOP=1 ${text}`).atomic, false)
  t.equal(rehearsal(`psql -1 -v ON_ERROR_STOP=1 ${text}`).atomic, true)
  t.strictSame(findings(`psql -c 'CREATE TABLE t (x int)' -c 'SELECT 1'`), [], 'the last -c decides the exit status')
})

t.test('a failed transaction is rolled back', async (t) => {
  const text = (end: string) => `psql <<'EOF'\nBEGIN;\nINSERT INTO u VALUES (1);\nCREATE TABLE t (x int);\n${end};\nEOF`
  t.equal(rehearsal(`psql -c 'CREATE TABLE IF NOT EXISTS u (x int)'\n${text('COMMIT')}`).verdict, 'safe')
  t.equal(rehearsal(`psql -c 'CREATE TABLE IF NOT EXISTS u (x int)'\n${text('COMMIT').replace('BEGIN;\n', '')}`).verdict, 'unsafe')
})

sameVerdicts('a query as a guard: safe if it tests what the command creates', {
  'psql -tAc "SELECT 1 FROM pg_database WHERE datname=\'x\'" | grep -q 1 || createdb x': 'safe',
  'psql -c "SELECT 1 FROM pg_database WHERE datname=\'x\'" | grep -q "1 row" || createdb x': 'safe',
  'if [ "$(psql -tAc "SELECT 1 FROM pg_roles WHERE rolname=\'app\'")" != 1 ]; then createuser app; fi': 'safe',
  'if [ "$(psql -XtAc "SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = \'t\')")" = f ]; then psql -c "CREATE TABLE t (x int)"; fi':
    'safe',
  "echo \"SELECT 'CREATE DATABASE x' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'x')\\gexec\" | psql": 'safe',
  "psql -d app -c '\\q' || createdb app": 'safe',
  "psql -c 'SELECT 1 FROM t' || psql -c 'CREATE TABLE t (x int)'": 'safe',
  'createdb x || true; createuser y || echo there': 'safe',
  'psql -c "CREATE USER a PASSWORD \'x\'" || psql -c "ALTER USER a PASSWORD \'x\'"': 'safe',
  'psql -tAc "SELECT 1 FROM pg_database WHERE datname=\'y\'" | grep -q 1 || createdb x': 'unsafe',
  'mysql -e "SHOW DATABASES LIKE \'x\'" | grep -q x || mysql -e "CREATE DATABASE x"': 'safe',
  "mysql -Nse \"SELECT 1 FROM mysql.user WHERE user = 'a'\" | grep -q 1 || mysql -e \"CREATE USER 'a'@'%'\"": 'safe',
  'createdb x && psql -d x -c "CREATE TABLE t (y int)"': 'unsafe',
  'dropdb --if-exists x; createdb x; psql -d x -c "CREATE TABLE t (y int)"': 'safe',
})

t.test('an unsupported guard makes the verdict unknown', async (t) => {
  t.equal(rehearsal('[ "$(psql -tAc "SELECT count(*) FROM t")" -gt 0 ] || psql -c "INSERT INTO t VALUES (1)"').verdict, 'unknown')
})

t.test('unsupported SQL makes only the names in it unknown; SQL with unknown text makes everything unknown', async (t) => {
  const block = `psql -c 'DO $$ BEGIN CREATE ROLE x; END $$'`
  t.match(findings(`${block}\npsql -c 'CREATE TABLE y (a int)'`), [])
  t.match(findings(`set -e\n${block}\npsql -c 'CREATE TABLE y (a int)'`), [/CREATE TABLE y/])
  t.equal(rehearsal(`set -e\n${block}\npsql -c 'CREATE ROLE x'`).verdict, 'unknown')
  t.equal(rehearsal(`set -e\npsql -c "$SQL"\npsql -c 'CREATE TABLE y (a int)'`).verdict, 'unknown')
})

sameVerdicts('MySQL, MongoDB, Redis, Cassandra, ClickHouse and InfluxDB', {
  'mysql -h db -uroot -p"$P" -e \'CREATE DATABASE app\'': 'unsafe',
  "mysql -e 'CREATE DATABASE IF NOT EXISTS app; USE app; CREATE TABLE IF NOT EXISTS t (x int)'": 'safe',
  "mysql -e 'INSERT IGNORE INTO app.t VALUES (1)'": 'safe',
  'mysqladmin create app': 'unsafe',
  "mongosh --eval 'rs.initiate()'": 'unsafe',
  "mongosh --eval 'rs.initiate()' || true": 'safe',
  "mongo --eval 'rs.initiate()'": 'safe',
  "mongosh --eval 'try { rs.status() } catch (e) { rs.initiate() }'": 'unknown',
  'mongosh --quiet --eval \'db.adminCommand("ping")\'': 'safe',
  'redis-cli -h r RPUSH q 1': 'unsafe',
  'redis-cli -h r SET k v': 'safe',
  "cqlsh c -e 'CREATE KEYSPACE k'": 'unsafe',
  'cqlsh c -e "CREATE KEYSPACE IF NOT EXISTS k; INSERT INTO k.t (a) VALUES (1)"': 'safe',
  "clickhouse-client --query 'CREATE TABLE t (x Int8) ENGINE = Memory'": 'unsafe',
  'influx bucket create -n b': 'unsafe',
})

sameVerdicts('statements of MongoDB with variables, on several lines, and from the input', {
  "mongosh --eval \"db.createUser({user: '$U', pwd: '$P', roles: []})\"": 'unsafe',
  'mongosh "$URL" --eval \'db = db.getSiblingDB("x");\n  db.createUser(\n    { user: "a", pwd: "b;c", roles: [] } // admin\n  )\'':
    'unsafe',
  "mongosh --eval \"rs.initiate({_id: '$RS', members: [{_id: 0, host: '$HOSTNAME'}]})\" || true": 'safe',
  "mongosh --eval \"db.c.updateOne({k: 'v'}, {\\$set: {version: '$V'}})\"": 'safe',
  'mongosh --eval "db.c.updateOne({k: \'v\'}, {\\$inc: {version: $N}})"': 'unknown',
  'mongosh --eval "$SCRIPT"': 'unknown',
  'mongosh --eval "db.createUser({user: \'$U\'"': 'unknown',
  "mongosh --eval \"if (!db.getUser('$U')) { db.createUser({user: '$U'}) }\"": 'unknown',
  // Whether the shell ends at an error depends on its version.
  'mongosh <<EOF\nuse admin\ndb.createUser({user: "$U", pwd: "$P", roles: []})\nEOF': 'unknown',
  'mongosh <<EOF\ndb.c.insertOne({name: "$U"})\nEOF': 'unsafe',
})

t.test('initdb guarded by PG_VERSION is not atomic: a kill leaves that file', async (t) => {
  t.match(findings('initdb -D /data/pg'), [/fails: initdb/])
  const guarded = rehearsal('[ -s /data/pg/PG_VERSION ] || initdb -D /data/pg')
  t.strictSame([guarded.verdict, guarded.atomic], ['safe', false])
  t.equal(rehearsal('initdb -D /tmp/pg').verdict, 'safe')
})

t.test('an SQLite database follows its file when the file is copied or removed', async (t) => {
  const create = "sqlite3 /data/a.db 'CREATE TABLE t (x)'"
  t.match(findings(create), [/fails: sqlite3/])
  t.equal(rehearsal(`rm -f /data/a.db; ${create}`).verdict, 'safe')
  t.equal(rehearsal(create.replace('/data', '/tmp')).verdict, 'safe')
  const copied = "sqlite3 /tmp/a.db 'CREATE TABLE t (x)'; cp /tmp/a.db /data/b.db; sqlite3 /data/b.db"
  t.match(findings(`${copied} 'CREATE TABLE t (x)'`), [])
  t.equal(rehearsal(`set -e; ${copied} 'CREATE TABLE u (x)'`).verdict, 'safe')
})
