/** What a matching line of a log means for its container. */
import { isObject, member } from '../../model/json.ts'
import type { Cause } from '../causes/index.ts'
import type { Classified } from '../messages/classify.ts'
import { type ContainerView, newestEnd } from '../view/pod-view.ts'
import { type Context, type Found, foundBy } from './context.ts'
import { blockedByMesh } from './mesh.ts'
import { servedLater } from './own-pod.ts'
import { laterOfMigrations, repairs } from './repairs.ts'
import { analysisOf, findingOn, hazardOf, ranBefore, rerunText } from './scripts.ts'
import { mountAt, volumeOf, writableVolumes } from './storage.ts'

/** Causes that app containers can have, too. */
const ofAnyContainer: ReadonlySet<string> = new Set([
  'application',
  'command-not-found',
  'not-executable',
  'exec-format',
  'disk-full',
  'segfault',
])

/** What a log line, with what is known of the container, means; undefined if it means no more than the exit code. */
export function fromLog(context: Context, container: ContainerView, line: Classified, evidence: string): Found | undefined {
  const { quotes } = context
  const quoted = `log: ${quotes.of(line.matched)}`
  const base = foundBy(line, [quoted, evidence])
  if (base === undefined) return undefined
  if (container.role === 'app' && !ofAnyContainer.has(base.cause)) return ofApp(context, container, line, base)
  const path = line.groups.find((group) => group.startsWith('/')) ?? /(\/[^\s:'"]{1,300})/.exec(line.matched)?.[1] ?? ''
  const facts = path === '' ? {} : { path: quotes.of(path, 300) }
  switch (base.cause) {
    case 'init-not-idempotent':
      return besideRehearsal(context, container, ranAgain(context, container, line, { ...base, facts }, path))
    case 'init-writes-readonly':
      return {
        ...base,
        facts,
        message: `"${container.name}" writes to ${facts.path ?? 'a path'}, which is ${mountWords(context, container, path)}`,
        ...writableAdvice(context, container, path),
      }
    case 'init-waits-forever':
      return {
        ...base,
        certainty: 'certain',
        facts: { target: quotes.of(line.groups[1] ?? '', 253) || 'an object' },
        message: `"${container.name}" needs ${quotes.of(`${line.groups[0] ?? ''} ${line.groups[1] ?? ''}`, 300)}, which does not exist`,
        ...goneAdvice(line.groups[0] ?? ''),
      }
    case 'init-denied-by-volume':
      return line.pattern.id === 'log-write-denied' ? writeDenied(context, container, { ...base, facts }, path) : { ...base, facts }
    case 'not-executable':
      // A shell exits with 126 if it may not execute a file; if it may not write to one, with 1 or 2 (POSIX, 2.8.2).
      if (container.role === 'init' && newestEnd(container)?.exitCode !== 126)
        return writeDenied(context, container, { ...base, cause: 'init-denied-by-volume', facts }, path)
      return { ...base, facts: { program: quotes.of(line.groups[0] ?? '', 200) || 'the program' } }
    case 'command-not-found':
      return { ...base, facts: { program: quotes.of(line.groups[0] ?? '', 200) || 'the program' } }
    case 'application':
      return answered(context, container, line, base) ?? notConnected(context, container, line, evidence)
    case 'init-never-succeeds':
      return {
        ...base,
        message: `"${container.name}" finds that the CNI plugin of the mesh has not redirected the traffic of this pod: the pod was probably created before the plugin ran on the node`,
        now: ['REPLACE-POD'],
        later: [
          'check that the CNI plugin of the mesh runs on the node before pods start there (its repair controller, or a startup taint)',
        ],
      }
    case 'init-not-atomic':
      return notAtomic(context, container, line, { ...base, facts, isKept: keeps(context, container, line, path) })
    default:
      return { ...base, facts }
  }
}

function leftBehind(context: Context, container: ContainerView, { matched }: Classified, path: string): string {
  if (matched.includes('Chain already exists'))
    return `"${container.name}" fails on a rerun because the iptables rules of an earlier run are still in the network of the sandbox`
  const where = path === '' ? 'what an earlier run left behind' : `${context.quotes.of(path, 300)}, which an earlier run left behind`
  return /[Pp]ermission denied|Text file busy/.test(matched)
    ? `"${container.name}" cannot replace ${where}`
    : `"${container.name}" fails on a rerun because of ${where}`
}

export function goneAdvice(resource: string): Pick<Found, 'now' | 'later' | 'until'> {
  if (!/^jobs?\b/.test(resource)) return { until: 'the object exists' }
  return {
    until: null,
    now: ['run the Job again: it was deleted, probably by ttlSecondsAfterFinished, and never comes back by itself'],
    later: ['wait for what the Job does (a table, a file) instead of for the Job, or raise ttlSecondsAfterFinished'],
  }
}

/** Volumes that no container can write to. */
const alwaysReadOnly = ['configMap', 'secret', 'projected', 'downwardAPI'] as const

/** Whether a path is read-only, and why. */
function mountWords({ pod }: Context, container: ContainerView, path: string): string {
  const volume = volumeOf(pod, container, path)
  const type = alwaysReadOnly.find((each) => isObject(member(volume, each)))
  if (type !== undefined) return `read-only: it is on a ${type} volume`
  const mount = mountAt(container, path)
  return mount !== undefined && member(mount, 'readOnly') === true ? 'mounted read-only' : 'read-only'
}

/** A volume that can be written is read-only only for this mount. */
function writableAdvice({ pod, quotes }: Context, container: ContainerView, path: string): Pick<Found, 'now'> {
  const [mount, volume] = [mountAt(container, path), volumeOf(pod, container, path)]
  if (member(mount, 'readOnly') !== true || alwaysReadOnly.some((type) => isObject(member(volume, type)))) return {}
  const place = quotes.of(String(member(mount, 'mountPath')), 253)
  return { now: [`remove readOnly: true from the mount at ${place} of "${container.name}", or write elsewhere`] }
}

/** A log that shows what the rehearsal of the script rules out: the log is a fact, but the script may be another one by now. */
function besideRehearsal({ pod }: Context, container: ContainerView, found: Found): Found {
  if (found.cause !== 'init-not-idempotent' || analysisOf(pod, container)?.verdict !== 'safe') return found
  return {
    ...found,
    certainty: 'possible',
    evidence: [...found.evidence, 'rehearsal: safe; the log may be of another version of the script'],
  }
}

/** A log line that only a rerun explains, if the container ran before. */
function ranAgain(context: Context, container: ContainerView, line: Classified, base: Found, path: string): Found {
  if (!ranBefore(context, container)) {
    return /[Pp]ermission denied/.test(line.matched)
      ? { ...writeDenied(context, container, base, path), cause: 'init-denied-by-volume', certainty: 'possible' }
      : { ...base, certainty: 'likely' }
  }
  const hazard = hazardOf(context, container, line.inner)
  const later = line.matched.includes('Chain already exists') ? laterOfChains : laterOf[line.pattern.id]
  const isKept = keeps(context, container, line, path)
  if (hazard === undefined)
    return {
      isKept,
      ...base,
      certainty: 'certain',
      message: leftBehind(context, container, line, path),
      ...(later === undefined ? {} : { later: [later] }),
    }
  return {
    ...base,
    certainty: 'certain',
    message: rerunText(hazard),
    evidence: [...base.evidence, 'rehearsal: the script fails in the same way when it runs again'],
    hazard,
  }
}

/** A user that may not write to a directory. */
function writeDenied({ quotes }: Context, { name }: ContainerView, base: Found, path: string): Found {
  const where = path === '' ? 'its volume' : quotes.of(path, 300)
  return {
    ...base,
    message: `the user of "${name}" may not write to ${where}`,
    now: [`give the user of "${name}" the right to write to ${where} (fsGroup, runAsUser)`],
  }
}

/** A file that is cut off: an earlier run left it, or the container has received it like that. */
function notAtomic(context: Context, container: ContainerView, { pattern }: Classified, base: Found): Found | undefined {
  const repair = repairs[pattern.id]
  if (repair !== undefined)
    return { ...base, message: `"${container.name}" ${repair.means}`, now: [repair.now], later: laterOfMigrations, ...repair.more }
  if (pattern.id !== 'log-broken-file') return base
  if (!ranBefore(context, container)) return undefined
  return {
    ...base,
    message: `"${container.name}" reads a file that is cut off; an earlier run that failed or was killed probably left it`,
    now: ['remove the incomplete file, then let the container run again'],
  }
}

/** What an app container may lack; the causes of the list with these names are those of init containers. */
function ofApp(context: Context, container: ContainerView, line: Classified, base: Found): Found | undefined {
  const path = /(\/[^\s:'"]{1,300})/.exec(line.matched)?.[1] ?? ''
  if (base.cause === 'init-denied-by-volume') return { ...writeDenied(context, container, base, path), cause: 'application', until: null }
  if (base.cause !== 'init-writes-readonly') return undefined
  const where = path === '' ? 'a path' : context.quotes.of(path, 300)
  return {
    ...base,
    cause: 'application',
    until: null,
    message: `"${container.name}" writes to ${where}, which is ${mountWords(context, container, path)}`,
    now: [`mount an emptyDir at ${where}, or remove readOnly and readOnlyRootFilesystem from "${container.name}"`],
  }
}

function httpAdvice(status: string, name: string): string {
  if (status === '401' || status === '403' || status === '407') return `check the credentials of ${name}, and its right to what it requests`
  if (status === '404' || status === '410') return `correct the URL that ${name} requests, or publish what is missing there`
  if (status === '429') return `let ${name} request less often, or with an account`
  return status.startsWith('5') ? 'check the server that answers, and the proxies before it' : `correct the request of ${name}`
}

/** A server that was reached and answers with a refusal. */
export function answered(context: Context, container: ContainerView, line: Classified, base: Found): Found | undefined {
  const name = `"${container.name}"`
  switch (line.pattern.id) {
    case 'log-api-forbidden':
      return forbidden(context, container, line, base)
    case 'log-login-refused':
      return {
        ...base,
        ...never,
        message: `${name} fails because the server that it logs in to refuses its credentials`,
        now: [
          `compare the credentials of ${name} (user, password, role) with those of the server; a database on an old claim keeps its old password`,
        ],
      }
    case 'log-host-key':
      return {
        ...base,
        ...never,
        message: `${name} fails because it does not know the SSH host key of the server`,
        now: [`add the host key of the server to known_hosts of ${name} (ssh-keyscan), and check its fingerprint`],
      }
    case 'log-untrusted':
      return {
        ...base,
        ...never,
        message: `${name} fails because it does not trust the certificate of the server that it connects to`,
        now: [`mount the CA of the server, or of the proxy that inspects TLS, into ${name}`],
      }
    case 'log-http-status':
      return {
        ...base,
        message: `${name} fails because a server answers with HTTP ${context.quotes.of(line.groups[0] ?? '', 3)}`,
        now: [httpAdvice(line.groups[0] ?? '', name)],
        until: 'the server answers with success',
      }
    default:
      return undefined
  }
}

/** A request that the API server rejects for the ServiceAccount of the pod. */
function forbidden({ pod, quotes }: Context, { name }: ContainerView, { groups }: Classified, base: Found): Found {
  const [verb = '', resource = ''] = groups.filter((group) => group !== '')
  const account = quotes.of(String(member(pod.workload.podSpec, 'serviceAccountName') ?? 'default'), 253)
  const right = verb === '' ? 'do what it asks the API server for' : `${quotes.of(verb, 30)} ${quotes.of(resource, 100)}`
  return {
    ...base,
    until: null,
    message: `"${name}" fails because the ServiceAccount ${account} may not ${right}`,
    now: [`give the ServiceAccount ${account} the right to ${right} (Role and RoleBinding)`],
  }
}

/**
 * Whether what makes it fail outlives the pod: things of a service, files on claims. What an emptyDir or the network of the pod holds, a
 * new pod does not have.
 */
function keeps({ pod }: Context, container: ContainerView, { pattern, matched }: Classified, path: string): boolean {
  if (ofServices.has(pattern.id)) return true
  if (matched.includes('Chain already exists')) return false
  const volume = path === '' ? undefined : volumeOf(pod, container, path)
  if (volume !== undefined) return !isObject(member(volume, 'emptyDir'))
  const written = writableVolumes(pod, container)
  return written.length === 0 || !written.every((each) => isObject(member(each, 'emptyDir')))
}

/** Messages of services, whose content outlives every pod. */
const ofServices: ReadonlySet<string> = new Set([
  'log-db-exists',
  'log-database-exists',
  'log-object-exists',
  'log-service-exists',
  'log-dirty',
])

/** The rules of a mesh are in the network of the sandbox, which outlives a restart of the container (istio#21030). */
const laterOfChains = 'use the CNI plugin of the mesh instead of its init container, or a version of it that removes its own rules first'

/** What a retry cannot change needs no end of the wait. */
const never = { until: null } as const

/** What makes a command repeatable, by the message of its failure. */
const laterOf: Readonly<Record<string, string>> = {
  'log-git-exists': 'make it repeatable: remove the directory before `git clone`, or clone only if it is absent',
  'log-file-exists': 'make it repeatable: `mkdir -p`, `ln -sfn`, and similar',
  'log-cp-denied': 'make it repeatable: `cp -f`, or copy only what is absent',
  'log-db-exists': 'make it repeatable: IF NOT EXISTS, and a lock if several replicas run it',
  'log-database-exists': 'make it repeatable: IF NOT EXISTS, and a lock if several replicas run it',
  'log-object-exists': 'make it repeatable: `kubectl apply`, `helm upgrade --install`',
  'log-service-exists': 'make it repeatable: `--if-not-exists`, `--ignore-existing`, or ask first whether it exists',
  'log-account-exists': 'make it repeatable: ask first whether it exists (`id`, `getent`, `keytool -list`)',
}

/** A connection that fails: a mesh, a server of the same pod, or something else that is not there. */
function notConnected(context: Context, container: ContainerView, line: Classified, evidence: string): Found {
  const quoted = `log: ${context.quotes.of(line.matched)}`
  const mesh = blockedByMesh(context, container)
  if (mesh !== undefined) return { ...mesh, evidence: [quoted, ...mesh.evidence, evidence] }
  const rule = container.role === 'init' ? findingOn(context, container, ['init-waits-for-own-pod', 'init-before-sidecar']) : undefined
  if (rule !== undefined) return { cause: rule.rule as Cause, certainty: 'likely', evidence: [quoted, `rule ${rule.rule}`, evidence] }
  const later = servedLater(context, container, line.inner)
  if (later !== undefined) return { ...later, evidence: [quoted, ...later.evidence, evidence] }
  return {
    cause: 'application',
    certainty: 'possible',
    message: `"${container.name}" cannot connect to what it needs, and exits`,
    until: 'the other side answers',
    now: ['check that the name resolves and that the Service has endpoints; behind a proxy, set it for this container, too'],
    evidence: [quoted, evidence],
  }
}
