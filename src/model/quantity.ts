/**
 * Resource quantities as Kubernetes writes them: `500m`, `1.5Gi`, `2e3`, or a bare JSON number.
 * Source: apimachinery pkg/api/resource/quantity.go and suffix.go. A floating-point number is exact enough, because amounts are only
 * compared.
 */

const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i))?$/

/** Longest text that is parsed; Kubernetes itself writes about 20 characters at most. */
const maxLength = 64

/** Powers of ten. They are appended to the text of the number, so that `100u` is the same number as `0.0001`. */
const decimals: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
])

/** Powers of two. */
const binaries: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
])

/**
 * Parses a quantity.
 * @param value a string or a number from a manifest
 * @returns the amount in its base unit (cores, bytes), or undefined if Kubernetes would reject the value
 */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.length > maxLength) return undefined
  const match = pattern.exec(value)
  if (match === null) return undefined
  const [, sign, digits, exponent, suffix = ''] = match
  const amount = Number(`${digits}e${exponent ?? decimals.get(suffix) ?? 0}`) * 2 ** (binaries.get(suffix) ?? 0)
  return Number.isFinite(amount) ? (sign === '-' ? -amount : amount) : undefined
}

/** A number of cores in its usual form: `2`, `1500m`. */
export function formatCores(cores: number): string {
  const milli = Math.round(cores * 1000)
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`
}

/** A number of bytes in the largest binary unit that gives at least one, with at most two decimals: `1.5Gi`. */
export function formatBytes(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
  let amount = bytes
  let unit = 0
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024
    unit++
  }
  return `${Math.round(amount * 100) / 100}${units[unit]}`
}
