/** Facts and quotes for the texts of a diagnosis. Whatever comes from a cluster, a registry or a log is masked before it is quoted. */
import { maskSecrets, type ScanBudget, type Secrets, scanBudget, secretsOf } from '../lint/mask.ts'
import { safeText, shorten } from '../lint/text.ts'
import { parseImageReference } from '../model/image-reference.ts'
import { asArray, asString, member } from '../model/json.ts'
import type { ContainerView, PodView } from './view/pod-view.ts'

/** How much of a text is read, in UTF-16 units: more than any component writes. */
const maxRead = 8192
/** Longest part of a secret that a cut may leave. */
const splitLength = 200
/** Longest quote, in characters. */
const maxQuote = 300

/** What templates of causes can name; each has a default. */
export interface Facts {
  readonly [name: string]: string
}

/** Secrets of the containers of a pod, found once. */
export class Quotes {
  readonly #secrets: Secrets

  constructor(pod: PodView | undefined) {
    const budget: ScanBudget = scanBudget()
    const words: string[] = []
    const environment: (readonly [string, string])[] = []
    const literals = new Set<string>()
    for (const { container } of pod?.containers ?? []) {
      const { raw } = container
      for (const word of [...asArray(member(raw, 'command')), ...asArray(member(raw, 'args'))]) words.push(asString(word) ?? '')
      for (const entry of asArray(member(raw, 'env'))) {
        const value = asString(member(entry, 'value')) ?? ''
        environment.push([asString(member(entry, 'name')) ?? '', value])
        // A program may print any variable; short and common values would hide everything.
        if (value.length >= minValue)
          for (const line of value.split('\n', maxLines)) if (line.trim().length >= minValue) literals.add(line.trim())
      }
    }
    const found = secretsOf(words, environment, budget)
    this.#secrets = {
      literals: [...new Set([...found.literals, ...literals])].sort((a, b) => b.length - a.length).slice(0, maxLiterals),
      areTooMany: found.areTooMany || literals.size > maxLiterals,
    }
  }

  /** The text without secrets, control characters and most of its length. */
  of(text: string, limit = maxQuote): string {
    return shorten(this.#safe(text), limit)
  }

  /** As `of`, but the end of the text: the last clause of a message is the most specific. */
  endOf(text: string, limit = maxQuote): string {
    const safe = this.#safe(text)
    return safe.length <= limit
      ? safe
      : `…${safe
          .slice(1 - limit)
          .toWellFormed()
          .replace(/^\S*\s/, '')}`
  }

  #safe(text: string): string {
    const oneLine = text.slice(0, maxRead).replace(/\s+/g, ' ').trim()
    const protectedLine = oneLine.replaceAll(harmless, (words) => words.replace(':', stand))
    const masked = maskSecrets(protectedLine, this.#secrets).replaceAll(stand, ':')
    // The cut may split a secret, of which `maskSecrets` looks for the first 200 characters.
    return safeText(text.length > maxRead ? masked.slice(0, Math.max(0, masked.length - splitLength)) : masked)
  }
}

/** Words of container runtimes that only look like a secret with its name. */
const harmless = /\b(?:token|authorization): (?=unexpected status|server message|authorization failed|invalid username)/g
/** Takes the place of their colon while secrets are hidden. */
const stand = '\uE000'

/** Shorter values of variables are words such as `true` and `8080`. */
const minValue = 6
const maxLines = 50
const maxLiterals = 200

/** The facts that a pod gives, before a message adds to them. */
export function factsOf(pod: PodView, container: ContainerView | null, owner: string): Facts {
  const image = container?.image ?? ''
  return {
    ...defaultFacts,
    pod: pod.name,
    namespace: pod.namespace,
    node: pod.node === '' ? 'the node' : `node ${pod.node}`,
    container: container?.name ?? 'the container',
    image: image === '' ? 'the image' : image,
    host: hostOf(image) ?? 'the registry',
    registry: hostOf(image) ?? 'the registry',
    owner: owner === '' ? 'the pod' : owner,
    limit: limitOf(container),
    logs: logsCommand(pod, container, '--previous'),
    describeClaims: `kubectl describe pvc -n ${shellWord(pod.namespace)}`,
  }
}

/** Defaults of the facts that a message may lack. */
export const defaultFacts: Facts = {
  address: 'the address',
  code: 'an error code',
  key: 'the key',
  object: 'the object',
  other: 'another pod',
  path: 'the path',
  probe: 'startup',
  program: 'the program',
  reason: 'see status.message',
  resource: 'resources',
  taint: 'see the message',
  target: 'what it waits for',
  user: 'by name',
  volume: 'see the message',
}

/** The names of all facts, for the tests of the causes. */
export const factNames: ReadonlySet<string> = new Set([
  ...Object.keys(defaultFacts),
  'pod',
  'namespace',
  'node',
  'container',
  'image',
  'host',
  'registry',
  'owner',
  'limit',
  'logs',
  'describeClaims',
])

/** The registry of an image reference; undefined if it cannot be parsed. */
export function hostOf(image: string): string | undefined {
  const parsed = parseImageReference(image)
  return parsed.ok ? parsed.value.registry : undefined
}

function limitOf(container: ContainerView | null): string {
  const limit = member(member(member(container?.container.raw, 'resources'), 'limits'), 'memory')
  return typeof limit === 'string' || typeof limit === 'number' ? String(limit) : 'none set'
}

/** `kubectl logs`. */
export function logsCommand({ name, namespace }: PodView, container: ContainerView | null, ...options: readonly string[]): string {
  return ['kubectl logs', shellWord(name), '-n', shellWord(namespace), '-c', shellWord(container?.name ?? ''), ...options].join(' ')
}

/** `kubectl delete job`. */
export function deleteJob(name: string, namespace: string): string {
  return `kubectl delete job ${shellWord(name)} -n ${shellWord(namespace)} # lets the next run start`
}

/** A word for a POSIX shell: quoted unless it is plain. Names in a cluster may be hostile in input that no API server has validated. */
export function shellWord(text: string): string {
  const safe = safeText(text).slice(0, 253)
  return /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`
}
