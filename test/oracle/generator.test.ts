/** Tests of the oracle's parts that need no shell: generated scripts, and the stops inserted into them. */
import t from 'tap'
import { parseScript } from '../../src/script/syntax/parse.ts'
import { allEffects } from './effects.ts'
import { randomScript, smallScripts, usableEffects } from './generator.ts'
import { instrumented } from './instrument.ts'
import { Random } from './random.ts'
import { rootMark } from './reality.ts'
import { minimized } from './verdict.ts'

t.test('equal seeds give equal scripts, different seeds different ones', async (t) => {
  const scripts = (seed: number) => {
    const random = new Random(seed)
    return Array.from({ length: 50 }, () => randomScript(random, allEffects))
  }
  t.strictSame(scripts(7), scripts(7))
  t.notSame(scripts(7), scripts(8))
})

t.test('every generated script parses, with and without stops', async (t) => {
  const random = new Random(1)
  const small = [...smallScripts(allEffects)]
  t.ok(small.length > 5000)
  const scripts = [...small.filter((_, index) => index % 10 === 0), ...Array.from({ length: 500 }, () => randomScript(random, allEffects))]
  const faulty = scripts.filter((script) => {
    const text = script.replaceAll(rootMark, '')
    return parseScript(text).fault !== null || parseScript(instrumented(text, '/sandbox', {})).fault !== null
  })
  t.strictSame(faulty, [])
})

t.test('usableEffects selects effects whose tools are all installed', async (t) => {
  t.equal(usableEffects(() => true).length, allEffects.length)
  for (const effect of usableEffects((tool) => tool !== 'git')) t.notOk(effect.tools.includes('git'))
})

t.test('instrumented: a stop after each command that has an effect', async (t) => {
  const body = (script: string) => instrumented(script, '/r', {}).split('\n').slice(1).join('\n').trim()
  for (const [script, wanted] of [
    ['mkdir a', '{ mkdir a; __stop; }'],
    ['[ -d a ] || mkdir a', '[ -d a ] || { mkdir a; __stop; }'],
    ['echo x', 'echo x'],
    ['echo x 2>/dev/null', 'echo x 2>/dev/null'],
    ['echo x > f', '{ echo x > f; __stop; }'],
    ['{ echo x; } > f', '{ { echo x; __stop; }; } > f'],
    ['x=$(mkdir a)', 'x=$({ mkdir a; __stop; })'],
    ['echo x | tee f', 'echo x | { tee f; __stop; }'],
    ['tee f | cat', '{ tee f; __stop; } | cat'],
    ['f() { mkdir a; }; f', 'f() { { mkdir a; __stop; }; }; f'],
    ['cat > f <<E\nx\nE', '{ cat > f <<E; __stop; }\nx\nE'],
    ['git clone u d', '{ __try && git clone u d; __stop; }'],
  ] as const)
    t.equal(body(script), wanted)
})

t.test('minimized: keeps only the lines that a disagreement needs', async (t) => {
  const script = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n')
  t.equal(
    minimized(script, (shorter) => shorter.includes('line 3\n') && shorter.includes('line 17')),
    'line 3\nline 17',
  )
})
