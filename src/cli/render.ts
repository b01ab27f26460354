/** Renders Helm charts and kustomizations with the programs that the user has. */
import type { ChildProcessByStdio } from 'node:child_process'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { quotedPath } from '../inspect/sources.ts'
import { safeText, shorten } from '../lint/text.ts'
import { BoundedText, FileRefused } from '../server/keepers/bounded-file.ts'
import type { Io } from './io.ts'

/** Longest time that a renderer may take, in milliseconds: a kustomization may clone its bases. */
const maxDuration = 60_000

/** Characters of a renderer's error message that are shown. */
const maxErrorLength = 2000

/** One way to render a directory. */
interface Renderer {
  readonly program: string
  readonly arguments: readonly string[]
}

/** What a directory is, and how to render it. */
interface Source {
  readonly what: 'Helm chart' | 'kustomization'
  /** In order of preference. */
  readonly renderers: readonly [Renderer, ...Renderer[]]
}

/** The output of a renderer. */
export interface Rendered {
  /** How the output is called where a file has its path: `charts/web (helm template)`. */
  readonly name: string
  readonly text: string
}

/**
 * Renders a directory that is a Helm chart or a kustomization.
 * @param path the directory as given
 * @param maxBytes the maximum size of the output
 * @returns undefined if the directory is neither, or if it is a kustomization and there is no program that renders it: its files can be
 *   read as they are
 * @throws FileRefused with the error of the renderer, or with the command to run if the program is missing
 */
export async function render(path: string, io: Io, maxBytes: number): Promise<Rendered | undefined> {
  const source = sourceOf(path, io.cwd)
  if (source === undefined) return undefined
  for (const renderer of source.renderers) {
    const text = await output(renderer, io, maxBytes)
    if (text !== undefined) return { name: `${path} (${renderer.program} ${renderer.arguments[0]})`, text }
  }
  if (source.what === 'kustomization') return undefined
  const [{ program }] = source.renderers
  throw new FileRefused(
    `it is a Helm chart, and the PATH has no program ${program}; where there is one, run helm template ${quotedPath(path)} | initlint lint -`,
  )
}

function sourceOf(path: string, cwd: string): Source | undefined {
  const holds = (name: string): boolean => statSync(resolve(cwd, path, name), { throwIfNoEntry: false })?.isFile() === true
  // A path that begins with a hyphen would be taken for an option.
  const directory = path.startsWith('-') ? `.${join('/', path)}` : path
  if (holds('Chart.yaml')) return { what: 'Helm chart', renderers: [{ program: 'helm', arguments: ['template', directory] }] }
  // The names that kustomize looks for: RecognizedKustomizationFileNames in api/konfig/general.go.
  if (!['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some(holds)) return undefined
  const kubectl = { program: 'kubectl', arguments: ['kustomize', directory] }
  return { what: 'kustomization', renderers: [kubectl, { program: 'kustomize', arguments: ['build', directory] }] }
}

/** @returns undefined if there is no such program */
async function output({ program, arguments: words }: Renderer, io: Io, maxBytes: number): Promise<string | undefined> {
  // Loaded when needed: most runs render nothing.
  const { spawn } = await import('node:child_process')
  const child = spawn(program, words, { cwd: io.cwd, env: io.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const command = [program, ...words.map(quotedPath)].join(' ')
  const text = new BoundedText(maxBytes)
  const errors: string[] = []
  let code: number | null
  let late = false
  const timer = setTimeout(() => {
    late = true
    end(child)
  }, maxDuration)
  try {
    const exit = new Promise<number | null>((done, failed) => child.on('error', failed).on('close', done))
    ;[code] = await Promise.all([exit, collect(child.stdout, (chunk) => text.add(chunk)), collect(child.stderr, keepStart(errors))])
  } catch (error) {
    end(child)
    if (late) throw new FileRefused(`${command} took longer than ${maxDuration / 1000} seconds`)
    if (error instanceof FileRefused) throw new FileRefused(`the output of ${command} cannot be used: ${error.message}`)
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
  if (code !== 0) {
    const withValues = program === 'helm' ? `; to render it with your values, run ${command} -f FILE | initlint lint -` : ''
    throw new FileRefused(`${command} failed: ${messageOf(errors.join(''))}${withValues}`)
  }
  return text.toString()
}

/** Ends the program and stops reading; a program that it started may still hold the other ends of the pipes. */
function end(child: ChildProcessByStdio<null, Readable, Readable>): void {
  child.kill('SIGKILL')
  child.stdout.destroy()
  child.stderr.destroy()
}

async function collect(stream: AsyncIterable<Uint8Array>, add: (chunk: Uint8Array) => void): Promise<void> {
  for await (const chunk of stream) add(chunk)
}

/** Keeps the first part of a text: programs may write without limit. */
function keepStart(parts: string[]): (chunk: Uint8Array) => void {
  let left = maxErrorLength
  return (chunk) => {
    if (left > 0) parts.push(Buffer.from(chunk.subarray(0, left)).toString('utf8'))
    left -= chunk.length
  }
}

function messageOf(errors: string): string {
  const text = errors.replace(/^Error: /, '').trim()
  return text === '' ? 'it printed no message' : shorten(safeText(text.replaceAll(/\s*\n\s*/g, '; ')), maxErrorLength)
}
