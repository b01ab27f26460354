import { builtInPolicy, type PolicyProblem, readPolicy } from '../../policy/index.ts'
import type { KeeperPorts, PolicyInForce, PolicyKeeper, PolicyText } from './contracts.ts'
import { policyFolders, policyId, readPolicyTexts } from './policy-files.ts'
import { StartError } from './start-error.ts'
import { type Stop, watchFolders } from './watch.ts'

/** The source of the policy. */
export interface PolicySource {
  /** A file or a directory. */
  readonly path: string
  /** The path as the user wrote it, for messages. */
  readonly name: string
}

/** Keeps the last valid policy: loaded at startup and reloaded when its file or directory changes. An invalid one changes nothing. */
export class FilePolicyKeeper implements PolicyKeeper {
  readonly #source: PolicySource | undefined
  readonly #ports: KeeperPorts
  #inForce: PolicyInForce
  /** Why the policy on disk is not in force, so that it is reported once and not at every poll. */
  #refused: string | undefined
  #stop: Stop | undefined

  /**
   * @param source undefined for the built-in preset `recommended`
   * @throws StartError with every error of the policy, one per line
   */
  constructor(source: PolicySource | undefined, ports: KeeperPorts) {
    this.#source = source
    this.#ports = ports
    this.#inForce =
      source === undefined
        ? { policy: builtInPolicy('recommended', ports.registry), texts: [] }
        : this.#make(readPolicyTexts(source.path, source.name))
    ports.metrics.policy(this.#inForce.policy, source === undefined ? 'built-in' : 'file')
  }

  get inForce(): PolicyInForce {
    return this.#inForce
  }

  start(): void {
    const source = this.#source
    if (source === undefined) return
    this.#stop = watchFolders(policyFolders(source.path), this.#ports.pollInterval, () => this.#reload(source))
    // The files may have changed between the first read and the watch.
    this.#reload(source)
  }

  stop(): void {
    this.#stop?.()
  }

  #reload({ path, name }: PolicySource): void {
    const { metrics, log } = this.#ports
    try {
      const texts = readPolicyTexts(path, name)
      if (policyId(texts) === this.#inForce.policy.id) {
        this.#refused = undefined
        return
      }
      this.#inForce = this.#make(texts)
      this.#refused = undefined
      metrics.reload('policy', 'ok')
      metrics.policy(this.#inForce.policy, 'file')
      log.info({ policy: this.#inForce.policy.id }, 'the new policy is in force')
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error))
    }
  }

  #refuse(problem: string): void {
    if (this.#refused === problem) return
    this.#refused = problem
    this.#ports.metrics.reload('policy', 'failed')
    this.#ports.log.error({ problem, policy: this.#inForce.policy.id }, 'the new policy is refused; the previous one stays in force')
  }

  #make(texts: readonly PolicyText[]): PolicyInForce {
    const { registry, log } = this.#ports
    const { policy, problems } = readPolicy(texts, registry, { id: policyId(texts) })
    for (const problem of problems) if (problem.level === 'warning') log.warn({ problem: problemLine(problem) }, 'warning about the policy')
    if (policy === undefined) {
      throw new StartError(
        problems
          .filter(({ level }) => level === 'error')
          .map(problemLine)
          .join('\n'),
      )
    }
    return { policy, texts }
  }
}

/** `manifests/base/policy.yaml:12:3: rules.image-latets: …` */
function problemLine({ file, line, column, key, message }: PolicyProblem): string {
  return `${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}${message}`
}
