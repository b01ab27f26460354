import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { testRule } from '../testing/rule-tester.ts'
import { commanded, commandPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const migrate = ['python', 'manage.py', 'migrate']
const on = (kind: WorkloadKind, spec: object, command: readonly string[] = migrate) => commanded(command, { kind, spec })
const three = (...command: string[]) => on('Deployment', { replicas: 3 }, command)
const pointer = `/spec/template${commandPointer}`
const race = (name: string, command: string[]) => ({
  name: command.join(' '),
  object: three(...command),
  reports: [{ messageId: 'races', pointer, data: { command: name, replicas: '3 replicas' } }],
})

testRule(rule, {
  valid: [
    { name: 'one replica', object: on('Deployment', { replicas: 1 }) },
    { name: 'nobody says how many', object: on('Deployment', {}) },
    { name: 'a StatefulSet starts one after the other', object: on('StatefulSet', { replicas: 3 }) },
    { name: 'a Job', object: on('Job', {}) },
    { name: 'a Pod', object: commanded(migrate) },
    { name: 'a tool with a lock', object: three('bundle', 'exec', 'rails', 'db:migrate') },
    { name: 'another one', object: three('npx', 'prisma', 'migrate', 'deploy') },
    { name: 'Laravel with a lock', object: three('php', 'artisan', 'migrate', '--isolated') },
    { name: 'only a look', object: three('python', 'manage.py', 'migrate', '--plan') },
    { name: 'another command of the tool', object: three('alembic', 'current') },
    { name: 'a lock around it', object: three('bash', '-c', 'flock /data/lock true && python manage.py migrate') },
  ],
  invalid: [
    race('manage.py migrate', ['python3', '/app/manage.py', 'migrate', '--noinput']),
    race('alembic upgrade', ['poetry', 'run', 'alembic', 'upgrade', 'head']),
    race('flask db upgrade', ['flask', 'db', 'upgrade']),
    race('artisan migrate', ['php', 'artisan', 'migrate', '--force']),
    race('sequelize db:migrate', ['npx', 'sequelize', 'db:migrate']),
    {
      name: 'a DaemonSet',
      object: on('DaemonSet', {}),
      reports: [{ messageId: 'races', pointer, data: { replicas: 'the pods of all nodes' } }],
    },
    {
      name: 'a StatefulSet that starts all at once',
      object: on('StatefulSet', { replicas: 2, podManagementPolicy: 'Parallel' }),
      reports: [{ messageId: 'races', pointer, data: { replicas: '2 replicas' } }],
    },
    {
      name: 'a Job that runs several pods',
      object: on('Job', { parallelism: 4 }),
      reports: [{ messageId: 'races', pointer, data: { replicas: '4 replicas' } }],
    },
  ],
})
