/** Manifests that a script makes of what `kubectl get` printed, and writes back. */

import { aboutOf, empty, isUnknownStart, keyOf, textOf, type Value } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName } from '../kit/facts.ts'
import type { Options } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'

/** The kind of the facts about the text of an object that was read and written back. */
export const textKind = 'object'

/** The content of the manifest of a call, if it is known. */
function manifestOf({ machine }: Call, { value }: Options): Value | undefined {
  const file = value('-f', '--filename')
  if (file === undefined || isUnknownStart(file) || /^https?:/.test(textOf(file) ?? '')) return undefined
  if (textOf(file) === '-') return machine.input ?? empty
  const node = machine.files.look(writtenPath(file, machine))
  return node?.kind === 'file' ? node.content : undefined
}

/** Whether a manifest is empty, as after a `kubectl get` that failed: "no objects passed to apply". */
export function hasNoObjects(call: Call, options: Options): boolean {
  return /^\s*$/.test(textOf(manifestOf(call, options) ?? ['.']) ?? '.')
}

/** The object that a manifest describes, if the manifest was made of what `kubectl get` printed. */
export function describedObject(call: Call, options: Options): { readonly name: string; readonly content: Value } | undefined {
  const content = manifestOf(call, options)
  const about = content === undefined ? undefined : aboutOf(content)
  if (content === undefined || about === undefined) return undefined
  return { name: factName(textKind, keyOf(options.value('-n', '--namespace') ?? empty), about), content }
}
