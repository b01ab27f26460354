/**
 * The stage in which a pod is initialized, sentence by sentence: what is claimed, the pod and the conditions that show it, and the scenarios
 * of docs/evidence.md in which a real node did the same. docs/tutorial.md is generated from it, and test/book runs every command.
 */

export interface Sentence {
  /** What is claimed, in one or two sentences. */
  readonly claim: string
  /** The pod, in examples/book. */
  readonly file: string
  /** The values of `--if`. */
  readonly conditions: readonly string[]
  /** Where to look in the picture. */
  readonly look: string
  /** Names of scenarios in docs/evidence.md. */
  readonly evidence: readonly string[]
}

const registry = 'registry.example'

/** In the order in which a chapter about pods explains them; the file names have the number of the sentence. */
export const sentences: readonly Sentence[] = [
  {
    claim: 'The init containers of a pod run before its regular containers.',
    file: '01-init-before-app.yaml',
    conditions: [],
    look: '`web` waits until `prepare` has succeeded. Without `--if`, a second timeline shows the most harmful likely failure.',
    evidence: ['in-order', 'app-waits-for-init'],
  },
  {
    claim: 'Init containers run one at a time, in the order of `spec.initContainers`.',
    file: '02-in-order.yaml',
    conditions: ['init-fails=second:1'],
    look: '`third` waits for `second`, also while `second` is restarted.',
    evidence: ['in-order'],
  },
  {
    claim: 'The image of an init container is pulled to the node before that init container starts.',
    file: '03-image-before-start.yaml',
    conditions: [],
    look: 'Each init container has its own pull, and it comes right before the run.',
    evidence: ['in-order', 'second-image-missing'],
  },
  {
    claim: '`imagePullPolicy` determines whether the image is pulled at every start, only if the node does not have it, or never.',
    file: '04-pull-policies.yaml',
    conditions: [`image-cached=${registry}/no-time:1`, 'node-reboots'],
    look: 'After the reboot, `every-time` contacts the registry again and `first-time` does not; `no-time` never does.',
    evidence: ['always-restarts', 'if-not-present-absent', 'never-cached'],
  },
  {
    claim: 'If no policy is set and the tag is `latest`, or there is no tag, the policy is Always.',
    file: '05-latest-means-always.yaml',
    conditions: [`image-cached=${registry}/latest:latest`, `image-cached=${registry}/untagged`],
    look: 'Both containers have the policy Always and contact the registry although the node has their images.',
    evidence: ['unset-latest-cached', 'unset-no-tag-cached'],
  },
  {
    claim: 'If no policy is set and the image has any other tag, the policy is IfNotPresent.',
    file: '06-tag-means-if-not-present.yaml',
    conditions: [`image-cached=${registry}/web:1.0`],
    look: '`web` has the policy IfNotPresent and starts without contacting the registry.',
    evidence: ['unset-with-tag-absent', 'unset-with-tag-cached'],
  },
  {
    claim: 'With Always, the registry is contacted every time the container starts or restarts.',
    file: '07-always-at-every-start.yaml',
    conditions: ['init-fails=prepare:2'],
    look: '`prepare` starts three times and contacts the registry three times; only the first time is a download.',
    evidence: ['always-init-restarts'],
  },
  {
    claim: 'With Always and the same image on the node, nothing is downloaded again, but the registry must still respond.',
    file: '08-always-needs-an-answer.yaml',
    conditions: [`image-cached=${registry}/web:1`, `registry-down=${registry}@30`, 'container-dies=web'],
    look: 'The first start contacts the registry and downloads nothing. The restart fails, because the registry is down by then.',
    evidence: ['always-restarts', 'always-offline-restart'],
  },
  {
    claim: 'With Never, the image is never pulled. It must be on the node: pulled for another container, built there, or loaded.',
    file: '09-never.yaml',
    conditions: [`image-cached=${registry}/loaded:1`],
    look: '`reuses` runs the image that the init container pulled, `loaded` runs the one that was loaded, and `absent` never starts.',
    evidence: ['never-cached', 'never-absent', 'private-pulled-by-another-pod'],
  },
  {
    claim: 'With IfNotPresent, the image is pulled only if the node does not have it.',
    file: '10-if-not-present.yaml',
    conditions: [`image-cached=${registry}/on-the-node:1`],
    look: '`not-yet` downloads its image, `on-the-node` does not contact the registry.',
    evidence: ['if-not-present-absent', 'unset-with-tag-cached'],
  },
  {
    claim: 'The pull policy applies again each time the container is restarted.',
    file: '11-again-at-each-restart.yaml',
    conditions: ['container-dies=always', 'container-dies=if-not-present'],
    look: 'At the restart, `always` contacts the registry again; `if-not-present` finds its image on the node.',
    evidence: ['always-restarts', 'if-not-present-absent'],
  },
  {
    claim:
      'With Always and a registry that is offline, the container does not run although the same image is on the node. So an outage of the registry can keep an application from starting or restarting.',
    file: '12-offline-registry.yaml',
    conditions: [`image-cached=${registry}/web:1`, `registry-down=${registry}`],
    look: '`web` never runs. The rule [pull-always-fragile-registry](rules/pull-always-fragile-registry.md) warns about it.',
    evidence: ['always-offline', 'always-offline-restart', 'if-not-present-offline'],
  },
  {
    claim:
      'When an init container has completed, the image of the next one is pulled and the next one is started, until all have completed.',
    file: '13-one-by-one.yaml',
    conditions: ['init-fails=first:1'],
    look: 'The image of `second` is pulled only after `first` has succeeded, which takes two attempts.',
    evidence: ['in-order'],
  },
  {
    claim: 'All init containers must complete before the regular containers start.',
    file: '14-all-must-complete.yaml',
    conditions: ['init-fails=second'],
    look: 'Neither `web` nor `log` ever starts.',
    evidence: ['app-waits-for-init', 'fails-forever-always'],
  },
  {
    claim: 'A failed init container is restarted if the restartPolicy of the pod is Always or OnFailure.',
    file: '15-failed-init-is-restarted.yaml',
    conditions: ['init-fails=prepare:1'],
    look: 'Both pods run after the second attempt.',
    evidence: ['fails-once-always', 'fails-once-on-failure'],
  },
  {
    claim: 'If it is Never, the later init containers and the regular containers never start, and the pod shows Init:Error indefinitely.',
    file: '16-never-restarted.yaml',
    conditions: ['init-fails=second'],
    look: '`second` fails once; `third` and `web` never start. The rule [init-no-retry](rules/init-no-retry.md) warns about it.',
    evidence: ['fails-never'],
  },
  {
    claim: 'Then the pod must be deleted and created again to restart the application.',
    file: '17-must-be-recreated.yaml',
    conditions: ['init-fails=prepare:1', 'node-reboots'],
    look: 'The attempt after the failed one would succeed, but nothing makes it: not even a reboot of the node restarts a failed pod. A new pod of the same manifest starts like any other.',
    evidence: ['fails-never', 'reboot-never'],
  },
  {
    claim:
      'If a container with Always is restarted after a fixed image was pushed under the same tag, the fixed image is pulled. The pod need not be created again.',
    file: '18-fixed-image-same-tag.yaml',
    conditions: ['init-fails=prepare', `repushed=${registry}/prepare:stable`],
    look: '`prepare` fails until its next attempt after the push, which downloads the fixed image and succeeds.',
    evidence: ['repaired-always', 'repaired-if-not-present'],
  },
  {
    claim: 'Init containers normally run once. When a regular container ends later, they do not run again.',
    file: '19-init-runs-once.yaml',
    conditions: ['container-dies=web'],
    look: '`web` runs twice, `prepare` once.',
    evidence: ['app-ends-once'],
  },
  {
    claim: 'In exceptional cases, when Kubernetes must restart the whole pod, they run again.',
    file: '20-whole-pod-restarts.yaml',
    conditions: ['node-reboots'],
    look: 'After the reboot, `prepare` runs again before `web`. STATUS is Error meanwhile, the status of the killed container.',
    evidence: ['reboot-always', 'sandbox-lost-always'],
  },
  {
    claim: 'So what init containers do must be idempotent.',
    file: '21-idempotent.yaml',
    conditions: ['node-reboots'],
    look: '`fetch` succeeds once and fails on every rerun, so the pod never recovers. `initlint rehearse` finds the command and its repair.',
    evidence: ['not-idempotent'],
  },
]

/** The arguments of `initlint` for a sentence. */
export function commandOf({ file, conditions }: Sentence): readonly string[] {
  return ['explain', `examples/book/${file}`, ...conditions.flatMap((condition) => ['--if', condition])]
}
