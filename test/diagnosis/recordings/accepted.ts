/**
 * Where `why` may say something else than the label of a scenario (`truth`), and why that is as right. A label says what the scenario was
 * made to show; a Pod with its Events and logs shows less, or shows it more exactly.
 */
import type { Helps } from '../../../src/diagnosis/causes/index.ts'

/** What `why` says of a scenario instead of its label. */
export interface Accepted {
  readonly stage?: string
  readonly container?: string | null
  readonly cause?: string
  readonly because: string
}

const exits = 'the script has one path, and the rehearsal shows that it ends in `exit`: more exact than that the program fails'
const refused = 'the message names the refused connection: more exact than that the registry does not answer'

/** By the name of the scenario. */
export const accepted: Readonly<Record<string, Accepted>> = {
  'daemonset-init-fails': { cause: 'init-never-succeeds', because: exits },
  'init-restart-never': { cause: 'init-never-succeeds', because: exits },
  'statefulset-ordered': { cause: 'init-never-succeeds', because: exits },
  'registry-stopped': { cause: 'connection-refused', because: refused },
  'registry-stopped-init': { cause: 'connection-refused', because: refused },
  'image-restored': { cause: 'connection-refused', because: refused },
  'init-fails': {
    cause: 'application',
    because: 'connection-refused is about registries; that the program cannot connect is the message of application',
  },
  'init-never-ends': {
    cause: 'init-waits-forever',
    because: 'the loop ends if the file appears, which a command in the container could create; the rule of lint has this name, too',
  },
  'permission-denied': {
    cause: 'init-denied-by-volume',
    because: 'the path is on a volume, and the log does not tell the rights of the volume from those of the user',
  },
  'readiness-later': {
    cause: 'probe-failed',
    because: 'a readiness probe that has failed for 20 s looks the same whether it is going to succeed or not',
  },
  'private-no-secret': {
    cause: 'auth-or-missing',
    because: 'the registry answers 401 to a request without credentials, for a repository that does not exist as well',
  },
  'wrong-password': {
    cause: 'auth-or-missing',
    because: 'the message does not show whether credentials were sent: those of the Secret may be for another host',
  },
  'ephemeral-storage': { container: null, because: 'the pod exceeded the sum of its limits, and status.message names no container' },
  'wrong-architecture': { stage: 'start', because: 'the runtime reports exit code 1 of a program that could not be executed' },
}

/** Where `why` may say something else about waiting, by the class of the cause that it names. */
export const acceptedWaiting: Readonly<Record<string, { readonly helps: Helps; readonly because: string }>> = {
  affinity: { helps: 'no', because: 'no node has the label; a new one would have to be added by hand' },
  application: { helps: 'unknown', because: 'an exit code alone does not show whether the next attempt ends in the same way' },
  'config-missing': { helps: 'unknown', because: 'waiting helps if something creates the object' },
  'connection-refused': { helps: 'unknown', because: 'waiting helps if the registry comes back' },
  'dns-broken': { helps: 'unknown', because: 'the resolver did not answer, so whether the name exists is not known' },
  'init-waits-forever': { helps: 'unknown', because: 'waiting helps if what the script waits for appears' },
  'layer-corrupt': { helps: 'unknown', because: 'a layer may have been damaged on the way, and arrive undamaged the next time' },
  'post-start-hook': { helps: 'unknown', because: 'the Event does not show why the hook failed' },
  'probe-failed': { helps: 'unknown', because: 'the probe may succeed when the program is ready' },
  'probe-kill': { helps: 'unknown', because: 'the probe may succeed the next time' },
  'pvc-missing': { helps: 'no', because: 'the scheduler says that the claim does not exist; waiting alone creates none' },
  sigkill: { helps: 'unknown', because: 'what killed the process is not recorded' },
  taint: { helps: 'no', because: 'the node stays tainted until someone changes it' },
  'volume-object-missing': { helps: 'unknown', because: 'waiting helps if something creates the object' },
}

/** Pods that recover or are deleted before their recording ends: the label is about the last change before. */
export const before: Readonly<Record<string, 'ready' | 'deleted' | 'app-created'>> = {
  'configmap-created-later': 'ready',
  'image-restored': 'ready',
  'readiness-later': 'ready',
  'slow-init': 'app-created',
  'deleted-with-pre-stop': 'deleted',
  'job-fails-on-failure': 'deleted',
}
