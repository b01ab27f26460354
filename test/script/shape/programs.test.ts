/** What the text of a command line shows, by the program's record in the catalogue. */
import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { factsOf } from '../../../src/script/shape/facts.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'

const facts = (text: string) => factsOf(parseScript(text).body, new Map(), catalogue, () => 1)

t.test('commands that run until they are stopped', async (t) => {
  const commands = [
    ...[
      'filebeat -e',
      'filebeat run',
      'filebeat',
      'envoy -c /etc/envoy.yaml',
      'envoy --mode serve',
      'mongod --dbpath /data',
      'postgres -D /data',
    ],
    ...['redis-server', 'mysqld', 'mariadbd --user=mysql', 'vault server -dev', 'consul agent', 'minio server /data', 'etcd', 'watch date'],
    ...['kubectl proxy', 'kubectl port-forward svc/a 80', 'opa run --server', 'sshd -D', 'crond -f', 'caddy run', 'supervisord -n'],
    ...['httpd -DFOREGROUND', 'httpd-foreground', 'apache2ctl -D FOREGROUND', 'haproxy -db -f /x', 'nc -l -k -p 80', 'nc -lk 80'],
    ...[
      'python -m http.server',
      'gunicorn app',
      'uvicorn app',
      'fluent-bit -c x',
      'fluentd',
      'traefik',
      'prometheus',
      'dockerd',
      'memcached',
    ],
    ...['cloud-sql-proxy x', 'cloud_sql_proxy -instances=x', 'memcached -t 4 -v', 'sleep infinity', 'tail -f /x', "nginx -g 'daemon off;'"],
  ]
  for (const text of commands) t.ok(facts(text)?.endless, text)
})

t.test('the same programs where they end', async (t) => {
  const commands = [
    ...['filebeat setup', 'filebeat -c x.yml setup --dashboards', 'filebeat test config', 'filebeat export template', 'filebeat --version'],
    ...['envoy --mode validate -c /x', 'envoy --mode=validate -c /x', 'envoy --version', 'mongod --shutdown --dbpath /data'],
    ...[
      'mongod --repair',
      'mongod --fork',
      'postgres --single -D /data db',
      'postgres --boot',
      'postgres -C data_directory',
      'postgres -V',
    ],
    ...[
      'redis-server --version',
      'mysqld --initialize-insecure',
      'mysqld --daemonize',
      'vault status',
      'consul kv get a',
      'minio --version',
    ],
    ...['kubectl get pods', 'opa eval x', 'opa run x', 'sshd', 'sshd -t -D', 'crond', 'caddy validate', 'supervisord', 'httpd', 'nginx'],
    ...[
      "nginx -t -g 'daemon off;'",
      "nginx -s quit -g 'daemon off;'",
      'httpd-foreground -v',
      'haproxy -c -db -f /x',
      'nc -z db 80',
      'nc -l 80',
    ],
    ...[
      'python -m venv x',
      'gunicorn --check-config app',
      'fluent-bit --dry-run',
      'fluentd --setup x',
      'traefik healthcheck',
      'dockerd --validate',
    ],
    ...['memcached -d', 'memcached -h', 'cloud-sql-proxy wait', 'watch -g date', 'sleep 10', 'tail /x', 'timeout 5 sleep infinity'],
  ]
  for (const text of commands) t.equal(facts(text)?.endless, undefined, text)
})

t.test('the server that a command line names', async (t) => {
  const commands: readonly (readonly [text: string, server: string | undefined])[] = [
    ['nc -z -w 5 db 5432', 'db:5432'],
    ['telnet db 25', 'db:25'],
    ['pg_isready -h db', 'db:5432'],
    ['psql --host=db -p 5433', 'db:5433'],
    ['createdb -hdb app', 'db:5432'],
    ['pg_dump -h db app', 'db:5432'],
    ['mysqladmin -h db -P 3307 ping', 'db:3307'],
    ['mariadb --host db', 'db:3306'],
    ['redis-cli ping', '127.0.0.1:6379'],
    ['mongosh --host db', 'db:27017'],
    ['curl -fsS -o /dev/null https://api/health', 'api:443'],
    ['wget -qO- http://api:8080/', 'api:8080'],
    ['kafka-topics.sh --bootstrap-server k:9092 --list', 'k:9092'],
    ['kafka-broker-api-versions.sh --bootstrap-server k:9092', 'k:9092'],
    ['grpc_health_probe -addr=api:50051', 'api:50051'],
    ['etcdctl --endpoints=http://e:2379 endpoint health', 'e:2379'],
    ['dockerize -wait tcp://db:5432', 'db:5432'],
    ['wait-for-it.sh db:5432 -t 30', 'db:5432'],
    ['wait-port db:5432', 'db:5432'],
    ['nslookup db', 'db (name only)'],
    ['getent hosts db', 'db (name only)'],
    ['getent passwd app', undefined],
    ['ping -c1 db', 'db (name only)'],
    ['ping -c 1 -W 1 db', 'db (name only)'],
    ['host -t A db', 'db (name only)'],
    ['dig +short @192.0.2.1 db', 'db (name only)'],
    ['dockerize -template a:b', undefined],
    ['pg_isready', undefined],
    ['git clone https://host/x', undefined],
  ]
  for (const [text, wanted] of commands) {
    const [found] = facts(text)?.contacts ?? []
    const server = found && `${found.host}${found.nameOnly ? ' (name only)' : `:${found.port}`}`
    t.equal(server, wanted, text)
  }
})

