/** Image references: the parser agrees with the regular expressions of the library that Kubernetes uses. */
import { parseImageReference } from '../../../src/model/image-reference.ts'
import { fail, type Target, twice } from './target.ts'

// github.com/distribution/reference v0.6.0, regexp.go: written from its grammar, without the library's own checks.
const alphanumeric = '[a-z0-9]+'
const separator = '(?:[._]|__|[-]+)'
const component = `${alphanumeric}(?:${separator}${alphanumeric})*`
const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domain = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`
const tag = '[\\w][\\w.-]{0,127}'
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'
const anchored = new RegExp(`^((?:${domain}/)?${component}(?:/${component})*)(?::(${tag}))?(?:@(${digest}))?$`)
const anchoredDomain = new RegExp(`^(${domain})/(.*)$`, 's')
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }

/** Whether `ParseNormalizedNamed` (normalize.go) accepts the text. */
function isAccepted(text: string): boolean {
  if (/^[a-f0-9]{64}$/.test(text)) return false
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(slash, 0))
  const isHost = slash !== -1 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const host = !isHost || first === 'index.docker.io' ? 'docker.io' : first
  let rest = isHost ? text.slice(slash + 1) : text
  if (host === 'docker.io' && !rest.includes('/')) rest = `library/${rest}`
  const name = rest.includes(':') ? rest.slice(0, rest.indexOf(':')) : rest
  if (name !== name.toLowerCase()) return false
  const found = anchored.exec(`${host}/${rest}`)
  if (found === null) return false
  const [, path = '', , digestText] = found
  // `Parse` (reference.go) measures the path without its domain.
  const inDomain = anchoredDomain.exec(path)
  if ((inDomain?.[2] ?? path).length > 255) return false
  if (digestText === undefined) return true
  const [algorithm = '', hex = ''] = digestText.split(':')
  return digestLengths[algorithm] === hex.length && /^[a-f0-9]+$/.test(hex)
}

export const references: Target = {
  name: 'references',
  maxLength: 400,
  dictionary: [
    ...['docker.io/', 'index.docker.io/', 'library/', 'registry.example:5000/', 'localhost/', '[::1]:5000/', 'LOCALHOST/', 'a_b/'],
    ...[
      '/',
      '//',
      ':',
      '::',
      '@',
      '@sha256:',
      'a'.repeat(64),
      '0'.repeat(64),
      'f'.repeat(32),
      '@sha512:',
      '@sha384:',
      '@md5:',
      'A',
      '-',
      '--',
    ],
    ...[
      '_',
      '__',
      '___',
      '.',
      '..',
      ':latest',
      ':1.0',
      'nginx',
      'é',
      '\u0131',
      '\u212a',
      ' ',
      '\n',
      '%2f',
      'x'.repeat(128),
      'y'.repeat(255),
    ],
  ],
  check(input) {
    const text = input.toString('utf8')
    const parsed = twice('parseImageReference', () => parseImageReference(text))
    if (parsed.ok !== isAccepted(text))
      fail(`parseImageReference(${JSON.stringify(text)}) is ${JSON.stringify(parsed)}, unlike in distribution/reference`)
    if (!parsed.ok) return
    const { registry, repository, tag, digest } = parsed.value
    const full = `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`
    const again = parseImageReference(full)
    if (JSON.stringify(again) !== JSON.stringify(parsed)) fail(`${JSON.stringify(text)} is ${full}, which is ${JSON.stringify(again)}`)
  },
}
