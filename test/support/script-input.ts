import type { ScriptInput } from '../../src/script/index.ts'

/** The input of an analysis: by default that of a container with BusyBox, with a claim at /data and without variables. */
export function scriptInput(text: string, changes: Partial<ScriptInput> = {}): ScriptInput {
  return {
    text,
    positional: [],
    options: { errexit: false, nounset: false, pipefail: false },
    flavors: [{ dialect: 'ash', userland: 'busybox' }],
    environment: new Map(),
    mounts: [{ path: '/data', storage: 'claim', volume: '0', subPath: '' }],
    texts: new Map(),
    reruns: ['retry', 'rerun', 'replace'],
    user: { obeysModes: false, hasGroup: false },
    workingFolder: '',
    ...changes,
  }
}
