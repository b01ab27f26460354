import { styleText } from 'node:util'
import type { Paint, Tone } from '../inspect/index.ts'
import type { Io } from './io.ts'

const styles: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  place: 'bold',
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
  faint: 'dim',
}

/** The colours for standard output: only on a terminal, and not where NO_COLOR is set to anything (no-color.org). */
export function colourFor(io: Io): Paint | false {
  if (!io.isTerminal.stdout || io.env.NO_COLOR || io.env.TERM === 'dumb') return false
  return (tone, text) => styleText(styles[tone], text, { validateStream: false })
}
