/** The table of messages, by where they appear. */
import { content } from './content.ts'
import { creation } from './creation.ts'
import { denied } from './denied.ts'
import { endings } from './endings.ts'
import { exits } from './exits.ts'
import { imageNames } from './image-names.ts'
import { logLeftovers } from './log-leftovers.ts'
import { logRights } from './log-rights.ts'
import { logServers, logWaits } from './log-servers.ts'
import { logs } from './logs.ts'
import { network } from './network.ts'
import { otherRegistries } from './other-registries.ts'
import { otherRuntimes } from './other-runtimes.ts'
import type { MessagePattern } from './pattern.ts'
import { pulls } from './pulls.ts'
import { sandboxes } from './sandboxes.ts'
import { scheduling } from './scheduling.ts'
import { starts } from './starts.ts'
import { volumes } from './volumes.ts'
import { wrappers } from './wrappers.ts'

/** The patterns that apply to the texts of one stage. */
export const tables = {
  pull: [...imageNames, ...pulls, ...denied, ...network, ...content, ...otherRegistries],
  create: [...creation, ...starts, ...content, ...otherRuntimes],
  exit: exits,
  sandbox: [...sandboxes, ...network, ...content, ...starts, ...otherRuntimes, ...otherRegistries],
  volume: volumes,
  schedule: scheduling,
  ending: endings,
  log: [...logs, ...logLeftovers, ...logRights, ...logServers],
  waits: logWaits,
} as const satisfies Record<string, readonly MessagePattern[]>

export { wrappers }

/** Every pattern once, for tests and docs. */
export const allPatterns: readonly MessagePattern[] = [
  ...wrappers,
  ...imageNames,
  ...pulls,
  ...denied,
  ...network,
  ...content,
  ...creation,
  ...starts,
  ...otherRegistries,
  ...otherRuntimes,
  ...exits,
  ...sandboxes,
  ...volumes,
  ...scheduling,
  ...endings,
  ...logs,
  ...logLeftovers,
  ...logRights,
  ...logServers,
  ...logWaits,
]

/** How many messages of the table name a cause. */
export function messagesOf(cause: string): number {
  return allPatterns.filter((pattern) => pattern.cause === cause).length
}

export type { Certainty, MessagePattern } from './pattern.ts'
