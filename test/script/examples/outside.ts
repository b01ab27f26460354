import { changes, type Example, fails, only, same } from './example.ts'

const definition = "sqlite3 FILE 'CREATE TABLE …, ALTER TABLE … ADD COLUMN, DROP TABLE'"
const newKey = 'openssl genrsa, req -newkey, rand -out FILE'
const wrapper = 'env, timeout, nice, sudo, su -c, gosu, flock, xargs, busybox, sh -c … COMMAND'
const table = 'CREATE TABLE t (x)'
const key = 'openssl genrsa -out k 2048'
const selfSigned = 'openssl req -x509 -newkey rsa:2048 -nodes -keyout a.key -out a.crt -subj /CN=x'
const sshKey = "ssh-keygen -q -N '' -f k"

/** sqlite3, openssl, ssh-keygen, and commands that run other commands. */
export const outsideExamples: readonly Example[] = [
  { form: definition, setup: '', script: `sqlite3 a.db '${table}'`, run2: only(fails()) },
  { form: definition, setup: '', script: "sqlite3 a.db 'CREATE TABLE IF NOT EXISTS t (x)'", run2: only(same) },
  { form: definition, setup: '', script: `[ -f a.db ] || sqlite3 a.db '${table}'`, run2: only(same) },
  { form: definition, setup: '', script: `rm -f a.db; sqlite3 a.db '${table}'`, run2: only(same) },
  { form: definition, setup: '', script: `sqlite3 a.db '${table}' || true`, run2: only(same) },
  {
    form: definition,
    setup: `sqlite3 a.db '${table}'`,
    script: "sqlite3 a.db 'CREATE INDEX i ON t (x)'",
    run2: only(fails()),
  },
  {
    form: definition,
    setup: '',
    script: `sqlite3 a.db "SELECT name FROM sqlite_master WHERE type='table' AND name='t'" | grep -q t || sqlite3 a.db '${table}'`,
    run2: only(same),
  },
  {
    form: "sqlite3 FILE 'INSERT …'",
    setup: '',
    script: "sqlite3 a.db 'CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)'",
    run2: only(changes),
  },
  { form: "sqlite3 FILE 'INSERT …'", setup: '', script: `rm -f a.db; sqlite3 a.db '${table}; INSERT INTO t VALUES (1)'`, run2: only(same) },
  {
    form: "sqlite3 FILE 'INSERT …'",
    setup: '',
    script: "sqlite3 a.db 'CREATE TABLE IF NOT EXISTS t (x PRIMARY KEY); INSERT OR IGNORE INTO t VALUES (1)'",
    run2: only(same),
  },
  {
    form: definition,
    setup: `sqlite3 a.db '${table}'`,
    script: "sqlite3 a.db 'ALTER TABLE t ADD COLUMN y'",
    run2: only(fails()),
  },
  { form: definition, setup: `sqlite3 a.db '${table}'`, script: "sqlite3 a.db 'DROP TABLE t'", run2: only(fails()) },
  {
    form: definition,
    setup: `sqlite3 a.db '${table}'`,
    script: "sqlite3 a.db 'DROP TABLE IF EXISTS t'",
    run2: only(same),
  },
  // SQL on the command line stops at the first error; SQL from standard input continues.
  { form: 'sqlite3 FILE < FILE', setup: '', script: `sqlite3 a.db '${table}; INSERT INTO t VALUES (1)'`, run2: only(fails()) },
  {
    form: 'sqlite3 FILE < FILE',
    setup: '',
    script: `printf '${table};\\nINSERT INTO t VALUES (1);\\n' | sqlite3 a.db`,
    run2: only({ status: 1, changed: true }),
  },
  {
    form: 'sqlite3 FILE < FILE',
    setup: '',
    script: `printf '${table};\\nINSERT INTO t VALUES (1);\\n' | sqlite3 -bail a.db`,
    run2: only(fails()),
  },
  {
    form: 'sqlite3 FILE < FILE',
    setup: `sqlite3 a.db '${table}'`,
    script: "sqlite3 a.db 'BEGIN; CREATE TABLE u (x); COMMIT; -- one; not two\nSELECT 1' || true",
    run2: only(same),
  },
  { form: newKey, setup: '', script: key, run2: only(changes) },
  { form: newKey, setup: '', script: `[ -s k ] || ${key}`, run2: only(same) },
  { form: newKey, setup: '', script: selfSigned, run2: only(changes) },
  { form: newKey, setup: '', script: `[ -s a.crt ] || ${selfSigned}`, run2: only(same) },
  { form: newKey, setup: '', script: 'openssl rand -hex -out r 16', run2: only(changes) },
  { form: newKey, setup: '', script: 'openssl rand -hex 16 > r', run2: only(changes) },
  { form: newKey, setup: '', script: '[ -s r ] || openssl rand -hex 16 > r', run2: only(same) },
  { form: 'openssl req -key, x509, pkcs12, rsa -out FILE', setup: key, script: 'openssl pkey -in k -pubout -out p', run2: only(same) },
  { form: 'openssl req -key, x509, pkcs12, rsa -out FILE', setup: key, script: 'openssl rsa -in k -pubout > p', run2: only(same) },
  { form: "ssh-keygen -N '' -f FILE", setup: '', script: `${sshKey} < /dev/null`, run2: only(fails()) },
  { form: "ssh-keygen -N '' -f FILE", setup: '', script: `[ -f k ] || ${sshKey}`, run2: only(same) },
  { form: "ssh-keygen -N '' -f FILE", setup: '', script: `echo y | ${sshKey}`, run2: only(changes) },
  { form: "ssh-keygen -N '' -f FILE", setup: '', script: `rm -f k k.pub; ${sshKey}`, run2: only(changes) },
  { form: "ssh-keygen -N '' -f FILE", setup: sshKey, script: 'ssh-keygen -y -f k > k2.pub', run2: only(same) },
  { form: "sh -c 'TEXT'", setup: '', script: "sh -c 'mkdir d'", run2: fails() },
  { form: "sh -c 'TEXT'", setup: '', script: "sh -c 'mkdir d; true'", run2: same },
  { form: "sh -c 'TEXT'", setup: '', script: "sh -ec 'mkdir d; true'", run2: fails() },
  { form: "sh -c 'TEXT'", setup: '', script: 'sh -c \'mkdir "$1"\' name d', run2: fails() },
  { form: "sh -c 'TEXT'", setup: '', script: 'sh -c \'trap "echo x >> log" EXIT; true\'', run2: changes },
  { form: 'sh FILE', setup: 'echo "mkdir d" > s.sh', script: 'sh s.sh', run2: fails() },
  { form: 'sh FILE', setup: '', script: 'echo "mkdir d" | sh', run2: fails() },
  { form: wrapper, setup: '', script: 'env A=b mkdir d', run2: fails() },
  { form: wrapper, setup: '', script: "env NAME=d sh -c 'mkdir $NAME'", run2: fails() },
  { form: wrapper, setup: '', script: 'timeout 5 mkdir d', run2: fails() },
  { form: wrapper, setup: '', script: 'timeout 5 mkdir -p d', run2: same },
  { form: wrapper, setup: '', script: 'nice -n 5 mkdir d', run2: fails() },
  { form: wrapper, setup: '', script: 'nohup mkdir d', run2: fails() },
  { form: 'flock FILE COMMAND', setup: '', script: 'flock l mkdir d', run2: fails() },
  { form: 'flock FILE COMMAND', setup: '', script: "flock l -c 'mkdir -p d'", run2: same },
  { form: wrapper, setup: '', script: 'echo a b | xargs mkdir', run2: fails(123) },
  { form: wrapper, setup: '', script: 'echo a b | xargs -n 1 mkdir -p', run2: same },
  { form: wrapper, setup: '', script: 'echo a | xargs -I{} touch {}.x', run2: same },
  { form: wrapper, setup: '', script: 'printf "" | xargs -r mkdir', run2: same },
  {
    form: "sqlite3 FILE 'INSERT …'",
    setup: '',
    script: "sqlite3 a.db 'CREATE TABLE IF NOT EXISTS t (x PRIMARY KEY); INSERT INTO t VALUES (1)'",
    run2: only(fails(19)),
    notFollowed: true,
  },
  {
    form: "sqlite3 FILE 'INSERT …'",
    setup: `sqlite3 a.db '${table}'; echo 1 > f.csv`,
    script: "sqlite3 a.db '.import f.csv t'",
    run2: only(changes),
  },
  {
    form: "sqlite3 FILE 'INSERT …'",
    setup: `sqlite3 a.db '${table}; INSERT INTO t VALUES (1)'`,
    script: "sqlite3 a.db 'UPDATE t SET x = x + 1'",
    run2: only(changes),
    notFollowed: true,
  },
  {
    form: definition,
    setup: `sqlite3 a.db '${table}'`,
    script: `sqlite3 a.db "VACUUM INTO 'b.db'"`,
    run2: only(fails()),
    notFollowed: true,
  },
  { form: 'initdb -D DIR', setup: '', script: 'initdb -N -D d', run2: only(fails()), user: 'other' },
  { form: 'initdb -D DIR', setup: '', script: '[ -s d/PG_VERSION ] || initdb -N -D d', run2: only(same), user: 'other' },
]
