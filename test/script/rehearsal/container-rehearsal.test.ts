import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import type { AnalyzedInit } from '../../../src/script/analysis/init-scripts.ts'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { maxSteps } from '../../../src/script/machine/machine.ts'
import { file } from '../../../src/script/machine/place.ts'
import { maxTotalSteps, rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { analyzedInit, analyzedInits } from '../../support/init-scripts.ts'
import * as fc from '../../support/properties.ts'

interface Setup {
  readonly container?: object
  readonly podSpec?: object
  readonly before?: readonly object[]
}

const volumeMounts = [
  { name: 'data', mountPath: '/data' },
  { name: 'work', mountPath: '/work/' },
]
const volumes = [
  { name: 'data', persistentVolumeClaim: { claimName: 'c' } },
  { name: 'work', emptyDir: {} },
]

function rehearsed(command: unknown, { container, podSpec, before = [] }: Setup = {}): AnalyzedInit {
  const init = { name: 'i', image: 'busybox:1', command, volumeMounts, ...container }
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { initContainers: [...before, init], volumes, ...podSpec },
  }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const last = workload?.containers().at(-1)
  if (workload === undefined || last === undefined) throw new Error('no init container')
  return analyzedInit(last, workload)
}

const sh = (text: string, setup?: Setup) => rehearsed(['sh', '-c', text], setup)
/** The analysis of a script behind those of other init containers. */
const behind = (before: readonly object[]) => sh('mkdir /data/behind-all', { before })
const bash = (text: string, setup: Setup = {}) =>
  rehearsed(['bash', '-c', text], { ...setup, container: { image: 'debian:12', ...setup.container } })

t.test('a hazard has a line, a program, a mount path and a fix', async (t) => {
  const { verdict, hazards, pointer } = sh('set -e\n\nmkdir /work/a')
  t.equal(verdict, 'unsafe')
  t.equal(pointer, '/spec/initContainers/0/command/2')
  t.match(hazards, [{ line: 3, program: 'mkdir', mountPath: '/work', storage: 'pod', outcome: 'fails', fix: 'mkdir -p /work/a' }])
  t.equal(hazards.length, 1)
})

t.test('the verdict depends on the volume of a path', async (t) => {
  const verdict = (volume: object) =>
    sh('mkdir /data/x', {
      podSpec: {
        volumes: [
          { name: 'data', ...volume },
          { name: 'work', emptyDir: {} },
        ],
      },
    }).verdict
  t.equal(verdict({ emptyDir: {} }), 'unsafe')
  t.equal(verdict({ hostPath: { path: '/x' } }), 'unsafe')
  t.equal(verdict({ nfs: { server: 's', path: '/x' } }), 'unsafe')
  t.equal(verdict({ brandNew: {} }), 'unsafe', 'a volume of any type survives a retry')
  t.equal(verdict({ configMap: { name: 'c' } }), 'unknown', 'it is read-only')
  t.equal(sh('mkdir /data/x', { container: { volumeMounts: [] } }).verdict, 'safe', "the container's own file system")
  t.equal(sh('mkdir -p /data/x', { podSpec: { volumes: [] } }).verdict, 'safe')
})

t.test('restartPolicy: Never allows only a rerun in a new pod', async (t) => {
  const never = { podSpec: { restartPolicy: 'Never' } }
  t.equal(sh('mkdir /work/x', never).verdict, 'safe', 'an emptyDir is removed with its pod')
  t.match(sh('mkdir /data/x', never).hazards, [{ rerun: 'replace' }])
  t.equal(sh('mkdir /work/x', { ...never, container: { restartPolicy: 'OnFailure' } }).verdict, 'unsafe')
})

t.test('an earlier init container may have written to the volume', async (t) => {
  const text = 'set -e\n[ -f /work/app.conf ]\ncp /work/app.conf /data/'
  t.equal(sh(text).verdict, 'unknown', 'alone, its first run fails')
  t.equal(sh(text, { before: [{ name: 'a', image: 'x', volumeMounts }] }).verdict, 'safe')
  const readOnly = [{ name: 'work', mountPath: '/w', readOnly: true }]
  t.equal(sh(text, { before: [{ name: 'a', image: 'x', volumeMounts: readOnly }] }).verdict, 'unknown')
})

