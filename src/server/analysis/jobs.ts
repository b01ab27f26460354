/** The jobs that run apart from the event loop, because their cost depends on what a client sends. */
import { analyzeScript, type ScriptAnalysis, type ScriptInput } from '../../script/index.ts'
import type { PolicyText } from '../keepers/contracts.ts'
import type { ManifestWorker } from './manifest-jobs.ts'

/** Analyzes a script. */
export interface ScriptJob {
  readonly kind: 'script'
  readonly input: ScriptInput
}

/** A job that answers a request with manifests. */
interface ManifestJob {
  readonly text: string
  readonly namespace: string
  readonly format: 'json' | 'text'
}

/** Answers POST /lint. */
export interface LintJob extends ManifestJob {
  readonly kind: 'lint'
  /** The policy in force, and its texts; empty for a built-in policy. */
  readonly policy: { readonly id: string; readonly texts: readonly PolicyText[] }
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  readonly docsBase: string
}

/** Answers POST /explain. */
export interface ExplainJob extends ManifestJob {
  readonly kind: 'explain'
  readonly conditions: readonly string[]
  readonly wantsPicture: boolean
}

/** Answers POST /why. */
export interface WhyJob extends ManifestJob {
  readonly kind: 'why'
  readonly policy: LintJob['policy']
  /** Milliseconds since 1970, UTC. */
  readonly now: number
}

export type Job = ScriptJob | LintJob | ExplainJob | WhyJob

/** The reply to a request with manifests. */
export interface JobReply {
  readonly code: number
  readonly contentType: string
  readonly body: string
  /** The rules that threw. */
  readonly faults: readonly { readonly rule: string; readonly message: string }[]
}

export type ResultOf<J extends Job> = J extends ScriptJob ? ScriptAnalysis : JobReply

/** Does jobs one after another, in whatever thread it is. */
export class JobWorker {
  #manifests: ManifestWorker | undefined

  async do(job: Job): Promise<ScriptAnalysis | JobReply> {
    if (job.kind === 'script') return analyzeScript(job.input)
    this.#manifests ??= await manifestWorker()
    return this.#manifests.do(job)
  }
}

/** Loaded with the first such job: most servers get none, and a worker thread that only analyzes scripts takes half the memory. */
async function manifestWorker(): Promise<ManifestWorker> {
  const { ManifestWorker } = await import('./manifest-jobs.ts')
  return new ManifestWorker()
}
