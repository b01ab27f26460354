// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Repairs of scripts: what is printed was tried, and what did not pass is said in words. */
import t from 'tap'
import type { ScriptAnalysis } from '../../../src/script/analysis/analysis.ts'
import { analyzeScript, maxStepsPerScript } from '../../../src/script/analysis/analyze.ts'
import type { ScriptInput } from '../../../src/script/analysis/input.ts'
import { applied, type Edit } from '../../../src/script/change/draft.ts'
import { maxSteps } from '../../../src/script/machine/machine.ts'
import { scriptInput } from '../../support/script-input.ts'

const flavors = [
  { dialect: 'bash', userland: 'gnu' },
  { dialect: 'ash', userland: 'busybox' },
] as const

const base: Partial<ScriptInput> = {
  options: { errexit: true, nounset: false, pipefail: false },
  flavors,
  environment: new Map([['DIR', ['/d/from env']]]),
  mounts: [
    { path: '/d', storage: 'claim', volume: '0', subPath: '' },
    { path: '/w', storage: 'pod', volume: '1', subPath: '' },
    { path: '/wiki', storage: 'claim', volume: '2', subPath: '' },
  ],
}

function analyzed(text: string, input: Partial<ScriptInput> = {}): ScriptAnalysis {
  return analyzeScript(scriptInput(text, { ...base, ...input }))
}

/** All edits of an analysis together. */
function editsOf({ hazards }: ScriptAnalysis): Edit[] {
  const all = new Map(hazards.flatMap(({ edits = [] }) => edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit])))
  return [...all.values()].sort((a, b) => a.start - b.start)
}

/** The script with all repairs. */
function repaired(text: string, input: Partial<ScriptInput> = {}): string {
  const edits = editsOf(analyzed(text, input))
  return edits.length === 0 ? 'words' : applied(edits, text)
}