t.test('for an unknown image, a verdict counts only if all shells and tools agree', async (t) => {
  const own = { container: { image: 'own/tool:1' } }
  t.equal(sh('mkdir /data/x', own).verdict, 'unsafe', 'all shells and tools agree')
  t.equal(sh('set -o pipefail\nmkdir /data/x', own).verdict, 'unsafe', 'dash fails before it, so it cannot be the shell')
  t.equal(sh('x=(a b)\nmkdir /data/x', { container: { image: 'debian:12' } }).verdict, 'unknown', 'dash has no arrays')
  t.match(bash('x=(a b)\nmkdir /data/x'), { verdict: 'unsafe' })
  t.equal(
    sh('wget http://files.example/a.txt -P /data', { container: { image: 'alpine:3' } }).verdict,
    'unsafe',
    'BusyBox wget does not overwrite files',
  )
})

t.test('a script that cannot be analyzed is unknown, with a reason and a line', async (t) => {
  const why = (text: string) => {
    const { verdict, unknown } = sh(text)
    t.equal(verdict, 'unknown', text)
    t.ok(unknown.length > 0, text)
    return unknown[0]?.line
  }
  t.equal(why('echo {{ .Values.x }}'), 1)
  t.equal(why('echo a\r\n'), 1)
  t.equal(why('if true; then'), 1)
  t.equal(why('true\n./setup.sh /data'), 2)
  t.strictSame(rehearsed(undefined).unknown, [{ line: null, why: "the image's entrypoint decides what runs" }])
  t.equal(sh('echo "$(kubectl get pods -o go-template=\'{{range .items}}{{.metadata.name}}{{end}}\')" > /data/names').hazards.length, 0)
})

t.test('positional parameters and environment variables are expanded', async (t) => {
  const { hazards } = rehearsed(['sh', '-c', 'mkdir "$1/$NAME"', 'sh', '/data'], { container: { env: [{ name: 'NAME', value: 'x y' }] } })
  t.match(hazards, [{ place: file('/data/x y'), command: "mkdir '/data/x y'" }])
})

t.test('equal inputs share one analysis, different inputs do not', async (t) => {
  const commands = (setup?: Setup) => sh('mkdir /data/cached', setup).commands
  t.equal(commands(), commands())
  t.not(commands(), commands({ podSpec: { volumes: [] } }))
  t.not(commands(), commands({ container: { env: [{ name: 'A', value: 'b' }] } }))
})

t.test('pods of one template share an analysis, although the names of their service account volumes differ', async (t) => {
  const mounted = (first: string, second: string) =>
    sh('mkdir /data/shared', {
      container: {
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: first, mountPath: '/var/run/secrets', readOnly: true },
          { name: second, mountPath: '/var/run/more', readOnly: true },
        ],
      },
    }).commands
  t.equal(mounted('kube-api-access-8m2xw', 'a'), mounted('kube-api-access-zzzzz', 'a'))
  t.not(mounted('kube-api-access-8m2xw', 'a'), mounted('a', 'a'), 'one volume at two paths is a different input')
})

t.test('a volume that is written at one path and only read at another counts as one volume', async (t) => {
  const readAt = (volume: string) =>
    sh('mkdir /data/seen-elsewhere; ls /seen', {
      container: {
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: volume, mountPath: '/seen', readOnly: true },
        ],
      },
    })
  t.equal(readAt('work').verdict, 'safe')
  t.equal(readAt('data').verdict, 'unknown', 'a change of /data also changes /seen')
})

t.test('loops that wait', async (t) => {
  t.equal(sh('until [ -f /run/host/ready ]; do sleep 5; done').verdict, 'safe', 'something outside of the script creates the file')
  t.equal(sh('until [ -f /work/ready ]; do sleep 5; done').verdict, 'safe', 'also on an emptyDir')
  t.equal(sh('while true; do sleep 5; done; mkdir /data/x').verdict, 'unknown', 'the loop never ends')
  const lock = sh('while [ -e /data/lock ]; do sleep 1; done\nmkdir /data/lock\ntouch /data/f\nrmdir /data/lock')
  t.equal(lock.verdict, 'unsafe', 'a lock that outlives a killed script')
  t.match(lock.hazards, [{ obligation: 'stop' }])
})

