/** Compares the analyses of a script and of its rewrites. */
import { rehearseInputs } from '../../src/inspect/index.ts'
import { catalogue } from '../../src/script/commands/catalogue.ts'
import { shownPlace } from '../../src/script/rehearsal/names.ts'
import { rehearse } from '../../src/script/rehearsal/rehearse.ts'
import type { Dialect } from '../../src/script/syntax/dialect.ts'
import { parseScript } from '../../src/script/syntax/parse.ts'
import { inputOf } from '../oracle/verdict.ts'
import { type Rewritten, rewrites } from './rewrites.ts'

/** Reasons that depend on the number of commands, which a rewrite may change. */
const ofBudget = /too long|more than 2000|too deeply|too many|too large/

/** What a rehearsal says, without places in the text; undefined if its budget ended it. */
function summary({ text, paths = new Map() }: Rewritten, dialect: Dialect): string | undefined {
  const input = inputOf(text)
  const moved = (path: string) =>
    [...paths].reduce((all, [from, to]) => (all === from || all.startsWith(`${from}/`) ? to + all.slice(from.length) : all), path)
  const { verdict, atomic, hazards, unknown } = rehearse(
    {
      ...input,
      script: parseScript(text),
      mounts: input.mounts.map((mount) => ({ ...mount, path: moved(mount.path) })),
      environment: new Map([['HOME', moved('/own')]]),
      userland: dialect === 'bash' ? 'gnu' : 'busybox',
      dialect,
    },
    catalogue,
  )
  if (unknown.some(({ why }) => ofBudget.test(why))) return undefined
  const back = (said: string) => [...paths].reduce((all, [from, to]) => all.replaceAll(to, from), said)
  const lines = hazards.map(({ obligation, rerun, outcome, command, place }) =>
    back([obligation, rerun, outcome, command, place === null ? '' : shownPlace(place)].join(' ')),
  )
  return JSON.stringify([verdict, atomic, lines.sort()])
}

/** How the analysis of a rewritten script differs; undefined if none does. */
export function differenceOf(text: string, dialects: readonly Dialect[] = ['bash', 'ash']): string | undefined {
  for (const dialect of dialects) {
    const before = summary({ text }, dialect)
    if (before === undefined) continue
    for (const { name, apply } of rewrites) {
      const rewritten = apply(text)
      const after = rewritten === undefined ? undefined : summary(rewritten, dialect)
      if (after !== undefined && after !== before)
        return `${name} (${dialect}): ${before} and then ${after}: ${JSON.stringify(rewritten?.text)}`
    }
  }
  return undefined
}

/** Analyses of one text differ in this number, so that none comes from the cache. */
let round = 0

/** What `rehearse` says about a script that is inline, or in a ConfigMap. */
function rehearsed(text: string, isMounted: boolean): string {
  round++
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'work', emptyDir: {} },
    { name: 'scripts', configMap: { name: 'scripts' } },
  ]
  const volumeMounts = [
    { name: 'data', mountPath: '/data' },
    { name: 'work', mountPath: '/work' },
    { name: 'scripts', mountPath: '/scripts' },
  ]
  const command = isMounted ? ['sh', '/scripts/init.sh'] : ['sh', '-c', text]
  const env = [
    { name: 'HOME', value: '/own' },
    { name: 'INITLINT_FUZZ_ROUND', value: String(round) },
  ]
  const spec = {
    initContainers: [{ name: 'init', image: 'debian:12', command, env, volumeMounts }],
    containers: [{ name: 'app', image: 'app:1' }],
    volumes,
  }
  const documents = [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'scripts' }, data: { 'init.sh': text } },
  ]
  const { containers } = rehearseInputs([{ file: null, text: documents.map((one) => JSON.stringify(one)).join('\n---\n') }], {
    namespace: 'default',
  })
  const [found] = containers
  const hazards = found?.hazards.map(({ line, edits, ...hazard }) => JSON.stringify(hazard))
  return JSON.stringify([found?.verdict, found?.atomic, hazards?.sort()])
}

/** How the analysis of a mounted script differs from that of the same text after `sh -c`; undefined if it does not. */
export function mountedDifference(text: string): string | undefined {
  const [inline, mounted] = [rehearsed(text, false), rehearsed(text, true)]
  return inline === mounted ? undefined : `mounted instead of inline: ${inline} and then ${mounted}`
}
