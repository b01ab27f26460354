/** Tools of Kubernetes clusters: kubectl, oc, helm. */
import { type Repairs, renamed } from '../../change/kit.ts'
import { isWritten } from '../../change/situation.ts'
import { runsAs } from '../../shape/servers.ts'
import type { CommandModel, OptionTable } from '../command.ts'
import { serviceModel } from '../kit/service.ts'
import { kubectl } from './kubectl.ts'

/** helm.sh/docs/helm: the options of all commands, and those of the commands below. */
const helmOptions: OptionTable = {
  style: 'pflag',
  values: [
    ...[
      '-n',
      '--namespace',
      '-f',
      '--values',
      '--set',
      '--set-string',
      '--set-file',
      '--set-json',
      '--set-literal',
      '--version',
      '--timeout',
    ],
    ...['--repo', '--kube-context', '--username', '--password', '--kubeconfig', '--history-max', '-o', '--output', '--description'],
    ...['-l', '--filter', '--ca-file', '--cert-file', '--key-file', '--kube-apiserver', '--kube-token', '--kube-as-user', '--max'],
    ...['--registry-config', '--repository-config', '--repository-cache', '--revision', '--labels', '--selector', '--show-only', '-s'],
    ...['--api-versions', '--kube-version', '--release-name-template', '--name-template', '--burst-limit', '--qps'],
  ],
  attached: ['--dry-run', '--cascade'],
  flags: [
    ...['-i', '--install', '--create-namespace', '--wait', '--atomic', '--force', '--force-update', '--debug', '--reuse-values'],
    ...['--reset-values', '--reset-then-reuse-values', '--replace', '--ignore-not-found', '--dependency-update', '--skip-crds', '--devel'],
    ...['-a', '--all', '-q', '--short', '--wait-for-jobs', '--no-hooks', '-A', '--all-namespaces', '--cleanup-on-fail', '--plain-http'],
    ...['--pass-credentials', '--insecure-skip-tls-verify', '--keep-history', '--no-update', '--deployed', '--failed', '--pending'],
    ...['--disable-openapi-validation', '--render-subchart-notes', '--take-ownership', '--include-crds', '--is-upgrade', '--insecure'],
    ...['--generate-name', '-g', '--verify', '--skip-tests', '--no-headers', '--reverse', '-r', '-d', '--date', '--password-stdin'],
    ...['--fail-on-repo-update-fail', '--hide-notes', '--skip-schema-validation', '--enable-dns'],
  ],
}

const short = ['-q', '--short'] as const

const helm = serviceModel({
  names: ['helm'],
  traits: { hasSubcommands: true, repairs: { failing: (situation) => renamed(situation, 'install', 'upgrade --install') } },
  section: 'clusters',
  service: 'helm',
  forms: [
    { form: 'helm install NAME CHART', again: 'fails: the name is already in use', safeWhen: 'helm upgrade --install' },
    { form: 'helm upgrade --install NAME CHART', again: 'no change; after a kill, fails: "another operation in progress"', safeWhen: '' },
    { form: 'helm uninstall NAME', again: 'fails: no longer exists', safeWhen: '--ignore-not-found' },
    { form: 'helm repo add', again: 'no change', safeWhen: '' },
  ],
  ...helmOptions,
  scope: ['-n', '--namespace'],
  rules: [
    // `--replace` takes the name of a release that failed or was uninstalled only.
    { words: ['install'], effect: 'creates', kind: 'release', locks: 'always' },
    { words: ['upgrade'], effect: 'updates', kind: 'release', lenient: ['-i', '--install'], locks: 'always' },
    { words: ['uninstall'], effect: 'deletes', kind: 'release', lenient: ['--ignore-not-found'] },
    { words: ['delete'], effect: 'deletes', kind: 'release', lenient: ['--ignore-not-found'] },
    { words: ['status'], effect: 'asks', kind: 'release' },
    { words: ['get'], effect: 'reads' },
    { words: ['list'], effect: 'lists', kind: 'release', bare: short },
    { words: ['ls'], effect: 'lists', kind: 'release', bare: short },
    { words: ['repo'], effect: 'reads' },
    { words: ['template'], effect: 'reads' },
    { words: ['version'], effect: 'reads' },
    { words: ['show'], effect: 'reads' },
    { words: ['registry', 'login'], effect: 'reads' },
    { words: ['dependency'], effect: 'unknown' },
  ],
})

/** `kubectl create` as `kubectl apply`. */
const applied: Repairs = (situation) => {
  const last = situation.hazard.words.at(-1)
  if (!situation.texts.includes('create') || last === undefined || !isWritten(last)) return []
  const { end } = last.span
  return [
    {
      edits: [{ start: end, end, text: ` --dry-run=client -o yaml | ${situation.program} apply -f -` }],
      service: 'kubernetes',
      short: `use ${situation.program} apply instead`,
    },
  ]
}

export const clusterCommands: readonly CommandModel[] = [
  {
    names: ['kubectl', 'oc', 'k3s-kubectl'],
    repairs: { failing: applied },
    hasSubcommands: true,
    section: 'clusters',
    forms: [
      { form: 'kubectl create', again: 'fails: AlreadyExists', safeWhen: '--dry-run=client -o yaml | kubectl apply -f -; kubectl get ||' },
      { form: 'kubectl apply, patch, scale, label --overwrite', again: 'no change', safeWhen: '' },
      { form: 'kubectl label, annotate', again: 'fails if the value differs', safeWhen: '--overwrite' },
      { form: 'kubectl delete', again: 'fails: NotFound', safeWhen: '--ignore-not-found' },
      { form: 'kubectl get, wait, rollout status', again: 'no change', safeWhen: '' },
    ],
    run: kubectl,
    runsForever: runsAs('proxy', 'port-forward'),
  },
  helm,
]
