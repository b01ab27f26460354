/** What the text of a command line shows, as far as it depends on the program: the part of the program's record that needs no machine. */

/** The server that a command line names. */
export type Target = readonly [host: string | undefined, port: number | undefined]

/** What is known of a program. Arguments are texts, with `unknownPiece` for what is known only at run time. */
export interface ProgramTraits {
  /**
   * Whether the program runs until it is stopped, with these arguments. A text says so in its own words; the default is `the server NAME`.
   */
  readonly runsForever?: (args: readonly string[]) => boolean | string
}

/** The records of programs by name; the catalogue is one. */
export type Programs = ReadonlyMap<string, ProgramTraits>
