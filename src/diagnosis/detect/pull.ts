/** Why an image is not there. */

import { isShortName, parseImageReference } from '../../model/image-reference.ts'
import { asArray, asString, at, member } from '../../model/json.ts'
import { initialReasons } from '../../startup/status/waiting-reasons.ts'
import { type Facts, hostOf } from '../evidence.ts'
import { type Classified, classify, maxText, unwrap } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import type { EventView } from '../view/events.ts'
import type { ContainerView } from '../view/pod-view.ts'
import { timeText } from '../view/values.ts'
import { type Context, eventEvidence, type Found, foundBy, nodeText } from './context.ts'

/** Statuses that say all there is to know. */
const causeOfReason = {
  ErrImageNeverPull: 'never-pull-absent',
  InvalidImageName: 'invalid-image-name',
  ImageInspectError: 'inspect-error',
  RegistryUnavailable: 'registry-unavailable',
  SignatureValidationFailed: 'signature',
} as const

export function pullCause(context: Context, container: ContainerView): Found {
  const { quotes } = context
  const { state, events } = container
  const reason = state.kind === 'waiting' ? state.reason : ''
  const message = state.kind === 'waiting' ? state.message : ''
  if (reason === 'InvalidImageName' && imagesOf(context, container).every((image) => parseImageReference(image).ok)) {
    return corrected(container, context)
  }
  const failures = events.filter(
    ({ reason: why, message: text }) => /^Failed$|^InspectFailed$|^ErrImageNeverPull$/.test(why) && !/^Error: \w+$/.test(text),
  )
  const isFailing = !initialReasons.has(reason)
  if (!isFailing && failures.length === 0) return pulling(container, context)
  const texts: { readonly text: string; readonly evidence: string }[] = []
  if (message !== '')
    texts.push({
      text: message,
      evidence: `waiting.message: ${quotes.endOf(message.length > maxText ? message : unwrap(message).inner || message)}`,
    })
  for (const event of failures.slice(0, 3)) texts.push({ text: event.message, evidence: eventEvidence(event, quotes) })
  for (const { text, evidence } of texts) {
    const found = classify(text, tables.pull)
    if (found === undefined) continue
    const cause = refined(context, container, found, evidence, failures[0])
    if (cause !== undefined) return cause
  }
  const image = pulledImage(container, message)
  if (context.policy.isPlaceholder(image))
    return notInjected(
      context,
      texts.map(({ evidence }) => evidence),
    )
  const known = Object.hasOwn(causeOfReason, reason) ? causeOfReason[reason as keyof typeof causeOfReason] : undefined
  const evidence = [`status ${quotes.of(reason, 60)}`, ...texts.map((each) => each.evidence)]
  if (known !== undefined) return { cause: known, certainty: 'certain', evidence, facts: { image: quotes.of(image) } }
  const inner = texts.map(({ text }) => unwrap(text).inner).find((text) => text !== '' && !/^\w+$/.test(text))
  return {
    cause: 'auth-or-missing',
    certainty: 'possible',
    waiting: 'unknown',
    until: 'the registry serves the image',
    message:
      inner === undefined
        ? `the pull of ${quotes.of(image)} fails, and the reason is no longer recorded: the Events have expired`
        : `the pull of ${quotes.of(image)} fails: ${quotes.of(inner)}`,
    facts: { image: quotes.of(image) },
    now: [
      inner === undefined
        ? 'look at the Events of the pod right after the next attempt'
        : 'look at the message; it is none that initlint knows',
    ],
    evidence,
  }
}

/** The image of a container, and those of the volumes that it mounts. */
function imagesOf({ pod }: Context, { image, container }: ContainerView): readonly string[] {
  const mounted = new Set(asArray(member(container.raw, 'volumeMounts')).map((mount) => member(mount, 'name')))
  const volumes = asArray(member(pod.workload.podSpec, 'volumes')).filter((volume) => mounted.has(member(volume, 'name')))
  return [image, ...volumes.flatMap((volume) => asString(at(volume, 'image', 'reference')) ?? [])]
}

/** The image of a running pod can be changed, and the status shows what the kubelet found before. */
function corrected({ image }: ContainerView, { quotes }: Context): Found {
  return {
    cause: 'waiting-normal',
    certainty: 'possible',
    message: `the kubelet found the name of an image that is not valid, but ${quotes.of(image)} is valid: it has probably been corrected since`,
    until: 'the kubelet looks at the pod again, within 15 s',
    evidence: ['status InvalidImageName', 'rule image-invalid has no finding on this container'],
  }
}

/** The first pull is still in progress. */
function pulling({ image, events }: ContainerView, { quotes }: Context): Found {
  const pull = events.find(({ reason }) => reason === 'Pulling')
  return {
    cause: 'waiting-normal',
    certainty: pull === undefined ? 'possible' : 'certain',
    message:
      pull === undefined
        ? `the kubelet is about to pull ${quotes.of(image)} or to create the container`
        : `the kubelet is pulling ${quotes.of(image)}`,
    until: 'the image is on the node',
    evidence: pull === undefined ? [] : [eventEvidence(pull, quotes)],
  }
}

