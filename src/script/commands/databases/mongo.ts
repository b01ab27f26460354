/** MongoDB: the statements that its shell gets, and what they do again. */

import { client } from '../../shape/server-probes.ts'
import { concat, keyOf, literal } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { mongoStatements } from './mongo-statements.ts'

type Effect = 'reads' | 'uses' | 'creates' | 'appends' | 'puts'

/** Calls of the MongoDB shell in a script without branches, and their effects. */
const mongoCalls: readonly { readonly call: RegExp; readonly effect: Effect }[] = [
  { call: /^use \S+$|^db ?= ?db\.getSiblingDB\(/, effect: 'uses' },
  { call: /^show \w+$|^(exit|quit)\b|^db\.auth\(|^sleep\(/, effect: 'reads' },
  { call: /^(db\.)?(adminCommand|runCommand)\(\s*['"{]?\s*["']?(ping|hello|isMaster|ismaster|buildInfo)/, effect: 'reads' },
  {
    call: /^(rs\.(status|conf|hello|isMaster)|db\.(version|stats|hello|isMaster|getMongo|serverStatus|getUser|getUsers)|print|quit)\b/,
    effect: 'reads',
  },
  { call: /^db\.\w+\.(find|findOne|count|countDocuments|estimatedDocumentCount)\(/, effect: 'reads' },
  { call: /^rs\.initiate\(/, effect: 'creates' },
  { call: /^db\.create(User|Role|Collection)\(/, effect: 'creates' },
  { call: /^db\.\w+\.(insert|insertOne|insertMany)\((?![^)]*_id)/, effect: 'appends' },
  { call: /^db\.\w+\.(createIndex|ensureIndex)\(/, effect: 'puts' },
  { call: /^db\.(updateUser|changeUserPassword|grantRolesToUser)\(/, effect: 'puts' },
  // Other operators, such as $inc and $push, change the document on each run.
  {
    call: /^db\.\w+\.(updateOne|updateMany|update)\((?!.*\$(?!set\b|setOnInsert\b|unset\b|eq\b|in\b|exists\b|_)).*\$set/s,
    effect: 'puts',
  },
]

/** `mongosh --help`, and the options of the old shell. */
const mongoOptions: OptionTable = {
  values: [
    ...['--eval', '--host', '--port', '-u', '-p', '--username', '--password', '--authenticationDatabase', '--file', '-f'],
    ...['--authenticationMechanism', '--tlsCAFile', '--tlsCertificateKeyFile', '--tlsCertificateKeyFilePassword', '--sslCAFile'],
    ...[
      '--sslPEMKeyFile',
      '--sslPEMKeyPassword',
      '--apiVersion',
      '--awsIamSessionToken',
      '--gssapiServiceName',
      '--networkMessageCompressors',
    ],
  ],
  attached: ['--json'],
  flags: [
    ...['--quiet', '--norc', '--nodb', '--tls', '--ssl', '--tlsAllowInvalidCertificates', '--tlsAllowInvalidHostnames', '--verbose'],
    ...['--sslAllowInvalidCertificates', '--sslAllowInvalidHostnames', '--retryWrites', '--ipv6', '--skipStartupWarnings', '--shell'],
  ],
}

function mongo(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const evaluated = options.all('--eval')
  const isInput = evaluated.length === 0
  const script = isInput ? machine.input : concat(...evaluated.flatMap((part) => [part, literal(';')]))
  const hasFile = options.has('--file', '-f') || options.operands.some((word) => /\.js$/.test(keyOf(word)))
  machine.world.spend(script?.length ?? 0)
  const statements = script === undefined || hasFile ? undefined : mongoStatements(script)
  const effects = statements?.map((statement) => mongoCalls.find(({ call }) => call.test(statement))?.effect)
  if (statements === undefined || effects === undefined || effects.includes(undefined))
    return call.notFollowed('what the MongoDB script does')
  const facts = new ServiceFacts(machine, 'mongo', ...options.operands.map(keyOf))
  let database = ''
  for (const [index, statement] of statements.entries()) {
    const effect = effects[index]
    const name = factName('call', database, statement)
    if (effect === 'uses') database = statement
    else if (effect === 'reads') machine.print(concat(facts.output(literal(statement)), literal('\n')))
    else if (effect === 'appends') facts.append(name, literal('+'))
    else if (effect === 'puts') facts.put(name)
    else if (!facts.create(name) && endsAtError(call, statement, isInput)) return 1
  }
  return 0
}

/**
 * Whether the shell ends because something exists already. The old shell (mongo) returns an object for a second rs.initiate. A shell that
 * reads its input like that of a terminal may go on with the next statement.
 */
function endsAtError({ name, machine }: Call, statement: string, isInput: boolean): boolean {
  if (name === 'mongo' && statement.startsWith('rs.')) return false
  return !isInput || machine.world.decide(`whether ${name} ends at an error of its input`) === 1
}

export const mongoCommands: readonly CommandModel[] = [
  {
    names: ['mongosh', 'mongo'],
    probe: client(27017, ['--host', '-h'], ['--port']),
    section: 'databases',
    forms: [
      {
        form: "mongosh --eval 'rs.initiate(), db.createUser(…), db.createCollection(…)'",
        again: 'fails: already exists',
        safeWhen: '|| true',
      },
      { form: "mongosh --eval 'db.c.insertOne(…)'", again: 'duplicates the document', safeWhen: 'use updateOne with upsert' },
    ],
    run: reading(mongoOptions, mongo),
  },
]
