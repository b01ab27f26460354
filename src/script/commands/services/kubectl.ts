/** kubectl: creates, changes and removes objects of a cluster, by name or from a manifest. */

import type { Machine } from '../../machine/machine.ts'
import { concat, empty, keyOf, literal, notEmpty, textOf, type Value, valueOfKey, volatileMark } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { applyRule, readServiceOptions, type ServiceOptions } from '../kit/service.ts'

const kubectlValues = [
  ...['-n', '--namespace', '-o', '--output', '-f', '--filename', '-k', '--kustomize', '-l', '--selector', '-c', '--container', '--context'],
  ...['--timeout', '--for', '--from-literal', '--from-file', '--from-env-file', '--type', '-p', '--patch', '--patch-file', '--kubeconfig'],
  ...['--replicas', '--image', '--cert', '--key', '--docker-server', '--docker-username', '--docker-password', '--docker-email'],
  ...['--clusterrole', '--role', '--serviceaccount', '--user', '--group', '--verb', '--resource', '--field-selector', '--sort-by'],
  ...[
    '--server',
    '-s',
    '--token',
    '--certificate-authority',
    '--field-manager',
    '--grace-period',
    '--template',
    '--tcp',
    '--port',
    '--duration',
  ],
  ...['--from', '--schedule', '--request-timeout', '--tail', '--since', '--validate', '--namespaces', '--as'],
]
const kubectlFlags = [
  ...[
    '-A',
    '--all-namespaces',
    '--ignore-not-found',
    '--overwrite',
    '--force',
    '--wait',
    '--server-side',
    '--force-conflicts',
    '--save-config',
  ],
  ...[
    '-i',
    '-t',
    '-it',
    '-ti',
    '--stdin',
    '--tty',
    '--no-headers',
    '--all',
    '--insecure-skip-tls-verify',
    '-R',
    '--recursive',
    '--now',
    '-w',
  ],
  ...['--dry-run', '--append-hash', '--show-labels', '--prune', '--quiet', '-q', '--rm', '--raw', '--local', '-h', '--help', '--client'],
]

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
}

/** The objects that a command names: `secret x`, `secret/x`, `-f FILE`. */
function objectsOf(call: Call, { given, operands }: ServiceOptions, from: number): Objects {
  const { machine } = call
  const facts = new ServiceFacts(machine, 'kubernetes', keyOf(given.get('--context') ?? given.get('--kubeconfig') ?? empty))
  const namespace = keyOf(given.get('-n') ?? given.get('--namespace') ?? empty)
  const file = given.get('-f') ?? given.get('--filename') ?? given.get('-k') ?? given.get('--kustomize')
  if (file !== undefined) return { facts, kind: 'manifest', names: [factName(namespace, 'manifest', manifestKey(file, machine))] }
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
function manifestKey(file: Value, machine: Machine): string {
  if (textOf(file) === '-') return keyOf(machine.input ?? empty)
  if (/^https?:/.test(textOf(file) ?? '')) return keyOf(file)
  const node = machine.files.look(machine.resolveWhole(machine.path(file)))
  return node?.kind === 'file' ? keyOf(node.content) : keyOf(file)
}

/** The index of the name in `create KIND [TYPE] NAME`: some kinds have a type before it. */
function createdName(operands: readonly Value[]): number {
  const [, kind = '', type = ''] = operands.map((word) => textOf(word) ?? '')
  const hasType =
    (kindOf(kind) === 'secret' && /^(generic|tls|docker-registry)$/.test(type)) ||
    (kindOf(kind) === 'service' && /^(clusterip|nodeport|loadbalancer|externalname)$/.test(type))
  return hasType ? 3 : 2
}

/** Runs kubectl. @returns its exit status */
export function kubectl(call: Call): number {
  call.fallible()
  const options = readServiceOptions(call.arguments, { values: kubectlValues, flags: kubectlFlags })
  const [verb] = options.operands.map((word) => textOf(word) ?? '')
  if (verb === undefined) return 0
  if (options.unknownOption !== null) return call.notFollowed(`what option ${options.unknownOption} of ${call.name} does`)
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
      call.machine.print([{ id: `kubectl ${call.arguments.map(keyOf).join(' ').replaceAll('\0', '')}` }])
      return 0
    default:
      return call.notFollowed(`what ${call.name} ${verb} does`)
  }
}

