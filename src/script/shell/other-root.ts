/** Which commands work the same under another root (`chroot`, `nsenter`) as in the container. */
import type { CatalogueSection, CommandModel } from '../commands/command.ts'

/** Sections whose commands work the same under another root. Users and interfaces are excluded: those of a node outlive the pod. */
const sameInOtherRoot: ReadonlySet<CatalogueSection> = new Set(['shell', 'files', 'archives', 'downloads', 'text', 'processes', 'git'])
/** Commands whose effect ends with the container but persists on a node. */
const staysOnNode: ReadonlySet<string> = new Set('mount umount ip iptables ip6tables iptables-legacy iptables-nft tc crontab'.split(' '))

/** Whether the model of a command is also valid under another root. */
export function isFollowedInOtherRoot({ section }: CommandModel, name: string): boolean {
  return sameInOtherRoot.has(section) && !staysOnNode.has(name)
}
