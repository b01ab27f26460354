/**
 * Registry hosts as initlint compares them. containerd and CRI-O keep the host as the reference spells it (distribution/reference,
 * splitDockerDomain changes only `index.docker.io`), but contact the same server for several spellings, so a comparison of the spelled
 * texts could be sidestepped.
 */
import { type ImageReference, shortPort } from './image-reference.ts'

const plainHost = /^[a-z0-9.-]+$/
const portAtEnd = /:([0-9]+)$/

/**
 * The port that a registry without a port has: containerd uses HTTPS (core/remotes/docker/config/hosts.go, ConfigureHosts), whose port is
 * 443 (RFC 9110, section 4.2.2). Port 80 is a different server: containerd would use HTTPS on it, too.
 */
const defaultPort = '443'

const defaultRegistry = 'docker.io'
/** The older name of Docker Hub, which distribution/reference replaces only in this exact spelling (normalize.go, legacyDefaultDomain). */
const legacyRegistry = 'index.docker.io'

/**
 * Hosts that serve the images of Docker Hub: the one that containerd contacts (core/remotes/docker/resolver.go, DefaultHost), and the
 * other one that Jib counts as the same registry (RegistryAliasGroup.java).
 */
const dockerHubHosts: ReadonlySet<string> = new Set([defaultRegistry, 'registry-1.docker.io', 'registry.hub.docker.com'])

/** A host in one form: lowercase (RFC 4343), without the default port, zeros before the port and longer spellings of an IPv6 address. */
export function comparedHost(host: string): string {
  const lower = host.toLowerCase()
  if (plainHost.test(lower)) return lower === legacyRegistry ? defaultRegistry : lower
  const withPort = portAtEnd.exec(lower)
  const isPort = withPort !== null && (!lower.startsWith('[') || lower[withPort.index - 1] === ']')
  const name = isPort ? lower.slice(0, withPort.index) : lower
  const number = isPort ? shortPort(withPort[1] ?? '') : defaultPort
  const port = number === defaultPort ? '' : `:${number}`
  return `${name === legacyRegistry && port === '' ? defaultRegistry : addressOf(name)}${port}`
}

/** `registry/repository` with the host in its compared form. */
export function comparedName({ registry, repository }: Pick<ImageReference, 'registry' | 'repository'>): string {
  return `${comparedHost(registry)}/${repository}`
}

/**
 * Another name of the same images, if there is one. It may make a judgment stricter but never milder, because a cluster can have a mirror
 * for one of the names only.
 */
export function otherName({ registry, repository }: Pick<ImageReference, 'registry' | 'repository'>): string | undefined {
  const host = comparedHost(registry)
  if (dockerHubHosts.has(host)) {
    // distribution/reference inserts library/ only after the exact text docker.io: DOCKER.IO/nginx keeps its short repository.
    const name = `${defaultRegistry}/${repository.includes('/') ? repository : `library/${repository}`}`
    return name === `${host}/${repository}` ? undefined : name
  }
  const address = ipv4Of(host)
  return address === undefined ? undefined : `${address}/${repository}`
}

/** An IPv6 address in its shortest form (RFC 5952); any other host unchanged. */
function addressOf(name: string): string {
  return name.startsWith('[') && URL.canParse(`https://${name}`) ? new URL(`https://${name}`).hostname : name
}

/** An IPv4 address that is mapped to IPv6 (RFC 4291, section 2.5.5.2), as `addressOf` writes it. */
const mappedAddress = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]/
/** Numbers that inet_aton of the C library takes for an IPv4 address: `127.1`, `0x7f.0.0.1`. Go's own resolver does not. */
const numericHost = /^(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}(?=:|$)/

/** The host with its IPv4 address in the usual form; undefined if it has that form or is no address. */
function ipv4Of(host: string): string | undefined {
  const [mapped, high = '', low = ''] = mappedAddress.exec(host) ?? []
  const [numeric] = numericHost.exec(host) ?? []
  const spelled = mapped ?? numeric
  if (spelled === undefined) return undefined
  const url = `https://${mapped === undefined ? spelled : Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16)}`
  const address = URL.canParse(url) ? new URL(url).hostname : spelled
  return address === spelled ? undefined : `${address}${host.slice(spelled.length)}`
}
