/**
 * The oracle: really runs generated scripts once, again, and after kills, and compares the results with the rehearsal.
 *
 *   node test/oracle/run.ts --examples
 *   node test/oracle/run.ts [--count 2000] [--seed 1] [--family files,text] [--shell bash] [--jobs 2] [--print] [--details]
 *
 * Exits 1 on a disagreement, which it prints in its shortest form. The CI script reads the last line.
 */
import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { catalogue } from '../../src/script/commands/catalogue.ts'
import { shownPlace } from '../../src/script/rehearsal/names.ts'
import type { Effect } from './effects.ts'
import { type ExampleResults, runExamples } from './examples.ts'
import { randomScript, smallScripts, usableEffects } from './generator.ts'
import { runInterruptions } from './interruptions.ts'
import { Random } from './random.ts'
import { find, prepare } from './shells.ts'
import type { Judged, Task } from './worker.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string' },
    shell: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    /** Runs the catalogue's examples instead of generated scripts. */
    examples: { type: 'boolean', default: false },
    /** Prints the scripts without running them. */
    print: { type: 'boolean', default: false },
    /** Also prints why scripts are unknown, and inexact findings. */
    details: { type: 'boolean', default: false },
  },
})

/** Up to half of the scripts are small ones, in an order that depends on the seed; the others are random. */
function scripts(count: number, seed: number, effects: readonly Effect[]): string[] {
  const random = new Random(seed)
  const small = [...new Set(smallScripts(effects))]
  const chosen: string[] = []
  while (chosen.length < count / 2 && small.length > 0) chosen.push(...small.splice(random.below(small.length), 1))
  while (chosen.length < count) chosen.push(randomScript(random, effects))
  return chosen
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

const common = prepare()
const cleanUp = () => rmSync(common.folder, { recursive: true, force: true })
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    cleanUp()
    process.exit(130)
  })
try {
  process.exitCode = await main()
} finally {
  cleanUp()
}

async function main(): Promise<number> {
  if (values.examples) {
    const [repeats, kills] = [await runExamples(common), await runInterruptions(common)]
    return reportExamples({
      passed: repeats.passed + kills.passed,
      failed: [...repeats.failed, ...kills.failed],
      skipped: [...repeats.skipped, ...kills.skipped],
    })
  }
  const shells = common.shells.filter(({ name }) => values.shell === undefined || values.shell.split(',').includes(name))
  const families = values.family?.split(',')
  const effects = usableEffects((tool) => catalogue.has(tool) && !common.missing.includes(tool)).filter(
    ({ family }) => families === undefined || families.includes(family),
  )
  if (common.missing.length > 0) print(`# skipped, because these tools are not installed: ${common.missing.join(', ')}`)
  if (shells.length === 0 || effects.length === 0) throw new Error('neither BusyBox nor bash is installed, or no effect is left')
  const all = scripts(Number(values.count), Number(values.seed), effects)
  if (values.print) {
    for (const script of all) print(`${script}\n--`)
    return 0
  }
  const started = Date.now()
  const judged = await judge(all, shells)
  const seconds = (Date.now() - started) / 1000
  return summarize(judged, all.length, effects.length, seconds)
}

function reportExamples({ passed, failed, skipped }: ExampleResults): number {
  for (const name of ['busybox', 'bash', 'dash'])
    if (find(name) === undefined) print(`# skipped, because it is not installed: every example in ${name}`)
  for (const name of skipped) print(`# skipped: ${name}`)
  for (const line of failed) print(`# failed: ${line}`)
  print(`# { total: ${passed + failed.length}, pass: ${passed}, fail: ${failed.length} }`)
  return failed.length === 0 && passed > 0 ? 0 : 1
}

/**
 * Distributes the scripts to workers. They are processes, not threads, because the cost of a run grows with the memory of the process that
 * starts it.
 */
