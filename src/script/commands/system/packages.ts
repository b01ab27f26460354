/** Package managers: most of their changes are on the container's own file system and are lost with it. */

import { keyOf, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { readServiceOptions } from '../kit/service.ts'

/** `apt-get install`, `apk add` and similar, on the container's own file system. */
function systemPackages(call: Call): number {
  call.fallible()
  const isElsewhere = call.arguments.some((word) => /^--(root|installroot|prefix)\b|^-p$/.test(textOf(word) ?? keyOf(word)))
  return isElsewhere ? call.notFollowed(`what ${call.name} does under another root`) : 0
}

/** A directory filled by a package manager: it exists, with unknown contents. */
function populate(folder: Value, call: Call): void {
  const { machine } = call
  const path = machine.resolveWhole(machine.path(folder))
  const node = machine.files.look(path)
  if (node?.kind === 'absent' || (node?.kind === 'folder' && node.closed)) machine.write(path, { kind: 'folder', closed: false })
}

function pip(call: Call): number {
  call.fallible()
  const options = readServiceOptions(call.arguments, {
    values: [
      '-r',
      '-t',
      '--target',
      '-c',
      '-i',
      '--index-url',
      '--extra-index-url',
      '-f',
      '--find-links',
      '--prefix',
      '--root',
      '--cache-dir',
    ],
  })
  const verb = textOf(options.operands[0] ?? [])
  if (verb !== 'install')
    return /^(list|show|freeze|check|config|cache|download|wheel)$/.test(verb ?? '') ? 0 : call.notFollowed('what this pip command does')
  const target = options.given.get('-t') ?? options.given.get('--target') ?? options.given.get('--prefix')
  if (target === undefined) return 0
  populate(target, call)
  // Without --upgrade, pip treats an incomplete package as complete (observed with pip 23).
  const upgrades = call.arguments.some((word) => /^(-U|--upgrade)$/.test(textOf(word) ?? ''))
  if (!upgrades) call.unknown('whether an earlier run left incomplete packages')
  return 0
}

/** `python -m venv DIR`: keeps what exists and adds what is missing. */
function venv(call: Call): number {
  const { operands } = readServiceOptions(call.arguments, {
    values: ['-p', '--python', '--prompt'],
    flags: ['--clear', '--upgrade', '--copies'],
  })
  for (const operand of operands) populate(operand, call)
  return operands.length === 0 ? 2 : 0
}

/** `composer install`, `composer dump-autoload`: afterward, the packages of composer.lock are installed. */
function composer(call: Call): number {
  call.fallible()
  const { given, operands } = readServiceOptions(call.arguments, { values: ['-d', '--working-dir'] })
  const verb = textOf(operands[0] ?? []) ?? ''
  if (!/^(install|dump-autoload|dumpautoload|check-platform-reqs|validate|clear-cache|config)$/.test(verb))
    return call.notFollowed('what this composer command does')
  if (verb === 'install') populate([...(given.get('-d') ?? given.get('--working-dir') ?? ['.']), '/vendor'], call)
  return 0
}

function node(call: Call): number {
  call.fallible()
  const words = call.arguments.map((word) => textOf(word) ?? '')
  const verb = words.find((word) => !word.startsWith('-')) ?? (call.name === 'yarn' ? 'install' : '')
  if (/^(ci|install|i|add|config|cache|prune|rebuild)$/.test(verb)) {
    if (!words.includes('-g') && !words.includes('--global') && verb !== 'config' && verb !== 'cache') populate(['node_modules'], call)
    return 0
  }
  if ((verb === 'exec' || verb === 'dlx') && words[0] === verb) return call.run(call.arguments.slice(words[1] === '--' ? 2 : 1))
  if ((call.name === 'yarn' || call.name === 'pnpm') && words[0] === verb && verb !== 'run') return call.run(call.arguments)
  return call.notFollowed(`what ${call.name} ${verb} does`)
}

export const packageCommands: readonly CommandModel[] = [
  command(
    'processes',
    ['apt-get', 'apt', 'apk', 'yum', 'dnf', 'microdnf', 'zypper', 'pacman', 'dpkg', 'rpm', 'apt-key', 'add-apt-repository'],
    systemPackages,
    {
      form: 'apt-get install, apk add, yum install',
      again: 'no change: a new container starts from the image',
      safeWhen: '',
    },
  ),
  command(
    'processes',
    ['pip', 'pip3'],
    pip,
    { form: 'pip install PACKAGE', again: 'no change: a new container starts from the image', safeWhen: '' },
    { form: 'pip install --target DIR', again: 'keeps existing packages, even incomplete ones', safeWhen: '--upgrade' },
  ),
  command('processes', ['venv', 'virtualenv'], venv, { form: 'python -m venv DIR', again: 'no change', safeWhen: '' }),
  command('processes', ['npm', 'yarn', 'pnpm'], node, { form: 'npm ci, npm install', again: 'no change', safeWhen: '' }),
  command('processes', ['composer'], composer, { form: 'composer install', again: 'no change', safeWhen: '' }),
  command('processes', ['gem', 'cargo', 'go'], (call) => {
    call.fallible()
    return call.notFollowed(`what ${call.name} does`)
  }),
]
