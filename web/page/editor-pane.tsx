import { useEffect, useRef } from 'preact/hooks'
import { Editor, type Marks } from './editor.ts'

interface EditorPaneProps {
  readonly label: string
  readonly text: string
  readonly placeholder?: string
  readonly marks: Marks
  /** Receives the editor. */
  readonly editor: { current: Editor | undefined }
  onChange(text: string): void
}

/** An editor that lives as long as the page; `text` is only its first text. */
export function EditorPane({ label, text, placeholder, marks, editor, onChange }: EditorPaneProps) {
  const host = useRef<HTMLDivElement>(null)
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    if (host.current === null || editor.current !== undefined) return
    editor.current = new Editor(host.current, { label, text, placeholder, onChange: (changed) => latest.current(changed) })
  }, [])
  useEffect(() => editor.current?.setMarks(marks), [marks])
  return <div class="editor" ref={host} />
}
