/**
 * The times of log lines, in UTC as ISO 8601. All lines of a second share their beginning: making each one from a date costs as much as half
 * of the rest of the line.
 */
export class Timestamps {
  #second = Number.NaN
  #start = ''

  /** The time as `Date.prototype.toISOString` writes it. @param now ms since 1970 */
  at(now: number): string {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      // Without the milliseconds and the Z: years have four digits or, with a sign, six.
      this.#start = new Date(second * 1000).toISOString().slice(0, -4)
      this.#second = second
    }
    const rest = now - second * 1000
    return `${this.#start}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`
  }
}
