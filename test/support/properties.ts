/**
 * fast-check, with one seed for all properties: a run of the tests says the same of the same commit wherever it is made. Random cases
 * are for `npm run fuzz`, which looks at many more of them, whenever there is time.
 */
import fc from 'fast-check'

export * from 'fast-check'

const { FUZZ_SEED, FUZZ_TIMES } = process.env
const seed = Number(FUZZ_SEED ?? 1)
const times = Number(FUZZ_TIMES ?? 1)

/** What fast-check runs where a property does not say how often. */
const defaultRuns = 100

const parameters = (given: { readonly numRuns?: number } = {}) => ({
  ...given,
  seed,
  numRuns: Math.round((given.numRuns ?? defaultRuns) * times),
})

/** @throws with the counterexample and the seed; a promise of it where the property is asynchronous */
export const assert = ((property: never, given) => fc.assert(property, parameters(given))) as typeof fc.assert

/** The same, but says what it found. */
export const check = ((property: never, given) => fc.check(property, parameters(given))) as typeof fc.check
