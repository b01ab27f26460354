import { useRef, useState } from 'preact/hooks'
import { type LinkedDocument, makeLink } from '../link/link.ts'
import { copied } from './copy-button.tsx'
import type { EngineClient } from './engine-client.ts'

interface ShareProps {
  readonly engine: EngineClient
  readonly document: LinkedDocument
}

type State =
  | { readonly kind: 'asking'; readonly found: readonly string[] }
  | { readonly kind: 'made'; readonly url: string; readonly isCopied: boolean }
  | { readonly kind: 'failed'; readonly problem: string }

/** Makes a link with the document in its fragment, and asks first if the link would reveal what may be a secret. */
export function Share({ engine, document }: ShareProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [state, setState] = useState<State>({ kind: 'asking', found: [] })
  const show = (next: State): void => {
    setState(next)
    if (dialog.current?.open === false) dialog.current.showModal()
  }
  const make = async (): Promise<void> => {
    const made = await makeLink(document)
    if (!made.ok) return show({ kind: 'failed', problem: made.problem })
    const url = `${location.href.replace(/#.*$/, '')}${made.fragment}`
    show({ kind: 'made', url, isCopied: await copied(url) })
  }
  const start = async (): Promise<void> => {
    const outcome = await engine.ask('sensitive', { manifest: document.manifest, policy: document.policy })
    if (outcome.kind === 'superseded') return
    const found = outcome.kind === 'answered' ? outcome.answer.found : ['a text that could not be checked']
    return found.length === 0 ? make() : show({ kind: 'asking', found })
  }
  const close = (): void => dialog.current?.close()
  return (
    <>
      <button type="button" onClick={start}>
        Share a link
      </button>
      <dialog ref={dialog} aria-labelledby="share-heading">
        {state.kind === 'asking' && (
          <>
            <h2 id="share-heading">The link would contain what may be secret</h2>
            <ul>
              {state.found.map((phrase) => (
                <li key={phrase}>{phrase}</li>
              ))}
            </ul>
            <p>Everyone who gets the link can read the whole document. It stays in chats, histories and logs of those who open it.</p>
            <p class="actions">
              <button type="button" class="primary" onClick={close}>
                Cancel
              </button>
              <button type="button" onClick={make}>
                Make the link anyway
              </button>
            </p>
          </>
        )}
        {state.kind === 'made' && (
          <>
            <h2 id="share-heading">{state.isCopied ? 'The link is copied' : 'Copy the link'}</h2>
            <p>
              <input type="text" readOnly value={state.url} aria-label="Link" onFocus={({ currentTarget }) => currentTarget.select()} />
            </p>
            <p class="quiet">The document is in the part after #, which browsers do not send to servers.</p>
          </>
        )}
        {state.kind === 'failed' && (
          <>
            <h2 id="share-heading">There is no link</h2>
            <p>{state.problem}</p>
          </>
        )}
        {state.kind !== 'asking' && (
          <p class="actions">
            <button type="button" class="primary" onClick={close}>
              Close
            </button>
          </p>
        )}
      </dialog>
    </>
  )
}
