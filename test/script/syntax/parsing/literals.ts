/** Finds the string literals in the source of tests, each of which may be a script. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSync } from '@swc/core'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** Every string and every literal part of a template in the matching files, each once. @param patterns globs relative to the project root */
export function literalsIn(patterns: readonly string[]): readonly string[] {
  const texts = new Set<string>()
  for (const file of globSync([...patterns], { cwd: root }).sort()) {
    collect(parseSync(readFileSync(`${root}/${file}`, 'utf8'), { syntax: 'typescript' }), texts)
  }
  return [...texts]
}

function collect(tree: object, texts: Set<string>): void {
  const waiting: unknown[] = [tree]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue
    if ('type' in node && node.type === 'StringLiteral' && 'value' in node && typeof node.value === 'string') texts.add(node.value)
    if ('type' in node && node.type === 'TemplateElement' && 'cooked' in node && typeof node.cooked === 'string') texts.add(node.cooked)
    for (const child of Object.values(node)) if (child !== null && child !== undefined) waiting.push(child)
  }
}
