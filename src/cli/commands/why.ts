import { type Command, InvalidArgumentError, Option } from 'commander'
import type { WhyOutput } from '../../diagnosis/index.ts'
import { StartError } from '../../server/keepers/start-error.ts'
import { colorFor } from '../color.ts'
import { type CommandContext, examples, policyOption, printJson } from '../command.ts'
import { UsageError } from '../exit.ts'
import type { Io } from '../io.ts'

interface WhyFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly allNamespaces?: true
  readonly policy: readonly string[]
  readonly events?: string
  readonly log: readonly string[]
  readonly logs: boolean
  readonly now?: number
  readonly watch?: true
  readonly printRbac?: true
  readonly format: 'text' | 'json' | 'svg'
}

/** Adds `why`. The code that talks to the cluster is loaded only when it is used. */
export function addWhy(program: Command, { io }: CommandContext): void {
  program
    .command('why')
    .summary('show what a pod waits for, what happens next, and what to do')
    .description(
      'Diagnoses a pod that does not start: the stage that it has reached, the cause, whether waiting helps, when the kubelet tries again, and what to do. Reads a pod of the cluster, or a Pod from a file or a pipe: the Pod alone, or a List with its owner, claims and Events. Changes nothing.',
    )
    .argument('[target]', 'POD, KIND/NAME, a file with a Pod or a List, or - for standard input')
    .addOption(new Option('--kubeconfig <file>', 'path to the kubeconfig; default: the one that kubectl uses'))
    .addOption(new Option('--context <name>', 'context of the kubeconfig; default: the current context'))
    .addOption(new Option('-n, --namespace <name>', 'namespace; default: that of the context'))
    .addOption(new Option('-A, --all-namespaces', 'every pod that is not starting, by cause; with -n, those of a namespace'))
    .addOption(policyOption())
    .addOption(new Option('--events <file>', 'Events of the pod, if the file with the Pod does not contain them'))
    .addOption(new Option('--log <container=file>', 'log of a container; repeat for several').argParser(collectLog).default([], 'none'))
    .addOption(new Option('--no-logs', 'read no logs from the cluster'))
    .addOption(new Option('--now <time>', 'the time of the diagnosis, RFC 3339; default: the present').argParser(time))
    .addOption(new Option('--watch', 'print a new answer when the pod changes, until it has started'))
    .addOption(new Option('--print-rbac', 'print the ClusterRole that reading the cluster needs'))
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json', 'svg']).default('text'))
    .addHelpText(
      'after',
      `${examples(
        ['initlint why web-0 -n shop', 'a pod of the cluster'],
        ['initlint why deployment/web', 'its pods, or why it has none'],
        ['initlint why -A', 'every pod that is not starting, by cause'],
        ['kubectl get pod web-0 -o json | initlint why -', 'without access to the cluster'],
        ['initlint why pod.json --events events.json --log init=init.log', 'with its Events and a log'],
      )}\n\nExit codes: 0 diagnosed, whatever the cause, 2 usage error, no such pod, unreadable input or unreachable cluster, 3 internal error.`,
    )
    .action(async (target: string | undefined, flags: WhyFlags) => {
      try {
        await diagnose(target, flags, io)
      } catch (error) {
        throw error instanceof StartError ? new UsageError(error.message) : error
      }
    })
}

async function diagnose(target: string | undefined, flags: WhyFlags, io: Io): Promise<void> {
  if (flags.printRbac) {
    const { whyRole } = await import('../../cluster/why-resources.ts')
    io.stdout(whyRole())
    return
  }
  const { isFile, renderGroupsText, renderWhyPicture, renderWhyText, watchWhy, whyEverywhere, whyInCluster, whyOfFile } = await import(
    '../live-objects.ts'
  )
  const print = (output: WhyOutput, render: typeof renderWhyText): void => {
    if (flags.format === 'json') printJson(io, output)
    else if (flags.format === 'text') io.stdout(render(output, colorFor(io)))
    else io.stdout(pictureOf(renderWhyPicture(output)))
  }
  if (flags.allNamespaces) {
    if (target !== undefined) throw new UsageError('-A takes no target')
    if (flags.watch) throw new UsageError('--watch needs a pod')
    return print(await whyEverywhere(flags, io), renderGroupsText)
  }
  if (target === undefined)
    throw new UsageError('name a pod, KIND/NAME or a file, - for standard input, or -A for every pod that is not starting')
  if (isFile(target, io)) {
    if (flags.watch) throw new UsageError('--watch needs a pod of the cluster')
    return print(await whyOfFile({ ...flags, target, namespace: flags.namespace ?? 'default' }, io), renderWhyText)
  }
  if (flags.events !== undefined || flags.log.length > 0) throw new UsageError('--events and --log need a file with the Pod')
  const again = await whyInCluster(target, flags, io)
  if (!flags.watch) return print(await again(), renderWhyText)
  await watchWhy(again, (output) => print(output, renderWhyText), io)
}

/** @throws UsageError if there is no pod to draw */
function pictureOf(picture: string | undefined): string {
  if (picture === undefined) throw new UsageError('there is no pod to draw; --format text shows why')
  return picture
}

function collectLog(text: string, logs: readonly string[]): readonly string[] {
  if (!/^[^=]+=./.test(text)) throw new InvalidArgumentError('It must be CONTAINER=FILE.')
  return [...logs, text]
}

function time(text: string): number {
  const parsed = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isFinite(parsed)) throw new InvalidArgumentError('It must be a time such as 2026-11-29T12:00:00Z.')
  return parsed
}
