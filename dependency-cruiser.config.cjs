// The import directions of src/README.md. In each list, an entry imports only from itself and from entries before it.
const order = [
  'manifest',
  'model',
  'script',
  'startup',
  'lint',
  'rules',
  'policy',
  'admission',
  'inspect',
  'formats',
  'fixer',
  'library',
  'scan',
  'diagnosis',
  'server',
  'cluster',
  'cli',
]
// Pure folders run in a browser as well: no Node modules, no web server, no logger, no API client at run time.
const pure = order.slice(0, order.indexOf('server'))

// The packages that src uses. The bundle contains them, so all packages are development dependencies.
const bundled = [
  ...['@kubernetes/client-node', '@peculiar/x509', 'commander', 'diff', 'fastest-levenshtein', 'fastify', 'get-east-asian-width', 'ignore'],
  ...['js-yaml', 'picomatch', 'pino', 'prom-client', 'reflect-metadata', 'unbash'],
  ...['vscode-jsonrpc', 'vscode-languageserver', 'vscode-languageserver-textdocument'],
]

// The rooms of the large folders; a name with a dot is a file.
const rooms = {
  'src/script': [
    'limits.ts',
    'value',
    'syntax',
    'shape',
    'container',
    'machine',
    'change',
    'commands/command.ts',
    'shell',
    'commands',
    'rehearsal',
    'repair',
    'analysis',
    'index.ts',
  ],
  'src/script/commands': [
    ...['command.ts', 'kit', 'files', 'sql', 'keys', 'system', 'shells', 'archives', 'downloads', 'git', 'databases', 'services', 'text'],
    'catalogue.ts',
  ],
  // The playground: what runs in the page and its worker, then what builds it.
  web: ['link', 'engine', 'page', 'build', 'vite.config.ts', 'virtual-modules.d.ts'],
  'src/startup': ['scenario', 'api-server', 'node', 'timeline', 'status', 'picture', 'kubelet', 'play', 'restore'],
  'src/server': [
    ...[
      'bounds',
      'observe',
      'registry-prober',
      'keepers',
      'certificates',
      'analysis',
      'ports.ts',
      'state.ts',
      'self-test.ts',
      'http',
      'routes',
    ],
    ...['app.ts', 'server.ts'],
  ],
}

// Rooms of commands that other rooms of commands may import.
const sharedByCommands = ['kit', 'files', 'sql']

const notTests = '[.]test[.]ts$|/testing/'

const pattern = (name) => (name.includes('.') ? `${name.replaceAll('.', '[.]')}$` : `${name}/`)
const anyOf = (names) => `(${names.map(pattern).join('|')})`

/** One rule per entry of a list: it does not import from the entries after it. */
function upwards(folder, list) {
  return list.slice(0, -1).map((name, index) => {
    // What a nested entry names (commands/command.ts) is judged by its own place in the list, not by its folder's.
    const nested = list.filter((other) => other !== name && other.startsWith(`${name}/`)).map(pattern)
    const own = nested.length > 0 ? { pathNot: `${notTests}|^${folder}/(${nested.join('|')})` } : { pathNot: notTests }
    const later = list.slice(index + 1)
    const earlier = list.slice(0, index + 1).filter((other) => later.some((each) => other.startsWith(`${each}/`)))
    return {
      name: `${folder}: ${name} imports upwards only`,
      comment: `${folder}/${name} may import only from ${list.slice(0, index + 1).join(', ')}.`,
      severity: 'error',
      from: { path: `^${folder}/${pattern(name)}`, ...own },
      to: { path: `^${folder}/${anyOf(later)}`, ...(earlier.length > 0 ? { pathNot: `^${folder}/${anyOf(earlier)}` } : {}) },
    }
  })
}

