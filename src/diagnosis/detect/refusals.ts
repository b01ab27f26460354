/** Why the API server refuses the pods of a controller. */
import type { Quotes } from '../evidence.ts'
import type { Found } from './context.ts'

interface Refusal {
  readonly says: RegExp
  readonly found: (groups: readonly string[]) => Partial<Found>
}

/** Settings that the Pod Security Standards ask for (k8s.io/pod-security-admission policy). */
const settings: Readonly<Record<string, string>> = {
  'allowPrivilegeEscalation != false': 'allowPrivilegeEscalation: false',
  'unrestricted capabilities': 'capabilities.drop: ["ALL"]',
  'runAsNonRoot != true': 'runAsNonRoot: true',
  seccompProfile: 'seccompProfile.type: RuntimeDefault',
  'runAsUser=0': 'runAsUser above 0',
  'host namespaces': 'no hostNetwork, hostPID or hostIPC',
  'hostPath volumes': 'no hostPath volumes',
  hostPort: 'no hostPort',
  privileged: 'privileged: false',
}

/** Texts of admission plugins (kubernetes plugin/pkg/admission, OpenShift apiserver-library-go securitycontextconstraints). */
const refusals: readonly Refusal[] = [
  {
    says: /violates PodSecurity "([a-z]{1,20}):[^"]{1,20}": (.{1,2000})/s,
    found: ([level = '', list = '']) => {
      const items = violations(list)
      const wanted = items.flatMap((item) => settings[item] ?? [])
      return {
        message: `Pod Security (${level}) forbids the pods: ${items.join(', ')}`,
        now: [
          wanted.length === 0
            ? `change the template so that it meets the ${level} standard, or the label pod-security.kubernetes.io/enforce of the namespace`
            : `set in the template: ${wanted.join(', ')}`,
        ],
      }
    },
  },
  {
    says: /serviceaccount "([^"]{1,253})" not found/,
    found: ([account = '']) => ({
      waiting: 'unknown',
      until: `ServiceAccount ${account} exists`,
      message: `the pods need ServiceAccount ${account}, which does not exist`,
      now: [`create ServiceAccount ${account} in the namespace, or correct serviceAccountName`],
    }),
  },
  {
    says: /failed quota: ([^:\s]{1,253}): must specify (.{1,1000})/s,
    found: ([quota = '', resources = '']) => ({
      message: `ResourceQuota ${quota} wants every container to set ${resources}`,
      now: ['set them in the template for each container, init containers included, or add a LimitRange with defaults'],
    }),
  },
  {
    says: /exceeded quota/,
    found: () => ({
      waiting: 'unknown',
      until: 'other pods end, or the quota is raised',
      message: 'the quota of the namespace does not allow the pods',
      now: ['lower the requests, or raise the ResourceQuota of the namespace'],
    }),
  },
  {
    says: /((?:minimum|maximum) (?:cpu|memory|\S{1,60}) usage per (?:Container|Pod) is [^,.]{1,100})/,
    found: ([rule = '']) => ({
      message: `the LimitRange of the namespace forbids the pods: ${rule}`,
      now: ['set requests and limits within the LimitRange'],
    }),
  },
  {
    says: /unable to validate against any security context constraint/,
    found: () => ({
      message: 'no SecurityContextConstraints that the ServiceAccount of the pods may use admits them',
      now: ['remove runAsUser, fsGroup and host access from the template, or grant its ServiceAccount an SCC that admits them'],
    }),
  },
  {
    says: /unable to validate against any pod security policy|no providers available to validate pod request/,
    found: () => ({
      message: 'no PodSecurityPolicy that the ServiceAccount of the pods may use admits them',
      now: ['grant the ServiceAccount the use of a PodSecurityPolicy that admits the pods'],
    }),
  },
  {
    says: /no PriorityClass with name (\S{1,253}) was found/,
    found: ([name = '']) => ({
      waiting: 'unknown',
      until: `PriorityClass ${name} exists`,
      message: `the pods name PriorityClass ${name}, which does not exist`,
      now: [`create PriorityClass ${name}, or remove priorityClassName from the template`],
    }),
  },
  {
    says: /because it is being terminated/,
    found: () => ({
      message: 'the namespace is being deleted, so no pod is created in it',
      now: ['create the workload in another namespace'],
    }),
  },
]

/** `a != b (containers …), c (pod …)`: the first words of each item. */
function violations(list: string): readonly string[] {
  return list
    .slice(0, 2000)
    .split(/\)(?:,|$)/)
    .map((item) => (item.split(' (')[0] ?? '').trim())
    .filter((item) => item !== '')
    .slice(0, 10)
}

/** Texts of the API server (kubernetes staging apiserver/pkg/admission/plugin/webhook/errors/statuserror.go, pkg/api/errors). */
export function refusal(message: string, evidence: string, quotes: Quotes): Found {
  const text = message.slice(0, 2048)
  const denied = /admission webhook "([^"]{1,300})" denied the request/.exec(text)
  if (denied !== null)
    return { cause: 'webhook-refused-pods', certainty: 'certain', facts: { object: quotes.of(denied[1] ?? '', 253) }, evidence: [evidence] }
  // Until 1.13: "failed calling admission webhook".
  const failing = /failed calling (?:admission )?webhook "([^"]{1,300})"/.exec(text)
  if (failing !== null) {
    const name = quotes.of(failing[1] ?? '', 253)
    return {
      cause: 'webhook-refused-pods',
      certainty: 'certain',
      waiting: 'unknown',
      until: `webhook ${name} answers again`,
      message: `admission webhook ${name} does not answer, so the API server refuses the pods`,
      now: [`check the pods and the Service of webhook ${name}; failurePolicy: Ignore would let pods through`],
      facts: { object: name },
      evidence: [evidence],
    }
  }
  const policy = /ValidatingAdmissionPolicy '([^']{1,300})'/.exec(text)
  if (policy !== null)
    return {
      cause: 'admission-denied',
      certainty: 'certain',
      message: `ValidatingAdmissionPolicy ${quotes.of(policy[1] ?? '', 253)} denies the pods`,
      evidence: [evidence],
    }
  if (/ is invalid: /.test(text)) return { cause: 'pod-rejected', certainty: 'certain', evidence: [evidence] }
  const base: Found = { cause: 'admission-denied', certainty: / is forbidden: /.test(text) ? 'certain' : 'possible', evidence: [evidence] }
  for (const { says, found } of refusals) {
    const match = says.exec(text)
    if (match !== null) return { ...base, certainty: 'certain', ...found(match.slice(1).map((group) => quotes.of(group ?? '', 1000))) }
  }
  return base
}
