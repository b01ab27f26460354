/** Markers that a script creates on the container's own file system: a guard that tests one never finds it again. */

import type { Hazard } from '../change/hazard.ts'
import type { Site } from '../change/site.ts'
import type { RehearsedCommand } from '../rehearsal/rehearsal.ts'

/**
 * The path that the guard around a command tests, if the script creates it where each attempt starts anew.
 * @param site of the command of the hazard
 */
export function lostMarkerOf(hazard: Hazard, site: Site | undefined, commands: readonly RehearsedCommand[]): string | undefined {
  if (hazard.obligation !== 'repeat') return undefined
  const tested = site?.guard?.words.flatMap(({ parts: [part, ...others] }) =>
    part?.kind === 'literal' && others.length === 0 && part.text.startsWith('/') ? [part.text] : [],
  )
  const created = new Set(
    commands.flatMap(({ writes }) =>
      writes.flatMap(({ place, storage }) => (place.kind === 'file' && storage === 'container' ? [place.path] : [])),
    ),
  )
  return tested?.find((path) => created.has(path))
}

/** What to write instead. A change of the command would only repeat work that was meant to happen once. */
export function markerAdvice(path: string): string {
  return `create the marker ${path} on the volume, not in the container's own file system`
}
