/** Well-known failures of init containers in the forms in which they occur: each is reported, and not reported if a guard prevents it. */
import t from 'tap'
import { runCli } from '../../cli/fake-io.ts'

interface Init {
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly object[]
  readonly workingDir?: string
  readonly mounts?: readonly object[]
}

interface Rehearsed {
  readonly verdict: string
  readonly atomic: boolean | null
  readonly hazards: readonly { readonly obligation: string; readonly rerun: string; readonly outcome: string; readonly command: string }[]
}

/** A pod with a claim at /data, an emptyDir at /work and a ConfigMap at /config, through the command line. */
async function rehearsed({ mounts = [], ...init }: Init): Promise<Rehearsed> {
  const volumeMounts = [
    { name: 'data', mountPath: '/data' },
    { name: 'work', mountPath: '/work' },
    { name: 'config', mountPath: '/config' },
    ...mounts,
  ]
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      initContainers: [{ name: 'init', ...init, volumeMounts }],
      containers: [{ name: 'app', image: 'app:1' }],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'work', emptyDir: {} },
        { name: 'config', configMap: { name: 'config' } },
      ],
    },
  }
  const { stdout } = await runCli(['rehearse', '--format', 'json', '-'], { stdin: JSON.stringify(pod) })
  return JSON.parse(stdout).containers[0]
}

/** The verdict, and each hazard except those of a kill within a command: obligation, rerun, outcome, command. */
async function outcomeOf(init: Init): Promise<string[]> {
  const { verdict, hazards } = await rehearsed(init)
  const shown = hazards.filter(({ obligation }) => obligation !== 'interrupted')
  return [verdict, ...shown.map(({ obligation, rerun, outcome, command }) => `${obligation} ${rerun} ${outcome}: ${command}`)]
}

const sh =
  (image: string) =>
  (text: string, more: Partial<Init> = {}) => ({ image, command: ['sh', '-c', text], ...more })
const git = sh('alpine/git:2.45.2')
const busybox = sh('busybox:1.36')
const debian = sh('debian:12')
const postgres = sh('postgres:16')
const mysql = sh('mysql:8')
const kubectl = sh('bitnami/kubectl:1.30')
const java = sh('eclipse-temurin:17')
const sqlite = sh('keinos/sqlite3:3.46')

const repository = 'https://git.example.org/site.git'
const keptEtc = { mounts: [{ name: 'data', mountPath: '/etc', subPath: 'etc' }] }

