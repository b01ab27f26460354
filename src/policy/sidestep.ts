/** Finds what a requester without rights over the policy could use to escape a denial. */
import { strictness } from '../lint/rule.ts'
import { conditionsOf } from './covers.ts'
import type { MatchBlock, PolicyDocument, RegistryEntry } from './document.ts'
import type { Decisions } from './effective.ts'
import { comparedPattern } from './image-name.ts'
import { childPointer } from './problem.ts'

type Remark = (pointer: string, message: string) => void

/** The keys that the author of an object writes into it. */
const writtenByAuthors = ['labels', 'names', 'owners', 'containers', 'roles'] as const satisfies readonly (keyof MatchBlock)[]

/** Reports exemptions, overrides and annotations by which the author of an object can escape a denial. */
export function escapesIn(document: Partial<PolicyDocument>, decisions: Decisions, remark: Remark): void {
  const denied = denials(decisions)
  for (const [index, { rules, match = {} }] of (document.exemptions ?? []).entries()) {
    const escaped = rules.includes('*') ? [...denied.keys()] : rules.filter((id) => denied.has(id))
    const keys = writtenKeys(match)
    if (escaped.length > 0 && keys.length > 0) remark(`/exemptions/${index}/match`, escapeMessage(keys, escaped))
  }
  for (const [id, { ignorable }] of decisions.settings) {
    if (ignorable && decisions.annotations.allow && denied.has(id)) remark(`/rules/${id}/ignorable`, ignorableMessage)
  }
  for (const [index, { match }] of (document.overrides ?? []).entries()) checkOverride(index, match ?? {}, denied, decisions, remark)
}

function checkOverride(index: number, match: MatchBlock, denied: Denials, decisions: Decisions, remark: Remark): void {
  const keys = writtenKeys(match)
  for (const [id, { action, ignorable }] of decisions.overrides[index]?.changes ?? []) {
    const since = denied.get(id)
    if (since === undefined) continue
    const pointer = childPointer(`/overrides/${index}/rules`, id)
    const isMilder = action !== undefined && strictness[action] < strictness.deny && since < index
    if (isMilder && keys.length > 0) remark(pointer, escapeMessage(keys, [id]))
    if (ignorable === true && decisions.annotations.allow && !isConfined(match)) remark(`${pointer}/ignorable`, ignorableMessage)
  }
}

const ignorableMessage =
  'every author of an object can silence this denial with the annotation initlint.dev/ignore; set ignorable in an override for some namespaces'

function escapeMessage(keys: readonly string[], rules: readonly string[]): string {
  const [first = '', ...others] = rules
  return `authors of objects write ${keys.join(' and ')} themselves, so all of them can escape the denial by ${first}${others.length === 0 ? '' : ` and ${others.length} more`}; add namespaces, namespaceSelector or users`
}

/** The rules that can deny, each with the index of the first override that makes it deny; -1 if it denies without one. */
type Denials = ReadonlyMap<string, number>

function denials({ settings, overrides, idle, harmless }: Decisions): Denials {
  const found = new Map<string, number>()
  const add = (id: string, index: number): void => {
    if (!found.has(id) && !idle.has(id) && !harmless.has(id)) found.set(id, index)
  }
  for (const [id, { action }] of settings) if (action === 'deny') add(id, -1)
  for (const [index, { changes }] of overrides.entries()) for (const [id, { action }] of changes) if (action === 'deny') add(id, index)
  return found
}

/** The keys by which an author can make an object match; none if the block also has a key that they cannot choose. */
export function writtenKeys(match: MatchBlock): readonly string[] {
  return isConfined(match) ? [] : writtenByAuthors.filter((key) => match[key] !== undefined)
}

/**
 * Whether a block has a key that authors cannot choose: the namespace, its labels, the requester, the image, which is what rules about
 * images judge, or the role of a debug container, which a manifest cannot have (`pods/ephemeralcontainers` is a right of its own). The kind is not one: who can write labels can usually choose among several kinds.
 */
function isConfined({ namespaces, namespaceSelector, users, images, roles }: MatchBlock): boolean {
  return (
    namespaces?.every((glob) => !/^\*+$/.test(glob)) === true ||
    conditionsOf(namespaceSelector).length > 0 ||
    users?.every((glob) => !matchesAnyServiceAccount(glob)) === true ||
    roles?.every((role) => role === 'ephemeral') === true ||
    images?.every((glob) => !/^\*+(?:\/\*+)?$/.test(glob)) === true
  )
}

const serviceAccounts = 'system:serviceaccount:'

/**
 * Whether a service account in any namespace can match: `*-deployer` does, because users of service accounts are
 * `system:serviceaccount:NAMESPACE:NAME`, and authors can often create service accounts. Names consist of a-z, 0-9, `-` and `.`.
 */
function matchesAnyServiceAccount(glob: string): boolean {
  const star = glob.indexOf('*')
  return star !== -1 && serviceAccounts.startsWith(glob.slice(0, star)) && /^[a-z0-9.:*-]*$/.test(glob.slice(star))
}

/** Registries that give each customer a host (Azure, Amazon ECR, JFrog). */
const sharedByHost = ['azurecr.io', 'amazonaws.com', 'jfrog.io']
/** Registries that give each customer the first part of the repository. */
const sharedByPath = [
  ...['docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'ghcr.io', 'quay.io', 'public.ecr.aws', 'registry.gitlab.com'],
  ...['gcr.io', 'pkg.dev', 'icr.io', 'ocir.io', 'registry.digitalocean.com', 'ttl.sh'],
]
/** Top-level domains in which nothing can be registered (RFC 2606, RFC 6762, and .internal by ICANN in 2024). */
const privateDomains = new Set(['example', 'test', 'invalid', 'localhost', 'local', 'internal'])

/** Reports entries that allow images from registries, or parts of them, that anyone can set up. */
export function wideRegistriesIn(registries: readonly RegistryEntry[], remark: Remark): void {
  for (const [index, { allowed, match }] of registries.entries()) {
    const message = allowed === true ? widthOf(comparedPattern(match)) : undefined
    if (message !== undefined) remark(`/registries/${index}/match`, message)
  }
}

/** Why anyone could provide an image that the glob allows; undefined if no one could, as far as is known. */
function widthOf(glob: string): string | undefined {
  const slash = glob.indexOf('/')
  const host = (slash === -1 ? glob : glob.slice(0, slash)).replace(/:[^\]]*$/, '')
  const [account = ''] = slash === -1 ? ['**'] : glob.slice(slash + 1).split('/')
  const star = host.lastIndexOf('*')
  if (host.includes('**') || (star !== -1 && !isOneDomain(host.slice(star + 1))))
    return 'it allows hosts that anyone can register; write the complete host, or *.DOMAIN with a domain of your own'
  const ofHost = star === -1 ? undefined : sharedByHost.find((domain) => host.endsWith(`.${domain}`))
  if (ofHost !== undefined) return `anyone can open a registry in ${ofHost}, so it allows images of anyone; write the complete host`
  const ofPath = account.includes('*') ? sharedByPath.find((domain) => `.${host}`.endsWith(`.${domain}`)) : undefined
  return ofPath === undefined
    ? undefined
    : `anyone can publish images on ${ofPath}, so it allows images of anyone; write ${host}/ACCOUNT/**`
}

/** Whether all hosts that end with the text after the last star are in one registered domain: `.corp.example` is, `corp.example` is not. */
function isOneDomain(end: string): boolean {
  const labels = end.slice(end.indexOf('.') + 1).split('.')
  return end.includes('.') && (labels.length > 1 || privateDomains.has(labels.at(-1) ?? ''))
}
