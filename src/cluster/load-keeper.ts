/** A keeper that reads its first state from the API server, and can be stopped while it does. */
interface Loading {
  load(): Promise<void>
  stop(): void
}

/** Loads a keeper, and stops it if that fails. */
export async function loadKeeper<K extends Loading>(keeper: K): Promise<K> {
  try {
    await keeper.load()
  } catch (error) {
    keeper.stop()
    throw error
  }
  return keeper
}
