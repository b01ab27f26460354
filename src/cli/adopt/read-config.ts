/** Reads and checks `.initlint.yaml`. */
import { dirname, relative, resolve } from 'node:path'
import type { Registry } from '../../lint/registry.ts'
import { safeText, shorten } from '../../lint/text.ts'
import { readManifest } from '../../manifest/index.ts'
import { isObject } from '../../model/json.ts'
import { suggestion } from '../../model/nearest.ts'
import { ruleSuggestion } from '../../policy/suggestion.ts'
import { readBoundedFile } from '../../server/keepers/bounded-file.ts'
import { fileFault } from '../../server/keepers/file-fault.ts'
import { UsageError } from '../exit.ts'
import { globProblem } from '../files/patterns.ts'
import type { Io } from '../io.ts'
import type { Config } from './config.ts'
import { type ConfigKey, configKeys, failOnActions, maxEntries } from './config-schema.ts'

const maxBytes = 1024 * 1024
const maxProblems = 20

/** The configuration in a file. @throws UsageError with a line for each problem */
export function readConfig(file: string, io: Io, registry: Registry): Config {
  const shown = relative(io.cwd, file)
  let text: string
  try {
    text = readBoundedFile(file, maxBytes)
  } catch (error) {
    throw new UsageError(`cannot read ${shown}: ${fileFault(error)}`)
  }
  const { documents, errors } = readManifest(text, { dialect: 'core', maxAliases: 0 })
  const problems = errors.map(
    ({ line, column, message }) => `${[shown, line, column].filter((part) => part !== null).join(':')}: ${message}`,
  )
  const [document, second] = documents
  if (document === undefined) return fail(problems) ?? emptyConfig(dirname(file))
  if (second !== undefined) problems.push(`${shown}: there are several documents; only one is allowed`)
  if (!isObject(document.value)) problems.push(`${shown}: it must be a mapping with the keys ${Object.keys(configKeys).join(', ')}`)
  const values = isObject(document.value) ? document.value : {}
  const config: { -readonly [Key in keyof Config]?: Config[Key] } = {}
  for (const [key, value] of Object.entries(values)) {
    const { line = 1, column = 1 } = document.locateKey(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`) ?? {}
    const problem = problemOf(key, value, registry)
    if (problem !== undefined) problems.push(`${shown}:${line}:${column}: ${shorten(safeText(key), 60)}: ${problem}`)
    else Object.assign(config, { [key]: ['text', 'action'].includes(configKeys[key as ConfigKey].kind) ? value : textsOf(value) })
  }
  fail(problems)
  const here = (path: string): string => relative(io.cwd, resolve(dirname(file), path)) || '.'
  return {
    ...emptyConfig(dirname(file)),
    ...config,
    policy: (config.policy ?? []).map(here),
    paths: (config.paths ?? []).map(here),
    ...(config.baseline === undefined ? {} : { baseline: here(config.baseline) }),
  }
}

function emptyConfig(directory: string): Config {
  return { directory, policy: [], paths: [], exclude: [], off: [] }
}

function fail(problems: readonly string[]): undefined {
  if (problems.length > 0) throw new UsageError(problems.slice(0, maxProblems).join('\n'))
}

/** What is wrong with an entry, as a clause; undefined if nothing is. */
function problemOf(key: string, value: unknown, registry: Registry): string | undefined {
  if (!Object.hasOwn(configKeys, key)) return `there is no such key${suggestion(key, Object.keys(configKeys))}`
  const { kind } = configKeys[key as ConfigKey]
  if (kind === 'action') {
    if (failOnActions.some((action) => action === value)) return undefined
    return `it must be one of ${failOnActions.join(', ')}${typeof value === 'string' ? suggestion(value, failOnActions) : ''}`
  }
  const texts = textsOf(value)
  if (texts === undefined || (kind === 'text' && typeof value !== 'string') || texts.some((text) => !/\S/.test(text)))
    return kind === 'text'
      ? 'it must be a text that is not empty'
      : `it must be a text or a list of texts that are not empty, at most ${maxEntries}`
  for (const text of texts) {
    const problem = entryProblem(key, text, registry)
    if (problem !== undefined) return `${shorten(safeText(text), 60)}: ${problem}`
  }
  return undefined
}

function entryProblem(key: string, text: string, registry: Registry): string | undefined {
  if (key === 'exclude') return globProblem(text)
  if (key === 'off') return registry.get(text) === undefined ? `there is no such rule${ruleSuggestion(text, registry)}` : undefined
  return key === 'paths' && text === '-' ? 'standard input has no place in a file' : undefined
}

function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.length <= maxEntries && list.every((item) => typeof item === 'string') ? list : undefined
}
