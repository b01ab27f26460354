/** The files of the playground, which `npm run build` makes (web/README.md). */
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A file of the page. */
export interface PageFile {
  /** The only path at which it is served. */
  readonly url: string
  readonly file: string
  /** Whether the file is compressed with gzip (RFC 1952). */
  readonly isPacked: boolean
  readonly contentType: string
  readonly cacheControl: string
}

/**
 * What the page may load: its own files, and pictures that it makes. It can send nothing anywhere. Nothing inline, and no text becomes HTML
 * or code (trusted types; the only policy makes the URL of the worker), so a hostile link or manifest can at most be displayed.
 */
export const pageDirectives: readonly string[] = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types initlint-worker',
]

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The names of the files below assets/ change with their content; index.html names them. */
const assetCaching = 'public, max-age=31536000, immutable'
const pageCaching = 'no-cache'

/**
 * Lists the files of a built page. Each gets a route of its own, so no path of a request ever becomes a path of a file.
 * @returns an empty list if the page is not built
 */
export function pageFilesIn(directory: string): readonly PageFile[] {
  const names = namesIn(directory)
  if (!names.includes('index.html')) return []
  return [pageFile('/', join(directory, 'index.html'), pageCaching), ...assetsIn(join(directory, 'assets'))]
}

/** Each asset once: the compressed copy if there is one. */
function assetsIn(directory: string): readonly PageFile[] {
  const names = namesIn(directory)
  const urls = new Map(names.filter((name) => !names.includes(`${name}${packed}`)).map((name) => [name.replace(/[.]gz$/, ''), name]))
  return [...urls].flatMap(([name, file]) =>
    extname(name) in contentTypes ? [pageFile(`/assets/${name}`, join(directory, file), assetCaching)] : [],
  )
}

const packed = '.gz'

function pageFile(url: string, file: string, cacheControl: string): PageFile {
  const isPacked = file.endsWith(packed)
  const contentType = contentTypes[extname(isPacked ? file.slice(0, -packed.length) : file)] ?? 'application/octet-stream'
  return { url, file, isPacked, contentType, cacheControl }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}
