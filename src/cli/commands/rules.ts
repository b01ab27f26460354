import type { Command } from 'commander'
import { renderPage } from '../../formats/index.ts'
import { defaultDocsBase } from '../../inspect/output.ts'
import { renderRulesText, ruleEntry } from '../../inspect/rules.ts'
import type { AnyRule } from '../../lint/rule.ts'
import { safeText, shorten } from '../../lint/text.ts'
import { ruleSuggestion } from '../../policy/suggestion.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { type ColorChoice, colorFor, colorOption } from '../color.ts'
import { type CommandContext, examples, formatOption, printJson } from '../command.ts'
import { UsageError } from '../exit.ts'
import { rulePage } from '../package.ts'

interface RulesFlags {
  readonly format: 'text' | 'json'
  readonly color: ColorChoice
}

/** Adds `rules`. */
export function addRules(program: Command, { io }: CommandContext): void {
  program
    .command('rules')
    .summary('list all rules or explain one')
    .description(
      'Lists all rules, or prints the page of one rule: rationale, a bad and a good example, and what kubectl shows.\n\nOn a terminal, and with --color always, a page is laid out for reading; otherwise it is printed as Markdown.',
    )
    .argument('[id]', 'id of a rule')
    .addOption(formatOption())
    .addOption(colorOption())
    .addHelpText('after', examples(['initlint rules', 'list all rules'], ['initlint rules image-latest', 'explain one rule']))
    .action((id: string | undefined, { format, color }: RulesFlags) => {
      const registry = defaultRegistry()
      if (id === undefined) {
        if (format === 'text') io.stdout(renderRulesText(registry))
        else printJson(io, { rules: registry.rules.map((rule) => ruleEntry(rule, defaultDocsBase)) })
        return
      }
      const rule = registry.get(id)
      const unknown = `unknown rule "${shorten(safeText(id), 80)}"${ruleSuggestion(id, registry)} (initlint rules lists all rules)`
      if (rule === undefined) throw new UsageError(unknown)
      if (format === 'json') printJson(io, ruleEntry(rule, defaultDocsBase))
      else {
        const page = rulePage(id) ?? shortPage(rule)
        const isLaidOut = io.isTerminal.stdout || color === 'always'
        io.stdout(isLaidOut ? renderPage(page, { columns: io.columns || defaultColumns, color: colorFor(io, color) }) : page)
      }
    })
}

/** The width of a terminal that does not say how wide it is. */
const defaultColumns = 80

/** The texts of the rule itself, for a package without rule pages. */
function shortPage({ meta }: AnyRule): string {
  return `# ${meta.id}\n\n${meta.summary}\n\n${meta.rationale}\n\n${meta.remediation}\n`
}
