import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultDocsBase } from '../../inspect/index.ts'
import type { LogLevel } from '../../server/observe/log.ts'
import { type CommandContext, examples } from '../command.ts'
import type { Io } from '../io.ts'
import type { ServeFlags } from '../serve-options.ts'

const largestPort = 65_535

const logLevels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug']

/**
 * A port. Kubernetes puts INITLINT_PORT=tcp://ADDRESS:PORT into the Pods beside a Service named initlint (service links); that is no
 * wish of anybody's, so it leaves the value as it was.
 */
function port(text: string, previous: number): number {
  if (text.startsWith('tcp://')) return previous
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= largestPort)) throw new InvalidArgumentError(`A port is a number from 0 (any free one) to ${largestPort}.`)
  return number
}

/** Names given one by one, or with commas between them, as in the environment. */
function names(text: string, previous: readonly string[] | undefined): readonly string[] {
  const given = text.split(',').map((name) => name.trim())
  if (given.includes('')) throw new InvalidArgumentError('A name is missing.')
  return [...(previous ?? []), ...given]
}

/** A flag that the environment can set as well, as a Deployment does: `--ops-port` is INITLINT_OPS_PORT. */
function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`INITLINT_${option.name().replaceAll('-', '_').toUpperCase()}`)
}

/** Commander takes any value of the environment for true; a Deployment may well say INITLINT_EVENTS=false. */
function isSwitchedOff(command: Command, { env }: Io): boolean {
  return command.getOptionValueSource('events') === 'env' && ['', '0', 'false'].includes(env.INITLINT_EVENTS ?? '')
}

/** Adds `serve`. The server is loaded only when it is asked for: it takes longer to load than `lint` takes for a hundred files. */
export function addServe(program: Command, { io, finish }: CommandContext): void {
  program
    .command('serve')
    .summary('run the admission webhook')
    .description(
      'Runs the admission webhook over HTTPS, with routes to try it by curl.\n\nWithout flags: a CA and a certificate are made into certs/, the policy is manifests/base/policy.yaml, and everything\nlistens on https://localhost:8443. The policy and the certificate are read again when their files change.',
    )
    .addOption(flag('--host <host>', 'name or address to listen on').default('localhost'))
    .addOption(flag('--port <port>', 'port of /validate and /mutate').argParser(port).default(8443))
    .addOption(flag('--ops-port <port>', 'port of /livez, /readyz and /metrics, without TLS').argParser(port).default(8080))
    .addOption(flag('--tls-cert <file>', 'certificate in PEM, with --tls-key'))
    .addOption(flag('--tls-key <file>', 'its private key'))
    .addOption(flag('--tls-secret <namespace/name>', 'Secret in which initlint keeps a certificate that it makes and renews itself'))
    .addOption(flag('--service <name>', 'Service that certificate is for, in the namespace of the Secret').default('initlint'))
    .addOption(
      flag('--webhook-configuration <name>', 'configurations, validating and mutating, whose caBundle is kept with it').default('initlint'),
    )
    .addOption(flag('--client-ca <file>', 'CA that callers must show a certificate of'))
    .addOption(
      flag('--client-name <name>', 'name that certificate must have (DNS name or common name); repeat it for several').argParser(names),
    )
    .addOption(flag('--policy <file>', 'policy document, ConfigMap, or a folder of them'))
    .addOption(flag('--policy-configmap <namespace/name>', 'ConfigMap that is the policy; NAME-status beside it keeps the last good one'))
    .addOption(flag('--kubeconfig <file>', "which cluster; default: the Pod's own, else as kubectl chooses"))
    .addOption(flag('--events', 'write Events about what nobody is warned of: what controllers and GitOps users apply'))
    .addOption(
      flag('--try <where>', 'routes to try things: beside the webhook, on the loopback interface, or nowhere')
        .choices(['all', 'loopback', 'off'])
        .default('all'),
    )
    .addOption(flag('--try-port <port>', 'their port on the loopback interface').argParser(port).default(8081))
    .addOption(flag('--docs-base <url>', 'where the rule pages stand, at /docs/rules/ID.md').default(defaultDocsBase))
    .addOption(flag('--log-level <level>', 'least severe log line that is written').choices(logLevels).default('info'))
    .addHelpText(
      'after',
      examples(
        ['initlint serve', 'to try it, without a cluster'],
        ['initlint serve --policy policy.yaml', 'under a policy of your own'],
        ['INITLINT_TRY=off initlint serve --host 0.0.0.0 --tls-cert tls.crt --tls-key tls.key', 'as in a Pod'],
        ['initlint serve --policy-configmap initlint/initlint-policy', 'under the policy of a cluster'],
      ),
    )
    .action(async (options: ServeFlags, command: Command) => {
      const { serve } = await import('../serve.ts')
      finish(await serve({ ...options, events: options.events === true && !isSwitchedOff(command, io) }, io))
    })
}