/** The image that the message names; that of an image volume appears on the container that mounts it. */
function pulledImage({ image }: ContainerView, message: string): string {
  return /^(?:Failed to pull image|Back-off pulling image) "([^"]{1,1000})"/.exec(message)?.[1] ?? image
}

/** Causes for which the host that answered matters. */
const denials: ReadonlySet<string> = new Set(['auth-or-missing', 'auth-missing', 'access-denied', 'credentials-rejected'])

function refined(
  context: Context,
  container: ContainerView,
  found: Classified,
  evidence: string,
  failure: EventView | undefined,
): Found | undefined {
  const { quotes, policy } = context
  const image = pulledImage(container, container.state.kind === 'waiting' ? container.state.message : '')
  const answered = answeredBy(found.inner)
  const host = answered.host ?? hostOf(image)
  const facts = {
    image: quotes.of(image),
    ...registryOf(context, image),
    ...(host === undefined
      ? {}
      : { host: quotes.of(answered.mirrorOf === undefined ? host : `${host} (a mirror of ${answered.mirrorOf})`, 120) }),
    ...addressIn(found),
  }
  const base = foundBy(found, [evidence], facts)
  if (base === undefined) return undefined
  if (policy.isPlaceholder(image) && (denials.has(base.cause) || base.cause === 'image-not-found')) return notInjected(context, [evidence])
  if (denials.has(base.cause)) {
    const other = denial(context, container, evidence, facts)
    if (other !== undefined) return other
  }
  if (isOfVolume(context, container, image)) {
    return { ...base, cause: 'image-volume-pull', evidence: [...base.evidence, `it is the image of a volume, not of "${container.name}"`] }
  }
  const own = detailed(context, base, found, image, failure)
  return answered.mirrorOf === undefined
    ? own
    : { ...own, evidence: [...own.evidence, `${quotes.of(host ?? '', 120)} answered, a mirror of ${quotes.of(answered.mirrorOf, 120)}`] }
}

/** What the Events of the pod add to a refusal. */
function denial(context: Context, container: ContainerView, evidence: string, facts: Partial<Facts>): Found | undefined {
  const { pod, quotes } = context
  const secret = missingSecret(pod.events)
  if (secret !== undefined) {
    return {
      cause: 'pull-secret-missing',
      certainty: 'certain',
      facts: { ...facts, object: quotes.of(secret.name, 253) },
      evidence: [evidence, eventEvidence(secret.event, quotes)],
    }
  }
  if (!isCachedForOthers(container, context)) return undefined
  return {
    cause: 'credentials-verification',
    certainty: 'likely',
    facts,
    evidence: [evidence, 'event Pulled: the image is already present on the node'],
  }
}

/** What the text of the message adds to its cause. */
function detailed(context: Context, base: Found, found: Classified, image: string, failure: EventView | undefined): Found {
  const { quotes } = context
  const { facts = {} } = base
  switch (base.cause) {
    case 'tls-expired':
      return certificateOrClock(base, found, failure, context)
    case 'invalid-image-name':
      return { ...base, now: [invalidNameAdvice(image)] }
    case 'image-not-found':
      if (!isShortName(image)) return base
      return {
        ...base,
        later: [`the reference names no registry, so it means docker.io/${image.includes('/') ? '' : 'library/'}${quotes.of(image)}`],
      }
    case 'auth-or-missing':
      if (!found.inner.includes('anonymous'))
        return { ...base, evidence: [...base.evidence, pullSecretsOf(context)], ...secretAdvice(context, facts) }
      return {
        ...base,
        message: `${facts.host ?? 'the registry'} refused an anonymous request for ${facts.image}: no credentials were sent, and the repository is private or does not exist`,
      }
    default:
      return base
  }
}

/** Pull secrets belong to the host of the image, whatever answers for it (kubernetes pkg/credentialprovider/keyring.go, Lookup). */
function registryOf({ quotes }: Context, image: string): { readonly registry?: string } {
  const host = hostOf(image)
  return host === undefined ? {} : { registry: quotes.of(host, 120) }
}

/** The names of the pull secrets of the pod; a node may have credentials of its own. */
function pullSecretNames({ pod, quotes }: Context): string {
  const names = asArray(member(pod.workload.podSpec, 'imagePullSecrets')).map((each) =>
    quotes.of(asString(member(each, 'name')) ?? '', 253),
  )
  return names.slice(0, 5).join(', ')
}

function pullSecretsOf(context: Context): string {
  const names = pullSecretNames(context)
  return names === ''
    ? 'the pod has no imagePullSecrets'
    : `the pod has imagePullSecrets (${names}): check that one is for this registry and still valid`
}

/** A pod with pull secrets that is refused needs another content of them rather than another secret. */
function secretAdvice(context: Context, { registry = 'the registry', image = 'the image' }: Partial<Facts>): Pick<Found, 'now'> {
  const names = pullSecretNames(context)
  if (names === '') return {}
  return {
    now: [
      `renew the pull secret (${names}): one must be for ${registry}, and its password or token valid; if it is, check the name ${image}`,
    ],
  }
}

