/** The environment of a container, and the references that Kubernetes expands in `command` and `args`. */

import { asArray, asString, at, type JsonObject, member } from '../../model/json.ts'
import { inSingleQuotes } from '../../model/shell-text.ts'
import { maxPieces, maxText } from '../limits.ts'
import { concat, lengthOf, literal, textOf, unknown, type Value } from '../value/value.ts'

/** Variables of a container by name. Values from a Secret, a field of the pod or a ConfigMap outside the input are unknown. */
export type Environment = ReadonlyMap<string, Value>

/** Maximum number of entries of `env` that are read. */
const maxVariables = 2000

/**
 * Known characters of all values together, in UTF-16 units: references to other variables can repeat a long value thousands of times. ARG_MAX
 * of Linux is 2 MiB with a stack of 8 MiB (execve(2)); real containers have a few kilobytes.
 */
const maxEnvironment = 4 * maxText

/** What a piece of a value that is not known takes, in characters. */
const pieceLength = 16

/** The data of a ConfigMap in the container's namespace; undefined if it is not in the input. */
type ConfigMaps = (name: string) => ReadonlyMap<string, string> | undefined

const noConfigMaps: ConfigMaps = () => undefined

/** Variables whose values are known as long as they are not too long in total. */
class BoundedEnvironment {
  readonly values = new Map<string, Value>()
  #left = maxEnvironment

