/** The rehearsal of an init container: its script, under every flavour of shell that its image may have, over its own mounts. */
import type { Container } from '../../model/containers.ts'
import { asString, type JsonPointer, member } from '../../model/json.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import { catalogue } from '../commands/catalogue.ts'
import { type ContainerScript, claimTemplatesOf, type NoScript, scriptOf } from '../container/container-script.ts'
import { environmentOf } from '../container/environment.ts'
import type { Flavour } from '../container/image-shells.ts'
import { mountedTexts } from '../container/mounted-text.ts'
import { type Mount, mountOf, mountsOf, type Rerun, sharedMounts } from '../container/storage.ts'
import { userOf } from '../container/user.ts'
import { parseScript } from '../syntax/parse.ts'
import { lineOf, type Script } from '../syntax/syntax.ts'
import { fixOf, shortName } from './fixes.ts'
import type { Hazard, Rehearsal, RehearsedCommand } from './rehearsal.ts'
import { maxTotalSteps, type RehearsalInput, rehearse } from './rehearse.ts'
import { neverSucceeds } from './summary.ts'

/** A hazard, told in terms of the container. */
export interface ContainerHazard extends Hazard {
  /** Line in the script, from 1. */
  readonly line: number
  /** The command in one or two words. */
  readonly program: string
  /** Where the volume of the path is mounted, '' where it is none of a volume. */
  readonly mountPath: string
  /** What to write instead. */
  readonly fix: string
}

export interface ContainerCommand extends RehearsedCommand {
  readonly line: number
}

export interface ContainerRehearsal {
  readonly verdict: Rehearsal['verdict']
  readonly atomic: boolean | null
  readonly hazards: readonly ContainerHazard[]
  /** What could not be followed; line null where there is no script to count in. */
  readonly unknown: readonly { readonly line: number | null; readonly why: string }[]
  readonly commands: readonly ContainerCommand[]
  readonly mounts: readonly Mount[]
  /** Where the script, or what starts it, stands in the workload. */
  readonly pointer: JsonPointer
  /** The script; undefined where nothing shows what runs. */
  readonly found: ContainerScript | undefined
  /** The script as a tree, for those who ask more of it. Null where there is none or it does not parse. */
  readonly script: Script | null
}

/** Rehearsals that are kept: a cluster has few different init scripts, and the same template comes back with every change. */
const maxCached = 500
/** Longest description of a container whose rehearsal is kept, so that the cache stays below 16 MiB of keys. */
const maxKeyLength = 16_384

/** Each with its key: the same text of another review, put into the map, would be one more to keep. */
const cached = new Map<string, { readonly key: string; readonly rehearsal: ContainerRehearsal }>()

/** Most commands over all runs of all init containers of one workload: nobody may make a review last by many long scripts. */
const maxStepsPerWorkload = 6_000
/** What is left of that, for the workloads that are being judged. */
const budgets = new WeakMap<Workload, number>()

/**
 * What was asked of a container, so that all rules that ask of one review share the answer without looking it up. Nothing of the workload
 * stands in the answer: what a WeakMap holds lives on until the next full garbage collection, and whole reviews would do so.
 */
const asked = new WeakMap<Container, { readonly siblings: Siblings; readonly rehearsal: ContainerRehearsal }>()

/** Rehearses a container of the workload. The same description gives the same object: results are kept, the least recently asked for goes first. Never throws. */
export function rehearsalOf(container: Container, workload: Workload, siblings: Siblings): ContainerRehearsal {
  const before = asked.get(container)
  if (before?.siblings === siblings) return before.rehearsal
  const rehearsal = lookUp(container, workload, siblings)
  asked.set(container, { siblings, rehearsal })
  return rehearsal
}

