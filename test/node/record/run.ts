/**
 * `npm run record`: records pods on a real node with the default back-off, as data for the tests of `initlint why`. Arguments: parts of
 * scenario names (default: all scenarios); `--kubernetes MINOR` records another version; `--output FILE` writes elsewhere.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { apiServerOf, buildPrograms, kubeletOf, kubernetesVersion, otherNodes, pathOf } from '../../cluster/support/programs.ts'
import { answerFromCell, machineProblem } from '../support/machine.ts'
import type { PodRecording } from './recording.ts'
import { recordedScenarios } from './scenarios/index.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const minorOf = (version: string): string => version.replace(/^v/, '').split('.').slice(0, 2).join('.')

/** The file of a version. */
const fileOf = (minor: string): string => join(import.meta.dirname, '..', '..', 'diagnosis', 'recordings', `kubernetes-${minor}.jsonl`)

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { kubernetes: { type: 'string', default: minorOf(kubernetesVersion) }, output: { type: 'string', default: '' } },
  })
  const { kubernetes } = values
  const other = otherNodes.find((version) => minorOf(version) === kubernetes)
  if (other === undefined && kubernetes !== minorOf(kubernetesVersion)) {
    const known = [kubernetesVersion, ...otherNodes].map(minorOf).join(', ')
    throw new Error(`No node of Kubernetes ${kubernetes} can be built. Known: ${known}.`)
  }
  const chosen = recordedScenarios.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  if (chosen.length === 0) throw new Error(`No scenario has ${positionals.join(' or ')} in its name.`)
  const [kubelet, apiServer] = other === undefined ? ['kubelet', 'kube-apiserver'] : [kubeletOf(other), apiServerOf(other)]
  const problem = machineProblem() ?? buildPrograms(['etcd', 'kube-controller-manager', 'kube-scheduler', apiServer, kubelet], print)
  if (problem !== undefined) {
    process.stderr.write(`Nothing was recorded. ${problem}\n`)
    return 2
  }
  const paths = [pathOf(kubelet), other === undefined ? '' : pathOf(apiServer), pathOf('kube-scheduler')]
  const command = [process.execPath, join(import.meta.dirname, 'inside.ts'), kubernetes, ...paths, ...chosen.map(({ name }) => name)]
  const recordings = await answerFromCell<readonly PodRecording[]>(command)
  if (recordings === undefined) return 1
  const path = values.output === '' ? fileOf(kubernetes) : values.output
  write(path, recordings, new Set(chosen.map(({ name }) => name)))
  print(`# ${recordings.length} recordings in ${path}`)
  return 0
}

/** Replaces the recordings of these scenarios in a file; the others stay. */
function write(path: string, recordings: readonly PodRecording[], replaced: ReadonlySet<string>): void {
  const isReplaced = (name: string): boolean => replaced.has(name) || replaced.has(name.replace(/-\d+$/, ''))
  const kept = read(path).filter(({ name }) => !isReplaced(name))
  const sorted = [...kept, ...recordings].sort((left, right) => (left.name < right.name ? -1 : 1))
  writeFileSync(path, sorted.map((recording) => `${JSON.stringify(recording)}\n`).join(''))
}

function read(path: string): readonly PodRecording[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as PodRecording]))
  } catch {
    return []
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 2
})
