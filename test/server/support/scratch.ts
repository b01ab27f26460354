import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A new directory with these files, removed after the test; unlike tap's testdir, a test can have several. */
export function scratch(t: Test, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-test-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
