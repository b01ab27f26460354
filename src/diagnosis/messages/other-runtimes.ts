/** How crun, gVisor and dockerd word what runc and containerd say of a start. */
import type { MessagePattern } from './pattern.ts'

export const otherRuntimes: readonly MessagePattern[] = [
  {
    id: 'start-apparmor',
    rank: 40,
    pattern: /get apparmor_parser version: |[Aa]pp[Aa]rmor (?:profile|failed)/,
    cause: 'start-error',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source:
      'containerd contrib/apparmor/template.go, parserVersion; cri-o internal/config/apparmor; coredns/coredns#5794; cilium/cilium#32198',
    example:
      'failed to create containerd container: get apparmor_parser version: exec: "apparmor_parser": executable file not found in $PATH',
  },
  {
    id: 'start-crun-notfound',
    rank: 50,
    pattern:
      /executable file `([^`]{1,300})` not found|exec container process(?: \(missing dynamic library\?\))? `([^`]{1,300})`: No such file|error finding executable "([^"]{1,300})" in PATH/,
    cause: 'command-not-found',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-o, gVisor',
    source: 'crun src/libcrun/utils.c, find_executable, and container.c, container_init; gVisor pkg/sentry/fsimpl/user/path.go',
    example: 'container create failed: executable file `bash` not found in $PATH: No such file or directory',
  },
  {
    id: 'start-docker-notfound',
    rank: 50,
    pattern: /exec: \\{1,7}"([^"\\]{1,300})\\{1,7}": (?:executable file not found in \$PATH|stat .{1,300}: no such file or directory)/,
    cause: 'command-not-found',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-dockerd',
    source: 'runc before 1.1, error strings that quote each other; kubernetes#87735',
    example:
      'OCI runtime create failed: container_linux.go:345: starting container process caused "exec: \\"bash\\": executable file not found in $PATH": unknown',
  },
  {
    id: 'start-other-permission',
    rank: 50,
    pattern:
      /exec container process `([^`]{1,300})`: Permission denied|the path `([^`]{1,300})` (?:exists but it is not executable|is not a regular file)|exec: \\{1,7}"([^"\\]{1,300})\\{1,7}": permission denied/,
    cause: 'not-executable',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-o, cri-dockerd',
    source: 'crun src/libcrun/utils.c, check_access; runc before 1.1',
    example: 'container create failed: the path `/run.sh` exists but it is not executable: Operation not permitted',
  },
  {
    id: 'start-other-cwd',
    rank: 50,
    pattern: /chdir(?: to)? `([^`]{1,300})`: |Cannot mkdir: (\S{1,300}) is not a directory/,
    cause: 'wrong-cwd',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-o, cri-dockerd',
    source:
      'crun src/libcrun/linux.c, libcrun_container_enter_cgroup_ns and set cwd; moby container/container.go, SetupWorkingDirectory; microsoft/pai#3572',
    example: 'container create failed: chdir `/srv/app`: No such file or directory',
  },
  {
    id: 'start-other-mount',
    rank: 50,
    pattern:
      /mount `[^`]{1,500}` to `([^`]{1,500})`: |mounting \\{0,7}"[^"\\]{1,500}\\{0,7}" to rootfs .{1,500} at \\{0,7}"([^"\\]{1,500})\\{0,7}" caused .{0,200}(?:not a directory|no such file or directory|permission denied|read-only file system)/,
    cause: 'mount-mismatch',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'cri-o, cri-dockerd',
    source: 'crun src/libcrun/linux.c, do_mount; runc before 1.1, rootfs_linux.go; microsoft/vscode-docker#1303',
    example: 'container create failed: mount `/var/lib/kubelet/pods/u/volume-subpaths/c/app/0` to `app/app.conf`: Not a directory',
  },
  {
    id: 'create-stat',
    rank: 50,
    pattern: /failed to stat "([^"]{1,500})": /,
    cause: 'create-mount-source',
    waiting: 'unknown',
    certainty: 'likely',
    runtime: 'containerd',
    source: 'containerd internal/cri/opts/spec_linux_opts.go, WithMounts; containerd#13867',
    example:
      'failed to generate container "d6" spec: failed to generate spec: failed to stat "/var/lib/kubelet/pods/u/volumes/v/mount": stat: stale NFS file handle',
  },
  {
    id: 'create-other-mount',
    rank: 50,
    pattern:
      /bind source path does not exist: (\S{1,300})|Duplicate mount point: (\S{1,300})|path "([^"]{1,300})" is mounted on "[^"]{1,300}" but it is not a shared|invalid (?:bind mount spec|volume specification)/,
    cause: 'create-mount-source',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'containerd, cri-dockerd',
    source: 'moby volume/mounts/errors.go and linux_parser.go; containerd internal/cri/opts/spec_linux_opts.go, ensureShared',
    example: 'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /data',
  },
  {
    id: 'create-name-in-use',
    rank: 50,
    pattern: /The container name "[^"]{1,300}" is already in use|failed to reserve sandbox name "([^"]{1,300})"/,
    cause: 'create-still-running',
    waiting: 'unknown',
    certainty: 'likely',
    runtime: 'cri-dockerd, containerd',
    source: 'moby daemon/names.go, reserveName; containerd internal/cri/server/sandbox_run.go; containerd#9947',
    example: 'failed to reserve sandbox name "web-1_shop_u_0": name "web-1_shop_u_0" is reserved for "e2d7"',
  },
  {
    id: 'create-cache',
    rank: 50,
    pattern: /failed to sync (?:configmap|secret) cache: |cannot find volume "([^"]{1,300})" to mount into container/,
    cause: 'kubelet-cache',
    waiting: 'yes',
    certainty: 'likely',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/kubelet/util/manager/watch_based_manager.go, Get; pkg/kubelet/kubelet_pods.go, makeMounts',
    example: 'failed to sync configmap cache: timed out waiting for the condition',
  },
]
