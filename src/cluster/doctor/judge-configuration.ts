import { excludedNamespaces, expectedPath, type MissingRule, servicePort, webhookNames } from './expected.ts'
import type { ConfigurationFacts, DoctorFacts, Installation, Seen, ServiceFacts } from './facts.ts'
import { count, error, type Finding, judgeSeen, ok, warning } from './finding.ts'
import { judgeBundle, type Kind, type Placed } from './judge-bundle.ts'
import { patchCommand, restore } from './remedies.ts'

/** Whether the API server calls initlint at a URL, so that the Service does not matter. */
export function callsUrl(seen: Seen<ConfigurationFacts>): boolean {
  return seen.state === 'found' && seen.value.webhooks.length > 0 && seen.value.webhooks.every(({ target }) => target.kind === 'url')
}

/** Derives the findings about one configuration. */
export function judgeConfiguration(kind: Kind, facts: DoctorFacts): readonly Finding[] {
  const { installation } = facts
  const where = `${kind === 'validating' ? 'Validating' : 'Mutating'}WebhookConfiguration ${installation.name}`
  const missing = error(
    'validating-configuration',
    where,
    `There is no validating configuration ${installation.name}, so the API server does not call initlint.`,
    restore(installation),
  )
  // The mutating configuration is optional.
  const absent = kind === 'validating' ? [missing] : []
  return judgeSeen(facts[kind], `${kind}-configuration`, where, absent, (found) => judgeFound(kind, where, found, facts))
}

function judgeFound(kind: Kind, where: string, found: ConfigurationFacts, facts: DoctorFacts): readonly Finding[] {
  const { installation } = facts
  const object = `${kind}webhookconfiguration ${installation.name}`
  const placed = found.webhooks.map((hook, index): Placed => ({ ...hook, index, object, configuration: where }))
  const lost = webhookNames[kind].filter((name) => !placed.some((hook) => hook.name === name))
  const presence =
    lost.length === 0
      ? ok(`${kind}-configuration`, `The ${kind} configuration has ${count(placed.length, 'webhook')}.`)
      : warning(
          `${kind}-configuration`,
          `${where} webhooks`,
          `The ${kind} configuration has no webhook ${lost.join(', ')}.`,
          `Delete it with kubectl delete ${object}, then create it again. ${restore(installation)}`,
        )
  return [
    presence,
    ...orOk(placed.flatMap(judgeRules), 'rules', `The rules (${kind}) cover all that the manifests cover.`),
    ...orOk(
      placed.flatMap((hook) => judgeNamespaces(hook, installation)),
      'namespaces',
      `The ${kind} configuration excludes no namespaces but those of the manifests.`,
    ),
    ...orOk(
      placed.flatMap((hook) => judgeOwnNamespace(hook, installation)),
      'own-namespace',
      `The ${kind} configuration excludes the namespace ${installation.namespace}.`,
    ),
    judgeFailurePolicy(kind, where, placed),
    ...orOk(
      placed.flatMap((hook) => judgeTarget(hook, facts)),
      'service-name',
      `The ${kind} configuration calls the right Service, port and path.`,
    ),
    judgeBundle(kind, where, found, placed, facts),
  ]
}

function orOk(findings: readonly Finding[], id: Finding['id'], message: string): readonly Finding[] {
  return findings.length === 0 ? [ok(id, message)] : findings
}

function judgeRules({ name, index, object, configuration, missingRules, excludesObjects }: Placed): readonly Finding[] {
  const findings: Finding[] = []
  if (missingRules.length > 0) {
    const steps = missingRules.map(({ group, operations, resources }) => ({
      op: 'add' as const,
      path: `/webhooks/${index}/rules/-`,
      value: { apiGroups: [group], apiVersions: ['v1'], operations, resources, scope: 'Namespaced' },
    }))
    // Limiting the rules to fewer kinds can be intended, but not to leave out Pods.
    const judge = missingRules.some(({ operations, resources }) => resources.includes('pods') && operations.includes('CREATE'))
      ? error
      : warning
    findings.push(
      judge(
        'rules',
        `${configuration} webhooks[${index}].rules`,
        `The API server does not call ${name} for ${missingRules.map(ruleText).join(' and ')}: the rules are incomplete.`,
        `To complete them, run ${patchCommand(object, steps)}`,
      ),
    )
  }
  if (excludesObjects !== undefined) {
    findings.push(
      warning(
        'rules',
        `${configuration} webhooks[${index}].${excludesObjects}`,
        `${name} has ${excludesObjects === 'objectSelector' ? 'an objectSelector' : 'matchConditions'} that the manifests do not have: what it excludes is not checked.`,
        `If this is not intended, run ${patchCommand(object, [{ op: 'remove', path: `/webhooks/${index}/${excludesObjects}` }])}`,
      ),
    )
  }
  return findings
}

function ruleText({ operations, resources }: MissingRule): string {
  return `${operations.join(' and ')} of ${resources.join(', ')}`
}

/** Longest list of namespaces in a message. */
const maxNamespaces = 5

