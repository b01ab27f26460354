/** Texts around another message. */
import type { MessagePattern } from './pattern.ts'

export const wrappers: readonly MessagePattern[] = [
  {
    id: 'pull-backoff',
    rank: 1,
    pattern: /^Back-off pulling image "([^"]*)"(?:: (ErrImagePull|RegistryUnavailable|SignatureValidationFailed): (.*))?$/,
    cause: 'inner',
    waiting: 'inner',
    certainty: 'likely',
    runtime: 'any',
    source:
      'kubernetes@v1.36.3 pkg/kubelet/images/image_manager.go:317-334; change: kubernetes#127918 (merged Oct 2024, so 1.32; release inferred from the date); old kubelets could sit in BackOff for hours without a pull, kubernetes#119891',
    example:
      'Back-off pulling image "registry.example/api:1.4": ErrImagePull: failed to pull and unpack image "registry.example/api:1.4": registry.example/api:1.4: not found',
  },
  {
    id: 'pull-failed-wrapper',
    rank: 1,
    pattern: /^Failed to pull image "([^"]*)": (?:rpc error: code = Unknown desc = )?(.*)$/,
    cause: 'inner',
    waiting: 'inner',
    certainty: 'likely',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/kubelet/images/image_manager.go:344; k8s.io/cri-client@v0.36.3 pkg/remote_image.go:255',
    example:
      'Failed to pull image "registry.example/api:1.4": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/api:1.4": failed to resolve reference "registry.example/api:1.4": registry.example/api:1.4: not found',
  },
  {
    id: 'registry-unavailable-kubelet',
    rank: 1,
    pattern: /^image pull failed for (\S+) because the registry is unavailable(?:: (.*))?/,
    cause: 'registry-unavailable',
    waiting: 'yes',
    certainty: 'certain',
    runtime: 'cri-o, cri-dockerd',
    source:
      'kubernetes@v1.36.3 pkg/kubelet/images/image_manager.go:364; cri-o@f954a17e server/image_pull.go:120; cri-dockerd@246bd657 core/image.go:232; enix/kube-image-keeper#529',
    example:
      'image pull failed for localhost:7439/acme/api:1 because the registry is unavailable: pinging container registry localhost:7439: Get "http://localhost:7439/v2/": dial tcp [::1]:7439: connect: connection refused',
  },
  {
    id: 'signature-kubelet',
    rank: 1,
    pattern: /^image pull failed for (\S+) because the signature validation failed(?:: (.*))?/,
    cause: 'signature',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-o',
    source:
      'kubernetes@v1.36.3 pkg/kubelet/images/image_manager.go:376; cri-o@f954a17e internal/storage/image.go:604; containers/image@df7e80d2 copy/single.go:79',
    example:
      'image pull failed for quay.io/acme/api:1 because the signature validation failed: Source image rejected: A signature was required, but no signature exists',
  },
  {
    id: 'similar-prefix',
    rank: 0,
    pattern: /^\(combined from similar events\): (.*)$/,
    cause: 'inner',
    waiting: 'inner',
    certainty: 'likely',
    runtime: 'any',
    source: 'client-go@v0.36.3 tools/record/events_cache.go:183',
    example: '(combined from similar events): Failed to create pod sandbox: x',
  },
]
