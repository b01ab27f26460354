/** Why a live Pod does not start: the diagnosis of `initlint why`, from what `kubectl get pod -o json` printed. */
import { readWhyText, renderWhyText, why } from '../../src/diagnosis/index.ts'
import { forPeople } from '../../src/inspect/output.ts'
import { safeText } from '../../src/lint/text.ts'
import { compiledPolicy, defaultNamespace } from './lint.ts'
import type { Questions, ShownDiagnosis, WhyAnswer } from './protocol.ts'

/** More would not be read; a List of all pods is for the command line. */
const maxPods = 20

export function answerWhy({ pod, policy }: Questions['why']['input']): WhyAnswer {
  if (pod.trim() === '') return { pods: [], more: 0, problem: null }
  const read = readWhyText(pod)
  if (!read.ok) return { pods: [], more: 0, problem: `The Pod cannot be read: ${safeText(read.problem)}.` }
  const compiled = compiledPolicy(policy)
  const { kubernetes } = compiled.policy
  const output = why(read.value, { ...compiled, kubernetes, namespace: defaultNamespace, now: Date.now(), limit: maxPods })
  const more = Math.max(0, read.value.pods.length - maxPods)
  if (output.pods.length === 0) return { pods: [], more, problem: 'The text holds no Pod; paste what kubectl get pod NAME -o json prints.' }
  return {
    pods: output.pods.map((diagnosis): ShownDiagnosis => {
      const { object, owner, status, stage, cause, waiting, next, now, then } = diagnosis
      const { position, attempt } = diagnosis[forPeople]
      return {
        title: nameOf(object),
        owner: owner === null ? null : nameOf(owner),
        status: safeText(status),
        stage: safeText([stage.kind, [position, stage.container ?? ''].join(' ').trim(), attempt].filter((part) => part !== '').join(', ')),
        cause: {
          class: cause.class,
          certainty: cause.certainty,
          message: safeText(cause.message),
          evidence: cause.evidence.map(safeText),
        },
        waiting: { helps: waiting.helps, until: waiting.until === null ? null : safeText(waiting.until) },
        next: { status: next.status === null ? null : safeText(next.status), at: next.at, by: next.by, why: safeText(next.why) },
        now: now.map(safeText),
        later: then.map(safeText),
        text: renderWhyText({ pods: [diagnosis] }),
      }
    }),
    more,
    problem: null,
  }
}

function nameOf({ kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  return safeText(`${kind} ${namespace}/${name}`)
}