t.test('tools that only wait for a server', async (t) => {
  for (const tool of ['wait-for-it', 'wait-for-it.sh', 'wait-for', 'wait-for.sh', 'wait4x', 'wait-for-port', 'wait-port']) {
    t.equal(facts(`${tool} db:5432`)?.contacts[0]?.waits, true, tool)
    t.equal(facts(`${tool} db:5432`)?.patientTool, undefined, tool)
  }
  t.equal(facts('nc -z db 5432')?.contacts[0]?.waits, false)
  t.equal(facts('dockerize -wait tcp://db:5432')?.contacts[0]?.waits, true)
  t.equal(facts('wait-for-it.sh db:5432 -t 0')?.patientTool?.command, 'wait-for-it.sh')
  t.equal(facts('wait-for db:5432 --timeout=0')?.patientTool?.command, 'wait-for')
  t.equal(facts('timeout 60 wait-for db:5432 --timeout=0')?.patientTool, undefined)
  t.equal(facts('wait-port -t 0 db:5432')?.patientTool, undefined)
})

t.test('migrations with tools that take no lock', async (t) => {
  const commands: readonly (readonly [text: string, migration: string | undefined])[] = [
    ['manage.py migrate', 'manage.py migrate'],
    ['python3 /app/manage.py migrate --noinput', 'manage.py migrate'],
    ['python -m alembic upgrade head', 'alembic upgrade'],
    ['poetry run alembic upgrade head', 'alembic upgrade'],
    ['flask db upgrade', 'flask db upgrade'],
    ['superset db upgrade', 'superset db upgrade'],
    ['npx sequelize-cli db:migrate', 'sequelize-cli db:migrate'],
    ['yarn typeorm migration:run', 'typeorm migration:run'],
    ['php bin/console doctrine:migrations:migrate', 'console doctrine:migrations:migrate'],
    ['php artisan migrate', 'artisan migrate'],
    ['phinx migrate', 'phinx migrate'],
    ['goose -dir /m up', 'goose up'],
    ['aerich upgrade', 'aerich upgrade'],
    ['node node_modules/.bin/sequelize db:migrate', 'sequelize db:migrate'],
    ['php artisan migrate --isolated', undefined],
    ['alembic upgrade head --sql', undefined],
    ['goose status', undefined],
    ['bundle exec rails db:migrate', undefined],
    ['npx prisma migrate deploy', undefined],
    ['flock /l manage.py check; manage.py migrate', undefined],
    ['lockfile /l; manage.py migrate', undefined],
    ['etcdctl lock m; manage.py migrate', undefined],
    ['consul lock m; setlock x; manage.py migrate', undefined],
  ]
  for (const [text, wanted] of commands) t.equal(facts(text)?.migration?.command, wanted, text)
})

t.test('programs that only touch files', async (t) => {
  const programs = [
    ...['mkdir', 'cp', 'mv', 'rm', 'rmdir', 'ln', 'touch', 'install', 'tee', 'cat', 'sed', 'awk', 'tar', 'unzip', 'gunzip', 'gzip'],
    ...['chmod', 'chown', 'chgrp', 'echo', 'printf', 'envsubst', 'sort', 'cut', 'tr', 'head', 'tail', 'grep', 'basename', 'dirname'],
    ...['cd', 'pwd', 'set', 'export', 'test', '[', ':', 'true', 'ls', 'find', 'xargs', 'date', 'id', 'whoami', 'wc', 'exit', 'umask', 'jq'],
  ]
  for (const program of programs) t.equal(facts(`${program} a`)?.onlyTouchesFiles, true, program)
  const others = ['curl', 'rsync', 'git', 'psql', 'kubectl', '/app/migrate', '$TOOL', 'eval', '.', 'exec', 'sleep', 'nginx', 'kill']
  for (const program of others) t.equal(facts(`mkdir a; ${program} a`)?.onlyTouchesFiles, false, program)
})

t.test('the command that a program runs', async (t) => {
  const servers = [
    'exec',
    'command',
    'nohup',
    'time',
    'sudo -E',
    'env A=1',
    'busybox',
    'stdbuf -oL',
    'nice -n 10',
    'gosu app',
    'su-exec app',
  ]
  for (const prefix of [...servers, 'exec env -u A sudo -u postgres', 'tini --', 'exec -a name'])
    t.equal(facts(`${prefix} redis-server`)?.endless?.what, 'the server redis-server', prefix)
  for (const text of ['timeout 5 redis-server', 'sudo timeout -k 5 -s KILL 10 redis-server', 'timeout -t 5 redis-server'])
    t.equal(facts(text)?.endless, undefined, text)
  for (const text of ['command -v redis-server', 'sudo -u postgres psql', 'gosu postgres psql'])
    t.equal(facts(text)?.endless, undefined, text)
})
