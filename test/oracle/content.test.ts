/** What counts as the same content of a file. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratch } from '../server/support/scratch.ts'
import { readableContent } from './content.ts'
import { find } from './shells.ts'

t.test('a database is the same if its tables were created in another order', { skip: find('sqlite3') === undefined }, async (t) => {
  const folder = scratch(t)
  let databases = 0
  const content = (sql: string) => {
    const file = join(folder, String(databases++))
    spawnSync('sqlite3', [file, sql])
    return readableContent(readFileSync(file))
  }
  const rows = 'INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);'
  const once = content(`CREATE TABLE k (a); CREATE TABLE t (a); CREATE INDEX i ON t (a); ${rows}`)
  t.equal(content(`CREATE TABLE t (a); ${rows} CREATE INDEX i ON t (a); CREATE TABLE k (a)`), once)
  t.not(content(`CREATE TABLE k (a); CREATE TABLE t (a); ${rows}`), once, 'an index is missing')
  t.not(content(`CREATE TABLE k (a); CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1)`), once, 'a row is missing')
  t.not(content(`CREATE TABLE k (a, b); CREATE TABLE t (a); CREATE INDEX i ON t (a); ${rows}`), once, 'a table has another column')
})
