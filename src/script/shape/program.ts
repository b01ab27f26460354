/** What the text of a command line shows, as far as it depends on the program: the part of the program's record that needs no machine. */

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
   * Whether the program runs until it is stopped, with these arguments. A text says so in its own words; the default is `the server NAME`.
   */
  readonly runsForever?: (args: readonly string[]) => boolean | string
  /** Undefined if it runs no command that its arguments name. */
  readonly carries?: Carrier
  /** The server that the program contacts with these arguments; undefined if it contacts none. */
  readonly probe?: (args: readonly string[]) => Probe | undefined
  /** Whether the program itself waits until a server answers. */
  readonly waits?: true
  /** Whether it never gives up waiting with these arguments. */
  readonly waitsForever?: (args: readonly string[]) => boolean
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
