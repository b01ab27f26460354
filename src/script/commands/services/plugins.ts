/** Tools that install plugins into a server's directory: Elasticsearch, OpenSearch, Grafana, Jenkins. */

import { mountOf } from '../../container/storage.ts'
import { parentFolder } from '../../machine/command-machine.ts'
import { ownBin } from '../../shape/places.ts'
import { concat, empty, hasUnknown, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'

/** Exit status of `remove` if the plugin does not exist (sysexits.h, EX_CONFIG; elasticsearch libs/cli ExitCodes). */
const noSuchPlugin = 78

const pluginOptions: OptionTable = {
  values: ['-E'],
  flags: ['-b', '--batch', '-s', '--silent', '-v', '--verbose', '-p', '--purge'],
}

/** `elasticsearch-plugin install NAME`, `remove NAME`: one directory per plugin (elasticsearch InstallPluginAction, RemovePluginAction). */
function searchPlugin(home: string): CommandModel['run'] {
  return reading(pluginOptions, (call, { has, operands }) => {
    const [verb, ...names] = operands
    const folder = pluginFolder(call, home)
    if (folder === undefined || names.length === 0) return call.notFollowed(`what this ${call.name} command does`)
    const paths = names.map((name) => `${folder}/${keyOf(name).replaceAll('/', '\u2215')}`)
    if (textOf(verb ?? empty) === 'install') return install(paths, call)
    if (textOf(verb ?? empty) === 'remove') return remove(paths, has('-p', '--purge'), call)
    return call.notFollowed(`what this ${call.name} command does`)
  })
}

/** The plugin directory; undefined if a volume is mounted for the plugins of a server that is installed elsewhere. */
function pluginFolder({ name, machine }: Call, home: string): string | undefined {
  const own = /^(\/.+)\/bin\/[^/]+$/.exec(name)?.[1]
  const folder = `${own ?? home}/plugins`
  const isElsewhere = own === undefined && mountOf(folder, machine.files.mounts) === undefined
  return isElsewhere && machine.files.mounts.some(({ path }) => /\/plugins(\/|$)/.test(path)) ? undefined : machine.resolveWhole(folder)
}

function install(paths: readonly string[], call: Call): number {
  const { machine } = call
  call.fallible()
  if (paths.some((path) => machine.suppose(path, { kind: 'absent' }).kind !== 'absent')) return 1
  for (const path of paths) {
    if (!parentFolder(path, machine)) return 1
    machine.write(path, { kind: 'folder', closed: false })
  }
  return 0
}

function remove(paths: readonly string[], purges: boolean, { machine }: Call): number {
  for (const path of paths) {
    const node = machine.suppose(path, purges ? { kind: 'absent' } : { kind: 'folder', closed: false })
    if (node.kind === 'absent' && !purges) return noSuchPlugin
    if (node.kind !== 'absent') machine.remove(path)
  }
  return 0
}

/** `grafana-cli plugins install NAME`: an existing plugin is removed first (grafana pkg/plugins/storage/fs.go, extractFiles). */
const grafanaOptions: OptionTable = {
  style: 'words',
  values: ['--pluginsDir', '--pluginUrl', '--repo', '--homepath', '--config', '--configOverrides'],
  flags: ['--insecure', '--debug', '-d'],
}

function grafana(call: Call, { value, operands }: Options): number {
  call.fallible()
  const words = operands.map((word) => textOf(word) ?? '')
  const [first, verb] = words[0] === 'cli' ? words.slice(1) : words
  const name: Value | undefined = operands[words.indexOf('install') + 1]
  if (first !== 'plugins' || verb !== 'install' || name === undefined) return call.notFollowed(`what this ${call.name} command does`)
  const { machine } = call
  const folder = value('--pluginsDir') ?? machine.variable('GF_PATHS_PLUGINS') ?? literal('/var/lib/grafana/plugins')
  const path = writtenPath(concat(folder, literal('/'), name), machine)
  if (hasUnknown(folder)) return call.notFollowed(`where ${call.name} puts its plugins`)
  if (!makeFolder(path, machine, true)) return 1
  machine.addLayer(path, { source: `grafana plugin ${keyOf(name)}`, path: '' })
  return 0
}

/** github.com/jenkinsci/plugin-installation-manager-tool, "CLI Options". */
const jenkinsOptions: OptionTable = {
  values: [
    ...['-p', '--plugins', '-f', '--plugin-file', '-d', '--plugin-download-directory', '-w', '--war', '--jenkins-version'],
    ...['--jenkins-update-center', '--jenkins-plugin-info', '--jenkins-incrementals-repo-mirror', '-o', '--output', '--credentials'],
    '--latest',
  ],
  flags: [
    ...[
      '--verbose',
      '--skip-failed-plugins',
      '--no-download',
      '-l',
      '--list',
      '--latest-specified',
      '--latestSpecified',
      '--clean-download-directory',
    ],
    ...['--view-security-warnings', '--hide-security-warnings', '--view-all-security-warnings', '--available-updates', '-s'],
  ],
}

/** `jenkins-plugin-cli` and `install-plugins.sh` of the image: a plugin is downloaded to a temporary name, and renamed. */
function jenkins(call: Call, { value, has }: Options): number {
  call.fallible()
  const { machine } = call
  if (has('--no-download', '-l', '--list', '--available-updates')) return 0
  const home = machine.variable('REF') ?? literal('/usr/share/jenkins/ref')
  const folder = value('-d', '--plugin-download-directory') ?? concat(home, literal('/plugins'))
  const path = writtenPath(folder, machine)
  if (!makeFolder(path, machine, true)) return 1
  machine.addLayer(path, { source: `jenkins plugins ${call.arguments.map(keyOf).join(' ')}`, path: '' })
  return 0
}

/** Its arguments are the names of the plugins. */
const jenkinsScriptOptions: OptionTable = {}

function search(name: string, home: string, forms: CommandModel['forms']): CommandModel {
  return { names: [name], places: ownBin, section: 'processes', forms, run: searchPlugin(home) }
}

export const pluginCommands: readonly CommandModel[] = [
  search('elasticsearch-plugin', '/usr/share/elasticsearch', [
    { form: 'elasticsearch-plugin install PLUGIN', again: 'fails: the directory already exists', safeWhen: 'remove --purge PLUGIN first' },
  ]),
  search('opensearch-plugin', '/usr/share/opensearch', [
    { form: 'opensearch-plugin install PLUGIN', again: 'fails: the directory already exists', safeWhen: 'remove --purge PLUGIN first' },
  ]),
  {
    names: ['grafana-cli', 'grafana'],
    places: ownBin,
    section: 'processes',
    forms: [{ form: 'grafana-cli plugins install PLUGIN', again: 'no change', safeWhen: '' }],
    run: reading(grafanaOptions, grafana),
  },
  {
    names: ['jenkins-plugin-cli'],
    places: ownBin,
    section: 'processes',
    forms: [],
    run: reading(jenkinsOptions, jenkins),
  },
  { names: ['install-plugins.sh'], places: ownBin, section: 'processes', forms: [], run: reading(jenkinsScriptOptions, jenkins) },
]
