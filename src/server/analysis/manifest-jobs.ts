/** The jobs with manifests: they answer POST /lint, POST /explain and POST /why. */
import { readWhyText, renderWhyText, why } from '../../diagnosis/index.ts'
import {
  answerJson,
  type ExplainOutput,
  explainInputs,
  explainInScenario,
  lintInputs,
  renderExplainPicture,
  renderExplainText,
  renderLintText,
  renderProblemsText,
} from '../../inspect/index.ts'
import { readManifest } from '../../manifest/index.ts'
import { isObject, member } from '../../model/json.ts'
import { builtInPolicy, type CompiledPolicy, type Policy, readPolicy } from '../../policy/index.ts'
import { registry } from '../../rules/registry.ts'
import type { PolicyText } from '../keepers/contracts.ts'
import type { ExplainJob, JobReply, LintJob, WhyJob } from './jobs.ts'

/** Does jobs with manifests one after another. */
export class ManifestWorker {
  #policy: CompiledPolicy | undefined

  do(job: LintJob | ExplainJob | WhyJob): JobReply {
    if (job.kind === 'explain') return explain(job)
    return job.kind === 'lint' ? lint(job, this.#policyOf(job)) : diagnose(job, this.#policyOf(job))
  }

  /** The policy of the last job is kept: compiling one takes longer than a review. */
  #policyOf({ policy: { id, texts } }: LintJob | WhyJob): CompiledPolicy {
    if (this.#policy?.id !== id) this.#policy = read(id, texts)
    return this.#policy
  }
}

/** Reads a policy again that is in force, so it is valid. */
function read(id: string, texts: readonly PolicyText[]): CompiledPolicy {
  if (texts.length === 0) return builtInPolicy(id === auditOnly ? 'audit-only' : 'recommended', registry)
  const { policy } = readPolicy(texts, registry, { id })
  if (policy === undefined) throw new Error('the policy in force is not valid')
  return policy
}

/** The id of the policy without any readable policy in the cluster. */
const auditOnly = 'built-in-audit-only'

const textType = 'text/plain; charset=utf-8'

function replyAs(format: 'json' | 'text', code: number, json: () => unknown, text: () => string): JobReply {
  return format === 'json'
    ? { code, contentType: 'application/json', body: `${JSON.stringify(json())}\n`, faults: [] }
    : { code, contentType: textType, body: text(), faults: [] }
}

function lint({ text, namespace, format, now, docsBase }: LintJob, policy: Policy): JobReply {
  const inputs = [{ file: null, text }]
  const output = lintInputs(inputs, { policy, registry, namespace, now, docsBase })
  const reply = replyAs(
    format,
    output.errors.length === 0 ? 200 : 400,
    () => output,
    () => renderProblemsText(output) + renderLintText(output, inputs, { color: false, showAudit: false, quiet: false }),
  )
  return { ...reply, faults: output.faults.map(({ rule, message }) => ({ rule, message })) }
}

/** A simulation keeps a worker busy; these limits keep it to about a second. */
const explainLimits = { workloads: 100, starts: 1000 } as const

function explain(job: ExplainJob): JobReply {
  const { text, namespace, conditions } = job
  const output = explainInputs([{ file: null, text }], { namespace, conditions, limits: explainLimits })
  // In a body {pod, scenario}, the pod is below a key, so no workload was found; manifests are not parsed again.
  const given = output.timelines.length === 0 ? podAndScenarioOf(text) : undefined
  return given === undefined ? explained(output, job, () => output) : explainPodInScenario(given, job)
}

function explained(output: ExplainOutput, { format, wantsPicture }: ExplainJob, json: () => unknown): JobReply {
  const code = output.errors.length === 0 ? 200 : 400
  if (wantsPicture && code === 200) return { code, contentType: 'image/svg+xml', body: renderExplainPicture(output), faults: [] }
  return replyAs(
    format,
    code,
    json,
    () => renderProblemsText(output) + (code !== 200 && output.timelines.length === 0 ? '' : renderExplainText(output, false)),
  )
}

interface PodAndScenario {
  readonly pod: unknown
  readonly scenario: unknown
}

/** A body `{pod, scenario}`; undefined for manifests, which have a kind. */
function podAndScenarioOf(text: string): PodAndScenario | undefined {
  const { documents } = readManifest(text)
  const value = documents[0]?.value
  if (documents.length !== 1 || !isObject(value) || member(value, 'kind') !== undefined || !Object.hasOwn(value, 'pod')) return undefined
  return { pod: member(value, 'pod'), scenario: member(value, 'scenario') }
}

function explainPodInScenario({ pod, scenario }: PodAndScenario, job: ExplainJob): JobReply {
  const answer = explainInScenario([{ file: null, text: JSON.stringify(pod ?? null) }], scenario ?? {}, job.namespace)
  if (!answer.ok) {
    const message = `${answer.problem}.`
    return replyAs(
      job.format,
      400,
      () => ({ message }),
      () => `${message}\n`,
    )
  }
  return explained({ timelines: [answer.timeline], errors: [] }, job, () => answerJson(answer.timeline))
}

/** Pods of one request that are diagnosed at most: each may have scripts to rehearse. */
const maxPods = 100

function diagnose({ text, namespace, format, now }: WhyJob, policy: CompiledPolicy): JobReply {
  const refused = (message: string): JobReply =>
    replyAs(
      format,
      400,
      () => ({ message }),
      () => `${message}\n`,
    )
  const read = readWhyText(text)
  if (!read.ok) return refused(`The body cannot be read: ${read.problem}`)
  const output = why(read.value, { policy, registry, namespace, now, kubernetes: policy.kubernetes, limit: maxPods })
  if (output.pods.length === 0)
    return refused('The body holds no Pod; send one with kubectl get pod NAME -o json, alone or in a List with its Events.')
  return replyAs(
    format,
    200,
    () => output,
    () => renderWhyText(output),
  )
}
