/**
 * The JSON Schema of a policy document, generated from the rules. `npm run generate` publishes it as docs/policy.schema.json and compiles
 * it into document-validator.generated.js. Only keywords that compile to code without a runtime library are used (no minLength).
 *
 * The `title` of a scalar completes the sentence "the value is …, but it must be …" in error messages.
 */
import type { Registry } from '../lint/registry.ts'
import type { AnyRule } from '../lint/rule.ts'
import { workloadKinds } from '../model/workload-kinds.ts'
import { policyApiVersion, policyKind, presets, roles } from './document.ts'
import { maxPatternLength } from './glob.ts'
import { defaultMutableTags } from './registries.ts'

/** A JSON Schema (draft 2020-12). */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** Maximum number of entries in one list: enough for any cluster, and it bounds the cost of a review. */
const maxItems = 1000

const nonEmpty = (title: string, description?: string): JsonSchema => ({ type: 'string', pattern: '\\S', title, ...described(description) })
const flag = (description: string): JsonSchema => ({ type: 'boolean', title: 'true or false', description })
const glob: JsonSchema = {
  type: 'string',
  pattern: `^[^\\s]{1,${maxPatternLength}}$`,
  title: `a glob without whitespace, at most ${maxPatternLength} characters`,
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
  additionalProperties: { type: 'string', title: 'a string (quote numbers, true and false)' },
  description: 'Labels that must have exactly these values.',
}

const matchExpressions: JsonSchema = listOf(
  closed(
    {
      key: nonEmpty('the key of a label'),
      operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
      values: listOf({ type: 'string', title: 'a string (quote numbers, true and false)' }),
    },
    ['key', 'operator'],
  ),
  'Conditions as in any Kubernetes label selector; all of them must match.',
)

const matchBlock: JsonSchema = closed(
  {
    namespaces: globs('Globs for the namespace.'),
    namespaceSelector: closed(
      { matchLabels, matchExpressions },
      [],
      'Labels of the namespace. If initlint does not know them, it assumes the stricter outcome; kubernetes.io/metadata.name is always known.',
    ),
    labels: {
      type: 'object',
      properties: { matchLabels, matchExpressions },
      additionalProperties: { type: 'string', title: 'a string (quote numbers, true and false)' },
      description: 'Labels of the object itself: either a map of keys and values, or matchLabels and matchExpressions.',
    },
    kinds: listOf({ enum: [...workloadKinds] }, 'Kinds of the object.'),
    names: globs('Globs for metadata.name (or generateName).'),
    containers: globs('Globs for the name of the container that a report is about. Reports about the entire pod never match.'),
    images: globs('Globs for registry/repository after normalization, without a tag. Reports without an image never match.'),
    roles: listOf(
      { enum: [...roles] },
      'Roles of the container that a report is about; ephemeral: a debug container. Reports about the entire pod never match.',
    ),
    owners: globs(
      "Globs for the object's controller owner: KIND or KIND.GROUP, optionally followed by /NAME: ReplicaSet, Job/backup-*, Rollout.argoproj.io. Authors of an object write its ownerReferences themselves.",
    ),
    users: globs('Globs for the user name of the requester. Outside of admission there is no requester, so nothing matches.'),
  },
  [],
  'Every key that is set must match; a list matches if one of its entries does. An empty block matches everything.',
)

const registryEntry: JsonSchema = closed(
  {
    match: {
      ...glob,
      description:
        'Compared with registry/repository after normalization: docker.io/** matches a bare nginx. Ports are included, tags are not.',
    },
    fragile: flag('Whether the registry may be offline, so that a container start that depends on it is a risk.'),
    pull: { enum: ['Always'], description: 'The pull policy that images from this registry must have.' },
    allowed: flag('Whether images may come from this registry. If any entry sets true, registries that no entry allows are forbidden.'),
    servedBy: nonEmpty('the name of a mirror or cache', 'The mirror or cache that serves the registry; named in messages.'),
    probe: {
      type: 'string',
      pattern: '^https?://[^\\s/]+',
      title: 'a URL that starts with https:// or http://',
      description: 'A URL to probe whether the registry responds. Never derived from a pod.',
    },
    reason: nonEmpty('a non-empty string', 'The reason, which is shown in messages.'),
  },
  ['match'],
)

const exemption: JsonSchema = closed(
  {
    rules: listOf(nonEmpty('a rule id or "*"'), 'Rule ids, or "*" for all rules.'),
    match: { $ref: '#/$defs/match' },
    reason: nonEmpty('a non-empty string', 'The reason, which is shown with the exempted finding.'),
    expires: {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      title: 'a date such as 2027-01-31',
      description: 'The last day (UTC) of the exemption. Notices begin 14 days before.',
    },
  },
  ['rules', 'reason'],
)

/** A path has at most this many keys; those of known kinds have eight. */
const maxSteps = 20

