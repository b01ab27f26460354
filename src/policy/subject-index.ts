/** Finds the entries of a list of `match` blocks that a report can concern, so that its image is not compared with each of them. */
import type { Subject } from '../lint/rule.ts'
import type { Workload } from '../model/workload.ts'
import type { Glob } from './glob.ts'
import { indexGlobs } from './glob-index.ts'
import { type CompiledMatch, imageNamesOf } from './match.ts'

/**
 * The positions of the entries whose `images` match the image of a report, or that have no `images`; ascending. Their other keys are not
 * looked at.
 */
export type SubjectIndex = (subject: Subject, workload: Workload) => readonly number[]

/** Builds an index over the entries of a policy. */
export function indexSubjects(matches: readonly CompiledMatch[]): SubjectIndex {
  const others: number[] = []
  const globs: Glob[] = []
  const entries: number[] = []
  for (const [position, { images }] of matches.entries()) {
    if (images === undefined) others.push(position)
    for (const glob of images ?? []) {
      globs.push(glob)
      entries.push(position)
    }
  }
  if (globs.length === 0) return () => others
  const index = indexGlobs(globs)
  return (subject, workload) => {
    const found = imageNamesOf(subject, workload).flatMap((name) => index.matching(name))
    if (found.length === 0) return others
    return [...new Set([...others, ...found.flatMap((glob) => entries[glob] ?? [])])].sort((a, b) => a - b)
  }
}
