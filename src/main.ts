#!/usr/bin/env node
/** The only place for argv, env and exit codes. Imports nothing that an old Node cannot read before its version is checked. */
import module from 'node:module'
import process from 'node:process'
import { nodeTooOld } from './cli/node-version.ts'

const tooOld = nodeTooOld(process.versions.node)
if (tooOld === undefined) {
  // Halves the time of a short run from the second one on; where nothing can be written it does nothing.
  module.enableCompileCache()
  const [{ processIo }, { run }] = await Promise.all([import('./cli/process-io.ts'), import('./cli/run.ts')])
  process.exitCode = await run(process.argv.slice(2), processIo(process))
} else {
  process.stderr.write(`${tooOld}\n`)
  process.exitCode = 2
}
