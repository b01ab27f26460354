/**
 * The JSON Schema of a policy document, made from the rules. `npm run generate` publishes it as docs/policy.schema.json and compiles it
 * into document-validator.generated.js. Only keywords that compile to code without a run-time library are used (no minLength, uniqueItems).
 *
 * `title` of a scalar completes the sentence "… must be …" in error messages.
 */
import type { Registry } from '../lint/registry.ts'
import type { AnyRule } from '../lint/rule.ts'
import { workloadKinds } from '../model/workload-kinds.ts'
import { policyApiVersion, policyKind, presets } from './document.ts'
import { maxPatternLength } from './glob.ts'

/** A JSON Schema, draft 2020-12 vocabulary as far as it is used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** Most entries of one list: enough for any cluster, and a bound on what one review can cost. */
const maxItems = 1000

const text = (title: string, description?: string): JsonSchema => ({ type: 'string', pattern: '\\S', title, ...described(description) })
const flag = (description: string): JsonSchema => ({ type: 'boolean', title: 'true or false', description })
const glob: JsonSchema = {
  type: 'string',
  pattern: `^[^\\s]{1,${maxPatternLength}}$`,
  title: `a glob without white space, at most ${maxPatternLength} characters`,
}
const globs = (description: string): JsonSchema => listOf(glob, description)

function described(description: string | undefined): JsonSchema {
  return description === undefined ? {} : { description }
}

function listOf(items: JsonSchema, description?: string, minItems = 1): JsonSchema {
  return { type: 'array', items, minItems, maxItems, ...described(description) }
}

function closed(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = [], description?: string): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...described(description),
  }
}

const matchLabels: JsonSchema = {
  type: 'object',
  additionalProperties: { type: 'string', title: 'a text (quote numbers, true and false)' },
  description: 'Labels that must have exactly these values.',
}

const matchExpressions: JsonSchema = listOf(
  closed(
    {
      key: text('the key of a label'),
      operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
      values: listOf({ type: 'string', title: 'a text (quote numbers, true and false)' }),
    },
    ['key', 'operator'],
  ),
  'Conditions as in any Kubernetes label selector; all of them must hold.',
)

const matchBlock: JsonSchema = closed(
  {
    namespaces: globs('Globs of the namespace.'),
    namespaceSelector: closed(
      { matchLabels, matchExpressions },
      [],
      'Labels of the namespace. Where initlint does not know them, the stricter outcome holds; kubernetes.io/metadata.name is always known.',
    ),
    labels: {
      type: 'object',
      properties: { matchLabels, matchExpressions },
      additionalProperties: { type: 'string', title: 'a text (quote numbers, true and false)' },
      description: 'Labels of the object itself: a map of keys and values, or matchLabels and matchExpressions.',
    },
    kinds: listOf({ enum: [...workloadKinds] }, 'Kinds of the object.'),
    names: globs('Globs of metadata.name (or generateName).'),
    containers: globs('Globs of the name of the container that a report is about. Reports about the whole pod never match.'),
    images: globs('Globs of registry/repository after normalisation, without a tag. Reports without an image never match.'),
    owners: globs("Kind, or kind/name, of the object's controller owner: Rollout, Job/backup-*."),
    users: globs('Globs of the user name of who asks the API server. Outside admission nobody asks, and nothing matches.'),
  },
  [],
  'All keys that are given must match; of a list, one entry must. An empty block matches everything.',
)

const registryEntry: JsonSchema = closed(
  {
    match: {
      ...glob,
      description:
        'Matched against registry/repository after normalisation: docker.io/** matches a bare nginx. Ports are kept, tags are not part of it.',
    },
    fragile: flag('The registry may be offline: a start that depends on it is a risk.'),
    pull: { enum: ['Always'], description: 'The pull policy that images from here must have.' },
    allowed: flag('Whether images may come from here. Once any entry says true, what no entry allows is not allowed.'),
    servedBy: text('the name of a mirror or cache', 'The mirror or cache that serves it; named in messages.'),
    probe: {
      type: 'string',
      pattern: '^https?://[^\\s/]+',
      title: 'a URL that starts with https:// or http://',
      description: 'A URL that tells whether the registry answers. Never derived from a pod.',
    },
    reason: text('a text that is not empty', 'Why; told to people in messages.'),
  },
  ['match'],
)

