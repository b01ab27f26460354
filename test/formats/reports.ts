import type { Report } from '../../src/formats/index.ts'
import { type Input, isSilenced, type LintOutput, lintInputs } from '../../src/inspect/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import { brokenRule, imageRule, registryOf, stubPolicy } from '../inspect/stubs.ts'

export interface Changes {
  readonly policy?: Policy
  /** Whether the rule that throws runs too. */
  readonly isBroken?: boolean
  readonly showAudit?: boolean
  /** Changes what lint found. */
  readonly change?: (output: LintOutput) => LintOutput
}

/** What the formats get, from inputs whose images are all reported. */
export function reportOf(
  inputs: readonly Input[],
  { policy = stubPolicy(), isBroken = false, showAudit = false, change }: Changes = {},
): Report {
  const registry = isBroken ? registryOf(imageRule, brokenRule) : registryOf(imageRule)
  const found = lintInputs(inputs, { policy, registry, namespace: 'default', now: 0, docsBase: 'https://docs.example' })
  return {
    output: change?.(found) ?? found,
    inputs,
    registry,
    version: '1.2.3',
    docsBase: 'https://docs.example',
    root: 'file:///repo/',
    showAudit,
    fails: (entry) => entry.action !== 'audit' && !isSilenced(entry),
    page: (rule) => `# ${rule}\n\n[other](other.md) ![picture](images/a.svg) [web](https://example.com)\n`,
    locate: (file) => (file.startsWith('/') ? { path: file, isBelowRoot: false } : { path: file, isBelowRoot: true }),
  }
}

/** A Pod as text. */
export function podText(image: string, name = 'web'): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - name: app\n    image: ${image}\n`
}

/** Options of the text format. */
export const plainText = { color: false, showAudit: false, quiet: false } as const

/** A manifest, a file that cannot be read, and a file without findings. */
export const mixed: readonly Input[] = [
  { file: 'k8s/a b.yaml', text: podText('nginx') },
  { file: 'k8s/broken.yaml', text: 'a: {\n' },
  { file: 'gone.yaml', text: '', unreadable: 'cannot read gone.yaml: no such file or directory' },
  { file: 'empty.yaml', text: 'kind: ConfigMap\n' },
]

/** Texts that have a meaning in one of the formats, and characters that XML, terminals or HTTP do not allow. */
export const hostileTexts: readonly string[] = [
  ...[
    'a',
    ' ',
    'nginx:1',
    '|',
    '`',
    '``',
    '<b>',
    '</failure>',
    '<script>',
    ']]>',
    '&amp;',
    '&',
    '"',
    "'",
    '\\',
    '\\|',
    '%',
    '%0A',
    ',',
    ':',
    '::',
  ],
  ...[
    '\n',
    '\r\n',
    '::error::',
    '##[error]',
    '::stop-commands::x',
    '\u0000',
    '\u0008',
    '\u001b[31m',
    '\u0085',
    '\u200b',
    '\u202e',
    '\u2028',
  ],
  ...[
    '\ufffe',
    '\uffff',
    '\ud800',
    '\udc00',
    '🎉',
    '日本',
    '$',
    '$x$',
    '@user',
    '#1',
    'https://example.com',
    'www.example.com',
    '[x](y)',
    '*',
    '_',
  ],
  ...['~', '!', '{', '}', '<!--', '-->', '---', '= ', '\t', '../', '/', 'C:\\'],
]
