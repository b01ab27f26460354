/**
 * Compares our reader with the decoder of kubectl (programs/yaml-decoder). INITLINT_MANIFESTS names directories whose files are compared,
 * too, such as those of public repositories. `npm run test:cluster -- --capture` records the answers for test/manifest/decoder.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import { readBoundedFile } from '../../src/server/keepers/bounded-file.ts'
import { type Decoded, decoderTexts, recordDecodings, recordedDecodings, sorted } from '../support/decoder.ts'
import { generatedTexts } from '../support/yaml-texts.ts'
import { run } from './support/processes.ts'
import { binaries } from './support/programs.ts'

const { INITLINT_CAPTURE, INITLINT_MANIFESTS = '' } = process.env

async function decode(texts: readonly Buffer[]): Promise<readonly Decoded[]> {
  const input = texts.map((text) => JSON.stringify({ text: text.toString('base64') })).join('\n')
  const { code, stdout, stderr } = await run(join(binaries, 'yaml-decoder'), [], { input })
  if (code !== 0) throw new Error(stderr)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Decoded)
}

/** How we read a text differently; undefined if we do not. What both reject may be rejected for different reasons. */
function difference(text: string, theirs: Decoded): object | undefined {
  const { documents, errors } = readManifest(text)
  if (theirs.error !== undefined && errors.length > 0) return undefined
  const values = documents.map(({ value }) => sorted(value))
  const same = theirs.error === undefined && errors.length === 0 && JSON.stringify(values) === JSON.stringify(theirs.documents.map(sorted))
  return same ? undefined : { text: text.slice(0, 1000), theirs, ours: { values, errors } }
}

t.test('the recorded answers are those of the decoder', async (t) => {
  const theirs = await decode(decoderTexts.map((text) => Buffer.from(text)))
  if (INITLINT_CAPTURE !== undefined) recordDecodings(theirs)
  t.strictSame([...recordedDecodings().values()], theirs)
})

t.test('generated texts are read as the decoder reads them', async (t) => {
  const texts = generatedTexts(20_000, 1)
  const theirs = await decode(texts.map((text) => Buffer.from(text)))
  const differences = texts.flatMap((text, index) => difference(text, theirs[index] as Decoded) ?? [])
  t.strictSame(differences.slice(0, 5), [])
  // The comparison means little without many texts of each kind.
  t.ok(theirs.filter(({ error }) => error === undefined).length > 10_000)
  t.ok(theirs.filter(({ error }) => error !== undefined).length > 1_000)
})

const maxBytes = 16 * 1024 * 1024

for (const directory of INITLINT_MANIFESTS.split(delimiter).filter((path) => path !== '')) {
  t.test(`the files of ${directory} are read as the decoder reads them`, async (t) => {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name))
    const differences: object[] = []
    for (let start = 0; start < names.length; start += 200) {
      const paths = names.slice(start, start + 200).map((name) => join(directory, name))
      const theirs = await decode(paths.map((path) => readFileSync(path)))
      for (const [index, path] of paths.entries()) {
        const found = difference(readBoundedFile(path, maxBytes), theirs[index] as Decoded)
        if (found !== undefined) differences.push({ path, ...found })
      }
    }
    t.ok(names.length > 0, `${names.length} files`)
    t.strictSame(differences, [])
  })
}
