import { Argument, type Command } from 'commander'
import { defaultRegistry } from '../../rules/registry.ts'
import { conditionForms } from '../../startup/scenario/conditions.ts'
import { type CommandContext, examples } from '../command.ts'
import { type Candidate, candidates, type ValueSource } from '../completion/candidates.ts'
import { completionScript, type Shell, shells } from '../completion/scripts.ts'

/** Adds `completion`, and the hidden command `complete` that its scripts run. */
export function addCompletion(program: Command, { io }: CommandContext): void {
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Prints a script that lets a shell complete commands, options and their values.')
    .addArgument(new Argument('<shell>', 'shell').choices(shells))
    .addHelpText(
      'after',
      examples(
        ['source <(initlint completion bash)', 'bash, for this session; add it to ~/.bashrc to keep it'],
        ['source <(initlint completion zsh)', 'zsh; add it to ~/.zshrc after compinit'],
        ['initlint completion fish > ~/.config/fish/completions/initlint.fish', 'fish'],
        ['initlint completion powershell | Out-String | Invoke-Expression', 'PowerShell; add it to $PROFILE'],
      ),
    )
    .action((shell: Shell) => io.stdout(completionScript(shell)))
  program
    .command('complete', { hidden: true })
    .argument('[words...]', 'the words after the program name; the last one is being typed and follows a dot')
    .allowUnknownOption()
    .action((words: readonly string[]) => {
      const typed = words.at(-1)?.slice(1) ?? ''
      for (const { value, description } of candidates(program, [...words.slice(0, -1), typed], values)) {
        io.stdout(`${value}\t${description.replaceAll(/\s+/g, ' ')}\n`)
      }
    })
}

const rules = (): readonly Candidate[] => defaultRegistry().rules.map(({ meta }) => ({ value: meta.id, description: meta.summary }))

const values: ValueSource = {
  'rules [id]': rules,
  '--rule': rules,
  '--off': rules,
  '--if': () => conditionForms.map((form) => ({ value: form.replace(/(?<==)[A-Z].*|\[.*/, ''), description: form })),
}
