/** The meaning of a file, independent of how it is stored. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const databases = new Map<string, string>()

/**
 * The content of a file as text to compare: a database as its dump (unused pages, change counters and the order in which tables were
 * created do not matter), a compressed file as its unpacked content (gzip stores the time of day).
 */
export function readableContent(data: Buffer): string {
  if (data.subarray(0, 16).toString('latin1') === 'SQLite format 3\0') return dumpOf(data)
  if (data[0] === 0x1f && data[1] === 0x8b) return `gzip ${inflated(data).toString('latin1')}`
  return data.toString('latin1')
}

function inflated(data: Buffer): Buffer {
  try {
    return gunzipSync(data)
  } catch {
    return data
  }
}

function dumpOf(data: Buffer): string {
  const key = createHash('sha1').update(data).digest('hex')
  const known = databases.get(key)
  if (known !== undefined) return known
  const folder = mkdtempSync(join(tmpdir(), 'oracle-dump-'))
  try {
    const file = join(folder, 'database')
    writeFileSync(file, data)
    const text = spawnSync('sqlite3', [file, '.dump'], { encoding: 'utf8', timeout: 5000 }).stdout
    // The rows of a table follow its definition, in the order in which a query returns them.
    const dump = text
      .replace(/COMMIT;\n$/, '')
      .split(/^(?=CREATE )/m)
      .sort()
      .join('')
    databases.set(key, dump)
    return dump
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
