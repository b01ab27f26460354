/** The scripts of init containers, line by line, with what each command does in the first run and in the rerun. */
import { changedPlaces, hazardInWords, rehearseInputs } from '../../src/inspect/index.ts'
import { forPeople } from '../../src/inspect/output.ts'
import { safeText, shorten } from '../../src/lint/text.ts'
import { storageWords } from '../../src/rules/init-scripts.ts'
import type { AnalyzedInit, ContainerCommand } from '../../src/script/index.ts'
import { defaultNamespace } from './lint.ts'
import { manifestFile, type Questions, type RehearsalAnswer, type RehearsedCommand, type RehearsedScript } from './protocol.ts'

const maxScripts = 50
const maxLines = 300
/** Of one line, in characters: a longer one is generated. */
const maxWidth = 400

export function answerRehearse({ manifest }: Questions['rehearse']['input']): RehearsalAnswer {
  const { containers, errors } = rehearseInputs([{ file: manifestFile, text: manifest }], { namespace: defaultNamespace })
  const shown = containers.slice(0, maxScripts).map((entry): RehearsedScript => {
    const { kind, namespace, name } = entry.object
    const { init } = entry[forPeople]
    return {
      title: safeText(`${kind} ${namespace}/${name}, init container "${entry.container}"`),
      verdict: entry.verdict,
      storages: init.mounts.map(({ path, storage }) => ({ path: safeText(path === '' ? '/' : path), storage: storageWords[storage] })),
      ...linesOf(init),
      hazards: init.hazards.map((hazard) => ({ line: hazard.line, text: safeText(hazardInWords(hazard)), fix: safeText(hazard.fix) })),
      unknown: init.unknown.map(({ line, why }) => ({ line, why: safeText(why) })),
    }
  })
  return { containers: shown, more: containers.length - shown.length, errors }
}

function linesOf({ found, commands, mounts }: AnalyzedInit): Pick<RehearsedScript, 'lines' | 'moreLines'> {
  if (found === undefined) return { lines: [], moreLines: 0 }
  const byLine = Map.groupBy(commands, ({ line }) => line)
  const texts = found.text.replace(/\n+$/, '').split('\n')
  const lines = texts.slice(0, maxLines).map((text, index) => ({
    number: index + 1,
    text: shorten(safeText(text.replaceAll('\t', '  ')), maxWidth),
    commands: (byLine.get(index + 1) ?? []).map((command) => inBothRuns(command, mounts)),
  }))
  return { lines, moreLines: Math.max(0, texts.length - maxLines) }
}

function inBothRuns(command: ContainerCommand, mounts: AnalyzedInit['mounts']): RehearsedCommand {
  const { program, first, again } = command
  return {
    program: safeText(program),
    writes: changedPlaces(command, mounts).map(safeText),
    first: endInWords(first),
    again: endInWords(again),
    isSame: first === again,
  }
}

/** @param status the exit status; null if the command does not run */
function endInWords(status: number | null): string {
  if (status === null) return 'is skipped'
  return status === 0 ? 'succeeds' : `exits ${status}`
}
