/** Which commands work the same under another root (`chroot`, `nsenter`) as in the container. */
import type { CatalogueSection, CommandModel } from '../commands/command.ts'

/** Sections whose commands work the same under another root. Users and interfaces are excluded: those of a node outlive the pod. */
const sameInOtherRoot: ReadonlySet<CatalogueSection> = new Set(['shell', 'files', 'archives', 'downloads', 'text', 'processes', 'git'])

/** Whether the model of a command is also valid under another root. */
export function isFollowedInOtherRoot({ section, staysOnNode, changesNetwork }: CommandModel): boolean {
  return changesNetwork === true || (sameInOtherRoot.has(section) && staysOnNode !== true)
}
