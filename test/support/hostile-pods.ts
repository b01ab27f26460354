/** The load of a tenant who wants to stop or slow down the server: pods with the init scripts that cost most per byte. */
const kibibyte = 1024

function repeated(text: string, length: number): string {
  return text.repeat(Math.floor(length / text.length))
}

function lines(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => line(number)).join('\n')
}

const depth = 45
const nestedLoops = `${'while true; do '.repeat(depth)}:${'; done'.repeat(depth)}\n`

/** The scripts, each as long as its name says or as its budget allows. */
export const worstScripts = {
  nestedLoops: nestedLoops.repeat(14),
  colons: ':;'.repeat(7500),
  templates: '#{{'.repeat(5000),
  copies: lines(400, (number) => `cp -r /a${number} /data/b; rm -f /data/x${number}; touch /data/x${number}`),
  substitutions: '$(a);'.repeat(3000),
  nestedSubstitutions: 'x=$(echo $(echo $(echo a)));'.repeat(500),
  downloads: lines(300, (number) => `[ -f /data/f${number} ] || curl -o /data/f${number} http://x/${number}`),
  edits: lines(300, (number) => `sed -i s/a${number}/b/ /data/f`),
  tinyCommands: repeated('cp -r /a /data/b; touch /data/c; rm -rf /data/b\n', 63 * kibibyte),
  longLoops: repeated(nestedLoops, 63 * kibibyte),
  longWords: repeated('echo $x >> /data/log || true; ', 63 * kibibyte),
} as const

/** How many init containers the pods have, in turn. The last kind has 100 of 15 kB. */
const shapes = [1, 1, 6, 1, 1, 1, 6, 1, 1, 100] as const

/** The fifteen thousand characters of each init container of the largest pods. */
const many = [worstScripts.colons, worstScripts.templates, worstScripts.substitutions]

const scripts = Object.values(worstScripts)

/** A hostile pod. Scripts of different numbers differ in a comment, so that no analysis is made once for two of them. */
export function hostilePod(number: number, image = 'nginx:1'): object {
  const count = shapes[number % shapes.length] ?? 1
  const texts = Array.from({ length: count }, (_, index) => {
    const kinds = count === 100 ? many : scripts
    return `${kinds[(number + index) % kinds.length]}\n# ${number}.${index}`
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `hostile-${number}` },
    spec: { ...initSpec(texts, 'busybox:1'), containers: [{ name: 'main', image }] },
  }
}

/** The parts of a PodSpec that run scripts in init containers, with a claim at /data. */
export function initSpec(scripts: readonly string[], image: string) {
  return {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    initContainers: scripts.map((script, index) => ({
      name: `init-${index}`,
      image,
      command: ['sh', '-c', script],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    })),
  }
}

/** A review of a new Pod, as the API server sends it. */
export function reviewOfPod(pod: object, uid: string, namespace: string, username = 'alice'): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace,
      operation: 'CREATE',
      userInfo: { username },
      object: pod,
      oldObject: null,
    },
  })
}
