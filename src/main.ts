#!/usr/bin/env node
/** The only user of argv, env and exit codes. Imports only what an old Node can parse until the version is checked. */
import module from 'node:module'
import process from 'node:process'
import { nodeTooOld } from './cli/node-version.ts'

const tooOld = nodeTooOld(process.versions.node)
if (tooOld === undefined) {
  // Reads the source maps of the bundle, if there are any.
  if (process.env.INITLINT_DEBUG) process.setSourceMapsEnabled(true)
  // Halves the duration of short runs, starting with the second. Has no effect if the cache directory is not writable.
  module.enableCompileCache()
  const [{ processIo }, { run }] = await Promise.all([import('./cli/process-io.ts'), import('./cli/run.ts')])
  process.exitCode = await run(process.argv.slice(2), processIo(process))
} else {
  process.stderr.write(`${tooOld}\n`)
  process.exitCode = 2
}
