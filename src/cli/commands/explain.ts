import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { answerJson, type ExplainOutput, explainInputs, explainInScenario } from '../../inspect/explain.ts'
import { renderExplainHtml } from '../../inspect/explain-html.ts'
import { renderExplainPicture } from '../../inspect/explain-picture.ts'
import { renderExplainText } from '../../inspect/explain-text.ts'
import type { Input } from '../../inspect/output.ts'
import { readManifest } from '../../manifest/index.ts'
import { readBoundedFile } from '../../server/keepers/bounded-file.ts'
import { fileFault } from '../../server/keepers/file-fault.ts'
import { conditionForms, readCondition } from '../../startup/scenario/conditions.ts'
import { colorFor } from '../color.ts'
import { type CommandContext, examples, inspectsPaths, namespaceOption, printJson } from '../command.ts'
import { UsageError } from '../exit.ts'
import { maxInputBytes } from '../files/walk.ts'
import type { Io } from '../io.ts'
import { type PngRenderer, pngRenderer } from '../png.ts'

interface ExplainFlags {
  readonly namespace: string
  readonly if: readonly string[]
  readonly scenario?: string
  readonly format: 'text' | 'json' | 'svg' | 'html' | 'png'
}

/** Adds `explain`. */
export function addExplain(program: Command, context: CommandContext): void {
  const collect = (condition: string, conditions: readonly string[]): readonly string[] => [...conditions, condition]
  const command = program
    .command('explain')
    .summary('show how pods will start, also under failures')
    .description(
      'Simulates how the kubelet starts the pods of each workload: when each image is pulled, when each init container runs, and what `kubectl get pod` shows. Without --if, it shows the start if everything works and the start under the most harmful likely failure. Runs nothing and contacts nothing.',
    )
    .addOption(
      new Option('--if <condition>', `condition to assume: ${conditionForms.join(', ')}; repeat to combine several`)
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(new Option('--scenario <file>', 'complete scenario as JSON or YAML, for one workload').conflicts('if'))
    .addOption(namespaceOption())
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json', 'svg', 'html', 'png']).default('text'))
    .addHelpText(
      'after',
      `${examples(
        ['initlint explain pod.yaml', 'if everything works, and the worst failure'],
        ['initlint explain pod.yaml --if registry-down=docker.io', 'while Docker Hub is offline'],
        ['initlint explain pod.yaml --if init-fails=migrate:2', 'two failures, then success'],
        ['initlint explain pod.yaml --format svg > start.svg', 'as a picture'],
        ['initlint explain k8s/ --format html > starts.html', 'as a page with all pictures'],
      )}\n\nExit codes: 0 success, whatever the verdicts, 2 usage error or unreadable input, 3 internal error.`,
    )
  let drawPng: PngRenderer | undefined
  // Reports a misspelled condition and a missing package before reading any file.
  command.hook('preAction', async () => {
    if (command.opts<ExplainFlags>().format === 'png') drawPng = await pngRenderer()
    for (const text of command.opts<ExplainFlags>().if) {
      const read = readCondition(text)
      if (!read.ok) throw new UsageError(`--if: ${read.problem}.`)
    }
  })
  const inspect = (inputs: readonly Input[], flags: ExplainFlags): ExplainOutput =>
    flags.scenario === undefined
      ? explainInputs(inputs, { ...flags, conditions: flags.if })
      : inScenario(inputs, flags.scenario, flags, context.io)
  inspectsPaths(command, context, inspect, (output, flags) => print(output, flags, context.io, drawPng))
}

function inScenario(inputs: readonly Input[], file: string, { namespace }: ExplainFlags, io: Io): ExplainOutput {
  const unreadable = inputs.find((input) => input.unreadable !== undefined)
  if (unreadable !== undefined) return explainInputs([unreadable], { namespace, conditions: [] })
  const answer = explainInScenario(inputs, readScenarioFile(file, io), namespace)
  if (!answer.ok) throw new UsageError(`${file}: ${answer.problem}.`)
  return { timelines: [answer.timeline], errors: [] }
}

function readScenarioFile(file: string, io: Io): unknown {
  let text: string
  try {
    text = readBoundedFile(resolve(io.cwd, file), maxInputBytes)
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${fileFault(error)}`)
  }
  const { documents, errors } = readManifest(text)
  const [problem] = errors
  if (problem !== undefined) throw new UsageError(`${file}:${problem.line ?? 1}:${problem.column ?? 1}: ${problem.message}`)
  return documents[0]?.value
}

function print(output: ExplainOutput, flags: ExplainFlags, io: Io, drawPng?: PngRenderer): void {
  if (flags.format === 'text') io.stdout(renderExplainText(output, colorFor(io)))
  else if (flags.format === 'svg') io.stdout(renderExplainPicture(output))
  else if (flags.format === 'html') io.stdout(renderExplainHtml(output))
  else if (drawPng !== undefined) io.stdoutBytes(drawPng(renderExplainPicture(output)))
  else printJson(io, flags.scenario === undefined || output.timelines[0] === undefined ? output : answerJson(output.timelines[0]))
}
