/** Reads what `why` needs from files and pipes. */
import { resolve } from 'node:path'
import { containerNames, readWhyText, type WhyObjects, type WhyOptions, type WhyOutput, why } from '../diagnosis/index.ts'
import { defaultRegistry } from '../rules/registry.ts'
import { readBoundedFile } from '../server/keepers/bounded-file.ts'
import { fileFault } from '../server/keepers/file-fault.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { loadPolicy } from './policy-files.ts'

export interface WhySettings {
  /** A file, or `-`. */
  readonly target: string
  readonly namespace: string
  readonly policy: readonly string[]
  readonly events?: string
  /** CONTAINER=FILE */
  readonly log: readonly string[]
  /** Milliseconds since 1970. */
  readonly now?: number
}

/** Largest input, in bytes; `kubectl get pods,events -A -o json` of a large cluster is smaller. */
const maxInputBytes = 64 * 1024 * 1024
/** Largest log: only its end is read, but all of it is loaded. */
const maxLogBytes = 64 * 1024 * 1024

/** @throws UsageError with one sentence */
export async function whyOfFile(settings: WhySettings, io: Io): Promise<WhyOutput> {
  const { target, events } = settings
  const given = objectsIn(await textOf(target, io), target)
  const added = events === undefined ? undefined : objectsIn(await textOf(events, io), events)
  const objects: WhyObjects = added === undefined ? given : { ...given, events: [...given.events, ...added.events] }
  const output = why(objects, { ...(await optionsOf(settings, io)), logs: await logsOf(settings.log, objects, io) })
  if (output.pods.length === 0) throw new UsageError(`${nameOf(target)} holds no Pod; save one with kubectl get pod NAME -o json`)
  return output
}

/** What every way in shares. */
export async function optionsOf(settings: Pick<WhySettings, 'policy' | 'namespace' | 'now'>, io: Io): Promise<Omit<WhyOptions, 'logs'>> {
  const registry = defaultRegistry()
  const policy = await loadPolicy(settings.policy, registry, io)
  return { policy, registry, namespace: settings.namespace, now: settings.now ?? io.now(), kubernetes: policy.kubernetes }
}

function objectsIn(text: string, file: string): WhyObjects {
  if (text.trim() === '') throw new UsageError(`${nameOf(file)} is empty`)
  const read = readWhyText(text)
  if (!read.ok) throw new UsageError(`cannot read ${nameOf(file)}: ${read.problem}`)
  return read.value
}

async function logsOf(entries: readonly string[], objects: WhyObjects, io: Io): Promise<ReadonlyMap<string, string>> {
  const logs = new Map<string, string>()
  if (entries.length === 0) return logs
  const names = containerNames(objects)
  for (const entry of entries) {
    const place = entry.indexOf('=')
    const container = entry.slice(0, place)
    if (!names.includes(container))
      throw new UsageError(`--log: the pod has no container ${container}; it has ${names.join(', ') || 'none'}`)
    logs.set(container, await textOf(entry.slice(place + 1), io, maxLogBytes))
  }
  return logs
}

async function textOf(file: string, io: Io, maxBytes = maxInputBytes): Promise<string> {
  try {
    return file === '-' ? await io.readStdin(maxBytes) : readBoundedFile(resolve(io.cwd, file), maxBytes)
  } catch (error) {
    throw new UsageError(`cannot read ${nameOf(file)}: ${fileFault(error)}`)
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}
