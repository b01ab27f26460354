/** The sentence of a tool's own documentation that a documented form rests on, where no example can really run it. */
export interface Source {
  /** The form in docs/catalogue.md. */
  readonly form: string
  /** What was read: a package and its version, or a repository and its commit. */
  readonly package: string
  /** The page: a manual page, the help of a command, or a file of the package. */
  readonly page: string
  /** Copied from the page. */
  readonly says: string
}
