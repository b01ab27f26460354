/** Rehearses one script with every shell and userland that its image may contain. */
import { catalogue } from '../commands/catalogue.ts'
import type { Flavor } from '../container/image-shells.ts'
import { KnownUnits } from '../shell/known-units.ts'
import { flavorAnswer } from '../syntax/dialect.ts'
import type { Script } from '../syntax/syntax.ts'
import type { FirstFailure, Hazard, Rehearsal } from './rehearsal.ts'
import { maxTotalSteps, type RehearsalInput, rehearse } from './rehearse.ts'
import { distinct, inEachOf, neverSucceeds, unknownFor } from './summary.ts'

/**
 * Rehearses a script with each flavor of shell and tools that can run it, unless it does the same as with another one.
 * @param budget the maximum number of steps over all flavors
 */
export function rehearseVariants(input: Omit<RehearsalInput, keyof Flavor>, flavors: readonly Flavor[], budget: number): Rehearsal {
  const all: Rehearsal[] = []
  let steps = 0
  const known = input.known ?? new KnownUnits()
  for (const flavor of flavors.filter(({ dialect }) => canRead(dialect, input.script))) {
    const same = all.find((other) => isAsWith(other, flavor))
    if (same !== undefined) {
      all.push(same)
      continue
    }
    const rehearsal = rehearse({ ...input, ...flavor, known, maxSteps: Math.min(maxTotalSteps, budget - steps) }, catalogue)
    steps += rehearsal.steps
    all.push(rehearsal)
  }
  // A shell that cannot read the script may be the one that gets it, and it may exit 0.
  const failures = all.length === flavors.length || all.at(-1)?.flavor.size === 0 ? all.map(({ failure }) => failure) : []
  return { ...agreed(all), failure: agreedFailure(failures), steps }
}

/** The failure on which all flavors agree. They may fail at different commands, and with different statuses. */
function agreedFailure([first = null, ...others]: readonly (FirstFailure | null)[]): FirstFailure | null {
  if (first === null || others.includes(null)) return null
  return others.some((other) => other?.isOnEmptyClaim === true) ? { ...first, isOnEmptyClaim: true } : first
}

/** What the rehearsals of all flavors agree on. A flavor with which the script never succeeds cannot be the container's. */
function agreed(all: readonly Rehearsal[]): Rehearsal {
  const possible = all.filter(({ unknown }) => !unknown.some(({ why }) => why === neverSucceeds))
  const [first, ...others] = possible.length > 0 ? possible : all
  if (first === undefined) return unknownFor([{ offset: 0, why: 'the script uses bash features, but its shell is not bash' }])
  if (others.every(({ verdict, atomic }) => verdict === first.verdict && atomic === first.atomic && verdict !== 'unsafe')) return first
  const hazards = first.hazards.filter((hazard) => others.every((other) => other.hazards.some((twin) => isTwin(twin, hazard))))
  const isUnsafe = hazards.some(({ obligation }) => obligation !== 'interrupted')
  const isSafe = possible.every(({ verdict }) => verdict === 'safe')
  const unknown = [first, ...others].flatMap((rehearsal) => rehearsal.unknown)
  const differs = { offset: 0, why: "the result depends on the image's shell and tools, which are not known" }
  return {
    verdict: isUnsafe ? 'unsafe' : isSafe ? 'safe' : 'unknown',
    atomic: others.every(({ atomic }) => atomic === first.atomic) ? first.atomic : null,
    hazards,
    unknown: isUnsafe || isSafe || unknown.length > 0 ? distinct(unknown) : [differs],
    commands: first.commands,
    results: first.results,
    failure: null,
    hidden: inEachOf(all.map(({ hidden }) => hidden)),
    flavor: new Map(),
    steps: 0,
  }
}

/** Whether a rehearsal with another flavor asked nothing that this one answers differently. */
function isAsWith({ flavor: asked }: Rehearsal, flavor: Flavor): boolean {
  return [...asked].every(([question, answer]) => flavorAnswer(question, flavor) === answer)
}

function isTwin(a: Hazard, b: Hazard): boolean {
  return a.offset === b.offset && (a.obligation === 'interrupted') === (b.obligation === 'interrupted')
}

function canRead(dialect: Flavor['dialect'], { features }: Script): boolean {
  if (dialect === 'bash') return true
  return !features.has('bash-only') && (dialect === 'ash' || !features.has('not-posix'))
}
