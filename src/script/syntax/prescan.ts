/** Checks on the text of a script before it is parsed. */

/** Output formats of tools, which the tool itself evaluates: `kubectl get -o go-template='{{…}}'`, `--format '{{…}}'`. */
const outputFormat = /(?:go-template|--template|--format)[= ]?(?:'[^']*'|"[^"]*"|\S*)/g

/** Placeholders that `sed` itself replaces: `s/{{NAME}}/…/`. A template tool would leave nothing to replace. */
const replacedBySed = /\bs([/|#,@!~:])\{\{[\w .-]{1,100}\}\}\1/g

/** Whether the text contains double braces that a template tool would replace before the shell sees them. */
export function holdsTemplate(text: string): boolean {
  return text.includes('{{') && text.replace(outputFormat, '').replace(replacedBySed, '').includes('{{')
}

/** Maximum number of `<<` in a script. Scripts of public repositories have some tens. */
const maxHereDocuments = 1000

/** Whether there are too many here-documents: the parser's time grows with the square of their number on one line. */
export function hasTooManyHereDocuments(text: string): boolean {
  let count = 0
  for (let index = text.indexOf('<<'); index !== -1; index = text.indexOf('<<', index + 2)) if (++count > maxHereDocuments) return true
  return false
}

/** Maximum nesting of parentheses and braces that is read. */
const maxNesting = 200

/**
 * Whether parentheses or braces are nested too deeply. The parser's time grows with the square of the nesting, so this runs first. It
 * ignores quotes, which is good enough: scripts close what they open, and the patterns of `case` only close.
 */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0
  for (const [sign] of text.matchAll(/[(){}]/g)) {
    depth = sign === '(' || sign === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > maxNesting) return true
  }
  return false
}
