import t from 'tap'
import { commandModels } from '../../../src/script/commands/catalogue.ts'
import type { CatalogueSection } from '../../../src/script/commands/command.ts'
import type { Mount } from '../../../src/script/container/storage.ts'
import type { Userland } from '../../../src/script/syntax/dialect.ts'
import * as fc from '../../support/properties.ts'
import { rehearsal, sameOutcomes } from '../rehearsal/rehearsing.ts'

/** Sections with commands that affect files. */
const sections: ReadonlySet<CatalogueSection> = new Set(['files', 'text', 'archives', 'downloads', 'git'])

const fileModels = commandModels.filter(({ section }) => sections.has(section))

const mounts: readonly Mount[] = [
  { path: '/data', storage: 'claim', volume: 'd', subPath: '' },
  { path: '/work', storage: 'pod', volume: 'w', subPath: '' },
  { path: '/host', storage: 'node', volume: 'h', subPath: '' },
  { path: '/cfg', storage: 'read-only', volume: 'c', subPath: '' },
]

const rehearsed = (script: string, userland: Userland = 'gnu') => rehearsal(script, userland === 'gnu' ? 'bash' : 'ash', mounts, userland)

sameOutcomes('a kill within a command: verdict and atomic', mounts, {
  'git clone U /work/r': 'unsafe false',
  '[ -d /data/r ] || git clone U /data/r': 'safe false',
  '[ -d /data/r/.git ] || git clone U /data/r': 'safe false',
  'rm -rf /data/r && git clone U /data/r': 'safe true',
  'rm -rf /work/*; git clone U /work': 'unsafe false',
  '[ -d /data/r ] || { rm -rf /data/t; git clone U /data/t && mv /data/t /data/r; }': 'safe true',
  '[ -f /data/f ] || curl -fo /data/f http://x/f': 'unsafe false',
  '[ -f /data/f ] || curl -f --remove-on-error -o /data/f http://x/f': 'safe false',
  '[ -f /data/f ] || { curl -fo /data/f.tmp http://x/f && mv /data/f.tmp /data/f; }': 'safe true',
  'wget -nc -P /data http://x/f': 'unsafe false',
  'wget -O /data/f http://x/f': 'safe true',
  '[ -d /data/r ] || cp -r /app /data/r': 'safe false',
  '[ -n "$(ls -A /data)" ] || cp -a /app/. /data/': 'safe false',
  'cp -n /cfg/x /data/x': 'safe false',
  'cp /cfg/* /data/': 'safe true',
  'tar xzf /app/a.tgz -C /data': 'safe true',
  'curl -fsSL http://x/a.tgz | tar xz -C /data': 'safe true',
})

sameOutcomes('folders with unknown contents: verdict and atomic', mounts, {
  'cp -r /app /data/app': 'unsafe false',
  'cp -r /app/. /data/app': 'safe true',
  'tar xf /app/a.tar -C /data; echo x > /data/new': 'safe true',
  'tar xf /app/a.tar -C /data; mkdir -p /data/logs': 'safe true',
  'find /data -mindepth 1 -delete; cp -r /app/. /data': 'safe true',
  'cd /data && unzip -o /app/a.zip': 'safe true',
  'cd /data; unzip /app/a.zip': 'unsafe false',
  'rsync -a --delete /app/ /data/': 'safe true',
  'cp /app/x /host/bin/x; cp /app/y /host/bin/y': 'safe true',
  'rm -rf /host/x; mkdir /host/x': 'safe true',
  'rm -rf /data/* /data/.[!.]*; git clone U /data': 'safe true',
})

t.test('appending to a file that an archive may contain is unknown', async (t) => {
  t.equal(rehearsed('tar xf /app/a.tar -C /data; echo x >> /data/conf').verdict, 'unknown')
  t.equal(rehearsed('tar xf /app/a.tar -C /data; [ -f /data/mark ] || { echo x > /data/conf; touch /data/mark; }').verdict, 'unknown')
})

t.test('an unknown userland matters only if BusyBox and GNU differ', async (t) => {
  t.equal(rehearsed('cd /data; wget http://x/f', 'unknown').verdict, 'unsafe')
  t.equal(rehearsed('cd /data; wget http://x/f', 'busybox').hazards[0]?.outcome, 'fails')
  t.not(rehearsed('cd /data; wget http://x/f', 'gnu').hazards[0]?.outcome, 'fails')
  t.equal(rehearsed('cp -a /app/. /data', 'gnu').verdict, 'safe')
  t.equal(rehearsed('cp -a /app/. /data', 'busybox').verdict, 'unknown')
  t.equal(rehearsed('cp -af /app/. /data', 'busybox').verdict, 'safe')
  t.equal(rehearsed('wget -O /data/f http://x/f', 'unknown').verdict, 'safe')
})

t.test('a curl request that changes a service is unknown', async (t) => {
  for (const options of ['-X POST', '-d a=b', '-X DELETE', '-T f', '-F a=b'])
    t.equal(rehearsed(`curl ${options} http://x/`).verdict, 'unknown', options)
  t.equal(rehearsed('curl -fsS -X GET http://x/').verdict, 'safe')
})

sameOutcomes('guards and edits that depend on file content: verdict and atomic', mounts, {
  'grep -q A /data/f || echo A >> /data/f': 'safe true',
  'grep -q A /host/f || echo A >> /host/f': 'safe true',
  'grep -q A /data/f || { echo A >> /data/f; echo B >> /data/f; }': 'unsafe true',
  'grep -q B /data/f || echo A >> /data/f': 'unsafe true',
  'cp /cfg/t /data/t; sed -i "s/@H@/x/" /data/t; echo x >> /data/t': 'safe true',
  'sed -i s/a/b/ /host/f; sed -i s/c/d/ /host/f': 'safe true',
  'sed -i s/a/aa/ /host/f': 'unsafe true',
  'dd if=/dev/urandom of=/data/key bs=32 count=1': 'unsafe true',
  '[ -s /data/key ] || dd if=/dev/urandom of=/data/key bs=32 count=1': 'safe false',
})

t.test('each command has a row in docs/catalogue.md', async (t) => {
  const rows = fileModels.flatMap(({ forms }) => forms.map(({ form }) => form.split(/[^\w.-]+/)))
  // A program with a record of its own may be in the row of its family.
  for (const { names, forms } of fileModels) t.ok(forms.length > 0 || rows.some((words) => words.includes(names[0] ?? '')), names.join())
})

t.test('any command line of file commands gets a verdict without an exception', async () => {
  const command = fc.constantFrom(...fileModels.flatMap(({ names }) => names))
  const word = fc.constantFrom(
    '-r',
    '-f',
    '-i',
    '-C',
    '-n',
    '-xzf',
    '-',
    '--',
    '',
    '/',
    '/data',
    '/data/a',
    '/data/*',
    '/app/*',
    '/app',
    '.',
    '..',
    '$X',
    '"$X/y"',
    's/a/b/',
    '/work/',
    '$(ls)',
    '-o',
    '{}',
    '\\;',
    '-exec',
    'a=b',
    'of=/data/f',
    '-delete',
    'clone',
    'add',
    '--x=y',
    'XXXXXX',
  )
  const line = fc.tuple(command, fc.array(word, { maxLength: 6 })).map(([name, words]) => [name, ...words].join(' '))
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom<Userland>('gnu', 'busybox', 'unknown'), (lines, userland) =>
      ['safe', 'unsafe', 'unknown'].includes(rehearsed(lines.join('\n'), userland).verdict),
    ),
    { numRuns: 300 },
  )
})
