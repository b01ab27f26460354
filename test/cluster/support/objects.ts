/** Small objects that the cluster tests apply, of every kind that has containers. */
import { rulesOfWarnings } from '../../support/warnings.ts'

/** A Pod that the API server accepts. */
export function podOf(name: string, containers: readonly object[], spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { containers, ...spec } }
}

/** A pod template with the label that the selectors in this file match. */
export function templateOf(name: string, containers: readonly object[], spec: object = {}): object {
  return { metadata: { labels: { app: name } }, spec: { containers, ...spec } }
}

export function deploymentOf(name: string, containers: readonly object[], spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: templateOf(name, containers, spec) },
  }
}

export function jobOf(name: string, containers: readonly object[], jobSpec: object = {}): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { ...jobSpec, template: { spec: { containers, restartPolicy: 'Never' } } },
  }
}

/** One object of each of the nine kinds. */
export function everyKind(containers: readonly object[]): readonly object[] {
  const selected = (kind: string, name: string, spec: object) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: templateOf(name, containers), ...spec },
  })
  const jobTemplate = { spec: { template: { spec: { containers, restartPolicy: 'OnFailure' } } } }
  return [
    podOf('pod', containers),
    { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'pod-template' }, template: templateOf('pod-template', containers) },
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'replication-controller' },
      spec: { selector: { app: 'replication-controller' }, template: templateOf('replication-controller', containers) },
    },
    selected('ReplicaSet', 'replica-set', {}),
    deploymentOf('deployment', containers),
    selected('StatefulSet', 'stateful-set', { serviceName: 'x' }),
    selected('DaemonSet', 'daemon-set', {}),
    jobOf('job', containers),
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'cron-job' }, spec: { schedule: '@daily', jobTemplate } },
  ]
}

/** Rule ids of the warnings about findings that kubectl printed, in the order of their lines. */
export function warnedRules(stderr: string): readonly string[] {
  return rulesOfWarnings([...stderr.matchAll(/^Warning: (\[[a-z-]+\] .*)$/gm)].map(([, line]) => line ?? ''))
}
