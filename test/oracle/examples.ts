/** Really runs the catalogue's executable examples: setup, the script, the script again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Example, type ExampleShell, everyShell, expected, type SecondRun } from '../script/examples/example.ts'
import { allExamples } from '../script/examples/index.ts'
import { type Circumstances, ExampleSandbox, mountingEtc, otherUser, type Twice } from './example-sandbox.ts'
import { network, postgres } from './services.ts'
import { type Common, find, makeImage, type ShellKind } from './shells.ts'
import { serve } from './web.ts'

export interface ExampleResults {
  readonly passed: number
  /** One line for each example whose result differs from the expected one. */
  readonly failed: readonly string[]
  /** Examples that need something this machine lacks, and what that is. */
  readonly skipped: readonly string[]
}

/** The shells for examples: those of the oracle, and dash. */
export function exampleShells({ shells }: Common): readonly (ShellKind & { readonly example: ExampleShell })[] {
  const dash = find('dash')
  return everyShell.flatMap((example) => {
    const kind = shells.find(({ name }) => name === (example === 'dash' ? 'bash' : example))
    if (kind === undefined || (example === 'dash' && dash === undefined)) return []
    return example === 'dash' ? { ...kind, example, program: dash ?? '', arguments: [], dialect: 'posix' as const } : { ...kind, example }
  })
}

/** Runs every example in every shell that it applies to, with downloads from a local server. */
export async function runExamples(common: Common, examples: readonly Example[] = allExamples): Promise<ExampleResults> {
  const sandbox = new ExampleSandbox(common, 'examples')
  makeImage(sandbox.root)
  const server = await serve({ 'a.txt': Buffer.from('text\n'), 'a.tgz': readFileSync(join(sandbox.root, 'img', 'pack.tgz')) })
  const database = examples.some(({ service }) => service === 'postgres') ? await postgres(common.folder) : null
  const results = { passed: 0, failed: [] as string[], skipped: [] as string[] }
  try {
    for (const shell of exampleShells(common)) {
      for (const example of examples) {
        const wanted = expected(example, shell.example)
        if (wanted === null) continue
        const name = `${shell.example}: ${example.setup === '' ? '' : `${example.setup}; `}${example.script}`
        const script = example.script.replaceAll('http://example.org', server.address)
        const run = () => twice({ ...example, script }, wanted, shell, sandbox, database)
        let found = await run()
        // A real program can fail for a reason of its own, such as an agent that does not start in time. What fails before the second run
        // does not show what the example claims, so it is run once more.
        if ('broken' in found) found = await run()
        if ('skipped' in found) results.skipped.push(`${name}: ${found.skipped}`)
        else if ('broken' in found) results.failed.push(`${name}: ${found.broken}`)
        else if (found.status === wanted.status && found.changed === wanted.changed) results.passed++
        else results.failed.push(`${name}: ${describe(found)}; expected ${describe(wanted)}`)
      }
    }
  } finally {
    await database?.close()
    await server.close()
  }
  return results
}

type Database = Awaited<ReturnType<typeof postgres>>

/** Runs one example with the services that it needs. */
async function twice(example: Example, wanted: SecondRun, shell: ShellKind, sandbox: ExampleSandbox, database: Database): Promise<Twice> {
  const circumstances = await circumstancesOf(example, database)
  if (circumstances === null) return { skipped: `${example.service ?? 'a network namespace'} is missing` }
  const how = { ...circumstances.how, mayBeNotFound: wanted.status === 127 }
  const found = sandbox.twice(setupOf(example), example.script, shell, how)
  await circumstances.close()
  const failsFirst = 'first' in found && found.first !== 0 && example.firstRunFails !== true
  return failsFirst ? { broken: `the first run exits ${found.first}` } : found
}

function setupOf({ setup, etc }: Example): string {
  const copy = 'mkdir etc; cp /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/login.defs /etc/nsswitch.conf etc/'
  return etc === true ? `${copy}; ${setup}` : setup
}

/** @returns null if this machine lacks what the example needs */
async function circumstancesOf(
  { observed, etc, mounts, user, service }: Example,
  database: Database,
): Promise<{ readonly how: Circumstances; close(): Promise<void> } | null> {
  if (observed !== undefined) return network(observed)
  const close = async () => {}
  if (service === 'postgres') {
    database?.reset()
    return database === null ? null : { how: database.how, close }
  }
  const wrapper = etc === true ? mountingEtc : mounts === true ? ['unshare', '-m'] : user === 'other' ? otherUser : []
  return { how: { wrapper }, close }
}

function describe({ status, changed }: SecondRun): string {
  return `exit ${status}, ${changed ? 'changed' : 'unchanged'}`
}