module.exports = {
  forbidden: [
    ...upwards('src', [...order, 'main.ts']),
    ...Object.entries(rooms).flatMap(([folder, list]) => upwards(folder, list)),
    {
      name: 'every-folder-has-its-place',
      comment: 'A folder of src/ that is in no list would pass every other rule: give it a place in `order`.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${order.join('|')})/` },
      to: {},
    },
    ...Object.entries(rooms).map(([folder, list]) => ({
      name: `${folder}: every file has its room`,
      comment: `A file of ${folder} that is in no room would pass every other rule: give it a place in \`rooms\`.`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: `^${folder}/${anyOf(list)}` },
      to: {},
    })),
    {
      name: 'shape-reads-only-syntax',
      comment: 'Rules read scripts by src/script/shape without a machine.',
      severity: 'error',
      from: { path: '^src/script/shape/' },
      to: { path: '^src/', pathNot: '^src/script/(shape/|syntax/|limits[.]ts$)' },
    },
    {
      name: 'commands-never-see-the-interpreter',
      comment: 'A command gets a `Call`; the interpreter is behind it.',
      severity: 'error',
      from: { path: '^src/script/commands/' },
      to: { path: '^src/script/shell/' },
    },
    {
      name: 'only-shells-get-the-machine',
      comment: 'A command gets what `CommandMachine` offers; those of shells/ also set the root and the environment of other commands.',
      severity: 'error',
      from: { path: '^src/script/commands/', pathNot: '^src/script/commands/(shells/|command[.]ts$)' },
      to: {
        path: '^src/script/machine/',
        pathNot: '^src/script/machine/(command-machine|file-system|known-folders|layers|place|programs)[.]ts$',
      },
    },
    {
      name: 'the-interpreter-gets-the-catalogue-as-a-value',
      severity: 'error',
      from: { path: '^src/script/shell/' },
      to: { path: '^src/script/commands/', pathNot: '^src/script/commands/command[.]ts$' },
    },
    {
      name: 'commands-import-no-other-section',
      comment: `Only ${sharedByCommands.join(', ')} are shared by all sections, and text uses archives (zgrep, zcat).`,
      severity: 'error',
      from: { path: '^src/script/commands/([^/]+)/' },
      to: {
        path: '^src/script/commands/[^/]+/',
        pathNot: ['^src/script/commands/$1/', `^src/script/commands/${anyOf(sharedByCommands)}`, '^src/script/commands/archives/'],
      },
    },
    {
      name: 'only-text-imports-archives',
      severity: 'error',
      from: { path: '^src/script/commands/', pathNot: '^src/script/commands/(archives/|text/|catalogue[.]ts$)' },
      to: { path: '^src/script/commands/archives/' },
    },
    {
      name: 'only-the-parser-knows-unbash',
      comment: 'Everything else reads the tree of src/script/syntax/syntax.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/script/syntax/parse[^/]*[.]ts$' },
      to: { path: 'node_modules/unbash/' },
    },
    {
      name: 'scripts-are-read-through-their-index',
      comment: 'From outside src/script, import index.ts, shape/ or, for docs, the catalogue.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/script/|${notTests}` },
      to: { path: '^src/script/', pathNot: '^src/script/(index[.]ts$|shape/|commands/catalogue[.]ts$)' },
    },
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
    {
      name: 'the-library-is-only-a-face',
      comment: 'What server and command line share is in inspect; the library only gives it a stable form.',
      severity: 'error',
      from: { path: '^src/(?!library/)', pathNot: notTests },
      to: { path: '^src/library/' },
    },
    {
      name: 'src-never-imports-the-playground',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^web/' },
    },
    {
      name: 'the-worker-uses-only-the-core',
      comment: 'It runs in a browser: no Node modules, no server, no API client.',
      severity: 'error',
      from: { path: '^web/(link|engine|page)/' },
      to: { path: `^src/(?!(${pure.join('|')})/)` },
    },
    {
      name: 'the-page-has-no-node-modules',
      severity: 'error',
      from: { path: '^web/(link|engine|page)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the-page-leaves-the-engine-to-its-worker',
      comment: 'The page shows at once, whatever the engine weighs and whatever an analysis costs.',
      severity: 'error',
      from: { path: '^web/(link|page)/' },
      to: { path: ['^src/', '^web/engine/(?!protocol[.]ts$|worker[.]ts$)'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-packages-of-the-page',
      severity: 'error',
      from: { path: '^web/(link|engine|page)/' },
      to: { dependencyTypes: ['npm', 'npm-dev'], pathNot: 'node_modules/(preact|@codemirror|@lezer)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'nothing-unresolved',
      comment: 'Of sarif, there are only types (@types/sarif). Modules whose name begins with virtual: are made by web/build.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(sarif$|virtual:)' },
    },
    {
      name: 'only-bundled-packages',
      severity: 'error',
      from: { path: '^src/', pathNot: notTests },
      to: { dependencyTypes: ['npm', 'npm-dev'], pathNot: `node_modules/(${bundled.join('|')})/` },
    },
  ],
  options: {
    // TypeScript 7 has no API that dependency-cruiser could parse with; without a parser it misses `export type … from`, among others.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'default', 'types'],
    },
  },
}
