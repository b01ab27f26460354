/** Where moments stand in a picture: in their order, with room for a pin each, and long waits drawn shorter than they are. */

export interface TimeAxis {
  /** The place of a moment, in the units of the picture; moments after the end stand at the right edge. */
  x(seconds: number): number
  /** Moments that may carry a label. */
  readonly moments: readonly number[]
  /** The last moment that is drawn. */
  readonly end: number
}

export interface AxisOptions {
  readonly left: number
  readonly right: number
  /** Moments that something happens at. */
  readonly moments: readonly number[]
  /** How many pins stand at a moment. */
  pinsAt(seconds: number): number
  /** Room for one pin. */
  readonly pinWidth: number
}

/** Least distance of two moments, as a share of a pin. */
const leastShare = 0.5

/**
 * Makes an axis. Widths grow with the logarithm of the time between two moments: a back-off of five minutes must not hide a pull of
 * one second. All moments fit between left and right, however many there are.
 */
export function timeAxis({ left, right, moments, pinsAt, pinWidth }: AxisOptions): TimeAxis {
  const sorted = [...new Set(moments)].sort((a, b) => a - b)
  const least = sorted.map((moment) => Math.max(pinWidth * leastShare, pinsAt(moment) * pinWidth))
  const wanted = sorted.map((moment, index) => Math.log2(1 + Math.max(0, (sorted[index + 1] ?? moment + 1) - moment)))
  const room = right - left
  const leastSum = sum(least)
  const wantedSum = sum(wanted)
  // Where the pins alone fill the room, they shrink together; else what is left goes to the long waits.
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
