/** Compares the verdicts of a policy on manifests with those that comments in the manifests expect. */
import { isFromBuiltInController } from '../admission/built-in-controllers.ts'
import { type Diagnostic, subjectContainer } from '../lint/diagnostic.ts'
import { safeText } from '../lint/text.ts'
import { type DocumentExpectations, type Expectation, readExpectations } from './expectations.ts'
import { type InspectedWorkload, namespacesOf, objectName, workloadsOf } from './inputs.ts'
import { type InspectOptions, judge } from './lint.ts'
import type { Input, InputError, ObjectName, Place } from './output.ts'
import { sourcesOf } from './sources.ts'
import { count, enumerate } from './words.ts'

/** One YAML document with workloads. */
export interface PolicyTestEntry extends Place {
  readonly file: string | null
  readonly objects: readonly ObjectName[]
  readonly expected: readonly Expectation[]
  /** All findings, audit and exempted ones included. */
  readonly found: readonly (Expectation & { readonly message: string })[]
  readonly passed: boolean
  /** The differences. */
  readonly problems: readonly (Place & { readonly message: string })[]
}

export interface PolicyTestOutput {
  readonly tests: readonly PolicyTestEntry[]
  readonly summary: { readonly tests: number; readonly passed: number; readonly failed: number; readonly errors: number }
  readonly errors: readonly InputError[]
}

/** A document whose workloads are being collected. */
interface OpenTest {
  readonly document: DocumentExpectations
  readonly file: string | null
  readonly place: Place
  readonly objects: ObjectName[]
  readonly found: (Expectation & { message: string })[]
  /** Findings that others state: they may be expected, but need not be. */
  readonly stated: Expectation[]
}

/** Runs the tests in the inputs. Never throws, whatever they contain. */
export function testPolicy(inputs: readonly Input[], options: InspectOptions): PolicyTestOutput {
  const errors: InputError[] = []
  const read = inputs.map(({ text, unreadable }) => readExpectations(unreadable === undefined ? text : '', options.registry))
  for (const [index, each] of read.entries()) {
    for (const error of each.errors) errors.push({ file: inputs[index]?.file ?? null, ...error })
  }
  const open = new Map<DocumentExpectations, OpenTest>()
  const cursors = read.map(() => 0)
  /** Workloads come in the order of their lines. */
  const documentAt = (input: number, line: number): DocumentExpectations | undefined => {
    const documents = read[input]?.documents ?? []
    let cursor = cursors[input] ?? 0
    while (cursor < documents.length && line > (documents[cursor]?.lastLine ?? 0)) cursor++
    cursors[input] = cursor
    return documents[cursor]
  }
  const namespaces = namespacesOf(inputs)
  const sources = sourcesOf(inputs)
  const reading = { templates: options.policy.templates, withoutPodSpec: true, sources }
  for (const inspected of workloadsOf(inputs, options.namespace, errors, reading)) {
    const place = inspected.locate('') ?? { line: 1, column: 1 }
    const document = documentAt(inspected.input, place.line)
    if (document === undefined) continue
    const test = open.get(document) ?? { document, file: inspected.file, place, objects: [], found: [], stated: [] }
    open.set(document, test)
    if (inspected.template === 0) test.objects.push(objectName(inspected.workload))
    const { diagnostics } = judge(asUser(inspected, document.user), options, namespaces)
    test.found.push(...diagnostics.map(foundOf))
    test.stated.push(...diagnostics.flatMap(statedBy))
  }
  for (const [index, { documents }] of read.entries()) {
    for (const document of documents) {
      if (document.place !== undefined && !open.has(document)) {
        errors.push({ file: inputs[index]?.file ?? null, ...document.place, message: 'this document has no workload to test' })
      }
    }
  }
  const tests = [...open.values()].map(closed)
  const passed = tests.filter((test) => test.passed).length
  return { tests, summary: { tests: tests.length, passed, failed: tests.length - passed, errors: errors.length }, errors }
}

function asUser(inspected: InspectedWorkload, named: string | null): InspectedWorkload & { readonly isRestored: boolean } {
  const user = named ?? inspected.user
  return { ...inspected, user, isRestored: user !== null && isFromBuiltInController({ user }, inspected.workload) }
}

function foundOf({ rule, action, exempted, subject, message }: Diagnostic): OpenTest['found'][number] {
  return {
    action: exempted === undefined ? (action as Expectation['action']) : 'exempt',
    rule,
    container: subjectContainer(subject),
    message: safeText(message),
  }
}

/** The findings of other rules that a finding states as well. */
function statedBy({ subject, absorbed = [] }: Diagnostic): readonly Expectation[] {
  return absorbed.map(({ rule, action }) => ({ rule, action: action as Expectation['action'], container: subjectContainer(subject) }))
}

function closed({ document, file, place, objects, found, stated }: OpenTest): PolicyTestEntry {
  const { expected = [], place: first } = document
  const all = new Set([...found, ...stated].flatMap(wordings))
  const actions = Map.groupBy([...found, ...stated].flatMap(withAndWithoutContainer), placeOf)
  const wanted = new Set(expected.map(worded))
  const missing = expected
    .filter((one) => !all.has(worded(one)))
    .map((one) => ({ line: one.line, column: one.column, message: `expected "${worded(one)}", but ${instead(actions.get(placeOf(one)))}` }))
  const unexpected = new Map(
    found
      .filter((each) => each.action !== 'audit' && each.action !== 'exempt' && !wordings(each).some((words) => wanted.has(words)))
      .map((each) => [worded(each), each.message]),
  )
  const remark = first === undefined ? 'no comment "# initlint-expect: …" says what to expect' : undefined
  const problems = [
    ...(remark === undefined ? [] : [{ ...place, message: remark }]),
    ...missing,
    ...[...unexpected].map(([words, message]) => ({ ...place, message: `found "${words}", which is not expected: ${message}` })),
  ]
  return {
    file,
    ...place,
    objects,
    expected: expected.map(({ action, rule, container }) => ({ action, rule, container })),
    found,
    passed: problems.length === 0,
    problems,
  }
}

function withAndWithoutContainer({ action, rule, container }: Expectation): readonly Expectation[] {
  return container === null
    ? [{ action, rule, container }]
    : [
        { action, rule, container: null },
        { action, rule, container },
      ]
}

/** The comments that fit a finding. */
function wordings(found: Expectation): readonly string[] {
  return withAndWithoutContainer(found).map(worded)
}

function placeOf({ rule, container }: Expectation): string {
  return JSON.stringify([rule, container])
}

function worded({ action, rule, container }: Expectation): string {
  return safeText([action, rule, ...(container === null ? [] : [container])].join(' '))
}

function instead(found: readonly Expectation[] | undefined): string {
  return found === undefined ? 'the rule finds nothing' : `found ${enumerate([...new Set(found.map(({ action }) => action))])}`
}

/** The differences, one line each, and a summary. */
export function renderPolicyTestText({ tests, summary }: PolicyTestOutput): string {
  const lines = tests.flatMap(({ file, objects, problems }) => {
    const names = [...new Set(objects.map(({ kind, name }) => `${kind} ${name}`))].join(', ')
    return problems.map(({ line, column, message }) => `${safeText(file ?? 'input')}:${line}:${column}: ${safeText(names)}: ${message}`)
  })
  const { failed } = summary
  lines.push(failed === 0 ? `${count(summary.tests, 'test')} passed.` : `${failed} of ${count(summary.tests, 'test')} failed.`)
  return lines.map((line) => `${line}\n`).join('')
}
