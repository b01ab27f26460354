import { type Command, InvalidArgumentError, Option } from 'commander'
import { drillConditionForms } from '../../scan/drill/conditions.ts'
import type { ComparisonOutput, ReportGroup, ScanOutput } from '../../scan/index.ts'
import { reportGroups } from '../../scan/report.ts'
import { StartError } from '../../server/keepers/start-error.ts'
import { colorFor } from '../color.ts'
import { type CommandContext, examples, policyOption, printJson } from '../command.ts'
import { exitCode, UsageError } from '../exit.ts'
import type { Io } from '../io.ts'
import type { ScanSettings } from '../scan.ts'

interface ScanFlags extends ScanSettings {
  readonly if: readonly string[]
  readonly nodeImages: number
  readonly limit: number
  readonly show?: 'audit'
  readonly failOn: 'deny' | 'warn' | 'never'
  readonly format: 'text' | 'json' | 'svg' | 'html' | 'policyreport'
  readonly reportGroup: ReportGroup
}

/** Adds `scan`. The code that talks to the cluster is loaded only when it is used. */
export function addScan(program: Command, { io, finish }: CommandContext): void {
  program
    .command('scan')
    .summary('show what a policy would do to the workloads of a cluster')
    .description(
      'Lists the workloads of a cluster and shows what a policy would do to each: whether its next Pod is refused, whether changes are denied, warned about or exempt. Only reads. One row per workload; Pods that differ from the template of their workload have a row of their own.',
    )
    .addOption(new Option('--kubeconfig <file>', 'path to the kubeconfig; default: the one that kubectl uses'))
    .addOption(new Option('--context <name>', 'context of the kubeconfig; default: the current context'))
    .addOption(new Option('-n, --namespace <name>', 'only this namespace').conflicts('allNamespaces'))
    .addOption(new Option('-A, --all-namespaces', 'all namespaces, which is the default'))
    .addOption(new Option('-l, --selector <labels>', 'only objects with these labels'))
    .addOption(policyOption('the policy of the cluster'))
    .addOption(
      new Option(
        '--policy-configmap <namespace/name>',
        'ConfigMap with the policy of the cluster; default: initlint/initlint-policy',
      ).conflicts('from'),
    )
    .addOption(new Option('--against <file>', 'show only what differs from this policy; cluster: that of the cluster'))
    .addOption(
      new Option(`--if <condition>`, `outage drill: what to assume, ${drillConditionForms.join(', ')}; repeat to combine several`)
        .argParser((value: string, previous: readonly string[]) => [...previous, value])
        .default([], 'none'),
    )
    .addOption(
      new Option('--node-images <number>', 'nodeStatusMaxImages of the kubelets; -1 for no limit (drill)')
        .argParser(nodeImages)
        .default(50),
    )
    .addOption(
      new Option('--from <file>', 'output of kubectl get -o json instead of a cluster; - for standard input').conflicts([
        'kubeconfig',
        'context',
        'selector',
      ]),
    )
    .addOption(new Option('--limit <number>', 'workloads to list for each effect (text)').argParser(wholeNumber).default(50))
    .addOption(new Option('--show <what>', 'also list workloads with audit findings (text)').choices(['audit']))
    .addOption(
      new Option('--fail-on <action>', 'exit 1 if a workload has at least this effect').choices(['deny', 'warn', 'never']).default('never'),
    )
    .addOption(
      new Option('--format <format>', 'output format; svg and html: a picture of a drill; policyreport: a List of policy reports')
        .choices(['text', 'json', 'svg', 'html', 'policyreport'])
        .default('text'),
    )
    .addOption(new Option('--report-group <group>', 'API group of policy reports').choices(reportGroups).default(reportGroups[0]))
    .addHelpText(
      'after',
      `${examples(
        ['initlint scan', 'the policy of the cluster, on all workloads'],
        ['initlint scan --policy next.yaml -n shop', 'another policy, in one namespace'],
        ['initlint scan --policy next.yaml --against cluster', 'what would change'],
        ['initlint scan --if registry-down=docker.io', 'outage drill: what does not start again without Docker Hub'],
        ['kubectl get deploy,sts,ds,cronjob,rs,job,pod,ns -A -o json | initlint scan --from -', 'without access to the cluster'],
      )}\n\nExit codes: 0 scanned, 1 effects at or above --fail-on, 2 usage error, unreadable input or unreachable cluster, 3 internal error.`,
    )
    .action(async (flags: ScanFlags) => {
      if (flags.format === 'policyreport' && flags.against !== undefined) {
        throw new UsageError('--format policyreport shows one policy; leave --against out')
      }
      if (flags.if.length > 0) {
        await runDrill(flags, io)
        finish(exitCode.ok)
        return
      }
      if (flags.format === 'svg' || flags.format === 'html') {
        throw new UsageError(`--format ${flags.format} shows an outage drill; add --if, for example --if registry-down=docker.io`)
      }
      const { policyReports, renderComparisonText, renderScanText, scan } = await import('../live-objects.ts')
      const output = await scan(flags, io).catch((error: unknown) => {
        throw error instanceof StartError ? new UsageError(error.message) : error
      })
      const options = { color: colorFor(io), showAudit: flags.show === 'audit', limit: flags.limit }
      if (flags.format === 'json') printJson(io, output)
      else if (isComparison(output)) io.stdout(renderComparisonText(output, options))
      else if (flags.format === 'policyreport') printJson(io, policyReports(output, flags.reportGroup, io.now()))
      else io.stdout(renderScanText(output, options))
      finish(fails(output, flags.failOn) ? exitCode.diagnostics : exitCode.ok)
    })
}

async function runDrill(flags: ScanFlags, io: Io): Promise<void> {
  const unfit = [
    ...(flags.against === undefined ? [] : ['--against']),
    ...(flags.failOn === 'never' ? [] : ['--fail-on']),
    ...(flags.show === undefined ? [] : ['--show']),
    ...(flags.format === 'policyreport' ? ['--format policyreport'] : []),
  ]
  if (unfit[0] !== undefined) throw new UsageError(`${unfit[0]} is about policies; a drill (--if) does not judge them`)
  const { drill, renderDrillPage, renderDrillPicture, renderDrillText } = await import('../live-objects.ts')
  const output = await drill({ ...flags, listsAll: flags.format === 'json' }, io).catch((error: unknown) => {
    throw error instanceof StartError ? new UsageError(error.message) : error
  })
  if (flags.format === 'json') printJson(io, output)
  else if (flags.format === 'svg') io.stdout(renderDrillPicture(output))
  else if (flags.format === 'html') io.stdout(renderDrillPage(output))
  else io.stdout(renderDrillText(output, { color: colorFor(io), limit: flags.limit }))
}

/** What kubelets have as nodeStatusMaxImages. */
function nodeImages(text: string): number {
  return text === '-1' ? Number.POSITIVE_INFINITY : wholeNumber(text)
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(text)
}

function isComparison(output: ScanOutput | ComparisonOutput): output is ComparisonOutput {
  return 'against' in output.summary
}

/** In a comparison, only what the new policy does in addition counts. */
function fails({ summary }: ScanOutput | ComparisonOutput, failOn: ScanFlags['failOn']): boolean {
  if (failOn === 'never') return false
  const [denied, warned] =
    'byChange' in summary
      ? [summary.byChange.denied, summary.byChange.warned]
      : [summary.byEffect.blocks + summary.byEffect.denies, summary.byEffect.warns]
  return denied + (failOn === 'warn' ? warned : 0) > 0
}
