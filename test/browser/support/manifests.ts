/** Pods with one finding each: an image without a tag. */
export function manyFindings(number: number): string {
  return Array.from(
    { length: number },
    (_, index) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: pod-${index}}\nspec:\n  containers:\n    - name: web\n      image: registry.example/web\n`,
  ).join('---\n')
}

/** A Pod as kubectl prints it, whose image cannot be pulled. */
export const waitingPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop', creationTimestamp: '2026-11-30T10:00:00Z' },
  spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'registry.example/web:1.0' }] },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'True' }],
    containerStatuses: [
      {
        name: 'web',
        image: 'registry.example/web:1.0',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "registry.example/web:1.0": not found' } },
      },
    ],
  },
}
