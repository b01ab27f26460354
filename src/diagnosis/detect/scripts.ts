/** What the rehearsal and the rules know about the script of an init container. */
import type { Diagnostic } from '../../lint/diagnostic.ts'
import { subjectContainer } from '../../lint/diagnostic.ts'
import type { AnalyzedInit, ContainerHazard } from '../../script/index.ts'
import { applied } from '../../script/index.ts'
import type { Cause } from '../causes/index.ts'
import { type ContainerView, newestEnd, type PodView } from '../view/pod-view.ts'
import type { Context, Found } from './context.ts'
import { isPersistent } from './storage.ts'

/** A hazard of a script that explains a failure. */
export interface ScriptHazard {
  readonly init: AnalyzedInit
  readonly hazard: ContainerHazard
}

/** The analysis of a container's script; undefined for other containers. */
export function analysisOf({ scripts }: PodView, { name, role }: ContainerView): AnalyzedInit | undefined {
  if (role === 'app') return undefined
  const all = role === 'init' ? scripts.analyzed() : scripts.sidecars()
  return all.find(({ container }) => container.name === name)
}

/** Whether the container may have run before on the same volumes. */
export function ranBefore({ pod }: Context, container: ContainerView): boolean {
  return (
    container.restarts > 0 ||
    container.last !== null ||
    pod.events.some(({ reason }) => reason === 'SandboxChanged') ||
    container.events.some(({ reason, count }) => reason === 'Started' && count > 1) ||
    isPersistent(pod, container)
  )
}

/** The hazard of a rerun that fails with the exit code of the container. @param line of the log that names the path, if one does */
export function hazardOf(context: Context, container: ContainerView, line?: string): ScriptHazard | undefined {
  const init = analysisOf(context.pod, container)
  const end = newestEnd(container)
  if (init === undefined || end === null) return undefined
  const failing = init.hazards.filter(({ outcome }) => outcome === 'fails')
  const sameCode = failing.filter(({ status }) => status === end.exitCode || end.exitCode !== 0)
  const named =
    line === undefined
      ? undefined
      : failing.find(({ program, mountPath }) => mountPath !== '' && line.includes(mountPath) && line.includes(program.split(' ')[0] ?? ''))
  const exact = sameCode.find(({ status }) => status === end.exitCode)
  const hazard = named ?? exact ?? (line === undefined ? undefined : sameCode[0])
  return hazard === undefined ? undefined : { init, hazard }
}

/** What the rehearsal knows more precisely than that a script never succeeds. */
const causeOfEnding: Readonly<Partial<Record<string, Cause>>> = { readOnly: 'init-writes-readonly' }

/** A script that fails in every run, with the exit code that was seen. */
export function neverSucceeds(context: Context, container: ContainerView): Found | undefined {
  const end = newestEnd(container)
  const ending = analysisOf(context.pod, container)?.ending
  if (ending?.kind !== 'fails' || end === null || ending.status !== end.exitCode || ending.isOnEmptyClaim) return undefined
  const finding = findingOn(context, container, ['init-never-succeeds'])
  return {
    cause: causeOfEnding[ending.cause] ?? 'init-never-succeeds',
    certainty: 'likely',
    ...(ending.path === '' ? {} : { facts: { path: context.quotes.of(ending.path), program: context.quotes.of(ending.what, 200) } }),
    evidence: [`rehearsal: the first run fails with code ${ending.status}`],
    ...(finding === undefined ? {} : { message: textOf(finding, container) }),
  }
}

/** A rerun that fails, as the rehearsal predicts it. */
export function failsOnRerun(context: Context, container: ContainerView): Found | undefined {
  if (!ranBefore(context, container)) return undefined
  const found = hazardOf(context, container)
  if (found === undefined) return undefined
  return {
    cause: 'init-not-idempotent',
    certainty: 'likely',
    message: rerunText(found),
    evidence: [`rehearsal: \`${found.hazard.program}\` exits with code ${found.hazard.status} when the script runs again`],
    hazard: found,
  }
}

/** `line 1 "git clone …" fails on every rerun because /src (emptyDir) still holds what an earlier run left`. */
export function rerunText({ hazard }: ScriptHazard): string {
  const { line, program, storage, mountPath } = hazard
  const where =
    mountPath === ''
      ? 'what an earlier run left is still there'
      : `${mountPath} (${storageWords[storage] ?? storage}) still holds what an earlier run left`
  return `line ${line}: \`${program}\` fails on every rerun because ${where}`
}

const storageWords: Readonly<Record<string, string>> = {
  pod: 'emptyDir',
  node: 'hostPath',
  claim: 'PersistentVolumeClaim',
  external: 'a service',
}

/** The rules that explain a running init container, the strictest first. */
const runningRules = ['init-never-completes', 'init-waits-for-own-pod', 'init-before-sidecar', 'init-waits-forever'] as const

/** Why a running init container does not complete. */
export function neverCompletes(context: Context, container: ContainerView): Found | undefined {
  const finding = findingOn(context, container, runningRules)
  if (finding === undefined) return undefined
  const cause = finding.rule as Cause
  const target = finding.data.what
  return {
    cause,
    certainty: cause === 'init-never-completes' ? 'certain' : 'likely',
    message: textOf(finding, container),
    ...(cause === 'init-waits-forever' && typeof target === 'string' && target !== ''
      ? { facts: { target: context.quotes.of(target, 100) } }
      : {}),
    evidence: [`rule ${finding.rule} on the script of "${container.name}"`],
  }
}

/** The first finding of the rules about a container. */
export function findingOn(context: Context, { name }: ContainerView, rules: readonly string[]): Diagnostic | undefined {
  const own = context.findings().filter(({ subject }) => subjectContainer(subject) === name)
  for (const rule of rules) {
    const found = own.find((each) => each.rule === rule)
    if (found !== undefined) return found
  }
  return undefined
}

/** The message of a finding without its advice, which `now` gives. */
function textOf({ message }: Diagnostic, { name }: ContainerView): string {
  const [fact = message] = message.split('; ')
  // Most messages of rules continue a sentence whose subject is the container.
  return /^[a-z]+s /.test(fact) ? `"${name}" ${fact}` : `"${name}": ${fact}`
}

/** A change of a script as lines of a diff; undefined if it was not tried. */
export function diffOf({ init, hazard }: ScriptHazard): readonly string[] | undefined {
  const text = init.found?.text
  if (text === undefined || hazard.edits === undefined) return undefined
  const before = text.split('\n')
  const after = applied(hazard.edits, text).split('\n')
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const removed = before.slice(start, before.length - end)
  const added = after.slice(start, after.length - end)
  if (removed.length + added.length > maxDiff) return undefined
  return [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
}

/** Longest diff that is shown, in lines. */
const maxDiff = 20
