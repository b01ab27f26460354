/** The same as plain text, folded. */
export function AsText({ text }: { readonly text: string }) {
  return (
    <details>
      <summary>As text</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it (WCAG 2.1.1) */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  )
}
