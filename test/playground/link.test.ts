/** Links to documents: what a link carries comes back; hostile links are refused with a sentence, within the limits. */
import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import t from 'tap'
import { isLink, type LinkedDocument, makeLink, maxPacked, maxUnpacked, openLink } from '../../web/link/link.ts'

const document: LinkedDocument = {
  manifest: 'kind: Pod\n# ü \u{1f600} \u2028 <script>alert(1)</script>\r\n',
  policy: 'preset: strict\n',
  conditions: ['registry-down=docker.io@5', 'node-reboots'],
}

/** The fragment of a link with any bytes. */
function fragmentOf(bytes: Uint8Array): string {
  return `#1.${Buffer.from(bytes).toString('base64url')}`
}

/** The fragment of a link with any JSON. */
function linkTo(value: unknown): string {
  return fragmentOf(deflateRawSync(JSON.stringify(value)))
}

t.test('what a link carries comes back as it was', async (t) => {
  for (const each of [document, { manifest: '', policy: '', conditions: [] }, { ...document, manifest: '\ud800 lone' }]) {
    const made = await makeLink(each)
    if (!made.ok) return t.fail(made.problem)
    t.match(made.fragment, /^#1\.[A-Za-z0-9_-]+$/)
    t.ok(isLink(made.fragment))
    t.same(await openLink(made.fragment), { ok: true, document: each })
  }
})

t.test('a link has at most 32 KiB compressed; what compresses well may be longer', async (t) => {
  const noise = randomBytes(maxPacked).toString('hex')
  t.match(await makeLink({ ...document, manifest: noise }), { ok: false, problem: /32 KiB/ })
  const long = await makeLink({ ...document, manifest: 'a'.repeat(maxUnpacked / 2) })
  if (!long.ok) return t.fail(long.problem)
  t.match(await openLink(long.fragment), { ok: true, document: { manifest: /^a{524288}$/ } })
  t.match(await makeLink({ ...document, manifest: 'a'.repeat(maxUnpacked + 1) }), { ok: false })
})

t.test('other fragments are no links', async (t) => {
  for (const fragment of ['', '#', '#findings', '#1', '#a.b']) t.notOk(isLink(fragment), fragment)
})

t.test('a bomb is not unpacked: 32 KiB that would become 32 MiB', async (t) => {
  const bomb = deflateRawSync(Buffer.alloc(32 * 1024 * 1024 - 64, 'a'), { level: 9 })
  t.ok(bomb.length <= maxPacked && bomb.length > maxPacked / 2)
  let produced = 0
  const original = globalThis.DecompressionStream
  // Counts what the decompressor hands over.
  const counting = class {
    readonly readable: ReadableStream<Uint8Array>
    readonly writable: WritableStream
    constructor(format: 'deflate-raw') {
      const { readable, writable } = new original(format)
      this.writable = writable
      this.readable = readable.pipeThrough(
        new TransformStream({
          transform: (chunk, controller) => {
            produced += chunk.length
            controller.enqueue(chunk)
          },
        }),
      )
    }
  }
  globalThis.DecompressionStream = counting as unknown as typeof original
  try {
    t.match(await openLink(fragmentOf(bomb)), { ok: false, problem: /more than 1 MiB/ })
  } finally {
    globalThis.DecompressionStream = original
  }
  t.ok(produced > maxUnpacked && produced < 4 * maxUnpacked, `${produced} bytes`)
})

t.test('hostile links are refused', async (t) => {
  const packed = deflateRawSync(JSON.stringify(document))
  const hostile = {
    empty: '#1.',
    'no base64': '#1.%%%%',
    'base64 with padding': `#1.${packed.toString('base64')}==`,
    'base64 with a line break': `${fragmentOf(packed).slice(0, 20)}\n${fragmentOf(packed).slice(20)}`,
    'one character too many': '#1.AAAAA',
    cut: fragmentOf(packed.subarray(0, packed.length - 5)),
    'bytes after the end': fragmentOf(Buffer.concat([packed, Buffer.from('more')])),
    'no deflate': fragmentOf(randomBytes(100)),
    'too long': fragmentOf(Buffer.alloc(maxPacked + 1)),
    'far too long': `#1.${'A'.repeat(4 * 1024 * 1024)}`,
    'a newer version': `#2.${packed.toString('base64url')}`,
    'no UTF-8': fragmentOf(deflateRawSync(Buffer.from([0x22, 0xff, 0xfe, 0x22]))),
    'no JSON': fragmentOf(deflateRawSync('{"manifest":')),
    'a number': linkTo(5),
    null: linkTo(null),
    'a list': linkTo([document]),
    'no manifest': linkTo({ policy: '', conditions: [] }),
    'a manifest that is no text': linkTo({ ...document, manifest: { toString: 'x' } }),
    'conditions that are no list': linkTo({ ...document, conditions: 'node-reboots' }),
    'a condition that is no text': linkTo({ ...document, conditions: [5] }),
    'too many conditions': linkTo({ ...document, conditions: Array(17).fill('node-reboots') }),
    'a long condition': linkTo({ ...document, conditions: ['a'.repeat(1001)] }),
    'deep JSON': fragmentOf(deflateRawSync('['.repeat(500_000))),
  }
  for (const [name, fragment] of Object.entries(hostile))
    t.match(await openLink(fragment), { ok: false, problem: /^The link cannot be opened: .*\.$/ }, name)
})

t.test('only the texts and conditions of a link are taken', async (t) => {
  const text = `{"__proto__": {"polluted": true}, "manifest": "a", "policy": "b", "conditions": [], "apply": true}`
  t.strictSame(await openLink(fragmentOf(deflateRawSync(text))), {
    ok: true,
    document: { manifest: 'a', policy: 'b', conditions: [] },
  })
  t.notOk('polluted' in {})
})
