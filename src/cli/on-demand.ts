/**
 * What `lint` of one file does not need, in one module: each that is loaded alone splits the bundle into more files, which cost more than
 * what they leave out.
 */
export { renderReport } from '../formats/index.ts'
export { applyBaseline, loadBaseline, saveBaseline } from './adopt/baseline.ts'
export { readConfig } from './adopt/read-config.ts'
export { readDirectory, readGlob } from './files/directories.ts'
export { excluder, globProblem } from './files/patterns.ts'
export { fixAndShow } from './fix-output.ts'
export { outputFile, writeOutputs } from './output-files.ts'
export { readPolicyFiles } from './policy-reader.ts'
export { render } from './render.ts'
