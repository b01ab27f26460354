import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultDocsBase } from '../../inspect/output.ts'
import type { LogLevel, ReviewSelection } from '../../server/observe/log.ts'
import { type CommandContext, examples } from '../command.ts'
import type { Io } from '../io.ts'
import type { ServeFlags } from '../serve-options.ts'

const largestPort = 65_535

const logLevels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug']
const reviews: readonly ReviewSelection[] = ['all', 'findings', 'none']

/**
 * Parses a port. Kubernetes sets INITLINT_PORT=tcp://ADDRESS:PORT in the Pods of a namespace with a Service named initlint (service
 * links). Such a value is not meant for initlint and is ignored.
 */
function port(text: string, previous: number): number {
  if (text.startsWith('tcp://')) return previous
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= largestPort)) throw new InvalidArgumentError(`A port is a number from 0 (any free port) to ${largestPort}.`)
  return number
}

/** Parses names, which may be separated by commas, as in the environment. */
function names(text: string, previous: readonly string[] | undefined): readonly string[] {
  const given = text.split(',').map((name) => name.trim())
  if (given.includes('')) throw new InvalidArgumentError('A name is missing.')
  return [...(previous ?? []), ...given]
}

/** A flag that the environment can also set, as a Deployment does: `--ops-port` is INITLINT_OPS_PORT. */
function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`INITLINT_${option.name().replaceAll('-', '_').toUpperCase()}`)
}

/** Commander treats any value from the environment as true, but a Deployment may set INITLINT_EVENTS=false. */
function isSwitchedOff(command: Command, { env }: Io): boolean {
  return command.getOptionValueSource('events') === 'env' && ['', '0', 'false'].includes(env.INITLINT_EVENTS ?? '')
}

/** Adds `serve`. The server is loaded only when the command runs: loading it takes longer than `lint` needs for a hundred files. */
export function addServe(program: Command, { io, finish }: CommandContext): void {
  program
    .command('serve')
    .summary('run the admission webhook')
    .description(
      'Runs the admission webhook over HTTPS, with additional routes for linting with curl.\n\nWithout flags, it creates a CA and a certificate in certs/, uses the policy manifests/base/policy.yaml, and listens on https://localhost:8443. It reloads the policy and the certificate when their files change.',
    )
    .addOption(flag('--host <host>', 'host name or address to listen on').default('localhost'))
    .addOption(flag('--port <port>', 'port for /validate and /mutate').argParser(port).default(8443))
    .addOption(flag('--ops-port <port>', 'port for /livez, /readyz and /metrics, without TLS').argParser(port).default(8080))
    .addOption(flag('--tls-cert <file>', 'serving certificate in PEM; requires --tls-key'))
    .addOption(flag('--tls-key <file>', 'private key of the serving certificate in PEM'))
    .addOption(flag('--tls-secret <namespace/name>', 'Secret in which initlint stores a certificate that it creates and renews'))
    .addOption(flag('--service <name>', 'Service, in the namespace of the Secret, for which that certificate is valid').default('initlint'))
    .addOption(
      flag('--webhook-configuration <name>', 'validating and mutating webhook configurations whose caBundle initlint updates').default(
        'initlint',
      ),
    )
    .addOption(flag('--client-ca <file>', 'CA that must have signed the certificates of clients'))
    .addOption(
      flag('--client-name <name>', 'DNS name or common name that client certificates must have; repeat to allow several').argParser(names),
    )
    .addOption(flag('--policy <file>', 'policy document, ConfigMap, or a directory of them'))
    .addOption(flag('--policy-configmap <namespace/name>', 'ConfigMap with the policy; the ConfigMap NAME-status stores the last good one'))
    .addOption(
      flag('--kubeconfig <file>', "path to the kubeconfig; default: the Pod's service account, or else the kubeconfig that kubectl uses"),
    )
    .addOption(flag('--events', 'write Events for findings whose warnings reach no one: objects applied by controllers and GitOps tools'))
    .addOption(
      flag('--try <where>', 'serve /lint, /explain, /rules and /policy on the webhook port, on the loopback interface only, or not at all')
        .choices(['all', 'loopback', 'off'])
        .default('all'),
    )
    .addOption(flag('--try-port <port>', 'port of these routes on the loopback interface').argParser(port).default(8081))
    .addOption(flag('--docs-base <url>', 'base URL of the rule pages (/docs/rules/ID.md)').default(defaultDocsBase))
    .addOption(flag('--log-level <level>', 'minimum level of log messages').choices(logLevels).default('info'))
    .addOption(
      flag('--log-reviews <which>', 'reviews that are logged: all, those with findings or an incomplete check, or none')
        .choices(reviews)
        .default('findings'),
    )
    .addHelpText(
      'after',
      examples(
        ['initlint serve', 'on this machine, without a cluster'],
        ['initlint serve --policy policy.yaml', 'with your own policy'],
        ['INITLINT_TRY=off initlint serve --host 0.0.0.0 --tls-cert tls.crt --tls-key tls.key', 'as in a Pod'],
        ['initlint serve --policy-configmap initlint/initlint-policy', 'with the policy of a cluster'],
      ),
    )
    .action(async (options: ServeFlags, command: Command) => {
      const { serve } = await import('../serve.ts')
      finish(await serve({ ...options, events: options.events === true && !isSwitchedOff(command, io) }, io))
    })
}
