import type { PolicyDocument } from '../policy/document.ts'

/** The overrides and exemptions that apply only to some users: `overrides[2]`. */
export function undecidedEntries({ overrides = [], exemptions = [] }: Partial<PolicyDocument>): readonly string[] {
  const named = (list: string, entries: readonly { readonly match?: { readonly users?: readonly string[] } }[]): readonly string[] =>
    entries.flatMap(({ match }, index) => (match?.users === undefined ? [] : [`${list}[${index}]`]))
  return [...named('overrides', overrides), ...named('exemptions', exemptions)]
}
