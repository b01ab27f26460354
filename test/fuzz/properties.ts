/**
 * Runs the property tests with a random seed and many more cases.
 *
 *   node test/fuzz.ts [--times 20] [--seed N] [FILE...]
 *
 * Prints the seed, and each failure with its counterexample: turn it into a test, then fix it. Exits with 1 if a property fails.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { times: { type: 'string', default: '20' }, seed: { type: 'string', default: String(randomInt(2 ** 31)) } },
  allowPositionals: true,
})

const files = globSync('test/**/*.test.ts', { exclude: ['test/{cluster,node}/**'] }).filter((file) =>
  readFileSync(file, 'utf8').includes('support/properties.ts'),
)
const env = { ...process.env, FUZZ_SEED: values.seed, FUZZ_TIMES: values.times }
process.stdout.write(`Seed ${values.seed}, ${values.times} times as many cases as in the tests.\n`)
const args = ['--disable-coverage', '--timeout=0', ...(positionals.length > 0 ? positionals : files)]
process.exitCode = spawnSync('tap', args, { env, stdio: 'inherit' }).status ?? 1
