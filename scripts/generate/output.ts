/** A file that is made from the sources, and from nothing else. */
export interface Output {
  /** Path within the project. */
  readonly path: string
  /** The whole text of the file. Deterministic: the same sources give the same text. */
  text(): string
}
