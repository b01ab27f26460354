import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

/** The exit code and output of a command. */
export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

type Changes = Partial<Pick<Io, 'stdout' | 'readStdin' | 'isTerminal' | 'columns' | 'env' | 'cwd' | 'now'>> & { readonly stdin?: string }

/** Runs a command line in this process, with fake streams. */
export async function runCli(argv: readonly string[], { stdin = '', ...changes }: Changes = {}): Promise<Result> {
  const out: string[] = []
  const err: string[] = []
  const code = await run(argv, {
    stdout: (text) => out.push(text),
    stdoutBytes: (bytes) => out.push(Buffer.from(bytes).toString('latin1')),
    stderr: (text) => err.push(text),
    readStdin: async () => stdin,
    isTerminal: { stdin: false, stdout: false },
    env: {},
    cwd: '/nonexistent',
    now: () => Date.UTC(2026, 10, 22),
    ...changes,
  })
  return { code, stdout: out.join(''), stderr: err.join('') }
}

/** Writes files below a directory. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** A Pod with one container; `image` is inserted verbatim. */
export function podYaml(image: string, extra = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: ${image}\n${extra}`
}

/** A directory with files, for one test. */
export function folder(t: Test, files: Readonly<Record<string, string>>): string {
  const path = t.testdir()
  writeFiles(path, files)
  return path
}

/** Runs `lint --format json`; `output` is undefined if it printed nothing. */
export async function lintJson(cwd: string, ...argv: string[]) {
  const { code, stdout, stderr } = await runCli(['lint', '--format', 'json', ...argv], { cwd })
  return { code, stderr, output: stdout === '' ? undefined : JSON.parse(stdout) }
}
