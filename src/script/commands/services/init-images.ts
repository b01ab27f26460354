/** Programs of public images that are made for init containers (container/known-images.ts): those that wait, and those that prepare. */

import { anywhere } from '../../shape/places.ts'
import { derived, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading, withTables } from '../kit/options.ts'
import { readFile, writtenPath } from '../kit/reading.ts'

/** It waits for dependencies, then runs the command in the variable COMMAND, if there is one. */
function kubernetesEntrypoint(call: Call): number {
  const text = textOf(call.machine.variable('COMMAND') ?? [])
  if (text === undefined) return call.notFollowed('the command in $COMMAND')
  const words = text.split(/\s+/).filter((word) => word !== '')
  return words.length === 0 ? 0 : call.run(words.map(literal))
}

const waiting: OptionTable = { lenient: 'It only reads the state of the cluster, whatever its options.' }
const setting: OptionTable = { lenient: 'Its options determine the rules, which are the same each time.' }
const certificate: OptionTable = { lenient: 'Its options name a Secret and a webhook, which it keeps if they are complete.' }

const checking: OptionTable = { lenient: 'It only checks, whatever its options.' }

/** `cilium-dbg build-config` writes the configuration of the node; what other commands do is not analyzed. */
function cilium(call: Call): number {
  const name = textOf(call.arguments[0] ?? [])
  return name === 'build-config' ? sameAgain(call) : call.notFollowed(`what ${call.name} ${name ?? ''} does`)
}

/** Changes nothing that a rerun would not change in the same way. */
function sameAgain(call: Call): number {
  call.fallible()
  return 0
}

/** `pilot-agent istio-iptables`: what its other commands do is not analyzed. */
function pilotAgent(call: Call): number {
  const name = textOf(call.arguments[0] ?? [])
  return name === 'istio-iptables' || name === 'istio-clean-iptables' ? 0 : call.notFollowed(`what pilot-agent ${name ?? ''} does`)
}

/**
 * `istio-iptables` as it was before Istio 1.25: it creates its chains with `iptables-restore --noflush`, which fails if they exist
 * (github.com/istio/istio/issues/42792). With the options of istio-validation, it only checks the rules.
 */
function istioIptables(call: Call): number {
  const texts = call.arguments.map((word) => textOf(word) ?? '')
  if (texts.some((text) => /^(?:--skip-rule-apply|--dry-run|-n)$/.test(text))) return 0
  const facts = new ServiceFacts(call.machine, call.machine.network, 'iptables')
  return facts.create(factName('chain', 'nat', 'ISTIO_REDIRECT')) ? 0 : 1
}

/** cmd/prometheus-config-reloader/main.go */
const reloaderOptions: OptionTable = {
  values: [
    ...['--config-file', '--config-envsubst-file', '--watch-interval', '--delay-interval', '--retry-interval', '--reload-timeout'],
    ...['--auto-gomemlimit-ratio', '--watched-dir', '--reload-method', '--process-executable-name', '--statefulset-ordinal-from-envvar'],
    ...['--listen-address', '--web-config-file', '--log-format', '--log-level', '--reload-url', '--runtimeinfo-url'],
  ],
}

/** With `--watch-interval=0`, it writes the configuration once, through a temporary file (thanos pkg/reloader/reloader.go). */
function reload(call: Call, options: Options): number {
  if (!runsOnce(options.value('--watch-interval'))) return call.notFollowed('what the reloader does when a file changes')
  const [input, output] = [options.value('--config-file'), options.value('--config-envsubst-file')]
  if (output === undefined) return 0
  const content = input === undefined ? [] : readFile(input, call.machine)
  if (content === undefined) return 1
  call.machine.replace(writtenPath(output, call.machine), { kind: 'file', content: derived('the reloader substitutes variables', content) })
  return 0
}

function runsOnce(interval: Value | undefined): boolean {
  return /^0+(?:ns|us|ms|s|m|h)?$/.test(textOf(interval ?? []) ?? '')
}

/** `git-sync --one-time`: its hooks are programs of the user. */
function gitSync(call: Call): number {
  call.fallible()
  const texts = call.arguments.map((word) => textOf(word) ?? '')
  if (texts.some((text) => /^--?(?:exechook|sync-hook)/.test(text))) return call.notFollowed('the hook of git-sync')
  return 0
}

export const initImageCommands: readonly CommandModel[] = [
  command(
    'clusters',
    ['kubernetes-entrypoint'],
    { run: withTables([{ table: waiting }], kubernetesEntrypoint), waits: true, waitsForever: () => 'always' },
    { form: 'kubernetes-entrypoint', again: 'no change: waits until its dependencies are ready', safeWhen: '' },
  ),
  command(
    'clusters',
    ['k8s-wait-for'],
    { run: reading(waiting, () => 0), waits: true, waitsForever: () => 'always' },
    { form: 'k8s-wait-for job, pod, service', again: 'no change: waits until the object is ready', safeWhen: '' },
  ),
  command('clusters', ['onap-readiness'], { run: reading(waiting, () => 0), waits: true }),
  command(
    'clusters',
    ['kube-webhook-certgen'],
    { run: reading(certificate, sameAgain) },
    { form: 'kube-webhook-certgen create', again: 'no change: keeps the Secret', safeWhen: '' },
  ),
  command(
    'network',
    ['linkerd2-proxy-init'],
    { run: reading(setting, () => 0), changesNetwork: true, places: anywhere },
    { form: 'linkerd2-proxy-init', again: 'no change: flushes its chains and adds the rules that are missing', safeWhen: '' },
  ),
  command(
    'network',
    ['pilot-agent'],
    { run: withTables([{ table: setting }], pilotAgent), changesNetwork: true, hasSubcommands: true },
    { form: 'pilot-agent istio-iptables', again: 'no change: keeps compatible rules', safeWhen: '' },
  ),
  command(
    'network',
    ['istio-iptables'],
    { run: reading(setting, istioIptables), changesNetwork: true },
    {
      form: 'istio-iptables before Istio 1.25',
      again: 'fails: its chains already exist',
      safeWhen: 'Istio 1.25, or the CNI plugin of Istio',
    },
  ),
  command(
    'network',
    ['calico-cni-install'],
    { run: reading(setting, sameAgain) },
    { form: '/opt/cni/bin/install of calico/cni', again: 'replaces the programs and the configuration on the node', safeWhen: '' },
  ),
  command(
    'network',
    ['cilium-init-container', 'cilium-install-plugin'],
    { run: reading(setting, sameAgain) },
    {
      form: '/install-plugin.sh, /init-container.sh of cilium/cilium',
      again: 'replaces the program on the node; cleans up again',
      safeWhen: '',
    },
  ),
  command('network', ['linkerd2-network-validator'], { run: reading(checking, sameAgain), places: anywhere }),
  command('network', ['cilium-dbg', 'cilium'], { run: withTables([{ table: setting }], cilium), hasSubcommands: true }),
  command('network', ['install_multus'], { run: reading(setting, sameAgain), places: anywhere }),
  command('clusters', ['nvidia-validator', 'vectorAdd'], { run: reading(checking, sameAgain) }),
  command(
    'files',
    ['prometheus-config-reloader'],
    { run: reading(reloaderOptions, reload) },
    { form: 'prometheus-config-reloader --watch-interval=0', again: 'writes the same configuration', safeWhen: '' },
  ),
  command(
    'git',
    ['git-sync'],
    { run: withTables([{ table: { lenient: 'It replaces the files with those of the repository, whatever its options.' } }], gitSync) },
    { form: 'git-sync --one-time', again: 'replaces a link to the files, whatever a kill left', safeWhen: '' },
  ),
]
