import t from 'tap'
import { type Characters, compileAutomaton, compileGlob, maxPatternLength, runAutomaton } from '../../src/policy/glob.ts'
import * as fc from '../support/properties.ts'

/** The documented meaning of a glob as a regular expression, which is slow for hostile patterns but correct. */
function reference(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*+|\*|[^*]/gu, (part) => {
    if (part.startsWith('**')) return '[^]+'
    return part === '*' ? '[^/]*' : part.replaceAll(/[.?+^$|()[\]{}\\/-]/g, String.raw`\$&`)
  })
  return new RegExp(`^${source}$`)
}

const cases: readonly [string, readonly string[], readonly string[]][] = [
  ['docker.io/**', ['docker.io/library/nginx', 'docker.io/a'], ['docker.io/', 'docker.io', 'xdocker.io/a', 'ghcr.io/docker.io/a']],
  ['docker.io/*', ['docker.io/a'], ['docker.io/library/nginx']],
  ['**/nginx', ['docker.io/library/nginx', 'a/nginx'], ['nginx', '/nginx', 'a/nginxx']],
  ['*.example.com:5000/**', ['a.example.com:5000/x/y', '.example.com:5000/x'], ['a/b.example.com:5000/x', 'a.example.com/x']],
  ['a/**/b/*-c', ['a/x/b/-c', 'a/x/y/b/d-c'], ['a/b/d-c', 'a/x/b/d/e-c']],
  ['*-SNAPSHOT', ['1.0-SNAPSHOT', '-SNAPSHOT'], ['1.0-snapshot', 'a/b-SNAPSHOT']],
  ['system:serviceaccount:*:deployer', ['system:serviceaccount:ci:deployer'], ['system:serviceaccount:ci:deployer2']],
  ['prod', ['prod'], ['prods', 'Prod', '']],
  ['*', ['', 'anything'], ['a/b']],
  ['**', ['a', 'a/b'], ['']],
  ['***', ['a', 'a/b'], ['']],
  ['.+', ['.+'], ['ab']],
  ['[a-z]', ['[a-z]'], ['b']],
]

t.test('globs match the listed texts and no others', async (t) => {
  for (const [pattern, matching, others] of cases) {
    const glob = compileGlob(pattern)
    for (const text of matching) t.ok(glob.matches(text), `${pattern} matches ${text}`)
    for (const text of others) t.notOk(glob.matches(text), `${pattern} does not match ${text}`)
  }
})

t.test('globs agree with regular expressions on short texts', async (t) => {
  const pattern = fc.string({ unit: fc.constantFrom('*', '*', 'a', 'b', '/', '.'), maxLength: 12 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 14 })
  const agree = fc.property(pattern, text, (some, other) => {
    const expected = reference(some).test(other)
    return compileGlob(some).matches(other) === expected && runAutomaton(compileAutomaton(some), other) === expected
  })
  t.doesNotThrow(() => fc.assert(agree, { numRuns: 5000 }))
})

t.test('patterns longer than one word of the automaton agree with regular expressions', async (t) => {
  const piece = fc.constantFrom('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'b', '*', '/', '**/')
  const agree = fc.property(fc.array(piece, { maxLength: 8 }), fc.array(piece, { maxLength: 8 }), (parts, other) => {
    const pattern = parts.join('')
    const text = other.join('').replaceAll('*', 'a')
    return runAutomaton(compileAutomaton(pattern), text) === reference(pattern).test(text)
  })
  t.doesNotThrow(() => fc.assert(agree, { numRuns: 1000 }))
})

t.test('the automaton reads each character once, regardless of the pattern', async (t) => {
  const text = 'a/'.repeat(2048)
  for (const pattern of ['**a*a*a*a*b', '*/'.repeat(maxPatternLength / 2), `${'**/*a'.repeat(50)}b`, `${'a*'.repeat(100)}c`]) {
    const automaton = compileAutomaton(pattern)
    t.ok(automaton.words <= maxPatternLength / 16 + 1, 'at most two tokens per character, 32 tokens per word')
    let reads = 0
    const counted: Characters = {
      length: text.length,
      charCodeAt: (index) => {
        reads++
        return text.charCodeAt(index)
      },
    }
    runAutomaton(automaton, counted)
    t.ok(reads <= text.length)
  }
})

t.test('texts longer than any name match nothing', async (t) => {
  t.ok(compileGlob('**').matches('a'.repeat(4096)))
  t.notOk(compileGlob('**').matches('a'.repeat(4097)))
})
