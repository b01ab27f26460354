/**
 * The first analysis of init scripts, by their lines: its CPU time and its steps (as the budgets count them), with the exponents that fit
 * best. `node bench/scripts.ts [--quick] [--corpus DIR]` prints the rows; DIR holds manifests, whose scripts are measured as well.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { workloadsOf } from '../src/inspect/inputs.ts'
import type { Input } from '../src/inspect/output.ts'
import { analyzeScript } from '../src/script/analysis/analyze.ts'
import { type Analyst, InitScripts, plainAnalyst, type ScriptInput } from '../src/script/index.ts'
import { quantile } from '../test/support/numbers.ts'
import { scriptInput } from '../test/support/script-input.ts'
import { exponentOf } from './worst.ts'

/** One figure of the bench. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The most that is wanted. */
  readonly aim?: number
}

/** Lines of an application's own setup: directories, defaults, owners and modes, ten lines for each part. */
const setup = (part: number) => `mkdir -p /data/app${part} /data/cache${part}
if [ ! -f /data/app${part}/config.ini ]; then
  cp /defaults/config.ini /data/app${part}/config.ini.tmp
  mv /data/app${part}/config.ini.tmp /data/app${part}/config.ini
fi
chown -R 1000:1000 /data/app${part}
rm -rf /data/app${part}/tmp
echo "host=$HOSTNAME" > /data/app${part}/host
chmod 755 /data/app${part}/host
# Part ${part} is complete.
`

const shapes: Readonly<Record<string, (lines: number) => string>> = {
  'mkdir -p': (lines) => repeat(lines, (line) => `mkdir -p /data/d${line}\n`),
  'echo >> of a new file': (lines) => `echo begin > /data/f\n${repeat(lines - 1, (line) => `echo "key${line}=value" >> /data/f\n`)}`,
  'echo >>': (lines) => repeat(lines, (line) => `echo "key${line}=value" >> /data/f\n`),
  'cat | grep | sed': (lines) => repeat(lines, (line) => `cat /data/in | grep a${line} | sed s/a/b/\n`),
  'cat | grep | sed > file': (lines) => repeat(lines, (line) => `cat /etc/f${line} | grep -v x | sed s/a/b/ > /data/f${line}\n`),
  'curl with a guard': (lines) =>
    repeat(lines, (line) => `[ -f /data/f${line} ] || curl -fsSL -o /data/f${line} https://files.example/f${line}\n`),
  'setup of an application': (lines) => repeat(lines / 10, setup),
}

function repeat(count: number, part: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => part(number)).join('')
}

const lineCounts = [10, 20, 50, 100, 200]

/** Rounds that are not counted: V8 compiles the code during about the first 200 analyses, which take up to ten times as long as later ones. */
const warmUps = 40

/** The shapes that are unsafe or depend on many conditions cost what their budgets allow, so they have no aim at a size. */
const isBounded: ReadonlySet<string> = new Set(['echo >>', 'cat | grep | sed > file', 'curl with a guard'])

/**
 * Measures each shape at each size.
 * @param rounds the number of scripts of each size; none is analyzed twice
 */
export function scriptRows(rounds: number): readonly Row[] {
  return Object.entries(shapes).flatMap(([shape, textOf]) => {
    const measured = lineCounts.map((lines) => ({ lines, times: [] as number[], steps: 0 }))
    for (let round = -warmUps; round < rounds; round++) {
      for (const each of measured) {
        const input = scriptInput(`set -e\n${textOf(each.lines)}# Script ${round}.\n`)
        const time = cpuTime(() => {
          each.steps = analyzeScript(input).steps
        })
        if (round >= 0) each.times.push(time)
      }
    }
    const points = measured.map(({ lines, times, steps }) => ({ lines, steps, time: quantile(times, 0.5) }))
    const aim = isBounded.has(shape) ? undefined : 3
    const exponent = (of: 'time' | 'steps') => exponentOf(points.map((point) => ({ size: point.lines, time: point[of] }))) ?? Number.NaN
    return [
      ...points.map(({ lines, time }) => row(`${shape}, ${lines} lines`, time, 'ms', lines === 50 ? aim : undefined)),
      row(`${shape}, exponent of the time`, exponent('time'), '', 1.2),
      row(`${shape}, exponent of the steps`, exponent('steps'), '', 1.2),
    ]
  })
}

function row(name: string, value: number, unit: string, aim: number | undefined): Row {
  return { name, value, unit, ...(aim === undefined ? {} : { aim }) }
}

/** Rounds over the scripts of a corpus: so many that warm up the code, and so many whose median counts. */
const corpusRounds = 5

/** The first analyses of the scripts in the manifests of a directory, after others have warmed up the code. */
export function corpusRows(directory: string): readonly Row[] {
  const inputs = scriptsIn(directory)
  // Nothing of an analysis is kept: only V8 knows the code in later rounds.
  const rounds = Array.from({ length: 2 * corpusRounds }, () => inputs.map((input) => cpuTime(() => void analyzeScript(input))))
  const counted = rounds.slice(corpusRounds)
  const times = inputs.map((_, index) =>
    quantile(
      counted.map((round) => round[index] ?? 0),
      0.5,
    ),
  )
  return [
    row('scripts of the corpus', inputs.length, '', undefined),
    row('first analysis, p50', quantile(times, 0.5), 'ms', undefined),
    row('first analysis, p99', quantile(times, 0.99), 'ms', 5),
    row('first analysis, longest', Math.max(...times), 'ms', undefined),
  ]
}

/** The inputs of all analyses that the manifests need. */
function scriptsIn(directory: string): readonly ScriptInput[] {
  const inputs: ScriptInput[] = []
  const analyst: Analyst = {
    read: plainAnalyst.read,
    analyze(input) {
      inputs.push(input)
      return undefined
    },
  }
  for (const { workload, siblings } of workloadsOf(manifestsIn(directory), 'default', []))
    new InitScripts(workload, siblings, analyst).analyzed()
  return inputs
}

function manifestsIn(directory: string): readonly Input[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:ya?ml|json)$/.test(name))
  return files
    .filter((name) => statSync(join(directory, name)).isFile())
    .map((name) => ({ file: name, text: readFileSync(join(directory, name), 'utf8') }))
}

/** The CPU time of a call, ms: other load on the machine affects it less than the time on the clock. */
function cpuTime(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Prints a line for each row. */
export function reportScripts(print: (line: string) => void, rounds: number, corpus?: string): void {
  const rows = [...scriptRows(rounds), ...(corpus === undefined ? [] : corpusRows(corpus))]
  print('First analysis of a script                           CPU time')
  for (const { name, value, unit, aim } of rows) {
    const wanted = aim === undefined ? '' : ` (at most ${aim})${value > aim ? '  above the aim' : ''}`
    print(`${name.padEnd(48)} ${value.toFixed(2).padStart(10)} ${unit.padEnd(2)}${wanted}`)
  }
  if (corpus === undefined) print('The scripts of a corpus are not measured: --corpus DIR names a directory of manifests.')
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, corpus: { type: 'string' } } })
  reportScripts((line) => void process.stdout.write(`${line}\n`), values.quick ? 5 : 15, values.corpus)
}
