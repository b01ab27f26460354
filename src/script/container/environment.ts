/** The environment of a container, and what Kubernetes replaces in `command` and `args` before any shell sees them. */
import { asArray, asString, at, type JsonObject, member } from '../../model/json.ts'
import { maxPieces, maxText } from '../limits.ts'
import { concat, lengthOf, literal, textOf, unknown, type Value } from '../value/value.ts'

/** Variables of a container by name. What a Secret, a field of the pod or a ConfigMap that is not shown gives is a text that nobody here knows. */
export type Environment = ReadonlyMap<string, Value>

/** Most entries of `env` that are read. */
const maxVariables = 2000

/** The texts of a ConfigMap in the container's namespace; undefined where it is not shown. */
type ConfigMaps = (name: string) => ReadonlyMap<string, string> | undefined

const noConfigMaps: ConfigMaps = () => undefined

/**
 * Reads `envFrom`, then `env` in its order: a later entry may use earlier ones, and the last of a name wins. Of a source that is not shown
 * not even the names are known; that it brings one of the others again is not supposed.
 * Source: kubernetes pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables.
 */
export function environmentOf(container: JsonObject, configMaps = noConfigMaps): Environment {
  const environment = new Map<string, Value>()
  for (const source of asArray(member(container, 'envFrom')).slice(0, maxVariables)) {
    const data = configMaps(asString(at(source, 'configMapRef', 'name')) ?? '') ?? []
    for (const [key, text] of data) {
      const isRead = environment.size < maxVariables && text.length <= maxText
      if (isRead) environment.set(`${asString(member(source, 'prefix')) ?? ''}${key}`, literal(text))
    }
  }
  for (const entry of asArray(member(container, 'env')).slice(0, maxVariables)) {
    const name = asString(member(entry, 'name'))
    if (name === undefined) continue
    const source = member(entry, 'valueFrom')
    const value = source === undefined ? expanded(asString(member(entry, 'value')) ?? '', environment) : shownValue(source, configMaps)
    environment.set(name, value ?? unknown(`$${name}`))
  }
  return environment
}

/** What an EnvVarSource gives, where a ConfigMap does and is shown. */
function shownValue(source: unknown, configMaps: ConfigMaps): Value | undefined {
  const [name, key] = [asString(at(source, 'configMapKeyRef', 'name')), asString(at(source, 'configMapKeyRef', 'key'))]
  const text = name === undefined || key === undefined ? undefined : configMaps(name)?.get(key)
  return text === undefined || text.length > maxText ? undefined : literal(text)
}

/** A text as Kubernetes leaves it: pieces of text, and references to variables whose value is not known. */
export type Reference = string | { readonly variable: string }

/** A name that nobody would give to a command: where `env` lacks it, it comes from `envFrom` or from a Service. */
const variableName = /^[A-Z_][A-Z0-9_]*$/

/** Longest name that can stand in `$(NAME)` (core/v1 validation of EnvVar names allows no more than a qualified name has). */
const maxNameLength = 400

/**
 * Replaces `$(NAME)` by the value, and `$$` by `$`. What is no known name stays as it stands, so `$(date)` reaches the shell.
 * Source: kubernetes third_party/forked/golang/expansion/expand.go.
 */
export function expandReferences(text: string, environment: Environment): readonly Reference[] {
  if (!text.includes('$(') && !text.includes('$$')) return text === '' ? [] : [text]
  const found: Reference[] = []
  let plain = ''
  let close = -1
  let length = 0
  // Nobody reads a script of twice the length to its end.
  for (let index = 0; index < text.length && length <= 2 * maxText; index++) {
    const next = text[index + 1]
    if (text[index] !== '$' || (next !== '$' && next !== '(')) {
      plain += text[index]
      continue
    }
    if (next === '$') {
      plain += '$'
      index++
      continue
    }
    if (close < index) close = text.indexOf(')', index)
    if (close === -1) return [...found, plain + text.slice(index)].filter((piece) => piece !== '')
    const name = text.slice(index + 2, Math.min(close, index + 2 + maxNameLength))
    const value = environment.get(name)
    if (value === undefined && !variableName.test(name)) {
      plain += '$('
      index++
      continue
    }
    index = close
    const literal = textOf(value ?? nameless)
    length += literal?.length ?? 0
    if (literal !== undefined) plain += literal
    else {
      found.push(plain, { variable: name })
      plain = ''
    }
  }
  return [...found, plain].filter((piece) => piece !== '')
}

const nameless = unknown('a variable that is not shown')

/** Undefined where the text grows too long: values may hold each other twice, and so on. */
function expanded(text: string, environment: Environment): Value | undefined {
  const pieces = expandReferences(text, environment)
  const values = pieces.map((piece) =>
    typeof piece === 'string' ? literal(piece) : (environment.get(piece.variable) ?? unknown(`$${piece.variable}`)),
  )
  const length = values.reduce((sum, value) => sum + lengthOf(value), 0)
  const count = values.reduce((sum, value) => sum + value.length, 0)
  return length > maxText || count > maxPieces ? undefined : concat(...values)
}

/** The text as a piece of a shell script: what is not known is read from the variable, which has that value there too. */
export function asScript(pieces: readonly Reference[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `\${${piece.variable}}`)).join('')
}

/** The text as one word of a shell command. */
export function asWord(pieces: readonly Reference[]): string {
  if (pieces.length === 0) return "''"
  return pieces.map((piece) => (typeof piece === 'string' ? quoted(piece) : `"\${${piece.variable}}"`)).join('')
}

/** What needs no quotes in any shell, anywhere in a command. */
const plainWord = /^[A-Za-z0-9_./:,@%+-]+$/

function quoted(text: string): string {
  return plainWord.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
