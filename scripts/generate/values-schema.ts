/** A JSON Schema or a subschema. */
type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string' }
const offByDefault = { type: 'boolean', default: false } satisfies Schema
const texts: Schema = { type: 'object', additionalProperties: text }
/** A part of a Kubernetes object, which the API server validates. */
const anyObject: Schema = { type: 'object' }
const anyObjects: Schema = { type: 'array', items: anyObject }
const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 }
const failurePolicy: Schema = { enum: ['Ignore', 'Fail'], default: 'Ignore' }

const object = (properties: Readonly<Record<string, Schema>>): Schema => ({ type: 'object', additionalProperties: false, properties })
const list = (items: Schema): Schema => ({ type: 'array', items })

/**
 * The schema of the chart's values, in draft 7, which Helm 3 and 4 support.
 * @param policy the schema of a policy document; its definitions move to the root, so that `#/$defs/…` resolves
 */
export function valuesSchema(policy: Schema): Schema {
  const { $schema: _schema, $id: _id, $defs, required: _required, ...document } = policy
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the initlint chart',
    ...object({
      image: object({
        repository: { type: 'string', description: 'Required. Without a tag.', pattern: '^[^\\s@]*$' },
        tag: { type: 'string', pattern: '^[A-Za-z0-9_.-]*$' },
        digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
        pullPolicy: { enum: ['IfNotPresent', 'Always', 'Never'], default: 'IfNotPresent' },
        pullSecrets: list(text),
      }),
      replicas: { type: 'integer', minimum: 1 },
      port,
      opsPort: port,
      hostNetwork: offByDefault,
      failurePolicy,
      timeoutSeconds: { type: 'integer', minimum: 1, maximum: 30 },
      excludedNamespaces: list(text),
      policy: document,
      fixes: object({ enabled: offByDefault, failurePolicy }),
      events: object({ enabled: offByDefault }),
      scan: object({ enabled: offByDefault, schedule: text, args: list(text), extraRules: anyObjects, resources: anyObject }),
      monitoring: object({ enabled: offByDefault, labels: texts, prometheus: anyObjects }),
      certManager: object({ enabled: offByDefault }),
      clientCa: object({ configMap: text, names: list(text) }),
      networkPolicy: object({
        enabled: { type: 'boolean', default: true },
        apiServerPorts: list(port),
        extraEgress: anyObjects,
        extraIngress: anyObjects,
      }),
      resources: anyObject,
      priorityClassName: text,
      nodeSelector: texts,
      tolerations: anyObjects,
      affinity: anyObject,
      extraEnv: list({ type: 'object', required: ['name'], properties: { name: text } }),
      labels: texts,
      annotations: texts,
      podLabels: texts,
      podAnnotations: texts,
      fullnameOverride: text,
      // Helm adds this key if the chart is a dependency of another chart.
      global: anyObject,
    }),
    $defs,
  }
}