/** [script, the script after all repairs] */
const repairs: readonly (readonly [string, string])[] = [
  // The quoting of the script is kept: no word is split, joined or expanded.
  ["mkdir '/d/a  b'", "mkdir -p '/d/a  b'"],
  ["mkdir '/d/$x'", "mkdir -p '/d/$x'"],
  ['mkdir "$DIR"', 'mkdir -p "$DIR"'],
  ['D=/d; mkdir "$D/x y"', 'D=/d; mkdir -p "$D/x y"'],
  ["mkdir -p '/d/old -v1'; rm -r '/d/old -v1'; rm -r '/d/old -v1' || rm '/d/f'", 'words'],
  ['mkdir \\\n  -v \\\n  /d/x', 'mkdir -p \\\n  -v \\\n  /d/x'],
  ['umask 022 && mkdir /d/x && cp /img/b /d/x/b', 'umask 022 && mkdir -p /d/x && cp /img/b /d/x/b'],
  // Guards: a whole statement, or in braces.
  ['openssl rand -hex 16 > /d/key', '[ -s /d/key ] || openssl rand -hex 16 > /d/key'],
  ['true && openssl rand -hex 16 > /d/key && true', 'true && { [ -s /d/key ] || openssl rand -hex 16 > /d/key; } && true'],
  ["openssl rand -hex 16 > '/d/my key'", "[ -s '/d/my key' ] || openssl rand -hex 16 > '/d/my key'"],
  ["sh -c 'mkdir /d/x'", "[ -e /d/x ] || sh -c 'mkdir /d/x'"],
  // Clones: anew on an emptyDir, elsewhere and renamed on a claim, and into an emptied mount point.
  ['git clone https://h/x /w/r', 'rm -rf /w/r && git clone https://h/x /w/r'],
  [
    'git clone https://h/x "/d/my r"',
    '[ -d "/d/my r" ] || { rm -rf "/d/my r".tmp && git clone https://h/x "/d/my r".tmp && mv "/d/my r".tmp "/d/my r"; }',
  ],
  ['git clone https://h/x /w', 'find /w -mindepth 1 -delete && git clone https://h/x /w'],
  ['git clone https://h/wiki /wiki', 'words'],
  ['cd /wiki && git clone https://h/wiki .', 'words'],
  [
    '[ -d /d/r ] || git clone https://h/x /d/r',
    '[ -d /d/r ] || { rm -rf /d/r.tmp && git clone https://h/x /d/r.tmp && mv /d/r.tmp /d/r; }',
  ],
  // Write, then rename.
  ['[ -f /d/x ] || curl -fo /d/x http://h/x', '[ -f /d/x ] || { curl -fo /d/x.tmp http://h/x && mv /d/x.tmp /d/x; }'],
  // Without -f, an error page would be renamed, too.
  ['[ -f /d/x ] || curl -o /d/x http://h/x', '[ -f /d/x ] || { curl -f -o /d/x.tmp http://h/x && mv /d/x.tmp /d/x; }'],
  ['[ -f /d/x ] || curl -sL http://h/x > /d/x', '[ -f /d/x ] || { curl -f -sL http://h/x > /d/x.tmp && mv /d/x.tmp /d/x; }'],
  [
    'cd /d\n[ -f x.jar ] || curl -fsSLO http://h/x.jar',
    'cd /d\n[ -f x.jar ] || { curl -fsSL -o /d/x.jar.tmp http://h/x.jar && mv /d/x.jar.tmp /d/x.jar; }',
  ],
  ['[ -f /d/x ] || wget -q -O /d/x http://h/x', '[ -f /d/x ] || { wget -q -O /d/x.tmp http://h/x && mv /d/x.tmp /d/x; }'],
  ['cd /d\n[ -f x ] || wget http://h/x', 'cd /d\n[ -f x ] || { wget -O /d/x.tmp http://h/x && mv /d/x.tmp /d/x; }'],
  [
    'if [ ! -f /d/a.tgz ]; then\n  curl -fo /d/a.tgz http://h/a.tgz\nfi\ntar xzf /d/a.tgz -C /d',
    'if [ ! -f /d/a.tgz ]; then\n  curl -fo /d/a.tgz.tmp http://h/a.tgz && mv /d/a.tgz.tmp /d/a.tgz\nfi\ntar xzf /d/a.tgz -C /d',
  ],
  ['[ -d /d/m ] || aws s3 sync s3://b/m /d/m', '[ -d /d/m ] || { aws s3 sync s3://b/m /d/m.tmp && mv /d/m.tmp /d/m; }'],
  ['cp -n /img/a /d/a', '[ -e /d/a ] || { cp /img/a /d/a.tmp && mv /d/a.tmp /d/a; }'],
  ['cp -n /img/a /w/a', 'cp /img/a /w/a'],
  // What is unclear after a repair does not count as repaired: each copy gets its own change.
  ['cp -r /opt/a /w/lib\ncp -r /etc/b /w/alt', 'mkdir -p /w/lib && cp -r /opt/a/. /w/lib\nmkdir -p /w/alt && cp -rf /etc/b/. /w/alt'],
  // Options.
  ['rm /d/x; touch /d/y', 'words'],
  ['touch /d/x; rm /d/x; rm -r /d/y || true', 'words'],
  ['ln -s /d/a /d/l', 'ln -sfn /d/a /d/l'],
  ['cp -r /img/app /d/app', 'mkdir -p /d/app && cp -rf /img/app/. /d/app'],
  ['echo x > /d/f; gzip /d/f', 'echo x > /d/f; gzip -f /d/f'],
  ["sqlite3 /d/b 'CREATE TABLE t (a)'", "sqlite3 /d/b 'CREATE TABLE IF NOT EXISTS t (a)'"],
  // A temporary database lacks the table.
  ["sqlite3 /d/b 'CREATE TABLE IF NOT EXISTS t (a)'\nsqlite3 /d/b 'ALTER TABLE t ADD COLUMN b'", 'words'],
  ['helm install web ./chart', 'helm upgrade --install web ./chart'],
  [
    'kubectl create configmap x --from-literal=a=b',
    'kubectl create configmap x --from-literal=a=b --dry-run=client -o yaml | kubectl apply -f -',
  ],
  [
    'iptables -t nat -A PREROUTING -p tcp -j REDIRECT',
    'iptables -t nat -C PREROUTING -p tcp -j REDIRECT 2> /dev/null || iptables -t nat -A PREROUTING -p tcp -j REDIRECT',
  ],
  ['ipset create blocked hash:ip', 'ipset -exist create blocked hash:ip'],
  ['timeout 60 git clone https://h/x /w/r', 'rm -rf /w/r && timeout 60 git clone https://h/x /w/r'],
  ['sudo mkdir /d/x', 'sudo mkdir -p /d/x'],
  ['cd /d && wget http://h/x', 'cd /d && wget -O /d/x http://h/x'],
  ['createdb -h db app', `psql -h db -tAc "SELECT 1 FROM pg_database WHERE datname='app'" | grep -q 1 || createdb -h db app`],
  // Appends.
  ["echo 'a  b' | tee -a /w/f", "echo 'a  b' | tee /w/f"],
  ['echo a >> /w/f; echo b >> /w/f', 'echo a > /w/f; echo b >> /w/f'],
  ["echo 'a  b' >> /d/f", "grep -qxF -- 'a  b' /d/f 2> /dev/null || echo 'a  b' >> /d/f"],
  ['set -u\nfor n in a b; do date >> /w/f; done', 'set -u\n: > /w/f\nfor n in a b; do date >> /w/f; done'],
  // On storage that outlives the pod, others may have written to the file too: it is not emptied if its lines differ.
  [
    'echo a >> /d/f; echo b >> /d/f; echo c >> /d/f',
    ['a', 'b', 'c'].map((line) => `grep -qxF -- ${line} /d/f 2> /dev/null || echo ${line} >> /d/f`).join('; '),
  ],
  [
    'echo a >> /d/f && true && echo c >> /d/f',
    '{ grep -qxF -- a /d/f 2> /dev/null || echo a >> /d/f; } && true && { grep -qxF -- c /d/f 2> /dev/null || echo c >> /d/f; }',
  ],
  ['echo a >> /d/f\necho a >> /d/f', 'echo a > /d/f\necho a >> /d/f'],
  // A guard that tests the first of several commands tests the last one.
  ['[ -d /d/x ] || { mkdir /d/x; touch /d/x/b; }', '[ -e /d/x/b ] || { mkdir -p /d/x; touch /d/x/b; }'],
  // A repair that uncovers the next failure repairs that as well.
  ['mkdir /d/a\nmkdir /d/b', 'mkdir -p /d/a\nmkdir -p /d/b'],
]

