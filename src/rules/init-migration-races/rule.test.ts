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
    { name: 'a Deployment with one replica', object: on('Deployment', { replicas: 1 }) },
    { name: 'a Deployment without replicas', object: on('Deployment', {}) },
    { name: 'a StatefulSet, whose pods start one by one', object: on('StatefulSet', { replicas: 3 }) },
    { name: 'a Job with one pod', object: on('Job', {}) },
    { name: 'a Pod', object: commanded(migrate) },
    { name: 'rails db:migrate, which takes a lock', object: three('bundle', 'exec', 'rails', 'db:migrate') },
    { name: 'prisma migrate deploy, which takes a lock', object: three('npx', 'prisma', 'migrate', 'deploy') },
    { name: 'artisan migrate --isolated, which takes a lock', object: three('php', 'artisan', 'migrate', '--isolated') },
    { name: 'manage.py migrate --plan, which changes nothing', object: three('python', 'manage.py', 'migrate', '--plan') },
    { name: 'alembic current, which changes nothing', object: three('alembic', 'current') },
    { name: 'a script that uses flock', object: three('bash', '-c', 'flock /data/lock true && python manage.py migrate') },
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
      reports: [{ messageId: 'races', pointer, data: { replicas: 'the pods on all nodes' } }],
    },
    {
      name: 'a StatefulSet with podManagementPolicy Parallel',
      object: on('StatefulSet', { replicas: 2, podManagementPolicy: 'Parallel' }),
      reports: [{ messageId: 'races', pointer, data: { replicas: '2 replicas' } }],
    },
    {
      name: 'a Job with parallelism 4',
      object: on('Job', { parallelism: 4 }),
      reports: [{ messageId: 'races', pointer, data: { replicas: '4 replicas' } }],
    },
  ],
})
