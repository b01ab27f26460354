/** Texts for terminals, HTTP headers and logs, made of what strangers wrote. */

/**
 * Control characters (kube-apiserver drops a warning that holds one) and characters that change the direction or the look of what
 * follows (it does not drop those): Unicode Cc, Cf, line and paragraph separators.
 */
const unsafeCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The text with every unsafe character and lone surrogate replaced by U+FFFD. */
export function safeText(text: string): string {
  return text.toWellFormed().replace(unsafeCharacters, '\uFFFD')
}

/** The text cut to a number of characters (code points), with an ellipsis in place of what is missing. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  const characters = [...text.slice(0, limit * 2)]
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`
}

const placeholder = /\{\{(\w+)\}\}/g

/**
 * Fills a message template. Values are made safe and cut to `limit` characters each.
 * A placeholder without a value stays as it is: tests of every rule refuse that.
 */
export function fillTemplate(template: string, data: Readonly<Record<string, string | number>>, limit: number): string {
  return template.replace(placeholder, (whole, name: string) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined
    return value === undefined ? whole : shorten(safeText(String(value)), limit)
  })
}
