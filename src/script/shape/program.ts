/** What the text of a command line shows, as far as it depends on the program: the part of the program's record that needs no machine. */

import { unknownPiece } from './words.ts'

/** A server that a command probes. */
export interface Probe {
  /** Undefined if it is known only at run time. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** Whether the command only looks up the name, so that no server has to listen. */
  readonly nameOnly: boolean
}

/** How a program runs the command in its arguments: `timeout -k 5 10 COMMAND`. */
export interface Carrier {
  /** The number of its own operands before the command. */
  readonly operands: number
  /** Its options whose value is the next argument. */
  readonly values: readonly string[]
  /** Options with which it does not run the command: `command -v COMMAND`. */
  readonly unless?: readonly string[]
  /** Whether it ends the command after some time. */
  readonly limits?: true
}

/** What is known of a program. Arguments are texts, with `unknownPiece` for what is known only at run time. */
export interface ProgramTraits {
  /**
   * Directories in which the program is installed besides those of `installed`: a test of the text before the last slash, with
   * `unknownPiece` for what is not known. A program of that name in any other directory is another program.
   */
  readonly places?: RegExp
  /**
   * Whether the program runs until it is stopped, with these arguments. A text says so in its own words; the default is `the server NAME`.
   */
  readonly runsForever?: (args: readonly string[]) => boolean | string
  /** Undefined if it runs no command that its arguments name. */
  readonly carries?: Carrier
  /** The server that the program contacts with these arguments; undefined if it contacts none. */
  readonly probe?: (args: readonly string[]) => Probe | undefined
  /** Whether the program itself waits until a server answers. */
  readonly waits?: true
  /** Whether it never gives up waiting with these arguments; `always` if it has no limit at all. */
  readonly waitsForever?: (args: readonly string[]) => boolean | 'always'
  /** The words that make a tool migrate a database, if it takes no lock: `db upgrade`. */
  readonly unlockedMigration?: readonly string[]
  /** Whether a script that uses the program takes a lock. */
  readonly takesLock?: true
  /** Whether it only works on files, reads or prints, so that all its work is in what a rehearsal shows. */
  readonly onlyTouchesFiles?: true
  /** Whether it runs a tool that its arguments name: `python manage.py`, `npx sequelize`. */
  readonly startsTools?: true
}

/** The records of programs by name; the catalogue is one. */
export type Programs = ReadonlyMap<string, ProgramTraits>

/**
 * Directories of installed programs: those of a distribution (Filesystem Hierarchy Standard 3.0, 3.4, 3.16, 4.4, 4.9 and 4.10), of the
 * packages in images by Bitnami, and of images with no distribution (kaniko:debug, distroless:debug).
 */
const installed = /^(?:\/usr|\/usr\/local|\/opt\/bitnami\/[^/]+)?\/s?bin$|^\/busybox$/

/**
 * The name of the program that a path refers to: `createdb` for createdb and /usr/bin/createdb. /app/bin/createdb and /opt/cni/bin/install
 * are other programs than those of the catalogue.
 * @param path with `unknownPiece` for what is not known
 * @returns undefined if it is not known which program it is
 */
export function programAt(path: string, programs: Programs): string | undefined {
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  if (name === '' || name.includes(unknownPiece)) return undefined
  const directory = path.slice(0, slash)
  return isUsual(path) || programs.get(name)?.places?.test(directory) === true ? name : undefined
}

/** Whether the shell finds a program by its name, or its path is in a directory of installed programs. */
export function isUsual(path: string): boolean {
  const slash = path.lastIndexOf('/')
  return slash === -1 || installed.test(path.slice(0, slash))
}
