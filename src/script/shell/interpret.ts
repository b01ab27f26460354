/** The abstract interpreter: runs a script on a `Machine`, by POSIX shell semantics and the relevant differences of bash, dash and BusyBox. */
import type { Call, Catalogue } from '../commands/command.ts'
import { Endless, Exit, Jump, Killed, type Machine, type Shell, type Step } from '../machine/machine.ts'
import { assignVariable, stopped, subshellOf } from '../machine/shell-state.ts'
import type { Statement, Word } from '../syntax/syntax.ts'
import { matchesPattern } from '../value/pattern.ts'
import { concat, empty, keyOf, sameText, textOf, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { AlikeItems } from './alike.ts'
import { arithmeticStatus } from './arithmetic.ts'
import { doubleBracketStatus, inOneCase } from './conditions.ts'
import { withoutMiddle } from './counting.ts'
import { expandFields, expandText } from './expand.ts'
import { withRedirections } from './redirections.ts'
import { Merged, type Replay } from './replay.ts'
import type { ShellContext } from './shell-context.ts'
import { callOf, dispatch, runSimple } from './simple.ts'
import { oneTurn, Turns } from './turns.ts'

export type Body = readonly Statement[]

/**
 * Runs a script to its end.
 * @param replay runs only what another run has not run in the same state
 * @returns the exit status of the script, 'killed' if the disturbance ended it, or 'merged' if it ends like the run beside it
 * @throws NotAnalyzed if something is not supported
 */
export function runScript(body: Body, machine: Machine, catalogue: Catalogue, replay?: Replay): number | 'killed' | 'merged' {
  const interpreter = new Interpreter(machine, catalogue, replay)
  try {
    return interpreter.runShell(body)
  } catch (error) {
    if (error instanceof Killed) return 'killed'
    if (error instanceof Merged) return 'merged'
    if (error instanceof Endless) {
      machine.isEndless = true
      return 1
    }
    throw error
  }
}

/** Whether `wait` follows a background command, after assignments such as `pid=$!` at most. */
function isAwaited(body: Body, index: number): boolean {
  for (const statement of body.slice(index + 1)) {
    if (statement.kind !== 'simple') return false
    const [part] = statement.words[0]?.parts ?? []
    if (part !== undefined) return part.kind === 'literal' && part.text === 'wait'
    if (statement.assignments.some(({ value }) => value?.parts.some(({ kind }) => kind === 'command') !== false)) return false
  }
  return false
}

/** Maximum nesting of calls and substitutions. */
const maxDepth = 100

export class Interpreter implements ShellContext {
  readonly machine: Machine
  readonly catalogue: Catalogue
  readonly #replay: Replay | undefined
  #depth = 0
  /** Background commands whose end the script awaits before it does anything else. */
  readonly #awaited = new WeakSet<Statement>()

  constructor(machine: Machine, catalogue: Catalogue, replay?: Replay) {
    this.machine = machine
    this.catalogue = catalogue
    this.#replay = replay
  }

  /** Runs a shell from its first statement to its EXIT trap. */
  runShell(body: Body): number {
    return this.#toTheTrap(() => {
      try {
        return this.list(body)
      } finally {
        this.#replay?.finish()
      }
    })
  }

  #toTheTrap(run: () => number): number {
    let status = this.#untilExit(run)
    const trap = this.machine.shell.exitTrap
    if (trap !== null) {
      this.machine.shell.exitTrap = null
      const before = status
      status = this.#untilExit(() => {
        this.machine.reportAt(trap.offset, () => this.list(trap.body))
        return before
      })
    }
    return status
  }

  #untilExit(run: () => number): number {
    try {
      return run()
    } catch (error) {
      if (error instanceof Exit) return error.status
      if (error instanceof Jump) return error.status
      throw error
    }
  }

  list(body: Body): number {
    let status = 0
    for (const [index, statement] of body.entries()) {
      // Its end is awaited at once, so that nothing runs at the same time.
      if (statement.kind === 'background' && isAwaited(body, index)) this.#awaited.add(statement)
      status = this.statement(statement)
    }
    return status
  }

  statement(statement: Statement): number {
    const unit = this.#replay?.unitOf(statement)
    return unit === undefined ? this.#statement(statement) : (this.#replay?.run(unit, statement, () => this.#statement(statement)) ?? 0)
  }

  #statement(statement: Statement): number {
    if (++this.#depth > maxDepth) throw new NotAnalyzed('the script is nested too deeply', this.machine.fixedOffset ?? statement.span.start)
    try {
      const status = this.#run(statement)
      this.machine.shell.lastStatus = status
      return status
    } catch (error) {
      if (error instanceof NotAnalyzed && error.offset === null)
        throw new NotAnalyzed(error.why, this.machine.fixedOffset ?? statement.span.start)
      throw error
    } finally {
      this.#depth--
    }
  }

  #run(statement: Statement): number {
    switch (statement.kind) {
      case 'simple':
        return this.#checked(runSimple(statement, this))
      case 'andOr':
        return this.#andOr(statement)
      case 'pipeline':
        return this.#pipeline(statement)
      case 'if':
        return this.#if(statement)
      case 'loop':
        return this.#loop(statement)
      case 'for':
        return this.#for(statement)
      case 'case':
        return this.#case(statement)
      case 'group':
        return withRedirections(statement.redirections, this, () => this.list(statement.body))
      case 'subshell':
        return this.#checked(withRedirections(statement.redirections, this, () => this.subshell(() => this.list(statement.body))))
      case 'function':
        this.machine.shell.functions.set(statement.name, { body: statement.body, offset: this.machine.fixedOffset })
        return 0
      case 'test':
        return this.#checked(doubleBracketStatus(statement.condition, this))
      case 'arithmetic':
        return this.#checked(arithmeticStatus(statement.text, this.machine))
      case 'background':
        return this.#background(statement)
      case 'opaque':
        throw new NotAnalyzed(statement.why)
    }
  }

  /** A command in the background: it runs in a subshell, and only `wait` returns its status. */
  #background(statement: Extract<Statement, { kind: 'background' }>): number {
    const { machine } = this
    if (!this.#awaited.has(statement)) {
      const { length } = machine.unknowns
      const status = this.#inBackground(statement.statement)
      if (status === undefined) throw new NotAnalyzed(machine.unknowns[length]?.why ?? 'a background command')
      machine.shell.background = status
      return 0
    }
    const status = this.guarded(() => this.subshell(() => this.statement(statement.statement)))
    machine.shell.background = status
    return 0
  }

  /**
   * Runs something that may never end, and that the script does not await at once.
   * @returns its status, `stopped` if it does not end by itself, undefined if it changes a file or something of a service, so that its order
   * matters
   */
  #inBackground(statement: Statement): number | undefined {
    const { machine } = this
    const [before, unknowns] = [machine.step, machine.unknowns.length]
    const { output, isInBackground } = machine
    machine.isInBackground = true
    let status = stopped
    try {
      status = this.guarded(() => this.subshell(() => this.statement(statement)))
    } catch (error) {
      if (!(error instanceof Endless)) throw error
    } finally {
      machine.isInBackground = isInBackground
    }
    machine.output = output
    const changesNothing = machine.unknowns.length === unknowns && machine.trace.slice(before).every(({ writes }) => writes.length === 0)
    return changesNothing ? status : undefined
  }

  /** Ends the script after a failure if `set -e` applies. */
  #checked(status: number): number {
    if (status === 0 || this.machine.guarded > 0) return status
    this.#trapped(status)
    if (this.machine.shell.options.errexit) throw new Exit(status)
    return status
  }

  /** Runs the ERR trap, which sees the status and does not run for itself. */
  #trapped(status: number): void {
    const { machine } = this
    const { errorTrap: trap } = machine.shell
    if (trap === undefined) return
    machine.shell.errorTrap = undefined
    machine.shell.lastStatus = status
    machine.reportAt(trap.offset, () => this.guarded(() => this.list(trap.body)))
    machine.shell.errorTrap ??= trap
  }

  /** Runs something whose failure `set -e` ignores, such as a condition. */
  guarded<T>(run: () => T): T {
    this.machine.guarded++
    try {
      return run()
    } finally {
      this.machine.guarded--
    }
  }

  /** Runs something in a copy of the shell: files are shared, variables and the working directory are not. */
  subshell(run: () => number): number {
    const { machine } = this
    const outer: Shell = machine.shell
    machine.shell = subshellOf(machine.shell)
    try {
      return this.#toTheTrap(run)
    } finally {
      machine.shell = outer
    }
  }

  /** The standard output of a body that runs in a subshell. bash and BusyBox turn off `set -e` there, dash keeps it. */
  substitute(body: Body): Value {
    const { machine } = this
    const outer = { output: machine.output, sink: machine.sink }
    machine.output = empty
    machine.sink = undefined
    try {
      const status = this.subshell(() => {
        if (machine.shell.options.errexit && this.#forgetsErrexit()) machine.shell.options.errexit = false
        return this.list(body)
      })
      machine.lastSubstitution = status
      return machine.output
    } finally {
      machine.output = outer.output
      machine.sink = outer.sink
    }
  }

  #forgetsErrexit(): boolean {
    const { machine } = this
    if (machine.isDialect('unknown'))
      return machine.shell.options.errexit && machine.world.decide('whether `set -e` holds within $(…)') === 1
    return !machine.isDialect('posix')
  }

  text(word: Word): Value {
    return expandText(word, this.machine, (_machine, body) => this.substitute(body))
  }

  fields(word: Word): Value[] {
    return expandFields(word, this.machine, (_machine, body) => this.substitute(body))
  }

  dispatch(fields: readonly Value[], step: Step): number {
    return dispatch(fields, this, this.catalogue, step)
  }

  call(name: string, rest: readonly Value[], step: Step): Call<Machine> {
    return callOf(name, rest, this, step)
  }

  #andOr(statement: Extract<Statement, { kind: 'andOr' }>): number {
    const last = statement.rest.length - 1
    let status = this.guarded(() => this.statement(statement.first))
    for (const [index, { operator, statement: next }] of statement.rest.entries()) {
      if ((operator === '&&') !== (status === 0)) continue
      status = index === last ? this.statement(next) : this.guarded(() => this.statement(next))
    }
    return status
  }

  #pipeline(statement: Extract<Statement, { kind: 'pipeline' }>): number {
    const { machine } = this
    const [only] = statement.commands
    if (statement.commands.length === 1 && only !== undefined) {
      const status = this.guarded(() => this.statement(only))
      return status === 0 ? 1 : 0
    }
    const outer = { input: machine.input, output: machine.output, sink: machine.sink }
    let failed = 0
    let status = 0
    let isLast = false
    try {
      for (const [index, command] of statement.commands.entries()) {
        isLast = index === statement.commands.length - 1
        machine.output = empty
        machine.sink = isLast ? outer.sink : undefined
        status = this.subshell(() => this.statement(command))
        if (status !== 0) failed = status
        if (!isLast) machine.input = machine.output
      }
    } finally {
      machine.input = outer.input
      machine.sink = outer.sink
      // If the pipeline is cut off before its last command, it prints nothing.
      machine.output = isLast ? concat(outer.output, machine.output) : outer.output
    }
    if (machine.shell.options.pipefail) status = failed
    return statement.negated ? Number(status === 0) : this.#checked(status)
  }

  #if(statement: Extract<Statement, { kind: 'if' }>): number {
    for (const clause of statement.clauses) {
      if (this.guarded(() => this.list(clause.condition)) === 0) return this.list(clause.body)
    }
    return this.list(statement.otherwise)
  }

  #loop(statement: Extract<Statement, { kind: 'loop' }>): number {
    const { machine } = this
    const turns = new Turns(machine, statement)
    let status = 0
    for (;;) {
      const before = machine.setting.world.asked
      if ((this.guarded(() => this.list(statement.condition)) === 0) === statement.until) return status
      const { world } = machine.setting
      const asked = world.asked > before ? world.lastAsked : undefined
      const next = oneTurn(() => this.list(statement.body))
      if (next === undefined) return status
      status = next
      this.guarded(() => this.list(statement.update ?? []))
      machine.tick()
      if (turns.areOver(asked)) return status
    }
  }

  #for(statement: Extract<Statement, { kind: 'for' }>): number {
    const values = statement.words === null ? this.machine.shell.positional : statement.words.flatMap((word) => this.fields(word))
    const { world } = this.machine.setting
    const items = withoutMiddle(values)
    const alike = new AlikeItems(this.machine, statement.span.start, items, this.catalogue)
    let status = 0
    for (const [index, value] of items.entries()) {
      if (alike.skips(index)) continue
      const before = world.consulted
      assignVariable(this.machine.shell, statement.name, value)
      const next = oneTurn(() => this.list(statement.body))
      if (next === undefined) break
      alike.ran(world.consulted > before)
      status = next
      this.machine.tick()
    }
    return status
  }

  #case(statement: Extract<Statement, { kind: 'case' }>): number {
    const value = inOneCase(this.text(statement.word), this.machine)
    for (const item of statement.items) {
      if (!item.patterns.some((pattern) => this.#matches(pattern, value))) continue
      if (item.fallsThrough) throw new NotAnalyzed('a case that falls through')
      return this.list(item.body)
    }
    return 0
  }

  #matches(pattern: Word, value: Value): boolean {
    const wanted = inOneCase(this.text(pattern), this.machine)
    const [text, glob] = [textOf(value), textOf(wanted)]
    if (glob === '*') return true
    const isPlain = pattern.parts.every((part) => part.kind !== 'glob')
    if (isPlain) {
      const same = sameText(value, wanted)
      this.machine.compared.push(`${keyOf(value)} ${keyOf(wanted)}`)
      if (same !== undefined) return same
    } else if (text !== undefined && glob !== undefined) {
      this.machine.setting.world.spend(text.length * glob.length)
      this.machine.compared.push(`${text} ${glob}`)
      return matchesPattern(glob, text)
    }
    return this.machine.answer(`whether ${JSON.stringify(value)} matches ${JSON.stringify(wanted)}`) === 1
  }
}
