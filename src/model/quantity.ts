/**
 * Amounts of resources, as Kubernetes writes them: `500m`, `1.5Gi`, `2e3`, or a bare JSON number.
 * Source: apimachinery pkg/api/resource/quantity.go and suffix.go. Kept as a floating-point number: exact enough to compare
 * amounts, which is all that is asked of it.
 */

const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i))?$/

/** Longest text that is looked at; Kubernetes itself writes at most 20 characters or so. */
const maxLength = 64

/** Powers of ten. Put into the number's own text, so that `100u` is the same number as `0.0001`. */
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
 * Reads a quantity.
 * @param value a string or a number as it stands in a manifest
 * @returns the amount in its base unit (cores, bytes), or undefined where Kubernetes would refuse the value
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

/** A number of cores as people write it: `2`, `1500m`. */
export function formatCores(cores: number): string {
  const milli = Math.round(cores * 1000)
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`
}

/** A number of bytes with the largest binary unit that leaves a number of at least one, at most two decimals: `1.5Gi`. */
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
