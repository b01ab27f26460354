/** What a piece of the text output is, so that a terminal can show it in its own way. */
export type Tone = 'place' | 'error' | 'warning' | 'info' | 'faint'

/** Puts the colours of a tone around a text; the command line brings one, files and HTTP answers have none. */
export type Paint = (tone: Tone, text: string) => string

/** No colours. */
export const plain: Paint = (_tone, text) => text
