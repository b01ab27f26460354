/** The shells that scripts really run in, and the initial files: an image, an origin repository. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Dialect, Userland } from '../../src/script/syntax/dialect.ts'
import { storedZip } from './zip.ts'

export interface ShellKind {
  readonly name: 'busybox' | 'bash'
  readonly userland: Userland
  readonly dialect: Dialect
  readonly program: string
  readonly arguments: readonly string[]
  /** PATH. */
  readonly path: string
}

/** The path of an executable found in PATH, or undefined. */
export function find(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, program)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder: continue.
    }
  }
  return undefined
}

/** A folder for many short-lived small files: in memory if possible. */
export function temporaryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return mkdtempSync('/dev/shm/oracle-')
  } catch {
    return mkdtempSync(join(tmpdir(), 'oracle-'))
  }
}

/** Shared by all runs; no script changes it. */
export interface Common {
  readonly folder: string
  readonly shells: readonly ShellKind[]
  /** Tools that are not installed: scripts that need one are skipped, and the summary tells so. */
  readonly missing: readonly string[]
}

const systemPath = '/usr/local/bin:/usr/bin:/bin'

/** Creates the BusyBox folder and the origin repository. The caller removes the folder. */
export function prepare(): Common {
  const folder = temporaryFolder()
  const shells: ShellKind[] = []
  const missing = ['busybox', 'bash', 'git', 'sqlite3', 'unzip', 'tar'].filter((tool) => find(tool) === undefined)
  const busybox = find('busybox')
  if (busybox !== undefined) {
    const applets = join(folder, 'applets')
    mkdirSync(applets)
    spawnSync(busybox, ['--install', '-s', applets])
    rmSync(join(applets, 'git'), { force: true })
    shells.push({
      name: 'busybox',
      userland: 'busybox',
      dialect: 'ash',
      program: busybox,
      arguments: ['sh'],
      path: `${applets}:${systemPath}`,
    })
  }
  const bash = find('bash')
  if (bash !== undefined)
    shells.push({ name: 'bash', userland: 'gnu', dialect: 'bash', program: bash, arguments: ['--norc', '--noprofile'], path: systemPath })
  mkdirSync(join(folder, 'template'))
  if (!missing.includes('git')) makeOrigin(folder)
  return { folder, shells, missing }
}

/** The environment of a run: these variables and nothing from the caller. */
export function environment(common: Pick<Common, 'folder'>, path: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: path,
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TEMPLATE_DIR: join(common.folder, 'template'),
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
    GIT_AUTHOR_DATE: '2024-01-01T00:00:00Z',
    GIT_COMMITTER_DATE: '2024-01-01T00:00:00Z',
  }
}

/** A bare repository with two files, a branch and a tag. */
function makeOrigin(folder: string): void {
  const script =
    'set -e; mkdir srv work; cd work; git init -q -b main; echo one > one; mkdir sub; echo two > sub/two; git add .; ' +
    'git commit -qm first; git tag v1; git branch dev; git clone -q --bare . ../srv/origin.git; cd ..; rm -rf work'
  const { status, stderr } = spawnSync('/bin/sh', ['-c', script], {
    cwd: folder,
    env: environment({ folder }, systemPath, folder),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`cannot create the origin repository: ${stderr}`)
}

/** The modification time of every file of the image, in seconds, so that archives of them are the same in every run. */
const imageTime = 1_700_000_000

/**
 * Creates the files of the image in `img/`: texts, a tree, a tree with a link, archives. Each text contains an `x`, so that sed finds what
 * it looks for, as in a script whose first run succeeds. Created for each worker; no script changes them.
 */
export function makeImage(root: string): void {
  const image = join(root, 'img')
  const tree: Readonly<Record<string, string>> = {
    one: 'one x\n',
    two: 'two x\n',
    template: 'host=@HOST@ x\nport=1\n',
    'tree/a': 'a\n',
    'tree/sub/b': 'b\n',
    'linked/a': 'a\n',
    'pack/a': 'packed a\n',
    'pack/sub/b': 'packed b\n',
  }
  for (const folder of ['tree/sub', 'linked', 'pack/sub']) mkdirSync(join(image, folder), { recursive: true })
  for (const [path, text] of Object.entries(tree)) {
    writeFileSync(join(image, path), text)
    utimesSync(join(image, path), imageTime, imageTime)
  }
  symlinkSync('a', join(image, 'linked/l'))
  writeFileSync(join(image, 'one.gz'), gzipSync('one x\n'))
  writeFileSync(join(image, 'pack.zip'), storedZip({ 'pack/a': 'packed a\n', 'pack/sub/b': 'packed b\n' }))
  for (const [archive, option] of [
    ['pack.tar', '-cf'],
    ['pack.tgz', '-czf'],
  ] as const)
    spawnSync('tar', [option, archive, 'pack'], { cwd: image })
}