function lookUp(container: Container, workload: Workload, siblings: Siblings): ContainerRehearsal {
  const mounts = mountsOf(container, workload.podSpec, claimTemplatesOf(workload))
  const texts = mountedTexts(mounts, workload, siblings)
  const environment = environmentOf(container.raw, (name) => siblings.configMap(workload.namespace, name))
  const found = scriptOf(container, environment, texts)
  const reruns = rerunsOf(container, workload)
  const user = userOf(container, workload.podSpec)
  const workingFolder = asString(member(container.raw, 'workingDir'))
  const setting: RunSetting = { mounts, texts, reruns, user, workingFolder: folderKey(workingFolder) }
  const key = 'why' in found ? undefined : keyOf(found, setting)
  const known = key === undefined ? undefined : cached.get(key)
  if (key !== undefined && known !== undefined) {
    cached.delete(key)
    cached.set(known.key, known)
    return known.rehearsal
  }
  if ('why' in found) return nothingShown(found, mounts)
  const budget = budgets.get(workload) ?? maxStepsPerWorkload
  const { steps, ...rehearsal } = rehearseScript(found, setting, budget)
  budgets.set(workload, budget - steps)
  // What ended with the workload's budget is not the script's own result.
  if (key !== undefined && steps < budget) {
    cached.set(key, { key, rehearsal })
    const oldest = cached.size > maxCached ? cached.keys().next().value : undefined
    if (oldest !== undefined) cached.delete(oldest)
  }
  return rehearsal
}

/** All that a rehearsal depends on; undefined where that is too long to be kept. JSON holds no line break, so the text begins at the first. */
function keyOf(found: ContainerScript, setting: RunSetting): string | undefined {
  const { text, origin, pointer, environment, positional, options, flavours } = found
  const { mounts, texts, reruns, user, workingFolder } = setting
  const script = [origin, pointer, [...environment], positional, options, flavours]
  const key = `${JSON.stringify([script, withoutNames(mounts), [...texts], reruns, user, workingFolder])}\n${text}`
  return key.length > maxKeyLength ? undefined : key
}

/**
 * The volumes that are only read by number: all that counts is which mounts show the same one. Every Pod has a service account's volume with
 * a name of its own (kubernetes plugin/pkg/admission/serviceaccount, `kube-api-access-` and five characters), and the pods of one
 * template shall share their rehearsals.
 */
function withoutNames(mounts: readonly Mount[]): readonly unknown[] {
  const written = new Set(mounts.filter(({ storage }) => storage !== 'read-only').map(({ volume }) => volume))
  const numbers = new Map<string, number>()
  return mounts.map((mount) => {
    if (written.has(mount.volume)) return mount
    const number = numbers.get(mount.volume) ?? numbers.size
    numbers.set(mount.volume, number)
    return { ...mount, volume: number }
  })
}

/**
 * A failed init container of a pod that is never restarted is not tried again, and its pod gets no new sandbox
 * (kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions): only a new pod runs it once more.
 */
function rerunsOf({ raw }: Container, workload: Workload): readonly Rerun[] {
  const policy = asString(member(raw, 'restartPolicy')) ?? workload.restartPolicy
  const isFinal = policy === 'Never' && member(raw, 'restartPolicyRules') === undefined
  return isFinal ? ['replace'] : ['retry', 'rerun', 'replace']
}

function nothingShown({ why, pointer }: NoScript, mounts: readonly Mount[]): ContainerRehearsal {
  const unknown = [{ line: null, why }]
  return { verdict: 'unknown', atomic: null, hazards: [], unknown, commands: [], mounts, pointer, found: undefined, script: null }
}

/** What of a container a script's fate hangs on. */
type RunSetting = Pick<RehearsalInput, 'mounts' | 'reruns' | 'user' | 'workingFolder'> & Required<Pick<RehearsalInput, 'texts'>>

function rehearseScript(found: ContainerScript, setting: RunSetting, budget: number): ContainerRehearsal & { readonly steps: number } {
  const { mounts } = setting
  const script = parseScript(found.text)
  const { positional, options, environment, pointer } = found
  const why = unreadable(script) ?? sharing(mounts, script)
  const input = { script, positional, options, environment, ...setting }
  const flavours = found.flavours.filter(({ dialect }) => canRead(dialect, script))
  const rehearsal = why === undefined ? rehearsed(input, flavours, budget) : unknownBecause(why)
  const line = (offset: number) => lineOf(script.text, offset)
  return {
    verdict: rehearsal.verdict,
    atomic: rehearsal.atomic,
    hazards: rehearsal.hazards.map((hazard) => ({ ...hazard, line: line(hazard.offset), ...described(hazard, mounts) })),
    unknown: rehearsal.unknown.map(({ offset, why }) => ({ line: line(offset), why })),
    commands: rehearsal.commands.map((command) => ({ ...command, line: line(command.offset) })),
    mounts,
    pointer,
    found,
    script: script.fault === null ? script : null,
    steps: rehearsal.steps,
  }
}

