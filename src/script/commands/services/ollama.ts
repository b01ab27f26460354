/** ollama (github.com/ollama/ollama, cmd/cmd.go): models are kept by the digest of their layers, and named when they are complete. */
import { runsAs } from '../../shape/servers.ts'
import { empty, textOf } from '../../value/value.ts'
import { type CommandModel, command } from '../command.ts'
import { reading } from '../kit/options.ts'
import { runService, type ServiceTool } from '../kit/service.ts'

const ollama: ServiceTool = {
  names: ['ollama'],
  section: 'object stores',
  service: 'ollama',
  forms: [{ form: 'ollama pull, create', again: 'no change', safeWhen: '' }],
  style: 'pflag',
  values: ['-f', '--file', '-q', '--quantize', '--keepalive', '--format'],
  flags: [
    '--insecure',
    '--verbose',
    '--nowordwrap',
    '--modelfile',
    '--license',
    '--parameters',
    '--system',
    '--template',
    '-v',
    '--version',
  ],
  rules: [
    { words: ['pull'], effect: 'puts', kind: 'model' },
    { words: ['create'], effect: 'puts', kind: 'model' },
    { words: ['list'], effect: 'lists', kind: 'model' },
    { words: ['ls'], effect: 'lists', kind: 'model' },
    { words: ['show'], effect: 'asks', kind: 'model' },
    { words: ['rm'], effect: 'deletes', kind: 'model' },
    { words: ['run'], effect: 'puts', kind: 'model' },
    { words: ['ps'], effect: 'reads' },
    { words: ['stop'], effect: 'reads' },
  ],
}

const { style, values, flags } = ollama

export const ollamaCommands: readonly CommandModel[] = [
  command(
    ollama.section,
    ollama.names,
    {
      run: reading({ style, values, flags }, (call, options) => {
        if (textOf(options.operands[0] ?? empty) !== 'serve') return runService(call, options, ollama)
        // What it keeps is the same wherever it is: models that were pulled.
        return call.machine.isInBackground ? 0 : call.notFollowed('what ollama serve does')
      }),
      runsForever: runsAs('serve'),
      hasSubcommands: true,
    },
    ...ollama.forms,
  ),
]
