/** `--fix=all` on the cases from public reports, or on the manifests of another directory in FIX_MANIFESTS. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { damage, fix, strictest } from './fixing.ts'

const { FIX_MANIFESTS, FIX_POLICY } = process.env
const directory = FIX_MANIFESTS ?? join(import.meta.dirname, '../cases')
/** The policy document of a user, without its header, or one that asks for all fixes. */
const policy = FIX_POLICY ?? strictest
/** Larger files are generated, and analyzing them takes minutes. */
const maxBytes = 4 * 1024 * 1024

t.test(
  'every fixed manifest decodes to the same objects but for the fixes, no comment is lost, and a second run changes nothing',
  async (t) => {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:ya?ml|json)$/i.test(name))
    t.ok(names.length > 0)
    const counts = { files: 0, changed: 0, policies: 0, scripts: 0 }
    for (const name of names) {
      const path = join(directory, name)
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats?.isFile() !== true || stats.size > maxBytes) continue
      const input = { file: name, text: readFileSync(path, 'utf8') }
      const { inputs, fixed, faults } = fix([input], policy)
      counts.files++
      if (faults.length > 0) t.strictSame(faults, [], name)
      const [after] = inputs
      if (after === undefined || after.text === input.text) continue
      counts.changed++
      for (const { to } of fixed.get(0) ?? []) counts[to === undefined ? 'scripts' : 'policies']++
      t.equal(damage(input.text, after.text), undefined, name)
      t.equal(fix([after], policy).fixed.size, 0, `${name}: a second run`)
    }
    t.comment(`${directory}: ${JSON.stringify(counts)}`)
    if (FIX_MANIFESTS === undefined) t.ok(counts.policies > 5 && counts.scripts > 5, JSON.stringify(counts))
  },
)
