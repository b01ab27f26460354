/** kubectl: creates, changes and removes objects of a cluster, by name or from a manifest. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { namePart } from '../../machine/place.ts'
import {
  concat,
  empty,
  identity,
  isUnknownStart,
  keyOf,
  literal,
  notEmpty,
  readableKey,
  textOf,
  type Value,
  valueOfKey,
  volatileMark,
} from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { applyRule } from '../kit/service.ts'
import { describedObject, hasNoObjects, textKind } from './kubectl-manifests.ts'
import { kubectlOptions } from './kubectl-options.ts'

/** Short and plural names of kinds. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['ns', 'namespace'],
  ['cm', 'configmap'],
  ['sa', 'serviceaccount'],
  ['deploy', 'deployment'],
  ['sts', 'statefulset'],
  ['ds', 'daemonset'],
  ['svc', 'service'],
  ['po', 'pod'],
  ['pvc', 'persistentvolumeclaim'],
  ['pv', 'persistentvolume'],
  ['ing', 'ingress'],
  ['ingresses', 'ingress'],
  ['cj', 'cronjob'],
  ['no', 'node'],
  ['crd', 'customresourcedefinition'],
  ['storageclasses', 'storageclass'],
  ['sc', 'storageclass'],
  ['ingressclasses', 'ingressclass'],
  ['networkpolicies', 'networkpolicy'],
])
/** Cluster-scoped kinds. */
const clusterScoped = new Set(
  'namespace node persistentvolume clusterrole clusterrolebinding customresourcedefinition storageclass'.split(' '),
)
/** Kinds that controllers recreate when an object is deleted. */
const recreated = new Set('pod replicaset endpoint endpoints lease event'.split(' '))

function kindOf(word: string): string {
  const lower = word.toLowerCase().replace(/\..*$/, '')
  return kinds.get(lower) ?? kinds.get(lower.replace(/s$/, '')) ?? (lower.length > 4 ? lower.replace(/s$/, '') : lower)
}

interface Objects {
  readonly facts: ServiceFacts
  readonly names: readonly string[]
  readonly kind: string
  /** The manifest, as a key, if the objects are those of a manifest that is known to have no others. */
  readonly manifest?: string
}

/** The objects that a command names: `secret x`, `secret/x`, `-f FILE`. */
function objectsOf(call: Call, { value, operands }: Options, from: number): Objects {
  const { machine } = call
  const facts = new ServiceFacts(machine, 'kubernetes', keyOf(value('--context', '--kubeconfig') ?? empty))
  const namespace = keyOf(value('-n', '--namespace') ?? empty)
  const file = value('-f', '--filename', '-k', '--kustomize')
  if (file !== undefined) {
    const manifest = manifestKey(file, machine)
    const only = onlyObjectOf(manifest)
    if (only === undefined) return { facts, kind: 'manifest', names: [factName(namespace, 'manifest', manifest)] }
    const { kind, name } = only
    return { facts, kind, names: [factName(clusterScoped.has(kind) ? '' : namespace || only.namespace, kind, name)], manifest }
  }
  const words = operands.slice(from).map(keyOf)
  const name = (kind: string, text: string) => factName(clusterScoped.has(kind) ? '' : namespace, kind, text)
  const slashed = words.filter((word) => word.includes('/'))
  if (slashed.length > 0) {
    const pairs = slashed.map((word) => [kindOf(word.slice(0, word.indexOf('/'))), word.slice(word.indexOf('/') + 1)] as const)
    return { facts, kind: pairs[0]?.[0] ?? '', names: pairs.map(([kind, text]) => name(kind, text)) }
  }
  const kind = kindOf(words[0] ?? '')
  return { facts, kind, names: words.slice(1).map((text) => name(kind, text)) }
}

/** The content of a manifest if it is known, otherwise the name of its file. */
function manifestKey(file: Value, machine: CommandMachine): string {
  if (textOf(file) === '-') return keyOf(machine.input ?? empty)
  if (/^https?:/.test(textOf(file) ?? '')) return keyOf(file)
  const node = machine.files.look(writtenPath(file, machine))
  return node?.kind === 'file' ? keyOf(node.content) : keyOf(file)
}

