import { useState } from 'preact/hooks'

interface CopyButtonProps {
  readonly text: string
  readonly children: string
}

/** Copies a text. */
export function CopyButton({ text, children }: CopyButtonProps) {
  const [outcome, setOutcome] = useState('')
  const copy = async (): Promise<void> => {
    setOutcome((await copied(text)) ? 'Copied.' : 'The browser did not allow it; select the text and copy it.')
  }
  return (
    <span class="copy">
      <button type="button" class="small" onClick={copy}>
        {children}
      </button>
      <span role="status" class="quiet">
        {outcome}
      </span>
    </span>
  )
}

/** Copies a text to the clipboard. Browsers allow it only to pages over HTTPS or from this machine. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
