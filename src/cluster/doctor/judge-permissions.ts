import type { DeniedAccess, DoctorFacts, GrantFacts, Installation } from './facts.ts'
import { error, type Finding, judgeSeen, ok } from './finding.ts'
import { patchCommand, restore } from './remedies.ts'

/** Derives the findings about what initlint's ServiceAccount may do. */
export function judgePermissions({ grants, installation }: DoctorFacts): readonly Finding[] {
  const { account, namespace } = installation
  return judgeSeen(grants, 'permissions', `ServiceAccount ${namespace}/${account}`, [], (found) => {
    const denied = found.filter((grant) => grant.denied.length > 0)
    if (denied.length === 0)
      return [ok('permissions', `The ServiceAccount ${namespace}/${account} has the permissions that initlint needs.`)]
    return denied.map((grant) => judgeGrant(grant, installation))
  })
}

function judgeGrant({ kind, name, denied, role, binding }: GrantFacts, installation: Installation): Finding {
  const { namespace, account } = installation
  const scope = kind === 'Role' ? ` -n ${namespace}` : ''
  const place = kind === 'Role' ? `${namespace}/${name}` : name
  const lost = `The ServiceAccount ${namespace}/${account} is not allowed to ${denied.map(accessText).join('; ')}`
  const word = kind.toLowerCase()
  const create = `kubectl create ${word}binding ${name}${scope} --${word}=${name} --serviceaccount=${namespace}:${account}`
  if (role === 'absent') return error('permissions', `${kind} ${place}`, `${lost}: there is no ${kind} ${place}.`, restore(installation))
  if (binding === 'absent') {
    return error('permissions', `${kind}Binding ${place}`, `${lost}: there is no ${kind}Binding ${place}.`, `Run ${create}`)
  }
  if (binding === 'other') {
    return error(
      'permissions',
      `${kind}Binding ${place}`,
      `${lost}: the ${kind}Binding ${place} binds another role or another account.`,
      `Run kubectl delete ${word}binding ${name}${scope} && ${create}`,
    )
  }
  if (role === 'unknown' || binding === 'unknown') {
    return error('permissions', `${kind} ${place}`, `${lost}.`, `Compare them: kubectl get ${word},${word}binding ${name}${scope} -o yaml.`)
  }
  const steps = denied.map(({ group, resource, name: object, verbs }) => ({
    op: 'add' as const,
    path: '/rules/-',
    value: { apiGroups: [group], resources: [resource], ...(object === undefined ? {} : { resourceNames: [object] }), verbs },
  }))
  return error(
    'permissions',
    `${kind} ${place} rules`,
    `${lost}: the rules of the ${kind} ${place} do not include it.`,
    `Run ${patchCommand(`${word} ${name}${scope}`, steps)}`,
  )
}

function accessText({ resource, name, verbs }: DeniedAccess): string {
  return `${verbs.join(', ')} ${resource}${name === undefined ? '' : `/${name}`}`
}
