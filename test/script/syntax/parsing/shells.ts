/** Checks whether shells can parse a script: with `-n`, they read it and run nothing. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Parses every file of the directory with the shell in the arguments, and writes its output next to each file. */
const driver =
  'cd "$1" && shift && for file in *.sh; do "$@" -n "$file" < /dev/null > "$file.output" 2>&1 || echo "exit $?" >> "$file.output"; done'

/** Whether the machine has the program. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
}

/**
 * For each script, whether the shell can parse it. Any output counts as a failure, because bash reports a malformed `[[ … ]]` but exits
 * with 0. The warning about a here-document that ends with the file does not count.
 * @param shell a program and its first arguments: `busybox sh`
 */
export function readByShell(shell: readonly string[], scripts: readonly string[]): readonly boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-parse-'))
  try {
    const files = scripts.map((_, index) => join(folder, `${index}.sh`))
    for (const [index, file] of files.entries()) writeFileSync(file, scripts[index] ?? '')
    spawnSync('sh', ['-c', driver, 'sh', folder, ...shell], { env: { PATH: process.env.PATH, LC_ALL: 'C' } })
    return files.map((file) => outputOf(`${file}.output`).every((line) => line.includes('warning: here-document')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function outputOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}
