/**
 * Whether a value is a variable or a placeholder of a source text. Something fills it in before the text is sent (envsubst, sed, a person),
 * so it tells nothing about the final value.
 */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && /^<[^<>]+>$|^\$\w+$|[$#]\{|\$\(|\{\{/.test(value.slice(0, maximumLooked))
}

/** Placeholders are at the start of a value, or not far from it. */
const maximumLooked = 200
