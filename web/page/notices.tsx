interface Placed {
  readonly line: number | null
  readonly message: string
}

/** Messages about a text, each with its line if it has one. */
export function Notices({ of, isError = false }: { readonly of: readonly Placed[]; readonly isError?: boolean }) {
  return (
    <>
      {of.map(({ line, message }, index) => (
        <p key={index} class={isError ? 'notice error' : 'notice'}>
          {line === null ? '' : `Line ${line}: `}
          {message}
        </p>
      ))}
    </>
  )
}
