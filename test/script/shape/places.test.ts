/** Which program a path refers to: the same answer for rehearsals, for what the text shows, and for repairs. */
import t from 'tap'
import { analyzeScript } from '../../../src/script/analysis/analyze.ts'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { programAt } from '../../../src/script/shape/program.ts'
import { unknownPiece } from '../../../src/script/shape/words.ts'
import { scriptInput } from '../../support/script-input.ts'

const own = [
  ...['createdb', '/bin/mkdir', '/sbin/ip', '/usr/bin/createdb', '/usr/sbin/useradd', '/usr/local/bin/kubectl', '/usr/local/sbin/sshd'],
  ...['/opt/bitnami/postgresql/bin/createdb', '/opt/bitnami/common/bin/wait-for-port', '/busybox/sh'],
  ...['/usr/lib/postgresql/15/bin/initdb', `/usr/lib/postgresql/${unknownPiece}/bin/initdb`, '/usr/pgsql-16/bin/psql'],
  ...[`${unknownPiece}/bin/keytool`, '/opt/java/openjdk/bin/keytool', '/opt/kafka/bin/kafka-topics.sh', 'bin/kafka-topics.sh'],
  ...['/opt/venv/bin/alembic', '/app/.venv/bin/python', '/home/airflow/.local/bin/airflow', './node_modules/.bin/prisma', 'bin/rails'],
  ...['./manage.py', '/app/manage.py', '/srv/artisan', 'bin/console', '/scripts/wait-for-it.sh', '/flyway/flyway', '/cloud_sql_proxy'],
  ...['/usr/share/filebeat/filebeat', '/usr/local/apache2/bin/httpd', '/opt/rabbitmq/sbin/rabbitmqctl', '/google-cloud-sdk/bin/gsutil'],
]

const others = [
  ...['/app/bin/createdb', '/opt/cni/bin/install', './mkdir', 'bin/psql', '/app/mkdir', '/usr/local/app/bin/git', '/opt/tools/bin/cp'],
  ...[
    '/home/app/bin/kubectl',
    '/bin/x/rm',
    '//bin/rm',
    `${unknownPiece}/bin/createdb`,
    `/usr/${unknownPiece}/bin/rm`,
    `/bin/rm${unknownPiece}`,
  ],
  ...[
    '/usr/lib/postgresql/15/lib/bin/initdb',
    '/opt/bitnami/a/b/bin/psql',
    '/bin/',
    '',
    '/scripts/dockerize',
    '/app/node_modules/x/prisma',
  ],
]

t.test('the usual directories, and those that a record names', async (t) => {
  for (const path of own) t.equal(programAt(path, catalogue), path.slice(path.lastIndexOf('/') + 1), path)
  for (const path of others) t.equal(programAt(path, catalogue), undefined, path)
})

const analyzed = (text: string) => analyzeScript(scriptInput(text, { options: { errexit: true, nounset: false, pipefail: false } }))

t.test('another program of that name is an unknown command', async (t) => {
  for (const text of ['/usr/bin/createdb app', 'createdb app', '/opt/bitnami/postgresql/bin/createdb app'])
    t.equal(analyzed(text).verdict, 'unsafe', text)
  for (const text of [
    '/app/bin/createdb app',
    '/opt/cni/bin/install a /work/a',
    './mkdir /work/a',
    'TOOLS=/srv/bin\n$TOOLS/createdb app',
  ]) {
    const { verdict, unknown, facts } = analyzed(text)
    t.equal(verdict, 'unknown', text)
    t.match(unknown[0]?.why, /is not in the catalogue$/, text)
    t.strictSame([facts?.contacts, facts?.onlyTouchesFiles], [[], false], text)
  }
})

t.test('what the text shows follows the same rule', async (t) => {
  t.equal(analyzed('/usr/sbin/sshd -D').facts?.endless?.what, 'the server sshd')
  t.equal(analyzed('/app/bin/sshd -D').facts?.endless, undefined)
  t.equal(analyzed('/app/timeout redis-server').facts?.endless, undefined)
  t.equal(analyzed('/usr/bin/env redis-server').facts?.endless?.what, 'the server redis-server')
  t.equal(analyzed('/app/migrations/migrate upgrade').facts?.migration, undefined)
})