/** What `create --dry-run` prints first. */
const dryRunHead = 'apiVersion: v1 # '

/** The object of a manifest that `create --dry-run` printed. Output that something else was done to may have others. */
function onlyObjectOf(manifest: string): { readonly kind: string; readonly namespace: string; readonly name: string } | undefined {
  // An object whose name is only partly known may be any object of its kind, so only literal names count.
  const literals = valueOfKey(manifest)
    .map((piece) => (typeof piece === 'string' ? piece : ' '))
    .join('')
  const [, kind, namespace = '', name] = /^apiVersion: v1 # (\S+)\/(\S*)\/(\S+) of .*\n$/.exec(literals) ?? []
  return kind === undefined || name === undefined ? undefined : { kind, namespace, name }
}

/** The index of the name in `create KIND [TYPE] NAME`: some kinds have a type before it. */
function createdName(operands: readonly Value[]): number {
  const [, kind = '', type = ''] = operands.map((word) => textOf(word) ?? '')
  const hasType =
    (kindOf(kind) === 'secret' && /^(generic|tls|docker-registry)$/.test(type)) ||
    (kindOf(kind) === 'service' && /^(clusterip|nodeport|loadbalancer|externalname)$/.test(type))
  return hasType ? 3 : 2
}

function run(call: Call, options: Options): number {
  call.fallible()
  const [verb] = options.operands.map((word) => textOf(word) ?? '')
  if (verb === undefined) return 0
  switch (verb) {
    case 'create':
      return create(call, options)
    case 'apply':
    case 'replace':
    case 'patch':
    case 'scale':
    case 'set':
    case 'autoscale':
      return put(call, options, verb)
    case 'delete':
      return remove(call, options)
    case 'label':
    case 'annotate':
      return setMetadata(call, options, verb)
    case 'get':
    case 'describe':
      return get(call, options)
    case 'wait':
    case 'rollout':
    case 'logs':
    case 'version':
    case 'cluster-info':
    case 'config':
    case 'auth':
    case 'api-resources':
    case 'explain':
    case 'top':
    case 'cordon':
    case 'uncordon':
    // OpenShift: a session in the kubeconfig.
    case 'login':
    case 'logout':
    case 'project':
    case 'whoami':
      call.machine.print([{ id: `kubectl ${call.arguments.map(readableKey).join(' ')}` }])
      return 0
    case 'cp':
      return copy(call, options)
    case 'exec':
      return readInPod(call)
    default:
      return call.notFollowed(`what ${call.name} ${verb} does`)
  }
}

function create(call: Call, options: Options): number {
  const { value, has, operands } = options
  const { machine } = call
  if (has('--dry-run') && keyOf(value('--dry-run') ?? empty) !== 'none') {
    // The output depends only on the arguments.
    const kind = literal(kindOf(textOf(operands[1] ?? empty) ?? ''))
    const head = concat(kind, literal('/'), value('-n', '--namespace') ?? empty, literal('/'), operands[createdName(operands)] ?? empty)
    const words = call.arguments.map((word) => concat(word, literal(' ')))
    machine.print(concat(literal(dryRunHead), head, literal(' of '), ...words, literal('\n')))
    return 0
  }
  if (hasNoObjects(call, options)) return 1
  const hasFile = ['-f', '--filename', '-k', '--kustomize'].some((name) => has(name))
  if (!hasFile && textOf(operands[1] ?? empty) === 'token') {
    machine.print(machine.volatile('a token'))
    return 0
  }
  const index = createdName(operands)
  const words = hasFile ? operands : [operands[0] ?? empty, operands[1] ?? empty, operands[index] ?? empty]
  const { facts, names } = objectsOf(call, { ...options, operands: words }, 1)
  const name = describedObject(call, options)?.name ?? names[0]
  if (name === undefined || name.includes('generateName')) return call.notFollowed('what this kubectl create command creates')
  return applyRule(call, facts, name, { effect: 'creates' }, false)
}

