/**
 * Why an image reference cannot be meant as it is written: the first cause that a person would correct. The grammar of image-reference.ts
 * only accepts or refuses; this file also looks at references that are legal, but certainly not meant (`null:null`, `sha256:…`).
 */
import { characterFault, type NamedCharacter } from './image-characters.ts'
import {
  maxReferenceLength,
  maxRepositoryLength,
  type ParsedImageReference,
  parseImageReference,
  pathComponent,
  splitReference,
  type WrittenParts,
} from './image-reference.ts'

/** What is wrong, and what to do, as clauses. The values are in `ImageFault.data`. */
export const imageFaultSentences = {
  'too-long': 'the name is longer than 255 characters; shorten it',
  template: 'the template syntax {{part}} was not rendered; render the template first',
  variable: 'the placeholder {{part}} was not replaced; fill it in first',
  'unbuilt-ko': 'ko:// names a Go package that ko did not build; use "ko apply" or "ko resolve"',
  'printed-object': 'it is an object printed as text ({{part}}); use its repository and its tag instead',
  'missing-value': '{{part}} means that a value was missing; set that value',
  scheme: 'an image reference has no URL scheme; remove {{part}}{{pin}}',
  'no-repository': 'the repository before {{part}} is missing; add it',
  'empty-tag': 'the tag after the colon is empty; write a tag',
  'no-digest': 'nothing follows the @; add a digest or remove the @{{pin}}',
  'white-space': 'the image reference contains whitespace at position {{position}}; remove it{{pin}}',
  'invisible-character': 'it contains the invisible character {{character}} at position {{position}}; remove it{{pin}}',
  'two-digests': 'it has more than one @; keep one digest',
  'digest-joined': 'the digest {{part}} must follow an @; write repository@sha256:…',
  'image-id': '{{part}} is an image ID, not a name; use repository@sha256:…',
  identifier: '64 hex digits are an image ID, not a name; use repository@sha256:…',
  'tag-after-digest': 'the tag {{part}} follows the digest; write repository:tag@digest',
  'no-algorithm': 'the digest lacks its algorithm; write @sha256:… with 64 hex digits',
  algorithm: 'the digest is of the unknown type {{part}}; use sha256',
  'digest-length': 'the digest has {{length}} characters after {{part}}:, not {{expected}}; copy it completely',
  'digest-upper-case': 'the digest contains uppercase letters; use lowercase',
  digest: 'the digest contains {{character}} at position {{position}}, which is not a hex digit; copy it again',
  'number-tag': 'the tag {{part}} is a number in floating-point notation; quote the tag in the values',
  'plus-in-tag': 'a tag cannot contain +; write _ or - instead',
  'slash-in-tag': 'a tag cannot contain /, as {{part}} does; write - instead',
  'two-tags': 'it has two tags, {{first}} and {{second}}; keep one',
  port: 'the port {{part}} is not a number; correct it',
  character: '{{where}} cannot contain {{character}}, found at position {{position}}; remove it{{pin}}',
  'upper-case': 'the repository contains uppercase letters; use lowercase{{pin}}',
  'tag-start': 'a tag cannot begin with {{part}}; begin it with a letter, a digit or _',
  'tag-too-long': 'the tag has {{length}} characters, and at most 128 are allowed; shorten it',
  'empty-component': 'a part of the path is empty (position {{position}}); remove the extra slash{{pin}}',
  separator: '{{part}} has a separator at an end or two in a row; use lowercase letters and digits, separated by ., _, __ or -{{pin}}',
  host: 'the registry host {{part}} is malformed; correct it',
} as const

export type ImageFaultId = keyof typeof imageFaultSentences

export interface ImageFault {
  readonly id: ImageFaultId
  readonly data: Readonly<Record<string, string | number>>
  /** Whether the grammar accepts the reference, so that a node looks for such an image. */
  readonly isLegal: boolean
}

/** Longest part of a reference that is quoted. */
const maxPart = 40

type Found = Omit<ImageFault, 'isLegal'>

