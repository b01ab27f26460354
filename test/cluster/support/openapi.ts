/** Finds the fields for images in an API server's OpenAPI documents. */
import { asArray, asString, at, isObject, member } from '../../../src/model/json.ts'

/** Fields about images that name none to pull: policies, secrets, Ceph block devices, what a node reports. */
const notAnImage = new Set(['imagePullPolicy', 'imagePullSecrets', 'rbd', 'status', 'managedFields'])

const reference = '#/components/schemas/'

/**
 * Finds every string in the spec of every kind that names an image.
 * @param document one group version's OpenAPI v3 document
 * @returns `group/Kind` -> paths such as `spec.template.spec.containers[].image`, sorted; kinds without any are omitted
 */
export function imagePaths(document: unknown): ReadonlyMap<string, readonly string[]> {
  const schemas = at(document, 'components', 'schemas')
  const found = new Map<string, readonly string[]>()
  if (!isObject(schemas)) return found
  for (const schema of Object.values(schemas)) {
    const kinds = asArray(member(schema, 'x-kubernetes-group-version-kind'))
    const kind = asString(member(kinds[0], 'kind')) ?? ''
    // Lists contain kinds that are visited anyway; DeleteOptions and similar kinds belong to every group.
    if (kinds.length !== 1 || kind.endsWith('List')) continue
    const paths: string[] = []
    walk(schema, '', [], { schemas, paths })
    if (paths.length > 0) found.set(`${asString(member(kinds[0], 'group')) ?? ''}/${kind}`, paths.sort())
  }
  return found
}

interface Walk {
  readonly schemas: object
  readonly paths: string[]
}

/** @param within names of the enclosing schemas, so that recursion ends */
function walk(schema: unknown, path: string, within: readonly string[], walked: Walk): void {
  for (const [name, property] of Object.entries(at(schema, 'properties') ?? {})) {
    if (notAnImage.has(name)) continue
    const target = path === '' ? name : `${path}.${name}`
    visit(property, target, within, walked)
  }
  const items = member(schema, 'items')
  if (items !== undefined) visit(items, `${path}[]`, within, walked)
  const values = member(schema, 'additionalProperties')
  if (isObject(values)) visit(values, `${path}{}`, within, walked)
}

function visit(schema: unknown, path: string, within: readonly string[], walked: Walk): void {
  const pointer = asString(member(schema, '$ref')) ?? asString(at(schema, 'allOf', 0, '$ref'))
  if (pointer !== undefined) {
    const name = pointer.slice(reference.length)
    if (!within.includes(name)) walk(member(walked.schemas, name), path, [...within, name], walked)
    return
  }
  const isText = member(schema, 'type') === 'string'
  if (isText && (/image[^.]*$/i.test(path) || /image[^.]*[.]reference$/i.test(path))) walked.paths.push(path)
  else walk(schema, path, within, walked)
}
