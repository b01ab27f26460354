import { type FSWatcher, watch } from 'node:fs'

/** Changes come in swarms (a mounted volume swaps several links); they are taken together. */
const settleTime = 100

/** Stops what was started. */
export type Stop = () => void

/**
 * Calls back when something in the folders may have changed, and every `interval` anyway: notifications get lost, and network file
 * systems send none. Folders, not files: Kubernetes swaps the symbolic link `..data` beside mounted files, which never change themselves.
 * @param interval ms between the calls without notice
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

/** Undefined where the system has no watch to give; the poll is enough. */
function watchFolder(folder: string, notice: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, notice)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
