/** Compares our reader with what kubectl's decoder returned; test/cluster/decoder.test.ts asks the decoder itself. */
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import { decoderTexts, recordedDecodings, sorted } from '../support/decoder.ts'

const recorded = recordedDecodings()

t.test('every text has a recorded answer of the decoder', async (t) => {
  t.strictSame([...recorded.keys()], decoderTexts)
})

for (const [text, { documents, error }] of recorded) {
  t.test(`${JSON.stringify(text)} is read as kubectl reads it`, async (t) => {
    const read = readManifest(text)
    t.equal(read.errors.length > 0, error !== undefined, error ?? 'no error')
    if (error !== undefined) return
    t.strictSame(
      read.documents.map(({ value }) => sorted(value)),
      documents.map(sorted),
    )
  })
}
