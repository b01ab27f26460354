// The import directions of src/README.md: a folder imports only from itself and from folders before it in this list.
const order = ['manifest', 'model', 'script', 'startup', 'lint', 'rules', 'policy', 'admission', 'inspect', 'server', 'cluster', 'cli']
// Pure folders run in a browser as well: no Node modules, no web server, no logger, no API client at run time.
const pure = order.slice(0, order.indexOf('server'))

const notTests = '[.]test[.]ts$|/testing/'

module.exports = {
  forbidden: [
    ...order.map((folder, index) => ({
      name: `${folder}-imports-upwards-only`,
      comment: `src/${folder} may import only from ${order.slice(0, index + 1).join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: notTests },
      to: { path: `^src/(${[...order.slice(index + 1), 'main[.]ts'].join('|')})` },
    })),
    {
      name: 'core-is-pure',
      comment: 'The core takes values and returns values; only its edges talk to Node and to the network.',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/`, pathNot: notTests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-has-no-server-packages',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/`, pathNot: notTests },
      to: { path: 'node_modules/(fastify|pino|prom-client|commander|@kubernetes|@peculiar)', dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-dev-packages-in-src', severity: 'error', from: { path: '^src/', pathNot: notTests }, to: { dependencyTypes: ['npm-dev'] } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'default', 'types'],
    },
  },
}
