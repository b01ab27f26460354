import type { ComponentChildren } from 'preact'

export interface Tab<Id extends string> {
  readonly id: Id
  readonly title: ComponentChildren
}

interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Id>[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
}

/** Tabs as in the ARIA Authoring Practices Guide: arrow keys move between them, Tab goes to the panel. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect }: TabsProps<Id>) {
  const move = (event: KeyboardEvent): void => {
    const current = tabs.findIndex(({ id }) => id === selected)
    const places: Readonly<Record<string, number>> = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: tabs.length - 1 }
    const place = places[event.key]
    const next = place === undefined ? undefined : tabs[(place + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    onSelect(next.id)
    document.getElementById(`tab-${next.id}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={id === selected}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
        >
          {title}
        </button>
      ))}
    </div>
  )
}

interface PanelProps {
  readonly id: string
  readonly isSelected: boolean
  readonly children: ComponentChildren
}

/** What a tab shows. */
export function Panel({ id, isSelected, children }: PanelProps) {
  return (
    <div class="panel" role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`} hidden={!isSelected}>
      {children}
    </div>
  )
}
