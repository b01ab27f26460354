/** What shells themselves say to a script: `-n` reads it and runs nothing. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Reads every file of the folder with the shell that the arguments name, and leaves what it said beside it. */
const driver =
  'cd "$1" && shift && for file in *.sh; do "$@" -n "$file" < /dev/null > "$file.said" 2>&1 || echo "exit $?" >> "$file.said"; done'

/** Whether the machine has the program. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
}

/**
 * For each script whether the shell can read it. bash goes on behind a malformed `[[ … ]]` and ends with 0, but complains; that a
 * here-document ends with the file is only a warning.
 * @param shell a program and its first arguments: `busybox sh`
 */
export function readByShell(shell: readonly string[], scripts: readonly string[]): readonly boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-parse-'))
  try {
    const files = scripts.map((_, index) => join(folder, `${index}.sh`))
    for (const [index, file] of files.entries()) writeFileSync(file, scripts[index] ?? '')
    spawnSync('sh', ['-c', driver, 'sh', folder, ...shell], { env: { PATH: process.env.PATH, LC_ALL: 'C' } })
    return files.map((file) => said(`${file}.said`).every((line) => line.includes('warning: here-document')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function said(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}
