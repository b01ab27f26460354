import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Finding } from '../../cluster/doctor/index.ts'
import type { Paint } from '../../inspect/index.ts'
import { safeText } from '../../lint/text.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { StartError } from '../../server/keepers/start-error.ts'
import { colourFor } from '../colour.ts'
import { type CommandContext, examples, formatOption, printJson } from '../command.ts'
import { exitCode, UsageError } from '../exit.ts'

interface DoctorFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace: string
  readonly format: 'text' | 'json'
}

/** Adds `doctor`. What talks to the cluster is loaded only when it is asked for. */
export function addDoctor(program: Command, { io, finish }: CommandContext): void {
  program
    .command('doctor')
    .summary('look at initlint in a cluster, and say what to do')
    .description(
      'Looks at initlint in a cluster: webhook configurations and their caBundle, certificate, replicas, policy; and\ntries a pod by server dry run, which stores nothing. Says what is wrong and what to do. Changes nothing.',
    )
    .addOption(new Option('--kubeconfig <file>', 'which cluster; default: as kubectl chooses'))
    .addOption(new Option('--context <name>', 'a context of the kubeconfig; default: the current one'))
    .addOption(new Option('--namespace <name>', 'where initlint lives').default('initlint'))
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint doctor', 'the cluster that kubectl talks to'],
        ['initlint doctor --context prod --format json', 'another one, for a program'],
      )}\n\nExit codes: 0 fine or warnings only, 1 errors were found, 2 usage or a cluster that does not answer, 3 a fault of initlint.`,
    )
    .action(async ({ kubeconfig, format, ...flags }: DoctorFlags) => {
      const { examine } = await import('../../cluster/doctor/index.ts')
      const file = kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }
      const findings = await examine({ ...file, ...flags, registry: defaultRegistry(), now: io.now() }).catch((error: unknown) => {
        throw error instanceof StartError ? new UsageError(error.message) : error
      })
      if (format === 'json') printJson(io, { findings })
      else io.stdout(renderFindings(findings, colourFor(io)))
      finish(findings.some(({ level }) => level === 'error') ? exitCode.diagnostics : exitCode.ok)
    })
}

/** Aligned text: level, id and message on one line, below it what to do. */
export function renderFindings(findings: readonly Finding[], paint: Paint | false): string {
  const tones = { ok: 'info', warning: 'warning', error: 'error' } as const
  const width = Math.max(...findings.map(({ id }) => id.length))
  const indent = ' '.repeat('warning  '.length + width + 2)
  const lines = findings.map(({ id, level, message, remedy }) => {
    const word = level.padEnd('warning  '.length)
    const first = `${paint === false ? word : paint(tones[level], word)}${id.padEnd(width)}  ${safeText(message)}\n`
    return remedy === '' ? first : `${first}${indent}${safeText(remedy)}\n`
  })
  const count = (wanted: Finding['level']): string => {
    const number = findings.filter(({ level }) => level === wanted).length
    return `${number} ${wanted}${number === 1 ? '' : 's'}`
  }
  return `${lines.join('')}\n${count('error')}, ${count('warning')}\n`
}
