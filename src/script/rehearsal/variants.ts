/** One script under every shell and userland that its image may have. */
import { catalogue } from '../commands/catalogue.ts'
import type { Flavour } from '../container/image-shells.ts'
import type { Script } from '../syntax/syntax.ts'
import type { Hazard, Rehearsal } from './rehearsal.ts'
import { maxTotalSteps, type RehearsalInput, rehearse } from './rehearse.ts'
import { distinct, neverSucceeds, unknownFor } from './summary.ts'

/**
 * Rehearses a script under each flavour that can read it, as long as flavours make a difference.
 * @param budget most steps over all flavours
 */
export function rehearseVariants(input: Omit<RehearsalInput, keyof Flavour>, flavours: readonly Flavour[], budget: number): Rehearsal {
  const all: Rehearsal[] = []
  let steps = 0
  for (const flavour of flavours.filter(({ dialect }) => canRead(dialect, input.script))) {
    const rehearsal = rehearse({ ...input, ...flavour, maxSteps: Math.min(maxTotalSteps, budget - steps) }, catalogue)
    steps += rehearsal.steps
    all.push(rehearsal)
    if (!rehearsal.isFlavoured) break
  }
  return { ...agreed(all), steps }
}

/** What the rehearsals under all flavours agree on. A flavour under which the script never succeeds is not the container's own. */
function agreed(all: readonly Rehearsal[]): Rehearsal {
  const possible = all.filter(({ unknown }) => !unknown.some(({ why }) => why === neverSucceeds))
  const [first, ...others] = possible.length > 0 ? possible : all
  if (first === undefined) return unknownFor([{ offset: 0, why: 'it uses what only bash has, and its shell is another one' }])
  if (others.every(({ verdict, atomic }) => verdict === first.verdict && atomic === first.atomic && verdict !== 'unsafe')) return first
  const hazards = first.hazards.filter((hazard) => others.every((other) => other.hazards.some((twin) => isTwin(twin, hazard))))
  const isUnsafe = hazards.some(({ obligation }) => obligation !== 'interrupted')
  const isSafe = possible.every(({ verdict }) => verdict === 'safe')
  const unknown = [first, ...others].flatMap((rehearsal) => rehearsal.unknown)
  const differs = { offset: 0, why: 'shells and tools differ here, and the image does not tell which it has' }
  return {
    verdict: isUnsafe ? 'unsafe' : isSafe ? 'safe' : 'unknown',
    atomic: others.every(({ atomic }) => atomic === first.atomic) ? first.atomic : null,
    hazards,
    unknown: isUnsafe || isSafe || unknown.length > 0 ? distinct(unknown) : [differs],
    commands: first.commands,
    isFlavoured: true,
    steps: 0,
  }
}

function isTwin(a: Hazard, b: Hazard): boolean {
  return a.offset === b.offset && (a.obligation === 'interrupted') === (b.obligation === 'interrupted')
}

function canRead(dialect: Flavour['dialect'], { features }: Script): boolean {
  if (dialect === 'bash') return true
  return !features.has('bash-only') && (dialect === 'ash' || !features.has('not-posix'))
}
