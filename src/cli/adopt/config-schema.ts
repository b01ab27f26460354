/** The keys of `.initlint.yaml`. `npm run generate` publishes their JSON Schema as docs/initlint.schema.json. */
import type { Registry } from '../../lint/registry.ts'

/** The values of `--fail-on`. */
export const failOnActions = ['error', 'deny', 'warn', 'audit', 'never'] as const

export type FailOn = (typeof failOnActions)[number]

interface Key {
  readonly kind: 'text' | 'texts' | 'rules' | 'action'
  readonly description: string
}

export const configKeys = {
  policy: { kind: 'texts', description: 'Policy documents, as --policy.' },
  paths: { kind: 'texts', description: 'What lint reads if it gets no paths: files, directories and globs.' },
  exclude: { kind: 'texts', description: 'Globs for files and directories that are not read, as --exclude.' },
  off: { kind: 'rules', description: 'Rules that are not checked, as --off.' },
  baseline: { kind: 'text', description: 'The file of known findings, as --baseline.' },
  failOn: { kind: 'action', description: 'The mildest action that fails the run, as --fail-on.' },
} as const satisfies Readonly<Record<string, Key>>

export type ConfigKey = keyof typeof configKeys

/** Maximum number of entries of a list. */
export const maxEntries = 1000

/** The JSON Schema (draft 2020-12) of `.initlint.yaml`. */
export function configJsonSchema(registry: Registry): object {
  const text = { type: 'string', pattern: '\\S' }
  const listOf = (items: object): object => ({ anyOf: [items, { type: 'array', items, maxItems: maxEntries }] })
  const kinds: Readonly<Record<Key['kind'], object>> = {
    text,
    texts: listOf(text),
    rules: listOf({ enum: registry.rules.map(({ meta }) => meta.id) }),
    action: { enum: failOnActions },
  }
  const properties = Object.entries(configKeys).map(([key, { kind, description }]) => [key, { ...kinds[kind], description }])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The configuration of initlint lint (.initlint.yaml)',
    type: ['object', 'null'],
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  }
}
