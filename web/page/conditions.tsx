import { useState } from 'preact/hooks'
import type { ConditionTargets } from '../engine/protocol.ts'

interface ConditionsProps {
  readonly targets: ConditionTargets
  /** The conditions that hold, as for `explain --if`. */
  readonly selected: readonly string[]
  onChange(conditions: readonly string[]): void
}

/** A kind of condition: its word in `explain --if`, what the switch says, and what it can be about. */
interface Kind {
  readonly word: string
  readonly title: string
  /** Null if it is about the node. */
  readonly targets: keyof ConditionTargets | null
  /** A number that the condition may have, after a separator. */
  readonly number?: { readonly title: string; readonly separator: string; readonly most: number }
}

/** All conditions of `explain --if` (docs/explain.md), in the order in which a start meets them. */
export const conditionKinds: readonly Kind[] = [
  {
    word: 'registry-down',
    title: 'Registry is down',
    targets: 'registries',
    number: { title: 'after seconds', separator: '@', most: 86_400 },
  },
  { word: 'unauthorized', title: 'Registry rejects the credentials', targets: 'registries' },
  { word: 'image-missing', title: 'Image is missing from its registry', targets: 'images' },
  { word: 'image-cached', title: 'Image is on the node already', targets: 'images' },
  { word: 'repushed', title: 'Image is pushed again', targets: 'images' },
  { word: 'fixed', title: 'Image cannot be pulled until the manifest is corrected', targets: 'images' },
  {
    word: 'init-fails',
    title: 'Init container fails',
    targets: 'initContainers',
    number: { title: 'times', separator: ':', most: 100 },
  },
  { word: 'killed-in', title: 'Init container is killed', targets: 'initContainers' },
  { word: 'container-dies', title: 'Container dies', targets: 'longRunning' },
  { word: 'node-reboots', title: 'Node reboots', targets: null, number: { title: 'after seconds', separator: '=', most: 86_400 } },
]

/** Switches for the conditions under which the pods start; all that are on hold together. */
export function Conditions({ targets, selected, onChange }: ConditionsProps) {
  const shown = conditionKinds.filter(({ targets: key }) => key === null || targets[key].length > 0)
  return (
    <fieldset class="conditions">
      <legend>What if …</legend>
      {selected.length > 0 && (
        <p>
          <button type="button" class="small" onClick={() => onChange([])}>
            Reset the conditions
          </button>
        </p>
      )}
      {shown.map((kind) => (
        <details key={kind.word} open={selected.some((condition) => wordOf(condition) === kind.word)}>
          <summary>{kind.title}</summary>
          {(kind.targets === null ? [''] : targets[kind.targets]).map((target) => (
            <Switch key={target} kind={kind} target={target} selected={selected} onChange={onChange} />
          ))}
        </details>
      ))}
    </fieldset>
  )
}

function wordOf(condition: string): string {
  return condition.split('=', 1)[0] ?? ''
}

type SwitchProps = Omit<ConditionsProps, 'targets'> & { readonly kind: Kind; readonly target: string }

function Switch({ kind, target, selected, onChange }: SwitchProps) {
  const { word, number } = kind
  const bare = target === '' ? word : `${word}=${target}`
  const current = selected.find(
    (condition) => condition === bare || (number !== undefined && isWithNumber(condition, bare, number.separator)),
  )
  const [count, setCount] = useState('')
  const value = current === undefined ? count : current.slice(bare.length + 1)
  const others = selected.filter((condition) => condition !== current)
  const set = (isOn: boolean, text: string): void => {
    setCount(text)
    if (isOn) onChange([...others, text === '' ? bare : `${bare}${number?.separator ?? ''}${text}`])
    else onChange(others)
  }
  return (
    <div class="switch">
      <label>
        <input type="checkbox" checked={current !== undefined} onChange={({ currentTarget }) => set(currentTarget.checked, value)} />{' '}
        {target === '' ? kind.title : <code>{target}</code>}
      </label>
      {number !== undefined && (
        <label class="quiet">
          {number.title}{' '}
          <input
            type="number"
            min={number.separator === ':' ? 1 : 0}
            max={number.most}
            value={value}
            placeholder={number.separator === ':' ? 'all' : number.separator === '@' ? '0' : 'ready'}
            onInput={({ currentTarget }) => set(current !== undefined, currentTarget.value.replace(/\D/g, '').slice(0, 5))}
          />
        </label>
      )}
    </div>
  )
}

/** A target can contain the separator itself: a registry or an image has a port. */
function isWithNumber(condition: string, bare: string, separator: string): boolean {
  return condition.startsWith(`${bare}${separator}`) && /^\d+$/.test(condition.slice(bare.length + 1))
}