function notInjected({ pod, quotes }: Context, evidence: readonly string[]): Found {
  const annotations = [...pod.workload.annotations.keys(), ...pod.workload.labels.keys()].filter((key) => /inject/.test(key)).slice(0, 3)
  return {
    cause: 'sidecar-not-injected',
    certainty: annotations.length > 0 ? 'certain' : 'likely',
    evidence: [...evidence, ...annotations.map((key) => `the pod asks for injection: ${quotes.of(key, 100)}`)],
  }
}

/** The host of the URL in a message; `?ns=HOST` means that a mirror answered for HOST (containerd core/remotes/docker, addNamespace). */
function answeredBy(text: string): { readonly host?: string; readonly mirrorOf?: string } {
  const url = /\bhttps?:\/\/([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)(\/[^\s"]{0,1500})?/.exec(text)
  if (url === null) {
    const host = /\bpulling from host ([A-Za-z0-9.-]{1,253}(?::\d{1,5})?) /.exec(text)?.[1]
    return host === undefined ? {} : { host: /(?:^|\.)docker\.(?:io|com)$/.test(host) ? 'docker.io' : host }
  }
  const host = url[1] as string
  const ns = /[?&]ns=([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)/.exec(url[2] ?? '')?.[1]
  // Docker Hub answers under names of its own.
  const shown = /(?:^|\.)docker\.(?:io|com)$/.test(host) ? 'docker.io' : host
  return ns === undefined || ns === shown ? { host: shown } : { host: shown, mirrorOf: ns }
}

/** The address of a failed connection, the host of a failed lookup. */
function addressIn({ pattern, groups }: Classified): { readonly address?: string; readonly host?: string } {
  const [first = ''] = groups
  if (!/^[A-Za-z0-9.:[\]-]{1,260}$/.test(first)) return {}
  if (pattern.cause === 'connection-refused') return { address: first }
  if (pattern.cause === 'dns-nxdomain' || pattern.cause === 'dns-broken') return { host: first }
  return {}
}

function missingSecret(events: readonly EventView[]): { readonly name: string; readonly event: EventView } | undefined {
  const event = events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')
  const name = /image pull secrets \(([^)]{1,1000})\)/.exec(event?.message ?? '')?.[1]
  return event === undefined || name === undefined ? undefined : { name, event }
}

/** Whether another container found the same image on the node (KEP-2535: it may belong to pods with other credentials). */
function isCachedForOthers({ name, image, container }: ContainerView, { pod }: Context): boolean {
  if (member(container.raw, 'imagePullPolicy') === 'Always') return false
  return pod.events.some(
    (event) =>
      event.reason === 'Pulled' && event.container !== name && event.message.startsWith(`Container image "${image}" already present`),
  )
}

function isOfVolume({ pod }: Context, container: ContainerView, image: string): boolean {
  if (image === container.image) return false
  return asArray(member(pod.workload.podSpec, 'volumes')).some((volume) => asString(at(volume, 'image', 'reference')) === image)
}

/** A difference that no delay of an Event explains. */
const clockTolerance = 10 * 60 * 1000

/** The message contains the clock of the node: compared with the time of the Event, it tells a wrong clock from an expired certificate. */
function certificateOrClock(found: Found, { groups }: Classified, failure: EventView | undefined, context: Context): Found {
  const { pod, now, quotes } = context
  const clock = Date.parse(groups[0] ?? '')
  if (!Number.isFinite(clock)) return found
  const earliest = failure?.first || pod.createdAt || now
  const latest = failure === undefined ? now : failure.last
  const isRight = clock >= earliest - clockTolerance && clock <= latest + clockTolerance
  if (isRight) return { ...found, evidence: [...found.evidence, 'the clock of the node in the message agrees with the time of the event'] }
  const shown = quotes.of(groups[0] ?? '', 40)
  return {
    ...found,
    cause: 'tls-expired-or-clock',
    certainty: 'certain',
    message: `the clock of ${nodeText(context)} is wrong (${shown}), so certificates seem to be outside their validity`,
    now: [`set the clock of ${nodeText(context)} (NTP); the certificate need not change`],
    evidence: [...found.evidence, `the message was written at ${timeText(latest)}, but the node thinks it is ${shown}`],
  }
}

function invalidNameAdvice(image: string): string {
  if (/:$/.test(image)) return 'set the tag: it is empty after ":", probably because a variable is not set'
  if (/^[a-z]+:\/\//i.test(image)) return 'remove the scheme (https://) from the reference'
  if (/\s/.test(image)) return 'remove the blank from the reference'
  if (/\$[({]/.test(image)) return 'fill in the variable: Kubernetes does not expand it in image'
  if (/[A-Z]/.test(image.split(':')[0] ?? '')) return 'write the repository in lowercase'
  if (/:[^/]*:[^/]*$/.test(image)) return 'remove the second tag'
  return 'correct the reference: [registry/]repository[:tag][@digest]'
}
