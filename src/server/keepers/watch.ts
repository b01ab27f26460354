import { type FSWatcher, watch } from 'node:fs'

/** How long to collect notifications before the callback, ms: changes come in bursts (a mounted volume swaps several links). */
const settleTime = 100

/** Stops watching. */
export type Stop = () => void

/**
 * Calls back when something in the directories may have changed, and also every `interval`: notifications can be lost, and network file
 * systems send none. Watches directories, not files: Kubernetes swaps the symbolic link `..data` next to mounted files, which never
 * change themselves.
 * @param interval ms between the calls without a notification
 */
export function watchFolders(folders: ReadonlySet<string>, interval: number, changed: () => void): Stop {
  let settling: NodeJS.Timeout | undefined
  const notice = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined
      changed()
    }, settleTime).unref()
  }
  const watchers = [...folders].map((folder) => watchFolder(folder, notice)).filter((watcher) => watcher !== undefined)
  const poll = setInterval(changed, interval).unref()
  return () => {
    clearInterval(poll)
    clearTimeout(settling)
    for (const watcher of watchers) watcher.close()
  }
}

/** Undefined if the system provides no watch; polling is then enough. */
function watchFolder(folder: string, notice: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, notice)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
