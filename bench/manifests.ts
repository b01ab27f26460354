/** Manifests for the command line: no two are equal, and the same number always gives the same one. */

const scripts: readonly ((number: number) => string)[] = [
  (number) =>
    `set -e\n[ -d /data/site-${number}/.git ] || git clone --depth 1 https://git.example/site.git /data/site-${number}\nchown -R 1000:1000 /data/site-${number}\n`,
  (number) => `until nc -z db-${number} 5432; do sleep 2; done\n`,
  (number) => `mkdir -p /data/app-${number} /data/cache\ncp -r /defaults/. /data/app-${number}\n`,
  (number) => `echo "host=db-${number}" >> /data/config.ini\n`,
]

/** Files of one repository share scripts: with four kinds, 200 are different. */
const differentNumbers = 50

/** One document of some 1.6 KB: four of five are Deployments, with one to three containers and up to two init containers with a script. */
export function manifest(number: number): string {
  const name = `app-${number}`
  const spec = [
    ...initContainers(number),
    'containers:',
    ...Array.from({ length: 1 + (number % 3) }, (_, index) => container(number, index)).flat(),
    'volumes:',
    '  - name: data',
    number % 2 === 0 ? '    emptyDir: {}' : `    persistentVolumeClaim: {claimName: data-${number}}`,
  ]
  if (number % 5 === 0) return lines(['apiVersion: v1', 'kind: Pod', ...metadata(name), 'spec:', ...indented(spec, 2)])
  return lines([
    'apiVersion: apps/v1',
    'kind: Deployment',
    ...metadata(name),
    'spec:',
    '  replicas: 2',
    `  selector: {matchLabels: {app: ${name}}}`,
    '  template:',
    ...indented(metadata(name), 4),
    '    spec:',
    ...indented(spec, 6),
  ])
}

function metadata(name: string): readonly string[] {
  return ['metadata:', `  name: ${name}`, '  labels:', `    app: ${name}`, '    team: shop', '    app.kubernetes.io/part-of: shop']
}

function container(number: number, index: number): readonly string[] {
  const tag = ['', ':latest', `:1.${number % 40}`, `:1.${number % 40}.${index}`][(number + index) % 4] ?? ''
  return [
    `  - name: c${index}`,
    `    image: registry.example/team-${number % 17}/app-${number % 97}${tag}`,
    ...(number % 4 === 0 ? ['    imagePullPolicy: Always'] : []),
    '    ports:',
    `      - containerPort: ${8000 + index}`,
    '    env:',
    ...Array.from({ length: 6 }, (_, key) => `      - {name: SETTING_${key}, value: "value ${key} of ${number}"}`),
    '    resources:',
    '      requests: {cpu: 100m, memory: 64Mi}',
    '      limits: {memory: 256Mi}',
    '    readinessProbe:',
    '      httpGet: {path: /healthz, port: 8000}',
    '      periodSeconds: 10',
  ]
}

function initContainers(number: number): readonly string[] {
  const count = number % 3
  if (count === 0) return []
  return [
    'initContainers:',
    ...Array.from({ length: count }, (_, index) => [
      `  - name: init${index}`,
      '    image: alpine/git:2.45.2',
      '    command: [sh, -c]',
      '    args:',
      '      - |',
      ...indented((scripts[(number + index) % scripts.length]?.(number % differentNumbers) ?? '').trimEnd().split('\n'), 8),
      '    volumeMounts:',
      '      - {name: data, mountPath: /data}',
    ]).flat(),
  ]
}

function indented(text: readonly string[], width: number): readonly string[] {
  return text.map((line) => ' '.repeat(width) + line)
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
