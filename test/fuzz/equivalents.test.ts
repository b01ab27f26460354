// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Rewrites of a script change neither the verdict nor the hazards. `npm run fuzz` compares many more scripts. */
import t from 'tap'
import { differenceOf, mountedDifference } from './equivalents.ts'
import { rewrites } from './rewrites.ts'
import { scriptOf } from './targets/equivalents.ts'

const rewrite = (name: string) => rewrites.find((one) => one.name === name)

t.test('each rewrite gives another text', async (t) => {
  for (const [name, text, wanted] of [
    ['renamed paths', 'cp /img/one /data/f; ls /dataset', 'cp /vimg/one /vdata/f; ls /dataset'],
    ['semicolons instead of newlines', 'set -e\nmkdir a\nif x; then\ny\nfi', 'set -e; mkdir a; if x; then\ny\nfi'],
    ['newlines instead of semicolons', 'mkdir a; mkdir b\nls', 'mkdir a\nmkdir b\nls'],
    ['quoted words', 'mkdir -p /data/d || exit 1', "'mkdir' '-p' '/data/d' || 'exit' '1'"],
    ['a function instead of its body', 'mkdir a\nls', 'main() {\nmkdir a\nls\n}\nmain'],
    ['a group instead of its body', 'mkdir a', '{\nmkdir a\n}'],
  ] as const)
    t.equal(rewrite(name)?.apply(text)?.text, wanted, name)
})

t.test('a rewrite that would change the script is not tried', async (t) => {
  for (const [name, text] of [
    ['semicolons instead of newlines', 'cat <<E\nx\nE\nls'],
    ['semicolons instead of newlines', 'ls # comment\nls'],
    ['newlines instead of semicolons', 'ls &\nls; ls'],
    ['a function instead of its body', 'shift; ls $1'],
    ['a group instead of its body', 'if'],
  ] as const)
    t.equal(rewrite(name)?.apply(text), undefined, text)
})

t.test('30 generated scripts and their rewrites', async (t) => {
  for (let seed = 1; seed <= 30; seed++) {
    const script = scriptOf(seed)
    t.equal(differenceOf(script, [seed % 2 === 0 ? 'bash' : 'ash']), undefined, script)
    if (seed % 3 === 0) t.equal(mountedDifference(script), undefined, script)
  }
})

t.test('idioms of init containers and their rewrites', async (t) => {
  for (const script of [
    'set -e\nmkdir -p /data/d\ncp -r /img/tree/. /data/d\nchown -R 1000:1000 /data/d',
    '[ -f /data/done ] && exit 0\ngit clone https://example.org/r /data/r\ntouch /data/done',
    'until nc -z db 5432; do echo waiting; sleep 2; done\npsql -c "CREATE TABLE t (a int)"',
    'i=0\nwhile [ $i -lt 3 ]; do mkdir /data/d$i || exit 1; i=$((i + 1)); done',
    'while read -r line; do echo "$line" >> /data/all; done < /img/list',
    'for f in /img/*.conf; do sed s/a/b/ "$f" > "/data/$(basename "$f")"; done',
    'if [ ! -d /data/r ]; then mkdir /data/r; tar xf /img/x.tar -C /data/r; fi',
  ])
    t.equal(differenceOf(script) ?? mountedDifference(script), undefined, script)
})
