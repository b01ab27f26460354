import type { LintRequest, WorkloadPolicy } from '../../src/lint/policy-port.ts'
import type { Subject } from '../../src/lint/rule.ts'
import { noSiblings } from '../../src/model/siblings.ts'
import { readWorkload, type Workload } from '../../src/model/workload.ts'
import { type CompiledPolicy, readPolicy } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { InitScripts, plainAnalyst } from '../../src/script/index.ts'

export const registry = defaultRegistry()
export const header = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'

/** Noon of a date in UTC, ms since 1970. */
export const noon = (date: string): number => Date.parse(`${date}T12:00:00Z`)
export const now = noon('2026-11-15')

/** The policy of bodies without their header; throws if there is a problem. */
export function policyOf(...bodies: readonly string[]): CompiledPolicy {
  const sources = bodies.map((body, index) => ({ file: `${index}.yaml`, text: header + body }))
  const { policy, problems } = readPolicy(sources, registry, { id: 'test' })
  if (policy === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return policy
}

/** The problems of a text in short form: `line:column level key`. */
export function problemsOf(text: string): readonly string[] {
  const { problems } = readPolicy([{ file: 'policy.yaml', text }], registry, { id: 'test' })
  return problems.map(({ line, column, level, key }) => `${line}:${column} ${level} ${key}`)
}

export interface PodOptions {
  readonly namespace?: string
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner?: { readonly apiVersion?: string; readonly kind: string; readonly name: string }
  readonly images?: readonly string[]
}

/** A pod whose containers are named c0, c1, … */
export function podOf({ namespace = 'dev', name = 'web', labels, annotations, owner, images = ['nginx:1.27'] }: PodOptions = {}): Workload {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels,
      annotations,
      ownerReferences: owner === undefined ? undefined : [{ apiVersion: 'batch/v1', controller: true, ...owner }],
    },
    spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
  }
  return workloadOf(object)
}

/** Any object as a workload. */
export function workloadOf(object: unknown): Workload {
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  if (workload === undefined) throw new Error('no workload')
  return workload
}

/** The policy as it applies to a workload. */
export function workloadPolicy(policy: CompiledPolicy, workload: Workload = podOf(), request: Partial<LintRequest> = {}): WorkloadPolicy {
  const scripts = new InitScripts(workload, noSiblings, plainAnalyst)
  return policy.forWorkload({ workload, scripts, namespaceLabels: new Map(), user: null, now, ...request })
}

/** The action for a rule, followed by ` exempted` if it is silenced. */
export function actionOf(policy: WorkloadPolicy, rule = 'image-latest', subject: Subject = null): string {
  const { action, exempted } = policy.decide(rule, subject)
  return exempted === undefined ? action : `${action} exempted`
}
