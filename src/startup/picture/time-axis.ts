/** The positions of moments in a picture: in order, with room for a pin each, and long waits compressed. */

export interface TimeAxis {
  /** The position of a moment, in the units of the picture; moments after the end are at the right edge. */
  x(seconds: number): number
  /** The moments of the axis, sorted. */
  readonly moments: readonly number[]
  /** The last moment that is drawn. */
  readonly end: number
}

export interface AxisOptions {
  readonly left: number
  readonly right: number
  /** Moments at which something happens. */
  readonly moments: readonly number[]
  /** The number of pins at a moment. */
  pinsAt(seconds: number): number
  /** Room for one pin. */
  readonly pinWidth: number
}

/** Minimum distance between two moments, as a fraction of a pin's width. */
const leastShare = 0.5

/**
 * Creates an axis. Widths grow with the logarithm of the time between two moments: a back-off of five minutes must not hide a pull of
 * one second. Any number of moments fits between left and right.
 */
export function timeAxis({ left, right, moments, pinsAt, pinWidth }: AxisOptions): TimeAxis {
  const sorted = [...new Set(moments)].sort((a, b) => a - b)
  const least = sorted.map((moment) => Math.max(pinWidth * leastShare, pinsAt(moment) * pinWidth))
  const wanted = sorted.map((moment, index) => Math.log2(1 + Math.max(0, (sorted[index + 1] ?? moment + 1) - moment)))
  const room = right - left
  const leastSum = sum(least)
  const wantedSum = sum(wanted)
  // If the pins alone need more than the room, they are scaled down; otherwise the spare room is distributed among the waits.
  const scale = leastSum > room ? room / leastSum : 1
  const spare = Math.max(0, room - leastSum)
  const places = new Map<number, number>()
  let x = left
  for (const [index, moment] of sorted.entries()) {
    places.set(moment, x)
    x += (least[index] ?? 0) * scale + (wantedSum === 0 ? 0 : ((wanted[index] ?? 0) / wantedSum) * spare)
  }
  const end = sorted.at(-1) ?? 0
  return {
    moments: sorted,
    end,
    x: (seconds) => {
      const place = places.get(seconds)
      if (place !== undefined) return place
      if (seconds > end) return right
      return between(seconds, sorted, places, left)
    },
  }
}

function between(seconds: number, sorted: readonly number[], places: ReadonlyMap<number, number>, left: number): number {
  const before = sorted.findLast((moment) => moment <= seconds)
  const after = sorted.find((moment) => moment > seconds)
  if (before === undefined || after === undefined) return left
  const from = places.get(before) ?? left
  return from + ((seconds - before) / (after - before)) * ((places.get(after) ?? left) - from)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
