export { objectsOf } from './objects.ts'
export type { ManifestDocument, Position, ReadError, ReadNotice, ReadOptions, ReadResult } from './read.ts'
export { readManifest } from './read.ts'
