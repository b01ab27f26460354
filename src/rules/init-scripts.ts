/** Init containers with their scripts, for the rules about scripts. */
import type { RuleContext } from '../lint/rule.ts'
import type { Container } from '../model/containers.ts'
import { noSiblings, type Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import { type ContainerRehearsal, lineOf, rehearsalOf, type Storage } from '../script/index.ts'
import { type ScriptFacts, scriptFactsOf } from './script-facts.ts'

/** A plain init container and the rehearsal of its script. */
export interface RehearsedInit {
  readonly container: Container
  readonly rehearsal: ContainerRehearsal
}

/** The other objects of the same input. */
export function siblingsIn(context: RuleContext): Siblings {
  return context.siblings ?? noSiblings
}

/** Maximum number of init containers of one workload whose scripts are rehearsed: no real pod has more. */
const maxScripts = 100

/** The plain init containers, in order. Sidecars are skipped: they run as long as the pod, so nothing waits for them to exit. */
export function* rehearsedInits(workload: Workload, context: RuleContext): Generator<RehearsedInit> {
  let count = 0
  for (const container of workload.containers()) {
    if (container.role !== 'init') continue
    if (++count > maxScripts) return
    yield { container, rehearsal: rehearsalOf(container, workload, siblingsIn(context)) }
  }
}

/** An init container whose script has a syntax tree. */
export interface ScriptedInit extends RehearsedInit {
  readonly script: ScriptFacts
}

/** The plain init containers with a script that parses and has no unfilled template placeholders. */
export function* scriptedInits(workload: Workload, context: RuleContext): Generator<ScriptedInit> {
  for (const { container, rehearsal } of rehearsedInits(workload, context)) {
    const script = scriptFactsOf(rehearsal)
    if (script !== null) yield { container, rehearsal, script }
  }
}

/**
 * A position in the script: `scriptLine` for programs, `at` for the beginning of a message. `at` is empty if there is only one line to
 * look at: a plain command, or a script of one line in the manifest.
 */
export function placeOf({ found, script }: ContainerRehearsal, offset: number): { readonly scriptLine: number; readonly at: string } {
  if (found?.origin === 'command') return { scriptLine: 1, at: '' }
  const text = script?.text ?? ''
  const scriptLine = lineOf(text, offset)
  if (found?.origin === 'configMap') return { scriptLine, at: `line ${scriptLine} of its script: ` }
  return { scriptLine, at: text.trimEnd().includes('\n') ? `line ${scriptLine}: ` : '' }
}

/** The words for a storage. */
export const storageWords: Readonly<Record<Storage, string>> = {
  container: 'its own file system',
  sandbox: "the pod's network",
  pod: 'emptyDir',
  node: 'hostPath',
  claim: 'PersistentVolumeClaim',
  'read-only': 'read-only',
  external: 'external service',
  unknown: 'volume',
}

/** The Helm chart that an object belongs to (Helm's recommended label `helm.sh/chart`); undefined if it does not name one. */
export function chartOf({ labels, annotations, podLabels, podAnnotations }: Workload): string | undefined {
  const key = 'helm.sh/chart'
  return labels.get(key) ?? annotations.get(key) ?? podLabels.get(key) ?? podAnnotations.get(key)
}
