/** Init containers that connect to a server in their own pod that starts after them. */
import { member } from '../../model/json.ts'
import { portsOf } from '../../rules/pod-servers.ts'
import type { ContainerView } from '../view/pod-view.ts'
import type { Context, Found } from './context.ts'

/** How messages name the pod itself. */
const ownAddress = /\blocalhost\b|\b127\.0\.0\.1\b|\[::1\]/
/** The port behind it: `127.0.0.1:5432`, `"localhost" (127.0.0.1), port 5432`. */
const portOf = /(?:(?:localhost|127\.0\.0\.1|::1\]?)'?:|\bport )(\d{1,5})\b/

/**
 * A connection to the pod itself that is refused because a later container serves it; undefined if another explanation is as good: a sidecar
 * that has started, or a server of the container's own.
 * @param line of the log that says that the connection failed
 */
export function servedLater({ pod, quotes }: Context, container: ContainerView, line: string): Found | undefined {
  // On the network of the node, the address is that of the node.
  const isOwn = member(pod.workload.podSpec, 'hostNetwork') !== true && ownAddress.test(line)
  if (container.role !== 'init' || !isOwn) return undefined
  const position = pod.containers.indexOf(container)
  if (pod.containers.some(({ role }, index) => role === 'sidecar' && index < position)) return undefined
  const port = Number(portOf.exec(line)?.[1] ?? 0)
  const later = pod.containers.filter(({ role }, index) => role === 'app' || (role === 'sidecar' && index > position))
  const declares = later.find(({ container: spec }) => portsOf(spec).includes(port))
  const other = declares ?? (later.length === 1 ? later[0] : later.find(({ name }) => /proxy|tunnel|agent/.test(name)))
  if (other === undefined) return undefined
  const name = quotes.of(other.name, 63)
  return {
    cause: 'init-needs-later-container',
    certainty: declares === undefined ? 'possible' : 'likely',
    facts: { other: name },
    message: `"${container.name}" connects to its own pod, where nothing listens before "${name}" starts, after all init containers`,
    now: [`make "${name}" a native sidecar (restartPolicy: Always) that is declared before "${container.name}"`],
    later: [],
    evidence: [`the log names the pod itself${port === 0 ? '' : `, port ${port}`}`],
  }
}
