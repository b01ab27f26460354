// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Generates scripts from a grammar, and the same with pieces removed or inserted. Equal seeds give equal scripts. */
import * as fc from '../../../support/properties.ts'

const plain = fc.constantFrom(
  'a',
  'b',
  '-f',
  '/data/x',
  'done',
  'in',
  'x=1',
  'a#b',
  '{}',
  '}',
  '[',
  ']',
  '!',
  'ä€😀',
  '*.txt',
  '[ab]?',
  '~/x',
  '--',
  '1',
)
const name = fc.constantFrom('cmd', 'mkdir', 'echo', '[', 'test', ':', '/bin/x', 'my-tool')
const variable = fc.constantFrom('x', 'HOME', 'A_1')

interface Trees {
  readonly word: string
  readonly simple: string

  readonly list: string
}

const depthIdentifier = fc.createDepthIdentifier()

const { list } = fc.letrec<Trees>((tie: fc.LetrecTypedTie<Trees>) => {
  const word = fc.oneof(
    { maxDepth: 3, depthIdentifier },
    plain,
    fc.constantFrom(
      "'a b'",
      "'it''s'",
      '"a $x b"',
      '"\\$x \\` \\" \\a"',
      'a\\ b',
      '"a"\'b\'c',
      '""',
      '$x',
      '${x}',
      '$1',
      '$@',
      '$?',
      '${#x}',
      'a\\\nb',
    ),
    fc
      .tuple(variable, fc.constantFrom(':-', '-', ':=', ':?', '+', '%', '##'), tie('word'))
      .map(([of, operator, value]) => `\${${of}${operator}${value}}`),
    tie('list').map((body) => `$(${body})`),
    tie('list').map((body) => `"$(${body}\n)"`),
    tie('simple').map((body) => (/[`\\]/.test(body) ? 'c' : `\`${body}\``)),
    fc.constantFrom('$((1 + x))', '$((x * (2 - 1)))', '"$((x))"'),
  )
  const words = fc.array(word, { maxLength: 2 })
  const target = fc
    .tuple(fc.constantFrom('>', '>>', '<', '2>', '2>&1 >', '>|', '3<>'), word)
    .map(([operator, file]) => `${operator}${operator === '>' ? '' : ' '}${file}`)
  const redirection = fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: target })
  const simple = fc
    .tuple(fc.constantFrom('', '', '', 'y=1 ', 'y=$(cmd) '), name, words, redirection)
    .map(([assigned, program, rest, file]) => `${assigned}${[program, ...rest, file].filter((part) => part !== '').join(' ')}`)
  const heredoc = fc
    .tuple(
      fc.constantFrom('<<E', '<<-E', "<<'E'", '<< "E"'),
      fc.constantFrom('', 'text\n', '$x `cmd`\n', "it's $(cmd 'a')\n", '\ttab "\n'),
      fc.constantFrom('', ' > /data/f', ' | cmd'),
    )
    .map(([operator, body, rest]) => `cat ${operator}${rest}\n${body}E\n`)
  const block = tie('list')
  const command = fc.oneof(
    { maxDepth: 3, depthIdentifier },
    tie('simple'),
    heredoc,
    fc
      .tuple(block, block, fc.option(block))
      .map(([test, body, other]) => `if ${test}\nthen ${body}\n${other === null ? '' : `else ${other}\n`}fi`),
    fc.tuple(fc.constantFrom('while', 'until'), block, block).map(([kind, test, body]) => `${kind} ${test}\ndo ${body}\ndone`),
    fc.tuple(words, block).map(([values, body]) => `for i in ${values.join(' ')}\ndo ${body}\ndone`),
    fc.tuple(word, block, block).map(([value, one, two]) => `case ${value} in a|b*) ${one}\n;; (*) ${two}\nesac`),
    block.map((body) => `{ ${body}\n}`),
    block.map((body) => `( ${body}\n)`),
    block.map((body) => `f() { ${body}\n}`),
    fc.constantFrom('[[ -f $x && a == b* ]]', '[[ ! -d /a ]]', ':', 'set -e', 'exit 1'),
  )
  const separator = fc.constantFrom('\n', '\n', ' && ', ' || ', ' | ', '; ', ' & ', ' # c\n', '\n! ', ' && ! ')
  const lines = fc
    .array(fc.tuple(command, separator), { minLength: 1, maxLength: 3, depthIdentifier })
    .map((parts) =>
      parts.reduce((text, [next, between], index) => text + (index === 0 ? next : `${text.endsWith('E\n') ? '' : between}${next}`), ''),
    )
  return { word, simple, list: lines }
})

const piece = fc.constantFrom(
  'if',
  'fi',
  'then',
  'do',
  'done',
  'esac',
  '(',
  ')',
  '{',
  '}',
  ';',
  ';;',
  '&&',
  '|',
  '"',
  "'",
  '`',
  '$(',
  '${',
  '<<E',
  '>',
  '&',
  '\n',
  '\\',
  '[[',
  ']]',
  'case x in',
  'f()',
  '!',
)

/** A script with some pieces removed or inserted. */
const broken = fc.tuple(list, fc.array(fc.tuple(fc.nat(), fc.boolean(), piece), { minLength: 1, maxLength: 2 })).map(([text, changes]) => {
  const pieces = text.split(/(?<=\s)|(?=[\s;()"'`])/)
  for (const [place, takesOut, put] of changes) pieces.splice(place % pieces.length, takesOut ? 1 : 0, ...(takesOut ? [] : [` ${put} `]))
  return pieces.join('')
})

/** Scripts that should parse, and as many that are likely not to. */
export function generatedScripts(seed: number, count: number): readonly string[] {
  return [...fc.sample(list, { seed, numRuns: count }), ...fc.sample(broken, { seed, numRuns: count })]
}
