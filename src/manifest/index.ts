export { objectsOf } from './objects.ts'
export type { ManifestComment, ManifestDocument, Position, ReadError, ReadNotice, ReadOptions, ReadResult, Region } from './read.ts'
export { maxComments, readManifest } from './read.ts'
