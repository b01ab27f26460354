/** What is wrong with a text that is not YAML, for people who do not know the words of the YAML specification. */
import type { Event } from 'js-yaml'
import { collectionKeyIn } from './collection-keys.ts'

/** By the reasons that js-yaml gives (`throwError` in its parser). Others are clear enough. */
const problems: Readonly<Record<string, string>> = {
  'bad indentation of a mapping entry':
    'this does not belong to the mapping above; check the indentation, and quote text with special characters',
  'bad indentation of a sequence entry': 'this does not belong to the list above; check the indentation',
  'deficient indentation': 'a bracket or a quotation mark is not closed, or this line is not indented',
  'end of the stream or a document separator is expected':
    'this does not belong to the document above; check the indentation, and that a space follows each colon',
  'can not read a block mapping entry; a multiline key may not be an implicit key':
    'the text before this has no colon, or a line of a longer text is not indented',
  'a whitespace character is expected after the key-value separator within a block mapping': 'a space is missing after the colon',
  'tab characters must not be used in indentation': 'tabs cannot indent lines; use spaces',
  'missed comma between flow collection entries': 'a comma or a closing bracket is missing',
  'unexpected end of the stream within a flow collection': 'a bracket is not closed',
  'unexpected end of the stream within a double quoted scalar': 'a double quotation mark is not closed',
  'unexpected end of the stream within a single quoted scalar': 'a single quotation mark is not closed',
  'unknown escape sequence': 'this escape sequence does not exist; write \\\\ for a backslash within double quotation marks',
}

/** js-yaml constructs objects, whose keys are texts. */
const collectionKey = 'object-based map does not support complex keys'

const unknownAlias = /^unidentified alias "(.*)"$/s

/** A problem, and the offset in the text if it is another than that of js-yaml. */
export interface YamlProblem {
  readonly what: string
  readonly offset?: number
}

/**
 * Says what is wrong in plain words.
 * @param reason that of js-yaml
 * @param parsed the text and its events, if it could be parsed
 */
export function yamlProblem(reason: string, parsed: { readonly text: string; readonly events: readonly Event[] } | undefined): YamlProblem {
  const alias = unknownAlias.exec(reason)?.[1]
  if (alias !== undefined) return { what: `*${alias} refers to an anchor that does not exist; quote text that begins with *` }
  const key = parsed !== undefined && reason === collectionKey ? collectionKeyIn(parsed.events) : undefined
  if (parsed === undefined || key === undefined) return { what: problems[reason] ?? reason }
  const braces = [key - 1, key].find((offset) => offset >= 0 && parsed.text.startsWith('{{', offset))
  return braces === undefined
    ? { what: 'a key must be text, not a mapping or a list', offset: key }
    : { what: '{{ begins a template that is not rendered yet', offset: braces }
}