const exemption: JsonSchema = closed(
  {
    rules: listOf(text('a rule id or "*"'), 'Rule ids, or "*" for all.'),
    match: { $ref: '#/$defs/match' },
    reason: text('a text that is not empty', 'Why; shown wherever the exempted diagnostic is.'),
    expires: {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      title: 'a date such as 2027-01-31',
      description: 'The last day (UTC) on which the exemption holds. People are told from 14 days before.',
    },
  },
  ['rules', 'reason'],
)

/** The schema of a rule's entry. Branch 0 of anyOf is the action alone, branch 1 the long form: explain.ts relies on it. */
function entrySchema(rule: AnyRule): JsonSchema {
  const { id, summary, fixKind, recommended, optionsSchema, defaultOptions } = rule.meta
  const actions = ['off', 'audit', 'warn', ...(fixKind === 'safe' ? ['fix'] : []), 'deny', false]
  const options: JsonSchema = { ...optionsSchema, default: defaultOptions }
  return {
    description: `${summary} Preset recommended: ${recommended}. See docs/rules/${id}.md.`,
    anyOf: [
      { enum: actions },
      closed({
        action: { enum: actions },
        options,
        ignorable: flag('Whether the annotation initlint.dev/ignore silences even a denial.'),
      }),
    ],
  }
}

function rulesSchema(registry: Registry): JsonSchema {
  const properties = Object.fromEntries(registry.rules.map((rule) => [rule.meta.id, entrySchema(rule)]))
  return closed(
    properties,
    [],
    'What to do by rule id: off, audit, warn, deny, for some rules fix, or {action, options, ignorable}. false means off.',
  )
}

/** The JSON Schema of a policy document for the rules of a registry. Deterministic. */
export function policyJsonSchema(registry: Registry): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://initlint.dev/policy.schema.json',
    title: 'initlint policy',
    description:
      'What initlint does about its rules in a cluster. Several documents are merged in order: mappings key by key, lists and scalars of a later document replace those of an earlier one.',
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: { enum: [policyApiVersion] },
      kind: { enum: [policyKind] },
      preset: {
        enum: [...presets, false],
        default: 'recommended',
        description:
          "The action of every rule that `rules` does not name. recommended: the rule's own; strict: warn becomes deny and audit becomes warn; audit-only: nothing is said, all is counted; off.",
      },
      cluster: closed({
        alwaysPullImages: flag('The admission plugin AlwaysPullImages is on: it rejects Pods set to anything else, so such fixes are off.'),
        kubernetes: {
          type: 'string',
          pattern: '^1\\.\\d{1,3}$',
          title: 'a version in quotes such as "1.36"',
          description: 'The version of the cluster.',
        },
      }),
      rules: { $ref: '#/$defs/rules' },
      registries: listOf(registryEntry, 'What is known of registries. For each property the first entry that matches and has it wins.', 0),
      preloaded: listOf(glob, 'Images that the nodes carry already: globs like those of registries, with or without :tag.', 0),
      placeholders: listOf(
        text('a text that is not empty'),
        'Texts in place of an image that something fills in later. Default: auto (Istio).',
        0,
      ),
      mutableTags: listOf(glob, 'Tags that move, such as stable or *-SNAPSHOT. Matched against the tag alone.', 0),
      fix: closed({
        on: { enum: ['pods', 'templates'], default: 'pods', description: 'What the mutating webhook may change.' },
        true: { enum: ['pods', 'templates'], description: 'The same: Helm takes the key `on` for true.' },
        force: flag('Change templates also where it is not known that Kubernetes defaulted the value.'),
      }),
      warnTo: closed({ exceptUsers: listOf(glob, 'Users who see no warnings: robots that nobody reads.', 0) }),
      controllers: listOf(glob, 'Users who make pods from templates. Default: the controllers in kube-system.', 0),
      exemptions: listOf(exemption, 'Where rules do not apply. An exemption beats an override.', 0),
      overrides: listOf(
        closed({ match: { $ref: '#/$defs/match' }, rules: { $ref: '#/$defs/rules' } }, ['rules']),
        'Other actions and options where something matches; of several, the last wins per rule.',
        0,
      ),
      annotations: closed({
        allow: flag('Whether the annotation initlint.dev/ignore is honoured. Default: true.'),
        requireReason: flag('Whether it must give a reason. Default: true.'),
      }),
    },
    $defs: { match: matchBlock, rules: rulesSchema(registry) },
  }
}
