/** Compiled `match` blocks, which work the same everywhere in a policy. Keys are ANDed, entries of a list are ORed. */
import type { LintRequest } from '../lint/policy-port.ts'
import type { Subject } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { useAt } from '../model/image-use.ts'
import { comparedName, otherName } from '../model/registry-host.ts'
import type { Workload } from '../model/workload.ts'
import type { LabelSelector, MatchBlock } from './document.ts'
import { compileGlobs, type Glob } from './glob.ts'
import { matchesAny } from './glob-index.ts'
import { compileNameGlob } from './image-name.ts'
import { compileSelector, isSelector } from './labels.ts'
import { compileOwner } from './owners.ts'

/** `unknown` if the outcome depends on labels of the namespace that are not known, or if only another name of the image matches. */
export type Outcome = 'yes' | 'no' | 'unknown'

export interface CompiledMatch {
  /** Whether it matches on containers, images or roles, so that the outcome can differ between reports on one workload. */
  readonly bySubject: boolean
  /** The patterns of its images; undefined if it matches every image. */
  readonly images: readonly Glob[] | undefined
  /** Whether the workload and the requester match: all keys except containers, images and roles. */
  workload(request: LintRequest): Outcome
  /** Whether the subject of a report matches: containers, images and roles only. */
  subject(subject: Subject, workload: Workload): Outcome
  /** Whether objects in the namespace match: unknown if other keys restrict the match too. */
  namespace(namespace: string, labels: ReadonlyMap<string, string> | undefined): Outcome
}

/** The label that the API server sets on every namespace; its value is the name of the namespace. */
const namespaceNameLabel = 'kubernetes.io/metadata.name'

type NamespaceCondition = (namespace: string, labels: ReadonlyMap<string, string> | undefined) => Outcome
type WorkloadCondition = (request: LintRequest) => boolean

/** Compiles a block; an absent or empty one matches everything. */
export function compileMatch(block: MatchBlock = {}): CompiledMatch {
  const inNamespace = namespaceConditions(block)
  const ofWorkload = workloadConditions(block)
  const containers = block.containers && compileGlobs(block.containers)
  const images = block.images?.map(compileNameGlob)
  const roles = block.roles && new Set<string>(block.roles)
  const bySubject = containers !== undefined || images !== undefined || roles !== undefined
  const namespace: NamespaceCondition = (name, labels) => all(inNamespace, name, labels)
  return Object.freeze({
    bySubject,
    images,
    workload: (request: LintRequest) => {
      for (const holds of ofWorkload) if (!holds(request)) return 'no'
      return namespace(request.workload.namespace, request.namespaceLabels)
    },
    subject: (subject: Subject, workload: Workload) => {
      if (roles !== undefined && (subject === null || !roles.has(subject.role))) return 'no'
      if (containers !== undefined && !matchesContainer(containers, subject)) return 'no'
      return images === undefined ? 'yes' : matchesImage(images, subject, workload)
    },
    namespace: (name: string, labels: ReadonlyMap<string, string> | undefined) => {
      const outcome = namespace(name, labels)
      return outcome === 'yes' && (bySubject || ofWorkload.length > 0) ? 'unknown' : outcome
    },
  })
}

function all(conditions: readonly NamespaceCondition[], name: string, labels: ReadonlyMap<string, string> | undefined): Outcome {
  let outcome: Outcome = 'yes'
  for (const condition of conditions) {
    const one = condition(name, labels)
    if (one === 'no') return 'no'
    if (one === 'unknown') outcome = 'unknown'
  }
  return outcome
}

function namespaceConditions({ namespaces, namespaceSelector }: MatchBlock): readonly NamespaceCondition[] {
  const conditions: NamespaceCondition[] = []
  if (namespaces !== undefined) {
    const globs = compileGlobs(namespaces)
    conditions.push((name) => (matchesAny(globs, name) ? 'yes' : 'no'))
  }
  if (namespaceSelector !== undefined) conditions.push(...selectorConditions(namespaceSelector))
  return conditions
}

/** The conditions of a selector, one by one, because a known `no` is final even if other conditions are unknown. */
function selectorConditions(selector: LabelSelector): readonly NamespaceCondition[] {
  return compileSelector(selector).map((condition) => (name, labels) => {
    let unknown = false
    const holds = condition((key) => {
      if (key === namespaceNameLabel) return name
      if (labels === undefined) unknown = true
      return labels?.get(key)
    })
    if (unknown) return 'unknown'
    return holds ? 'yes' : 'no'
  })
}

function workloadConditions({ labels, kinds, names, owners, users }: MatchBlock): readonly WorkloadCondition[] {
  const conditions: WorkloadCondition[] = []
  if (kinds !== undefined) {
    const wanted = new Set(kinds)
    conditions.push(({ workload }) => wanted.has(workload.kind))
  }
  if (names !== undefined) {
    const globs = compileGlobs(names)
    conditions.push(({ workload }) => matchesAny(globs, workload.name))
  }
  if (labels !== undefined) {
    for (const condition of compileSelector(isSelector(labels) ? labels : { matchLabels: labels })) {
      conditions.push(({ workload }) => condition((key) => workload.labels.get(key)))
    }
  }
  if (owners !== undefined) conditions.push(ownerCondition(owners))
  if (users !== undefined) {
    const globs = compileGlobs(users)
    conditions.push(({ user }) => user !== null && matchesAny(globs, user))
  }
  return conditions
}

function ownerCondition(owners: readonly string[]): WorkloadCondition {
  const compiled = owners.map(compileOwner)
  return ({ workload: { controllerOwner } }) => controllerOwner !== null && compiled.some((isOwner) => isOwner(controllerOwner))
}

function matchesContainer(globs: readonly Glob[], subject: Subject): boolean {
  if (subject === null) return false
  const name = 'image' in subject ? subject.container : subject.name
  return name !== null && matchesAny(globs, name)
}

function matchesImage(globs: readonly Glob[], subject: Subject, workload: Workload): Outcome {
  const [name, other] = imageNamesOf(subject, workload)
  if (name === undefined) return 'no'
  if (matchesAny(globs, name)) return 'yes'
  return other !== undefined && matchesAny(globs, other) ? 'unknown' : 'no'
}

/** The names that `images` compares with, of the image of a report or of its container: its own name, and another one if it has one. */
export function imageNamesOf(subject: Subject, workload: Workload): readonly string[] {
  const reference = referenceOf(subject, workload)
  if (reference === undefined) return []
  const other = otherName(reference)
  return other === undefined ? [comparedName(reference)] : [comparedName(reference), other]
}

/** The image reference of a report; for a report about a container, the container's. Undefined if it cannot be parsed. */
function referenceOf(subject: Subject, workload: Workload): ImageReference | undefined {
  if (subject === null) return undefined
  const use = 'image' in subject ? subject : useAt(workload.imageUses(), subject.pointer)
  return use?.reference.ok === true ? use.reference.value : undefined
}
