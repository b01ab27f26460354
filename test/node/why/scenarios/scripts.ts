/** Scripts of init containers that fail when they run again, although what they failed for at first is repaired. */
import { rmSync } from 'node:fs'
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, owner, pod, script } from '../../record/scenario.ts'
import type { Act, Expected, StuckScenario } from '../scenario.ts'

const src = { volumeMounts: [{ name: 'src', mountPath: '/src' }] }

/** A script that fills a volume. @param volume an emptyDir by default */
function filling(text: string, volume: JsonObject = { emptyDir: {} }): JsonObject {
  return { volumes: [{ name: 'src', ...volume }], initContainers: [script('fetch', text, src)], containers: [app()] }
}

const again: Expected = { cause: 'init-not-idempotent', stage: 'init-run', container: 'fetch', waiting: 'no' }

const stuck = { status: 'Init:CrashLoopBackOff', restarts: 1 } as const

/** Kubelets report the back-off up to 15 s late. That of the second restart, 40 s, is long enough to ask before the next process writes a log. */
const stuckForLong = { ...stuck, restarts: 2 } as const

/** The edits, and then the answer names the server that was down from the beginning. */
function editsThenServer(port: number, names: readonly string[]): readonly Act[] {
  return [
    { stuck, expected: again, names, cure: { by: 'edits' } },
    {
      stuck: stuckForLong,
      expected: { cause: 'application', stage: 'init-run', container: 'fetch', waiting: 'unknown' },
      names: ['cannot connect'],
      next: 'restart',
      cure: { by: 'world', change: (lab) => lab.listen(port) },
    },
  ]
}

const clone = (port: number) => `git clone https://git.test/shop.git /src/shop && wget -q -O /src/shop/settings http://10.250.0.2:${port}/`

/** A controller whose pod is replaced when it is deleted. */
function replaced(
  kind: Parameters<typeof owner>[0],
  name: string,
  port: number,
  spec: JsonObject = {},
  podSpec: JsonObject = {},
): StuckScenario {
  return {
    name,
    objects: [owner(kind, name, { ...filling(clone(port)), ...podSpec }, spec)],
    target: `${kind.toLowerCase()}/${name}`,
    acts: [{ stuck, before: (lab) => lab.listen(port), expected: again, names: ['kubectl delete pod'], cure: { by: 'now' } }],
  }
}

export const scripts: readonly StuckScenario[] = [
  replaced('DaemonSet', 'daemon-set-clone', 7831),
  replaced('StatefulSet', 'stateful-set-clone', 7832, { serviceName: 'shop' }),
  {
    ...replaced('Job', 'job-clone', 7833, {}, { restartPolicy: 'OnFailure', containers: [script('work', 'cat /version')] }),
    end: 'complete',
  },
  {
    name: 'git-clone-again',
    isQuick: true,
    objects: [
      owner(
        'Deployment',
        'git-clone-again',
        filling('git clone https://git.test/shop.git /src/shop && wget -q -O /src/shop/settings http://10.250.0.2:7801/'),
      ),
    ],
    target: 'deployment/git-clone-again',
    acts: [
      {
        stuck,
        before: (lab) => lab.listen(7801),
        expected: again,
        names: ['kubectl delete pod', 'rm -rf /src/shop'],
        cure: { by: 'now' },
      },
    ],
  },
  {
    name: 'git-clone-edited',
    isQuick: true,
    objects: [
      pod(
        'git-clone-edited',
        filling('set -e\ngit clone https://git.test/shop.git /src/shop\nwget -q -O /src/shop/settings http://10.250.0.2:7802/\n'),
      ),
    ],
    acts: editsThenServer(7802, ['rm -rf /src/shop']),
  },
  {
    name: 'mkdir-edited',
    objects: [pod('mkdir-edited', filling('mkdir /src/data && wget -q -O /src/data/settings http://10.250.0.2:7803/'))],
    acts: editsThenServer(7803, ['mkdir -p']),
  },
  {
    name: 'link-edited',
    objects: [
      pod('link-edited', filling('set -e\nln -s /src/releases/1 /src/current\nwget -q -O /src/settings http://10.250.0.2:7804/\n')),
    ],
    acts: editsThenServer(7804, ['ln -s']),
  },
  {
    name: 'git-clone-on-node',
    objects: [
      owner(
        'Deployment',
        'git-clone-on-node',
        filling('git clone https://git.test/shop.git /src/shop && wget -q -O /src/shop/settings http://10.250.0.2:7805/', {
          hostPath: { path: '/var/lib/shop-src', type: 'DirectoryOrCreate' },
        }),
      ),
    ],
    target: 'deployment/git-clone-on-node',
    acts: [
      {
        stuck,
        before: (lab) => lab.listen(7805),
        expected: again,
        names: ['/src (hostPath)', 'remove what the earlier run left behind', 'deleting the pod does not help'],
        cure: { by: 'world', change: async () => rmSync('/var/lib/shop-src/shop', { recursive: true }) },
      },
    ],
  },
]
