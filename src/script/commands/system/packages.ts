/** Package managers: most of their changes are on the container's own file system and are lost with it. */

import { renamed } from '../../change/kit.ts'
import { layersOf } from '../../machine/file-system.ts'
import { pythonEnvironments } from '../../shape/places.ts'
import { concat, identity, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading, readOptions, withTables } from '../kit/options.ts'
import { argumentText, writtenPath } from '../kit/reading.ts'
import { fillFolder } from '../kit/trees.ts'

/** The package managers of distributions: apart from another root, their options do not matter. */
const systemOptions: OptionTable = {
  values: ['-o'],
  lenient: 'Packages go to the file system of the container, which ends with it, whatever the options.',
  harmful: [
    ...['--root', '--installroot', '--prefix', '-p', '--rootdir', '--instdir', '--downloaddir', '--destdir', '--relocate', '--dbpath'],
    ...['--admindir', '--extract', '--vextract', '--cachedir', '--sysroot', '-x', '-X'],
  ],
}

/** `apt-get install`, `apk add` and similar, on the container's own file system. */
function systemPackages(call: Call, options: Options): number {
  call.fallible()
  // `-o Dir=…` and `-o RootDir=…` move what apt-get writes (apt.conf(5)).
  const isElsewhere = options.all('-o').some((word) => /^(Dir|RootDir)\b/i.test(keyOf(word)))
  if (textOf(options.operands[0] ?? []) === 'download') return call.notFollowed(`what ${call.name} downloads`)
  return isElsewhere ? call.notFollowed(`what ${call.name} does under another root`) : 0
}

/**
 * A directory filled by a package manager, which adds what is missing. A kill leaves part of it, also in a directory that a script tests for
 * (`[ -d node_modules ] || npm ci`). In a directory of the image, it changes nothing that is known.
 */
function populate(folder: Value, call: Call): void {
  const { machine } = call
  const path = writtenPath(folder, machine)
  const source = `the packages of ${call.name}`
  const node = machine.files.look(path)
  if (node?.kind === 'absent') machine.write(path, { kind: 'folder', closed: true })
  else if (node?.kind !== 'folder' || !(node.closed || layersOf(node, path).some((layer) => layer.source === source))) return
  fillFolder(path, source, call)
}

/** pip.pypa.io/en/stable/cli/pip_install, "Options", and pip's general options. */
const pipOptions: OptionTable = {
  values: [
    ...['-r', '--requirement', '-t', '--target', '-c', '--constraint', '-i', '--index-url', '--extra-index-url', '-f', '--find-links'],
    ...['--prefix', '--root', '--cache-dir', '--trusted-host', '--timeout', '--retries', '--proxy', '--cert', '--client-cert', '-e'],
    ...['--editable', '--platform', '--python-version', '--implementation', '--abi', '--only-binary', '--no-binary', '--upgrade-strategy'],
    ...['--log', '--exists-action', '--progress-bar', '--src', '-b', '--build', '--root-user-action', '--python', '--use-feature', '-d'],
    ...['--config-settings', '-C', '--report', '--global-option', '--dest', '-w', '--wheel-dir', '--use-deprecated', '--format'],
  ],
  flags: [
    ...['-q', '--quiet', '-v', '--verbose', '-U', '--upgrade', '--user', '--no-cache-dir', '--no-deps', '--no-input', '--pre', '-I'],
    ...['--ignore-installed', '--force-reinstall', '--disable-pip-version-check', '--no-warn-script-location', '--no-compile', '--compile'],
    ...[
      '--no-index',
      '--require-hashes',
      '--break-system-packages',
      '--prefer-binary',
      '--no-build-isolation',
      '--no-color',
      '-y',
      '--yes',
    ],
    ...[
      '--isolated',
      '--require-virtualenv',
      '--no-clean',
      '--ignore-requires-python',
      '--check-build-dependencies',
      '--debug',
      '--no-use-pep517',
    ],
    ...['--use-pep517', '--no-warn-conflicts', '--no-python-version-warning', '-V', '--version', '--dry-run'],
  ],
}

