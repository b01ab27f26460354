/**
 * fast-check with one seed for all properties, so that the tests of a commit give the same result everywhere. `npm run fuzz -- --properties` uses
 * random seeds and many more cases.
 */
import fc from 'fast-check'

export * from 'fast-check'

const { FUZZ_SEED, FUZZ_TIMES } = process.env
const seed = Number(FUZZ_SEED ?? 1)
const times = Number(FUZZ_TIMES ?? 1)

/** The number of runs of a property that does not set one. */
const defaultRuns = 100

const parameters = (given: { readonly numRuns?: number } = {}) => ({
  ...given,
  seed,
  numRuns: Math.round((given.numRuns ?? defaultRuns) * times),
})

/** @throws with the counterexample and the seed; returns a promise if the property is asynchronous */
export const assert = ((property: never, given) => fc.assert(property, parameters(given))) as typeof fc.assert

/** Like `assert`, but returns the result instead of throwing. */
export const check = ((property: never, given) => fc.check(property, parameters(given))) as typeof fc.check
