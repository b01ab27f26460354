/** Servers: what they do is not followed, but many run until they are stopped, so that a script never gets past them. */
import { postgresVersions, pythonEnvironments } from '../../shape/places.ts'
import { both, runsAs, runsWith, runsWithout } from '../../shape/servers.ts'
import { type Call, type CommandForm, type CommandModel, command, type Program } from '../command.ts'
import { localServer } from '../kit/local-servers.ts'

function server(call: Call): number {
  return call.notFollowed(`what ${call.name} does`)
}

type Ends = NonNullable<Program['runsForever']>

/** A database server, and where it keeps its data. */
const withData = (names: readonly string[], runsForever: Ends, data: Parameters<typeof localServer>[0], places?: RegExp): CommandModel =>
  command('processes', names, { run: localServer(data), runsForever, ...(places === undefined ? {} : { places }) })

const named = (names: readonly string[], runsForever: Ends, places?: RegExp, ...forms: readonly CommandForm[]): CommandModel =>
  command('processes', names, { run: server, runsForever, ...(places === undefined ? {} : { places }) }, ...forms)

/** A server that rehearsals know nothing about. */
const other = (names: readonly string[], runsForever: Ends, places?: RegExp): CommandModel =>
  command('processes', names, { runsForever, ...(places === undefined ? {} : { places }) })

/** The directory of the image httpd. */
const apache = /^\/usr\/local\/apache2\/bin$/
/** Images that contain little but the program have it in the root directory. */
const root = /^$/

export const serverCommands: readonly CommandModel[] = [
  // Without "daemon off", nginx puts itself into the background.
  named(
    ['nginx'],
    both((args) => args.join(' ').includes('daemon off'), runsWithout('-t', '-T', '-v', '-V', '-s')),
    undefined,
    {
      form: 'nginx, httpd, java -jar and other servers',
      again: 'unknown',
      safeWhen: '',
    },
  ),
  named(['httpd', 'apachectl'], runsWith('FOREGROUND', '-DFOREGROUND'), apache),
  other(['apache2ctl'], runsWith('FOREGROUND', '-DFOREGROUND'), apache),
  other(['httpd-foreground'], runsWithout('-t', '-v', '-V', '-S')),
  named(['caddy'], runsAs('run')),
  named(['envoy'], (args) => !/--mode[= ](validate|init_only)/.test(args.join(' ')) && runsWithout()(args)),
  named(['supervisord'], runsWith('-n', '--nodaemon')),
  named(['gunicorn'], runsWithout('-v', '--check-config', '--print-config', '-D', '--daemon'), pythonEnvironments),
  named(['uvicorn'], runsWithout(), pythonEnvironments),
  command('processes', ['celery'], { run: server, places: pythonEnvironments }),
  withData(
    ['postgres'],
    runsWithout('-V', '-?', '-C', '--single', '--boot', '--check', '--describe-config'),
    { options: ['-D'], variable: 'PGDATA' },
    postgresVersions,
  ),
  withData(['mongod'], runsWithout('--shutdown', '--repair', '--fork', '--sysinfo'), {
    options: ['--dbpath'],
    usual: '/data/db',
    detaches: ['--fork'],
    stops: '--shutdown',
  }),
  withData(['redis-server'], runsWithout('-v', '--daemonize', '--test-memory', '--check-system'), {
    options: ['--dir'],
    detaches: ['--daemonize', 'yes'],
  }),
  withData(['mysqld_safe', 'mariadbd-safe'], runsWithout(), { options: ['--datadir'], usual: '/var/lib/mysql' }),
  command('processes', ['pg_ctl'], {
    run: localServer({ options: ['-D', '--pgdata'], variable: 'PGDATA', detaches: ['start'], stops: 'stop' }),
    places: postgresVersions,
  }),
  other(['memcached'], runsWithout('-V', '-d', '--daemon')),
  other(['etcd'], runsWithout()),
  other(['dockerd'], runsWithout('-v', '--validate')),
  other(['haproxy'], both(runsWith('-db', '-W'), runsWithout('-c', '-v', '-vv'))),
  other(['prometheus'], runsWithout()),
  other(['traefik'], (args) => !['version', 'healthcheck'].includes(args[0] ?? '') && runsWithout()(args)),
  other(
    ['cloud_sql_proxy', 'cloud-sql-proxy'],
    (args) => !['wait', 'completion', 'help'].includes(args[0] ?? '') && runsWithout('-v')(args),
    root,
  ),
  other(['fluent-bit'], runsWithout('-V', '--dry-run', '-d', '--daemon'), /^\/(?:opt\/)?fluent-bit\/bin$/),
  other(['fluentd'], runsWithout('--dry-run', '-d', '--daemon', '-s', '--setup', '--show-plugin-config')),
  // https://www.elastic.co/docs/reference/beats/filebeat/command-line-options: `run` is the default.
  other(
    ['filebeat'],
    (args) => ['run', undefined].includes(args.find((text) => /^[a-z]+$/.test(text))) && runsWithout()(args),
    /^\/usr\/share\/filebeat(?:\/bin)?$/,
  ),
  other(['sshd'], both(runsWith('-D'), runsWithout('-t', '-T'))),
  other(['crond'], runsWith('-f')),
  other(['minio'], runsAs('server')),
  other(['opa'], both(runsAs('run'), runsWith('--server', '-s')), root),
  // `watch -g` ends when the output changes, which it may do at once.
  other(['watch'], runsWithout('-v', '-g', '--chgexit', '-e', '--errexit')),
]
