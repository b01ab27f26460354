/** The formats of the findings of lint, and those that need nothing but the findings. */
import { type LintTextOptions, renderLintText } from '../inspect/lint-text.ts'
import type { Input, LintOutput } from '../inspect/output.ts'

export const lintFormats = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'checkstyle', 'markdown'] as const

/** A format of the findings of lint. */
export type LintFormat = (typeof lintFormats)[number]

/** What the findings are made from. */
interface Found {
  readonly output: LintOutput
  readonly inputs: readonly Input[]
}

/** The formats of initlint itself. */
export const ownFormats = {
  text: ({ output, inputs }: Found, options: LintTextOptions) => renderLintText(output, inputs, options),
  json: ({ output }: Found, _options: LintTextOptions) => `${JSON.stringify(output, null, 2)}\n`,
} as const