/** A name, the init containers, and the beginning of the repeat hazard that is expected of each: `OUTCOME: COMMAND`. */
const caught: readonly (readonly [string, readonly (readonly [Init, string])[]])[] = [
  [
    'git clone into an emptyDir',
    [
      [{ image: 'alpine/git', command: ['git', 'clone', repository, '/work/site'] }, 'fails: git clone'],
      [{ image: 'alpine/git', args: ['clone', '--depth=1', '--', repository, '/work'] }, 'fails: git clone --depth'],
      [{ image: 'alpine/git', command: ['git', 'clone', repository, '.'], workingDir: '/work' }, 'fails: git clone'],
      [
        {
          image: 'alpine/git',
          command: ['/bin/sh', '-c'],
          args: ['git clone $(REPO) $(TARGET)'],
          env: env({ REPO: repository, TARGET: '/work/site' }),
        },
        'fails: git clone',
      ],
      [
        { image: 'debian:12', command: ['bash', '-ec'], args: ['git clone "$1" "$2"', 'init', repository, '/work/site'] },
        'fails: git clone',
      ],
      [git(`set -e\ncd /work\ngit clone --depth 1 -b "$BRANCH" ${repository}\ncd site\ngit checkout 1a2b3c`), 'fails: git clone --depth'],
    ],
  ],
  [
    'ln -s in a copyutil init',
    [
      [
        {
          image: 'argocd:1',
          command: ['sh', '-c'],
          args: ['/bin/cp --update=none /usr/local/bin/argocd /work/argocd && /bin/ln -s /work/argocd /work/argocd-cmp-server'],
        },
        'fails: /bin/ln -s /work/argocd /work/argocd-cmp',
      ],
      [busybox('cp /bin/tool /work/tool\nln -s /work/tool /work/tool2'), 'fails: ln -s /work/tool /work/tool2'],
      [busybox('cd /data; ln -s ../config/app.conf app.conf'), 'fails: ln -s ../config/app.conf app.conf'],
    ],
  ],
  [
    'rm -rf DIR/* before a clone leaves .git',
    [
      [git(`rm -rf /work/*; git clone ${repository} /work`), 'fails: git clone'],
      [git(`set -e\nTARGET=/data/site\nmkdir -p "$TARGET"\nrm -rf "\${TARGET}"/*\ngit clone ${repository} "$TARGET"`), 'fails: git clone'],
      [git(`cd /data && rm -rf * && git clone ${repository} .`), 'fails: git clone'],
    ],
  ],
  [
    'mkdir on a claim',
    [
      [{ image: 'busybox', command: ['mkdir', '/data/logs'] }, 'fails: mkdir /data/logs'],
      [busybox('mkdir /data/logs && chown 1000:1000 /data/logs'), 'fails: mkdir /data/logs'],
      [busybox('set -eu\numask 0002\nfor d in a b; do mkdir "/data/$d"; done'), 'fails: mkdir /data/a'],
      [busybox('set -e\nDATA=/data\ncd "$DATA"\nmkdir -m 0700 db\nchown 999 db'), 'fails: mkdir -m 0700 db'],
    ],
  ],
  [
    'unzip that asks',
    [
      [busybox('unzip /config/a.zip -d /data'), 'fails: unzip /config/a.zip -d /data'],
      [debian('cd /data && curl -sSLO https://x.example/a.zip && unzip a.zip'), 'fails: unzip a.zip'],
      [
        debian('set -e; curl -fsSL -o /tmp/a.zip https://x.example/a.zip\nunzip -q /tmp/a.zip -d /data/plugins\nrm /tmp/a.zip'),
        'fails: unzip -q /tmp/a.zip -d /data/plugins',
      ],
    ],
  ],
  [
    'appending to a kept file',
    [
      [busybox('echo "max=5" >> /data/app.conf'), 'duplicates: echo max=5'],
      [busybox('cat <<EOF >> /data/app.conf\nport=1\nEOF'), 'duplicates: cat'],
      [
        busybox('set -e\nCONF=/data/conf/app.conf\nmkdir -p "$(dirname "$CONF")"\necho "id=$HOSTNAME" >> "$CONF"'),
        'duplicates: echo id=$HOSTNAME',
      ],
      [busybox('echo x | tee -a /data/app.conf'), 'duplicates: tee -a /data/app.conf'],
    ],
  ],
  [
    'createdb',
    [
      [{ image: 'postgres:16', command: ['createdb', 'app'], env: env({ PGHOST: 'db' }) }, 'fails: createdb app'],
      [postgres('until pg_isready -h db; do sleep 1; done\ncreatedb -h db -U $PGUSER app'), 'fails: createdb -h db -U $PGUSER app'],
      [postgres('psql -h db -c "CREATE DATABASE app"'), "fails: psql -h db -c 'CREATE DATABASE app'"],
    ],
  ],
  [
    'CREATE TABLE without IF NOT EXISTS',
    [
      [postgres('psql -h db -v ON_ERROR_STOP=1 -c "CREATE TABLE t (id int)"'), 'fails: psql -h db -v ON_ERROR_STOP=1 '],
      [postgres('psql "$DATABASE_URL" <<SQL\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\nSQL'), 'duplicates: psql $DATABASE_URL'],
      [mysql('mysql -h db -p"$PW" app -e "CREATE TABLE users (id INT PRIMARY KEY)"'), "fails: mysql -h db -p$PW app -e 'CREATE TABLE"],
      [sqlite('cd /data\nsqlite3 a.db "CREATE TABLE t (id INTEGER)"'), "fails: sqlite3 a.db 'CREATE TABLE t"],
    ],
  ],
  [
    'keytool -genkey',
    [
      [
        java('keytool -genkey -alias app -keystore /data/k.jks -storepass changeit -dname CN=x'),
        'fails: keytool -genkey -alias app -keystore /da',
      ],
      [
        java('cd /data\nkeytool -genkeypair -noprompt -alias "$ALIAS" -keystore k.p12 -storepass:env PW'),
        'fails: keytool -genkeypair -noprompt -alias $AL',
      ],
      [
        java('keytool -import -noprompt -alias ca -file /config/ca.crt -keystore /work/t.jks -storepass x'),
        'fails: keytool -import -noprompt -alias ca -fil',
      ],
    ],
  ],
  [
    'kubectl create',
    [
      [{ image: 'bitnami/kubectl', command: ['kubectl', 'create', 'namespace', 'x'] }, 'fails: kubectl create namespace x'],
      [
        kubectl('set -e\nkubectl create -f /config/job.yaml\nkubectl wait --for=condition=complete job/x'),
        'fails: kubectl create -f /config/job.yaml',
      ],
      [kubectl('kubectl create secret generic s --from-literal=a=b -n "$NS"'), 'fails: kubectl create secret generic s --from-l'],
    ],
  ],
  [
    'useradd on a kept /etc',
    [
      [debian('useradd -m app', keptEtc), 'fails: useradd -m app'],
      [debian('groupadd -g 1000 app && useradd -u 1000 -g app app', keptEtc), 'fails: groupadd -g 1000 app'],
    ],
  ],
]

function env(values: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }))
}

for (const [name, inits] of caught) {
  t.test(name, async (t) => {
    for (const [init, what] of inits) {
      const wanted = ['unsafe', `repeat rerun ${what}`]
      const found = await outcomeOf(init)
      t.strictSame(
        found.map((line, index) => line.slice(0, wanted[index]?.length)),
        wanted,
        JSON.stringify(init),
      )
    }
  })
}

