import { styleText } from 'node:util'
import { Option } from 'commander'
import type { Paint, Tone } from '../inspect/paint.ts'
import type { Io } from './io.ts'

const styles: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  place: 'bold',
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
  faint: 'dim',
}

/** The value of `--color`. */
export type ColorChoice = 'auto' | 'always' | 'never'

/** `--color auto|always|never`. */
export function colorOption(): Option {
  return new Option('--color <when>', 'color text output; auto: on a terminal').choices(['auto', 'always', 'never']).default('auto')
}

/** The colors for standard output; false for none. */
export function colorFor(io: Io, choice: ColorChoice = 'auto'): Paint | false {
  if (!isColored(io, choice)) return false
  return (tone, text) => styleText(styles[tone], text, { validateStream: false })
}

/**
 * `--color` decides, then FORCE_COLOR (force-color.org; 0 and false turn colors off, as in Node), then NO_COLOR (no-color.org), then
 * whether standard output is a terminal that has colors.
 */
function isColored({ env, isTerminal }: Io, choice: ColorChoice): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTerminal.stdout && !env.NO_COLOR && env.TERM !== 'dumb'
}
