/** Limits that no real script reaches. The rehearsal stops at them, so that no input can make a review slow or memory-hungry. */

/** Longest known text of a variable, a file or an output, in UTF-16 units: the length of the longest script. */
export const maxText = 64 * 1024

/** Maximum number of pieces of a partly unknown text. */
export const maxPieces = 1000

/** Maximum number of fields that one word expands to. */
export const maxFields = 10_000

/**
 * Maximum number of characters that all runs of one rehearsal expand, compare and match. Real scripts need less than a hundredth of it,
 * and a slow machine needs less than a second for it.
 */
export const maxWork = 20_000_000

/** Longest path, twice what Linux allows (PATH_MAX in linux/limits.h), because unknown parts appear in it under a name. */
export const maxPath = 8192

/** Maximum number of components of a path. */
export const maxPathParts = 200

/** Maximum number of archives, clones and directories that are layered in one directory. */
export const maxLayers = 100

/** Maximum number of paths in the states that one run keeps, about 10 MiB. Real scripts have a hundredth of that. */
export const maxKept = 100_000

/** Maximum number of paths with a known state. */
export const maxEntries = 3000
