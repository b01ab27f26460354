import { type DiagnosticEntry, isSilenced } from './output.ts'

/** How other tools rank a finding. */
export type Level = 'error' | 'warning' | 'note'

type Ranked = Pick<DiagnosticEntry, 'action' | 'severity' | 'exempted' | 'baselined'>

/**
 * The level of a finding in formats that have no actions: `error` if the policy denies it or its severity is error, `warning` for any other
 * finding that kubectl would print, `note` for what is only counted (audit) or silenced.
 */
export function levelOf(entry: Ranked): Level {
  if (!isShownByDefault(entry)) return 'note'
  return entry.action === 'deny' || entry.severity === 'error' ? 'error' : 'warning'
}

/** Whether a finding is shown without `--show audit`. */
export function isShownByDefault(entry: Omit<Ranked, 'severity'>): boolean {
  return entry.action !== 'audit' && !isSilenced(entry)
}
