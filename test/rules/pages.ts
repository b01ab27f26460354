/** Parses rule pages (rule.md) into sections and their code fences. */
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { registry } from '../../src/rules/registry.ts'

const folder = new URL('../../src/rules/', import.meta.url)

/** A code fence: its language, the word after the language, and the text. */
export interface Fence {
  readonly language: string
  readonly note: string
  readonly text: string
}

export interface Section {
  readonly heading: string
  readonly text: string
  readonly fences: readonly Fence[]
}

/** The object of an example, with the old object if the page shows an update. */
export interface Example {
  readonly object: unknown
  readonly old: unknown
}

/** The text of a rule's page. */
export function pageOf(ruleId: string): string {
  return readFileSync(new URL(`${ruleId}/rule.md`, folder), 'utf8')
}

/** The sections of a page, in order; the first one has the text below the title. */
export function sectionsOf(page: string): readonly Section[] {
  const sections: { heading: string; lines: string[]; fences: Fence[] }[] = []
  let open: { language: string; note: string; lines: string[] } | undefined
  for (const line of page.split('\n')) {
    const section = sections.at(-1)
    if (open !== undefined) {
      if (line === '```') {
        section?.fences.push({ language: open.language, note: open.note, text: open.lines.join('\n') })
        open = undefined
      } else open.lines.push(line)
    } else if (line.startsWith('```')) {
      const [language = '', note = ''] = line.slice(3).split(' ')
      open = { language, note, lines: [] }
    } else if (/^##? /.test(line)) sections.push({ heading: line, lines: [], fences: [] })
    else section?.lines.push(line)
  }
  return sections.map(({ heading, lines, fences }) => ({ heading, fences, text: lines.join('\n').trim() }))
}

/** The examples of a section. */
export function examplesOf({ fences }: Section): readonly Example[] {
  const examples: Example[] = []
  let old: unknown
  for (const { language, note, text } of fences) {
    if (language !== 'yaml' || note === 'policy') continue
    if (note === 'old') old = load(text)
    else {
      examples.push({ object: load(text), old })
      old = undefined
    }
  }
  return examples
}

/** The examples of all rule pages. */
export function examplesOfPages(): readonly Example[] {
  return registry.rules.flatMap(({ meta }) => sectionsOf(pageOf(meta.id)).flatMap(examplesOf))
}

/** The policy for a page's examples; empty if the page has none. */
export function policyOf(sections: readonly Section[]): string {
  for (const { fences } of sections) for (const { note, text } of fences) if (note === 'policy') return text
  return ''
}
