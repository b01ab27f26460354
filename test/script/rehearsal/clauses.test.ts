// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Verdicts for every construct of the shell that init scripts use. /data is a claim, /work an emptyDir. */
import t from 'tap'
import type { Dialect } from '../../../src/script/syntax/dialect.ts'
import { rehearsal } from './rehearsing.ts'

type Verdict = 'safe' | 'unsafe' | 'unknown'
type Case = readonly [Verdict, string]

function check(
  t: { equal(found: unknown, wanted: unknown, name: string): unknown },
  cases: readonly Case[],
  dialect: Dialect = 'ash',
): void {
  for (const [verdict, script] of cases) t.equal(rehearsal(script, dialect).verdict, verdict, script)
}

t.test('here-documents', async (t) => {
  check(t, [
    ['safe', 'cat > /data/f <<EOF\na $HOME\nEOF'],
    ['unsafe', 'cat >> /data/f <<EOF\na\nEOF'],
    ['safe', 'cat > /data/f <<EOF\n\\$(date) \\`date\\`\nEOF'],
    ['unsafe', 'cat > /data/f <<EOF\n$(openssl rand -hex 8)\nEOF'],
    ['safe', 'cat > /data/f <<EOF\n$(date)\nEOF'],
    ['safe', "cat > /data/f <<'EOF'\n$(date)\nEOF"],
    ['safe', 'tee /data/f <<EOF\nx\nEOF\ntee -a /data/f <<EOF\ny\nEOF'],
    ['unsafe', "sh -e <<-'EOF'\n\tmkdir /data/x\n\ttrue\n\tEOF"],
  ])
})

t.test('traps', async (t) => {
  check(t, [
    ['unsafe', "set -e\ntrap 'rm -rf /data/tmp' EXIT\nmkdir /data/tmp"],
    ['safe', "set -e\ntrap 'rm -rf /data/tmp' EXIT\nrm -rf /data/tmp\nmkdir /data/tmp"],
    ['safe', "trap 'exit 0' EXIT\nmkdir /data/x"],
    ['unsafe', 'finish() { echo end; }\ntrap finish EXIT INT TERM\nset -e\nmkdir /data/x'],
  ])
})

t.test('options of the shell', async (t) => {
  check(t, [
    ['safe', 'set -e\nmkdir /data/x | cat\necho'],
    ['unsafe', 'set -eo pipefail\nmkdir /data/x | cat\necho'],
    ['safe', 'set -e\nset +e\nmkdir /data/x\nset -e\ntrue'],
    ['unsafe', 'set -u\nif [ -e /data/x ]; then echo $nothing; fi\ntouch /data/x'],
    ['unknown', 'set -u\nmkdir -p /data/$nothing'],
  ])
})

t.test('functions', async (t) => {
  check(t, [
    ['safe', 'make() { local d="$1"; [ -d "$d" ] || mkdir "$d"; }\nmake /data/a\nmake /data/b'],
    ['safe', 'has() { [ -e "$1" ]; }\nif has /data/a; then exit 0; fi\nmkdir /data/a'],
    ['unsafe', 'all() { while [ $# -gt 0 ]; do mkdir "$1"; shift; done; }\nset -e\nall /data/a /data/b'],
    ['safe', 'try() { "$@" || return 0; }\ntry mkdir /data/x'],
    ['unsafe', 'try() { "$@" || return 3; }\ntry mkdir /data/x'],
  ])
})

t.test('case and loops', async (t) => {
  check(t, [
    ['safe', 'x=b\ncase $x in a) mkdir /data/a ;; b|c) mkdir -p /data/b ;; esac'],
    ['unsafe', 'x=b\ncase $x in [a-c]) mkdir /data/a ;; *) mkdir -p /data/b ;; esac'],
    ['unsafe', 'set -e\nwhile read -r d rest; do\nmkdir /data/$d\ndone <<EOF\na 1\nb 2\nEOF'],
    ['unsafe', 'set -e\nprintf "a\\nb\\n" | while read d; do mkdir /data/$d; done'],
    ['safe', 'for d in a b c; do [ -d /data/$d ] || mkdir /data/$d; done'],
    ['unsafe', 'touch /data/a.conf /data/b.conf\nfor f in /data/*.conf; do echo x >> "$f"; done'],
    ['unsafe', 'set -e\ni=0\nwhile [ $i -lt 3 ]; do mkdir /data/d$i; i=$((i + 1)); done'],
    ['safe', 'until nc -z db 5432; do sleep 1; done\nmkdir -p /data/x'],
  ])
})

t.test('bash features', async (t) => {
  check(
    t,
    [
      ['unsafe', 'time mkdir /data/x'],
      ['safe', 'if ! time mkdir -p /data/x; then exit 1; fi'],
      ['unsafe', 'function make { mkdir /data/x; }\nmake'],
      ['safe', '[[ -d /data/x ]] || mkdir /data/x'],
      ['unsafe', 'mkdir /data/x &> /dev/null'],
      ['unsafe', 'declare d=x\nmkdir /data/$d'],
      ['unknown', '!'],
      ['safe', 'mkdir /data/x & wait'],
      ['unknown', 'mkdir /data/x &'],
      ['unknown', 'mkdir ${ echo /data/x; }'],
    ],
    'bash',
  )
  check(t, [['unknown', 'declare d=x\nmkdir /data/$d']])
})
