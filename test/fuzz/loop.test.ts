/** The loop, the mutators, the reading of coverage, and the shapes of the worst inputs. */
import t from 'tap'
import { Random } from '../oracle/random.ts'
import { costs } from './costs.ts'
import { coveredParts } from './coverage.ts'
import { fuzz, type LoopResult } from './loop.ts'
import { mutate } from './mutate.ts'
import { build, worstRecipes } from './recipe.ts'
import { targetNames, targets } from './targets/index.ts'

const range = (startOffset: number, endOffset: number, count: number) => ({ startOffset, endOffset, count })

t.test('coveredParts: the innermost range decides', async (t) => {
  t.same(coveredParts([range(0, 100, 1)]), [[0, 100]])
  t.same(coveredParts([range(0, 100, 0)]), [])
  t.same(coveredParts([range(0, 100, 1), range(20, 40, 0), range(30, 35, 1), range(60, 70, 0)]), [
    [0, 20],
    [30, 35],
    [40, 60],
    [70, 100],
  ])
  t.same(coveredParts([range(10, 50, 1), range(10, 50, 0)]), [])
  t.same(coveredParts([]), [])
})

/** A target that counts how many characters of a word match, as its only "blocks". */
function wordTarget(word: string) {
  let reached = 0
  let most = 0
  return {
    target: {
      name: 'word',
      dictionary: [...new Set(word)],
      maxLength: 32,
      check(input: Buffer) {
        const text = input.toString('latin1')
        while (reached < word.length && text.startsWith(word.slice(0, reached + 1))) reached++
        if (text.startsWith(word)) throw new Error('found')
      },
    },
    coverage: {
      get blocks() {
        return most
      },
      take() {
        const found = reached - most
        most = reached
        return found
      },
    },
  }
}

function search(seed: number, limit: number, isGuided: boolean): LoopResult {
  const { target, coverage } = wordTarget('coverage')
  const blind = { blocks: 0, take: () => 0 }
  return fuzz({
    target,
    coverage: isGuided ? coverage : blind,
    corpus: [Buffer.from('x')],
    random: new Random(seed),
    next: (executions) => executions < limit,
    found: () => {},
  })
}

t.test('fuzz: coverage leads to an input that chance does not find, the same with the same seed', async (t) => {
  const guided = search(1, 50_000, true)
  t.equal(guided.failure?.message.split('\n')[0], 'found')
  t.equal(guided.failure?.input.toString(), 'coverage', 'shortened')
  t.equal(search(1, guided.executions, false).failure, undefined)
  t.equal(search(1, 50_000, true).executions, guided.executions)
})

t.test('fuzz: an input of the corpus that fails is reported as it is', async (t) => {
  const { target, coverage } = wordTarget('ab')
  const corpus = [Buffer.from('x'), Buffer.from('abc')]
  const { failure, executions } = fuzz({ target, coverage, corpus, random: new Random(1), next: () => true, found: () => {} })
  t.equal(failure?.input.toString(), 'abc')
  t.equal(executions, 2)
})

t.test('mutate: within the length, the same with the same seed, and every kind of change occurs', async (t) => {
  const options = (seed: number) => ({ random: new Random(seed), dictionary: ['TOKEN'], others: [Buffer.from('other')], maxLength: 100 })
  const input = Buffer.from('a short input')
  const seen = { token: 0, other: 0, shorter: 0, longer: 0 }
  for (let seed = 0; seed < 2000; seed++) {
    const changed = mutate(input, options(seed))
    if (changed.length > 100) t.fail(`seed ${seed} gives ${changed.length} bytes`)
    if (!changed.equals(mutate(input, options(seed)))) t.fail(`seed ${seed} gives two results`)
    if (changed.includes('TOKEN')) seen.token++
    if (changed.includes('other') || changed.includes('the')) seen.other++
    if (changed.length < input.length) seen.shorter++
    if (changed.length > input.length) seen.longer++
  }
  for (const [kind, count] of Object.entries(seen)) t.ok(count > 100, `${kind}: ${count}`)
  t.ok(mutate(Buffer.alloc(0), options(1)).length <= 100, 'an empty input')
})

t.test('build: a recipe grows to the size, with opening and closing parts in pairs', async (t) => {
  const recipe = { before: '<', open: '(%n', middle: 'm', close: '%n)', after: '>' }
  t.equal(build(recipe, 15), '<(0(1(2m2)1)0)>')
  t.equal(build(recipe, 14), '<(0(1m1)0)>')
  t.equal(build({ ...recipe, open: '', close: '' }, 100), '<m>')
})

t.test('every target has a corpus, kept recipes and a cost', async (t) => {
  for (const name of targetNames) {
    if (targets.get(name)?.isSeed === true) continue
    const run = costs.get(name)
    t.ok(run !== undefined && targets.has(name), name)
    const recipes = worstRecipes(name)
    t.ok(recipes.size >= 5, name)
    for (const recipe of recipes.values()) run?.(build(recipe, 600))
  }
})