function canRead(dialect: Flavour['dialect'], { features }: Script): boolean {
  if (dialect === 'bash') return true
  return !features.has('bash-only') && (dialect === 'ash' || !features.has('not-posix'))
}

/** '' is the root; where nothing is said, the image decides, and nearly always it is the root. */
function folderKey(folder: string | undefined): string {
  return folder === undefined || folder === '/' ? '' : folder.replace(/(?<!\/)\/+$/, '')
}

function unreadable({ features }: Script): string | undefined {
  if (features.has('template')) return 'the script is a template that nobody has filled in yet'
  if (features.has('carriage-return')) return 'its lines end with carriage returns, which the shell takes for a part of the last word'
  return undefined
}

/** One volume at two paths: the rehearsal would take them for two. */
function sharing(mounts: readonly Mount[], { text }: Script): string | undefined {
  const shared = sharedMounts(mounts, text)
  return shared === undefined ? undefined : `${shared[0].path || '/'} and ${shared[1].path || '/'} show the same files`
}

function unknownBecause(why: string): Rehearsal {
  return { verdict: 'unknown', atomic: null, hazards: [], unknown: [{ offset: 0, why }], commands: [], isFlavoured: false, steps: 0 }
}

/** Rehearses under each flavour, as long as it makes a difference. */
function rehearsed(input: Omit<RehearsalInput, keyof Flavour>, flavours: readonly Flavour[], budget: number): Rehearsal {
  const all: Rehearsal[] = []
  let steps = 0
  for (const flavour of flavours) {
    const rehearsal = rehearse({ ...input, ...flavour, maxSteps: Math.min(maxTotalSteps, budget - steps) }, catalogue)
    steps += rehearsal.steps
    all.push(rehearsal)
    if (!rehearsal.isFlavoured) break
  }
  return { ...agreed(all), steps }
}

/** What the rehearsals under all flavours agree on. A flavour under which the script never succeeds is not the container's own. */
function agreed(all: readonly Rehearsal[]): Rehearsal {
  const possible = all.filter(({ unknown }) => !unknown.some(({ why }) => why === neverSucceeds))
  const [first, ...others] = possible.length > 0 ? possible : all
  if (first === undefined) return unknownBecause('it uses what only bash has, and its shell is another one')
  if (others.every(({ verdict, atomic }) => verdict === first.verdict && atomic === first.atomic && verdict !== 'unsafe')) return first
  const hazards = first.hazards.filter((hazard) => others.every((other) => other.hazards.some((twin) => isTwin(twin, hazard))))
  const isUnsafe = hazards.some(({ obligation }) => obligation !== 'interrupted')
  const isSafe = possible.every(({ verdict }) => verdict === 'safe')
  const unknown = [first, ...others].flatMap((rehearsal) => rehearsal.unknown)
  const differs = { offset: 0, why: 'shells and tools differ here, and the image does not tell which it has' }
  return {
    verdict: isUnsafe ? 'unsafe' : isSafe ? 'safe' : 'unknown',
    atomic: others.every(({ atomic }) => atomic === first.atomic) ? first.atomic : null,
    hazards,
    unknown: isUnsafe || isSafe || unknown.length > 0 ? distinct(unknown) : [differs],
    commands: first.commands,
    isFlavoured: true,
    steps: 0,
  }
}

function isTwin(a: Hazard, b: Hazard): boolean {
  return a.offset === b.offset && (a.obligation === 'interrupted') === (b.obligation === 'interrupted')
}

function distinct(parts: Rehearsal['unknown']): Rehearsal['unknown'] {
  return [...new Map(parts.map((part) => [`${part.offset} ${part.why}`, part])).values()]
}

function described(hazard: Hazard, mounts: readonly Mount[]): Pick<ContainerHazard, 'program' | 'mountPath' | 'fix'> {
  const mount = hazard.path.startsWith('//') ? undefined : mountOf(hazard.path, mounts)
  return {
    program: shortName(hazard.command),
    mountPath: mount === undefined ? '' : mount.path || '/',
    fix: fixOf(hazard, mount !== undefined && mount.path === hazard.path),
  }
}
