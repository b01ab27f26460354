/**
 * Other tools, built from their Go modules by `npm run bench -- --peers` into bench/.peers, which git ignores. What was built is measured in
 * the same rounds from then on.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '.peers')

/** Each with its version, so that the figures of two machines compare the same programs. */
const peers = {
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
  webhook: 'k8s.io/pod-security-admission/cmd/webhook@v0.36.3',
} as const

type Peer = keyof typeof peers

/** The program kube-score, if it was built. */
export function kubeScore(): string | undefined {
  return built('kube-score')
}

/** The webhook of Pod Security Admission, if it was built. */
export function podSecurityWebhook(): string | undefined {
  return built('webhook')
}

function built(name: Peer): string | undefined {
  const path = join(folder, name)
  return existsSync(path) ? path : undefined
}

/** Builds those that are missing. @throws if Go is missing or a build fails */
export function buildPeers(print: (line: string) => void): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, module] of Object.entries(peers)) {
    if (existsSync(join(folder, name))) continue
    print(`Building ${module} …`)
    const { status, error } = spawnSync('go', ['install', '-trimpath', module], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
      stdio: 'inherit',
    })
    if (status !== 0) throw new Error(`go install ${module} failed${error === undefined ? '' : `: ${error.message}`}`)
  }
}
