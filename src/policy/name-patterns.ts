/** Patterns of images and tags that match nothing, or that match less than they seem to. */
import { comparedPattern } from './image-name.ts'

/** Characters of a repository (distribution/reference, regexp.go, remoteName), and stars. */
const repositoryGlob = /^[a-z0-9._*/-]*$/
/** Characters of a tag (regexp.go, tag) and stars; a tag starts with none of `.` and `-`. */
const tagGlob = /^[\w*][\w.*-]*$/
const longestTag = 128

/** What is wrong with a glob of `registry/repository`; undefined if nothing is. A tag in it is reported by check.ts. */
export function nameFlaw(glob: string): string | undefined {
  const slash = glob.indexOf('/')
  if (slash === -1) return undefined
  const host = glob.slice(0, slash)
  const repository = glob.slice(slash + 1)
  if (glob.includes('://')) return `the glob is a URL and matches nothing, because names have no scheme; write ${withoutScheme(glob)}`
  if (repository.includes(':')) return undefined
  if (host === '' || repository === '' || repository.startsWith('/') || repository.endsWith('/') || repository.includes('//'))
    return 'the glob matches nothing, because no part of a name is empty; write, for example, docker.io/library/*'
  if (!repositoryGlob.test(repository))
    return 'the glob matches nothing, because repositories contain only lowercase letters, digits, ".", "_", "-" and "/"'
  if (host.endsWith('.')) return 'the glob matches nothing, because the host in a name does not end with a dot; remove it'
  if (!/[.:*]/.test(host)) return host === 'localhost' || host !== host.toLowerCase() ? undefined : withoutHost(glob)
  const compared = comparedPattern(glob)
  return compared === glob ? undefined : `hosts are compared in one form: lowercase, without the default port; write ${compared}`
}

/** The glob for the images of a registry that is written as a URL: `https://docker.io/` is `docker.io/**`. */
function withoutScheme(url: string): string {
  const rest = url.slice(url.indexOf('://') + 3).replace(/\/+$/, '')
  const glob = comparedPattern(rest.includes('/') ? rest : `${rest}/**`)
  return rest === '' ? 'the host of the registry' : glob
}

/** A host without a dot and a port is a registry only if it is `localhost` or has uppercase letters (normalize.go, splitDockerDomain). */
function withoutHost(glob: string): string {
  return `the glob matches no image of Docker Hub, because names start with the registry; write docker.io/${glob}`
}

/** What is wrong with a glob for tags. */
export function tagFlaw(glob: string): string | undefined {
  if (glob.includes('@') || /^sha\d+:/.test(glob))
    return 'the glob matches nothing, because a digest is not a tag, and it never moves; remove it'
  if (/[/:]/.test(glob)) return 'the glob matches nothing, because it is compared with the tag alone; remove the name of the image'
  if (!tagGlob.test(glob) || glob.replaceAll('*', '').length > longestTag)
    return `the glob matches nothing, because tags contain only letters, digits, "_", "." and "-", at most ${longestTag} characters`
  return undefined
}

/** What is wrong with an entry of `preloaded`: a glob for the name, optionally followed by a colon and a glob for the tag. */
export function preloadedFlaw(entry: string): string | undefined {
  if (entry.includes('@')) return 'the entry matches nothing, because images are compared without digests; remove the digest'
  const colon = entry.indexOf(':', entry.lastIndexOf('/') + 1)
  const name = colon === -1 ? entry : entry.slice(0, colon)
  if (!name.includes('/') && !name.includes('**'))
    return `the entry matches nothing, because names are registry/repository; write docker.io/library/${entry}`
  return nameFlaw(name) ?? (colon === -1 ? undefined : tagFlaw(entry.slice(colon + 1)))
}
