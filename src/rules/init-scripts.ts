/** Init containers with their scripts, for the rules about scripts. */
import type { RuleContext } from '../lint/rule.ts'
import { noSiblings, type Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import type { AnalyzedInit, Storage } from '../script/index.ts'
import type { ScriptFacts } from '../script/shape/facts.ts'

/** The other objects of the same input. */
export function siblingsIn(context: RuleContext): Siblings {
  return context.siblings ?? noSiblings
}

/** An init container whose script was read. */
export interface FactualInit extends AnalyzedInit {
  readonly facts: ScriptFacts
}

/** The plain init containers with a script that parses and has no unfilled template placeholders. */
export function factualInits({ scripts }: RuleContext): readonly FactualInit[] {
  return scripts.analyzed().filter((init): init is FactualInit => init.facts !== null)
}

/**
 * A line of the script: `scriptLine` for programs, `at` for the beginning of a message. `at` is empty if there is only one line to look
 * at: a plain command, or a script of one line in the manifest.
 */
export function placeOf({ found }: AnalyzedInit, scriptLine: number): { readonly scriptLine: number; readonly at: string } {
  if (found?.origin === 'command') return { scriptLine: 1, at: '' }
  if (found?.origin === 'configMap') return { scriptLine, at: `line ${scriptLine} of its script: ` }
  return { scriptLine, at: found?.text.trimEnd().includes('\n') ? `line ${scriptLine}: ` : '' }
}

/** The words for a storage. */
export const storageWords: Readonly<Record<Storage, string>> = {
  container: 'its own file system',
  sandbox: "the pod's network",
  host: "the node's network",
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
