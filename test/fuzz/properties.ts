/** Runs the property tests with another seed and many more cases than in `npm test`. */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'

/**
 * Prints the seed, and each failure with its counterexample: turn it into a test, then fix it. Sets the exit code.
 * @param given the files to run; all that have properties if empty
 */
export function runProperties(given: readonly string[], { seed, times }: { readonly seed: number; readonly times: number }): void {
  const files = globSync('test/**/*.test.ts', { exclude: ['test/{cluster,node}/**'] }).filter((file) =>
    readFileSync(file, 'utf8').includes('support/properties.ts'),
  )
  const env = { ...process.env, FUZZ_SEED: String(seed), FUZZ_TIMES: String(times) }
  process.stdout.write(`Seed ${seed}, ${times} times as many cases as in the tests.\n`)
  const args = ['--disable-coverage', '--timeout=0', ...(given.length > 0 ? given : files)]
  process.exitCode = spawnSync('tap', args, { env, stdio: 'inherit' }).status ?? 1
}
