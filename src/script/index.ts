/** What rules and reports use of a rehearsal. Outside src/script, only this file, shape/ and the catalogue (for docs) may be imported. */
export { claimTemplatesOf } from './container/container-script.ts'
export { mountOf, type Rerun, type Storage } from './container/storage.ts'
export { rehearsalOf } from './rehearsal/container-rehearsal.ts'
export type { ContainerCommand, ContainerHazard, ContainerRehearsal } from './rehearsal/description.ts'
export { shortName, shownPath } from './rehearsal/fixes.ts'
export { lineOf, type Script, type Statement } from './syntax/syntax.ts'
export { textOf } from './value/value.ts'
