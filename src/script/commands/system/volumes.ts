/** Logical volumes and pools of disks: LVM and ZFS. What they create stays on the disks. */

import type { CommandModel } from '../command.ts'
import { serviceModel } from '../kit/service.ts'

const described = 'They describe what is created, and do not change what a second call does.'

/** lvm(8): a command that fails exits 5 (lib/commands/errors.h, ECMD_FAILED). */
const lvmFailure = 5

/** `vgdisplay GROUP ||`: guards name volumes in several ways, so their answers are not followed. */
const questions = ['pvs', 'pvdisplay', 'pvscan', 'vgs', 'vgdisplay', 'vgscan', 'lvs', 'lvdisplay', 'lvscan']

export const volumeCommands: readonly CommandModel[] = [
  serviceModel({
    names: ['vgcreate'],
    section: 'processes',
    service: 'lvm',
    forms: [],
    lenient: described,
    rules: [{ words: [], effect: 'creates', kind: 'group', failure: lvmFailure }],
  }),
  serviceModel({
    names: ['lvcreate'],
    section: 'processes',
    service: 'lvm',
    forms: [],
    lenient: described,
    rules: [{ words: [], effect: 'creates', kind: 'volume', name: 'all', failure: lvmFailure }],
  }),
  ...questions.map((name) =>
    serviceModel({
      names: [name],
      section: 'processes',
      service: 'lvm',
      forms: [],
      lenient: 'Its answer is not followed, whatever its options.',
      rules: [],
    }),
  ),
  serviceModel({
    names: ['zpool', 'zfs'],
    section: 'processes',
    service: 'zfs',
    traits: { hasSubcommands: true },
    forms: [],
    flags: ['-p'],
    lenient: described,
    rules: [{ words: ['create'], effect: 'creates', name: 'all', lenient: ['-p'] }],
  }),
]
