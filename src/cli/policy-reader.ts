/** Reads the policy files of the command line. */
import { resolve } from 'node:path'
import type { Registry } from '../lint/registry.ts'
import { safeText } from '../lint/text.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { PolicyProblem } from '../policy/policy.ts'
import { readPolicy } from '../policy/read.ts'
import type { PolicyText } from '../server/keepers/contracts.ts'
import { policyId, readPolicyTexts } from '../server/keepers/policy-files.ts'
import { StartError } from '../server/keepers/start-error.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'

/**
 * The texts of policy files and directories, in the given order and with the given names.
 * @throws UsageError that names what cannot be read
 */
export function policyTexts(paths: readonly string[], io: Io): readonly PolicyText[] {
  return paths.flatMap((path) => {
    const absolute = resolve(io.cwd, path)
    try {
      return readPolicyTexts(absolute).map(({ file, text }) => ({ file: `${path}${file.slice(absolute.length)}`, text }))
    } catch (error) {
      if (error instanceof StartError) throw new UsageError(error.message)
      throw error
    }
  })
}

/**
 * The policy of the files, merged in order. Warnings go to standard error.
 * @throws UsageError with a line for each error
 */
export function readPolicyFiles(paths: readonly string[], registry: Registry, io: Io): CompiledPolicy {
  const texts = policyTexts(paths, io)
  const { policy, problems } = readPolicy(texts, registry, { id: policyId(texts) })
  if (policy === undefined) {
    throw new UsageError(`${problems.map(problemLine).join('\n')}\nThe policy is invalid; run initlint policy check to check it alone.`)
  }
  io.stderr(problems.map((problem) => `${problemLine(problem)}\n`).join(''))
  return policy
}

/** `policy.yaml:12:3: error: rules.image-latets: there is no such rule …` */
export function problemLine({ level, file, line, column, key, message }: PolicyProblem): string {
  return safeText(`${file}:${line}:${column}: ${level}: ${key === '' ? '' : `${key}: `}${message}`)
}
