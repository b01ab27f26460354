/** What a release publishes, built by its script from a copy of the project. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { buildPrograms, pathOf } from '../../cluster/support/programs.ts'

export const root = join(import.meta.dirname, '../../..')

export interface PackageJson {
  readonly version: string
  readonly engines: { readonly node: string }
}

export const packageJson: PackageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

export interface Released {
  /** Where the files of the release are. */
  readonly directory: string
  /** The package. */
  readonly tarball: string
}

let released: Released | undefined

/** Builds the files of a release from every file of the project that git knows; once for all tests of a process. */
export function release(): Released {
  released ??= build(temporary())
  return released
}

/** A directory that is removed when the process ends. It is outside the project: npm would install into an enclosing project. */
export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'initlint-package-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function build(directory: string): Released {
  const problem = buildPrograms(['helm'], () => undefined)
  if (problem !== undefined) throw new Error(problem)
  const home = join(directory, 'project')
  const known = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  for (const path of known.split('\0').filter((path) => path !== '' && path !== 'node_modules')) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    cpSync(join(root, path), join(home, path))
  }
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  const output = join(directory, 'release')
  execFileSync(process.execPath, [join(home, 'scripts/release/artifacts.ts'), output], {
    env: { ...process.env, PATH: `${dirname(pathOf('helm'))}${delimiter}${process.env.PATH ?? ''}` },
    stdio: 'pipe',
  })
  return { directory: output, tarball: join(output, `initlint-${packageJson.version}.tgz`) }
}

/** The files of an archive, without the directory that has them all. */
export function filesIn(archive: string): readonly { readonly path: string; readonly size: number; readonly mode: string }[] {
  // -rw-r--r-- 0/0  1234 1985-10-26 08:15 package/LICENSE
  const lines = execFileSync('tar', ['-tvzf', archive], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [mode = '', , size = '', , , ...path] = line.split(/ +/)
    return { mode, size: Number(size), path: path.join(' ').replace(/^[^/]+\//, '') }
  })
}

/**
 * Installs the tarball as a user does who trusts no install script, without a network: it has no dependencies.
 * @param args `--global --prefix DIRECTORY`, or none for a project
 * @param cwd a directory outside the project
 */
export function install(tarball: string, cwd: string, args: readonly string[] = [], node = process.execPath): void {
  execFileSync('npm', ['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', ...args, tarball], {
    cwd,
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` },
    stdio: 'pipe',
  })
}
