/** Causes between a pulled image and a started process. */
import type { CauseRecord } from './cause.ts'

export const containerCauses = {
  'config-missing': {
    waiting: 'unknown',
    means: '{{object}}, which the environment of "{{container}}" needs, does not exist in namespace {{namespace}}',
    now: 'create {{object}} in namespace {{namespace}}, or set optional: true; the container then starts without a restart of the pod',
    until: '{{object}} exists',
  },
  'config-key-missing': {
    waiting: 'no',
    means: '{{object}} has no key {{key}}, which "{{container}}" needs',
    now: 'add the key {{key}} to {{object}} in namespace {{namespace}}, or set optional: true',
    until: 'the key exists',
  },
  'env-file': {
    waiting: 'no',
    means: 'the file that sets the environment of "{{container}}" is missing, lacks a key or is not KEY=VALUE',
    now: 'let the init container write KEY=VALUE lines into the file',
  },
  'run-as-non-root': {
    waiting: 'no',
    means: '"{{container}}" must not run as root (runAsNonRoot), but its image runs as root',
    now: 'set runAsUser to a number above 0, or set a numeric USER in the image',
  },
  'run-as-non-root-name': {
    waiting: 'no',
    means: 'the image of "{{container}}" names its user ({{user}}), so the kubelet cannot verify that it is not root',
    now: 'set runAsUser to the number of that user',
  },
  'run-as-non-root-contradiction': {
    waiting: 'no',
    means: '"{{container}}" has runAsUser 0 and runAsNonRoot: true, which exclude each other',
    now: 'set another runAsUser, or remove runAsNonRoot',
  },
  subpath: {
    waiting: 'no',
    means: 'subPath of a mount of "{{container}}" cannot be prepared',
    now: 'correct subPath or subPathExpr; the log of the kubelet on {{node}} has the reason',
  },
  'hostpath-missing': {
    waiting: 'no',
    means: '{{path}} does not exist on {{node}}',
    now: 'create {{path}} on {{node}}, or set the type DirectoryOrCreate',
  },
  'kubelet-starting': {
    waiting: 'yes',
    means: 'the kubelet of {{node}} is still starting',
    now: 'nothing: it takes seconds',
    until: 'the kubelet has read the Services',
  },
  'create-still-running': {
    waiting: 'unknown',
    means: 'an earlier attempt to create "{{container}}" is still in progress in the container runtime',
    now: 'check the disk load of {{node}}; if it never ends, restart the container runtime',
    until: 'the earlier attempt ends',
  },
  'create-timeout': {
    waiting: 'unknown',
    means: 'the container runtime of {{node}} did not create "{{container}}" in time',
    now: 'check the load of {{node}} and the log of its container runtime',
    until: '{{node}} is less busy',
  },
  'create-mount-source': {
    waiting: 'no',
    means: 'a mount of "{{container}}" cannot be created: {{path}} has the wrong type or may not be created',
    now: 'check subPath and hostPath of the mount; a file cannot be mounted as a directory',
  },
  'command-not-found': {
    waiting: 'no',
    means: 'there is no program {{program}} in the image of "{{container}}"',
    now: 'use an image that contains {{program}}, or correct the command; distroless images have no shell',
  },
  'not-executable': {
    waiting: 'no',
    means: '{{program}} in "{{container}}" may not be executed',
    now: 'set the x bit (chmod +x in the image, defaultMode: 0755 on a ConfigMap volume); a directory or a noexec mount also causes this',
  },
  'wrong-cwd': {
    waiting: 'no',
    means: 'the working directory of "{{container}}" does not exist or may not be entered',
    now: 'correct workingDir, or the rights of runAsUser on it',
  },
  'mount-mismatch': {
    waiting: 'no',
    means: 'a mount of "{{container}}" does not fit: {{path}}',
    now: 'check subPath (a missing key becomes a directory) and the mount point in a read-only root file system',
  },
  'exec-format': {
    waiting: 'no',
    means: 'the program of "{{container}}" is for another architecture, or a script without a #! line',
    now: 'build the image for the platform of {{node}}, or add the #! line',
  },
  'memory-limit-too-low': {
    waiting: 'no',
    means: 'limits.memory of "{{container}}" is too low to start any process',
    now: 'raise limits.memory of "{{container}}"; note that the suffix m means thousandths of a byte',
  },
  'runtime-class': {
    waiting: 'no',
    means: '{{node}} does not have the runtime handler or device that the pod asks for',
    now: 'install the handler on {{node}}, select nodes that have it, or change runtimeClassName',
  },
  'start-error': {
    waiting: 'no',
    means: 'the container runtime cannot start the process of "{{container}}"',
    now: 'read state.terminated.message of "{{container}}"; the process never ran, so there is no log',
  },
  'post-start-hook': {
    waiting: 'unknown',
    means: 'the postStart hook of "{{container}}" fails, so the container is killed',
    now: 'correct the postStart hook; what it printed is in the event FailedPostStartHook',
    until: 'the hook succeeds',
  },
  'kubelet-resource-manager': {
    waiting: 'no',
    means: 'the CPU, memory or topology manager of the kubelet on {{node}} refuses "{{container}}"',
    now: 'look at the log of the kubelet on {{node}}',
  },
} as const satisfies Record<string, CauseRecord>
