const second = 1000

/** Durations as Go prints whole seconds (`10s`, `1m0s`), and fractions as written by hand. */
const goDuration = /^(?:(\d{1,3})m)?(\d{1,5}(?:\.\d{1,9})?)(m?s)$/

/** The last text that was parsed: a webhook configuration has one timeout for all of its calls. */
let last: { readonly text: string; readonly milliseconds: number | undefined } = { text: '', milliseconds: undefined }

/**
 * The timeout of the client, from `?timeout=10s` as kube-apiserver sends it (rounded up to whole seconds).
 * @returns milliseconds, or undefined if the value is missing or not a positive duration: such a value is ignored
 */
export function parseTimeout(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  if (value !== last.text) last = { text: value, milliseconds: parsed(value) }
  return last.milliseconds
}

function parsed(text: string): number | undefined {
  const parts = goDuration.exec(text)
  if (parts === null) return undefined
  const [, minutes = '0', amount = '0', unit] = parts
  if (unit === 'ms' && minutes !== '0') return undefined
  const milliseconds = Number(minutes) * 60 * second + Number(amount) * (unit === 'ms' ? 1 : second)
  return milliseconds > 0 ? milliseconds : undefined
}
