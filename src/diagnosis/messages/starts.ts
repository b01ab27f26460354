/** Starting the process of a container. */
import type { MessagePattern } from './pattern.ts'

export const starts: readonly MessagePattern[] = [
  {
    id: 'start-no-command',
    rank: 50,
    pattern: /[Nn]o command specified/,
    cause: 'command-not-found',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'containerd, cri-dockerd',
    source: 'containerd internal/cri/opts/spec_opts.go, WithProcessArgs; moby daemon/create.go; velero-io/velero#8776',
    example: 'failed to generate container "8a7b" spec: failed to generate spec: no command specified',
  },
  {
    id: 'start-notfound',
    rank: 50,
    pattern: /exec: "([^"]+)": (?:executable file not found in \$PATH|stat .{1,300}: no such file or directory)/,
    cause: 'command-not-found',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'containerd, cri-o',
    source:
      'containerd internal/cri/server/container_start.go:140; open-telemetry/opentelemetry-helm-charts#1876; paperclipinc/openclaw-operator#105',
    example:
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "sh": executable file not found in $PATH',
  },
  {
    id: 'start-notfound-docker',
    rank: 50,
    pattern:
      /^(?:Error: )?failed to start container "[^"]*": (?:executable not found in \$PATH|Error response from daemon: (?:OCI runtime|failed to create).*exec: \\?"([^"\\]+)\\?":.*(?:not found|no such file))/,
    cause: 'command-not-found',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-dockerd',
    source: 'cri-dockerd@246bd657 core/container_start.go:43,57; core/container_status.go:101; tektoncd/pipeline#5910',
    example:
      'failed to start container "api": Error response from daemon: OCI runtime create failed: container_linux.go:349: starting container process caused "exec: \\"sh\\": executable file not found in $PATH": unknown',
  },
  {
    id: 'start-permission',
    rank: 50,
    pattern: /exec: "([^"]+)": permission denied/,
    cause: 'not-executable',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'luksa/kubernetes-in-action-2nd-edition#35; GoogleCloudPlatform/gke-fleet-management#97',
    example:
      'runc create failed: unable to start container process: error during container init: exec: "/entrypoint.sh": permission denied',
  },
  {
    id: 'start-cwd',
    rank: 90,
    pattern:
      /(?:chdir to cwd|mkdir) \(?"?([^")]+)"?\)?.*(?:no such file or directory|permission denied|not a directory)|OCI runtime create failed.*current working directory/,
    cause: 'wrong-cwd',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'runc (wording from memory)',
    example:
      'OCI runtime create failed: runc create failed: unable to start container process: error during container init: chdir to cwd ("/srv/app") set in config.json failed: permission denied',
  },
  {
    id: 'start-mount',
    rank: 50,
    pattern:
      /error mounting "([^"]+)" to rootfs at "([^"]+)": .*(not a directory|no such file or directory|permission denied|read-only file system)/,
    cause: 'mount-mismatch',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'runc (wording from memory)',
    example:
      'error mounting "/var/lib/kubelet/pods/u/volume-subpaths/cm/api/0" to rootfs at "/app/app.conf": mount src=..., flags=0x5001: not a directory: Are you trying to mount a directory onto a file (or vice-versa)?',
  },
  {
    id: 'start-exec-format',
    rank: 50,
    pattern: /[Ee]xec format error/,
    cause: 'exec-format',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'nigelpoulton/TheK8sBook#46; kubernetes/node-problem-detector#797',
    example: 'exec /bin/sh: exec format error',
  },
  {
    id: 'start-cgroup-mem',
    rank: 50,
    pattern: /container init was OOM-killed \(memory limit too low\?\)|unable to apply cgroup configuration.*memory/,
    cause: 'memory-limit-too-low',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'runc (wording from memory)',
    example:
      'OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)',
  },
  {
    id: 'start-device',
    rank: 50,
    pattern:
      /could not select device driver|no such device|unknown or invalid runtime name|failed to get sandbox runtime: no runtime for "([^"]+)" is configured/,
    cause: 'runtime-class',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'containerd internal/cri/server/sandbox_run.go; cri-dockerd@246bd657 core/sandbox_helpers.go:77',
    example: 'failed to get sandbox runtime: no runtime for "nvidia" is configured',
  },
  {
    id: 'hook-poststart',
    rank: 50,
    pattern: /PostStartHook failed|^Exec lifecycle hook \(\[(.*)\]\) for Container "([^"]+)" .* failed|command '(.*)' exited with (\d+)/,
    cause: 'post-start-hook',
    waiting: 'unknown',
    certainty: 'certain',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/kubelet/kuberuntime/kuberuntime_container.go:330; istio/istio#45627, #41086',
    example:
      'Exec lifecycle hook ([pilot-agent wait]) for Container "istio-proxy" in Pod "api-7c" failed - error: command \'pilot-agent wait\' exited with 255',
  },
  {
    id: 'hook-internal',
    rank: 50,
    pattern: /^Internal Pre(?:Create|Start)Container hook failed: (.*)$/,
    cause: 'kubelet-resource-manager',
    waiting: 'no',
    certainty: 'likely',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/kubelet/kuberuntime/kuberuntime_container.go:273,286',
    example: 'Internal PreStartContainer hook failed: not enough CPUs',
  },
]