for (const [text, wanted] of repairs) {
  t.test(`${JSON.stringify(text)}: the script after the repair`, async (t) => {
    t.equal(repaired(text), wanted)
    if (wanted === 'words') return
    const { verdict, hazards, atomic } = analyzed(wanted)
    // A kill while Helm installs leaves a release that is locked, whatever the script does.
    if (!wanted.startsWith('helm')) t.match({ verdict, atomic, hazards }, { verdict: 'safe', atomic: true, hazards: [] })
  })
}

t.test('without set -e, the command that fails on the rerun is repaired, not the one whose result shows it', async (t) => {
  const options = { errexit: false, nounset: false, pipefail: false }
  const script = 'cp /img/one.gz /d/z.gz; gunzip /d/z.gz\nrm -f /d/f'
  t.equal(repaired(script, { options }), script.replace('gunzip', 'gunzip -f'))
  t.equal(analyzed(script, { options }).hazards[0]?.fix, 'gunzip -f /d/z.gz')
})

t.test('mkdir -p makes no lock: two pods could both get it', async (t) => {
  const script = (path: string) => `mkdir ${path} || exit 1\ntouch /d/x\nrmdir ${path}`
  t.equal(repaired(script('/d/lock')), 'words')
  t.equal(repaired(script('/w/lock')), script('/w/lock').replace('mkdir', 'mkdir -p'), 'an emptyDir has no other pod')
})

