import type { RbacV1Subject, V1ClusterRoleBinding, V1RoleBinding, V1RoleRef } from '@kubernetes/client-node'
import type { ClusterClient } from '../client.ts'
import { type Permission, permissionsOf } from './expected.ts'
import type { DeniedAccess, GrantFacts, Installation, Seen } from './facts.ts'
import { map, see } from './see.ts'

/** Asks the API server what initlint's ServiceAccount may do, and if something is denied, looks for the roles and their bindings. */
export async function grantFacts(client: ClusterClient, installation: Installation): Promise<Seen<readonly GrantFacts[]>> {
  const { name, policy, secret } = installation
  const grants: GrantFacts[] = []
  for (const kind of ['Role', 'ClusterRole'] as const) {
    const permissions = permissionsOf(name, policy, secret).filter((permission) => permission.kind === kind)
    const denied: DeniedAccess[] = []
    for (const permission of permissions) {
      const verbs = await deniedVerbs(client, installation, permission)
      if (verbs.state !== 'found') return verbs
      const { group, resource, name: object } = permission
      if (verbs.value.length > 0) denied.push({ group, resource, name: object, verbs: verbs.value })
    }
    const objects = denied.length === 0 ? ({ role: 'found', binding: 'found' } as const) : await grantObjects(client, installation, kind)
    grants.push({ kind, name, denied, ...objects })
  }
  return { state: 'found', value: grants }
}

/** The verbs of a permission that the account lacks. A SubjectAccessReview is not stored. */
async function deniedVerbs(
  { authorization }: ClusterClient,
  { namespace, account }: Installation,
  { kind, group, resource, name, verbs }: Permission,
): Promise<Seen<readonly string[]>> {
  const user = `system:serviceaccount:${namespace}:${account}`
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
  const place = { group, resource, ...(name === undefined ? {} : { name }), ...(kind === 'Role' ? { namespace } : {}) }
  const review = async (verb: string): Promise<boolean> => {
    const body = { spec: { user, groups, resourceAttributes: { ...place, verb } } }
    return (await authorization.createSubjectAccessReview({ body })).status?.allowed === true
  }
  return await see('create subjectaccessreviews.authorization.k8s.io', async () => {
    const allowed = await Promise.all(verbs.map(review))
    return verbs.filter((_, index) => allowed[index] === false)
  })
}

async function grantObjects(
  { rbac }: ClusterClient,
  installation: Installation,
  kind: 'Role' | 'ClusterRole',
): Promise<Pick<GrantFacts, 'role' | 'binding'>> {
  const { name, namespace } = installation
  const role = await see(`get ${kind.toLowerCase()}s ${name}`, () =>
    kind === 'Role' ? rbac.readNamespacedRole({ name, namespace }) : rbac.readClusterRole({ name }),
  )
  const binding = await see<V1RoleBinding | V1ClusterRoleBinding>(`get ${kind.toLowerCase()}bindings ${name}`, () =>
    kind === 'Role' ? rbac.readNamespacedRoleBinding({ name, namespace }) : rbac.readClusterRoleBinding({ name }),
  )
  const bound = map(binding, ({ roleRef, subjects }) => binds(roleRef, subjects, installation, kind))
  return {
    role: role.state === 'hidden' ? 'unknown' : role.state,
    binding: bound.state === 'hidden' ? 'unknown' : bound.state === 'absent' ? 'absent' : bound.value ? 'found' : 'other',
  }
}

function binds(
  roleRef: V1RoleRef,
  subjects: readonly RbacV1Subject[] | undefined,
  { name, namespace, account }: Installation,
  kind: string,
): boolean {
  const isAccount = (subject: RbacV1Subject): boolean =>
    subject.kind === 'ServiceAccount' && subject.name === account && subject.namespace === namespace
  return roleRef.kind === kind && roleRef.name === name && (subjects ?? []).some(isAccount)
}
