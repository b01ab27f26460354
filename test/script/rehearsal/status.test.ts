/** Exit statuses: whether a command that fails in the second run ends the script. Each row was also run in real shells. */
import t from 'tap'
import type { Dialect } from '../../../src/script/syntax/dialect.ts'
import { findings, rehearsal } from './rehearsing.ts'

const fails = 'repeat rerun fails: mkdir /data/d'
const doubles = 'repeat rerun differs: echo y'
const every: readonly Dialect[] = ['bash', 'ash', 'posix']

interface Row {
  readonly script: string
  readonly found: readonly string[]
  readonly in?: readonly Dialect[]
}

/** `mkdir /data/d` fails in the second run; if the script continues, `echo y` appends to a file. */
const rows: readonly Row[] = [
  { script: 'mkdir /data/d', found: [fails] },
  { script: 'mkdir /data/d\necho y >> /data/g', found: [doubles] },
  { script: 'set -e\nmkdir /data/d\ntouch /data/f', found: [fails] },
  { script: 'set -o errexit\nmkdir /data/d\ntouch /data/f', found: [fails] },
  { script: 'set -e\nmkdir /data/d\nset +e\necho y >> /data/g', found: [fails] },
  { script: 'set -e\nmkdir /data/d && true\necho y >> /data/g', found: [doubles] },
  { script: 'set -e\nmkdir /data/d && touch /data/f', found: [fails] },
  { script: 'mkdir /data/d || true\ntouch /data/f', found: [] },
  { script: 'mkdir /data/d || :', found: [] },
  { script: 'set -e\n! mkdir /data/d\ntouch /data/f', found: [] },
  { script: 'if mkdir /data/d; then touch /data/f; fi', found: ['stop retry differs: touch /data/f'] },
  { script: 'if mkdir /data/d; then :; else echo y >> /data/g; fi', found: [doubles] },
  { script: 'mkdir /data/d || echo y >> /data/g', found: [doubles] },
  { script: 'mkdir /data/d || exit 1\nrmdir /data/d', found: ['stop retry fails: mkdir /data/d'] },
  { script: 'until mkdir /data/d; do exit 1; done', found: [fails] },
  { script: '[ -d /data/d ] || mkdir /data/d && echo y >> /data/g', found: [doubles] },
  { script: '[ -d /data/d ] && rmdir /data/d\nmkdir /data/d', found: [] },
  { script: 'set -o pipefail\nset -e\nmkdir /data/d | true', found: [fails], in: ['bash', 'ash'] },
  { script: 'set -e\nmkdir /data/d | true', found: [] },
  { script: 'set -e\n( mkdir /data/d; touch /data/f )', found: [fails] },
  { script: 'set -e\n( mkdir /data/d; touch /data/f ) || true', found: [] },
  { script: 'set -e\nf() { mkdir /data/d; touch /data/f; }\nf || true', found: [] },
  { script: 'set -e\nf() { mkdir /data/d; touch /data/f; }\nif f; then :; fi', found: [] },
  { script: 'set -e\nf() { mkdir /data/d; touch /data/f; }\nf', found: [fails] },
  { script: 'f() { mkdir /data/d || return 0; touch /data/f; }\nf', found: ['stop retry differs: touch /data/f'] },
  { script: 'f() { mkdir /data/d || return 3; }\nf', found: [fails] },
  { script: '{ mkdir /data/d; touch /data/f; } && true', found: [] },
  { script: 'set -e\nx=$(mkdir /data/d)\ntouch /data/f', found: [fails] },
  { script: 'set -e\nx=$(mkdir /data/d; echo y >> /data/g)', found: [doubles], in: ['bash', 'ash'] },
  { script: 'set -e\nx=$(mkdir /data/d; touch /data/f)', found: [fails], in: ['posix'] },
  { script: 'set -e\necho $(mkdir /data/d)\ntouch /data/f', found: [] },
  { script: 'set -e\nexport X=$(mkdir /data/d)\ntouch /data/f', found: [] },
  { script: 'set -e\nf() { local x=$(mkdir /data/d); touch /data/f; }\nf', found: [] },
  { script: 'mkdir /data/d; exit 0', found: [] },
  { script: 'mkdir /data/d; exit', found: [fails] },
  { script: "set -e\ntrap 'exit 0' EXIT\nmkdir /data/d", found: [] },
  { script: "set -e\ntrap 'touch /data/f' EXIT\nmkdir /data/d", found: [fails] },
  { script: 'set -e\neval "mkdir /data/d"\ntouch /data/f', found: [fails] },
  { script: 'for i in 1; do mkdir /data/d; done', found: [fails] },
  { script: 'for i in 1; do mkdir /data/d || break; done', found: [] },
  { script: 'case x in x) mkdir /data/d ;; esac', found: [fails] },
  { script: ': > /data/nowhere/x\nmkdir /data/d', found: [fails], in: ['bash'] },
  { script: 'echo x > /data/nowhere/x\nmkdir /data/d', found: [fails] },
  { script: 'cd /data/nowhere\nmkdir /data/d', found: [fails] },
  { script: 'exec 2> /dev/null\nmkdir /data/d', found: [fails] },
  { script: 'echo one | while read -r line; do echo $line >> /data/g; done', found: ['repeat rerun differs: echo one'] },
  { script: 'while read -r a b; do mkdir /data/$b; done <<EOF\nmake d\nEOF', found: [fails] },
]