t.test('a killed clone is not atomic, if [ -d ] guards it', async (t) => {
  for (const text of [
    `[ -d /data/site ] || git clone ${repository} /data/site`,
    `if [ ! -d "/data/site/.git" ]; then\n  git clone ${repository} /data/site\nfi\ncd /data/site\ngit checkout main`,
    `set -e\nTARGET=/work/site\nif [ -d "$TARGET" ]; then cd "$TARGET"; git pull; else git clone ${repository} "$TARGET"; fi`,
    `git clone ${repository} /work/site || (cd /work/site && git pull)`,
  ]) {
    const { verdict, atomic, hazards } = await rehearsed(git(text))
    t.strictSame({ verdict, atomic }, { verdict: 'safe', atomic: false }, text)
    t.match(hazards, [{ obligation: 'interrupted', rerun: 'retry' }], text)
  }
})

/** Init containers with a guard, or on the container's own file system: there are no hazards, neither of a repeat nor of a kill. */
const silent: readonly Init[] = [
  git(`rm -rf /work/site && git clone ${repository} /work/site`),
  git(`TARGET=/work/site\nif [ -d "$TARGET" ]; then rm -rf "$TARGET"; fi\ngit clone ${repository} "$TARGET"`),
  git(`find /work -mindepth 1 -delete\ngit clone ${repository} /work`),
  git(`set -e\nrm -rf /work/..?* /work/.[!.]* /work/*\ngit clone ${repository} /work`),
  git(`git clone ${repository} /tmp/site && cp -rf /tmp/site/. /work/`),
  git(`[ -d /data/site ] || { rm -rf /data/new; git clone ${repository} /data/new && mv /data/new /data/site; }`),
  busybox('cp /bin/tool /work/tool; ln -sf /work/tool /work/tool2'),
  busybox('[ -L /work/tool2 ] || ln -s /work/tool /work/tool2'),
  busybox('rm -f /work/tool2; ln -s /work/tool /work/tool2'),
  busybox('mkdir -p /data/logs && chown 1000 /data/logs'),
  busybox('test -d /data/logs || mkdir /data/logs'),
  busybox('if ! [ -e /data/logs ]; then mkdir /data/logs; fi'),
  busybox('mkdir /data/logs 2>/dev/null || true'),
  busybox('for d in a b; do [ -d "/data/$d" ] || mkdir "/data/$d"; done'),
  busybox('mkdir /tmp/x && cp /config/y /tmp/x'),
  debian('curl -fsSL -o /tmp/a.zip https://x.example/a.zip && unzip -oq /tmp/a.zip -d /data/plugins'),
  busybox('cp /config/app.conf /data/app.conf && echo "id=$HOSTNAME" >> /data/app.conf'),
  busybox('grep -q "^max=" /data/app.conf || echo "max=5" >> /data/app.conf'),
  busybox('if [ ! -f /data/app.conf ]; then echo "max=5" >> /data/app.conf; fi'),
  busybox('rm -f /data/app.conf; { echo a; echo b; } >> /data/app.conf'),
  busybox('echo "nameserver 192.0.2.1" >> /etc/resolv.conf'),
  postgres('createdb -h db app || true'),
  postgres('psql -h db -lqt | cut -d \\| -f 1 | grep -qw app || createdb -h db app'),
  postgres('psql -h db -tc "SELECT 1 FROM pg_database WHERE datname = \'app\'" | grep -q 1 || psql -h db -c "CREATE DATABASE app"'),
  postgres('if [ "$(psql -h db -tAc "SELECT 1 FROM pg_database WHERE datname=\'app\'")" != "1" ]; then createdb -h db app; fi'),
  postgres('psql -h db -v ON_ERROR_STOP=1 -c "CREATE TABLE IF NOT EXISTS t (id int)"'),
  mysql('mysql -h db -p"$PW" app -e "CREATE TABLE IF NOT EXISTS users (id INT PRIMARY KEY)"'),
  sqlite('[ -f /data/a.db ] || sqlite3 /data/a.db "CREATE TABLE t (id INTEGER)"'),
  java('[ -f /data/k ] || keytool -genkey -alias app -keystore /data/k -storepass x -dname CN=x'),
  java(
    'keytool -list -alias a -keystore /data/k -storepass x >/dev/null 2>&1 || keytool -genkey -alias a -keystore /data/k -storepass x -dname CN=x',
  ),
  java('rm -f /work/t.jks\nkeytool -import -noprompt -alias ca -file /config/ca.crt -keystore /work/t.jks -storepass x'),
  java('keytool -genkey -alias app -keystore /tmp/k -storepass x -dname CN=x && cp /tmp/k /work/k'),
  kubectl('kubectl create secret generic s --from-literal=a=b --dry-run=client -o yaml | kubectl apply -f -'),
  kubectl('if ! kubectl get secret s >/dev/null 2>&1; then kubectl create secret generic s --from-literal=a=b; fi'),
  kubectl('kubectl delete secret s --ignore-not-found && kubectl create secret generic s --from-literal=a=b'),
  debian('id app || useradd app', keptEtc),
  debian('useradd app && chown app /data'),
]

t.test('a guard makes a script safe and atomic', async (t) => {
  for (const init of silent) {
    const { verdict, atomic, hazards } = await rehearsed(init)
    t.strictSame({ verdict, atomic, hazards }, { verdict: 'safe', atomic: true, hazards: [] }, JSON.stringify(init))
  }
})
