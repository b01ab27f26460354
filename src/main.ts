#!/usr/bin/env node
/** The only user of argv, env and exit codes. Until the version is checked, it uses only what an old Node has. */
import { nodeTooOld } from './cli/node-version.ts'
import { programOf } from './cli/program.ts'

const tooOld = nodeTooOld(process.versions.node)
if (tooOld === undefined) {
  // Reads the source maps of the bundle, if there are any.
  if (process.env.INITLINT_DEBUG) process.setSourceMapsEnabled(true)
  const { keepCompiledCode } = await import('./cli/compile-cache.ts')
  keepCompiledCode(process)
  const [{ processIo }, { run }] = await Promise.all([import('./cli/process-io.ts'), import('./cli/run.ts')])
  process.exitCode = await run(process.argv.slice(2), processIo(process), programOf(process.argv[1]))
} else {
  process.stderr.write(`${tooOld}\n`)
  process.exitCode = 2
}
