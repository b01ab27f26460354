/** docs/catalogue.md: every command that the rehearsal knows, from the models' own forms. */
import { commandModels } from '../../src/script/commands/catalogue.ts'
import type { CommandModel } from '../../src/script/commands/command.ts'
import type { Output } from './output.ts'

const heading = `<!-- Made by npm run generate from the command models in src/script/commands. Do not edit. -->

# Commands that initlint rehearses

What each command does when a script runs again on what the first run left behind. _Safe when_ names the option or the guard that makes
the repeat harmless; where it is empty, nothing is needed. Any other command, and any option that is not understood, is unknown: the
verdict is then never \`safe\`, and never \`unsafe\` for its sake.
`

/** A text in a cell of a table: bars would end the cell, and angle brackets begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

/** A command line in a cell: within backticks only the bar has to be escaped. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}

function sectionTable(section: string, models: readonly CommandModel[]): string {
  const rows = models.flatMap(({ forms }) =>
    forms.map(({ form, again, safeWhen }) => `| ${code(form)} | ${cell(again)} | ${cell(safeWhen)} |\n`),
  )
  const names = [...new Set(models.flatMap((model) => model.names))].sort()
  return [
    `\n## ${section[0]?.toUpperCase()}${section.slice(1)}\n\n`,
    names.map((name) => `\`${name}\``).join(' '),
    '\n\n| form | run again | safe when |\n| --- | --- | --- |\n',
    ...rows,
  ].join('')
}

/** The catalogue, one table for each section, in the order of the models. */
export const catalogueDocs: Output = {
  path: 'docs/catalogue.md',
  text: () => {
    const sections = [...new Set(commandModels.map(({ section }) => section))]
    return (
      heading +
      sections
        .map((section) =>
          sectionTable(
            section,
            commandModels.filter((model) => model.section === section),
          ),
        )
        .join('')
    )
  },
}
