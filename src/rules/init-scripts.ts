/** Init containers with their scripts, as the rules about scripts ask for them. */
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

/** What stands beside the workload. */
export function siblingsIn(context: RuleContext): Siblings {
  return context.siblings ?? noSiblings
}

/** Most init containers of one workload whose scripts are looked at: more is no pod. */
const maxScripts = 100

/** The plain init containers, in their order: sidecars run for as long as the pod, so nobody waits for them to end. */
export function* rehearsedInits(workload: Workload, context: RuleContext): Generator<RehearsedInit> {
  let count = 0
  for (const container of workload.containers()) {
    if (container.role !== 'init') continue
    if (++count > maxScripts) return
    yield { container, rehearsal: rehearsalOf(container, workload, siblingsIn(context)) }
  }
}

/** An init container whose script can be read as a tree. */
export interface ScriptedInit extends RehearsedInit {
  readonly script: ScriptFacts
}

/** The plain init containers with a script that parses and that no template tool still has to fill in. */
export function* scriptedInits(workload: Workload, context: RuleContext): Generator<ScriptedInit> {
  for (const { container, rehearsal } of rehearsedInits(workload, context)) {
    const script = scriptFactsOf(rehearsal)
    if (script !== null) yield { container, rehearsal, script }
  }
}

/** Where in the script something is: `scriptLine` for programs, `at` for the sentence. A plain command has no lines to count. */
export function placeOf({ found, script }: ContainerRehearsal, offset: number): { readonly scriptLine: number; readonly at: string } {
  const scriptLine = lineOf(script?.text ?? '', offset)
  if (found?.origin === 'command') return { scriptLine: 1, at: '' }
  return { scriptLine, at: `line ${scriptLine}${found?.origin === 'configMap' ? ' of its script' : ''} ` }
}

/** What a person calls a storage. */
export const storageWords: Readonly<Record<Storage, string>> = {
  container: 'its own file system',
  sandbox: "the pod's network",
  pod: 'emptyDir',
  node: 'hostPath',
  claim: 'a claim',
  'read-only': 'read-only',
  external: 'a service',
  unknown: 'a volume',
}

/** The chart that an object says it comes from (Helm's recommended label `helm.sh/chart`), undefined where it says nothing of the kind. */
export function chartOf({ labels, annotations, podLabels, podAnnotations }: Workload): string | undefined {
  const key = 'helm.sh/chart'
  return labels.get(key) ?? annotations.get(key) ?? podLabels.get(key) ?? podAnnotations.get(key)
}
