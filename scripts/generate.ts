/**
 * Writes every file that is generated from the sources. `--check` writes nothing, lists the stale files and exits with 1.
 * To add an output, add a file to scripts/generate/ and a line here.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiTypes } from './generate/api-types.ts'
import { catalogueDocs } from './generate/catalogue-docs.ts'
import { catalogueEvidence } from './generate/catalogue-evidence.ts'
import { chartFiles } from './generate/chart.ts'
import { configSchema } from './generate/config-schema.ts'
import { explainPictures } from './generate/explain-pictures.ts'
import { manPage } from './generate/man-page.ts'
import type { Output } from './generate/output.ts'
import { policySchema } from './generate/policy-schema.ts'
import { policyValidator } from './generate/policy-validator.ts'
import { reliabilityDocs } from './generate/reliability.ts'
import { readmeRuleList, ruleDocs } from './generate/rule-docs.ts'
import { tutorialDocs } from './generate/tutorial.ts'
import { whoSeesWhat } from './generate/who-sees-what.ts'
import { whyDocs } from './generate/why-docs.ts'

/** All outputs, in the order in which they are written. */
export const outputs: readonly Output[] = [
  apiTypes,
  policySchema,
  configSchema,
  policyValidator,
  ...ruleDocs,
  readmeRuleList,
  catalogueDocs,
  catalogueEvidence,
  reliabilityDocs,
  ...chartFiles,
  ...explainPictures,
  ...tutorialDocs,
  whoSeesWhat,
  whyDocs,
  manPage,
]

/** The current text of an output's file; undefined if the file does not exist. */
export function committedText(output: Output): string | undefined {
  try {
    return readFileSync(fileOf(output), 'utf8')
  } catch {
    return undefined
  }
}

function fileOf(output: Output): string {
  return fileURLToPath(new URL(`../${output.path}`, import.meta.url))
}

function write(output: Output): void {
  mkdirSync(dirname(fileOf(output)), { recursive: true })
  writeFileSync(fileOf(output), output.text())
}

function generate(checkOnly: boolean): number {
  const stale = outputs.filter((output) => output.text() !== committedText(output))
  for (const output of stale) {
    if (!checkOnly) write(output)
    process.stdout.write(`${output.path}: ${checkOnly ? 'stale, run npm run generate' : 'written'}\n`)
  }
  return checkOnly && stale.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = generate(process.argv.includes('--check'))
