import type { Action, AnyRule } from '../lint/rule.ts'
import type { Preset } from './document.ts'

/** The next stricter action, for the preset `strict`. */
const stricter: Readonly<Record<AnyRule['meta']['recommended'], Action>> = { audit: 'warn', warn: 'deny', deny: 'deny' }

/** The action that a preset gives to a rule. */
export function presetAction(preset: Preset, rule: AnyRule): Action {
  switch (preset) {
    case 'recommended':
      return rule.meta.recommended
    case 'strict':
      return stricter[rule.meta.recommended]
    case 'audit-only':
      return 'audit'
    case 'off':
      return 'off'
  }
}
