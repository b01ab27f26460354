/**
 * A document in the fragment of a link. Browsers do not send the fragment to the server (RFC 9110, section 7.1), so a link reveals the document
 * only to those who get the link. Links come from strangers: whatever one contains, it opens as texts or is refused with a sentence.
 */

/** What a link carries. */
export interface LinkedDocument {
  readonly manifest: string
  readonly policy: string
  /** As for `explain --if`. */
  readonly conditions: readonly string[]
}

export type OpenedLink =
  | { readonly ok: true; readonly document: LinkedDocument }
  /** A sentence. */
  | { readonly ok: false; readonly problem: string }

export type MadeLink = { readonly ok: true; readonly fragment: string } | { readonly ok: false; readonly problem: string }

/** The version of the format, so that a later one can differ. */
const prefix = '#1.'

/** Compressed, in bytes: chats and issue trackers cut longer links. */
export const maxPacked = 32 * 1024
/** Unpacked, in bytes. Deflate packs up to a thousand bytes into one (RFC 1951), so 32 KiB could become 32 MiB. */
export const maxUnpacked = 1024 * 1024
/** As the server limits `?if=`. */
const maxConditions = 16
/** In UTF-16 units: an image reference has at most some hundred. */
const maxConditionLength = 1000

/** Makes the fragment of a link; a problem if the document is too large for one. */
export async function makeLink({ manifest, policy, conditions }: LinkedDocument): Promise<MadeLink> {
  const json = new TextEncoder().encode(JSON.stringify({ manifest, policy, conditions }))
  if (json.length > maxUnpacked) return tooLarge
  const packed = await collect(bytesStream(json).pipeThrough(new CompressionStream('deflate-raw')), maxPacked)
  return packed === undefined ? tooLarge : { ok: true, fragment: `${prefix}${toBase64Url(packed)}` }
}

const tooLarge: MadeLink = {
  ok: false,
  problem: `The document is too large for a link, which has at most ${maxPacked / 1024} KiB after compression. Share it as a file.`,
}

/** Whether the page was opened by a link with a document; other fragments are ignored. */
export function isLink(fragment: string): boolean {
  return /^#\d+\./.test(fragment)
}

/** Reads a link. Never throws, and never unpacks more than the limit. */
export async function openLink(fragment: string): Promise<OpenedLink> {
  if (!fragment.startsWith(prefix)) return refused('it was made by a newer version of initlint, or is not complete')
  const packed = fromBase64Url(fragment.slice(prefix.length))
  if (packed === undefined) return refused('it is not complete, or has characters that no link has')
  if (packed.length > maxPacked) return refused(`it has more than ${maxPacked / 1024} KiB`)
  try {
    const json = await collect(bytesStream(packed).pipeThrough(new DecompressionStream('deflate-raw')), maxUnpacked)
    if (json === undefined) return refused(`its document has more than ${maxUnpacked / 1024 / 1024} MiB`)
    const document = asDocument(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)))
    return document === undefined ? refused(noDocument) : { ok: true, document }
  } catch {
    // What the decompressor, the decoder or the parser rejects.
    return refused(noDocument)
  }
}

const noDocument = 'it does not contain a document of the playground; it may have been cut'

function refused(why: string): OpenedLink {
  return { ok: false, problem: `The link cannot be opened: ${why}.` }
}

function asDocument(value: unknown): LinkedDocument | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { manifest, policy, conditions } = value as Record<string, unknown>
  if (typeof manifest !== 'string' || typeof policy !== 'string' || !Array.isArray(conditions)) return undefined
  if (conditions.length > maxConditions || !conditions.every(isCondition)) return undefined
  return { manifest, policy, conditions }
}

function isCondition(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxConditionLength
}

function bytesStream(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}

/** The bytes of a stream; undefined as soon as there are more than the limit. */
async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > limit) {
      // The rest is never produced. What cancel rejects with is of no interest.
      reader.cancel().catch(() => undefined)
      return undefined
    }
    chunks.push(value)
  }
  const all = new Uint8Array(length)
  let place = 0
  for (const chunk of chunks) {
    all.set(chunk, place)
    place += chunk.length
  }
  return all
}

/** In parts, because a function takes only so many arguments. */
const partLength = 8192

function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += partLength) text += String.fromCharCode(...bytes.subarray(start, start + partLength))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** RFC 4648, section 5, without padding; undefined for anything else. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  // Four characters are three bytes; a longer text is refused without decoding it.
  if (!/^[A-Za-z0-9_-]+$/.test(text.slice(0, 2 * maxPacked)) || text.length % 4 === 1) return undefined
  if (text.length > 2 * maxPacked) return new Uint8Array(maxPacked + 1)
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
