import { useEffect, useState } from 'preact/hooks'
import { Markdown } from './markdown.tsx'
import type { Block } from './markdown-tree.ts'

type Pages = Readonly<Record<string, readonly Block[]>>

interface RulePageProps {
  readonly rule: string
  onRule(id: string): void
  onExample(text: string): void
}

/** The page of a rule. The pages are loaded with the first one that is shown. */
export function RulePage({ rule, ...handlers }: RulePageProps) {
  const [pages, setPages] = useState<Pages | null>(null)
  useEffect(() => {
    import('virtual:rule-pages').then(({ default: loaded }) => setPages(loaded))
  }, [])
  if (pages === null) return <p class="quiet">Loading …</p>
  const page = Object.hasOwn(pages, rule) ? pages[rule] : undefined
  return page === undefined ? <p>There is no page for {rule}.</p> : <Markdown blocks={page} {...handlers} />
}