function put(call: Call, options: Options, verb: string): number {
  const { facts, names, manifest } = objectsOf(call, options, verb === 'set' ? 2 : 1)
  if (verb !== 'set' && hasNoObjects(call, options)) return 1
  const described = verb === 'apply' || verb === 'replace' ? describedObject(call, options) : undefined
  if (described !== undefined) {
    facts.put(described.name, described.content)
    return 0
  }
  const text = call.arguments.reduce<Value>((all, word) => concat(all, literal(' '), word), empty)
  // A patch that adds to a list, or tests the current state, does not have the same effect on a rerun.
  if (verb === 'patch' && /"op":\s*"(add|test)"/.test(keyOf(text))) return call.notFollowed('what a patch with add or test operations does')
  for (const name of names) {
    if (verb === 'apply' || verb === 'replace') facts.put(name, manifest === undefined ? undefined : valueOfKey(manifest))
    else if (keyOf(text).search(volatileMark) !== -1) facts.put(factName('state', verb, name), text)
  }
  return 0
}

function remove(call: Call, options: Options): number {
  const { facts, names, kind } = objectsOf(call, options, 1)
  const isLenient = options.has('--ignore-not-found', '--all', '-l', '--selector')
  if (isLenient || recreated.has(kind) || names.length === 0) {
    for (const name of names) facts.remove(name)
    return 0
  }
  return names.map((name) => facts.destroy(name)).every(Boolean) ? 0 : 1
}

/**
 * `label`, `annotate`: a value that differs from the current one requires `--overwrite`; the same value is no error since kubectl 1.25 and 1.26
 * (kubectl pkg/cmd/label/label.go, validateNoOverwrites; pkg/cmd/annotate/annotate.go).
 */
function setMetadata(call: Call, options: Options, verb: string): number {
  const operands = options.operands.filter((word) => !/^[^=]+=|-$/.test(keyOf(word)))
  const marks = options.operands.slice(1).filter((word) => keyOf(word).includes('='))
  const { facts, names } = objectsOf(call, { ...options, operands }, 1)
  for (const name of names) {
    for (const text of marks.map(keyOf)) {
      const key = factName(verb, name, text.slice(0, text.indexOf('=')))
      const value = valueOfKey(text.slice(text.indexOf('=') + 1))
      const before = facts.look(key)
      const isOther = before !== undefined && before !== null && keyOf(before) !== keyOf(value)
      if (isOther && !options.has('--overwrite')) return 1
      facts.put(key, value)
    }
  }
  return 0
}

/** `kubectl cp POD:PATH FILE`: whether a file or a directory is copied is unknown. */
function copy(call: Call, { operands }: Options): number {
  const { machine } = call
  // A name with a colon refers to a container (kubectl/pkg/cmd/cp, extractFileSpec).
  const local = operands.slice(1).filter((place) => !keyOf(place).includes(':') && !isUnknownStart(place))
  const written = operands.length === 3 && local[0] === operands[2] ? local.map((place) => machine.resolve(machine.path(place))) : []
  return call.notFollowed(`what ${call.name} cp copies`, written)
}

/** Kinds of the core API group, which `-o name` prints without a group. */
const coreKinds = new Set(
  'namespace node pod service secret configmap serviceaccount persistentvolume persistentvolumeclaim endpoint event'.split(' '),
)

/** An object in a list: its name starts the line of a table; in other formats, unknown text precedes and follows the name. */
function listedName(kind: string, name: Value, format: string): Value {
  if (format === '' || format === 'wide') return concat(name, literal(' '))
  if (format === 'name') return concat(literal(kind), coreKinds.has(kind) ? empty : [{ id: `the group of ${kind}` }], literal('/'), name)
  const [before, after] = ['before', 'after'].map((where) => [{ id: `${where} ${keyOf(name)} in ${format}` }])
  return /name|json$|yaml$/.test(format) ? concat(before ?? empty, name, after ?? empty) : [{ id: `${keyOf(name)} as ${format}` }]
}

