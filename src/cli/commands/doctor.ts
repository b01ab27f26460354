import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Finding } from '../../cluster/doctor/index.ts'
import type { Paint } from '../../inspect/paint.ts'
import { safeText } from '../../lint/text.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { StartError } from '../../server/keepers/start-error.ts'
import { colorFor } from '../color.ts'
import { type CommandContext, examples, formatOption, printJson } from '../command.ts'
import { exitCode, UsageError } from '../exit.ts'

interface DoctorFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly name?: string
  readonly format: 'text' | 'json'
}

/** Adds `doctor`. The code that talks to the cluster is loaded only when the command runs. */
export function addDoctor(program: Command, { io, finish }: CommandContext): void {
  program
    .command('doctor')
    .summary('diagnose initlint in a cluster')
    .description(
      'Finds initlint in a cluster, under any name and however it was installed, and checks it: the webhook configurations, the Service and its endpoints, the certificate, the permissions, the replicas and the policy. Creates a test pod with a server-side dry run, which stores nothing. Prints each problem and the command that fixes it. Changes nothing.',
    )
    .addOption(new Option('--kubeconfig <file>', 'path to the kubeconfig; default: the one that kubectl uses'))
    .addOption(new Option('--context <name>', 'context of the kubeconfig; default: the current context'))
    .addOption(new Option('--namespace <name>', 'namespace in which initlint runs; default: it is searched for'))
    .addOption(new Option('--name <name>', 'name of the Deployment; default: it is searched for'))
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint doctor', 'check the current cluster of kubectl'],
        ['initlint doctor --namespace tools', 'check the installation in this namespace'],
        ['initlint doctor --context prod --format json', 'check another cluster, print JSON'],
      )}\n\nExit codes: 0 no errors, 1 errors found, 2 usage error or unreachable cluster, 3 internal error.`,
    )
    .action(async ({ kubeconfig, format, ...flags }: DoctorFlags) => {
      const { examine } = await import('../../cluster/doctor/index.ts')
      const file = kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }
      const findings = await examine({ ...file, ...flags, registry: defaultRegistry(), now: io.now() }).catch((error: unknown) => {
        throw error instanceof StartError ? new UsageError(error.message) : error
      })
      if (format === 'json') printJson(io, { findings })
      else io.stdout(renderFindings(findings, colorFor(io)))
      finish(findings.some(({ level }) => level === 'error') ? exitCode.diagnostics : exitCode.ok)
    })
}

/** Aligned text: level, id and message on one line, below it the object and the remedy. */
export function renderFindings(findings: readonly Finding[], paint: Paint | false): string {
  const tones = { ok: 'info', warning: 'warning', error: 'error' } as const
  const width = Math.max(...findings.map(({ id }) => id.length))
  const indent = ' '.repeat('warning  '.length + width + 2)
  const lines = findings.map(({ id, level, message, where, remedy }) => {
    const word = level.padEnd('warning  '.length)
    const first = `${paint === false ? word : paint(tones[level], word)}${id.padEnd(width)}  ${safeText(message)}\n`
    return remedy === '' ? first : `${first}${indent}in ${safeText(where)}\n${indent}${safeText(remedy)}\n`
  })
  const count = (wanted: Finding['level']): string => {
    const number = findings.filter(({ level }) => level === wanted).length
    return `${number} ${wanted}${number === 1 ? '' : 's'}`
  }
  return `${lines.join('')}\n${count('error')}, ${count('warning')}\n`
}
