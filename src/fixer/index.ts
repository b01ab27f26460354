export { type FixedEntry, type FixFault, type FixResult, type FixScope, fixInputs, isFixable } from './fix.ts'
export { type FixReport, type NotFixedEntry, notFixedIn, renderDiff, renderFixText, waitingFor } from './report.ts'
