/**
 * The grammar of image references as Kubernetes reads them: github.com/distribution/reference v0.6.0, `ParseNormalizedNamed`
 * (normalize.go, reference.go, regexp.go), which kubelet and API server call through pkg/util/parsers. Written as linear
 * checks over the parts, because the text comes from strangers.
 */

/** A parsed reference. Names are normalised: `nginx` is docker.io + library/nginx. `latest` is never filled in. */
export interface ImageReference {
  readonly registry: string
  readonly repository: string
  readonly tag: string | null
  readonly digest: string | null
}

/** Why a reference cannot be used. */
export type ImageReferenceFault = 'empty' | 'too-long' | 'white-space' | 'identifier' | 'upper-case' | 'digest' | 'format'

export type ParsedImageReference =
  | { readonly ok: true; readonly value: ImageReference }
  | { readonly ok: false; readonly fault: ImageReferenceFault }

/** Longest text that is looked at. Repositories end at 255 characters, tags at 128: nothing longer can be valid. */
export const maxReferenceLength = 4096

/** RepositoryNameTotalLengthMax in distribution/reference. */
const maxRepositoryLength = 255

const defaultRegistry = 'docker.io'
/** Docker's older name of its registry; normalised away. */
const legacyRegistry = 'index.docker.io'

const hostComponent = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/
const ipv6Host = /^\[[a-fA-F0-9:]+\]$/
const port = /^[0-9]+$/
/** One path component: alphanumerics, between them one dot, one or two underscores, or dashes. */
const pathComponent = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const identifier = /^[a-f0-9]{64}$/
/** go-digest: the algorithms that it knows, with the length of their lower-case hex. */
const digestLengths = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])
const hexadecimal = /^[a-f0-9]+$/

const remembered = new Map<string, ParsedImageReference>()

/** Most references that are remembered, and the longest: a cluster runs a few thousand, strangers may send any number. */
const maxRemembered = 5000
const maxRememberedLength = 300

/**
 * Parses a reference. Never throws; time is linear in the length of the text. A cluster starts the same images over and over, so
 * answers are remembered.
 * @param text what stands in `image`
 */
export function parseImageReference(text: string): ParsedImageReference {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const parsed = parse(text)
  if (text.length <= maxRememberedLength) {
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(text, parsed)
  }
  return parsed
}

function parse(text: string): ParsedImageReference {
  if (text === '') return { ok: false, fault: 'empty' }
  if (text.length > maxReferenceLength) return { ok: false, fault: 'too-long' }
  if (/\s/.test(text)) return { ok: false, fault: 'white-space' }
  if (identifier.test(text)) return { ok: false, fault: 'identifier' }
  const { registry, remainder } = splitRegistry(text)
  const colon = remainder.indexOf(':')
  const lowerCasePart = colon === -1 ? remainder : remainder.slice(0, colon)
  if (lowerCasePart !== lowerCasePart.toLowerCase()) return { ok: false, fault: 'upper-case' }
  return parseRemainder(registry, remainder)
}

/** `splitDockerDomain` of normalize.go: what stands before the first slash is a registry only if it looks like a host. */
function splitRegistry(text: string): { registry: string; remainder: string } {
  const slash = text.indexOf('/')
  if (slash === -1) return { registry: defaultRegistry, remainder: `library/${text}` }
  const first = text.slice(0, slash)
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase()
  const registry = !isHost || first === legacyRegistry ? defaultRegistry : first
  const remainder = isHost ? text.slice(slash + 1) : text
  if (registry === defaultRegistry && !remainder.includes('/')) return { registry, remainder: `library/${remainder}` }
  return { registry, remainder }
}

function parseRemainder(registry: string, remainder: string): ParsedImageReference {
  const atSign = remainder.indexOf('@')
  const digest = atSign === -1 ? null : remainder.slice(atSign + 1)
  const nameAndTag = atSign === -1 ? remainder : remainder.slice(0, atSign)
  const colon = nameAndTag.indexOf(':')
  const tag = colon === -1 ? null : nameAndTag.slice(colon + 1)
  const repository = colon === -1 ? nameAndTag : nameAndTag.slice(0, colon)
  // A host with an underscore is no host in that grammar, but the grammar then takes it for the first part of the path and lets it pass.
  const path = isRegistry(registry) ? repository : `${registry}/${repository}`
  if (path !== repository && !pathComponent.test(registry)) return { ok: false, fault: 'format' }
  if (tag !== null && !tagPattern.test(tag)) return { ok: false, fault: 'format' }
  if (path.length > maxRepositoryLength) return { ok: false, fault: 'too-long' }
  for (const component of repository.split('/')) if (!pathComponent.test(component)) return { ok: false, fault: 'format' }
  if (digest !== null && !isDigest(digest)) return { ok: false, fault: 'digest' }
  return { ok: true, value: { registry, repository, tag, digest } }
}

function isRegistry(registry: string): boolean {
  const bracket = registry.startsWith('[') ? registry.indexOf(']') + 1 : 0
  const colon = registry.indexOf(':', bracket)
  const host = colon === -1 ? registry : registry.slice(0, colon)
  if (colon !== -1 && !port.test(registry.slice(colon + 1))) return false
  if (bracket > 0) return ipv6Host.test(host)
  for (const component of host.split('.')) if (!hostComponent.test(component)) return false
  return true
}

function isDigest(digest: string): boolean {
  const colon = digest.indexOf(':')
  const length = digestLengths.get(digest.slice(0, colon))
  const encoded = digest.slice(colon + 1)
  return length === encoded.length && hexadecimal.test(encoded)
}

/** Whether the kubelet will take an upper-case first part for a registry host (`Luksa/kiada`): the pull then fails for ever. */
export function hasUpperCaseHost(reference: ImageReference): boolean {
  return !/[.:]/.test(reference.registry) && reference.registry !== reference.registry.toLowerCase()
}

/** `registry/repository`, the subject of every glob in a policy. */
export function imageName(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}`
}
