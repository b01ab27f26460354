import type { CertificateFacts, ConfigurationFacts, DoctorFacts, Installation, Seen, WebhookFacts } from './facts.ts'
import { error, type Finding, ok } from './finding.ts'

export type Kind = 'validating' | 'mutating'

/** A webhook and its place. */
export interface Placed extends WebhookFacts {
  readonly index: number
  /** As kubectl names the configuration. */
  readonly object: string
  /** As messages name the configuration. */
  readonly configuration: string
}

/** Compares the caBundle of each webhook with the Secret. */
export function judgeBundle(
  kind: Kind,
  where: string,
  { injector }: ConfigurationFacts,
  placed: readonly Placed[],
  { certificate, installation }: DoctorFacts,
): Finding {
  const without = placed.filter(({ trusts }) => trusts.length === 0)
  if (without.length > 0) {
    return error(
      'ca-bundle',
      fields(where, without),
      `${names(without)} (${kind}) has no CA in its caBundle, so every call fails.`,
      bundleRemedy(injector, without, certificate, installation),
    )
  }
  if (injector !== undefined) return ok('ca-bundle', `The caBundle (${kind}) is set by another component (${injector}).`)
  if (certificate.state !== 'found') {
    return ok('ca-bundle', `Every webhook (${kind}) has a CA in its caBundle; there is no Secret to compare it with.`)
  }
  const { authorities } = certificate.value
  const stale = placed.filter(({ trusts }) => !authorities.every((id) => trusts.includes(id)))
  if (stale.length === 0) return ok('ca-bundle', `The caBundle (${kind}) matches the Secret ${installation.secret}.`)
  return error(
    'ca-bundle',
    fields(where, stale),
    `${names(stale)} (${kind}) does not trust the CA of the Secret ${installation.secret}, so calls fail.`,
    bundleRemedy(injector, stale, certificate, installation),
  )
}

function fields(where: string, placed: readonly Placed[]): string {
  return `${where} ${placed.map(({ index }) => `webhooks[${index}].clientConfig.caBundle`).join(', ')}`
}

function names(placed: readonly Placed[]): string {
  return placed.map(({ name }) => name).join(', ')
}

function bundleRemedy(
  injector: string | undefined,
  placed: readonly Placed[],
  certificate: Seen<CertificateFacts>,
  { secret, namespace, name }: Installation,
): string {
  if (injector !== undefined) {
    return `The annotation ${injector} assigns the caBundle to another component: check its log (for cert-manager, that of cainjector).`
  }
  const log = `kubectl logs -n ${namespace} deployment/${name}`
  if (certificate.state !== 'found' || secret === undefined) {
    return `Write the CA that signed initlint's certificate into the caBundle; ${log} shows whether initlint maintains it.`
  }
  // Double quotes, so that the shell inserts the CA.
  const steps = placed.map(
    ({ index }) => `{\\"op\\":\\"add\\",\\"path\\":\\"/webhooks/${index}/clientConfig/caBundle\\",\\"value\\":\\"$CA\\"}`,
  )
  const [object] = placed.map((hook) => hook.object)
  return `A running initlint repairs it within seconds; ${log} shows why it did not. By hand: CA=$(kubectl get secret ${secret} -n ${namespace} -o 'jsonpath={.data.ca\\.crt}'); kubectl patch ${object} --type=json -p "[${steps.join(',')}]"`
}
