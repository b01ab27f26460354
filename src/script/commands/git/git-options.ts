/** Parses git's command line: global options, the subcommand, and the options of the subcommand. */

import { keyOf, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, OptionTable } from '../command.ts'
import { type Options, readOptions } from '../kit/options.ts'

export interface GitCall {
  readonly call: Call
  readonly subcommand: string
  /** `git -C DIR`. */
  readonly folder: Value | undefined
  readonly options: Options
}

const quiet = ['-q', '--quiet', '-v', '--verbose', '--progress', '--no-progress']

const tables: ReadonlyMap<string, OptionTable> = new Map<string, OptionTable>([
  [
    'clone',
    {
      flags: [
        ...quiet,
        ...[
          '--bare',
          '--mirror',
          '--single-branch',
          '--no-single-branch',
          '--recursive',
          '--shallow-submodules',
          '--no-checkout',
          '-n',
          '-l',
          '-s',
          '--sparse',
        ],
        ...['--no-tags', '--local', '--no-hardlinks', '--shared', '--dissociate', '--remote-submodules', '--no-local'],
      ],
      values: [
        '-b',
        '--branch',
        '--depth',
        '-o',
        '--origin',
        '-c',
        '--config',
        '-j',
        '--jobs',
        '--reference',
        '--filter',
        '--shallow-since',
        '-u',
        '--template',
      ],
      attached: ['--recurse-submodules'],
    },
  ],
  ['init', { flags: [...quiet, '--bare'], values: ['-b', '--initial-branch', '--template'], attached: ['--shared'] }],
  [
    'config',
    {
      flags: [
        ...[
          '--global',
          '--system',
          '--local',
          '--add',
          '--replace-all',
          '--get',
          '--get-all',
          '--list',
          '-l',
          '--unset',
          '--unset-all',
          '--get-regexp',
        ],
        ...['--bool', '--int', '--worktree', '--path'],
      ],
      values: ['-f', '--file', '--type'],
    },
  ],
  [
    'checkout',
    {
      flags: [...quiet, '-f', '--force', '-t', '--track', '--detach', '--no-track', '--recurse-submodules'],
      values: ['-b', '-B', '--orphan'],
    },
  ],
  [
    'switch',
    { flags: [...quiet, '-f', '--force', '-t', '--detach', '--discard-changes'], values: ['-c', '-C', '--create', '--force-create'] },
  ],
  ['reset', { flags: [...quiet, '--hard', '--soft', '--mixed', '--keep', '--merge'] }],
  [
    'branch',
    {
      flags: [...quiet, '-d', '-D', '-f', '-m', '-M', '-a', '-r', '--delete', '--force', '--list', '--show-current'],
      values: ['-u', '--set-upstream-to'],
    },
  ],
  ['tag', { flags: [...quiet, '-f', '--force', '-a', '-d', '-l', '--delete', '--list', '-s'], values: ['-m', '--message'] }],
  [
    'submodule',
    {
      flags: [...quiet, '--init', '--recursive', '--remote', '-f', '--force', '--no-fetch'],
      values: ['--depth', '-b', '--name', '-j', '--jobs'],
    },
  ],
  ['worktree', { flags: [...quiet, '-f', '--force', '--detach'], values: ['-b', '-B'] }],
])

/** Options of the other subcommands, which do not write to files that are named on the command line. */
const other: OptionTable = {
  harmful: ['--output'],
  lenient: 'The subcommand prints, or brings a repository up to date; whatever its options, a rerun does the same.',
}

/** The options of a subcommand. */
export function gitTable(subcommand: string): OptionTable {
  return tables.get(subcommand) ?? other
}

/** Parses a git call. @throws NotAnalyzed for unsupported options */
export function readGit(call: Call): GitCall {
  let folder: Value | undefined
  const words = call.arguments
  let index = 0
  for (; index < words.length; index++) {
    const text = keyOf(words[index] ?? [])
    if (text === '-C') {
      if (folder !== undefined) throw new NotAnalyzed('what git does with several -C options')
      folder = words[++index]
    } else if (text === '-c') index++
    else if (text === '--git-dir' || text === '--work-tree' || /^--(git-dir|work-tree)=/.test(text))
      throw new NotAnalyzed(`what git ${text} does`)
    else if (!text.startsWith('-') || text === '--version') break
  }
  const subcommand = textOf(words[index] ?? [])
  if (subcommand === undefined) throw new NotAnalyzed('which git subcommand runs')
  const inner = { ...call, arguments: words.slice(index + 1) }
  return { call: inner, subcommand, folder, options: readOptions(inner, gitTable(subcommand)) }
}
