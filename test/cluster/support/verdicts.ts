/** What the webhook says about a workload when a person creates it, and when the built-in controller makes its Pod: as a scan has to show it. */
import { asArray, asObject, asString, at, member } from '../../../src/model/json.ts'
import { pathOf, type Send, type Workload } from './many-workloads.ts'

/** `RULE/CONTAINER` (`RULE/` for the pod) with what is done about it. */
export type Verdict = Readonly<Record<string, 'denied' | 'refuses Pods' | 'warned'>>

export interface Seen {
  readonly findings: Verdict
  /** Whether the creation is denied. */
  readonly isDenied: boolean
  /** Whether what built-in controllers make from it is denied before a Pod exists; for a Pod, whether it is. */
  readonly isPodDenied: boolean
}

/** Creates a copy by dry run. */
export async function verdictOf(send: Send, { kind, namespace, name, object }: Workload): Promise<Seen> {
  const copy = { ...object, metadata: { ...asObject(member(object, 'metadata')), name: `${name}-copy` } }
  const { status, body, warnings } = await send(`${pathOf(kind, namespace)}?dryRun=All`, copy)
  if (status !== 201 && status !== 403) throw new Error(`${kind} ${name}: ${status} ${JSON.stringify(body)}`)
  const denied = asArray(at(body, 'details', 'causes')).map((cause): [string, 'denied'] => {
    return [`${member(cause, 'reason')}/${containerAt(object, asString(member(cause, 'field')) ?? '')}`, 'denied']
  })
  const findings = Object.fromEntries([...warnings.flatMap(findingsOf), ...denied])
  const isPodDenied = kind === 'Pod' ? status === 403 : await isRefused(send, namespace, object, nextOf[kind])
  return { findings, isDenied: status === 403, isPodDenied }
}

/** What a built-in controller makes: whose template it takes, as which user, of which owner. */
interface Made {
  readonly kind: 'Pod' | 'Job'
  readonly template: readonly string[]
  readonly user: string
  readonly owner: { readonly apiVersion: string; readonly kind: string }
  /** What is made from that. */
  readonly next?: Made
}

const templateOf = ['spec', 'template']
const controller = (name: string): string => `system:serviceaccount:kube-system:${name}`
const podOfJob: Made = {
  kind: 'Pod',
  template: templateOf,
  user: controller('job-controller'),
  owner: { apiVersion: 'batch/v1', kind: 'Job' },
}
const nextOf: Readonly<Record<'Deployment' | 'CronJob', Made>> = {
  Deployment: {
    kind: 'Pod',
    template: templateOf,
    user: controller('replicaset-controller'),
    owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  },
  CronJob: {
    kind: 'Job',
    template: ['spec', 'jobTemplate'],
    user: controller('cronjob-controller'),
    owner: { apiVersion: 'batch/v1', kind: 'CronJob' },
    next: podOfJob,
  },
}

/** Whether what the controllers make from the object on the way to a Pod is denied. */
async function isRefused(send: Send, namespace: string, object: object, { kind, template, user, owner, next }: Made): Promise<boolean> {
  const from = at(object, ...template)
  const reference = { ...owner, name: 'owner', uid: '00000000-0000-0000-0000-000000000000', controller: true }
  const metadata = { ...asObject(member(from, 'metadata')), generateName: 'owner-', namespace, ownerReferences: [reference] }
  const made = { apiVersion: kind === 'Job' ? 'batch/v1' : 'v1', kind, metadata, spec: member(from, 'spec') }
  const { status, body } = await send(`${pathOf(kind, namespace)}?dryRun=All`, made, user)
  if (status !== 201 && status !== 403) throw new Error(`${kind}: ${status} ${JSON.stringify(body)}`)
  return status === 403 || (next !== undefined && (await isRefused(send, namespace, made, next)))
}

/** The findings of one warning, one for each container. The closing line and warnings about the policy have none. */
function findingsOf(warning: string): readonly [string, 'warned' | 'refuses Pods'][] {
  const [, rule, , names = '""'] = /^\[([a-z-]+)\] (?:(\w+) ((?:"[^"]*"(?:, )?)+): )?/.exec(warning) ?? []
  if (rule === undefined || rule === 'initlint') return []
  const outcome = warning.includes('will be refused') ? 'refuses Pods' : 'warned'
  return [...names.matchAll(/"([^"]*)"/g)].map(([, name]) => [`${rule}/${name}`, outcome])
}

/** The name of the container or volume that a pointer leads into; '' for the pod. */
function containerAt(object: object, pointer: string): string {
  const keys = pointer.split('/').slice(1)
  for (let length = keys.length; length > 0; length--) {
    const name = at(object, ...keys.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key)), 'name')
    if (length > 1 && typeof name === 'string' && /^\d+$/.test(keys[length - 1] ?? '')) return name
  }
  return ''
}

/** The verdict that a row of a scan shows. */
export function verdictOfRow(row: unknown): Verdict {
  const found = asArray(member(row, 'diagnostics')).flatMap((diagnostic): [string, Verdict[string]][] => {
    const action = member(diagnostic, 'action')
    if (member(diagnostic, 'exempted') !== undefined || action === 'audit') return []
    const message = asString(member(diagnostic, 'message')) ?? ''
    const outcome = action === 'deny' ? 'denied' : message.includes('will be refused') ? 'refuses Pods' : 'warned'
    return [[`${member(diagnostic, 'rule')}/${member(diagnostic, 'container') ?? ''}`, outcome]]
  })
  return Object.fromEntries(found)
}
