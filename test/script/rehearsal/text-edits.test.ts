// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Parameter expansions that edit text, substitutions in arithmetic, `read -a`, `pushd` and `popd`, compared with bash. */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

/** Commands, and what `$r` is after them. */
const results: readonly (readonly [script: string, result: string])[] = [
  ['x=a.b.c; r=${x//.}', 'abc'],
  ['x=a.b.c; r=${x/./-}', 'a-b.c'],
  ['x=a.b.a; r=${x/#a/z}${x/%a/y}', 'z.b.aa.b.y'],
  ['x=a/b; r=${x//\\//_}', 'a_b'],
  ['x=abcdef; r=${x:2}${x:0:2}${x:9}', 'cdefab'],
  ['x=abc; n=1; r=${x:$n:1}', 'b'],
  ['x=aBc; r=${x^^}${x,,}${x^}', 'ABCabcABc'],
  ['unset x; r=${x//a/b}x', 'x'],
  ['r=$((2 * $(echo 3) + 1))', '7'],
  ['r=$(( $(echo 2) + $(echo 1) ))', '3'],
  ['r=$(( `echo 4` > 3 ? 1 : 0 ))', '1'],
  ['IFS=, read -r -a a <<< "x,y,z"; r=${a[1]}${#a[@]}', 'y3'],
  ['read -ra a <<< "x  y"; r=${a[*]}', 'x y'],
  ['cd /; pushd /tmp >/dev/null; r=$PWD; popd >/dev/null; r=$r$PWD', '/tmp/'],
  ['cd /; pushd /tmp >/dev/null; pushd /usr >/dev/null; popd >/dev/null; r=$(pwd)', '/tmp'],
]

for (const [script, result] of results) {
  t.test(`${script}: the result is ${result}, as in bash`, async (t) => {
    const text = `${script}; [ "$r" = '${result}' ]`
    t.equal(spawnSync('bash', ['-c', text]).status, 0, 'bash')
    const { verdict, unknown } = rehearsal(`${text} || mkdir /data/other`)
    t.strictSame([verdict, unknown], ['safe', []])
  })
}

sameVerdicts('edits of unknown text are the same each time, and differ if the text does', {
  'echo "${FOO//./-} ${FOO:1:3} ${FOO^^}" > /data/f': 'safe',
  'mkdir -p "/data/x${FOO//./-}"': 'safe',
  'mkdir "/data/x${FOO//./-}"': 'unsafe',
  'x=$(date); echo "${x// /_}" >> /data/f': 'unsafe',
  'echo $((100 * $(nproc))) > /data/f': 'safe',
  'n=$(( $(nproc) * 2 )); [ "$n" -lt 16 ] && n=16; echo $n > /data/f': 'safe',
  'echo $((100 * $(echo 1 >> /data/f; echo 2)))': 'unsafe',
  'IFS=, read -ra a <<< "$FOO"; for h in "${a[@]}"; do mkdir -p "/data/d$h"; done': 'safe',
  'read -ra a <<< "$FOO"; [ ${#a[@]} -gt 1 ] || exit 0; mkdir /data/d': 'unsafe',
  'pushd /data; mkdir d; popd': 'safe',
  'set -e; pushd /data; mkdir d; popd': 'unsafe',
  'popd; mkdir -p /data/d': 'safe',
})

t.test('BusyBox sh replaces and cuts text, dash does not', async (t) => {
  const script = 'x=a.b; echo "${x//./-}" > /data/f'
  t.equal(spawnSync('busybox', ['sh', '-c', 'x=a.b; [ "${x//./-}${x:1}" = a-b.b ]']).status, 0)
  t.equal(rehearsal(script, 'ash').verdict, 'safe')
})
