import type { Command } from 'commander'
import { defaultDocsBase, renderRulesText, ruleEntry } from '../../inspect/index.ts'
import type { AnyRule } from '../../lint/rule.ts'
import { safeText, shorten } from '../../lint/text.ts'
import { ruleSuggestion } from '../../policy/suggestion.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { type CommandContext, examples, formatOption, printJson } from '../command.ts'
import { UsageError } from '../exit.ts'
import { rulePage } from '../package.ts'

interface RulesFlags {
  readonly format: 'text' | 'json'
}

/** Adds `rules`. */
export function addRules(program: Command, { io }: CommandContext): void {
  program
    .command('rules')
    .summary('list the rules, or explain one')
    .description('Lists the rules, or prints the page of one: why, a bad and a good example, what kubectl shows.')
    .argument('[id]', 'a rule')
    .addOption(formatOption())
    .addHelpText('after', examples(['initlint rules', 'all rules'], ['initlint rules image-latest', 'one rule, explained']))
    .action((id: string | undefined, { format }: RulesFlags) => {
      const registry = defaultRegistry()
      if (id === undefined) {
        if (format === 'text') io.stdout(renderRulesText(registry))
        else printJson(io, { rules: registry.rules.map((rule) => ruleEntry(rule, defaultDocsBase)) })
        return
      }
      const rule = registry.get(id)
      const unknown = `there is no rule "${shorten(safeText(id), 80)}"; initlint rules lists them all${ruleSuggestion(id, registry)}`
      if (rule === undefined) throw new UsageError(unknown)
      if (format === 'json') printJson(io, ruleEntry(rule, defaultDocsBase))
      else io.stdout(rulePage(id) ?? shortPage(rule))
    })
}

/** What the rule says of itself, for a package without its pages. */
function shortPage({ meta }: AnyRule): string {
  return `# ${meta.id}\n\n${meta.summary}\n\n${meta.rationale}\n\n${meta.remediation}\n`
}