function create(call: Call, options: ServiceOptions): number {
  const { given, operands } = options
  const { machine } = call
  if (given.has('--dry-run') && keyOf(given.get('--dry-run') ?? empty) !== 'none') {
    // The output depends only on the arguments.
    machine.print(concat(literal('apiVersion: v1 # '), ...call.arguments.map((word) => concat(word, literal(' '))), literal('\n')))
    return 0
  }
  const hasFile = ['-f', '--filename', '-k', '--kustomize'].some((name) => given.has(name))
  if (!hasFile && textOf(operands[1] ?? empty) === 'token') {
    machine.print(machine.volatile('a token'))
    return 0
  }
  const index = createdName(operands)
  const words = hasFile ? operands : [operands[0] ?? empty, operands[1] ?? empty, operands[index] ?? empty]
  const { facts, names } = objectsOf(call, { ...options, operands: words }, 1)
  const [name] = names
  if (name === undefined || name.includes('generateName')) return call.notFollowed('what this kubectl create command creates')
  return applyRule(call, facts, name, { effect: 'creates' }, false)
}

function put(call: Call, options: ServiceOptions, verb: string): number {
  const { facts, names } = objectsOf(call, options, verb === 'set' ? 2 : 1)
  const text = call.arguments.reduce<Value>((all, word) => concat(all, literal(' '), word), empty)
  // A patch that adds to a list, or tests the current state, does not have the same effect on a rerun.
  if (verb === 'patch' && /"op":\s*"(add|test)"/.test(keyOf(text))) return call.notFollowed('what a patch with add or test operations does')
  for (const name of names) {
    if (verb === 'apply' || verb === 'replace') facts.put(name)
    else if (keyOf(text).search(volatileMark) !== -1) facts.put(factName('state', verb, name), text)
  }
  return 0
}

function remove(call: Call, options: ServiceOptions): number {
  const { facts, names, kind } = objectsOf(call, options, 1)
  const isLenient = ['--ignore-not-found', '--all', '-l', '--selector'].some((option) => {
    const value = options.given.get(option)
    return value !== undefined && textOf(value) !== 'false'
  })
  if (isLenient || recreated.has(kind) || names.length === 0) {
    for (const name of names) facts.remove(name)
    return 0
  }
  return names.map((name) => facts.destroy(name)).every(Boolean) ? 0 : 1
}

/** `label`, `annotate`: a value that differs from the current one requires `--overwrite`; the same value is no error. */
function setMetadata(call: Call, options: ServiceOptions, verb: string): number {
  const operands = options.operands.filter((word) => !/^[^=]+=|-$/.test(keyOf(word)))
  const marks = options.operands.slice(1).filter((word) => keyOf(word).includes('='))
  const { facts, names } = objectsOf(call, { ...options, operands }, 1)
  for (const name of names) {
    for (const text of marks.map(keyOf)) {
      const key = factName(verb, name, text.slice(0, text.indexOf('=')))
      const value = valueOfKey(text.slice(text.indexOf('=') + 1))
      const before = facts.look(key)
      const isOther = before !== undefined && before !== null && keyOf(before) !== keyOf(value)
      if (isOther && !options.given.has('--overwrite')) return 1
      facts.put(key, value)
    }
  }
  return 0
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

function get(call: Call, options: ServiceOptions): number {
  const { machine } = call
  const { given } = options
  const { facts, names, kind } = objectsOf(call, options, 1)
  const query = call.arguments.reduce<Value>((all, word) => concat(all, literal(' '), word), empty)
  const format = keyOf(given.get('-o') ?? given.get('--output') ?? given.get('--template') ?? empty)
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
  // Changes to objects of other kinds do not affect the output; a manifest may contain any kind.
  const answer = facts.output(query, (name) => name.split(/[/\\]/).some((part) => part === kind || part === 'manifest'))
  // Nodes and the API's own objects exist before any script runs.
  if (kind === 'node') {
    machine.print(answer)
    return 0
  }
  const isHeld = (name: string) => manifests.some((manifest) => machine.setting.world.decide(`whether ${manifest} contains ${name}`) === 0)
  const missing = names.filter((name) => !(given.has('--ignore-not-found') ? facts.exists(name) : facts.ask(name)) && !isHeld(name))
  if (missing.length === 0) {
    const shown = /^$|^wide|^custom-columns|^json$|^yaml$/.test(format) ? notEmpty(answer) : answer
    const listed = names.map((name) => concat(listedName(kind, valueOfKey(name.slice(name.lastIndexOf('/') + 1)), format), literal('\n')))
    machine.print(format === 'name' ? concat(...listed) : concat(literal(format === '' ? 'NAME\n' : ''), shown, literal('\n')))
  }
  return missing.length === 0 || given.has('--ignore-not-found') ? 0 : 1
}