async function judge(all: readonly string[], shells: readonly { readonly name: string }[]): Promise<Judged[]> {
  const judged: Judged[] = []
  let next = 0
  const work = (number: number) =>
    new Promise<void>((resolve, reject) => {
      const task: Task = { common, name: `worker${number}`, shells: shells.map(({ name }) => name), detailed: values.details }
      const worker = fork(new URL('./worker.ts', import.meta.url), [JSON.stringify(task)], { execArgv: ['--max-semi-space-size=2'] })
      const sendBatch = () => {
        const batch = all.slice(next, next + 10)
        next += batch.length
        if (batch.length > 0) worker.send(batch)
        else worker.disconnect()
      }
      worker.on('message', (found) => {
        for (const item of found as readonly Judged[]) {
          judged.push(item)
          if (item.repair.fault !== null) print(reportRepair(item))
          if (item.verdict.startsWith('wrong') || (values.details && item.verdict === 'inexact')) print(report(item))
        }
        sendBatch()
      })
      worker.on('error', reject)
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker exited ${code}`))))
      sendBatch()
    })
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, (_, number) => work(number)))
  return judged
}

/** Formats a disagreement so that it can become a test. */
function report({ verdict, shell, script, hazards, failures, unknown, fault }: Judged): string {
  const predicted = hazards.map(
    ({ obligation, rerun, outcome, command, place }) =>
      `${obligation}/${rerun} ${outcome}: ${command} (${place === null ? '' : shownPlace(place)})`,
  )
  const happened = failures.map(
    ({ obligation, rerun, outcome, at, detail }) => `${obligation}/${rerun} ${outcome}: command ${at}, ${detail}`,
  )
  return [
    `# ${verdict} in ${shell}`,
    JSON.stringify(script.replaceAll('@@', '')),
    ...predicted.map((line) => `#   predicted ${line}`),
    ...unknown.map((line) => `#   unknown   ${line}`),
    ...(fault === null ? [] : [`#   ${fault}`]),
    ...happened.slice(0, 6).map((line) => `#   happened  ${line}`),
  ].join('\n')
}

/** Formats a repair that does not repair, or loses what the script does. */
function reportRepair({ shell, script, repair }: Judged): string {
  return [`# wrong repair in ${shell}: ${repair.fault}`, JSON.stringify(script.replaceAll('@@', '')), JSON.stringify(repair.script)].join(
    '\n',
  )
}

function summarize(judged: readonly Judged[], count: number, effects: number, seconds: number): number {
  const counted = judged.filter(({ verdict }) => verdict !== 'not counted')
  const number = (verdict: Judged['verdict']) => judged.filter((item) => item.verdict === verdict).length
  const unknown = number('unknown')
  if (values.details) {
    const reasons = new Map<string, Judged[]>()
    for (const item of judged) {
      if (item.verdict !== 'unknown') continue
      const why = item.unknown[0] ?? 'a hazard in some cases only'
      reasons.set(why, [...(reasons.get(why) ?? []), item])
    }
    for (const [why, items] of reasons)
      print(`# unknown ${items.length} times: ${why}: ${JSON.stringify(items[0]?.script.replaceAll('@@', ''))}`)
  }
  const wrong = judged.filter(({ verdict }) => verdict.startsWith('wrong')).length
  const isTooVague = unknown > counted.length / 10
  const runs = judged.reduce((sum, item) => sum + item.runs, 0)
  print(
    `# oracle: ${count} scripts (seed ${values.seed}, ${effects} effects), ${judged.length} with their shells, ${runs} runs in ${seconds.toFixed(0)} s: ` +
      `${number('agrees')} agree (${judged.filter((item) => item.verdict === 'agrees' && item.predicted === 'unsafe').length} unsafe), ` +
      `${unknown} unknown (${((100 * unknown) / Math.max(1, counted.length)).toFixed(1)} %), ` +
      `${number('wrong-safe')} wrong-safe, ${number('wrong-unsafe')} wrong-unsafe, ${number('inexact')} inexact, ` +
      `${number('not counted')} not counted (the first run fails), ` +
      `${judged.filter((item) => item.verdict === 'not counted' && item.predicted !== 'unknown').length} of them called safe or unsafe`,
  )
  const unsafe = judged.filter(({ verdict, predicted }) => predicted === 'unsafe' && (verdict === 'agrees' || verdict === 'inexact'))
  const repairs = (extent: Judged['repair']['extent']) => unsafe.filter(({ repair }) => repair.extent === extent).length
  const faults = judged.filter(({ repair }) => repair.fault !== null).length
  print(
    `# repairs: ${repairs('whole') + repairs('open')} of ${unsafe.length} unsafe scripts ` +
      `(${((100 * (repairs('whole') + repairs('open'))) / Math.max(1, unsafe.length)).toFixed(1)} %) have one for each hazard, ` +
      `${repairs('whole')} are called safe then, ${repairs('part')} have one for some hazards, ${repairs('skipped')} were not run, ${faults} wrong`,
  )
  if (values.details) {
    const without = new Map<string, string[]>()
    for (const { repair, script } of unsafe)
      for (const hazard of repair.without) without.set(hazard, [...(without.get(hazard) ?? []), script.replaceAll('@@', '')])
    for (const [hazard, scripts] of [...without].sort((a, b) => b[1].length - a[1].length))
      print(
        `# without a repair ${scripts.length} times: ${hazard}: ${JSON.stringify(scripts.sort((a, b) => a.length - b.length).slice(0, 3))}`,
      )
  }
  if (isTooVague) print('# more than 10 % are unknown')
  const fail = wrong + faults + Number(isTooVague)
  print(`# { total: ${counted.length}, pass: ${counted.length - fail}, fail: ${fail} }`)
  return fail === 0 ? 0 : 1
}