for (const row of rows) {
  for (const dialect of row.in ?? every) t.same(findings(row.script, dialect), row.found, `${dialect}: ${row.script}`)
}

t.test('a script whose first run fails is unknown and has no hazards', async (t) => {
  for (const [script, dialect] of [
    ['set -u\necho "$nothing"\nmkdir /data/d', 'bash'],
    ['echo "$' + '{nothing:?}"\nmkdir /data/d', 'ash'],
    ['set -o pipefail\nmkdir /data/d', 'posix'],
    [': > /work/nowhere/x\nmkdir /data/d', 'ash'],
    [': > /work/nowhere/x\nmkdir /data/d', 'posix'],
    ['set -e\nfalse\nmkdir /data/d', 'bash'],
    ['exit 3', 'bash'],
  ] as const) {
    const { verdict, hazards } = rehearsal(script, dialect)
    t.same([verdict, hazards], ['unknown', []], `${dialect}: ${script}`)
  }
})

t.test('what cannot be analyzed is unknown, even with `|| true`', async (t) => {
  for (const script of [
    'IFS=$S\nx=a:b\nmkdir -p /data/$x',
    'mkdir /data/d &\nmkdir -p /data/e\nwait',
    '{ select x in a; do break; done; } || true',
    'echo x >&3 || true',
  ])
    t.equal(rehearsal(script).verdict, 'unknown', script)
})

t.test('with an unknown shell, a verdict counts only if all shells agree', async (t) => {
  t.equal(rehearsal('set -e\nx=$(mkdir /data/d; touch /data/f)', 'unknown').verdict, 'unknown')
  t.equal(rehearsal('set -e\nx=$(mkdir /data/d; echo y >> /data/g)', 'unknown').verdict, 'unsafe')
  t.equal(rehearsal('set -o pipefail\nmkdir -p /data/d', 'unknown').verdict, 'unknown')
})

t.test('offsets within the arguments of `export` refer to the script', async (t) => {
  const script = 'true\nexport X=$(mkdir /data/d; echo y >> /data/g)'
  t.same(
    rehearsal(script).hazards.map(({ offset }) => script.slice(offset, offset + 6)),
    ['echo y'],
  )
})

t.test(
  'a first run that fails after a command that is not analyzed: that command is the reason, not that the run never succeeds',
  async (t) => {
    const script = 'set -e\nvault operator raft snapshot save /data/x\nls -l /data/x'
    t.match(rehearsal(script), { verdict: 'unknown', unknown: [{ offset: script.indexOf('vault') }] })
    t.equal(rehearsal(script).unknown.length, 1)
    t.equal(rehearsal('false').unknown.length, 1, 'a script that never succeeds still has a reason')
  },
)
t.test('a first run that fails after a command that is not known: the command is the reason', async (t) => {
  for (const script of ['/app/tool init; exit 1', 'tool --all || true; false', 'tool > /data/f; grep -q x /data/f || exit 1']) {
    const whys = rehearsal(script).unknown.map(({ why }) => why)
    t.ok(whys.length > 0 && !whys.includes('the first run never succeeds'), script)
  }
  t.match(rehearsal('mkdir /data/x; exit 1').unknown, [{ why: 'the first run never succeeds' }])
})

t.test('a blank line more after a kill does no harm, one more on each rerun does', async (t) => {
  const guarded = (before: string) => `grep -q x /data/f || { echo ${before} >> /data/f; echo x >> /data/f; }`
  t.strictSame(findings(guarded('""')), [])
  t.match(findings(guarded('y')), [/^stop /])
  t.match(findings('echo "" >> /data/f'), [/^repeat /])
})
