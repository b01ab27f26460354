/** Edits of a text: which ones can be applied together, and the text that they lead to. */

/** Replaces a range; offsets in UTF-16 code units. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Edits that are applied together or not at all, with what they are for. */
export interface EditGroup<Purpose> {
  readonly edits: readonly Edit[]
  readonly purpose: Purpose
}

export interface Selection<Purpose> {
  /** Disjoint and ascending; equal edits of several groups count once. */
  readonly edits: readonly Edit[]
  readonly purposes: readonly Purpose[]
}

/** An edit and the groups that have it, in ascending order. */
interface PlacedEdit {
  readonly edit: Edit
  readonly groups: readonly number[]
}

/** Chooses groups of which no two overlap. The first group is always among them; of two that overlap, one must wait. */
export function selectGroups<Purpose>(groups: readonly EditGroup<Purpose>[]): Selection<Purpose> {
  const waiting = new Set<number>()
  const firstOf = ({ groups }: PlacedEdit): number => groups.find((group) => !waiting.has(group)) ?? Number.POSITIVE_INFINITY
  let last: PlacedEdit | undefined
  for (const each of placedEdits(groups)) {
    if (firstOf(each) === Number.POSITIVE_INFINITY) continue
    if (last === undefined || firstOf(last) === Number.POSITIVE_INFINITY || !overlap(last.edit, each.edit)) last = each
    else if (firstOf(each) < firstOf(last)) {
      for (const group of last.groups) waiting.add(group)
      last = each
    } else for (const group of each.groups) waiting.add(group)
  }
  const chosen = groups.filter((_, group) => !waiting.has(group))
  return { edits: distinct(chosen.flatMap(({ edits }) => edits)), purposes: chosen.map(({ purpose }) => purpose) }
}

/** The edits of all groups in the order of the text. */
function placedEdits(groups: readonly EditGroup<unknown>[]): readonly PlacedEdit[] {
  const placed = new Map<string, { readonly edit: Edit; readonly groups: number[] }>()
  for (const [group, { edits }] of groups.entries()) {
    for (const edit of edits) {
      const key = `${edit.start} ${edit.end} ${edit.text}`
      const known = placed.get(key)
      if (known === undefined) placed.set(key, { edit, groups: [group] })
      else if (known.groups.at(-1) !== group) known.groups.push(group)
    }
  }
  return [...placed.values()].sort((a, b) => compareEdits(a.edit, b.edit))
}

/** The edits in ascending order, each one once. */
export function distinct(edits: readonly Edit[]): readonly Edit[] {
  const sorted = [...edits].sort(compareEdits)
  return sorted.filter((edit, index) => index === 0 || compareEdits(sorted[index - 1] ?? edit, edit) !== 0)
}

function compareEdits(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end || (a.text < b.text ? -1 : Number(a.text > b.text))
}

/** Also two insertions at one place: their order would be arbitrary. @param a starts before `b` or with it */
function overlap(a: Edit, b: Edit): boolean {
  return a.start === b.start || a.end > b.start
}

const byteOrderMark = '\uFEFF'

/** The text with disjoint, ascending edits. Offsets do not count a byte order mark, which remains. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  const skipped = text.startsWith(byteOrderMark) ? 1 : 0
  const parts: string[] = []
  let place = 0
  for (const edit of edits) {
    parts.push(text.slice(place, edit.start + skipped), edit.text)
    place = edit.end + skipped
  }
  parts.push(text.slice(place))
  return parts.join('')
}
