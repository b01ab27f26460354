/** Folders that nobody has to suppose. */

/** The node's own files, as a container sees them that shares its process namespace (proc(5), /proc/pid/root). */
export const nodeRoot = '/proc/1/root'

/** Folders of every image that holds a shell. Source: Filesystem Hierarchy Standard 3.0, chapters 3 and 4; proc(5). */
export const knownFolders: ReadonlySet<string> = new Set([
  ...['/bin', '/etc', '/tmp', '/usr', '/usr/bin', '/usr/local', '/usr/local/bin', '/usr/share', '/var'],
  ...['/proc', '/proc/1', nodeRoot],
])
