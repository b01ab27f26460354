/** Every field of the manifests and of the chart exists in the schemas that the oldest and the newest supported Kubernetes publish. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { asArray, asObject, asString, at, isObject, member } from '../../../src/model/json.ts'
import { kubernetesModule, moduleFolder } from '../support/go-modules.ts'
import { otherVersions } from '../support/programs.ts'
import { kustomized, site, templated, withoutForeign } from '../support/rendered.ts'

const components = ['fixes', 'events', 'monitoring', 'critical', 'client-ca', 'cert-manager']
const image = { repository: 'registry.corp.example/initlint' }

/** The paths of fields that a schema does not have, and how many values were compared. */
function unknownFields(definitions: Readonly<Record<string, unknown>>, objects: readonly unknown[]) {
  const unknown: string[] = []
  let compared = 0
  const walk = (value: unknown, schema: unknown, path: string): void => {
    compared += 1
    const reference = asString(member(schema, '$ref'))
    if (reference !== undefined) walk(value, definitions[reference.slice(reference.lastIndexOf('/') + 1)], path)
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, member(schema, 'items'), `${path}/${index}`)
    else if (isObject(value)) {
      const [properties, others] = [member(schema, 'properties'), member(schema, 'additionalProperties')]
      // A free-form object.
      if (properties === undefined && others === undefined) return
      for (const [key, item] of Object.entries(value)) {
        const known = at(properties, key) ?? others
        if (known === undefined) unknown.push(`${path}/${key}`)
        else walk(item, known, `${path}/${key}`)
      }
    }
  }
  for (const object of objects) {
    const [version = '', group = ''] = (asString(member(object, 'apiVersion')) ?? '').split('/').reverse()
    const kind = asString(member(object, 'kind')) ?? ''
    const schema = Object.values(definitions).find((definition) =>
      asArray(member(definition, 'x-kubernetes-group-version-kind')).some(
        (each) => member(each, 'group') === group && member(each, 'version') === version && member(each, 'kind') === kind,
      ),
    )
    if (schema === undefined) unknown.push(`${group}/${version} ${kind}`)
    else walk(object, schema, `${kind} ${at(object, 'metadata', 'name')}`)
  }
  return { unknown, compared }
}

for (const version of otherVersions) {
  t.test(version, async (t) => {
    const file = join(await moduleFolder(kubernetesModule(version)), 'api/openapi-spec/swagger.json')
    const definitions = asObject(member(JSON.parse(readFileSync(file, 'utf8')), 'definitions'))
    const path = site(t.testdir(), { resources: ['../default'], components: components.map((name) => `../../components/${name}`) })
    const values = { image, fixes: { enabled: true }, events: { enabled: true }, clientCa: { configMap: 'initlint-client-ca' } }
    for (const objects of [await kustomized(path), await templated(values)]) {
      const { unknown, compared } = unknownFields(definitions, withoutForeign(objects))
      t.same(unknown, [])
      t.ok(compared > 300)
    }
    const misspelled = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { portz: [] } }
    t.same(unknownFields(definitions, [misspelled, { apiVersion: 'v0', kind: 'Service' }]).unknown, ['Service x/spec/portz', '/v0 Service'])
  })
}