function judgeNamespaces({ name, index, object, configuration, excluded }: Placed, { origin }: Installation): readonly Finding[] {
  const [first] = excluded
  if (first === undefined) return []
  const more = excluded.length - maxNamespaces
  const list = excluded
    .slice(0, maxNamespaces)
    .map(({ namespace }) => namespace)
    .join(', ')
  const steps = [{ op: 'remove' as const, path: `/webhooks/${index}/namespaceSelector${first.pointer}` }]
  const release = origin.tool === 'helm' ? ` and remove it from the value excludedNamespaces of the release ${origin.release}` : ''
  const include =
    first.pointer === undefined
      ? `change the selector or the labels of the namespace: kubectl edit ${object}; kubectl get namespace ${first.namespace} --show-labels.`
      : `include ${first.namespace}${release}: ${patchCommand(object, steps)}`
  return [
    warning(
      'namespaces',
      `${configuration} webhooks[${index}].namespaceSelector`,
      `${name} is not called for objects in ${list}${more > 0 ? ` and ${more} more` : ''}: the namespaceSelector requires ${first.condition}.`,
      `If this is not intended, ${include}`,
    ),
  ]
}

function judgeOwnNamespace(
  { name, index, object, configuration, selectsOwnNamespace }: Placed,
  { namespace }: Installation,
): readonly Finding[] {
  if (!selectsOwnNamespace) return []
  const value = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...excludedNamespaces, namespace] }
  const steps = [{ op: 'add' as const, path: `/webhooks/${index}/namespaceSelector`, value: { matchExpressions: [value] } }]
  return [
    error(
      'own-namespace',
      `${configuration} webhooks[${index}].namespaceSelector`,
      `${name} is called for the pods of initlint itself: if initlint is down, its pods may fail to start.`,
      `To replace the selector by that of the manifests, run ${patchCommand(object, steps)}`,
    ),
  ]
}

function judgeFailurePolicy(kind: Kind, where: string, placed: readonly Placed[]): Finding {
  const failing = placed.filter(({ failurePolicy }) => failurePolicy === 'Fail').map(({ name }) => name)
  const [first] = placed
  if (failing.length === 0) {
    return ok('failure-policy', `failurePolicy Ignore (${kind}): while initlint is down, pods are admitted without a check.`)
  }
  return warning(
    'failure-policy',
    `${where} webhooks[].failurePolicy`,
    `failurePolicy Fail (${failing.join(', ')}, ${kind}): while initlint is down, the objects that it checks cannot be created.`,
    `Use it only on purpose and with several replicas; in an emergency, run kubectl delete ${first?.object ?? where}.`,
  )
}

/** The Service that a webhook calls, its port and the path. */
function judgeTarget({ name, index, object, configuration, target }: Placed, { installation, service }: DoctorFacts): readonly Finding[] {
  const findings: Finding[] = []
  const field = `webhooks[${index}].clientConfig.${target.kind}`
  const pointer = `/webhooks/${index}/clientConfig/service`
  const path = expectedPath(name)
  if (target.kind === 'service') {
    const { namespace, service: wanted } = installation
    const right = `${namespace}/${wanted}`
    if (`${target.namespace}/${target.name}` !== right) {
      const steps = [
        { op: 'replace' as const, path: `${pointer}/name`, value: wanted },
        { op: 'replace' as const, path: `${pointer}/namespace`, value: namespace },
      ]
      findings.push(
        error(
          'service-name',
          `${configuration} ${field}`,
          `${name} calls the Service ${target.namespace}/${target.name}, but that of initlint is ${right}.`,
          `Run ${patchCommand(object, steps)}`,
        ),
      )
    } else if (service.state === 'found' && !service.value.ports.includes(target.port)) {
      findings.push(wrongPort(name, `${configuration} ${field}.port`, object, pointer, target.port, service.value, installation))
    }
  }
  if (path !== undefined && target.path !== path) {
    const remedy =
      target.kind === 'service'
        ? `Run ${patchCommand(object, [{ op: 'add', path: `${pointer}/path`, value: path }])}`
        : `Set the path of the URL to ${path} with kubectl edit ${object}.`
    findings.push(
      error('path', `${configuration} ${field}`, `${name} calls the path ${target.path}; initlint answers it at ${path}.`, remedy),
    )
  }
  return findings
}

function wrongPort(
  name: string,
  where: string,
  object: string,
  pointer: string,
  port: number,
  service: ServiceFacts,
  { service: wanted, namespace }: Installation,
): Finding {
  const message = `${name} calls port ${port}, but the Service ${namespace}/${wanted} has only ${service.ports.join(', ')}.`
  if (service.webhookPort !== undefined && port !== servicePort) {
    const steps = [{ op: 'replace' as const, path: `${pointer}/port`, value: service.webhookPort }]
    return error('service-port', where, message, `Run ${patchCommand(object, steps)}`)
  }
  return error(
    'service-port',
    `Service ${namespace}/${wanted} spec.ports`,
    message,
    servicePortRemedy({ service: wanted, namespace }, 'webhook'),
  )
}

/** Sets the only port of the Service. `kubectl apply` cannot repair it, because it would add a second port of the same name. */
export function servicePortRemedy(
  { service, namespace }: Pick<Installation, 'service' | 'namespace'>,
  targetPort: string | number,
): string {
  const value = [{ name: 'webhook', port: servicePort, targetPort }]
  return `Run ${patchCommand(`service ${service} -n ${namespace}`, [{ op: 'replace', path: '/spec/ports', value }])}`
}
