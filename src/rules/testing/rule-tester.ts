/**
 * Tests of rules as lists of cases. Asserts message ids, pointers, data and fixes, never prose. Rejects incomplete tests: duplicate cases,
 * message ids that no case yields, unfilled placeholders, fixes that are not expected or that need another fix.
 */
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import type { AnyRule, PullPolicyFix, Report, RuleContext } from '../../lint/rule.ts'
import type { JsonPointer } from '../../model/json.ts'
import type { OriginSource } from '../../model/origin.ts'
import { readWorkload, type Workload } from '../../model/workload.ts'
import { fakeContext } from './context.ts'
import { deepFreeze, withValue } from './objects.ts'

/** An object and the context of the check. The name states what is special about the input. */
export interface ValidCase {
  readonly name: string
  readonly object: object
  /** `manifest`: a raw manifest (the default); `review`: an object that the API server has defaulted. */
  readonly source?: OriginSource
  /** The object before an UPDATE. */
  readonly old?: object
  readonly context?: Partial<RuleContext>
  readonly options?: object
}

/** An expected report. `milder`, `podsDecide`, `atMostWarn` and `fix` must match exactly; `data` may be a part of the report's data. */
export interface ExpectedReport {
  readonly messageId: string
  readonly pointer: JsonPointer
  readonly data?: Readonly<Record<string, string | number>>
  readonly milder?: true
  readonly podsDecide?: true
  readonly atMostWarn?: true
  readonly fix?: Pick<PullPolicyFix, 'pointer' | 'from' | 'to'>
}

export interface InvalidCase extends ValidCase {
  readonly reports: readonly ExpectedReport[]
}

/**
 * Tests a rule.
 * @throws Error if the cases themselves are wrong
 */
export function testRule(rule: AnyRule, cases: { readonly valid: readonly ValidCase[]; readonly invalid: readonly InvalidCase[] }): void {
  rejectDuplicates([...cases.valid, ...cases.invalid])
  const exercised = new Set<string>()
  for (const valid of cases.valid) {
    t.test(`${rule.meta.id} accepts: ${valid.name}`, async (t) => {
      t.strictSame(run(rule, valid).map(outline), [], valid.name)
    })
  }
  for (const invalid of cases.invalid) {
    if (invalid.reports.length === 0) throw new Error(`"${invalid.name}" expects no report: it belongs to the valid cases`)
    for (const { messageId } of invalid.reports) exercised.add(messageId)
    t.test(`${rule.meta.id} reports: ${invalid.name}`, async (t) => {
      const reports = run(rule, invalid)
      t.strictSame(
        reports.map(outline),
        invalid.reports.map(({ data: _data, ...expected }) => expected),
        invalid.name,
      )
      for (const [index, report] of reports.entries()) {
        t.match(report.data, invalid.reports[index]?.data ?? {}, 'data')
        t.strictSame(unfilled(rule, report), [], 'every placeholder is filled')
      }
      t.strictSame(remainingFixes(rule, invalid, reports), [], 'the fixed object needs no further fix')
    })
  }
  t.test(`${rule.meta.id}: every message has a case`, async (t) => {
    t.strictSame([...exercised].sort(), Object.keys(rule.meta.messages).sort())
  })
}

function rejectDuplicates(cases: readonly ValidCase[]): void {
  for (const [index, one] of cases.entries()) {
    const { name, ...rest } = one
    for (const { name: otherName, ...other } of cases.slice(index + 1)) {
      if (name === otherName) throw new Error(`two cases are named "${name}"`)
      if (isDeepStrictEqual(inputOf(rest), inputOf(other))) throw new Error(`"${name}" and "${otherName}" test the same input`)
    }
  }
}

function inputOf({ object, source, old, context, options }: Omit<ValidCase, 'name'>): object {
  // Functions of a context are equal only to themselves, so some duplicates go unnoticed.
  return { object, source, old, context, options }
}

/** Runs the rule on the frozen object: a rule that changes its input throws. */
function run(rule: AnyRule, testCase: ValidCase): Report[] {
  const source = testCase.source ?? 'manifest'
  const old = testCase.old === undefined ? null : workloadOf(testCase.old, source, null)
  const workload = workloadOf(testCase.object, source, old)
  const context = fakeContext(workload, testCase.context)
  const reports = [...rule.check(workload, { ...rule.meta.defaultOptions, ...testCase.options }, context)]
  const again = [...rule.check(workload, { ...rule.meta.defaultOptions, ...testCase.options }, context)]
  if (!isDeepStrictEqual(reports, again)) throw new Error(`"${testCase.name}": a second check of the same workload gives other reports`)
  return reports
}

function workloadOf(object: object, source: OriginSource, old: Workload | null): Workload {
  const workload = readWorkload(deepFreeze(object), { namespace: 'default', source, old })
  if (workload === undefined) throw new Error('the object of a case is not a workload')
  return workload
}

function outline({ messageId, pointer, milder, podsDecide, atMostWarn, fix }: Report): ExpectedReport {
  return {
    messageId,
    pointer,
    ...(milder === true ? { milder } : {}),
    ...(podsDecide === undefined ? {} : { podsDecide }),
    ...(atMostWarn === true ? { atMostWarn } : {}),
    ...(fix === undefined ? {} : { fix: { pointer: fix.pointer, from: fix.from, to: fix.to } }),
  }
}

/** The placeholders of the message that the report has no value for. */
function unfilled(rule: AnyRule, { messageId, data }: Report): string[] {
  const template = rule.meta.messages[messageId] ?? `{{${messageId}}}`
  return [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).filter((name) => !Object.hasOwn(data, name))
}

/** The fixes that the rule still offers after all its fixes are applied. */
function remainingFixes(rule: AnyRule, testCase: ValidCase, reports: readonly Report[]): ExpectedReport[] {
  let object = testCase.object
  for (const { fix } of reports) if (fix !== undefined) object = withValue(object, fix.pointer, fix.to)
  return run(rule, { ...testCase, object })
    .filter(({ fix }) => fix !== undefined)
    .map(outline)
}
