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
