/** Causes within processes: init containers, sidecars and apps. */
import type { CauseRecord } from './cause.ts'

const isRetried = 'the kubelet retries it, and every attempt ends the same way'

export const runCauses = {
  application: {
    waiting: 'unknown',
    means: '"{{container}}" exits with code {{code}}; only its log says why',
    now: '{{logs}}',
    until: 'the process succeeds',
  },
  'usage-or-go-panic': {
    waiting: 'no',
    means: '"{{container}}" exits with code 2: wrong options, or a panic of a Go program',
    now: '{{logs}}',
  },
  'process-ended': {
    waiting: 'no',
    means: '"{{container}}" exits with code 0, but a container of a pod that is always restarted must keep running',
    now: 'keep the server in the foreground; run a task that ends as a Job',
  },
  oom: {
    waiting: 'no',
    means:
      '"{{container}}" or one of its child processes exceeded the memory limit ({{limit}}) and was killed; the kubelet counts this as a failure even with exit code 0',
    now: 'raise limits.memory of "{{container}}" ({{limit}}), or let it use less memory',
  },
  sigkill: {
    waiting: 'unknown',
    means: '"{{container}}" was killed (SIGKILL); neither its memory limit nor a probe is recorded as the reason',
    now: 'look for memory pressure on {{node}} and for Killing events of the pod at that time',
    until: 'what killed it no longer does',
  },
  sigterm: {
    waiting: 'unknown',
    means: '"{{container}}" was asked to stop (SIGTERM): a probe, an eviction or a deletion',
    now: 'look for Killing and Unhealthy events of the pod at that time',
    until: 'nothing stops it again',
  },
  segfault: {
    waiting: 'no',
    means: 'the process of "{{container}}" crashes (SIGSEGV)',
    now: 'check whether the image fits the CPU and the C library of the node; otherwise it is a defect of the program',
  },
  seccomp: {
    waiting: 'no',
    means: 'the seccomp profile of "{{container}}" kills the process for a system call',
    now: 'use another seccomp profile, or avoid the system call',
  },
  'unknown-after-restart': {
    waiting: 'yes',
    means: 'the container runtime lost track of "{{container}}": {{node}} or its runtime restarted',
    now: 'nothing: the kubelet starts the container again',
    until: 'the kubelet has started it again',
  },
  lost: {
    waiting: 'unknown',
    means: 'how "{{container}}" ended is not known: its container no longer exists',
    now: 'status.reason and status.message of the pod say why the pod ended',
    until: 'the kubelet reports the container again',
  },
  'restart-all-rule': {
    waiting: 'unknown',
    means: 'a restart rule restarts all containers of the pod, init containers included, each time a container exits with a certain code',
    now: 'look at the container whose exit code the rule names (restartPolicyRules with RestartAllContainers)',
    until: 'the container exits with another code',
  },
  'probe-failed': {
    waiting: 'unknown',
    means: 'the {{probe}} probe of "{{container}}" fails',
    now: 'check path, port and timing of the {{probe}} probe of "{{container}}", and its log',
    until: 'the probe succeeds',
  },
  'probe-kill': {
    waiting: 'unknown',
    means: 'the kubelet kills "{{container}}" because its {{probe}} probe fails',
    now: 'give the start more time (startupProbe: failureThreshold times periodSeconds), or correct the {{probe}} probe',
    until: 'the probe succeeds in time',
  },
  'sidecar-probe-not-run': {
    waiting: 'no',
    means:
      'the startup probe of sidecar "{{container}}" is not being run, so the containers after it never start (kubernetes#133072: a sidecar of a pod with restartPolicy: Never that has failed once)',
    now: 'replace the pod',
    later: 'update the kubelet to 1.35, or to a patch release of 1.34 that has the fix',
  },
  'sandbox-restart': {
    waiting: 'unknown',
    means: 'the sandbox of the pod was lost, so all init containers run again on the volumes of the first run',
    now: 'look at the init container that fails on its second run',
    later: 'make the init scripts safe to run again',
    until: 'all init containers have completed again',
  },
  'init-not-idempotent': {
    waiting: 'no',
    means: '"{{container}}" fails on a rerun because of what an earlier run left behind',
    now: 'remove what the earlier run left behind',
    later: 'make the script safe to run again',
  },
  'init-not-atomic': {
    waiting: 'no',
    means: 'an earlier run of "{{container}}" was interrupted, and no retry can continue from what it left',
    now: 'repair what the interrupted run left, then let the container run again',
    later: 'write to a temporary name and rename it at the end, or undo an incomplete run first',
  },
  'init-never-completes': {
    waiting: 'no',
    means: '"{{container}}" never completes, and nothing after it starts before it has',
    now: 'make it exit, or make it a sidecar with restartPolicy: Always',
  },
  'init-never-succeeds': {
    waiting: 'no',
    means: `"{{container}}" fails in every run: ${isRetried}`,
    now: 'correct the script or the command of "{{container}}"',
  },
  'init-does-nothing': {
    waiting: 'no',
    means: '"{{container}}" succeeds without doing what its text says',
    now: 'correct the command of "{{container}}"',
  },
  'init-waits-for-own-pod': {
    waiting: 'no',
    means: '"{{container}}" waits for something that only a later container of this pod serves',
    now: 'move the wait into the app container, or make the server a sidecar that is declared before "{{container}}"',
  },
  'init-waits-forever': {
    waiting: 'unknown',
    means: '"{{container}}" waits for {{target}} and never gives up',
    now: 'check that {{target}} exists and answers',
    later: 'limit the attempts, then exit 1: the pod then shows an error that alerts detect',
    until: '{{target}} answers',
  },
  'init-before-sidecar': {
    waiting: 'no',
    means: '"{{container}}" needs a sidecar that is declared after it',
    now: 'declare the sidecar before "{{container}}"',
  },
  'init-needs-later-container': {
    waiting: 'no',
    means: '"{{container}}" cannot reach the network: its traffic goes through "{{other}}", which starts only after all init containers',
    now: 'make "{{other}}" a native sidecar that starts first, or exclude the ports of "{{container}}" from the redirection (excludeOutboundPorts, excludeOutboundIPRanges)',
    later: 'or run "{{container}}" as the user of the proxy, whose traffic is not redirected',
  },
  'init-needs-privileged': {
    waiting: 'no',
    means: '"{{container}}" changes a kernel setting, which needs a privileged container that runs as root',
    now: 'set privileged: true and runAsUser: 0, or set the value on the node',
  },
  'init-denied-by-volume': {
    waiting: 'no',
    means: 'the volume does not let "{{container}}" change owners: root_squash of NFS, or a missing capability CAP_CHOWN',
    now: 'use fsGroup, or remove the chown',
  },
  'init-writes-readonly': {
    waiting: 'no',
    means: '"{{container}}" writes to {{path}}, which is read-only',
    now: 'write to an emptyDir instead: volumes of ConfigMaps and Secrets are always read-only',
  },
} as const satisfies Record<string, CauseRecord>
