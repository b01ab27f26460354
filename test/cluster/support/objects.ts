/** Small objects that the cluster tests apply, of every kind that has containers. */
import { rulesOfWarnings } from '../../support/warnings.ts'

/** A Pod that the API server accepts. */
export function podOf(name: string, containers: readonly object[], spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { containers, ...spec } }
}

/** A pod template with the label that the selectors in this file match. */
export function templateOf(name: string, containers: readonly object[], spec: object = {}) {
  return { metadata: { labels: { app: name } }, spec: { containers, ...spec } }
}

/** An object of the group `apps` with the name in the label of its template, which its selector matches. */
export function appOf(kind: string, template: ReturnType<typeof templateOf>, spec: object = {}, metadata: object = {}): object {
  const { labels } = template.metadata
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: labels.app, ...metadata },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  }
}

export function deploymentOf(name: string, containers: readonly object[], spec: object = {}, metadata: object = {}): object {
  return appOf('Deployment', templateOf(name, containers, spec), { replicas: 1 }, metadata)
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
    appOf('ReplicaSet', templateOf('replica-set', containers)),
    deploymentOf('deployment', containers),
    appOf('StatefulSet', templateOf('stateful-set', containers), { serviceName: 'x' }),
    appOf('DaemonSet', templateOf('daemon-set', containers)),
    jobOf('job', containers),
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'cron-job' }, spec: { schedule: '@daily', jobTemplate } },
  ]
}

/** Rule ids of the warnings about findings that kubectl printed, in the order of their lines. */
export function warnedRules(stderr: string): readonly string[] {
  return rulesOfWarnings([...stderr.matchAll(/^Warning: (\[[a-z-]+\] .*)$/gm)].map(([, line]) => line ?? ''))
}
