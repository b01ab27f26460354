/** Compiled `match` blocks, which work the same everywhere in a policy. Keys are ANDed, entries of a list are ORed. */
import type { LintRequest } from '../lint/policy-port.ts'
import type { Subject } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { useAt } from '../model/image-use.ts'
import type { Workload } from '../model/workload.ts'
import type { LabelSelector, MatchBlock } from './document.ts'
import { compileGlob, compileGlobs, type Glob } from './glob.ts'
import { matchesAny } from './glob-index.ts'
import { comparedName, compileNameGlob } from './image-name.ts'
import { compileSelector, isSelector } from './labels.ts'

/** `unknown` if the outcome depends on labels of the namespace that are not known. */
export type Outcome = 'yes' | 'no' | 'unknown'

export interface CompiledMatch {
  /** Whether it matches on containers or images, so that the outcome can differ between reports on one workload. */
  readonly bySubject: boolean
  /** The patterns of its images; undefined if it matches every image. */
  readonly images: readonly Glob[] | undefined
  /** Whether the workload and the requester match: all keys except containers and images. */
  workload(request: LintRequest): Outcome
  /** Whether the subject of a report matches: containers and images only. */
  subject(subject: Subject, workload: Workload): boolean
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
  const bySubject = containers !== undefined || images !== undefined
  const namespace: NamespaceCondition = (name, labels) => all(inNamespace, name, labels)
  return Object.freeze({
    bySubject,
    images,
    workload: (request: LintRequest) => {
      for (const holds of ofWorkload) if (!holds(request)) return 'no'
      return namespace(request.workload.namespace, request.namespaceLabels)
    },
    subject: (subject: Subject, workload: Workload) =>
      (containers === undefined || matchesContainer(containers, subject)) &&
      (images === undefined || matchesImage(images, subject, workload)),
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
  const globs = owners.map((owner) => ({ glob: compileGlob(owner), withName: owner.includes('/') }))
  return ({ workload: { controllerOwner } }) => {
    if (controllerOwner === null) return false
    const { kind, name } = controllerOwner
    return globs.some(({ glob, withName }) => glob.matches(withName ? `${kind}/${name}` : kind))
  }
}

function matchesContainer(globs: readonly Glob[], subject: Subject): boolean {
  if (subject === null) return false
  const name = 'image' in subject ? subject.container : subject.name
  return name !== null && matchesAny(globs, name)
}

function matchesImage(globs: readonly Glob[], subject: Subject, workload: Workload): boolean {
  const name = imageNameOf(subject, workload)
  return name !== undefined && matchesAny(globs, name)
}

/** The name that `images` compares with: of the image of a report, or of its container. Undefined if there is none. */
export function imageNameOf(subject: Subject, workload: Workload): string | undefined {
  const reference = referenceOf(subject, workload)
  return reference === undefined ? undefined : comparedName(reference)
}

/** The image reference of a report; for a report about a container, the container's. Undefined if it cannot be parsed. */
function referenceOf(subject: Subject, workload: Workload): ImageReference | undefined {
  if (subject === null) return undefined
  const use = 'image' in subject ? subject : useAt(workload.imageUses(), subject.pointer)
  return use?.reference.ok === true ? use.reference.value : undefined
}