/**
 * The cause of an image reference that cannot be used, or that is legal but certainly not meant. Takes time linear in the length of the
 * text. Undefined for all other references, and for an empty one, which the API server rejects.
 * @param text the value of `image`
 */
export function imageFaultOf(text: string, parsed: ParsedImageReference = parseImageReference(text)): ImageFault | undefined {
  if (parsed.ok) {
    const found = legalFault(text)
    return found && { ...found, isLegal: true }
  }
  if (parsed.fault === 'empty') return undefined
  if (parsed.fault === 'identifier') return { id: 'identifier', data: {}, isLegal: false }
  const found = text.length > maxReferenceLength ? undefined : illegalFault(text)
  return { ...(found ?? { id: 'too-long', data: {} }), isLegal: false }
}

/** Rendered templates: Helm, Go and Jinja (`{{ }}`, `{% %}`), ERB and EJS (`<% %>`). */
const templateSyntax = /\{\{[^{}]{0,40}(?:\}\})?|\}\}|\{%|%\}|<%|%>/
/** Objects as Go (`map[a:b]`, `%!s(int=1)`), Python (`{'a': …}`), JSON and JavaScript (`[object Object]`) print them. */
const printedObject =
  /map\[[^\s\]]{0,20}|\[object \w{0,20}\]?|%!\w?\([^)]{0,20}\)?|^\{["'][^"']{0,20}|^\{\w{1,20}[:=]|^\[(?![0-9a-fA-F]{0,4}:|[A-Z _-]+\])[^\]]{0,20}/
/** What Go (`<no value>`, `<nil>`) and docker (`<none>`) print for a missing value. */
const printedMissing = /<(?:no value|nil|none)>/
/** Variables of shells and envsubst, MSBuild and Kubernetes (`$(X)`), CI tools (`#{X}#`, `%X%`, `@X@`), and names in brackets. */
const variable =
  /\$\{[^}]{0,40}\}?|\$\([^)]{0,40}\)?|\$[A-Za-z_]\w{0,40}|#\{[^}]{0,40}\}?#?|%[A-Za-z_]\w{0,40}%|@@?[A-Z_][A-Z0-9_]{0,40}@@?|<[A-Za-z_][\w .:/-]{0,40}>|\{[A-Za-z_][\w.-]{0,40}\}|(?<=[/:@])\[[^\]]{1,40}\]|^\[[A-Z _-]{1,40}\]/

/** A sentence for a person, or several words in capitals: `FILLED BY THE OPERATOR`. */
const phrase = /^(?:[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+)+|[A-Za-z]+(?: [A-Za-z]+){2,20})$/

const missingWords = new Set(['null', 'Null', 'NULL', 'none', 'None', 'nil', 'undefined', 'NaN'])
/** Tags that are missing values: `none` and `nil` may be names. */
const missingTags = new Set(['null', 'None', 'undefined', '<none>'])
/** Names in capitals that a person or a tool is to replace. */
const placeholderWord = /^(?:__\w{1,60}__|(?:REPLACE|CHANGE)_?(?:ME|THIS)|PLACEHOLDER|TODO|FIXME|YOUR_[A-Z0-9_]{1,40})$/
/** In a repository, where capitals are never legal, also the names of what has to be filled in. */
const placeholderName =
  /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|IMAGE|TAG|VERSION|REPO|REPOSITORY|REGISTRY|PROJECT|USER|USERNAME|NAMESPACE|OWNER|ORG)$/

function illegalFault(text: string): Found | undefined {
  return (
    unfilled(text) ??
    schemeOf(text) ??
    characterOf('invisible-character', characterFault(text, 'invisible'), pinOf(text)) ??
    characterOf('white-space', characterFault(text, 'white-space'), pinOf(text)) ??
    missingPart(text) ??
    digestFault(text) ??
    nameFault(splitReference(text), text)
  )
}

