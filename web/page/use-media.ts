import { useEffect, useState } from 'preact/hooks'

/** Whether a media query matches, also after the window changes. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const take = (): void => setMatches(list.matches)
    list.addEventListener('change', take)
    return () => list.removeEventListener('change', take)
  }, [query])
  return matches
}
