/** git's command line: its own options, the subcommand, and the subcommand's. */

import { keyOf, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'
import { type OptionSpecification, type Options, readOptions } from '../kit/options.ts'

export interface GitCall {
  readonly call: Call
  readonly subcommand: string
  /** `git -C FOLDER`. */
  readonly folder: Value | undefined
  readonly options: Options
}

const quiet = ['-q', '--quiet', '-v', '--verbose', '--progress', '--no-progress']

const specifications: ReadonlyMap<string, OptionSpecification> = new Map<string, OptionSpecification>([
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

/** Takes a call of git apart. @throws NotAnalyzed for options that are not followed */
export function readGit(call: Call): GitCall {
  let folder: Value | undefined
  const words = call.arguments
  let index = 0
  for (; index < words.length; index++) {
    const text = keyOf(words[index] ?? [])
    if (text === '-C') {
      if (folder !== undefined) throw new NotAnalyzed('git with several folders')
      folder = words[++index]
    } else if (text === '-c') index++
    else if (text === '--git-dir' || text === '--work-tree' || /^--(git-dir|work-tree)=/.test(text)) throw new NotAnalyzed(`git ${text}`)
    else if (!text.startsWith('-') || text === '--version') break
  }
  const subcommand = textOf(words[index] ?? [])
  if (subcommand === undefined) throw new NotAnalyzed('what git is asked to do')
  const inner = { ...call, arguments: words.slice(index + 1) }
  const specification = specifications.get(subcommand)
  return { call: inner, subcommand, folder, options: specification === undefined ? operandsOnly(inner) : readOptions(inner, specification) }
}

/** Subcommands whose options do not matter. */
function operandsOnly(call: Call): Options {
  return readOptions({ ...call, arguments: call.arguments.filter((word) => !keyOf(word).startsWith('-')) }, { flags: [] })
}
