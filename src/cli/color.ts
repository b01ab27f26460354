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

/** The colors for standard output; false unless it is a terminal and NO_COLOR is unset or empty (no-color.org). */
export function colorFor(io: Io): Paint | false {
  if (!io.isTerminal.stdout || io.env.NO_COLOR || io.env.TERM === 'dumb') return false
  return (tone, text) => styleText(styles[tone], text, { validateStream: false })
}
