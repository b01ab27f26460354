import type { ImageReference } from '../model/image-reference.ts'
import { compileGlob, type Glob } from './glob.ts'

/** The default port of HTTPS (RFC 9110, section 4.2.2). */
const defaultPort = /:443$/

/** A registry host as policies compare it: DNS names have no case (RFC 4343), and the default port is the same registry. */
function comparedHost(host: string): string {
  return host.toLowerCase().replace(defaultPort, '')
}

/** `registry/repository`, which every glob of images in a policy is matched against. */
export function comparedName({ registry, repository }: ImageReference): string {
  return `${comparedHost(registry)}/${repository}`
}

/** Compiles a glob of `registry/repository`. Its host is normalized like that of a reference. */
export function compileNameGlob(pattern: string): Glob {
  const slash = pattern.indexOf('/')
  return compileGlob(slash === -1 ? pattern : `${comparedHost(pattern.slice(0, slash))}${pattern.slice(slash)}`)
}