t.test('each command has a line, its writes and the exit statuses of both runs', async (t) => {
  const { commands } = sh('echo a > /data/f\nif false; then touch /data/g; fi\nmkdir /data/d')
  t.match(commands, [
    { line: 1, program: 'echo', writes: [{ place: file('/data/f'), storage: 'claim' }], first: 0, again: 0 },
    { line: 2, program: 'false', first: 1, again: 1 },
    { line: 3, program: 'mkdir', first: 0, again: 1 },
  ])
})

t.test('a script or a workload that exceeds the budget of commands is unknown', async (t) => {
  const numbers = Array.from({ length: 12 }, (_, index) => index).join(' ')
  const loops = (text: string) => `for i in ${numbers}; do for j in ${numbers}; do echo ${text} >> /data/f; done; done`
  const input = {
    script: parseScript(loops('$i$j')),
    positional: [],
    options: { errexit: false, nounset: false, pipefail: false },
    mounts: [{ path: '/data', storage: 'claim', volume: 'd', subPath: '' }],
    environment: new Map(),
    workingFolder: '',
    userland: 'gnu',
    dialect: 'bash',
  } as const
  const { verdict, steps } = rehearse(input, catalogue)
  t.equal(verdict, 'unknown')
  t.ok(steps > maxTotalSteps && steps <= maxTotalSteps + maxSteps + 1, `${steps} commands`)
  const inits = Array.from({ length: 12 }, (_, index) => ({
    name: `i${index}`,
    image: 'busybox:1',
    command: ['sh', '-c', loops(`${index}`)],
    volumeMounts,
  }))
  const last = sh('mkdir /data/last-of-many')
  t.equal(last.verdict, 'unsafe', 'if only this container is rehearsed')
  t.equal(behind(inits).verdict, 'unknown', 'after many long scripts')
  const files = Array.from({ length: 2000 }, (_, index) => `f${index}`).join(' ')
  const heavy = Array.from({ length: 4 }, (_, index) => ({
    ...inits[0],
    name: `i${index}`,
    command: ['sh', '-c', `cd /data; touch ${files}; for i in ${numbers}; do ls f* > ${index}; done`],
  }))
  t.equal(behind(heavy).verdict, 'unknown', 'after a few scripts with expensive commands')
})

t.test('any text as a script and any value as a command give one of the three verdicts', async (t) => {
  const piece = fc.constantFrom(
    'mkdir /data/x',
    'if',
    'then',
    'fi',
    ';',
    '\n',
    '$(',
    ')',
    '`',
    '"',
    "'",
    '<<E',
    '${x:-',
    '}',
    '|',
    '&&',
    'while',
    'do',
    'done',
    '[[',
    ']]',
    '>>/data/f',
    '\u0000',
    '{{',
    'rm -rf /data/*',
    'set -e',
    'exit 3',
    '((',
    'case x in',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(' ')),
  )
  fc.assert(
    fc.property(text, (script) => {
      const { verdict } = sh(script)
      t.ok(['safe', 'unsafe', 'unknown'].includes(verdict))
    }),
    { numRuns: 400 },
  )
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.jsonValue({ maxDepth: 3 }),
      (command, args) => void rehearsed(command, { container: { args, env: args } }),
    ),
    {
      numRuns: 200,
    },
  )
})

t.test('scripts longer than 128 KiB in total: the rest of a workload is not analyzed', async (t) => {
  const initContainers = Array.from({ length: 20 }, (_, index) => ({
    name: `i${index}`,
    image: 'busybox:1',
    command: ['sh', '-c', `:;# ${index}\n${'# '.repeat(7500)}`],
  }))
  const workload = readWorkload(
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers, containers: [] } },
    { namespace: 'default', source: 'manifest' },
  )
  if (workload === undefined) throw new Error('no workload')
  const analyzed = analyzedInits(workload).filter(({ facts }) => facts !== null)
  t.equal(analyzed.length, 8)
})
