/** Creates AdmissionReviews as the API server sends them, for tests. */
import type { AdmissionPorts } from '../../src/admission/index.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { plainAnalyst } from '../../src/script/index.ts'

export const uid = '705ab4f5-6393-11e8-b7cc-42010a800002'

export interface ReviewParts {
  readonly operation?: string
  readonly object?: unknown
  readonly oldObject?: unknown
  readonly user?: string
  readonly namespace?: string
  readonly subResource?: string
  readonly dryRun?: boolean
}

/** An AdmissionReview; by default CREATE by a person in the namespace `default`. */
export function review({
  operation = 'CREATE',
  object = null,
  oldObject = null,
  user = 'jane',
  namespace = 'default',
  ...rest
}: ReviewParts): object {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: {},
      resource: {},
      ...(rest.subResource === undefined ? {} : { subResource: rest.subResource }),
      namespace,
      operation,
      userInfo: { username: user },
      object,
      oldObject,
      dryRun: rest.dryRun ?? false,
    },
  }
}

/** A Pod with one container `web`, with the defaults of the API server. */
export function pod(container: object, { metadata = {}, spec = {} }: { metadata?: object; spec?: object } = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: { containers: [{ name: 'web', ...container }], restartPolicy: 'Always', ...spec },
  }
}

/** A Deployment whose template has one container `web`. */
export function deployment(container: object, { metadata = {}, template = {} }: { metadata?: object; template?: object } = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: {
      replicas: 1,
      template: { metadata: {}, spec: { containers: [{ name: 'web', ...container }], restartPolicy: 'Always' }, ...template },
    },
  }
}

/** Ports with a policy from YAML without apiVersion and kind. */
export function portsOf(policyBody: string, changes: Partial<AdmissionPorts> = {}): AdmissionPorts {
  const text = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${policyBody}`
  const registry = defaultRegistry()
  const { policy, problems } = readPolicy([{ file: 'policy.yaml', text }], registry, { id: 'test' })
  if (policy === undefined) throw new Error(problems.map(({ message }) => message).join('\n'))
  return {
    policy,
    registry,
    analyst: plainAnalyst,
    now: Date.UTC(2026, 10, 22),
    timeIsUp: () => false,
    namespaceLabels: () => undefined,
    docsBase: 'https://docs.example',
    ...changes,
  }
}