function pip(call: Call, options: Options): number {
  call.fallible()
  const verb = textOf(options.operands[0] ?? [])
  if (verb !== 'install')
    return /^(list|show|freeze|check|config|cache|debug|index)$/.test(verb ?? '') ? 0 : call.notFollowed('what this pip command does')
  if (options.has('--dry-run')) return 0
  const target = options.value('-t', '--target', '--prefix', '--root')
  if (target === undefined) return 0
  const isUpgrade = options.has('-U', '--upgrade')
  if (!options.has('-t', '--target')) {
    populate(target, call)
    if (!isUpgrade) call.unknown('whether an earlier run left incomplete packages')
    return 0
  }
  const { machine } = call
  const path = writtenPath(target, machine)
  const found = machine.files.look(path) ?? machine.suppose(path, { kind: 'folder', closed: false })
  if (found.kind === 'absent' ? !makeFolder(path, machine, true) : found.kind !== 'folder') return 1
  const source = identity(`pip ${argumentText([...options.operands, ...options.all('-r', '--requirement')])}`)
  // Without --upgrade, pip keeps the directory of a package that exists, complete or not (pip 23, commands/install.py, _handle_target_dir).
  fillFolder(path, source, call, { beneath: !isUpgrade })
  return 0
}

/** `python -m venv --help`, and the common options of virtualenv. */
const venvOptions: OptionTable = {
  values: ['-p', '--python', '--prompt'],
  flags: [
    ...['--clear', '--upgrade', '--copies', '--symlinks', '--system-site-packages', '--without-pip', '--upgrade-deps', '--always-copy'],
    ...[
      '-q',
      '--quiet',
      '-v',
      '--verbose',
      '--no-download',
      '--download',
      '--no-setuptools',
      '--no-wheel',
      '--no-pip',
      '--without-scm-ignore-files',
    ],
  ],
}

/** `python -m venv DIR`: keeps what exists and adds what is missing. */
function venv(call: Call, { operands }: Options): number {
  for (const operand of operands) populate(operand, call)
  return operands.length === 0 ? 2 : 0
}

/** getcomposer.org/doc/03-cli.md: the global options, and those of `install` and `dump-autoload`. */
const composerOptions: OptionTable = {
  values: ['-d', '--working-dir', '--prefer-install', '--ignore-platform-req'],
  flags: [
    ...['-n', '--no-interaction', '-q', '--quiet', '-v', '--verbose', '--no-dev', '--dev', '-o', '--optimize-autoloader', '--optimize'],
    ...['--no-scripts', '--no-plugins', '--no-progress', '--prefer-dist', '--prefer-source', '-a', '--classmap-authoritative', '--ansi'],
    ...['--no-ansi', '--ignore-platform-reqs', '--apcu-autoloader', '--apcu', '--no-cache', '--no-autoloader', '--no-suggest', '--profile'],
    ...[
      '--no-install',
      '--download-only',
      '--dry-run',
      '--strict-psr',
      '-g',
      '--global',
      '--no-check-all',
      '--no-check-publish',
      '--strict',
    ],
  ],
}

/** `composer install`, `composer dump-autoload`: afterward, the packages of composer.lock are installed. */
function composer(call: Call, { value, operands }: Options): number {
  call.fallible()
  const verb = textOf(operands[0] ?? []) ?? ''
  if (!/^(install|dump-autoload|dumpautoload|check-platform-reqs|validate|clear-cache|config)$/.test(verb))
    return call.notFollowed('what this composer command does')
  if (verb === 'install') populate([...(value('-d', '--working-dir') ?? ['.']), '/vendor'], call)
  return 0
}

