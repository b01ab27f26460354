/** Carries out what an answer of `why` proposes. */

import type { Diagnosis } from '../../../src/diagnosis/index.ts'
import { asObject, at, type JsonObject } from '../../../src/model/json.ts'
import { applied } from '../../../src/script/index.ts'
import type { Lab } from './lab.ts'
import type { Act, StuckScenario } from './scenario.ts'

/** The JSON of a diagnosis. */
export type Answer = Omit<Diagnosis, symbol>

interface Carried {
  /** The commands that were run. */
  readonly commands: readonly { readonly command: string; readonly code: number; readonly output: string }[]
  /** The manifest as it is now. */
  readonly manifest: JsonObject
}

export async function carryOut(lab: Lab, { name }: StuckScenario, { cure }: Act, answer: Answer, manifest: JsonObject): Promise<Carried> {
  const commands: Carried['commands'][number][] = []
  const run = async (command: string): Promise<void> => {
    const { code, stdout, stderr } = await lab.shell(command)
    commands.push({ command, code, output: `${stdout}${stderr}`.slice(0, 2000) })
  }
  for (const line of answer.now) if (isCommand(line) && (cure.by === 'now' || isHarmless(line))) await run(line)
  const changed = cure.by === 'edits' ? edited(answer, manifest) : cure.by === 'manifest' ? cure.change(manifest) : manifest
  if (cure.by === 'now' && commands.length === 0) throw new Error(`now has no command: ${answer.now.join('\n')}`)
  if (cure.by === 'world') await cure.change(lab, name)
  if (changed !== manifest) await replace(lab, name, changed)
  return { commands, manifest: changed }
}

function isCommand(line: string): boolean {
  return line.startsWith('kubectl ')
}

/** Commands that only look are carried out in any case. */
function isHarmless(line: string): boolean {
  return /^kubectl (?:logs|describe|get) /.test(line)
}

/** Kinds whose pods follow a change of the template. */
const rolling: ReadonlySet<unknown> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'])

async function replace(lab: Lab, namespace: string, manifest: JsonObject): Promise<void> {
  await lab.kubectl(namespace, ['replace', ...(rolling.has(manifest.kind) ? [] : ['--force']), '-f', '-'], manifest)
}

/** The manifest with the edits of an answer, which point into the Pod. */
function edited({ edits = [] }: Answer, manifest: JsonObject): JsonObject {
  if (edits.length === 0) throw new Error('the answer has no edits')
  const changed = structuredClone(manifest) as JsonObject
  const pod = changed.kind === 'Pod' ? changed : asObject(at(changed, 'spec', 'template'))
  for (const pointer of new Set(edits.map((edit) => edit.pointer))) {
    const path = pointer.slice(1).split('/')
    const last = path.pop() ?? ''
    const place = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], pod) as Record<string, unknown>
    place[last] = applied(
      edits.filter((edit) => edit.pointer === pointer),
      String(place[last]),
    )
  }
  return changed
}
