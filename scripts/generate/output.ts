/** A file that is generated only from the sources. */
export interface Output {
  /** Path relative to the root of the project. */
  readonly path: string
  /** The complete text of the file. Deterministic: the same sources give the same text. */
  text(): string
}
