/** Commands that the container refuses in every run: these are known only where a rehearsal asks whether the first run can succeed. */

import type { Call, Program } from '../commands/command.ts'
import { mountOf } from '../container/storage.ts'
import { isNoName } from '../machine/first-run.ts'
import type { Machine, Step } from '../machine/machine.ts'
import { textOf, type Value } from '../value/value.ts'
import { ReadOnlyWrite } from '../value/world.ts'

/** Programs that fail if one of their operands does not exist, whatever their options. */
const needing: ReadonlySet<string> = new Set(['chown', 'chgrp', 'chmod', 'cp', 'mv', 'ls', 'cat'])

/** Runs a command model. @returns its exit status: 1 if the container refuses what it does */
export function unlessRefused(program: string, model: Program, call: Call<Machine>, step: Step, run: () => number): number {
  const { machine } = call
  if (machine.setting.first === undefined) return run()
  const refusal = refusalOf(program, call)
  if (refusal === undefined) return orReadOnly(machine, step, run, model.failsIfReadOnly === true)
  step.refusal = refusal
  return 1
}

/** Runs something in the first run: a write to a read-only volume makes it fail with status 1 if `fails`. */
export function orReadOnly(machine: Machine, step: Step, run: () => number, fails: boolean): number {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ReadOnlyWrite) || !fails || machine.setting.first === undefined) throw error
    step.refusal = { kind: 'readOnly', path: error.path }
    return 1
  }
}

/** Why a command is certain to fail. */
function refusalOf(program: string, { arguments: fields, machine }: Call<Machine>): Step['refusal'] {
  const unread = fields.map(textOf).find((text) => isNoName(`/${text}`, machine.setting.first))
  if (unread !== undefined && (needing.has(program) || needsFolder(unread, program, fields))) return { kind: 'unread', path: unread }
  if (program === 'mkdir') return newFolder(fields, machine)
  if (program !== 'chown' && program !== 'chgrp' && program !== 'chmod') return undefined
  const texts = fields.map((field) => textOf(field) ?? '')
  const [first = 0, ...rest] = fields.flatMap((_, index) => (texts[index]?.startsWith('-') === true ? [] : [index]))
  // Other options may make it skip files: --from, --reference, -f.
  const isPlain = texts.every((text) => !text.startsWith('-') || /^(-[RvchHLP]+|--recursive|--verbose)$/.test(text))
  if (!isPlain || rest.length === 0) return undefined
  const paths = rest.map((index) => machine.resolveWhole(machine.path(fields[index] ?? [])))
  const readOnly = paths.find((operand) => machine.files.storageOf(operand) === 'read-only')
  if (readOnly !== undefined) return { kind: 'readOnly', path: readOnly }
  const [path = ''] = paths
  return program === 'chown' && cannotGive(texts[first] ?? '', machine) ? { kind: 'owner', path } : undefined
}

/** Whether the program fails because there is no directory whose name is a quote. */
function needsFolder(path: string, program: string, fields: readonly Value[]): boolean {
  const makesIt = program === 'mkdir' && fields.some((field) => /^-(?:\w*p|-parents$)/.test(textOf(field) ?? ''))
  return /^["']\//.test(path) && (program === 'touch' || program === 'mkdir') && !makesIt
}

/** A directory below a read-only mount, which `mkdir -p` can only skip, and only if the volume has it already. */
function newFolder(fields: readonly Value[], machine: Machine): Step['refusal'] {
  for (const field of fields) {
    const text = textOf(field)
    if (text === undefined || text.startsWith('-') || /^\d+$/.test(text)) continue
    const path = machine.resolveWhole(machine.path(field))
    const mount = mountOf(path, machine.files.mounts)
    if (mount?.storage === 'read-only' && path !== mount.path && machine.files.look(path) === undefined) {
      return { kind: 'readOnly', path: mount.path, ifEmpty: true }
    }
  }
  return undefined
}

/** Whether the user is certain to lack the permission to make the user of `USER[:GROUP]` the owner of a file. */
function cannotGive(to: string, machine: Machine): boolean {
  const own = machine.setting.first?.cannotChown
  const name = /^(root|\d{1,9})(?:[:.].*)?$/.exec(to)?.[1]
  if (own === undefined || name === undefined) return false
  const uid = name === 'root' ? 0 : Number(name)
  return own.uid === null ? uid === 0 : uid !== own.uid
}
