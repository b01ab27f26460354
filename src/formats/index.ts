import type { LintTextOptions } from '../inspect/lint-text.ts'
import { renderCheckstyle } from './checkstyle.ts'
import { type LintFormat, ownFormats } from './format.ts'
import { renderGithub } from './github.ts'
import { renderGitlab } from './gitlab.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import type { Report } from './report.ts'
import { renderSarif } from './sarif.ts'

export { type LintFormat, lintFormats } from './format.ts'
export type { FileLocation, Report } from './report.ts'
export { renderPage } from './terminal-page.ts'

const renderers: Readonly<Record<LintFormat, (report: Report, options: LintTextOptions) => string>> = {
  ...ownFormats,
  sarif: renderSarif,
  github: renderGithub,
  gitlab: renderGitlab,
  junit: renderJunit,
  checkstyle: renderCheckstyle,
  markdown: renderMarkdown,
}

/**
 * The findings in a format, with a line feed at the end of each line.
 * @param options for text
 */
export function renderReport(format: LintFormat, report: Report, options: LintTextOptions): string {
  return renderers[format](report, options)
}
