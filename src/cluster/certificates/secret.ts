import type { V1Secret } from '@kubernetes/client-node'
import type { KeyPair, Names } from '../../server/certificates/make.ts'
import type { ClusterClient } from '../client.ts'
import { type Authority, type Content, readAuthority, readContent, writeContent } from './content.ts'
import type { Decision, Times } from './decide.ts'

/** Names a Secret. */
export interface SecretName {
  readonly namespace: string
  readonly name: string
}

/** Common name of all CAs; their key identifiers distinguish them. */
const authorityName = 'initlint CA'

/** cert-manager sets this annotation on Secrets that it fills. */
const foreignAnnotation = 'cert-manager.io/certificate-name'

/** Whether cert-manager fills the Secret. */
export function isForeign(secret: V1Secret): boolean {
  return Object.hasOwn(secret.metadata?.annotations ?? {}, foreignAnnotation)
}

/** The usable content of a Secret; see `readContent`. */
export function contentOf(secret: V1Secret, names: Names, known: readonly Authority[]): Content {
  return readContent(secret.data ?? {}, names, known)
}

/**
 * Creates the certificates of a decision.
 * @param content on which the decision is based
 * @param now ms since 1970
 * @returns the data of the Secret, base64
 */
export async function makeContent(
  decision: Extract<Decision, { do: 'write' }>,
  content: Content,
  names: Names,
  now: number,
  times: Times,
): Promise<Record<string, string>> {
  // Imported here, because most starts create no certificate and the library takes time and memory.
  const { makeAuthority, signServing } = await import('../../server/certificates/make.ts')
  const signer = decision.newAuthority ? await makeAuthority(authorityName, { now, life: times.authorityLife }) : content.signer
  const authority = signer === undefined ? undefined : readAuthority(signer.cert)
  if (signer === undefined || authority === undefined) throw new Error('there is no CA to sign with')
  // A certificate would be rejected after its CA has expired.
  const life = Math.min(times.leafLife, authority.notAfter - now)
  const leaf: KeyPair = decision.leaf === 'new' ? await signServing(signer, names, { now, life }) : decision.leaf
  const authorities = decision.newAuthority ? [authority, ...decision.authorities] : decision.authorities
  return writeContent(authorities, signer.key, leaf)
}

/**
 * Writes into the Secret if it has not changed since it was read. Its other keys remain.
 * @throws ApiException: 409 or 422 if it has changed, 404 if it was deleted, 403 if RBAC does not allow the write
 */
export async function writeSecret(client: ClusterClient, secret: V1Secret, data: Record<string, string>): Promise<void> {
  const { name = '', namespace = '', resourceVersion = '' } = secret.metadata ?? {}
  const body = [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/data', value: { ...secret.data, ...data } },
  ]
  await client.core.patchNamespacedSecret({ name, namespace, body, fieldManager: 'initlint' })
}
