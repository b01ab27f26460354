/** The software bill of materials of a release: the packages whose code is in the bundle, as CycloneDX JSON. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import { type Inputs, packagesOf } from '../build/licenses.ts'

const { ComponentBuilder } = Contrib.FromNodePackageJson.Builders
const { ExternalReferenceFactory } = Contrib.FromNodePackageJson.Factories
const { LicenseFactory } = Contrib.License.Factories

/** The packages of the bundle have plain SPDX ids; an expression such as `MIT OR Apache-2.0` would become the name of a license. */
const noExpressions = (expression: string): void => {
  throw new RangeError(`${expression} is not a plain SPDX id`)
}

const components = new ComponentBuilder(new ExternalReferenceFactory(), new LicenseFactory(noExpressions))

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>
}

/** As https://github.com/package-url/purl-spec writes packages of npm: the @ of a scope is encoded. */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`

/** The digest that npm checks, in hexadecimal. */
function digestOf(integrity: string): string {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity) ?? []
  if (base64 === undefined) throw new Error(`package-lock.json has an integrity without SHA-512: ${integrity}`)
  return Buffer.from(base64, 'base64').toString('hex')
}

/** @param directory relative to the root of the project */
function componentOf(directory: string, root: string, lock: Lock): Models.Component {
  const data = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
  }
  // A linked node_modules is outside the project.
  const key = directory.slice(directory.indexOf('node_modules/'))
  const locked = lock.packages[key]
  if (locked?.version !== data.version || locked.integrity === undefined) {
    throw new Error(`package-lock.json does not have ${data.name} ${data.version} at ${key}; run npm ci.`)
  }
  const component = components.makeComponent(data)
  if (component === undefined) throw new Error(`${directory}/package.json has no name.`)
  component.purl = purlOf(data.name, data.version)
  component.bomRef.value = key
  component.scope = Enums.ComponentScope.Required
  if (component.licenses.size === 0) throw new Error(`${directory}/package.json states no license.`)
  // Of the tarball in the registry, as npm verified it.
  component.hashes.set(Enums.HashAlgorithm['SHA-512'], digestOf(locked.integrity))
  return component
}

/**
 * The bill of materials. Equal bundles have equal ones: it has neither a time nor a random serial number.
 * @param inputs what esbuild says about the bundle
 * @param root the directory of package.json and package-lock.json
 * @throws if a package is not the one that package-lock.json locks
 */
export function sbomOf(inputs: Inputs, root: string): string {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))
  const own = read('package.json') as { readonly name: string; readonly version: string }
  const lock = read('package-lock.json') as Lock
  const main = components.makeComponent(own, Enums.ComponentType.Application)
  if (main === undefined) throw new Error('package.json has no name.')
  main.purl = purlOf(own.name, own.version)
  main.bomRef.value = own.name
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: main }) })
  for (const directory of packagesOf(inputs)) {
    const component = componentOf(directory, root, lock)
    bom.components.add(component)
    main.dependencies.add(component.bomRef)
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}
