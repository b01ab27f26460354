import { useState } from 'preact/hooks'
import type { Finding, LintAnswer } from '../engine/protocol.ts'
import { Notices } from './notices.tsx'
import { RulePage } from './rule-page.tsx'
import { useMedia } from './use-media.ts'

interface FindingsProps {
  readonly answer: LintAnswer
  /** The selected finding, as an index in the answer; null if a rule page was opened by a link. */
  readonly selected: number | null
  readonly rule: string | null
  onSelect(index: number): void
  onRule(id: string): void
  onFix(finding: Finding): void
  onFixAll(): void
  onExample(text: string): void
}

/** More would make the page slow. */
const maxListed = 500

/** What a policy does about a finding, as a word and as the class of its mark. */
export function levelOf({ action, exempted }: Finding): 'error' | 'warning' | 'info' {
  if (exempted !== undefined || action === 'audit') return 'info'
  return action === 'deny' ? 'error' : 'warning'
}

const words: Readonly<Record<Finding['action'], string>> = { off: 'off', audit: 'audit', warn: 'warning', fix: 'fix', deny: 'denied' }

/** Whether a click can apply the fix to the manifest. */
export function isFixable({ edits, exempted, notEdited }: Finding): boolean {
  return edits !== undefined && exempted === undefined && notEdited === undefined && edits.every(({ file }) => file !== null)
}

/** The findings, with the page of the selected rule beside them, or below the finding where there is no room. */
export function Findings({ answer, selected, rule, onSelect, onRule, onFix, onFixAll, onExample }: FindingsProps) {
  const [showAudit, setShowAudit] = useState(false)
  const hasRoom = useMedia('(min-width: 75rem)')
  const { diagnostics, errors, notices, summary, problems, faults } = answer
  const entries = diagnostics.map((finding, index) => ({ finding, index }))
  const shown = entries.filter(({ finding }) => showAudit || levelOf(finding) !== 'info')
  const listed = shown.slice(0, maxListed)
  const hidden = entries.filter(({ finding }) => levelOf(finding) === 'info').length
  const fixable = shown.filter(({ finding }) => isFixable(finding)).length
  const page = rule === null ? null : <RulePage key={rule} rule={rule} onRule={onRule} onExample={onExample} />
  const isInline = (index: number) => !hasRoom && selected === index
  return (
    <div class={hasRoom ? 'findings beside' : 'findings'}>
      <section aria-labelledby="findings-heading">
        <h2 id="findings-heading">{summaryOf(answer, shown.length)}</h2>
        {problems.some(({ level }) => level === 'error') && (
          <p class="notice error">The policy has errors, so these are the findings of the preset recommended.</p>
        )}
        {problems
          .filter(({ level }) => level !== 'note')
          .map(({ level, line, key, message }, index) => (
            <p key={index} class={level === 'error' ? 'notice error' : 'notice'}>
              Policy, line {line}: {key === '' ? '' : `${key}: `}
              {message}
            </p>
          ))}
        <Notices of={errors} isError />
        {faults.map(({ rule: id, message }, index) => (
          <p key={index} class="notice error">
            A bug in initlint: the rule {id} failed: {message}
          </p>
        ))}
        <Notices of={notices} />
        {summary.objects === 0 && errors.length === 0 && (
          <p class="quiet">There is no workload in the manifest. Choose an example, or paste the YAML of a Pod, a Deployment or a Job.</p>
        )}
        <p class="actions">
          {fixable > 1 && (
            <button type="button" onClick={onFixAll}>
              Apply all {fixable} fixes
            </button>
          )}
          {hidden > 0 && (
            <label>
              <input type="checkbox" checked={showAudit} onChange={(event) => setShowAudit(event.currentTarget.checked)} /> Show {hidden}{' '}
              audit {hidden === 1 ? 'finding' : 'findings'}
            </label>
          )}
        </p>
        <ol class="list">
          {listed.map(({ finding, index }) => (
            <li key={index} class={`finding ${levelOf(finding)}`} aria-current={selected === index ? 'true' : undefined}>
              <button type="button" class="pick" onClick={() => onSelect(index)}>
                <span class="head">
                  <span class="level">{finding.exempted === undefined ? words[finding.action] : 'exempt'}</span>
                  <strong>{finding.rule}</strong>
                  {finding.container !== null && <code>{finding.container}</code>}
                  {finding.line !== null && <span class="quiet">line {finding.line}</span>}
                </span>
                <span class="message">{finding.message}</span>
              </button>
              <p class="hint">{finding.hint}</p>
              {finding.exempted !== undefined && <p class="hint">Exempt: {finding.exempted.reason}</p>}
              {isFixable(finding) && (
                <button type="button" class="small" onClick={() => onFix(finding)}>
                  Apply the fix<span class="hidden"> of {finding.rule}</span>
                </button>
              )}
              {finding.notEdited !== undefined && <p class="hint quiet">No fix in the manifest: {finding.notEdited}.</p>}
              {isInline(index) && <div class="rule-page">{page}</div>}
            </li>
          ))}
        </ol>
        {shown.length > listed.length && (
          <p class="notice">{shown.length - listed.length} more findings are not listed; use the command line.</p>
        )}
      </section>
      {hasRoom && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it (WCAG 2.1.1)
        <section class="rule-page" aria-label="Page of the rule" tabIndex={0}>
          {page ?? <p class="quiet">Choose a finding to read why it matters and what to do.</p>}
        </section>
      )}
      {!hasRoom && page !== null && !listed.some(({ index }) => isInline(index)) && (
        <section class="rule-page" aria-label="Page of the rule">
          {page}
        </section>
      )}
    </div>
  )
}

function summaryOf({ errors, summary }: LintAnswer, shown: number): string {
  if (errors.length > 0 && shown === 0) return 'The manifest cannot be read'
  if (shown === 0) return summary.objects === 0 ? 'Nothing to check' : 'No findings'
  return `${shown} ${shown === 1 ? 'finding' : 'findings'}`
}
