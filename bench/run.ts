/**
 * `npm run bench`: measures initlint and prints tables with aims; about ten minutes. Only ratios within a run are meaningful; absolute
 * numbers are printed for information. Nothing is asserted.
 *
 * - `--quick`: fewer rounds
 * - `--only reviews,cli`: some sections
 * - `--hostile`: only the client next to hostile ones
 * - `--corpus DIR`: also the scripts in a directory of manifests
 * - `--peers`: builds other tools that are missing (peers.ts) and measures them too
 * - `--api-server`: also the latency at a real API server (api-server.ts)
 * - `--write`: writes docs/performance.md
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePair } from '../src/server/certificates/make.ts'
import { apiServerSection } from './api-server.ts'
import { cliSection } from './cli.ts'
import { hostileSection } from './hostile.ts'
import { buildPeers } from './peers.ts'
import { startPodSecurity } from './pod-security.ts'
import { machine, markdownOf, type Section, textOf } from './report.ts'
import { scanSection } from './scan.ts'
import { decompositionSection, growthSection, memorySection, reviewsSection, scriptsSection } from './sections.ts'
import { type BenchServer, buildInitlint, end, type Files, startFloor, startInitlint } from './servers.ts'
import { stagesSection } from './stages.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    hostile: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    'api-server': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    corpus: { type: 'string' },
  },
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

interface Place {
  /** For files that are created. */
  readonly folder: string
  readonly files: Files
}

/** The sections in the order of the page. */
const sections: Readonly<Record<string, (place: Place) => Promise<Section>>> = {
  reviews: ({ files }) =>
    withServers(files, [startFloor, startInitlint, startPodSecurity], (servers) => reviewsSection(servers, values.quick, print)),
  parts: async () => decompositionSection(values.quick),
  stages: ({ files, folder }) => stagesSection(files, folder, values.quick),
  scripts: async () => scriptsSection(values.quick, values.corpus),
  growth: async () => growthSection(values.quick),
  hostile: ({ files }) =>
    withServers(files, [startInitlint], async ([server]) => {
      if (server === undefined) throw new Error('initlint did not start')
      return hostileSection(server, { seconds: values.quick ? 6 : 20, connections: 20 })
    }),
  cli: ({ folder }) => cliSection(folder, values.quick),
  memory: ({ files }) => memorySection(files),
  scan: ({ folder }) => scanSection(folder, values.quick),
  ...(values['api-server'] ? { 'api-server': () => apiServerSection(values.quick) } : {}),
}

async function main(): Promise<void> {
  const before = machine()
  print(before)
  const chosen = values.hostile ? ['hostile'] : (values.only?.split(',') ?? Object.keys(sections))
  const unknown = chosen.filter((name) => sections[name] === undefined)
  if (unknown.length > 0) throw new Error(`There is no section ${unknown.join(', ')}: ${Object.keys(sections).join(', ')}`)
  if (values.peers) buildPeers(print)
  buildInitlint()
  const folder = mkdtempSync(join(tmpdir(), 'initlint-bench-'))
  try {
    const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
    const pair = await makePair({ dns: ['localhost'], ip: ['127.0.0.1'] }, Date.now())
    writeFileSync(files.cert, pair.cert)
    writeFileSync(files.key, pair.key, { mode: 0o600 })
    const done: Section[] = []
    for (const name of chosen) {
      // One that fails does not lose the others.
      const section = await sections[name]?.({ folder, files }).catch((error: unknown) => {
        process.exitCode = 1
        print(`\n${name} failed: ${error instanceof Error ? error.stack : String(error)}`)
      })
      if (section === undefined) continue
      done.push(section)
      print(`\n${textOf(section)}`)
    }
    const date = new Date().toISOString().slice(0, 10)
    if (values.write) writeFileSync(new URL('../docs/performance.md', import.meta.url), markdownOf(done, before, date))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Measures with some servers, which end afterwards. @param starts undefined for a server that is not there */
async function withServers(
  files: Files,
  starts: readonly ((files: Files) => Promise<BenchServer | undefined>)[],
  measure: (servers: readonly BenchServer[]) => Promise<Section>,
): Promise<Section> {
  const servers: BenchServer[] = []
  try {
    for (const start of starts) {
      const server = await start(files)
      if (server !== undefined) servers.push(server)
    }
    return await measure(servers)
  } finally {
    for (const server of servers) end(server)
  }
}

await main()