const templateEntry: JsonSchema = closed(
  {
    apiVersion: {
      type: 'string',
      pattern: '^[a-z0-9.-]{1,253}(/([a-z0-9]{1,63}|\\*))?$',
      title: 'an apiVersion such as example.com/v1, or example.com/* for all versions',
      description: 'The apiVersion of the kind; GROUP/* stands for all versions.',
    },
    kind: { type: 'string', pattern: '^[A-Za-z0-9]{1,63}$', title: 'the name of a kind', description: 'The kind, exactly.' },
    paths: listOf(
      {
        type: 'string',
        // Without counts within the counted group: Go's regexp, with which Helm reads the schema of the chart, allows 1,000 repetitions in all.
        pattern: `^([A-Za-z0-9_-]+|\\*)(\\[\\*\\]|\\.([A-Za-z0-9_-]+|\\*)){0,${maxSteps - 1}}$`,
        title: 'keys separated by dots such as spec.jobs[*].template; [*] and * stand for all items or values',
      },
      'Paths to pod templates (metadata and spec), PodSpecs, lists of containers, or single containers.',
    ),
  },
  ['apiVersion', 'kind', 'paths'],
)

/** The schema of a rule's entry. Branch 0 of anyOf is the bare action, branch 1 the long form: explain.ts depends on this order. */
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
        ignorable: flag('Whether the annotation initlint.dev/ignore can silence even a denial.'),
        everyPod: {
          ...flag('Whether the rule denies even the Pods, ReplicaSets and Jobs that a built-in controller makes.'),
          default: rule.meta.everyPod ?? false,
        },
      }),
    ],
  }
}

function rulesSchema(registry: Registry): JsonSchema {
  const properties = Object.fromEntries(registry.rules.map((rule) => [rule.meta.id, entrySchema(rule)]))
  return closed(
    properties,
    [],
    'The action of each rule by id: off, audit, warn, deny, for some rules fix, or {action, options, ignorable, everyPod}. false means off.',
  )
}

/** The JSON Schema of a policy document for the rules of a registry. Deterministic. */
export function policyJsonSchema(registry: Registry): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://initlint.dev/policy.schema.json',
    title: 'initlint policy',
    description:
      'The actions that initlint takes for its rules in a cluster. Several documents are merged in order: mappings key by key, while lists and scalars of a later document replace those of an earlier one.',
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
          "The action of every rule that `rules` does not name. recommended: the rule's own default; strict: warn becomes deny and audit becomes warn; audit-only: findings are counted but not shown; off.",
      },
      cluster: closed({
        alwaysPullImages: flag(
          'Whether the admission plugin AlwaysPullImages is enabled. It rejects Pods with any other pull policy, so initlint makes no such fixes.',
        ),
        kubernetes: {
          type: 'string',
          pattern: '^1\\.\\d{1,3}$',
          title: 'a version in quotes such as "1.36"',
          description: 'The version of the cluster.',
        },
        runtime: {
          enum: ['containerd', 'cri-o'],
          default: 'containerd',
          description:
            'The container runtime of the nodes. With its defaults, CRI-O rejects image names without a registry that several registries could have.',
        },
      }),
      rules: { $ref: '#/$defs/rules' },
      registries: listOf(registryEntry, 'Properties of registries. The first matching entry that sets a property wins.', 0),
      preloaded: listOf(glob, 'Images that are already present on the nodes: globs like those of registries, with or without :tag.', 0),
      placeholders: listOf(
        nonEmpty('a non-empty string'),
        'Values of image that another webhook replaces in Pods, so that templates with them are not judged. Default: auto (Istio).',
        0,
      ),
      mutableTags: listOf(glob, `Globs for tags that move, compared with the tag only. Default: ${defaultMutableTags.join(', ')}.`, 0),
      frozenRegistries: {
        enum: ['on', 'off', true, false],
        default: 'off',
        description:
          'Whether registry-not-allowed reports images from registries that are frozen or removed, according to a dated list. Helm turns on and off into true and false.',
      },
      templates: listOf(
        templateEntry,
        'Where custom resources have pod templates. Added to a list for well-known kinds, and to spec.template, which is found in every kind.',
        0,
      ),
      fix: closed({
        on: { enum: ['pods', 'templates'], default: 'pods', description: 'What the mutating webhook may change.' },
        true: { enum: ['pods', 'templates'], description: 'The same as `on`, which Helm turns into the key true.' },
        force: flag('Whether to change templates even if it is not known whether Kubernetes defaulted the value.'),
      }),
      warnTo: closed({ exceptUsers: listOf(glob, 'Users that get no warnings, such as automation that discards them.', 0) }),
      controllers: listOf(glob, 'Users that create pods from templates. Default: the controllers in kube-system.', 0),
      exemptions: listOf(exemption, 'Objects to which rules do not apply. An exemption takes precedence over an override.', 0),
      overrides: listOf(
        closed({ match: { $ref: '#/$defs/match' }, rules: { $ref: '#/$defs/rules' } }, ['rules']),
        'Other actions and options for objects that match. If several overrides match, the last one wins for each rule.',
        0,
      ),
      annotations: closed({
        allow: flag('Whether the annotation initlint.dev/ignore has an effect. Default: true.'),
        requireReason: flag('Whether the annotation must give a reason. Default: true.'),
      }),
    },
    $defs: { match: matchBlock, rules: rulesSchema(registry) },
  }
}