/** A template or a variable that was not replaced, or a value that was missing when it was. */
function unfilled(text: string): Found | undefined {
  const template = templateSyntax.exec(text)
  if (template !== null) return { id: 'template', data: { part: shown(template[0]) } }
  if (/^ko:\/\//i.test(text)) return { id: 'unbuilt-ko', data: {} }
  const missing = printedMissing.exec(text)
  if (missing !== null) return { id: 'missing-value', data: { part: missing[0] } }
  const object = printedObject.exec(text)
  if (object !== null) return { id: 'printed-object', data: { part: `${shown(object[0])}…` } }
  const name = phrase.exec(text) ?? variable.exec(text)
  return name === null ? unfilledWord(splitReference(text)) : { id: 'variable', data: { part: shown(name[0]) } }
}

function unfilledWord({ host, path, tag }: WrittenParts): Found | undefined {
  const components = host === null ? path.split('/') : [host, ...path.split('/')]
  const [first = ''] = components
  const isMissing =
    (missingWords.has(first) && (components.length === 1 || missingTags.has(first))) || (components.includes('None') && first !== path)
  const missing = isMissing
    ? components.find((word) => missingWords.has(word))
    : missingTags.has(tag ?? '')
      ? (tag ?? undefined)
      : undefined
  if (missing !== undefined) return { id: 'missing-value', data: { part: missing } }
  const placeholder =
    [tag ?? '', ...components].find((word) => placeholderWord.test(word)) ?? components.find((word) => placeholderName.test(word))
  return placeholder === undefined ? undefined : { id: 'variable', data: { part: shown(placeholder) } }
}

function schemeOf(text: string): Found | undefined {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]{0,40}:\/\//.exec(text)
  return scheme === null ? undefined : { id: 'scheme', data: { part: scheme[0], ...pinOf(text.slice(scheme[0].length)) } }
}

/** A repository, a tag or a digest of which only the separator is there. */
function missingPart(text: string): Found | undefined {
  if (text.endsWith('@')) return { id: 'no-digest', data: pinOf(text.slice(0, -1)) }
  const { path, tag, digest } = splitReference(text)
  if (path === '' || (path.endsWith('/') && (tag ?? digest) !== null)) {
    const rest = tag === null ? `@${digest ?? ''}` : `:${tag}`
    if (tag !== null || digest !== null) return { id: 'no-repository', data: { part: shown(rest) } }
  }
  return tag === '' ? { id: 'empty-tag', data: {} } : undefined
}

const algorithms: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }
/** A digest that something other than @ joins to the name. */
const joinedDigest = /[:/](sha(?:256|384|512)[:@][0-9a-fA-F]{6,128})$/

function digestFault(text: string): Found | undefined {
  const joined = joinedDigest.exec(text)
  const at = text.indexOf('@')
  if (joined !== null) return { id: 'digest-joined', data: { part: shown(joined[1] ?? '', 14) } }
  if (at === -1) return undefined
  const digest = text.slice(at + 1)
  if (digest.includes('@')) return { id: 'two-digests', data: {} }
  const [algorithm = '', encoded, ...more] = digest.split(':')
  if (more.length > 0) return { id: 'tag-after-digest', data: { part: shown(more.join(':')) } }
  if (encoded === undefined) return { id: 'no-algorithm', data: {} }
  const expected = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined
  if (expected === undefined) return { id: 'algorithm', data: { part: shown(algorithm) } }
  if (encoded.length !== expected) return { id: 'digest-length', data: { part: algorithm, length: encoded.length, expected } }
  const index = encoded.search(/[^a-f0-9]/)
  if (index === -1) return undefined
  if (/^[a-fA-F0-9]+$/.test(encoded)) return { id: 'digest-upper-case', data: {} }
  return characterOf('digest', characterFault(text, 'digest', at + algorithm.length + 2), {})
}

/** What is wrong with host, tag or path. */
function nameFault(parts: WrittenParts, text: string): Found | undefined {
  const pin = pinOf(text)
  const strange = strangeCharacter(parts, text)
  return (
    portFault(parts) ??
    tagFault(parts) ??
    (strange && characterOf('character', strange, pin)) ??
    (/[A-Z]/.test(parts.path) ? { id: 'upper-case', data: pin } : undefined) ??
    pathFault(parts, pin) ??
    hostFault(parts)
  )
}