/** docs.npmjs.com/cli/configuring-npm, yarnpkg.com/cli and pnpm.io/cli. */
const nodeOptions: OptionTable = {
  flags: [
    ...['-g', '--global', '--production', '--prod', '-P', '--no-audit', '--no-fund', '--silent', '-s'],
    ...['--save', '-S', '--save-dev', '-D', '--save-exact', '-E', '--legacy-peer-deps', '--force', '-f'],
    ...[
      '--ignore-scripts',
      '--prefer-offline',
      '--no-save',
      '--frozen-lockfile',
      '--no-frozen-lockfile',
      '--immutable',
      '--no-progress',
      '--quiet',
      '-q',
    ],
    ...[
      '--verbose',
      '--offline',
      '--no-optional',
      '--non-interactive',
      '--no-lockfile',
      '--pure-lockfile',
      '--ignore-engines',
      '--ignore-optional',
    ],
    ...[
      '--no-package-lock',
      '--package-lock-only',
      '--unsafe-perm',
      '--no-bin-links',
      '--no-update-notifier',
      '--audit',
      '--inline-builds',
      '--check-cache',
      '--network-concurrency',
    ],
    ...['--no-color', '--yes', '-y', '--shamefully-hoist', '--strict-peer-dependencies', '--dev', '--optional', '--prefer-frozen-lockfile'],
  ],
  values: [
    '--omit',
    '--include',
    '--loglevel',
    '--registry',
    '--network-timeout',
    '--maxsockets',
    '--fetch-timeout',
    '--fetch-retries',
    '--userconfig',
    '--mutex',
    // The directory of the project.
    '--prefix',
    '--cwd',
    '--dir',
    '-C',
  ],
}

function node(call: Call): number {
  call.fallible()
  const isVerb = (word: Value) => !keyOf(word).startsWith('-')
  const start = call.arguments.findIndex(isVerb)
  const verb = start === -1 ? (call.name === 'yarn' ? 'install' : '') : (textOf(call.arguments[start] ?? []) ?? '')
  if (/^(ci|install|i|add|config|cache|prune|rebuild)$/.test(verb)) {
    const options = readOptions(call, nodeOptions)
    if (options.has('-g', '--global') || verb === 'config' || verb === 'cache') return 0
    const project = options.value('--prefix', '--cwd', '--dir', '-C')
    populate(project === undefined ? literal('node_modules') : concat(project, literal('/node_modules')), call)
    return 0
  }
  const [, next] = call.arguments
  if ((verb === 'exec' || verb === 'dlx') && start === 0) return call.run(call.arguments.slice(textOf(next ?? []) === '--' ? 2 : 1))
  if ((call.name === 'yarn' || call.name === 'pnpm') && start === 0 && verb !== 'run') return call.run(call.arguments)
  return call.notFollowed(`what ${call.name} ${verb} does`)
}

export const packageCommands: readonly CommandModel[] = [
  command(
    'processes',
    [
      'apt-get',
      'apt',
      'apk',
      'yum',
      'dnf',
      'microdnf',
      'zypper',
      'pacman',
      'dpkg',
      'rpm',
      'apt-key',
      'add-apt-repository',
      'amazon-linux-extras',
    ],
    reading(systemOptions, systemPackages),
    {
      form: 'apt-get install, apk add, yum install',
      again: 'no change: a new container starts from the image',
      safeWhen: '',
    },
  ),
  command(
    'processes',
    ['pip', 'pip3'],
    {
      run: reading(pipOptions, pip),
      places: pythonEnvironments,
      hasSubcommands: true,
      repairs: { interrupted: (situation) => renamed(situation, 'install', 'install --upgrade') },
    },
    { form: 'pip install PACKAGE', again: 'no change: a new container starts from the image', safeWhen: '' },
    { form: 'pip install --target DIR', again: 'keeps existing packages, even incomplete ones', safeWhen: '--upgrade' },
  ),
  command('processes', ['venv', 'virtualenv'], reading(venvOptions, venv), {
    form: 'python -m venv DIR',
    again: 'no change',
    safeWhen: '',
  }),
  command(
    'processes',
    ['npm', 'yarn', 'pnpm'],
    { run: withTables([{ table: nodeOptions, after: 'npm ci' }], node), startsTools: true, hasSubcommands: true },
    {
      form: 'npm ci, npm install',
      again: 'no change',
      safeWhen: '',
    },
  ),
  command('processes', ['composer'], reading(composerOptions, composer), { form: 'composer install', again: 'no change', safeWhen: '' }),
  command('processes', ['gem', 'cargo'], {
    hasSubcommands: true,
    run: (call) => {
      call.fallible()
      return call.notFollowed(`what ${call.name} does`)
    },
  }),
]
