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

/** Common name of the CAs; which one it is, their key identifiers say. */
const authorityName = 'initlint CA'

/** cert-manager writes this on Secrets that it fills. */
const foreignAnnotation = 'cert-manager.io/certificate-name'

/** Whether somebody else fills the Secret. */
export function isForeign(secret: V1Secret): boolean {
  return Object.hasOwn(secret.metadata?.annotations ?? {}, foreignAnnotation)
}

/** What a Secret holds; see `readContent`. */
export function contentOf(secret: V1Secret, names: Names, known: readonly Authority[]): Content {
  return readContent(secret.data ?? {}, names, known)
}

/**
 * Makes what was decided.
 * @param content what the decision was made on
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
  // Loaded only here: most starts make no certificate, and the library takes time and memory.
  const { makeAuthority, signServing } = await import('../../server/certificates/make.ts')
  const signer = decision.newAuthority ? await makeAuthority(authorityName, { now, life: times.authorityLife }) : content.signer
  const authority = signer === undefined ? undefined : readAuthority(signer.cert)
  if (signer === undefined || authority === undefined) throw new Error('there is no CA that could sign')
  // A certificate that outlives its CA would be refused all the same.
  const life = Math.min(times.leafLife, authority.notAfter - now)
  const leaf: KeyPair = decision.leaf === 'new' ? await signServing(signer, names, { now, life }) : decision.leaf
  const authorities = decision.newAuthority ? [authority, ...decision.authorities] : decision.authorities
  return writeContent(authorities, signer.key, leaf)
}

/**
 * Writes into the Secret as it was read. What else it holds stays.
 * @throws ApiException: 409 or 422 where it has changed since, 404 where it is gone, 403 where RBAC does not let us
 */
export async function writeSecret(client: ClusterClient, secret: V1Secret, data: Record<string, string>): Promise<void> {
  const { name = '', namespace = '', resourceVersion = '' } = secret.metadata ?? {}
  const body = [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/data', value: { ...secret.data, ...data } },
  ]
  await client.core.patchNamespacedSecret({ name, namespace, body, fieldManager: 'initlint' })
}