function portFault({ host, path }: WrittenParts): Found | undefined {
  const port = host === null ? undefined : /:([^\]:]*)$/.exec(host)?.[1]
  if (host === null || port === undefined || /^[0-9]+$/.test(port)) return undefined
  // `web:feature/login` has its tag where a port would be.
  if (!host.includes('.') && /^[\w-]+$/.test(port)) return { id: 'slash-in-tag', data: { part: shown(`${port}/${path}`) } }
  return { id: 'port', data: { part: port === '' ? '(empty)' : shown(port) } }
}

function tagFault({ tag }: WrittenParts): Found | undefined {
  if (tag === null) return undefined
  const colon = tag.indexOf(':')
  if (colon === 0 || (colon !== -1 && colon === tag.length - 1)) return { id: 'empty-tag', data: {} }
  if (colon !== -1) return { id: 'two-tags', data: { first: shown(tag.slice(0, colon)), second: shown(tag.slice(colon + 1)) } }
  if (tag.includes('/')) return { id: 'slash-in-tag', data: { part: shown(tag) } }
  if (/^[0-9.]+[eE]\+[0-9]+$/.test(tag)) return { id: 'number-tag', data: { part: tag } }
  if (tag.includes('+')) return { id: 'plus-in-tag', data: {} }
  if (/^[.-]/.test(tag)) return { id: 'tag-start', data: { part: tag.slice(0, 1) } }
  return tag.length > maxTag && !/[^\w.-]/.test(tag) ? { id: 'tag-too-long', data: { length: tag.length } } : undefined
}

/** Longest tag of the grammar (regexp.go, tag). */
const maxTag = 128

function strangeCharacter({ host, path, pathAt, tag, tagAt }: WrittenParts, text: string): NamedCharacter | undefined {
  return (
    (host === null ? undefined : characterFault(host, 'host')) ??
    characterFault(text.slice(0, pathAt + path.length), 'path', pathAt) ??
    (tag === null ? undefined : characterFault(text.slice(0, tagAt + tag.length), 'tag', tagAt))
  )
}

function pathFault({ path, pathAt }: WrittenParts, pin: object): Found | undefined {
  let position = pathAt + 1
  for (const component of path.split('/')) {
    if (component === '') return { id: 'empty-component', data: { position, ...pin } }
    if (!pathComponent.test(component)) return { id: 'separator', data: { part: shown(component), ...pin } }
    position += component.length + 1
  }
  return undefined
}

/** What remains: a host that is no host, unless the name is only too long. */
function hostFault({ host, path }: WrittenParts): Found | undefined {
  return host === null || path.length + host.length > maxRepositoryLength ? undefined : { id: 'host', data: { part: shown(host) } }
}

/** References that the grammar accepts, although nothing can have that name. */
function legalFault(text: string): Found | undefined {
  const parts = splitReference(text)
  const { host, path, tag, digest } = parts
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (digest === null && tag !== null && Object.hasOwn(algorithms, last) && /^[a-f0-9]{12,128}$/.test(tag)) {
    const isWhole = host === null && path === last
    return { id: isWhole ? 'image-id' : 'digest-joined', data: { part: shown(`${last}:${tag}`, 14) } }
  }
  return mayBeUnfilled.test(text) ? unfilledWord(parts) : undefined
}

/** What every word has that unfilledWord finds; nearly no reference has it. */
const mayBeUnfilled = /[A-Z]|__|null|none|nil|undefined/

/** The additional advice for a reference without a fixed tag, so that the corrected one is not reported, too. */
export function pinOf(text: string): { readonly pin: string } {
  const name = text.slice(text.lastIndexOf('/') + 1)
  return { pin: name.includes('@') || /:(?!latest$)./.test(name) ? '' : ' and pin a tag' }
}

function characterOf(id: ImageFaultId, found: NamedCharacter | undefined, pin: object): Found | undefined {
  if (found === undefined) return undefined
  const { where, ...character } = found
  return { id, data: { ...character, ...(id === 'character' ? { where } : {}), ...pin } }
}

function shown(text: string, limit = maxPart): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`
}