t.test('the user of useradd and adduser is found among options with values', async (t) => {
  const mounts = [{ path: '/etc', storage: 'node', volume: '0', subPath: '' }] as const
  for (const [text, user] of [
    ['adduser app --disabled-password', 'app'],
    ['useradd app -s /bin/sh', 'app'],
    ['useradd -s /bin/sh -u 1000 app', 'app'],
    ['adduser -D -u 5 "my app"', '"my app"'],
  ])
    t.equal(repaired(text ?? '', { mounts }), `id ${user} > /dev/null 2>&1 || ${text}`)
  t.equal(repaired('groupadd -g 5 grp', { mounts }), 'getent group grp > /dev/null 2>&1 || groupadd -g 5 grp')
})

t.test('the copy with a new name is blamed for it, not the command that created the directory', async (t) => {
  for (const folder of ['/d/conf', '/w/conf']) {
    const copy = `cp ${folder}/a ${folder}/a-$(date +%s)`
    const script = `mkdir -p ${folder}\nif [ -f ${folder}/a ]; then\n  ${copy}\nfi\ncp /src/a ${folder}/a`
    const { hazards } = analyzed(script)
    t.ok(hazards.length > 0)
    for (const { offset, edits, fix } of hazards)
      t.match({ offset, edits, fix }, { offset: script.indexOf(copy), edits: undefined, fix: /^[^[]+$/ })
  }
})

t.test('adduser and useradd are safe if /etc belongs to the container, which starts anew', async (t) => {
  for (const text of ['adduser app --disabled-password', 'useradd app -s /bin/sh'])
    t.match(analyzed(text), { verdict: 'safe', hazards: [] })
})

/** Scripts for which a command would be wrong: what must hold, in words. */
const words: readonly (readonly [string, string])[] = [
  ["rm -r '/d/old -v1'", 'skip it if an earlier run already consumed its input'],
  ["rm -r '/d/old -v1' && touch /d/done", 'skip it if an earlier run already consumed its input'],
  ["mv '/d/my data' /d/new", 'skip it if an earlier run already consumed its input'],
  ['cd /d && tar xf ROOT.tar -C ROOT && rm ROOT.tar', 'skip it if an earlier run already consumed its input'],
  ['tar xf /d/a.tar -C /d && rm /d/a.tar', 'skip it if an earlier run already consumed its input'],
  ['cd /d && unzip -o a.zip -d www && rm a.zip', 'skip it if an earlier run already consumed its input'],
  ['mkdir /d/lock || exit 1\ntouch /d/x\nrmdir /d/lock', 'use a lock that ends with its process, such as that of flock'],
  ['mysqld --initialize --datadir=/d/mysql', 'check first whether its work is already done'],
  ["mkdir -p '/d/my data'; mv '/d/my data' /d/new", 'check first whether its work is already done'],
]

for (const [text, wanted] of words) {
  t.test(`${JSON.stringify(text)}: words instead of a command`, async (t) => {
    const [hazard] = analyzed(text).hazards
    t.equal(hazard?.fix, wanted)
    t.equal(hazard?.edits, undefined)
  })
}

t.test('words for a kill partway: no file is created next to a mount point, and no object of a service is a path', async (t) => {
  const fixes = (text: string) =>
    analyzed(text)
      .hazards.filter(({ obligation }) => obligation === 'interrupted')
      .map(({ fix }) => fix)
  t.strictSame(fixes('helm install web ./chart'), ['make it tolerate an incomplete result of its own'])
  t.strictSame(fixes('[ -d /d/m ] || mysqld --initialize --datadir=/d/m'), ['write to a temporary name on the same volume, then rename it'])
  t.strictSame(fixes('cd /d; [ -e d ] || mysqld --initialize --datadir=/d/d'), [
    'write to a temporary name on the same volume, then rename it',
  ])
  t.strictSame(fixes('git clone https://h/wiki /wiki'), ['write a marker file last, and start over if it is missing'])
  t.strictSame(fixes('[ -d /wiki/.git ] || git clone https://h/wiki /wiki'), ['write a marker file last, and start over if it is missing'])
})

t.test('a program that no shell runs gets an option, never a second command', async (t) => {
  const isArguments = true
  t.equal(repaired('mkdir /d/x', { isArguments }), 'mkdir -p /d/x')
  t.equal(repaired('git clone https://h/x /w/r'), 'rm -rf /w/r && git clone https://h/x /w/r')
  t.equal(repaired('git clone https://h/x /w/r', { isArguments }), 'words')
})

t.test('a guard is only named where there is one', async (t) => {
  const fixes = (text: string) => analyzed(text).hazards.map(({ fix }) => fix)
  const dated = 'mkdir -p /d/conf\nif [ -f /d/conf/a ]; then\n  cp /d/conf/a /d/conf/a-$(date +%s)\nfi\ncp /src/a /d/conf/a'
  const copies = 'cp -r /opt/a /w/lib\ncp -r /etc/b /w/alt\ncp -r /var/lib/x /w/adm'
  for (const fix of [...fixes(dated), ...fixes(copies)]) t.notMatch(fix, /guard|^mkdir -p \S+$|\[/)
})

t.test('the edits of all hazards can be applied together: disjoint, ascending, and within the script', async (t) => {
  const texts = [...repairs.map(([text]) => text), 'mkdir /d/a; ln -s /d/a /w/l; echo x >> /w/f\nmkdir /d/a/b && git clone http://h/x /w/r']
  for (const text of texts) {
    const analysis = analyzed(text)
    for (const edits of [editsOf(analysis), ...analysis.hazards.map((hazard) => hazard.edits ?? [])]) {
      let place = 0
      for (const { start, end } of edits) {
        t.ok(place <= start && start <= end && end <= text.length, `${text}: ${start} to ${end}`)
        place = end
      }
    }
  }
})

t.test('no command that is printed contains a line feed, and none is longer than a warning has room for', async (t) => {
  for (const [text] of repairs) for (const { fix, edits } of analyzed(text).hazards) if (edits !== undefined) t.match(fix, /^[^\n]{1,140}$/)
  const [long] = analyzed(`mkdir ${Array.from({ length: 40 }, (_, index) => `/d/directory${index}`).join(' ')}`).hazards
  t.equal(long?.fix, 'add -p')
})

t.test('the tries count in the budget of the analysis', async (t) => {
  for (const text of [
    `${'echo a >> /d/f\n'.repeat(300)}`,
    `${'[ -f /d/x ] || mkdir /d/y\n'.repeat(200)}`,
    `${'mkdir /d/x; git clone http://h/x /d/r; cp -r /img/a /d/b; '.repeat(40)}`,
  ]) {
    const { steps } = analyzed(text)
    t.ok(steps > 0 && steps <= maxStepsPerScript + flavors.length * (maxSteps + 1), `${steps} steps`)
  }
})

t.test('a marker on the file system of the container: it belongs on the volume', async (t) => {
  const fixOf = (text: string) => analyzed(text).hazards.find(({ obligation }) => obligation === 'repeat')
  for (const text of [
    'if [ ! -f /opt/done ]; then cp -a /img/etc /d/etc; touch /opt/done; fi',
    '[ -f /opt/done ] || echo x >> /d/f; touch /opt/done',
    'if ! test -e /opt/done; then mkdir /d/x; echo 1 > /opt/done; fi',
  ]) {
    t.match(fixOf(text), { edits: undefined, fix: /marker \/opt\/done/ }, text)
  }
  // A marker on the volume, one that the script does not create, and none.
  for (const text of [
    '[ -f /opt/done ] || echo x >> /d/f',
    'touch /opt/done; echo x >> /d/f',
    '[ -f /w/done ] || echo x >> /d/f; touch /w/done',
  ]) {
    t.notMatch(fixOf(text)?.fix, /marker/, text)
    t.ok(fixOf(text), text)
  }
})
