/** The programs in a cell: each starts a node, works on it, and sends an answer to the program that started the cell. */
import { cpSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { enterCell } from './cell.ts'
import { type Node, type NodeOptions, startNode } from './node.ts'

export const print = (line: string): void => void process.stdout.write(`${line}\n`)

export interface InsideOptions {
  readonly node?: NodeOptions
  /** A folder for the logs of the node; none if empty. */
  readonly logs?: string | undefined
}

/** Works on a node of this cell, writes the answer to file descriptor 3 as JSON, and ends the process: 0, or 1 after an error. */
export async function workInside(work: (node: Node) => Promise<unknown>, options: InsideOptions = {}): Promise<never> {
  process.exit(
    await answer(work, options).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      return 1
    }),
  )
}

async function answer(work: (node: Node) => Promise<unknown>, { node: nodeOptions, logs = '' }: InsideOptions): Promise<number> {
  // The program that started the cell holds the other end: this process ends with it, and everything else in the cell ends with this process.
  process.stdin.resume().once('end', () => process.exit(1))
  const place = await enterCell()
  const node = await startNode(place, nodeOptions)
  try {
    writeAll(3, JSON.stringify(await work(node)))
    return 0
  } catch (error) {
    print(node.logs())
    throw error
  } finally {
    if (logs !== '') cpSync(join(place.folder, 'logs'), logs, { recursive: true })
  }
}

/** Writes a text to a pipe, which accepts only a part at a time. */
function writeAll(descriptor: number, content: string): void {
  for (let rest = Buffer.from(content); rest.length > 0; ) rest = rest.subarray(writeSync(descriptor, rest))
}
