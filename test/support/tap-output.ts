/** Reads the TAP output of a room for test/run.ts. */

/** Numbers of assertions, as tap counts them. */
export interface Counts {
  total: number
  pass: number
  fail: number
  skip: number
  todo: number
}

export const noCounts = (): Counts => ({ total: 0, pass: 0, fail: 0, skip: 0, todo: 0 })

export interface TapResult {
  readonly counts: Counts
  /** Each failure in full: its file, the enclosing tests and the difference. */
  readonly failures: readonly string[]
}

/**
 * Reads the output of a room.
 * @param files the files of the room; each must have a test
 * @param end the exit code, or the signal that ended the process
 */
export function readTap(output: string, files: readonly string[], end: number | string): TapResult {
  const lines = output.split('\n')
  const { tests, rest } = topLevelTests(lines)
  const failures = tests.filter(({ isFailure }) => isFailure).map(inFull)
  const counts = countsIn(lines)
  const others: string[] = []
  if (counts === undefined || (end !== 0 && failures.length === 0)) {
    others.push(inFull({ ...rest, lines: [...rest.lines, `not ok - the process ended here (${end})`] }))
  } else {
    const tested = new Set(tests.map(({ file }) => file))
    others.push(...files.filter((file) => !tested.has(file)).map((file) => `# File: ${file}\nnot ok - it has no test`))
  }
  const { total, fail, ...known } = counts ?? noCounts()
  return { counts: { ...known, total: total + others.length, fail: fail + others.length }, failures: [...failures, ...others] }
}

interface TopLevelTest {
  readonly file: string
  readonly isFailure: boolean
  /** Its subtests, its result line and the diagnostics after that line. */
  readonly lines: readonly string[]
}

const inFull = ({ file, lines }: TopLevelTest): string => [`# File: ${file}`, ...withoutPasses(lines)].join('\n')

/** The completed tests, and the lines after the last one. test/support/room.ts prints a comment before the tests of each file. */
function topLevelTests(lines: readonly string[]): { readonly tests: readonly TopLevelTest[]; readonly rest: TopLevelTest } {
  const tests: { file: string; isFailure: boolean; lines: string[] }[] = []
  let file = ''
  let block: string[] = []
  let isDiagnostics = false
  for (const line of lines) {
    const point = /^(not )?ok\b/.exec(line)
    if (line === '  ---') isDiagnostics = true
    if (isDiagnostics) tests.at(-1)?.lines.push(line)
    else if (point !== null) {
      tests.push({ file, isFailure: point[1] !== undefined && !/ # (todo|skip)/i.test(line), lines: [...block, line] })
      block = []
    } else {
      file = /^# file: (.*)/.exec(line)?.[1] ?? file
      block.push(line)
    }
    if (line === '  ...') isDiagnostics = false
  }
  return { tests, rest: { file, isFailure: true, lines: block } }
}

/** Removes what passed, but keeps the names of the tests that contain a failure. */
function withoutPasses(lines: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const line of lines) {
    if (/^ *(ok\b|\d+\.\.\d+|TAP version |# file: |$)/.test(line)) {
      // A subtest passed if none of its lines were kept.
      const name = /^( *)ok \d+ - (.*?)(?: # time=.*)?$/.exec(line)
      if (name !== null && kept.at(-1) === `${name[1]}# Subtest: ${name[2]}`) kept.pop()
    } else kept.push(line)
  }
  return kept
}

/** Reads tap's last line: `# { total: 3, pass: 2, fail: 1 }`. */
function countsIn(lines: readonly string[]): Counts | undefined {
  const text = lines.findLast((line) => line.startsWith('# { total: '))
  if (text === undefined) return undefined
  const counts = noCounts()
  for (const [, name, count] of text.matchAll(/(\w+): (\d+)/g))
    if (name !== undefined && name in counts) counts[name as keyof Counts] = Number(count)
  return counts
}

/** Formats counts as tap's last line. */
export function countsLine(counts: Counts): string {
  const shown = Object.entries(counts).filter(([name, count]) => count > 0 || name === 'total' || name === 'pass')
  return `# { ${shown.map(([name, count]) => `${name}: ${count}`).join(', ')} }`
}
