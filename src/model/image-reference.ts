/**
 * The grammar of image references as Kubernetes reads them: github.com/distribution/reference v0.6.0, `ParseNormalizedNamed`
 * (normalize.go, reference.go, regexp.go), which the kubelet and the API server call through pkg/util/parsers. Written as checks over
 * the parts that take linear time, because the text is untrusted.
 */

/** A parsed reference. Names are normalized: `nginx` is docker.io + library/nginx. `latest` is never filled in. */
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

/**
 * Longest text that is parsed, apart from zeros before the port. Repositories have at most 255 characters and tags 128, but the grammar
 * limits neither hosts nor ports; a longer host has no address, because a DNS name has at most 253 characters (RFC 1035, section 2.3.4).
 */
export const maxReferenceLength = 4096

/** RepositoryNameTotalLengthMax in distribution/reference. */
export const maxRepositoryLength = 255

const defaultRegistry = 'docker.io'
/** The older name of Docker Hub, replaced by the current one. */
const legacyRegistry = 'index.docker.io'

const hostComponent = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/
const ipv6Host = /^\[[a-fA-F0-9:]+\]$/
const port = /^[0-9]+$/
/** One path component: alphanumerics, separated by one dot, one or two underscores, or dashes. */
export const pathComponent = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const identifier = /^[a-f0-9]{64}$/
/** The algorithms that go-digest supports, with the length of their digests in lowercase hex. */
const digestLengths = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])
const hexadecimal = /^[a-f0-9]+$/

const remembered = new Map<string, ParsedImageReference>()

/** Limits of the cache: a cluster runs a few thousand images, but requesters may send any number. */
const maxRemembered = 5000
const maxRememberedLength = 300

/**
 * Parses a reference. Never throws, and takes time linear in the length of the text. Results are cached, because a cluster starts the
 * same images over and over.
 * @param text the value of `image`
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

function parse(written: string): ParsedImageReference {
  if (written === '') return { ok: false, fault: 'empty' }
  const text = written.length > maxReferenceLength ? withoutZeros(written) : written
  if (text.length > maxReferenceLength) return { ok: false, fault: 'too-long' }
  if (/\s/.test(text)) return { ok: false, fault: 'white-space' }
  if (identifier.test(text)) return { ok: false, fault: 'identifier' }
  const { registry, remainder } = splitRegistry(text)
  const colon = remainder.indexOf(':')
  const lowerCasePart = colon === -1 ? remainder : remainder.slice(0, colon)
  if (lowerCasePart !== lowerCasePart.toLowerCase()) return { ok: false, fault: 'upper-case' }
  return parseRemainder(registry, remainder)
}

/** The text with a short port: `docker.io:000…0443/x` is pulled like `docker.io:443/x`, however many zeros it has. */
function withoutZeros(text: string): string {
  const slash = text.indexOf('/')
  const host = text.slice(0, Math.max(slash, 0))
  const colon = host.lastIndexOf(':')
  return colon === -1 ? text : `${host.slice(0, colon + 1)}${shortPort(host.slice(colon + 1))}${text.slice(slash)}`
}

/** A port without leading zeros: Go's net.Dial reads `0443` as 443 (net/port.go, parsePort). */
export function shortPort(port: string): string {
  return port.replace(/^0+(?=[0-9])/, '')
}

/** The text before the first slash is a registry only if it looks like a host (`splitDockerDomain` of normalize.go). */
function looksLikeHost(first: string): boolean {
  return first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase()
}

/** `splitDockerDomain` of normalize.go. */
function splitRegistry(text: string): { registry: string; remainder: string } {
  const slash = text.indexOf('/')
  if (slash === -1) return { registry: defaultRegistry, remainder: `library/${text}` }
  const first = text.slice(0, slash)
  const isHost = looksLikeHost(first)
  const registry = !isHost || first === legacyRegistry ? defaultRegistry : first
  const remainder = isHost ? text.slice(slash + 1) : text
  if (registry === defaultRegistry && !remainder.includes('/')) return { registry, remainder: `library/${remainder}` }
  return { registry, remainder }
}

/** The parts of a reference as they are written, valid or not, and where they begin. */
export interface WrittenParts {
  /** Null for a short name, which is looked up on Docker Hub. */
  readonly host: string | null
  readonly path: string
  readonly pathAt: number
  readonly tag: string | null
  readonly tagAt: number
  readonly digest: string | null
}

/** Splits a text at the places where the grammar does, without a check of the parts. */
export function splitReference(text: string): WrittenParts {
  const slash = text.indexOf('/')
  const host = slash !== -1 && looksLikeHost(text.slice(0, slash)) ? text.slice(0, slash) : null
  const pathAt = host === null ? 0 : slash + 1
  const at = text.indexOf('@', pathAt)
  const end = at === -1 ? text.length : at
  const colon = text.slice(pathAt, end).indexOf(':')
  const pathEnd = colon === -1 ? end : pathAt + colon
  return {
    host,
    path: text.slice(pathAt, pathEnd),
    pathAt,
    tag: colon === -1 ? null : text.slice(pathEnd + 1, end),
    tagAt: pathEnd + 1,
    digest: at === -1 ? null : text.slice(at + 1),
  }
}

/**
 * Whether the name has no registry, so that the runtime chooses one. Docker Hub for containerd; CRI-O looks it up in the aliases and the
 * search registries of its nodes (containers/image pkg/shortnames, IsShortName).
 */
export function isShortName(text: string): boolean {
  return splitReference(text).host === null
}

function parseRemainder(registry: string, remainder: string): ParsedImageReference {
  const atSign = remainder.indexOf('@')
  const digest = atSign === -1 ? null : remainder.slice(atSign + 1)
  const nameAndTag = atSign === -1 ? remainder : remainder.slice(0, atSign)
  const colon = nameAndTag.indexOf(':')
  const tag = colon === -1 ? null : nameAndTag.slice(colon + 1)
  const repository = colon === -1 ? nameAndTag : nameAndTag.slice(0, colon)
  // In that grammar a host with an underscore is not a host, but it is accepted as the first component of the path.
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

/**
 * Whether the kubelet takes an uppercase first component for a registry host (`Luksa/kiada`). The pull fails unless the node's DNS has such
 * a host, which is why such references are judged like all others.
 */
export function hasUpperCaseHost(reference: ImageReference): boolean {
  return !/[.:]/.test(reference.registry) && reference.registry !== reference.registry.toLowerCase()
}