  set(name: string, value: Value): void {
    this.#left -= lengthOf(value) + pieceLength * value.length
    this.values.set(name, this.#left < 0 ? unknown(`$${name}`) : value)
  }
}

/**
 * Reads `envFrom`, then `env` in order: an entry can refer to earlier ones, and the last entry with a name wins. The variables of a source
 * outside the input are not known; it is assumed not to override the others.
 * Source: kubernetes pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables.
 */
export function environmentOf(container: JsonObject, configMaps = noConfigMaps, isAbsent: Absence = notAbsent): Environment {
  const environment = new BoundedEnvironment()
  const { values } = environment
  for (const source of asArray(member(container, 'envFrom')).slice(0, maxVariables)) {
    const data = configMaps(asString(at(source, 'configMapRef', 'name')) ?? '') ?? []
    for (const [key, text] of data) {
      const isRead = values.size < maxVariables && text.length <= maxText
      if (isRead) environment.set(`${asString(member(source, 'prefix')) ?? ''}${key}`, literal(text))
    }
  }
  for (const entry of asArray(member(container, 'env')).slice(0, maxVariables)) {
    const name = asString(member(entry, 'name'))
    if (name === undefined) continue
    const source = member(entry, 'valueFrom')
    const value = source === undefined ? expanded(asString(member(entry, 'value')) ?? '', values, isAbsent) : shownValue(source, configMaps)
    environment.set(name, value ?? unknown(`$${name}`))
  }
  return values
}

/** Whether no source that is not in the input can give a container the variable. */
export type Absence = (name: string) => boolean

const notAbsent: Absence = () => false

/**
 * The variables of Services and their ports in the namespace (kubernetes pkg/kubelet/envvars/envvars.go), and the index that the Job
 * controller adds (pkg/controller/job/indexed_job_utils.go, completionIndexEnvName).
 */
const fromCluster = /_(?:SERVICE_HOST|SERVICE_PORT|PORT)(?:_|$)|^JOB_COMPLETION_INDEX$/

/**
 * Variables that well-known mutating webhooks add: github.com/aws/amazon-eks-pod-identity-webhook, github.com/Azure/azure-workload-identity,
 * github.com/pfnet-research/gcp-workload-identity-federation-webhook, github.com/open-telemetry/opentelemetry-operator, and the Cluster Agent
 * of github.com/DataDog/datadog-agent.
 */
const fromWebhooks = /^(?:AWS|AZURE|GOOGLE|CLOUDSDK|OTEL|DD)_/

/** Which variables a container of one of the nine kinds is certain to lack, apart from its `env`. */
export function absenceIn(container: JsonObject): Absence {
  // A patch has no image: the rest of its container, with the variables, is in the target.
  const isPatch = (asString(member(container, 'image')) ?? '') === ''
  if (isPatch || asArray(member(container, 'envFrom')).length > 0 || asArray(member(container, 'env')).length > maxVariables)
    return notAbsent
  return (name) => !fromCluster.test(name) && !fromWebhooks.test(name)
}

/** `$(NAME)` and its escape `$$(NAME)`. */
const reference = /(\$?)\$\(([A-Z_][A-Z0-9_]*)\)/g

/** Programs with such a name: libwww-perl has GET, HEAD and POST, and R is a language. */
const isProgram = /^(?:GET|HEAD|POST|R|X)$/

/**
 * The variables that Kubernetes leaves as they are written.
 * @param written the texts as written, where an escape is the author's command substitution
 * @param pieces what becomes of them
 */
export function unsetNames(written: readonly string[], pieces: readonly Reference[]): ReadonlySet<string> {
  const left = pieces.flatMap((piece) => (typeof piece === 'string' ? [...piece.matchAll(reference)].map(([, , name = '']) => name) : []))
  const names = new Set(left.filter((name) => !isProgram.test(name)))
  if (names.size > 0)
    for (const text of written) for (const [, before, name = ''] of text.matchAll(reference)) if (before !== '') names.delete(name)
  return names
}

/** The value of an EnvVarSource if it comes from a ConfigMap of the input. */
function shownValue(source: unknown, configMaps: ConfigMaps): Value | undefined {
  const [name, key] = [asString(at(source, 'configMapKeyRef', 'name')), asString(at(source, 'configMapKeyRef', 'key'))]
  const text = name === undefined || key === undefined ? undefined : configMaps(name)?.get(key)
  return text === undefined || text.length > maxText ? undefined : literal(text)
}

/** One part of an expanded text: literal text, or a reference to a variable with an unknown value. */
export type Reference = string | { readonly variable: string }

/** A name that looks like a variable and not like a command. If `env` lacks it, it comes from `envFrom` or from a Service. */
const variableName = /^[A-Z_][A-Z0-9_]*$/

/** Longest name in `$(NAME)` (core/v1 validation of EnvVar names allows no more than a qualified name). */
const maxNameLength = 400

/**
 * Replaces `$(NAME)` with the value, and `$$` with `$`. Everything else is kept, so `$(date)` reaches the shell, as does a name that is
 * certain to have no value.
 * Source: kubernetes third_party/forked/golang/expansion/expand.go.
 */
export function expandReferences(text: string, environment: Environment, isAbsent: Absence = notAbsent): readonly Reference[] {
  if (!text.includes('$(') && !text.includes('$$')) return text === '' ? [] : [text]
  const found: Reference[] = []
  let plain = ''
  let close = -1
  let length = 0
  // A script of that length is rejected anyway.
  for (let index = 0; index < text.length && length <= 2 * maxText; index++) {
    const start = nextDollar(text, index)
    plain += text.slice(index, start)
    index = start
    if (text[index + 1] === '$') {
      plain += '$'
      index++
      continue
    }
    if (close < index) close = text.indexOf(')', index)
    if (close === -1) return [...found, plain + text.slice(index)].filter((piece) => piece !== '')
    const name = text.slice(index + 2, Math.min(close, index + 2 + maxNameLength))
    const value = environment.get(name)
    if (value === undefined && (!variableName.test(name) || isAbsent(name))) {
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

/** The index of the next `$$` or `$(`; the length of the text if there is none. */
function nextDollar(text: string, from: number): number {
  for (let index = text.indexOf('$', from); index !== -1; index = text.indexOf('$', index + 1)) {
    if (text[index + 1] === '$' || text[index + 1] === '(') return index
  }
  return text.length
}

const nameless = unknown('a variable of unknown value')

/** Undefined if the text grows too long: variables that contain each other twice grow exponentially. */
function expanded(text: string, environment: Environment, isAbsent: Absence): Value | undefined {
  const pieces = expandReferences(text, environment, isAbsent)
  const values = pieces.map((piece) =>
    typeof piece === 'string' ? literal(piece) : (environment.get(piece.variable) ?? unknown(`$${piece.variable}`)),
  )
  const length = values.reduce((sum, value) => sum + lengthOf(value), 0)
  const count = values.reduce((sum, value) => sum + value.length, 0)
  return length > maxText || count > maxPieces ? undefined : concat(...values)
}

/** The text as part of a shell script. Unknown values become references to the shell variable, which has the same value. */
export function asScript(pieces: readonly Reference[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `\${${piece.variable}}`)).join('')
}

/** The text as one word of a shell command. */
export function asWord(pieces: readonly Reference[]): string {
  if (pieces.length === 0) return "''"
  return pieces.map((piece) => (typeof piece === 'string' ? quoted(piece) : `"\${${piece.variable}}"`)).join('')
}

/** A word that needs no quotes in any shell, anywhere in a command. */
const plainWord = /^[A-Za-z0-9_./:,@%+-]+$/

function quoted(text: string): string {
  return plainWord.test(text) ? text : inSingleQuotes(text)
}
