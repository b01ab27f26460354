/** Images that no container of the input runs, but that arguments, environment variables and custom resources name: what operators start. */
import type { Container } from '../model/containers.ts'
import { parseImageReference } from '../model/image-reference.ts'
import { asArray, asString, isObject, type JsonObject, type JsonPointer, member, pointerStep } from '../model/json.ts'
import { groupOf } from '../model/workload-kinds.ts'

/** An image in a text. */
export interface Mention {
  /** The pointer of the text within the object. */
  readonly pointer: JsonPointer
  readonly image: string
  /** The container whose argument or variable it is. */
  readonly container: string | null
}

/** Longest text that is searched, and maximum number of mentions in one object: a script or a list of images, not a data file. */
const maxText = 64 * 1024
const maxMentions = 1000
/** Maximum number of values of a custom resource that are looked at, and their depth. */
const maxVisited = 20_000
const maxDepth = 60

/** The images that the command, the arguments and the variables of a container mention. */
export function mentionedBy({ raw, name, pointer }: Container): readonly Mention[] {
  const found: Mention[] = []
  const add = (place: JsonPointer, images: readonly string[]): void => {
    for (const image of images) if (found.length < maxMentions) found.push({ pointer: `${pointer}${place}`, image, container: name })
  }
  for (const key of ['command', 'args'] as const) {
    let flag = ''
    for (const [index, item] of asArray(member(raw, key)).entries()) {
      const text = asString(item) ?? ''
      add(`/${key}/${index}`, isImageName(flag) && isReference(text) ? [text] : imagesIn(text))
      flag = /^--?[A-Za-z][\w.-]*$/.test(text) ? text : ''
    }
  }
  for (const [index, variable] of asArray(member(raw, 'env')).entries()) {
    const value = asString(member(variable, 'value')) ?? ''
    const isImage = isImageName(asString(member(variable, 'name')) ?? '') && isReference(value)
    add(`/env/${index}/value`, isImage ? [value] : imagesIn(value))
  }
  return found
}

/**
 * The images that the texts of a custom resource consist of. Not recursive, and limited, because the object can be anything; what lies
 * beyond the limits is not found.
 */
export function mentionedIn(object: JsonObject): readonly Mention[] {
  if (!isCustom(asString(member(object, 'apiVersion')) ?? '')) return []
  const found: Mention[] = []
  const left: { readonly key: string; readonly value: unknown; readonly pointer: JsonPointer; readonly depth: number }[] = []
  const enter = (value: unknown, pointer: JsonPointer, depth: number): void => {
    const members = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : []
    for (const [key, inner] of members) {
      if (left.length >= maxVisited) return
      left.push({ key: String(key), value: inner, pointer: `${pointer}${pointerStep(key)}`, depth })
    }
  }
  enter(object, '', 0)
  // Breadth first, so that the order is that of the text at each depth, and no list hides its neighbors.
  for (let index = 0; index < left.length && index < maxVisited; index++) {
    const entry = left[index]
    if (entry === undefined || found.length >= maxMentions) break
    const { key, value, pointer, depth } = entry
    if (typeof value !== 'string') {
      if (depth < maxDepth && key !== 'managedFields') enter(value, pointer, depth + 1)
    } else if (isCompleteReference(value) || (isImageName(key) && isReference(value)))
      found.push({ pointer, image: value, container: null })
  }
  return found
}

/** Kinds of Kubernetes itself have no group, one without a dot, or one that ends in .k8s.io. */
function isCustom(apiVersion: string): boolean {
  const group = groupOf(apiVersion)
  return group.includes('.') && !group.endsWith('.k8s.io')
}

/** `HELPER_IMAGE`, `RELATED_IMAGE_SERVER`, `--config-reloader-image`, `imageName`; not `IMAGE_PULL_POLICY`, `--image-dir`. */
function isImageName(name: string): boolean {
  return /(?:^|[^a-z])image(?:_?name)?$|[a-z]Image(?:Name)?$|^RELATED_IMAGE_/i.test(name)
}

/** Between words that can be references: `--a=x,b=y`, quotes and operators of scripts. */
const separators = /[\s"'`,;=()|&<>{}[\]]+/

/** The words of a text that are references beyond doubt; after `image=`, every reference. */
function imagesIn(text: string): readonly string[] {
  if (text.length > maxText || !/[/=]/.test(text)) return []
  const words = text.split(separators)
  return words.filter((word, index) => {
    if (isCompleteReference(word)) return true
    const before = words[index - 1] ?? ''
    return isImageName(before) && text.includes(`${before}=`) && isReference(word)
  })
}

/** Whether the text can only be an image: a host, a path, and a tag or a digest. `apps.example.com/v1` and `db.example.com:5432/x` are not. */
function isCompleteReference(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash <= 0 || text.length > maxReference) return false
  const host = text.slice(0, slash)
  if (host !== 'localhost' && !/[.:]/.test(host)) return false
  const parsed = parseImageReference(text)
  return parsed.ok && (parsed.value.digest !== null || (parsed.value.tag !== null && /[a-z]/i.test(parsed.value.repository)))
}

/** Whether the text of something that is named an image is a reference, not a word such as `true`. */
function isReference(text: string): boolean {
  return (
    text.length <= maxReference && /^[a-z0-9]/.test(text) && !/^(?:true|false|none|null|\d+)$/.test(text) && parseImageReference(text).ok
  )
}

/** Longer texts are no references that anyone wrote, and would fill the parser's cache. */
const maxReference = 300
