/** Packages that others need for what initlint does not do. The bundle has a few words instead: their code would only take memory and space. */
import type { Plugin } from 'esbuild'

const fails = (what: string): string => `throw new Error(${JSON.stringify(`The bundle of initlint has no ${what}.`)})`
const compiler = (what: string): string => `module.exports = () => () => { ${fails(what)} }`

/** By the name of a package: a module with the part that is read when a server starts, and that throws when more is used. */
export const unusedPackages: Readonly<Record<string, string>> = {
  // Fastify, for the schemas of routes (fastify lib/schema-controller.js): the routes have none.
  '@fastify/ajv-compiler': compiler('validators of route schemas'),
  '@fastify/fast-json-stringify-compiler': compiler('serializers of route schemas'),
  // Fastify, for `inject`, which only tests call (fastify.js).
  'light-my-request': `module.exports = () => { ${fails('requests without a connection')} }`,
  // prom-client, for exemplars (lib/metrics/processCpuTotal.js): they are off.
  '@opentelemetry/api': `module.exports = { get trace() { ${fails('traces')} } }`,
  // The API client, for copying files of containers (dist/cp.js).
  'tar-fs': `module.exports = { get pack() { ${fails('archives')} }, get extract() { ${fails('archives')} } }`,
}

const namespace = 'unused-packages'

export const withoutUnusedPackages: Plugin = {
  name: 'unused packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@\w][\w/.-]*$/ }, ({ path }) => (Object.hasOwn(unusedPackages, path) ? { path, namespace } : undefined))
    onLoad({ filter: /^/, namespace }, ({ path }) => ({ contents: unusedPackages[path] ?? '', loader: 'js' }))
  },
}
