import { safeText } from '../../lint/text.ts'
import { type CompiledPolicy, type PolicyProblem, type PolicyRead, readPolicy } from '../../policy/index.ts'
import type { KeeperPorts } from '../../server/keepers/contracts.ts'
import { contentProblem, type PolicyContent } from './content.ts'

/** The result of reading a policy. */
export interface Judged {
  /** Undefined if it is refused. */
  readonly policy: CompiledPolicy | undefined
  readonly errors: readonly PolicyProblem[]
  readonly warnings: readonly PolicyProblem[]
}

/** The policies in use at one moment: the current one, two in the status, this replica's last good one, and one that is being replaced. */
const maxRemembered = 5

/** Reads policies and caches the results, because every change of the status needs the same ones again. */
export class PolicyJudge {
  readonly #registry: KeeperPorts['registry']
  readonly #remembered = new Map<string, Judged>()

  constructor(registry: KeeperPorts['registry']) {
    this.#registry = registry
  }

  judge(content: PolicyContent): Judged {
    const known = this.#remembered.get(content.id)
    const judged = known ?? this.#read(content)
    // The most recently used one is removed last.
    this.#remembered.delete(content.id)
    this.#remembered.set(content.id, judged)
    for (const id of this.#remembered.keys()) {
      if (this.#remembered.size <= maxRemembered) break
      this.#remembered.delete(id)
    }
    return judged
  }

  #read(content: PolicyContent): Judged {
    const early = contentProblem(content)
    const read: PolicyRead =
      early === undefined ? readPolicy(content.texts, this.#registry, { id: content.id }) : { policy: undefined, problems: [early] }
    return {
      policy: read.policy,
      errors: read.problems.filter(({ level }) => level === 'error'),
      warnings: read.problems.filter(({ level }) => level === 'warning'),
    }
  }
}

/** `policy.yaml:12:3: rules.image-latets: there is no rule …`: the file is the key of the ConfigMap's data. */
export function problemLine({ file, line, column, key, message }: PolicyProblem): string {
  return safeText(`${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}${message}`)
}
