import { existsSync } from 'node:fs'
import {
  AdmissionregistrationV1Api,
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  type Configuration,
  CoreV1Api,
  createConfiguration,
  DiscoveryV1Api,
  KubeConfig,
  type Middleware,
  RbacAuthorizationV1Api,
  ServerConfiguration,
} from '@kubernetes/client-node'
import { asString, member } from '../model/json.ts'
import { StartError } from '../server/keepers/start-error.ts'

/** Authenticated access to the API server. */
export interface ClusterClient {
  readonly config: KubeConfig
  readonly core: CoreV1Api
  readonly admissionRegistration: AdmissionregistrationV1Api
  readonly apps: AppsV1Api
  readonly authorization: AuthorizationV1Api
  readonly discovery: DiscoveryV1Api
  readonly rbac: RbacAuthorizationV1Api
  /** The namespace of initlint: that of the ServiceAccount in a Pod, elsewhere that of the kubeconfig's context, otherwise `default`. */
  readonly namespace: string
}

/** Where the kubelet mounts the token (kubernetes plugin/pkg/admission/serviceaccount, DefaultAPITokenMountPath). */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** How long one call may take, ms. Watches are not affected: they have a timeout of their own. */
const callTimeout = 10_000

/** The library's calls have no timeout: a server that accepts a connection and never answers would block a keeper forever. */
const withTimeout: Middleware = {
  pre: async (context) => {
    context.setSignal(AbortSignal.timeout(callTimeout))
    return context
  },
  post: async (response) => response,
}

/**
 * Finds the cluster without contacting it. The token of a ServiceAccount is reread at run time, because the kubelet rotates it.
 * @param options.context of the kubeconfig; the current one by default
 * @param options.kubeconfig a file; by default the Pod's ServiceAccount or, outside a Pod, what kubectl would use
 * @throws StartError if no cluster is configured
 */
export function connect(options: { readonly kubeconfig?: string; readonly context?: string }): ClusterClient {
  const config = findCluster(options.kubeconfig)
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      throw new StartError(`${nameOf(options.kubeconfig)} has no context ${options.context}; list them with kubectl config get-contexts.`)
    }
    config.setCurrentContext(options.context)
  }
  const server = config.getCurrentCluster()?.server
  if (server === undefined) {
    throw new StartError(
      `${nameOf(options.kubeconfig)} has no current context with a cluster; set one with kubectl config use-context NAME.`,
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
    authorization: new AuthorizationV1Api(configuration),
    discovery: new DiscoveryV1Api(configuration),
    rbac: new RbacAuthorizationV1Api(configuration),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace?.trim() || 'default',
  }
}

/** The cluster of a kubeconfig, of the Pod, or of kubectl's own defaults. */
function findCluster(kubeconfig: string | undefined): KubeConfig {
  const config = new KubeConfig()
  const inPod = kubeconfig === undefined && process.env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(tokenPath)
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig)
    else if (inPod) config.loadFromCluster()
    else config.loadFromDefault()
  } catch (error) {
    throw new StartError(
      `${nameOf(kubeconfig)} cannot be read (${error instanceof Error ? error.message : error}); set another one with --kubeconfig FILE.`,
    )
  }
  // Without any file, the library falls back to a server on port 8080, as kubectl once did.
  if (kubeconfig === undefined && config.getCurrentCluster()?.server === 'http://localhost:8080') {
    throw new StartError('There is no cluster: no ServiceAccount is mounted and no kubeconfig was found; set one with --kubeconfig FILE.')
  }
  return config
}

function nameOf(kubeconfig: string | undefined): string {
  return kubeconfig === undefined ? 'The kubeconfig' : `The kubeconfig ${kubeconfig}`
}

/** The HTTP status of a failed call or watch; undefined if there was no response. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiException) return error.code
  const code = member(error, 'statusCode')
  return typeof code === 'number' ? code : undefined
}

/**
 * Explains to an administrator why a call failed.
 * @param error the error of client-node
 * @param action verb, resource and name, in the words of RBAC: `watch configmaps initlint/initlint-policy`
 */
export function clusterProblem(error: unknown, action: string): string {
  const status = statusOf(error)
  const message = messageFrom(error)
  if (status === 403) {
    return `RBAC does not allow this (${action}): a Role or its RoleBinding is missing; manifests/base/rbac.yaml has those that initlint needs. The API server reports: ${message}`
  }
  if (status === 401)
    return `The API server cannot authenticate initlint (${action}): the token or certificate of the kubeconfig or ServiceAccount is not valid.`
  if (status === 404) return `The object does not exist (${action}). Apply the manifests of initlint. The API server reports: ${message}`
  if (status !== undefined) return `The API server answered ${status} to: ${action}. It reports: ${message}`
  return `The API server cannot be reached (${action}): ${message}`
}

/** The message of the API server, or the reason why there is no response: undici hides it behind "fetch failed". */
function messageFrom(error: unknown): string {
  if (error instanceof ApiException) return messageOfStatus(error.body) ?? `HTTP ${error.code}`
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause
  return cause instanceof Error ? cause.message : error.message
}

/** The message of a Kubernetes Status, which client-node does not parse. */
function messageOfStatus(body: unknown): string | undefined {
  if (typeof body !== 'string') return asString(member(body, 'message'))
  try {
    return asString(member(JSON.parse(body), 'message'))
  } catch {
    return body.slice(0, 300) || undefined
  }
}
