/** Characters that an image reference cannot contain, with a name that makes them visible. */

/** A character of a text. */
export interface NamedCharacter {
  /** As a person reads it: the character and its code point, or the name of an invisible one. */
  readonly character: string
  /** Counted in characters from 1. */
  readonly position: number
  /** The part of the reference, as the subject of a sentence. */
  readonly where: string
}

/** What the parts of a reference may not contain; uppercase letters in a path have a sentence of their own. */
const refused = {
  /** Format characters (Unicode Cf), controls that are no whitespace, fillers and other characters without a shape. */
  invisible: /(?![\t-\r \u0085])(?:[\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\ufe0f)/gu,
  /** What Go's unicode.IsSpace accepts. */
  'white-space': /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/gu,
  host: /[^a-zA-Z0-9.:[\]-]/gu,
  path: /[^a-zA-Z0-9._/-]/gu,
  tag: /[^a-zA-Z0-9._-]/gu,
  digest: /[^a-fA-F0-9]/gu,
} as const

const subjects = {
  invisible: 'it',
  'white-space': 'it',
  host: 'the host',
  path: 'the repository',
  tag: 'a tag',
  digest: 'a digest',
} as const

/** The names of the Unicode Character Database of what a copied text is most likely to contain. */
const names: Readonly<Record<number, string>> = {
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  32: 'space',
  160: 'no-break space',
  173: 'soft hyphen',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8211: 'en dash',
  8212: 'em dash',
  8230: 'horizontal ellipsis',
  8234: 'left-to-right embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  65039: 'variation selector-16',
  65279: 'zero width no-break space',
}

/** The first character that the part cannot contain. @param from where the part begins */
export function characterFault(text: string, part: keyof typeof refused, from = 0): NamedCharacter | undefined {
  const pattern = refused[part]
  pattern.lastIndex = from
  const match = pattern.exec(text)
  if (match === null) return undefined
  return { character: nameOf(match[0]), position: [...text.slice(0, match.index)].length + 1, where: subjects[part] }
}

/** `"é" (U+00E9)`; only the code point and the name of a character that cannot be seen; ASCII characters as they are. */
function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code > 0x20 && code < 0x7f) return character === '"' ? "'\"'" : `"${character}"`
  const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const name = names[code]
  if (/[\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\ufe0f/u.test(character)) return name === undefined ? point : `${point} (${name})`
  return `"${character}" (${name === undefined ? point : `${point}, ${name}`})`
}

/** The text with every character that cannot be seen as an escape (`\n`, `\u200b`), so that a message shows it. */
export function withVisibleCharacters(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const known = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }[character]
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return known ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`)
  })
}
