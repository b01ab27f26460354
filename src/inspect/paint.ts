/** The role of a piece of text output, which determines its color in a terminal. */
export type Tone = 'place' | 'error' | 'warning' | 'info' | 'faint'

/** Adds the color of a tone to a text; used by the command line in a terminal, not for files and HTTP responses. */
export type Paint = (tone: Tone, text: string) => string

/** No colors. */
export const plain: Paint = (_tone, text) => text
