import { existsSync } from 'node:fs'
import {
  AdmissionregistrationV1Api,
  ApiException,
  AppsV1Api,
  type Configuration,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  type Middleware,
  ServerConfiguration,
} from '@kubernetes/client-node'
import { asString, member } from '../model/json.ts'
import { StartError } from '../server/keepers/start-error.ts'

/** The API server, as somebody whom RBAC knows. */
export interface ClusterClient {
  readonly config: KubeConfig
  readonly core: CoreV1Api
  readonly admissionRegistration: AdmissionregistrationV1Api
  readonly apps: AppsV1Api
  /** The namespace that we live in: of the ServiceAccount in a Pod, of the kubeconfig's context elsewhere, else `default`. */
  readonly namespace: string
}

/** Where the kubelet mounts the token (kubernetes plugin/pkg/admission/serviceaccount, DefaultAPITokenMountPath). */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** How long one call may take, ms. Watches are no calls of this kind: they have a time-out of their own. */
const callTimeout = 10_000

/** The library's calls have no time-out of their own: a server that accepts a connection and never answers would hold a keeper for ever. */
const withTimeout: Middleware = {
  pre: async (context) => {
    context.setSignal(AbortSignal.timeout(callTimeout))
    return context
  },
  post: async (response) => response,
}

/**
 * Finds the cluster; calls nobody yet. A ServiceAccount's token is read again while it runs, because the kubelet rotates it.
 * @param options.context of the kubeconfig; without it the current one
 * @param options.kubeconfig a file; without it the Pod's ServiceAccount, and outside of a Pod what kubectl would use
 * @throws StartError with a sentence where there is no cluster to be found
 */
export function connect(options: { readonly kubeconfig?: string; readonly context?: string }): ClusterClient {
  const config = findCluster(options.kubeconfig)
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      throw new StartError(`${nameOf(options.kubeconfig)} has no context ${options.context}; kubectl config get-contexts lists them all.`)
    }
    config.setCurrentContext(options.context)
  }
  const server = config.getCurrentCluster()?.server
  if (server === undefined) {
    throw new StartError(
      `${nameOf(options.kubeconfig)} has no current context that names a cluster; set one: kubectl config use-context NAME`,
    )
  }
  const configuration: Configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [withTimeout],
  })
  return {
    config,
    core: new CoreV1Api(configuration),
    admissionRegistration: new AdmissionregistrationV1Api(configuration),
    apps: new AppsV1Api(configuration),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace?.trim() || 'default',
  }
}

/** The current cluster of a kubeconfig, of the Pod, or of kubectl's own rules. */
function findCluster(kubeconfig: string | undefined): KubeConfig {
  const config = new KubeConfig()
  const inPod = kubeconfig === undefined && process.env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(tokenPath)
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig)
    else if (inPod) config.loadFromCluster()
    else config.loadFromDefault()
  } catch (error) {
    throw new StartError(
      `${nameOf(kubeconfig)} cannot be read (${error instanceof Error ? error.message : error}); name a good one with --kubeconfig FILE.`,
    )
  }
  // Without any file the library invents a server on port 8080, as kubectl once did.
  if (kubeconfig === undefined && config.getCurrentCluster()?.server === 'http://localhost:8080') {
    throw new StartError(
      'There is no cluster: no ServiceAccount is mounted here and no kubeconfig was found; name one with --kubeconfig FILE.',
    )
  }
  return config
}

function nameOf(kubeconfig: string | undefined): string {
  return kubeconfig === undefined ? 'The kubeconfig' : `The kubeconfig ${kubeconfig}`
}

/** The HTTP status of a failed call or watch, or undefined where nobody answered. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiException) return error.code
  const code = member(error, 'statusCode')
  return typeof code === 'number' ? code : undefined
}

/**
 * Why a call failed, as a sentence for an admin.
 * @param error what client-node threw
 * @param action verb, resource and name, as RBAC writes them: `watch configmaps initlint/initlint-policy`
 */
export function clusterProblem(error: unknown, action: string): string {
  const status = statusOf(error)
  const said = messageFrom(error)
  if (status === 403) {
    return `The API server forbids: ${action}. A Role or its RoleBinding is missing (manifests/base/rbac.yaml has what initlint needs). It said: ${said}`
  }
  if (status === 401)
    return `The API server does not know who asks (${action}): the token or certificate of the kubeconfig or ServiceAccount is not valid.`
  if (status === 404) return `The API server has no such object: ${action}. Apply the manifests of initlint. It said: ${said}`
  if (status !== undefined) return `The API server answered ${status} to: ${action}. It said: ${said}`
  return `The API server cannot be reached (${action}): ${said}`
}

/** What the API server said, or why nobody answered: undici hides the reason behind "fetch failed". */
function messageFrom(error: unknown): string {
  if (error instanceof ApiException) return messageOfStatus(error.body) ?? `HTTP ${error.code}`
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause
  return cause instanceof Error ? cause.message : error.message
}

/** The message of a Kubernetes Status, which client-node leaves as text. */
function messageOfStatus(body: unknown): string | undefined {
  if (typeof body !== 'string') return asString(member(body, 'message'))
  try {
    return asString(member(JSON.parse(body), 'message'))
  } catch {
    return body.slice(0, 300) || undefined
  }
}
