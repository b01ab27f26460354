import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What runs functions at its end: a test, or a run that is no test. */
export interface Cleanup {
  after(end: () => unknown): unknown
}

/** A new directory with these files, removed at the end; unlike tap's testdir, a test can have several. */
export function scratch(t: Cleanup, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-test-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
