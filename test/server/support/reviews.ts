import { rulesOfWarnings } from '../../support/warnings.ts'

/** Shortened reviews like those of the API server. */
export interface PodOptions {
  readonly uid?: string
  readonly image?: string
  readonly name?: string
  readonly annotations?: Record<string, string>
  readonly env?: readonly { name: string; value: string }[]
  readonly volumes?: readonly object[]
  readonly dryRun?: boolean
}

export function podReview(options: PodOptions = {}) {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: options.uid ?? 'uid-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      name: options.name ?? 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'alice' },
      dryRun: options.dryRun ?? false,
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: options.name ?? 'web', namespace: 'shop', annotations: options.annotations ?? {} },
        spec: {
          restartPolicy: 'Always',
          containers: [{ name: 'web', image: options.image ?? 'nginx', imagePullPolicy: 'Always', env: options.env ?? [] }],
          volumes: options.volumes ?? [],
        },
      },
      oldObject: null,
    },
  }
}

export interface ReviewReply {
  readonly response: {
    readonly uid: string
    readonly allowed: boolean
    readonly warnings?: readonly string[]
    readonly status?: { readonly code: number; readonly details?: { readonly causes: readonly { reason: string; field: string }[] } }
  }
}

/** The rule ids in the warnings of a reply, in order. */
export function warnedRules(text: string): string[] {
  const { response }: ReviewReply = JSON.parse(text)
  return rulesOfWarnings(response.warnings ?? [])
}
