/** Why a container cannot be created or started. */
import { initialReasons } from '../../startup/status/waiting-reasons.ts'
import { type Classified, classify } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import { type ContainerView, newestEnd } from '../view/pod-view.ts'
import { type Context, eventEvidence, type Found, foundBy, nodeText } from './context.ts'

/** Which cause stands for a stage if no message is known. */
const fallbacks = { 'create-config': 'config-missing', create: 'start-error', start: 'start-error' } as const

export function createCause(context: Context, container: ContainerView, stage: keyof typeof fallbacks): Found {
  const { quotes } = context
  const { state, events } = container
  const end = newestEnd(container)
  const texts: { readonly text: string; readonly evidence: string }[] = []
  if (state.kind === 'waiting' && state.message !== '' && state.reason !== 'CrashLoopBackOff') {
    texts.push({ text: state.message, evidence: `waiting.message: ${quotes.of(state.message)}` })
  }
  if (stage === 'start' && end !== null && end.message !== '')
    texts.push({ text: end.message, evidence: `terminated.message: ${quotes.of(end.message)}` })
  for (const event of events.filter(({ reason, isWarning }) => isWarning && reason !== 'BackOff' && reason !== 'Unhealthy').slice(0, 3)) {
    texts.push({ text: event.message, evidence: eventEvidence(event, quotes) })
  }
  for (const { text, evidence } of texts) {
    const found = classify(text, tables.create)
    const base = found && foundBy(found, [evidence])
    if (found !== undefined && base !== undefined) return withFacts(base, found, context)
  }
  if (state.kind === 'waiting' && initialReasons.has(state.reason) && texts.length === 0) {
    return {
      cause: 'waiting-normal',
      certainty: 'certain',
      message: `the container runtime is creating "${container.name}"`,
      until: 'the container runs',
      evidence: [],
    }
  }
  if (state.kind === 'none' && texts.length === 0) {
    return {
      cause: 'waiting-normal',
      certainty: 'likely',
      message: `the kubelet has not reported the state of "${container.name}" yet`,
      until: 'the container runs',
      evidence: [],
    }
  }
  if (end !== null && stage === 'start') {
    const found = classify(`${end.reason} exit=${end.exitCode}`, tables.exit)
    const base = found && foundBy(found, [`terminated: ${quotes.of(end.reason, 60)}, exit code ${end.exitCode}`])
    if (base !== undefined) return withText(base, container, texts, context)
  }
  const reason = state.kind === 'waiting' ? state.reason : ''
  const [first] = texts
  return {
    cause: reason === 'PostStartHookError' ? 'post-start-hook' : fallbacks[stage],
    certainty: 'possible',
    waiting: 'unknown',
    ...(first === undefined || reason === 'PostStartHookError'
      ? {}
      : {
          message: `"${container.name}" cannot be created: ${quotes.of(first.text)}`,
          ...(fallbacks[stage] === 'start-error' ? { now: ['correct what the container runtime names'] } : {}),
        }),
    evidence: [`status ${quotes.of(reason, 60)}`, ...texts.map(({ evidence }) => evidence)],
  }
}

/** Neither the image nor the pod has a command. */
function noCommand(base: Found): Found {
  return {
    ...base,
    message: 'the image has no command (ENTRYPOINT, CMD), and the container sets none',
    now: ['set command in the container; an image that was built or copied wrongly may have lost its configuration'],
  }
}

/** What the runtime said, although no pattern knows it: its last clause is the most specific. */
function withText(base: Found, { name }: ContainerView, texts: readonly { text: string; evidence: string }[], { quotes }: Context): Found {
  const [first] = texts
  if (first === undefined || base.cause !== 'start-error') return base
  const said = first.text.replace(/: unknown$/, '')
  return {
    ...base,
    message: `the container runtime cannot start the process of "${name}": ${quotes.endOf(said)}`,
    evidence: [...base.evidence, first.evidence],
    now: [`correct what the container runtime names; the process of "${name}" never ran, so there is no log`],
  }
}

function withFacts(base: Found, { groups, inner }: Classified, context: Context): Found {
  const { quotes } = context
  const first = quotes.of(groups.find((group) => group !== '') ?? '', 253)
  switch (base.cause) {
    case 'config-missing': {
      const isSecret = /secrets? "/.test(base.evidence[0] ?? '')
      return { ...base, waiting: 'unknown', facts: { object: `${isSecret ? 'Secret' : 'ConfigMap'} ${first}` } }
    }
    case 'config-key-missing':
      return { ...base, facts: { key: first, object: `${groups[1]} ${quotes.of((groups[2] ?? '').split('/').at(-1) ?? '', 253)}` } }
    case 'command-not-found':
      return first === '' ? noCommand(base) : { ...base, facts: { program: first } }
    case 'not-executable':
      return { ...base, facts: { program: first || 'the program' } }
    case 'start-error':
      return {
        ...base,
        message: `AppArmor on ${nodeText(context)} does not work for this container: ${quotes.endOf(inner.replace(/: unknown$/, ''))}`,
        now: [
          inner.includes('apparmor_parser')
            ? 'install apparmor_parser on the node (package apparmor), then restart its container runtime'
            : 'load the AppArmor profile on the node, or correct securityContext.appArmorProfile (before 1.30: the annotation) of the container',
        ],
      }
    case 'run-as-non-root-name':
      return { ...base, facts: { user: first } }
    case 'hostpath-missing':
    case 'create-mount-source':
      return { ...base, facts: { path: first || 'the path' } }
    case 'mount-mismatch':
      // The source is a directory of the kubelet; the manifest has only the mount point.
      return { ...base, facts: { path: quotes.of(groups.findLast((group) => group.startsWith('/')) ?? '', 253) || 'the path' } }
    default:
      return base
  }
}
