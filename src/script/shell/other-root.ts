/** Which commands do the same under another root (`chroot`, `nsenter`) as in the container. */
import type { CatalogueSection, CommandModel } from '../commands/command.ts'

/** Families whose commands do the same under another root; users and interfaces of a node outlive the pod, those of a container do not. */
const sameInOtherRoot: ReadonlySet<CatalogueSection> = new Set(['shell', 'files', 'archives', 'downloads', 'text', 'processes', 'git'])
/** What ends with the container, but stays on a node. */
const staysOnNode: ReadonlySet<string> = new Set('mount umount ip iptables ip6tables iptables-legacy iptables-nft tc crontab'.split(' '))

/** Whether a command of the catalogue is followed under another root as well. */
export function isFollowedInOtherRoot({ section }: CommandModel, name: string): boolean {
  return sameInOtherRoot.has(section) && !staysOnNode.has(name)
}
