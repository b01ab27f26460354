/** The catalogue's executable examples, really run: setup, the script, the script again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Again, type Example, type ExampleShell, everyShell, expected } from '../script/examples/example.ts'
import { allExamples } from '../script/examples/index.ts'
import { type Circumstances, ExampleSandbox, mountingEtc, otherUser, type Twice } from './example-sandbox.ts'
import { network, postgres } from './services.ts'
import { type Common, find, makeImage, type ShellKind } from './shells.ts'
import { serve } from './web.ts'

export interface ExampleResults {
  readonly passed: number
  /** One line for each example that is otherwise than it says. */
  readonly failed: readonly string[]
  /** Examples that need something that this machine lacks, and what. */
  readonly leftOut: readonly string[]
}

/** The shells of examples: those of the oracle, and dash. */
export function exampleShells({ shells }: Common): readonly (ShellKind & { readonly example: ExampleShell })[] {
  const dash = find('dash')
  return everyShell.flatMap((example) => {
    const kind = shells.find(({ name }) => name === (example === 'dash' ? 'bash' : example))
    if (kind === undefined || (example === 'dash' && dash === undefined)) return []
    return example === 'dash' ? { ...kind, example, program: dash ?? '', arguments: [], dialect: 'posix' as const } : { ...kind, example }
  })
}

/** Runs every example in every shell of its families, downloads from a server of our own. */
export async function runExamples(common: Common, examples: readonly Example[] = allExamples): Promise<ExampleResults> {
  const sandbox = new ExampleSandbox(common, 'examples')
  makeImage(sandbox.root)
  const server = await serve({ 'a.txt': Buffer.from('text\n'), 'a.tgz': readFileSync(join(sandbox.root, 'img', 'pack.tgz')) })
  const database = examples.some(({ service }) => service === 'postgres') ? await postgres(common.folder) : null
  const results = { passed: 0, failed: [] as string[], leftOut: [] as string[] }
  try {
    for (const shell of exampleShells(common)) {
      for (const example of examples) {
        const wanted = expected(example, shell.example)
        if (wanted === null) continue
        const name = `${shell.example}: ${example.setup === '' ? '' : `${example.setup}; `}${example.script}`
        const script = example.script.replaceAll('http://example.org', server.address)
        const found = await twice({ ...example, script }, wanted, shell, sandbox, database)
        if ('leftOut' in found) results.leftOut.push(`${name}: ${found.leftOut}`)
        else if ('broken' in found) results.failed.push(`${name}: ${found.broken}`)
        else if (found.status === wanted.status && found.changed === wanted.changed) results.passed++
        else results.failed.push(`${name}: ${inWords(found)}; it says ${inWords(wanted)}`)
      }
    }
  } finally {
    await database?.close()
    await server.close()
  }
  return results
}

type Database = Awaited<ReturnType<typeof postgres>>

/** Runs one example, with what it needs beside the shell. */
async function twice(example: Example, wanted: Again, shell: ShellKind, sandbox: ExampleSandbox, database: Database): Promise<Twice> {
  const circumstances = await circumstancesOf(example, database)
  if (circumstances === null) return { leftOut: `${example.service ?? 'a network namespace'} is missing` }
  const how = { ...circumstances.how, mayBeNotFound: wanted.status === 127 }
  const found = sandbox.twice(setupOf(example), example.script, shell, how)
  await circumstances.close()
  const failsAtOnce = 'first' in found && found.first !== 0 && example.fromTheFirst !== true
  return failsAtOnce ? { broken: `the first run ends with ${found.first}` } : found
}

function setupOf({ setup, etc }: Example): string {
  const copy = 'mkdir etc; cp /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/login.defs /etc/nsswitch.conf etc/'
  return etc === true ? `${copy}; ${setup}` : setup
}

/** @returns null where this machine lacks what the example needs */
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

function inWords({ status, changed }: Again): string {
  return `exit ${status}, ${changed ? 'changed' : 'the same'}`
}
