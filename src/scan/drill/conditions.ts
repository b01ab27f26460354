/** What a drill assumes: `--if registry-down=GLOB`, `--if node-lost=NAME`, `--if drain=NAME`. All conditions hold together. */
import type { ImageReference } from '../../model/image-reference.ts'
import { comparedHost, comparedName, otherName } from '../../model/registry-host.ts'
import { maxPatternLength } from '../../policy/glob.ts'
import { compileNameGlob } from '../../policy/image-name.ts'

export type DrillCondition =
  | { readonly kind: 'registry-down'; readonly glob: string }
  | { readonly kind: 'node-lost' | 'drain'; readonly node: string }

export type DrillConditionRead =
  | { readonly ok: true; readonly condition: DrillCondition }
  | { readonly ok: false; readonly problem: string }

/** The values that `scan --if` accepts, for help texts and messages. */
export const drillConditionForms = ['registry-down=GLOB', 'node-lost=NAME', 'drain=NAME'] as const

/** Reads one condition. @param text the value of `--if` */
export function readDrillCondition(text: string): DrillConditionRead {
  const split = text.indexOf('=')
  const word = split < 0 ? text : text.slice(0, split)
  const value = split < 0 ? '' : text.slice(split + 1).trim()
  switch (word) {
    case 'registry-down':
      if (value === '') return missing(word, 'GLOB', 'docker.io')
      if (value.length > maxPatternLength) return { ok: false, problem: `"${word}": a glob has at most ${maxPatternLength} characters` }
      return { ok: true, condition: { kind: word, glob: value } }
    case 'node-lost':
    case 'drain':
      return value === '' ? missing(word, 'NAME', 'node-1') : { ok: true, condition: { kind: word, node: value } }
    default:
      return { ok: false, problem: `"${text}" is not a condition of scan; the conditions are ${drillConditionForms.join(', ')}` }
  }
}

function missing(word: string, what: string, example: string): DrillConditionRead {
  return { ok: false, problem: `"${word}" needs ${what} after an equals sign, for example ${word}=${example}` }
}

/** The condition as the value of `--if`. */
export function drillConditionText(condition: DrillCondition): string {
  return `${condition.kind}=${condition.kind === 'registry-down' ? condition.glob : condition.node}`
}

/** Which images are in a registry that is down. */
export interface Outage {
  /** Whether the registry of the image is down. */
  hits(reference: ImageReference): boolean
  /** Whether a mirror, as a host or `host/path`, is down for the image. */
  hitsMirror(mirror: string, reference: ImageReference): boolean
  /** The globs that have matched no image so far. */
  unmatched(): readonly string[]
}

/** The outage of the conditions. Another name of the same images counts as well: `registry-1.docker.io/library/nginx`. */
export function outageOf(conditions: readonly DrillCondition[]): Outage {
  const globs = conditions.flatMap((condition) => (condition.kind === 'registry-down' ? [condition.glob] : []))
  const compiled = globs.map((written) => ({ written, glob: compileNameGlob(written.includes('/') ? written : `${written}/**`) }))
  const matched = new Set<string>()
  const hit = (names: readonly (string | undefined)[]): boolean => {
    let found = false
    for (const { written, glob } of compiled) {
      if (!names.some((name) => name !== undefined && glob.matches(name))) continue
      matched.add(written)
      found = true
    }
    return found
  }
  return {
    hits: (reference) => hit([comparedName(reference), otherName(reference)]),
    hitsMirror: (mirror, { repository }) => {
      const [host = '', ...path] = mirror.replace(/\/+$/, '').split('/')
      return hit([[comparedHost(host), ...path, repository].join('/')])
    },
    unmatched: () => globs.filter((glob) => !matched.has(glob)),
  }
}
