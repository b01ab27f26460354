/** The rules of `--rule` and `--off`. */
import { Option } from 'commander'
import { createRegistry, type Registry } from '../../lint/registry.ts'
import { safeText, shorten } from '../../lint/text.ts'
import { ruleSuggestion } from '../../policy/suggestion.ts'
import { UsageError } from '../exit.ts'

/** An option that can be repeated: its value is a list, undefined if the option is not given. */
export function repeatable(flags: string, description: string): Option {
  const collect = (value: string, values: readonly string[] | undefined): readonly string[] => [...(values ?? []), value]
  return new Option(flags, description).argParser(collect)
}

/**
 * The rules that run: those of `only`, or all if there are none, without those of `off`. What the policy turns off stays off.
 * @throws UsageError if there is no such rule
 */
export function selectRules(registry: Registry, only: readonly string[] = [], off: readonly string[] = []): Registry {
  for (const id of [...only, ...off]) {
    if (registry.get(id) === undefined)
      throw new UsageError(`there is no rule ${shorten(safeText(id), 60)}${ruleSuggestion(id, registry)}; initlint rules lists all of them`)
  }
  if (only.length + off.length === 0) return registry
  return createRegistry(registry.rules.filter(({ meta }) => (only.length === 0 || only.includes(meta.id)) && !off.includes(meta.id)))
}
