import type { Block, Inline } from './markdown-tree.ts'

interface MarkdownProps {
  readonly blocks: readonly Block[]
  /** Shows the page of another rule. */
  onRule(id: string): void
  /** Opens an example in the editor. */
  onExample(text: string): void
}

/** A page in Markdown, as elements: no text becomes HTML. */
export function Markdown({ blocks, ...handlers }: MarkdownProps) {
  return (
    <>
      {blocks.map((block, index) => (
        <ShownBlock key={index} block={block} {...handlers} />
      ))}
    </>
  )
}

type BlockProps = { readonly block: Block } & Omit<MarkdownProps, 'blocks'>

function ShownBlock({ block, ...handlers }: BlockProps) {
  const inside = (inlines: readonly Inline[]) => <Inlines inlines={inlines} onRule={handlers.onRule} />
  switch (block.kind) {
    case 'heading': {
      // The page is part of a section whose heading is an h2.
      const Heading = `h${Math.min(block.depth + 2, 6)}` as 'h3'
      return <Heading>{inside(block.inside)}</Heading>
    }
    case 'paragraph':
      return <p>{inside(block.inside)}</p>
    case 'code':
      return <Code {...block} onExample={handlers.onExample} />
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul'
      return (
        <List>
          {block.items.map((item, index) => (
            <li key={index}>
              <Markdown blocks={item} {...handlers} />
            </li>
          ))}
        </List>
      )
    }
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it (WCAG 2.1.1)
        <section class="scroll" tabIndex={0} aria-label="Table">
          <table>
            <thead>
              <tr>
                {block.head.map((cell, index) => (
                  <th key={index} scope="col">
                    {inside(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column}>{inside(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )
  }
}

/** Whether a block of code is a manifest that the page can check. */
function isManifest(language: string, text: string): boolean {
  return language === 'yaml' && /^kind: /m.test(text) && /^apiVersion: (?!initlint)/m.test(text)
}

function Code({ language, text, onExample }: { readonly language: string; readonly text: string; onExample(text: string): void }) {
  return (
    <div class="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it (WCAG 2.1.1) */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      {isManifest(language, text) && (
        <button type="button" class="small" onClick={() => onExample(`${text}\n`)}>
          Open in the editor
        </button>
      )}
    </div>
  )
}

interface InlinesProps {
  readonly inlines: readonly Inline[]
  onRule(id: string): void
}

function Inlines({ inlines, onRule }: InlinesProps) {
  return (
    <>
      {inlines.map((inline, index) => (
        <ShownInline key={index} inline={inline} onRule={onRule} />
      ))}
    </>
  )
}

function ShownInline({ inline, onRule }: { readonly inline: Inline; onRule(id: string): void }) {
  switch (inline.kind) {
    case 'text':
      return <>{inline.text}</>
    case 'code':
      return <code>{inline.text}</code>
    case 'strong':
    case 'em': {
      const Tag = inline.kind
      return (
        <Tag>
          <Inlines inlines={inline.inside} onRule={onRule} />
        </Tag>
      )
    }
    case 'link':
      return <Link href={inline.href} inside={inline.inside} onRule={onRule} />
  }
}

/** Links to other rules stay in the page; those to other pages of the docs are only text, because the page is also used without network. */
function Link({ href, inside, onRule }: { readonly href: string; readonly inside: readonly Inline[]; onRule(id: string): void }) {
  const shown = <Inlines inlines={inside} onRule={onRule} />
  const [, rule] = /^(?:\.\.\/)?([a-z-]+)(?:\/rule)?\.md$/.exec(href) ?? []
  if (rule !== undefined) {
    return (
      <button type="button" class="link" onClick={() => onRule(rule)}>
        {shown}
      </button>
    )
  }
  if (!/^https:\/\//.test(href)) return <>{shown}</>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {shown}
    </a>
  )
}
