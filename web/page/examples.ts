/** The examples to choose from: those of the repository. */

const files = import.meta.glob<string>('../../examples/{*.yaml,book/*.yaml}', { query: '?raw', import: 'default', eager: true })

export interface Example {
  /** `kiada`, `book/01-init-before-app`. */
  readonly name: string
  readonly text: string
}

export const examples: readonly Example[] = Object.entries(files)
  .map(([path, text]) => ({ name: path.replace(/^.*\/examples\//, '').replace(/\.yaml$/, ''), text }))
  // The book after the others, each part in order.
  .sort((a, b) => Number(a.name.includes('/')) - Number(b.name.includes('/')) || (a.name < b.name ? -1 : 1))

/** The examples by the directory below examples/; '' for those that are in none. */
export const exampleGroups: ReadonlyMap<string, readonly Example[]> = Map.groupBy(examples, ({ name }) =>
  name.split('/').slice(0, -1).join('/'),
)

/** The example that the page opens with. */
export const firstExample = examples.find(({ name }) => name === 'kiada')?.text ?? ''

/** What the policy tab opens with: the default, spelled out. */
export const firstPolicy = `apiVersion: initlint.dev/v1alpha1
kind: Policy
preset: recommended   # recommended | strict | audit-only | off
`
