/** A scan for people: the strictest effects first, by namespace. */
import { count, type ObjectName, type Paint, plain, table } from '../inspect/index.ts'
import { safeText, shorten } from '../lint/text.ts'
import { groupOf, workloadKind, workloadKinds } from '../model/workload-kinds.ts'
import { type FindingChange, findingChanges } from './difference.ts'
import type { Effect } from './effect.ts'
import type { ChangedWorkload, ComparisonOutput, NotLookedAt, ScanFinding, ScannedWorkload, ScanOutput } from './output.ts'

export interface ScanTextOptions {
  readonly color: Paint | false
  readonly showAudit: boolean
  /** The largest number of workloads that are listed for each effect. */
  readonly limit: number
}

/** What an effect means, and how it is painted. */
const sections: readonly (readonly [effect: Effect, tone: Parameters<Paint>[0], meaning: string])[] = [
  ['blocks', 'error', 'their next Pod is refused (restart, drain, scale-up)'],
  ['denies', 'error', 'changing what was found is refused; everything else is let in, with a warning'],
  ['warns', 'warning', 'creating them again, or changing what was found, gets a warning'],
  ['exempt', 'info', 'an exemption or an annotation silences every finding'],
  ['audits', 'info', 'their findings are only counted'],
]

/** Longest message in a row. */
const maxMessage = 160

/** The scan as text; ends with a line feed. */
export function renderScanText(output: ScanOutput, options: ScanTextOptions): string {
  const { summary, workloads, notLookedAt } = output
  const paint = options.color === false ? plain : options.color
  const head = `scan of ${safeText(summary.scanned)} (${safeText(summary.policy)}): ${count(summary.workloads, 'workload')}, ${count(summary.pods, 'pod')}, ${count(summary.namespaces, 'namespace')}`
  const parts = sections.flatMap(([effect, tone, meaning]) => {
    const rows = workloads.filter((row) => row.effect === effect)
    if (rows.length === 0) return []
    const title = `${paint(tone, effect.toUpperCase())}  ${count(rows.length, 'workload')}: ${meaning}`
    if (effect === 'audits' && !options.showAudit) return [`${title}; --show audit lists them\n`]
    return [`${title}\n${listed(rows, (found) => deciding(found, effect), options.limit)}`]
  })
  const none = parts.length === 0 ? ['No findings.\n'] : []
  return `${[`${head}\n`, ...parts, ...none].join('\n')}\n${closing(summary.undecided, notLookedAt)}`
}

const changeTitles: Readonly<Record<FindingChange, readonly [tone: Parameters<Paint>[0], title: string]>> = {
  denied: ['error', 'NEWLY DENIED'],
  warned: ['warning', 'NEWLY WARNED'],
  relaxed: ['info', 'NO LONGER DENIED, but warned about'],
  silenced: ['info', 'SILENCED'],
}

/** The comparison of two policies as text; ends with a line feed. */
export function renderComparisonText(output: ComparisonOutput, options: Omit<ScanTextOptions, 'showAudit'>): string {
  const { summary, workloads, notLookedAt } = output
  const paint = options.color === false ? plain : options.color
  const head = `scan of ${safeText(summary.scanned)} (${safeText(summary.policy)}, against ${safeText(summary.against)}): ${count(summary.workloads, 'workload')}, ${count(summary.pods, 'pod')}, ${count(summary.namespaces, 'namespace')}`
  const parts = findingChanges.flatMap((change) => {
    const rows = workloads.flatMap((row) => {
      const diagnostics = row.diagnostics.filter((each) => each.change === change)
      return diagnostics.length === 0 ? [] : [{ ...row, diagnostics }]
    })
    const [tone, title] = changeTitles[change]
    return rows.length === 0
      ? []
      : [`${paint(tone, title)}  ${count(rows.length, 'workload')}\n${listed(rows, (found) => found, options.limit)}`]
  })
  const none = parts.length === 0 ? ['Both policies do the same.\n'] : []
  return `${[`${head}\n`, ...parts, ...none].join('\n')}\n${closing(summary.undecided, notLookedAt)}`
}

function closing(undecided: readonly string[], notLookedAt: readonly NotLookedAt[]): string {
  const users =
    undecided.length === 0
      ? ''
      : `undecided: ${undecided.join(', ')} of the policy depend on the user who makes a change, and were taken not to apply\n`
  const missing = notLookedAt.map(({ what, why }) => `not looked at: ${safeText(what)} (${safeText(why)})\n`)
  return `${users}${missing.join('')}nothing was stored, and nothing was sent to the webhook\n`
}

type Row = Pick<ScannedWorkload | ChangedWorkload, 'object' | 'owner' | 'pods' | 'diagnostics'>

function listed(rows: readonly Row[], shownOf: (found: readonly ScanFinding[]) => readonly ScanFinding[], limit: number): string {
  const shown = rows.slice(0, limit)
  const lines: string[] = []
  let namespace: string | undefined
  for (const [index, line] of table(shown.map((row) => cells(row, shownOf(row.diagnostics))))
    .split('\n')
    .slice(0, -1)
    .entries()) {
    const row = shown[index]
    if (row !== undefined && row.object.namespace !== namespace) {
      namespace = row.object.namespace
      lines.push(`  ${namespace === '' ? '(no namespace)' : safeText(namespace)}\n`)
    }
    lines.push(`    ${line}\n`)
  }
  const more = rows.length - shown.length
  return `${lines.join('')}${more > 0 ? `    ${more} more: --limit ${rows.length} lists all\n` : ''}`
}

function cells({ object, owner, pods }: Row, [first, ...others]: readonly ScanFinding[]): readonly string[] {
  const rest = others.length === 0 ? '' : ` (and ${others.length} more)`
  const name = owner === undefined ? shortName(object) : `${shortName(owner)}, as in ${shortName(object)}`
  const containers = first?.container ? `"${safeText(first.container)}": ` : ''
  return [name, count(pods, 'pod'), first?.rule ?? '', `${shorten(`${containers}${first?.message ?? ''}`, maxMessage)}${rest}`]
}

/** The findings that give the row its effect; for those that block, also warnings that say that Pods will be refused. */
function deciding(diagnostics: readonly ScanFinding[], effect: Effect): readonly ScanFinding[] {
  const strict = diagnostics.filter(({ action, exempted }) => {
    if (effect === 'exempt') return true
    if (exempted !== undefined) return false
    return effect === 'audits' ? action === 'audit' : effect === 'warns' ? action === 'warn' || action === 'fix' : action === 'deny'
  })
  return strict.length > 0 ? strict : diagnostics.filter(({ exempted }) => exempted === undefined)
}

/** Names that the API server accepts have at most 253 characters, kinds 63; a saved list can have any. */
const maxName = 253 + 63 + 1

/** As kubectl writes it; with the API group if Kubernetes has a kind of the same name. */
function shortName({ apiVersion, kind, name }: ObjectName): string {
  const isAmbiguous = workloadKind(apiVersion, kind) === undefined && workloadKinds.some((known) => known === kind)
  const group = isAmbiguous ? `.${groupOf(apiVersion)}` : ''
  return safeText(shorten(`${kind.toLowerCase()}${group}/${name}`, maxName))
}
