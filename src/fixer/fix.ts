/** Applies the edits of diagnostics to inputs, pass by pass, until there are none left. */
import { type DiagnosticEntry, forPeople, type Input, isSilenced, type LintOutput, type ObjectName } from '../inspect/output.ts'
import { type ExpectedChange, faultOf } from './check.ts'
import { distinct, type Edit, type EditGroup, selectGroups, withEdits } from './edits.ts'

/** What is fixed: pull policies only, or the scripts of init containers, too. */
export type FixScope = 'pull-policies' | 'all'

/** A finding that was fixed, or would be. */
export interface FixedEntry {
  readonly rule: string
  readonly file: string | null
  /** Where it was found: lines of earlier passes may have been added before it. */
  readonly line: number | null
  readonly object: ObjectName
  readonly container: string | null
  /** Of the value within the object. */
  readonly pointer: string
  /** The values of a pull policy, `from` null if it was not set; omitted for scripts. */
  readonly from?: string | null
  readonly to?: string
  /** `containers "web": `, and the repair of a script in words, for the text output. */
  readonly [forPeople]: { readonly prefix: string; readonly repair?: string }
}

/** A fault of initlint: edits that would have changed something else. */
export interface FixFault {
  readonly input: number
  readonly entry: DiagnosticEntry
  readonly message: string
}

export interface FixResult {
  /** With the fixed texts. */
  readonly inputs: readonly Input[]
  /** By the index of the input. */
  readonly fixed: ReadonlyMap<number, readonly FixedEntry[]>
  readonly faults: readonly FixFault[]
}

export interface FixOptions {
  readonly scope: FixScope
  /** Whether the input may be changed. */
  mayFix(input: number): boolean
  /** The findings on some of the inputs; all of them are known, because they say how each is judged. */
  lint(inputs: readonly Input[], only: ReadonlySet<number>): LintOutput
}

/** Most texts need one pass. Each pass applies at least one fix of each input, and each rule reports a place once. */
const maxPasses = 50

/**
 * Fixes inputs: applies the edits of all findings that do not overlap, lints what changed again, and repeats this. After each pass, a
 * changed text must decode to the same objects, except for the fixes; otherwise all fixes of this input are dropped, and it is a fault.
 * @param first the findings on the inputs
 */
export function fixInputs(inputs: readonly Input[], first: LintOutput, options: FixOptions): FixResult {
  const current = [...inputs]
  const fixed = new Map<number, FixedEntry[]>()
  const faults = new Map<number, FixFault>()
  let output = first
  for (let pass = 0; pass < maxPasses; pass++) {
    const changed = new Set<number>()
    for (const [index, groups] of groupsByInput(output.diagnostics, options.scope)) {
      const input = current[index]
      if (input === undefined || faults.has(index) || !options.mayFix(index)) continue
      const { edits, purposes } = selectGroups(groups)
      const text = withEdits(input.text, edits)
      if (text === input.text) continue
      const message = faultOf(input.text, text, expectedChanges(purposes))
      if (message !== undefined) {
        const [entry] = purposes
        if (entry !== undefined) faults.set(index, { input: index, entry, message })
        current[index] = inputs[index] ?? input
        fixed.delete(index)
        continue
      }
      current[index] = { ...input, text }
      fixed.set(index, [...(fixed.get(index) ?? []), ...purposes.map(fixedEntry)])
      changed.add(index)
    }
    if (changed.size === 0) break
    output = options.lint(current, changed)
  }
  return { inputs: current, fixed, faults: [...faults.values()] }
}

/** Whether a finding is one that is fixed in its file. */
export function isFixable(entry: DiagnosticEntry, scope: FixScope): boolean {
  const { change } = entry[forPeople]
  if (entry.edits === undefined || change === undefined || isSilenced(entry)) return false
  return scope === 'all' || 'value' in change.to
}

function groupsByInput(diagnostics: readonly DiagnosticEntry[], scope: FixScope): Map<number, EditGroup<DiagnosticEntry>[]> {
  const groups = new Map<number, EditGroup<DiagnosticEntry>[]>()
  for (const entry of diagnostics) {
    if (!isFixable(entry, scope)) continue
    const { input } = entry[forPeople]
    const group = { edits: entry.edits ?? [], purpose: entry }
    const known = groups.get(input)
    if (known === undefined) groups.set(input, [group])
    else known.push(group)
  }
  return groups
}

/** The new values of what the edits are for. The repairs of one script are applied together. */
function expectedChanges(entries: readonly DiagnosticEntry[]): readonly ExpectedChange[] {
  const scripts = new Map<string, { readonly change: Omit<ExpectedChange, 'value'>; readonly text: string; readonly edits: Edit[] }>()
  const expected: ExpectedChange[] = []
  for (const { [forPeople]: each } of entries) {
    if (each.change === undefined) continue
    const { document, pointer, to } = each.change
    if ('value' in to) {
      expected.push({ document, pointer, value: to.value })
      continue
    }
    const key = `${document} ${pointer}`
    const known = scripts.get(key)
    if (known === undefined) scripts.set(key, { change: { document, pointer }, text: to.text, edits: [...to.edits] })
    else known.edits.push(...to.edits)
  }
  for (const { change, text, edits } of scripts.values()) expected.push({ ...change, value: withEdits(text, distinct(edits)) })
  return expected
}

function fixedEntry({ rule, file, line, object, container, data, [forPeople]: { change, prefix }, ...entry }: DiagnosticEntry): FixedEntry {
  const common = { rule, file, line, object, container }
  if (change !== undefined && 'value' in change.to) {
    const pointer = change.pointer.slice(change.base.length)
    return { ...common, pointer, from: change.to.from, to: change.to.value, [forPeople]: { prefix } }
  }
  const repair = typeof data.fix === 'string' ? { repair: data.fix } : {}
  return { ...common, pointer: entry.pointer, [forPeople]: { prefix, ...repair } }
}
