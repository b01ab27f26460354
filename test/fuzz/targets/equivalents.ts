/** Generated scripts and their rewrites: a rehearsal says the same about both. The input is the seed of the script. */
import { allEffects } from '../../oracle/effects.ts'
import { randomScript } from '../../oracle/generator.ts'
import { Random } from '../../oracle/random.ts'
import { rootMark } from '../../oracle/reality.ts'
import { differenceOf, mountedDifference } from '../equivalents.ts'
import { fail, type Target } from './target.ts'

/** The script of a seed. */
export function scriptOf(seed: number): string {
  return randomScript(new Random(seed), allEffects).replaceAll(rootMark, '')
}

export const equivalents: Target = {
  name: 'equivalents',
  dictionary: ['0', '1', '7'],
  maxLength: 4,
  isSeed: true,
  check(input) {
    const script = scriptOf([...input].reduce((seed, byte) => seed * 256 + byte, 0))
    const difference = differenceOf(script) ?? mountedDifference(script)
    if (difference !== undefined) fail(`${JSON.stringify(script)}: ${difference}`)
  },
}
