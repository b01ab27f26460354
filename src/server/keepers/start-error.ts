/** The server cannot start, for a reason that the person who starts it can remove. The message is a sentence, printed as it is. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
