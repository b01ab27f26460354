/** What no script needs that anybody keeps running: beyond it nothing is followed, so that nobody can make a review take long or much memory. */

/** Longest text of a variable, a file or an output, as far as it is known, in UTF-16 units: what the longest script holds. */
export const maxText = 64 * 1024

/** Most pieces of a text of which parts are unknown. */
export const maxPieces = 1000

/** Most fields that one word becomes. */
export const maxFields = 10_000

/**
 * Most characters that all runs of one rehearsal expand, compare and match: a number of which no real script takes a hundredth, and which
 * takes a slow machine less than a second.
 */
export const maxWork = 20_000_000

/** Longest path, twice what Linux takes (PATH_MAX in linux/limits.h): what is not known stands in it with a name. */
export const maxPath = 8192

/** Deepest folder. */
export const maxPathParts = 200

/** Most archives, clones and folders that were laid over each other in one folder. */
export const maxLayers = 100

/** Most paths in the states that one run keeps, so that they take some 10 MiB: real scripts have a hundredth of that. */
export const maxKept = 100_000

/** Most paths of which something is known. */
export const maxEntries = 3000
