/** The server cannot start for a reason that the user can fix. The message is a sentence and is printed unchanged. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
