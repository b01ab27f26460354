import type { Registry } from '../lint/registry.ts'
import { suggestion } from '../model/nearest.ts'

/** The end of a sentence about a rule id that does not exist: `; it is now init-no-retry`, `; did you mean image-latest?`, or ''. */
export function ruleSuggestion(id: string, registry: Registry): string {
  const renamed = registry.renamed(id)
  if (renamed !== undefined) return `; it is now ${renamed}`
  return suggestion(
    id,
    registry.rules.map(({ meta }) => meta.id),
  )
}