function get(call: Call, options: Options): number {
  const { machine } = call
  const { value, has } = options
  const { facts, names, kind } = objectsOf(call, options, 1)
  const query = call.arguments.reduce<Value>((all, word) => concat(all, literal(' '), word), empty)
  const format = keyOf(value('-o', '--output', '--template') ?? empty)
  const manifests = facts.names().filter((name) => name.split('/')[1] === 'manifest')
  if (names.length === 0) {
    const listed = facts.names().filter((name) => name.split('/')[1] === kind)
    const lines = listed.map((name) =>
      concat(literal('\n'), listedName(kind, valueOfKey(name.slice(name.lastIndexOf('/') + 1)), format), literal('\n')),
    )
    const others = manifests.map((name) => [{ id: `the ${kind} list of ${name}` }])
    machine.print(concat([{ id: `the ${kind} list at the start` }], ...others, ...lines))
    return 0
  }
  // Changes to other objects do not affect the output; a manifest may contain any. Labels and annotations are rarely asked for.
  const asked = names.map(namePart)
  const isOfLabels = /label|annotation/i.test(keyOf(query))
  const concerns = (name: string): boolean => {
    const [first = ''] = name.split(/[/\\]/)
    if (first === textKind || (/^(label|annotate)$/.test(first) && !isOfLabels)) return false
    return names.includes(name) || name.split('/').some((part) => part === 'manifest' || asked.includes(part))
  }
  // What the script itself stored may be what it reads: `create … "$(kubectl get …)" --dry-run | apply` then stores the same again.
  const isAsBefore =
    names.some((name) => facts.isMade(name)) && machine.world.decide(`whether ${keyOf(query)} reads the same after changes`) === 0
  const answer = facts.output(query, isAsBefore ? () => false : concerns)
  // Nodes and the API's own objects exist before any script runs.
  if (kind === 'node') {
    machine.print(answer)
    return 0
  }
  const isHeld = (name: string) => manifests.some((manifest) => machine.world.decide(`whether ${manifest} contains ${name}`) === 0)
  const missing = names.filter((name) => !(has('--ignore-not-found') ? facts.exists(name) : facts.ask(name)) && !isHeld(name))
  if (missing.length === 0) {
    const [name = '', ...others] = names
    if (/^(json|yaml)$/.test(format) && others.length === 0) {
      const key = factName(textKind, keyOf(value('-n', '--namespace') ?? empty), name)
      const written = facts.isMade(key) ? facts.look(key) : undefined
      machine.print(written ?? [{ id: identity(keyOf(answer)), filled: true, about: name }, '\n'])
      return 0
    }
    const shown = /^$|^wide|^custom-columns|^json$|^yaml$/.test(format) ? notEmpty(answer) : answer
    const listed = names.map((name) => concat(listedName(kind, valueOfKey(name.slice(name.lastIndexOf('/') + 1)), format), literal('\n')))
    machine.print(format === 'name' ? concat(...listed) : concat(literal(format === '' ? 'NAME\n' : ''), shown, literal('\n')))
  }
  return missing.length === 0 || has('--ignore-not-found') ? 0 : 1
}

/** Programs that only print, whatever their arguments. */
const printing = new Set('cat ls head tail grep env printenv hostname id whoami wc stat du df sha256sum md5sum base64'.split(' '))

/** `kubectl exec POD -- COMMAND`: what a program that only prints says of the pod is the same each time. */
function readInPod(call: Call): number {
  const { machine } = call
  const words = call.arguments.map((word) => textOf(word))
  const [program = ''] = words.includes('--') ? words.slice(words.indexOf('--') + 1) : []
  if (!printing.has(program)) return call.notFollowed(`what ${call.name} exec does`)
  machine.print([{ id: `kubectl ${call.arguments.map(readableKey).join(' ')}` }, '\n'])
  return 0
}

/** kubectl, and tools with the same command line. */
export const kubectl = reading(kubectlOptions, run)
