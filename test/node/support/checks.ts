/** Checks of the programs that run on a real node. */

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Counts checks and prints them as TAP. */
export class Checks {
  #passed = 0
  #failed = 0

  check(name: string, isOk: boolean, details: readonly string[] = []): void {
    if (isOk) this.#passed++
    else this.#failed++
    print(`${isOk ? 'ok' : 'not ok'} ${this.#passed + this.#failed} - ${name}`)
    if (!isOk) for (const line of details) print(`  # ${line}`)
  }

  /** @returns the exit code */
  end(): number {
    const total = this.#passed + this.#failed
    print(`1..${total}`)
    print(`# { total: ${total}, pass: ${this.#passed}, fail: ${this.#failed} }`)
    return this.#failed === 0 ? 0 : 1
  }
}
