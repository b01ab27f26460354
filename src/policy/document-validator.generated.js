// Made by `npm run generate` from src/policy/schema.ts and the rules. Do not edit.
"use strict";
export const validate = validate52;
export default validate52;
const schema19 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://initlint.dev/policy.schema.json","title":"initlint policy","description":"What initlint does about its rules in a cluster. Several documents are merged in order: mappings key by key, lists and scalars of a later document replace those of an earlier one.","type":"object","additionalProperties":false,"required":["apiVersion","kind"],"properties":{"apiVersion":{"enum":["initlint.dev/v1alpha1"]},"kind":{"enum":["Policy"]},"preset":{"enum":["recommended","strict","audit-only","off",false],"default":"recommended","description":"The action of every rule that `rules` does not name. recommended: the rule's own; strict: warn becomes deny and audit becomes warn; audit-only: nothing is said, all is counted; off."},"cluster":{"type":"object","additionalProperties":false,"properties":{"alwaysPullImages":{"type":"boolean","title":"true or false","description":"The admission plugin AlwaysPullImages is on: it rejects Pods set to anything else, so such fixes are off."},"kubernetes":{"type":"string","pattern":"^1\\.\\d{1,3}$","title":"a version in quotes such as \"1.36\"","description":"The version of the cluster."}}},"rules":{"$ref":"#/$defs/rules"},"registries":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"match":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters","description":"Matched against registry/repository after normalisation: docker.io/** matches a bare nginx. Ports are kept, tags are not part of it."},"fragile":{"type":"boolean","title":"true or false","description":"The registry may be offline: a start that depends on it is a risk."},"pull":{"enum":["Always"],"description":"The pull policy that images from here must have."},"allowed":{"type":"boolean","title":"true or false","description":"Whether images may come from here. Once any entry says true, what no entry allows is not allowed."},"servedBy":{"type":"string","pattern":"\\S","title":"the name of a mirror or cache","description":"The mirror or cache that serves it; named in messages."},"probe":{"type":"string","pattern":"^https?://[^\\s/]+","title":"a URL that starts with https:// or http://","description":"A URL that tells whether the registry answers. Never derived from a pod."},"reason":{"type":"string","pattern":"\\S","title":"a text that is not empty","description":"Why; told to people in messages."}},"required":["match"]},"minItems":0,"maxItems":1000,"description":"What is known of registries. For each property the first entry that matches and has it wins."},"preloaded":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":0,"maxItems":1000,"description":"Images that the nodes carry already: globs like those of registries, with or without :tag."},"placeholders":{"type":"array","items":{"type":"string","pattern":"\\S","title":"a text that is not empty"},"minItems":0,"maxItems":1000,"description":"Texts in place of an image that something fills in later. Default: auto (Istio)."},"mutableTags":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":0,"maxItems":1000,"description":"Tags that move, such as stable or *-SNAPSHOT. Matched against the tag alone."},"fix":{"type":"object","additionalProperties":false,"properties":{"on":{"enum":["pods","templates"],"default":"pods","description":"What the mutating webhook may change."},"true":{"enum":["pods","templates"],"description":"The same: Helm takes the key `on` for true."},"force":{"type":"boolean","title":"true or false","description":"Change templates also where it is not known that Kubernetes defaulted the value."}}},"warnTo":{"type":"object","additionalProperties":false,"properties":{"exceptUsers":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":0,"maxItems":1000,"description":"Users who see no warnings: robots that nobody reads."}}},"controllers":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":0,"maxItems":1000,"description":"Users who make pods from templates. Default: the controllers in kube-system."},"exemptions":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"rules":{"type":"array","items":{"type":"string","pattern":"\\S","title":"a rule id or \"*\""},"minItems":1,"maxItems":1000,"description":"Rule ids, or \"*\" for all."},"match":{"$ref":"#/$defs/match"},"reason":{"type":"string","pattern":"\\S","title":"a text that is not empty","description":"Why; shown wherever the exempted diagnostic is."},"expires":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}$","title":"a date such as 2027-01-31","description":"The last day (UTC) on which the exemption holds. People are told from 14 days before."}},"required":["rules","reason"]},"minItems":0,"maxItems":1000,"description":"Where rules do not apply. An exemption beats an override."},"overrides":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"match":{"$ref":"#/$defs/match"},"rules":{"$ref":"#/$defs/rules"}},"required":["rules"]},"minItems":0,"maxItems":1000,"description":"Other actions and options where something matches; of several, the last wins per rule."},"annotations":{"type":"object","additionalProperties":false,"properties":{"allow":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore is honoured. Default: true."},"requireReason":{"type":"boolean","title":"true or false","description":"Whether it must give a reason. Default: true."}}}},"$defs":{"match":{"type":"object","additionalProperties":false,"properties":{"namespaces":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of the namespace."},"namespaceSelector":{"type":"object","additionalProperties":false,"properties":{"matchLabels":{"type":"object","additionalProperties":{"type":"string","title":"a text (quote numbers, true and false)"},"description":"Labels that must have exactly these values."},"matchExpressions":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"key":{"type":"string","pattern":"\\S","title":"the key of a label"},"operator":{"enum":["In","NotIn","Exists","DoesNotExist"]},"values":{"type":"array","items":{"type":"string","title":"a text (quote numbers, true and false)"},"minItems":1,"maxItems":1000}},"required":["key","operator"]},"minItems":1,"maxItems":1000,"description":"Conditions as in any Kubernetes label selector; all of them must hold."}},"description":"Labels of the namespace. Where initlint does not know them, the stricter outcome holds; kubernetes.io/metadata.name is always known."},"labels":{"type":"object","properties":{"matchLabels":{"type":"object","additionalProperties":{"type":"string","title":"a text (quote numbers, true and false)"},"description":"Labels that must have exactly these values."},"matchExpressions":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"key":{"type":"string","pattern":"\\S","title":"the key of a label"},"operator":{"enum":["In","NotIn","Exists","DoesNotExist"]},"values":{"type":"array","items":{"type":"string","title":"a text (quote numbers, true and false)"},"minItems":1,"maxItems":1000}},"required":["key","operator"]},"minItems":1,"maxItems":1000,"description":"Conditions as in any Kubernetes label selector; all of them must hold."}},"additionalProperties":{"type":"string","title":"a text (quote numbers, true and false)"},"description":"Labels of the object itself: a map of keys and values, or matchLabels and matchExpressions."},"kinds":{"type":"array","items":{"enum":["Pod","PodTemplate","ReplicationController","ReplicaSet","Deployment","StatefulSet","DaemonSet","Job","CronJob"]},"minItems":1,"maxItems":1000,"description":"Kinds of the object."},"names":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of metadata.name (or generateName)."},"containers":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of the name of the container that a report is about. Reports about the whole pod never match."},"images":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of registry/repository after normalisation, without a tag. Reports without an image never match."},"owners":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Kind, or kind/name, of the object's controller owner: Rollout, Job/backup-*."},"users":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of the user name of who asks the API server. Outside admission nobody asks, and nothing matches."}},"description":"All keys that are given must match; of a list, one entry must. An empty block matches everything."},"rules":{"type":"object","additionalProperties":false,"properties":{"image-invalid":{"description":"The image reference cannot be used. Preset recommended: warn. See docs/rules/image-invalid.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"image-latest":{"description":"The image has no tag, or the tag `latest`, and no digest. Preset recommended: warn. See docs/rules/image-latest.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"image-mutable-tag":{"description":"The image has a moving tag and imagePullPolicy: IfNotPresent. Preset recommended: audit. See docs/rules/image-mutable-tag.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-before-sidecar":{"description":"An init container needs a sidecar that is declared later, or that may not be ready yet. Preset recommended: warn. See docs/rules/init-before-sidecar.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-migration-races":{"description":"Several replicas may run the same database migration concurrently, with a tool that takes no lock. Preset recommended: audit. See docs/rules/init-migration-races.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-never-completes":{"description":"An init container runs something that never completes, so no later container ever starts. Preset recommended: warn. See docs/rules/init-never-completes.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-no-retry":{"description":"With restartPolicy: Never, a failed init container is not retried and its pod fails. Preset recommended: warn. See docs/rules/init-no-retry.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-not-atomic":{"description":"If a command of an init script is killed partway, it leaves an incomplete result that the next run treats as complete. Preset recommended: audit. See docs/rules/init-not-atomic.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-not-idempotent":{"description":"A command of an init script fails, or changes the result, when the script runs again. Preset recommended: warn. See docs/rules/init-not-idempotent.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-reserves-resources":{"description":"An init container requests much more than the containers that run after it. Preset recommended: audit. See docs/rules/init-reserves-resources.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{"threshold":{"type":"number","minimum":1,"description":"Maximum ratio of the request of the init stage to the request of the containers after it."},"minimumCpu":{"type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$","description":"CPU that may always stay unused, as a quantity."},"minimumMemory":{"type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$","description":"Memory that may always stay unused, as a quantity."}},"default":{"threshold":1.5,"minimumCpu":"250m","minimumMemory":"256Mi"}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-result-lost":{"description":"No other container can read what an init container writes. Preset recommended: audit. See docs/rules/init-result-lost.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-waits-for-own-pod":{"description":"An init container waits for a server that starts later in its own pod. Preset recommended: warn. See docs/rules/init-waits-for-own-pod.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-waits-forever":{"description":"An init script waits for something and never gives up. Preset recommended: audit. See docs/rules/init-waits-forever.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-always-fragile-registry":{"description":"imagePullPolicy is Always, and the registry may be offline. Preset recommended: warn. See docs/rules/pull-always-fragile-registry.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{"probeFailures":{"type":"integer","minimum":1,"maximum":10,"description":"How many of the last 10 probes of a registry must have failed before its images are reported."}},"default":{"probeFailures":3}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-always-pinned":{"description":"imagePullPolicy is Always, but the image is pinned by a digest. Preset recommended: audit. See docs/rules/pull-always-pinned.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-always-required":{"description":"The policy requires imagePullPolicy: Always for this registry. Preset recommended: warn. See docs/rules/pull-always-required.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-never":{"description":"imagePullPolicy is Never, but a node may not have the image. Preset recommended: warn. See docs/rules/pull-never.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-policy-defaulted":{"description":"imagePullPolicy is not set, and Kubernetes chose Always because of the tag. Preset recommended: audit. See docs/rules/pull-policy-defaulted.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{"pullPolicy":{"enum":["IfNotPresent","Always"],"description":"The pull policy that the fix sets if none is set."}},"default":{"pullPolicy":"IfNotPresent"}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-policy-stale":{"description":"The tag changed, but imagePullPolicy is still the default for the old tag. Preset recommended: warn. See docs/rules/pull-policy-stale.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"registry-not-allowed":{"description":"The image comes from a registry that the policy does not allow. Preset recommended: deny. See docs/rules/registry-not-allowed.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]}},"description":"What to do by rule id: off, audit, warn, deny, for some rules fix, or {action, options, ignorable}. false means off."}}};
const func1 = Object.prototype.hasOwnProperty;
const pattern3 = new RegExp("^1\\.\\d{1,3}$", "u");
const pattern6 = new RegExp("^[^\\s]{1,256}$", "u");
const pattern7 = new RegExp("\\S", "u");
const pattern8 = new RegExp("^https?://[^\\s/]+", "u");
const pattern25 = new RegExp("^\\d{4}-\\d{2}-\\d{2}$", "u");
const schema20 = {"type":"object","additionalProperties":false,"properties":{"image-invalid":{"description":"The image reference cannot be used. Preset recommended: warn. See docs/rules/image-invalid.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"image-latest":{"description":"The image has no tag, or the tag `latest`, and no digest. Preset recommended: warn. See docs/rules/image-latest.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"image-mutable-tag":{"description":"The image has a moving tag and imagePullPolicy: IfNotPresent. Preset recommended: audit. See docs/rules/image-mutable-tag.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-before-sidecar":{"description":"An init container needs a sidecar that is declared later, or that may not be ready yet. Preset recommended: warn. See docs/rules/init-before-sidecar.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-migration-races":{"description":"Several replicas may run the same database migration concurrently, with a tool that takes no lock. Preset recommended: audit. See docs/rules/init-migration-races.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-never-completes":{"description":"An init container runs something that never completes, so no later container ever starts. Preset recommended: warn. See docs/rules/init-never-completes.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-no-retry":{"description":"With restartPolicy: Never, a failed init container is not retried and its pod fails. Preset recommended: warn. See docs/rules/init-no-retry.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-not-atomic":{"description":"If a command of an init script is killed partway, it leaves an incomplete result that the next run treats as complete. Preset recommended: audit. See docs/rules/init-not-atomic.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-not-idempotent":{"description":"A command of an init script fails, or changes the result, when the script runs again. Preset recommended: warn. See docs/rules/init-not-idempotent.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-reserves-resources":{"description":"An init container requests much more than the containers that run after it. Preset recommended: audit. See docs/rules/init-reserves-resources.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{"threshold":{"type":"number","minimum":1,"description":"Maximum ratio of the request of the init stage to the request of the containers after it."},"minimumCpu":{"type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$","description":"CPU that may always stay unused, as a quantity."},"minimumMemory":{"type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$","description":"Memory that may always stay unused, as a quantity."}},"default":{"threshold":1.5,"minimumCpu":"250m","minimumMemory":"256Mi"}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-result-lost":{"description":"No other container can read what an init container writes. Preset recommended: audit. See docs/rules/init-result-lost.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-waits-for-own-pod":{"description":"An init container waits for a server that starts later in its own pod. Preset recommended: warn. See docs/rules/init-waits-for-own-pod.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"init-waits-forever":{"description":"An init script waits for something and never gives up. Preset recommended: audit. See docs/rules/init-waits-forever.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-always-fragile-registry":{"description":"imagePullPolicy is Always, and the registry may be offline. Preset recommended: warn. See docs/rules/pull-always-fragile-registry.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{"probeFailures":{"type":"integer","minimum":1,"maximum":10,"description":"How many of the last 10 probes of a registry must have failed before its images are reported."}},"default":{"probeFailures":3}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-always-pinned":{"description":"imagePullPolicy is Always, but the image is pinned by a digest. Preset recommended: audit. See docs/rules/pull-always-pinned.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-always-required":{"description":"The policy requires imagePullPolicy: Always for this registry. Preset recommended: warn. See docs/rules/pull-always-required.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-never":{"description":"imagePullPolicy is Never, but a node may not have the image. Preset recommended: warn. See docs/rules/pull-never.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-policy-defaulted":{"description":"imagePullPolicy is not set, and Kubernetes chose Always because of the tag. Preset recommended: audit. See docs/rules/pull-policy-defaulted.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{"pullPolicy":{"enum":["IfNotPresent","Always"],"description":"The pull policy that the fix sets if none is set."}},"default":{"pullPolicy":"IfNotPresent"}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"pull-policy-stale":{"description":"The tag changed, but imagePullPolicy is still the default for the old tag. Preset recommended: warn. See docs/rules/pull-policy-stale.md.","anyOf":[{"enum":["off","audit","warn","fix","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","fix","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]},"registry-not-allowed":{"description":"The image comes from a registry that the policy does not allow. Preset recommended: deny. See docs/rules/registry-not-allowed.md.","anyOf":[{"enum":["off","audit","warn","deny",false]},{"type":"object","additionalProperties":false,"properties":{"action":{"enum":["off","audit","warn","deny",false]},"options":{"type":"object","additionalProperties":false,"properties":{},"default":{}},"ignorable":{"type":"boolean","title":"true or false","description":"Whether the annotation initlint.dev/ignore silences even a denial."}}}]}},"description":"What to do by rule id: off, audit, warn, deny, for some rules fix, or {action, options, ignorable}. false means off."};
const pattern4 = new RegExp("^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$", "u");

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func1.call(schema20.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["image-invalid"] !== undefined){
let data0 = data["image-invalid"];
const _errs3 = errors;
let valid1 = false;
const _errs4 = errors;
if(!(((((data0 === "off") || (data0 === "audit")) || (data0 === "warn")) || (data0 === "deny")) || (data0 === false))){
const err1 = {instancePath:instancePath+"/image-invalid",schemaPath:"#/properties/image-invalid/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["image-invalid"].anyOf[0].enum},schema:schema20.properties["image-invalid"].anyOf[0].enum,parentSchema:schema20.properties["image-invalid"].anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs4 === errors;
valid1 = valid1 || _valid0;
const _errs5 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
if(!(((key1 === "action") || (key1 === "options")) || (key1 === "ignorable"))){
const err2 = {instancePath:instancePath+"/image-invalid",schemaPath:"#/properties/image-invalid/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema20.properties["image-invalid"].anyOf[1],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data0.action !== undefined){
let data1 = data0.action;
if(!(((((data1 === "off") || (data1 === "audit")) || (data1 === "warn")) || (data1 === "deny")) || (data1 === false))){
const err3 = {instancePath:instancePath+"/image-invalid/action",schemaPath:"#/properties/image-invalid/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["image-invalid"].anyOf[1].properties.action.enum},schema:schema20.properties["image-invalid"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["image-invalid"].anyOf[1].properties.action,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data0.options !== undefined){
let data2 = data0.options;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key2 in data2){
const err4 = {instancePath:instancePath+"/image-invalid/options",schemaPath:"#/properties/image-invalid/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},schema:false,parentSchema:schema20.properties["image-invalid"].anyOf[1].properties.options,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/image-invalid/options",schemaPath:"#/properties/image-invalid/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["image-invalid"].anyOf[1].properties.options.type,parentSchema:schema20.properties["image-invalid"].anyOf[1].properties.options,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data0.ignorable !== undefined){
let data3 = data0.ignorable;
if(typeof data3 !== "boolean"){
const err6 = {instancePath:instancePath+"/image-invalid/ignorable",schemaPath:"#/properties/image-invalid/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["image-invalid"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["image-invalid"].anyOf[1].properties.ignorable,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/image-invalid",schemaPath:"#/properties/image-invalid/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["image-invalid"].anyOf[1].type,parentSchema:schema20.properties["image-invalid"].anyOf[1],data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var _valid0 = _errs5 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const err8 = {instancePath:instancePath+"/image-invalid",schemaPath:"#/properties/image-invalid/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["image-invalid"].anyOf,parentSchema:schema20.properties["image-invalid"],data:data0};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
else {
errors = _errs3;
if(vErrors !== null){
if(_errs3){
vErrors.length = _errs3;
}
else {
vErrors = null;
}
}
}
}
if(data["image-latest"] !== undefined){
let data4 = data["image-latest"];
const _errs15 = errors;
let valid3 = false;
const _errs16 = errors;
if(!(((((data4 === "off") || (data4 === "audit")) || (data4 === "warn")) || (data4 === "deny")) || (data4 === false))){
const err9 = {instancePath:instancePath+"/image-latest",schemaPath:"#/properties/image-latest/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["image-latest"].anyOf[0].enum},schema:schema20.properties["image-latest"].anyOf[0].enum,parentSchema:schema20.properties["image-latest"].anyOf[0],data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid1 = _errs16 === errors;
valid3 = valid3 || _valid1;
const _errs17 = errors;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key3 in data4){
if(!(((key3 === "action") || (key3 === "options")) || (key3 === "ignorable"))){
const err10 = {instancePath:instancePath+"/image-latest",schemaPath:"#/properties/image-latest/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},schema:false,parentSchema:schema20.properties["image-latest"].anyOf[1],data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data4.action !== undefined){
let data5 = data4.action;
if(!(((((data5 === "off") || (data5 === "audit")) || (data5 === "warn")) || (data5 === "deny")) || (data5 === false))){
const err11 = {instancePath:instancePath+"/image-latest/action",schemaPath:"#/properties/image-latest/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["image-latest"].anyOf[1].properties.action.enum},schema:schema20.properties["image-latest"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["image-latest"].anyOf[1].properties.action,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data4.options !== undefined){
let data6 = data4.options;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key4 in data6){
const err12 = {instancePath:instancePath+"/image-latest/options",schemaPath:"#/properties/image-latest/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},schema:false,parentSchema:schema20.properties["image-latest"].anyOf[1].properties.options,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/image-latest/options",schemaPath:"#/properties/image-latest/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["image-latest"].anyOf[1].properties.options.type,parentSchema:schema20.properties["image-latest"].anyOf[1].properties.options,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data4.ignorable !== undefined){
let data7 = data4.ignorable;
if(typeof data7 !== "boolean"){
const err14 = {instancePath:instancePath+"/image-latest/ignorable",schemaPath:"#/properties/image-latest/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["image-latest"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["image-latest"].anyOf[1].properties.ignorable,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/image-latest",schemaPath:"#/properties/image-latest/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["image-latest"].anyOf[1].type,parentSchema:schema20.properties["image-latest"].anyOf[1],data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid1 = _errs17 === errors;
valid3 = valid3 || _valid1;
if(!valid3){
const err16 = {instancePath:instancePath+"/image-latest",schemaPath:"#/properties/image-latest/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["image-latest"].anyOf,parentSchema:schema20.properties["image-latest"],data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
else {
errors = _errs15;
if(vErrors !== null){
if(_errs15){
vErrors.length = _errs15;
}
else {
vErrors = null;
}
}
}
}
if(data["image-mutable-tag"] !== undefined){
let data8 = data["image-mutable-tag"];
const _errs27 = errors;
let valid5 = false;
const _errs28 = errors;
if(!(((((data8 === "off") || (data8 === "audit")) || (data8 === "warn")) || (data8 === "deny")) || (data8 === false))){
const err17 = {instancePath:instancePath+"/image-mutable-tag",schemaPath:"#/properties/image-mutable-tag/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["image-mutable-tag"].anyOf[0].enum},schema:schema20.properties["image-mutable-tag"].anyOf[0].enum,parentSchema:schema20.properties["image-mutable-tag"].anyOf[0],data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var _valid2 = _errs28 === errors;
valid5 = valid5 || _valid2;
const _errs29 = errors;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key5 in data8){
if(!(((key5 === "action") || (key5 === "options")) || (key5 === "ignorable"))){
const err18 = {instancePath:instancePath+"/image-mutable-tag",schemaPath:"#/properties/image-mutable-tag/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},schema:false,parentSchema:schema20.properties["image-mutable-tag"].anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data8.action !== undefined){
let data9 = data8.action;
if(!(((((data9 === "off") || (data9 === "audit")) || (data9 === "warn")) || (data9 === "deny")) || (data9 === false))){
const err19 = {instancePath:instancePath+"/image-mutable-tag/action",schemaPath:"#/properties/image-mutable-tag/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["image-mutable-tag"].anyOf[1].properties.action.enum},schema:schema20.properties["image-mutable-tag"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["image-mutable-tag"].anyOf[1].properties.action,data:data9};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data8.options !== undefined){
let data10 = data8.options;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key6 in data10){
const err20 = {instancePath:instancePath+"/image-mutable-tag/options",schemaPath:"#/properties/image-mutable-tag/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},schema:false,parentSchema:schema20.properties["image-mutable-tag"].anyOf[1].properties.options,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/image-mutable-tag/options",schemaPath:"#/properties/image-mutable-tag/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["image-mutable-tag"].anyOf[1].properties.options.type,parentSchema:schema20.properties["image-mutable-tag"].anyOf[1].properties.options,data:data10};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data8.ignorable !== undefined){
let data11 = data8.ignorable;
if(typeof data11 !== "boolean"){
const err22 = {instancePath:instancePath+"/image-mutable-tag/ignorable",schemaPath:"#/properties/image-mutable-tag/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["image-mutable-tag"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["image-mutable-tag"].anyOf[1].properties.ignorable,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/image-mutable-tag",schemaPath:"#/properties/image-mutable-tag/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["image-mutable-tag"].anyOf[1].type,parentSchema:schema20.properties["image-mutable-tag"].anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
var _valid2 = _errs29 === errors;
valid5 = valid5 || _valid2;
if(!valid5){
const err24 = {instancePath:instancePath+"/image-mutable-tag",schemaPath:"#/properties/image-mutable-tag/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["image-mutable-tag"].anyOf,parentSchema:schema20.properties["image-mutable-tag"],data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
else {
errors = _errs27;
if(vErrors !== null){
if(_errs27){
vErrors.length = _errs27;
}
else {
vErrors = null;
}
}
}
}
if(data["init-before-sidecar"] !== undefined){
let data12 = data["init-before-sidecar"];
const _errs39 = errors;
let valid7 = false;
const _errs40 = errors;
if(!(((((data12 === "off") || (data12 === "audit")) || (data12 === "warn")) || (data12 === "deny")) || (data12 === false))){
const err25 = {instancePath:instancePath+"/init-before-sidecar",schemaPath:"#/properties/init-before-sidecar/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-before-sidecar"].anyOf[0].enum},schema:schema20.properties["init-before-sidecar"].anyOf[0].enum,parentSchema:schema20.properties["init-before-sidecar"].anyOf[0],data:data12};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
var _valid3 = _errs40 === errors;
valid7 = valid7 || _valid3;
const _errs41 = errors;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key7 in data12){
if(!(((key7 === "action") || (key7 === "options")) || (key7 === "ignorable"))){
const err26 = {instancePath:instancePath+"/init-before-sidecar",schemaPath:"#/properties/init-before-sidecar/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},schema:false,parentSchema:schema20.properties["init-before-sidecar"].anyOf[1],data:data12};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data12.action !== undefined){
let data13 = data12.action;
if(!(((((data13 === "off") || (data13 === "audit")) || (data13 === "warn")) || (data13 === "deny")) || (data13 === false))){
const err27 = {instancePath:instancePath+"/init-before-sidecar/action",schemaPath:"#/properties/init-before-sidecar/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-before-sidecar"].anyOf[1].properties.action.enum},schema:schema20.properties["init-before-sidecar"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-before-sidecar"].anyOf[1].properties.action,data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data12.options !== undefined){
let data14 = data12.options;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
for(const key8 in data14){
const err28 = {instancePath:instancePath+"/init-before-sidecar/options",schemaPath:"#/properties/init-before-sidecar/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},schema:false,parentSchema:schema20.properties["init-before-sidecar"].anyOf[1].properties.options,data:data14};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/init-before-sidecar/options",schemaPath:"#/properties/init-before-sidecar/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-before-sidecar"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-before-sidecar"].anyOf[1].properties.options,data:data14};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data12.ignorable !== undefined){
let data15 = data12.ignorable;
if(typeof data15 !== "boolean"){
const err30 = {instancePath:instancePath+"/init-before-sidecar/ignorable",schemaPath:"#/properties/init-before-sidecar/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-before-sidecar"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-before-sidecar"].anyOf[1].properties.ignorable,data:data15};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/init-before-sidecar",schemaPath:"#/properties/init-before-sidecar/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-before-sidecar"].anyOf[1].type,parentSchema:schema20.properties["init-before-sidecar"].anyOf[1],data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
var _valid3 = _errs41 === errors;
valid7 = valid7 || _valid3;
if(!valid7){
const err32 = {instancePath:instancePath+"/init-before-sidecar",schemaPath:"#/properties/init-before-sidecar/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-before-sidecar"].anyOf,parentSchema:schema20.properties["init-before-sidecar"],data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
else {
errors = _errs39;
if(vErrors !== null){
if(_errs39){
vErrors.length = _errs39;
}
else {
vErrors = null;
}
}
}
}
if(data["init-migration-races"] !== undefined){
let data16 = data["init-migration-races"];
const _errs51 = errors;
let valid9 = false;
const _errs52 = errors;
if(!(((((data16 === "off") || (data16 === "audit")) || (data16 === "warn")) || (data16 === "deny")) || (data16 === false))){
const err33 = {instancePath:instancePath+"/init-migration-races",schemaPath:"#/properties/init-migration-races/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-migration-races"].anyOf[0].enum},schema:schema20.properties["init-migration-races"].anyOf[0].enum,parentSchema:schema20.properties["init-migration-races"].anyOf[0],data:data16};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
var _valid4 = _errs52 === errors;
valid9 = valid9 || _valid4;
const _errs53 = errors;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
for(const key9 in data16){
if(!(((key9 === "action") || (key9 === "options")) || (key9 === "ignorable"))){
const err34 = {instancePath:instancePath+"/init-migration-races",schemaPath:"#/properties/init-migration-races/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},schema:false,parentSchema:schema20.properties["init-migration-races"].anyOf[1],data:data16};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data16.action !== undefined){
let data17 = data16.action;
if(!(((((data17 === "off") || (data17 === "audit")) || (data17 === "warn")) || (data17 === "deny")) || (data17 === false))){
const err35 = {instancePath:instancePath+"/init-migration-races/action",schemaPath:"#/properties/init-migration-races/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-migration-races"].anyOf[1].properties.action.enum},schema:schema20.properties["init-migration-races"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-migration-races"].anyOf[1].properties.action,data:data17};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data16.options !== undefined){
let data18 = data16.options;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
for(const key10 in data18){
const err36 = {instancePath:instancePath+"/init-migration-races/options",schemaPath:"#/properties/init-migration-races/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},schema:false,parentSchema:schema20.properties["init-migration-races"].anyOf[1].properties.options,data:data18};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/init-migration-races/options",schemaPath:"#/properties/init-migration-races/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-migration-races"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-migration-races"].anyOf[1].properties.options,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data16.ignorable !== undefined){
let data19 = data16.ignorable;
if(typeof data19 !== "boolean"){
const err38 = {instancePath:instancePath+"/init-migration-races/ignorable",schemaPath:"#/properties/init-migration-races/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-migration-races"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-migration-races"].anyOf[1].properties.ignorable,data:data19};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/init-migration-races",schemaPath:"#/properties/init-migration-races/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-migration-races"].anyOf[1].type,parentSchema:schema20.properties["init-migration-races"].anyOf[1],data:data16};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
var _valid4 = _errs53 === errors;
valid9 = valid9 || _valid4;
if(!valid9){
const err40 = {instancePath:instancePath+"/init-migration-races",schemaPath:"#/properties/init-migration-races/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-migration-races"].anyOf,parentSchema:schema20.properties["init-migration-races"],data:data16};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
else {
errors = _errs51;
if(vErrors !== null){
if(_errs51){
vErrors.length = _errs51;
}
else {
vErrors = null;
}
}
}
}
if(data["init-never-completes"] !== undefined){
let data20 = data["init-never-completes"];
const _errs63 = errors;
let valid11 = false;
const _errs64 = errors;
if(!(((((data20 === "off") || (data20 === "audit")) || (data20 === "warn")) || (data20 === "deny")) || (data20 === false))){
const err41 = {instancePath:instancePath+"/init-never-completes",schemaPath:"#/properties/init-never-completes/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-never-completes"].anyOf[0].enum},schema:schema20.properties["init-never-completes"].anyOf[0].enum,parentSchema:schema20.properties["init-never-completes"].anyOf[0],data:data20};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
var _valid5 = _errs64 === errors;
valid11 = valid11 || _valid5;
const _errs65 = errors;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
for(const key11 in data20){
if(!(((key11 === "action") || (key11 === "options")) || (key11 === "ignorable"))){
const err42 = {instancePath:instancePath+"/init-never-completes",schemaPath:"#/properties/init-never-completes/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},schema:false,parentSchema:schema20.properties["init-never-completes"].anyOf[1],data:data20};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data20.action !== undefined){
let data21 = data20.action;
if(!(((((data21 === "off") || (data21 === "audit")) || (data21 === "warn")) || (data21 === "deny")) || (data21 === false))){
const err43 = {instancePath:instancePath+"/init-never-completes/action",schemaPath:"#/properties/init-never-completes/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-never-completes"].anyOf[1].properties.action.enum},schema:schema20.properties["init-never-completes"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-never-completes"].anyOf[1].properties.action,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data20.options !== undefined){
let data22 = data20.options;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key12 in data22){
const err44 = {instancePath:instancePath+"/init-never-completes/options",schemaPath:"#/properties/init-never-completes/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},schema:false,parentSchema:schema20.properties["init-never-completes"].anyOf[1].properties.options,data:data22};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/init-never-completes/options",schemaPath:"#/properties/init-never-completes/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-never-completes"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-never-completes"].anyOf[1].properties.options,data:data22};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data20.ignorable !== undefined){
let data23 = data20.ignorable;
if(typeof data23 !== "boolean"){
const err46 = {instancePath:instancePath+"/init-never-completes/ignorable",schemaPath:"#/properties/init-never-completes/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-never-completes"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-never-completes"].anyOf[1].properties.ignorable,data:data23};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath:instancePath+"/init-never-completes",schemaPath:"#/properties/init-never-completes/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-never-completes"].anyOf[1].type,parentSchema:schema20.properties["init-never-completes"].anyOf[1],data:data20};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
var _valid5 = _errs65 === errors;
valid11 = valid11 || _valid5;
if(!valid11){
const err48 = {instancePath:instancePath+"/init-never-completes",schemaPath:"#/properties/init-never-completes/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-never-completes"].anyOf,parentSchema:schema20.properties["init-never-completes"],data:data20};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
else {
errors = _errs63;
if(vErrors !== null){
if(_errs63){
vErrors.length = _errs63;
}
else {
vErrors = null;
}
}
}
}
if(data["init-no-retry"] !== undefined){
let data24 = data["init-no-retry"];
const _errs75 = errors;
let valid13 = false;
const _errs76 = errors;
if(!(((((data24 === "off") || (data24 === "audit")) || (data24 === "warn")) || (data24 === "deny")) || (data24 === false))){
const err49 = {instancePath:instancePath+"/init-no-retry",schemaPath:"#/properties/init-no-retry/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-no-retry"].anyOf[0].enum},schema:schema20.properties["init-no-retry"].anyOf[0].enum,parentSchema:schema20.properties["init-no-retry"].anyOf[0],data:data24};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
var _valid6 = _errs76 === errors;
valid13 = valid13 || _valid6;
const _errs77 = errors;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key13 in data24){
if(!(((key13 === "action") || (key13 === "options")) || (key13 === "ignorable"))){
const err50 = {instancePath:instancePath+"/init-no-retry",schemaPath:"#/properties/init-no-retry/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},schema:false,parentSchema:schema20.properties["init-no-retry"].anyOf[1],data:data24};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data24.action !== undefined){
let data25 = data24.action;
if(!(((((data25 === "off") || (data25 === "audit")) || (data25 === "warn")) || (data25 === "deny")) || (data25 === false))){
const err51 = {instancePath:instancePath+"/init-no-retry/action",schemaPath:"#/properties/init-no-retry/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-no-retry"].anyOf[1].properties.action.enum},schema:schema20.properties["init-no-retry"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-no-retry"].anyOf[1].properties.action,data:data25};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data24.options !== undefined){
let data26 = data24.options;
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
for(const key14 in data26){
const err52 = {instancePath:instancePath+"/init-no-retry/options",schemaPath:"#/properties/init-no-retry/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},schema:false,parentSchema:schema20.properties["init-no-retry"].anyOf[1].properties.options,data:data26};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/init-no-retry/options",schemaPath:"#/properties/init-no-retry/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-no-retry"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-no-retry"].anyOf[1].properties.options,data:data26};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data24.ignorable !== undefined){
let data27 = data24.ignorable;
if(typeof data27 !== "boolean"){
const err54 = {instancePath:instancePath+"/init-no-retry/ignorable",schemaPath:"#/properties/init-no-retry/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-no-retry"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-no-retry"].anyOf[1].properties.ignorable,data:data27};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/init-no-retry",schemaPath:"#/properties/init-no-retry/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-no-retry"].anyOf[1].type,parentSchema:schema20.properties["init-no-retry"].anyOf[1],data:data24};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
var _valid6 = _errs77 === errors;
valid13 = valid13 || _valid6;
if(!valid13){
const err56 = {instancePath:instancePath+"/init-no-retry",schemaPath:"#/properties/init-no-retry/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-no-retry"].anyOf,parentSchema:schema20.properties["init-no-retry"],data:data24};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
else {
errors = _errs75;
if(vErrors !== null){
if(_errs75){
vErrors.length = _errs75;
}
else {
vErrors = null;
}
}
}
}
if(data["init-not-atomic"] !== undefined){
let data28 = data["init-not-atomic"];
const _errs87 = errors;
let valid15 = false;
const _errs88 = errors;
if(!(((((data28 === "off") || (data28 === "audit")) || (data28 === "warn")) || (data28 === "deny")) || (data28 === false))){
const err57 = {instancePath:instancePath+"/init-not-atomic",schemaPath:"#/properties/init-not-atomic/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-not-atomic"].anyOf[0].enum},schema:schema20.properties["init-not-atomic"].anyOf[0].enum,parentSchema:schema20.properties["init-not-atomic"].anyOf[0],data:data28};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
var _valid7 = _errs88 === errors;
valid15 = valid15 || _valid7;
const _errs89 = errors;
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
for(const key15 in data28){
if(!(((key15 === "action") || (key15 === "options")) || (key15 === "ignorable"))){
const err58 = {instancePath:instancePath+"/init-not-atomic",schemaPath:"#/properties/init-not-atomic/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15},schema:false,parentSchema:schema20.properties["init-not-atomic"].anyOf[1],data:data28};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data28.action !== undefined){
let data29 = data28.action;
if(!(((((data29 === "off") || (data29 === "audit")) || (data29 === "warn")) || (data29 === "deny")) || (data29 === false))){
const err59 = {instancePath:instancePath+"/init-not-atomic/action",schemaPath:"#/properties/init-not-atomic/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-not-atomic"].anyOf[1].properties.action.enum},schema:schema20.properties["init-not-atomic"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-not-atomic"].anyOf[1].properties.action,data:data29};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data28.options !== undefined){
let data30 = data28.options;
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
for(const key16 in data30){
const err60 = {instancePath:instancePath+"/init-not-atomic/options",schemaPath:"#/properties/init-not-atomic/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16},schema:false,parentSchema:schema20.properties["init-not-atomic"].anyOf[1].properties.options,data:data30};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
else {
const err61 = {instancePath:instancePath+"/init-not-atomic/options",schemaPath:"#/properties/init-not-atomic/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-not-atomic"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-not-atomic"].anyOf[1].properties.options,data:data30};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data28.ignorable !== undefined){
let data31 = data28.ignorable;
if(typeof data31 !== "boolean"){
const err62 = {instancePath:instancePath+"/init-not-atomic/ignorable",schemaPath:"#/properties/init-not-atomic/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-not-atomic"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-not-atomic"].anyOf[1].properties.ignorable,data:data31};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/init-not-atomic",schemaPath:"#/properties/init-not-atomic/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-not-atomic"].anyOf[1].type,parentSchema:schema20.properties["init-not-atomic"].anyOf[1],data:data28};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
var _valid7 = _errs89 === errors;
valid15 = valid15 || _valid7;
if(!valid15){
const err64 = {instancePath:instancePath+"/init-not-atomic",schemaPath:"#/properties/init-not-atomic/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-not-atomic"].anyOf,parentSchema:schema20.properties["init-not-atomic"],data:data28};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
else {
errors = _errs87;
if(vErrors !== null){
if(_errs87){
vErrors.length = _errs87;
}
else {
vErrors = null;
}
}
}
}
if(data["init-not-idempotent"] !== undefined){
let data32 = data["init-not-idempotent"];
const _errs99 = errors;
let valid17 = false;
const _errs100 = errors;
if(!(((((data32 === "off") || (data32 === "audit")) || (data32 === "warn")) || (data32 === "deny")) || (data32 === false))){
const err65 = {instancePath:instancePath+"/init-not-idempotent",schemaPath:"#/properties/init-not-idempotent/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-not-idempotent"].anyOf[0].enum},schema:schema20.properties["init-not-idempotent"].anyOf[0].enum,parentSchema:schema20.properties["init-not-idempotent"].anyOf[0],data:data32};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
var _valid8 = _errs100 === errors;
valid17 = valid17 || _valid8;
const _errs101 = errors;
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
for(const key17 in data32){
if(!(((key17 === "action") || (key17 === "options")) || (key17 === "ignorable"))){
const err66 = {instancePath:instancePath+"/init-not-idempotent",schemaPath:"#/properties/init-not-idempotent/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},schema:false,parentSchema:schema20.properties["init-not-idempotent"].anyOf[1],data:data32};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data32.action !== undefined){
let data33 = data32.action;
if(!(((((data33 === "off") || (data33 === "audit")) || (data33 === "warn")) || (data33 === "deny")) || (data33 === false))){
const err67 = {instancePath:instancePath+"/init-not-idempotent/action",schemaPath:"#/properties/init-not-idempotent/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-not-idempotent"].anyOf[1].properties.action.enum},schema:schema20.properties["init-not-idempotent"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-not-idempotent"].anyOf[1].properties.action,data:data33};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data32.options !== undefined){
let data34 = data32.options;
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
for(const key18 in data34){
const err68 = {instancePath:instancePath+"/init-not-idempotent/options",schemaPath:"#/properties/init-not-idempotent/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},schema:false,parentSchema:schema20.properties["init-not-idempotent"].anyOf[1].properties.options,data:data34};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/init-not-idempotent/options",schemaPath:"#/properties/init-not-idempotent/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-not-idempotent"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-not-idempotent"].anyOf[1].properties.options,data:data34};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data32.ignorable !== undefined){
let data35 = data32.ignorable;
if(typeof data35 !== "boolean"){
const err70 = {instancePath:instancePath+"/init-not-idempotent/ignorable",schemaPath:"#/properties/init-not-idempotent/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-not-idempotent"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-not-idempotent"].anyOf[1].properties.ignorable,data:data35};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
}
else {
const err71 = {instancePath:instancePath+"/init-not-idempotent",schemaPath:"#/properties/init-not-idempotent/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-not-idempotent"].anyOf[1].type,parentSchema:schema20.properties["init-not-idempotent"].anyOf[1],data:data32};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
var _valid8 = _errs101 === errors;
valid17 = valid17 || _valid8;
if(!valid17){
const err72 = {instancePath:instancePath+"/init-not-idempotent",schemaPath:"#/properties/init-not-idempotent/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-not-idempotent"].anyOf,parentSchema:schema20.properties["init-not-idempotent"],data:data32};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
else {
errors = _errs99;
if(vErrors !== null){
if(_errs99){
vErrors.length = _errs99;
}
else {
vErrors = null;
}
}
}
}
if(data["init-reserves-resources"] !== undefined){
let data36 = data["init-reserves-resources"];
const _errs111 = errors;
let valid19 = false;
const _errs112 = errors;
if(!(((((data36 === "off") || (data36 === "audit")) || (data36 === "warn")) || (data36 === "deny")) || (data36 === false))){
const err73 = {instancePath:instancePath+"/init-reserves-resources",schemaPath:"#/properties/init-reserves-resources/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-reserves-resources"].anyOf[0].enum},schema:schema20.properties["init-reserves-resources"].anyOf[0].enum,parentSchema:schema20.properties["init-reserves-resources"].anyOf[0],data:data36};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
var _valid9 = _errs112 === errors;
valid19 = valid19 || _valid9;
const _errs113 = errors;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
for(const key19 in data36){
if(!(((key19 === "action") || (key19 === "options")) || (key19 === "ignorable"))){
const err74 = {instancePath:instancePath+"/init-reserves-resources",schemaPath:"#/properties/init-reserves-resources/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},schema:false,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1],data:data36};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data36.action !== undefined){
let data37 = data36.action;
if(!(((((data37 === "off") || (data37 === "audit")) || (data37 === "warn")) || (data37 === "deny")) || (data37 === false))){
const err75 = {instancePath:instancePath+"/init-reserves-resources/action",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-reserves-resources"].anyOf[1].properties.action.enum},schema:schema20.properties["init-reserves-resources"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.action,data:data37};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data36.options !== undefined){
let data38 = data36.options;
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
for(const key20 in data38){
if(!(((key20 === "threshold") || (key20 === "minimumCpu")) || (key20 === "minimumMemory"))){
const err76 = {instancePath:instancePath+"/init-reserves-resources/options",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},schema:false,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options,data:data38};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
if(data38.threshold !== undefined){
let data39 = data38.threshold;
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 1 || isNaN(data39)){
const err77 = {instancePath:instancePath+"/init-reserves-resources/options/threshold",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/properties/threshold/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.threshold,data:data39};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
else {
const err78 = {instancePath:instancePath+"/init-reserves-resources/options/threshold",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/properties/threshold/type",keyword:"type",params:{type: "number"},schema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.threshold.type,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.threshold,data:data39};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data38.minimumCpu !== undefined){
let data40 = data38.minimumCpu;
if(typeof data40 === "string"){
if(!pattern4.test(data40)){
const err79 = {instancePath:instancePath+"/init-reserves-resources/options/minimumCpu",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/properties/minimumCpu/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$"},schema:"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$",parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.minimumCpu,data:data40};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
else {
const err80 = {instancePath:instancePath+"/init-reserves-resources/options/minimumCpu",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/properties/minimumCpu/type",keyword:"type",params:{type: "string"},schema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.minimumCpu.type,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.minimumCpu,data:data40};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data38.minimumMemory !== undefined){
let data41 = data38.minimumMemory;
if(typeof data41 === "string"){
if(!pattern4.test(data41)){
const err81 = {instancePath:instancePath+"/init-reserves-resources/options/minimumMemory",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/properties/minimumMemory/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$"},schema:"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$",parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.minimumMemory,data:data41};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
else {
const err82 = {instancePath:instancePath+"/init-reserves-resources/options/minimumMemory",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/properties/minimumMemory/type",keyword:"type",params:{type: "string"},schema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.minimumMemory.type,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.properties.minimumMemory,data:data41};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
else {
const err83 = {instancePath:instancePath+"/init-reserves-resources/options",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.options,data:data38};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data36.ignorable !== undefined){
let data42 = data36.ignorable;
if(typeof data42 !== "boolean"){
const err84 = {instancePath:instancePath+"/init-reserves-resources/ignorable",schemaPath:"#/properties/init-reserves-resources/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-reserves-resources"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1].properties.ignorable,data:data42};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
}
else {
const err85 = {instancePath:instancePath+"/init-reserves-resources",schemaPath:"#/properties/init-reserves-resources/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-reserves-resources"].anyOf[1].type,parentSchema:schema20.properties["init-reserves-resources"].anyOf[1],data:data36};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
var _valid9 = _errs113 === errors;
valid19 = valid19 || _valid9;
if(!valid19){
const err86 = {instancePath:instancePath+"/init-reserves-resources",schemaPath:"#/properties/init-reserves-resources/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-reserves-resources"].anyOf,parentSchema:schema20.properties["init-reserves-resources"],data:data36};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
else {
errors = _errs111;
if(vErrors !== null){
if(_errs111){
vErrors.length = _errs111;
}
else {
vErrors = null;
}
}
}
}
if(data["init-result-lost"] !== undefined){
let data43 = data["init-result-lost"];
const _errs129 = errors;
let valid22 = false;
const _errs130 = errors;
if(!(((((data43 === "off") || (data43 === "audit")) || (data43 === "warn")) || (data43 === "deny")) || (data43 === false))){
const err87 = {instancePath:instancePath+"/init-result-lost",schemaPath:"#/properties/init-result-lost/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-result-lost"].anyOf[0].enum},schema:schema20.properties["init-result-lost"].anyOf[0].enum,parentSchema:schema20.properties["init-result-lost"].anyOf[0],data:data43};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
var _valid10 = _errs130 === errors;
valid22 = valid22 || _valid10;
const _errs131 = errors;
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
for(const key21 in data43){
if(!(((key21 === "action") || (key21 === "options")) || (key21 === "ignorable"))){
const err88 = {instancePath:instancePath+"/init-result-lost",schemaPath:"#/properties/init-result-lost/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},schema:false,parentSchema:schema20.properties["init-result-lost"].anyOf[1],data:data43};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data43.action !== undefined){
let data44 = data43.action;
if(!(((((data44 === "off") || (data44 === "audit")) || (data44 === "warn")) || (data44 === "deny")) || (data44 === false))){
const err89 = {instancePath:instancePath+"/init-result-lost/action",schemaPath:"#/properties/init-result-lost/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-result-lost"].anyOf[1].properties.action.enum},schema:schema20.properties["init-result-lost"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-result-lost"].anyOf[1].properties.action,data:data44};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data43.options !== undefined){
let data45 = data43.options;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
for(const key22 in data45){
const err90 = {instancePath:instancePath+"/init-result-lost/options",schemaPath:"#/properties/init-result-lost/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key22},schema:false,parentSchema:schema20.properties["init-result-lost"].anyOf[1].properties.options,data:data45};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
else {
const err91 = {instancePath:instancePath+"/init-result-lost/options",schemaPath:"#/properties/init-result-lost/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-result-lost"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-result-lost"].anyOf[1].properties.options,data:data45};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data43.ignorable !== undefined){
let data46 = data43.ignorable;
if(typeof data46 !== "boolean"){
const err92 = {instancePath:instancePath+"/init-result-lost/ignorable",schemaPath:"#/properties/init-result-lost/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-result-lost"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-result-lost"].anyOf[1].properties.ignorable,data:data46};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
}
else {
const err93 = {instancePath:instancePath+"/init-result-lost",schemaPath:"#/properties/init-result-lost/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-result-lost"].anyOf[1].type,parentSchema:schema20.properties["init-result-lost"].anyOf[1],data:data43};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
var _valid10 = _errs131 === errors;
valid22 = valid22 || _valid10;
if(!valid22){
const err94 = {instancePath:instancePath+"/init-result-lost",schemaPath:"#/properties/init-result-lost/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-result-lost"].anyOf,parentSchema:schema20.properties["init-result-lost"],data:data43};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
else {
errors = _errs129;
if(vErrors !== null){
if(_errs129){
vErrors.length = _errs129;
}
else {
vErrors = null;
}
}
}
}
if(data["init-waits-for-own-pod"] !== undefined){
let data47 = data["init-waits-for-own-pod"];
const _errs141 = errors;
let valid24 = false;
const _errs142 = errors;
if(!(((((data47 === "off") || (data47 === "audit")) || (data47 === "warn")) || (data47 === "deny")) || (data47 === false))){
const err95 = {instancePath:instancePath+"/init-waits-for-own-pod",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-waits-for-own-pod"].anyOf[0].enum},schema:schema20.properties["init-waits-for-own-pod"].anyOf[0].enum,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[0],data:data47};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
var _valid11 = _errs142 === errors;
valid24 = valid24 || _valid11;
const _errs143 = errors;
if(data47 && typeof data47 == "object" && !Array.isArray(data47)){
for(const key23 in data47){
if(!(((key23 === "action") || (key23 === "options")) || (key23 === "ignorable"))){
const err96 = {instancePath:instancePath+"/init-waits-for-own-pod",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key23},schema:false,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[1],data:data47};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data47.action !== undefined){
let data48 = data47.action;
if(!(((((data48 === "off") || (data48 === "audit")) || (data48 === "warn")) || (data48 === "deny")) || (data48 === false))){
const err97 = {instancePath:instancePath+"/init-waits-for-own-pod/action",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.action.enum},schema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.action,data:data48};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
if(data47.options !== undefined){
let data49 = data47.options;
if(data49 && typeof data49 == "object" && !Array.isArray(data49)){
for(const key24 in data49){
const err98 = {instancePath:instancePath+"/init-waits-for-own-pod/options",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key24},schema:false,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.options,data:data49};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
else {
const err99 = {instancePath:instancePath+"/init-waits-for-own-pod/options",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.options,data:data49};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data47.ignorable !== undefined){
let data50 = data47.ignorable;
if(typeof data50 !== "boolean"){
const err100 = {instancePath:instancePath+"/init-waits-for-own-pod/ignorable",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[1].properties.ignorable,data:data50};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
}
else {
const err101 = {instancePath:instancePath+"/init-waits-for-own-pod",schemaPath:"#/properties/init-waits-for-own-pod/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-waits-for-own-pod"].anyOf[1].type,parentSchema:schema20.properties["init-waits-for-own-pod"].anyOf[1],data:data47};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
var _valid11 = _errs143 === errors;
valid24 = valid24 || _valid11;
if(!valid24){
const err102 = {instancePath:instancePath+"/init-waits-for-own-pod",schemaPath:"#/properties/init-waits-for-own-pod/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-waits-for-own-pod"].anyOf,parentSchema:schema20.properties["init-waits-for-own-pod"],data:data47};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
else {
errors = _errs141;
if(vErrors !== null){
if(_errs141){
vErrors.length = _errs141;
}
else {
vErrors = null;
}
}
}
}
if(data["init-waits-forever"] !== undefined){
let data51 = data["init-waits-forever"];
const _errs153 = errors;
let valid26 = false;
const _errs154 = errors;
if(!(((((data51 === "off") || (data51 === "audit")) || (data51 === "warn")) || (data51 === "deny")) || (data51 === false))){
const err103 = {instancePath:instancePath+"/init-waits-forever",schemaPath:"#/properties/init-waits-forever/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-waits-forever"].anyOf[0].enum},schema:schema20.properties["init-waits-forever"].anyOf[0].enum,parentSchema:schema20.properties["init-waits-forever"].anyOf[0],data:data51};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
var _valid12 = _errs154 === errors;
valid26 = valid26 || _valid12;
const _errs155 = errors;
if(data51 && typeof data51 == "object" && !Array.isArray(data51)){
for(const key25 in data51){
if(!(((key25 === "action") || (key25 === "options")) || (key25 === "ignorable"))){
const err104 = {instancePath:instancePath+"/init-waits-forever",schemaPath:"#/properties/init-waits-forever/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key25},schema:false,parentSchema:schema20.properties["init-waits-forever"].anyOf[1],data:data51};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data51.action !== undefined){
let data52 = data51.action;
if(!(((((data52 === "off") || (data52 === "audit")) || (data52 === "warn")) || (data52 === "deny")) || (data52 === false))){
const err105 = {instancePath:instancePath+"/init-waits-forever/action",schemaPath:"#/properties/init-waits-forever/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["init-waits-forever"].anyOf[1].properties.action.enum},schema:schema20.properties["init-waits-forever"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["init-waits-forever"].anyOf[1].properties.action,data:data52};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data51.options !== undefined){
let data53 = data51.options;
if(data53 && typeof data53 == "object" && !Array.isArray(data53)){
for(const key26 in data53){
const err106 = {instancePath:instancePath+"/init-waits-forever/options",schemaPath:"#/properties/init-waits-forever/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key26},schema:false,parentSchema:schema20.properties["init-waits-forever"].anyOf[1].properties.options,data:data53};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
else {
const err107 = {instancePath:instancePath+"/init-waits-forever/options",schemaPath:"#/properties/init-waits-forever/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-waits-forever"].anyOf[1].properties.options.type,parentSchema:schema20.properties["init-waits-forever"].anyOf[1].properties.options,data:data53};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data51.ignorable !== undefined){
let data54 = data51.ignorable;
if(typeof data54 !== "boolean"){
const err108 = {instancePath:instancePath+"/init-waits-forever/ignorable",schemaPath:"#/properties/init-waits-forever/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["init-waits-forever"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["init-waits-forever"].anyOf[1].properties.ignorable,data:data54};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
}
else {
const err109 = {instancePath:instancePath+"/init-waits-forever",schemaPath:"#/properties/init-waits-forever/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["init-waits-forever"].anyOf[1].type,parentSchema:schema20.properties["init-waits-forever"].anyOf[1],data:data51};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
var _valid12 = _errs155 === errors;
valid26 = valid26 || _valid12;
if(!valid26){
const err110 = {instancePath:instancePath+"/init-waits-forever",schemaPath:"#/properties/init-waits-forever/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["init-waits-forever"].anyOf,parentSchema:schema20.properties["init-waits-forever"],data:data51};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
else {
errors = _errs153;
if(vErrors !== null){
if(_errs153){
vErrors.length = _errs153;
}
else {
vErrors = null;
}
}
}
}
if(data["pull-always-fragile-registry"] !== undefined){
let data55 = data["pull-always-fragile-registry"];
const _errs165 = errors;
let valid28 = false;
const _errs166 = errors;
if(!((((((data55 === "off") || (data55 === "audit")) || (data55 === "warn")) || (data55 === "fix")) || (data55 === "deny")) || (data55 === false))){
const err111 = {instancePath:instancePath+"/pull-always-fragile-registry",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-always-fragile-registry"].anyOf[0].enum},schema:schema20.properties["pull-always-fragile-registry"].anyOf[0].enum,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[0],data:data55};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
var _valid13 = _errs166 === errors;
valid28 = valid28 || _valid13;
const _errs167 = errors;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
for(const key27 in data55){
if(!(((key27 === "action") || (key27 === "options")) || (key27 === "ignorable"))){
const err112 = {instancePath:instancePath+"/pull-always-fragile-registry",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key27},schema:false,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1],data:data55};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data55.action !== undefined){
let data56 = data55.action;
if(!((((((data56 === "off") || (data56 === "audit")) || (data56 === "warn")) || (data56 === "fix")) || (data56 === "deny")) || (data56 === false))){
const err113 = {instancePath:instancePath+"/pull-always-fragile-registry/action",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.action.enum},schema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.action,data:data56};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
if(data55.options !== undefined){
let data57 = data55.options;
if(data57 && typeof data57 == "object" && !Array.isArray(data57)){
for(const key28 in data57){
if(!(key28 === "probeFailures")){
const err114 = {instancePath:instancePath+"/pull-always-fragile-registry/options",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key28},schema:false,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options,data:data57};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data57.probeFailures !== undefined){
let data58 = data57.probeFailures;
if(!(((typeof data58 == "number") && (!(data58 % 1) && !isNaN(data58))) && (isFinite(data58)))){
const err115 = {instancePath:instancePath+"/pull-always-fragile-registry/options/probeFailures",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/options/properties/probeFailures/type",keyword:"type",params:{type: "integer"},schema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options.properties.probeFailures.type,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options.properties.probeFailures,data:data58};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if((typeof data58 == "number") && (isFinite(data58))){
if(data58 > 10 || isNaN(data58)){
const err116 = {instancePath:instancePath+"/pull-always-fragile-registry/options/probeFailures",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/options/properties/probeFailures/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},schema:10,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options.properties.probeFailures,data:data58};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
if(data58 < 1 || isNaN(data58)){
const err117 = {instancePath:instancePath+"/pull-always-fragile-registry/options/probeFailures",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/options/properties/probeFailures/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options.properties.probeFailures,data:data58};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
}
}
else {
const err118 = {instancePath:instancePath+"/pull-always-fragile-registry/options",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options.type,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.options,data:data57};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
if(data55.ignorable !== undefined){
let data59 = data55.ignorable;
if(typeof data59 !== "boolean"){
const err119 = {instancePath:instancePath+"/pull-always-fragile-registry/ignorable",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1].properties.ignorable,data:data59};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
}
else {
const err120 = {instancePath:instancePath+"/pull-always-fragile-registry",schemaPath:"#/properties/pull-always-fragile-registry/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-always-fragile-registry"].anyOf[1].type,parentSchema:schema20.properties["pull-always-fragile-registry"].anyOf[1],data:data55};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
var _valid13 = _errs167 === errors;
valid28 = valid28 || _valid13;
if(!valid28){
const err121 = {instancePath:instancePath+"/pull-always-fragile-registry",schemaPath:"#/properties/pull-always-fragile-registry/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["pull-always-fragile-registry"].anyOf,parentSchema:schema20.properties["pull-always-fragile-registry"],data:data55};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
else {
errors = _errs165;
if(vErrors !== null){
if(_errs165){
vErrors.length = _errs165;
}
else {
vErrors = null;
}
}
}
}
if(data["pull-always-pinned"] !== undefined){
let data60 = data["pull-always-pinned"];
const _errs179 = errors;
let valid31 = false;
const _errs180 = errors;
if(!((((((data60 === "off") || (data60 === "audit")) || (data60 === "warn")) || (data60 === "fix")) || (data60 === "deny")) || (data60 === false))){
const err122 = {instancePath:instancePath+"/pull-always-pinned",schemaPath:"#/properties/pull-always-pinned/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-always-pinned"].anyOf[0].enum},schema:schema20.properties["pull-always-pinned"].anyOf[0].enum,parentSchema:schema20.properties["pull-always-pinned"].anyOf[0],data:data60};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
var _valid14 = _errs180 === errors;
valid31 = valid31 || _valid14;
const _errs181 = errors;
if(data60 && typeof data60 == "object" && !Array.isArray(data60)){
for(const key29 in data60){
if(!(((key29 === "action") || (key29 === "options")) || (key29 === "ignorable"))){
const err123 = {instancePath:instancePath+"/pull-always-pinned",schemaPath:"#/properties/pull-always-pinned/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key29},schema:false,parentSchema:schema20.properties["pull-always-pinned"].anyOf[1],data:data60};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
if(data60.action !== undefined){
let data61 = data60.action;
if(!((((((data61 === "off") || (data61 === "audit")) || (data61 === "warn")) || (data61 === "fix")) || (data61 === "deny")) || (data61 === false))){
const err124 = {instancePath:instancePath+"/pull-always-pinned/action",schemaPath:"#/properties/pull-always-pinned/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-always-pinned"].anyOf[1].properties.action.enum},schema:schema20.properties["pull-always-pinned"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["pull-always-pinned"].anyOf[1].properties.action,data:data61};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data60.options !== undefined){
let data62 = data60.options;
if(data62 && typeof data62 == "object" && !Array.isArray(data62)){
for(const key30 in data62){
const err125 = {instancePath:instancePath+"/pull-always-pinned/options",schemaPath:"#/properties/pull-always-pinned/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key30},schema:false,parentSchema:schema20.properties["pull-always-pinned"].anyOf[1].properties.options,data:data62};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
else {
const err126 = {instancePath:instancePath+"/pull-always-pinned/options",schemaPath:"#/properties/pull-always-pinned/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-always-pinned"].anyOf[1].properties.options.type,parentSchema:schema20.properties["pull-always-pinned"].anyOf[1].properties.options,data:data62};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data60.ignorable !== undefined){
let data63 = data60.ignorable;
if(typeof data63 !== "boolean"){
const err127 = {instancePath:instancePath+"/pull-always-pinned/ignorable",schemaPath:"#/properties/pull-always-pinned/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["pull-always-pinned"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["pull-always-pinned"].anyOf[1].properties.ignorable,data:data63};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
}
else {
const err128 = {instancePath:instancePath+"/pull-always-pinned",schemaPath:"#/properties/pull-always-pinned/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-always-pinned"].anyOf[1].type,parentSchema:schema20.properties["pull-always-pinned"].anyOf[1],data:data60};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
var _valid14 = _errs181 === errors;
valid31 = valid31 || _valid14;
if(!valid31){
const err129 = {instancePath:instancePath+"/pull-always-pinned",schemaPath:"#/properties/pull-always-pinned/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["pull-always-pinned"].anyOf,parentSchema:schema20.properties["pull-always-pinned"],data:data60};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
else {
errors = _errs179;
if(vErrors !== null){
if(_errs179){
vErrors.length = _errs179;
}
else {
vErrors = null;
}
}
}
}
if(data["pull-always-required"] !== undefined){
let data64 = data["pull-always-required"];
const _errs191 = errors;
let valid33 = false;
const _errs192 = errors;
if(!((((((data64 === "off") || (data64 === "audit")) || (data64 === "warn")) || (data64 === "fix")) || (data64 === "deny")) || (data64 === false))){
const err130 = {instancePath:instancePath+"/pull-always-required",schemaPath:"#/properties/pull-always-required/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-always-required"].anyOf[0].enum},schema:schema20.properties["pull-always-required"].anyOf[0].enum,parentSchema:schema20.properties["pull-always-required"].anyOf[0],data:data64};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
var _valid15 = _errs192 === errors;
valid33 = valid33 || _valid15;
const _errs193 = errors;
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
for(const key31 in data64){
if(!(((key31 === "action") || (key31 === "options")) || (key31 === "ignorable"))){
const err131 = {instancePath:instancePath+"/pull-always-required",schemaPath:"#/properties/pull-always-required/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key31},schema:false,parentSchema:schema20.properties["pull-always-required"].anyOf[1],data:data64};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data64.action !== undefined){
let data65 = data64.action;
if(!((((((data65 === "off") || (data65 === "audit")) || (data65 === "warn")) || (data65 === "fix")) || (data65 === "deny")) || (data65 === false))){
const err132 = {instancePath:instancePath+"/pull-always-required/action",schemaPath:"#/properties/pull-always-required/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-always-required"].anyOf[1].properties.action.enum},schema:schema20.properties["pull-always-required"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["pull-always-required"].anyOf[1].properties.action,data:data65};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
if(data64.options !== undefined){
let data66 = data64.options;
if(data66 && typeof data66 == "object" && !Array.isArray(data66)){
for(const key32 in data66){
const err133 = {instancePath:instancePath+"/pull-always-required/options",schemaPath:"#/properties/pull-always-required/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key32},schema:false,parentSchema:schema20.properties["pull-always-required"].anyOf[1].properties.options,data:data66};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/pull-always-required/options",schemaPath:"#/properties/pull-always-required/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-always-required"].anyOf[1].properties.options.type,parentSchema:schema20.properties["pull-always-required"].anyOf[1].properties.options,data:data66};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data64.ignorable !== undefined){
let data67 = data64.ignorable;
if(typeof data67 !== "boolean"){
const err135 = {instancePath:instancePath+"/pull-always-required/ignorable",schemaPath:"#/properties/pull-always-required/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["pull-always-required"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["pull-always-required"].anyOf[1].properties.ignorable,data:data67};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
}
else {
const err136 = {instancePath:instancePath+"/pull-always-required",schemaPath:"#/properties/pull-always-required/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-always-required"].anyOf[1].type,parentSchema:schema20.properties["pull-always-required"].anyOf[1],data:data64};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
var _valid15 = _errs193 === errors;
valid33 = valid33 || _valid15;
if(!valid33){
const err137 = {instancePath:instancePath+"/pull-always-required",schemaPath:"#/properties/pull-always-required/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["pull-always-required"].anyOf,parentSchema:schema20.properties["pull-always-required"],data:data64};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
else {
errors = _errs191;
if(vErrors !== null){
if(_errs191){
vErrors.length = _errs191;
}
else {
vErrors = null;
}
}
}
}
if(data["pull-never"] !== undefined){
let data68 = data["pull-never"];
const _errs203 = errors;
let valid35 = false;
const _errs204 = errors;
if(!(((((data68 === "off") || (data68 === "audit")) || (data68 === "warn")) || (data68 === "deny")) || (data68 === false))){
const err138 = {instancePath:instancePath+"/pull-never",schemaPath:"#/properties/pull-never/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-never"].anyOf[0].enum},schema:schema20.properties["pull-never"].anyOf[0].enum,parentSchema:schema20.properties["pull-never"].anyOf[0],data:data68};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
var _valid16 = _errs204 === errors;
valid35 = valid35 || _valid16;
const _errs205 = errors;
if(data68 && typeof data68 == "object" && !Array.isArray(data68)){
for(const key33 in data68){
if(!(((key33 === "action") || (key33 === "options")) || (key33 === "ignorable"))){
const err139 = {instancePath:instancePath+"/pull-never",schemaPath:"#/properties/pull-never/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key33},schema:false,parentSchema:schema20.properties["pull-never"].anyOf[1],data:data68};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
if(data68.action !== undefined){
let data69 = data68.action;
if(!(((((data69 === "off") || (data69 === "audit")) || (data69 === "warn")) || (data69 === "deny")) || (data69 === false))){
const err140 = {instancePath:instancePath+"/pull-never/action",schemaPath:"#/properties/pull-never/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-never"].anyOf[1].properties.action.enum},schema:schema20.properties["pull-never"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["pull-never"].anyOf[1].properties.action,data:data69};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data68.options !== undefined){
let data70 = data68.options;
if(data70 && typeof data70 == "object" && !Array.isArray(data70)){
for(const key34 in data70){
const err141 = {instancePath:instancePath+"/pull-never/options",schemaPath:"#/properties/pull-never/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key34},schema:false,parentSchema:schema20.properties["pull-never"].anyOf[1].properties.options,data:data70};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
else {
const err142 = {instancePath:instancePath+"/pull-never/options",schemaPath:"#/properties/pull-never/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-never"].anyOf[1].properties.options.type,parentSchema:schema20.properties["pull-never"].anyOf[1].properties.options,data:data70};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
if(data68.ignorable !== undefined){
let data71 = data68.ignorable;
if(typeof data71 !== "boolean"){
const err143 = {instancePath:instancePath+"/pull-never/ignorable",schemaPath:"#/properties/pull-never/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["pull-never"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["pull-never"].anyOf[1].properties.ignorable,data:data71};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
}
else {
const err144 = {instancePath:instancePath+"/pull-never",schemaPath:"#/properties/pull-never/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-never"].anyOf[1].type,parentSchema:schema20.properties["pull-never"].anyOf[1],data:data68};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
var _valid16 = _errs205 === errors;
valid35 = valid35 || _valid16;
if(!valid35){
const err145 = {instancePath:instancePath+"/pull-never",schemaPath:"#/properties/pull-never/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["pull-never"].anyOf,parentSchema:schema20.properties["pull-never"],data:data68};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
else {
errors = _errs203;
if(vErrors !== null){
if(_errs203){
vErrors.length = _errs203;
}
else {
vErrors = null;
}
}
}
}
if(data["pull-policy-defaulted"] !== undefined){
let data72 = data["pull-policy-defaulted"];
const _errs215 = errors;
let valid37 = false;
const _errs216 = errors;
if(!((((((data72 === "off") || (data72 === "audit")) || (data72 === "warn")) || (data72 === "fix")) || (data72 === "deny")) || (data72 === false))){
const err146 = {instancePath:instancePath+"/pull-policy-defaulted",schemaPath:"#/properties/pull-policy-defaulted/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-policy-defaulted"].anyOf[0].enum},schema:schema20.properties["pull-policy-defaulted"].anyOf[0].enum,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[0],data:data72};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
var _valid17 = _errs216 === errors;
valid37 = valid37 || _valid17;
const _errs217 = errors;
if(data72 && typeof data72 == "object" && !Array.isArray(data72)){
for(const key35 in data72){
if(!(((key35 === "action") || (key35 === "options")) || (key35 === "ignorable"))){
const err147 = {instancePath:instancePath+"/pull-policy-defaulted",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key35},schema:false,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1],data:data72};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
if(data72.action !== undefined){
let data73 = data72.action;
if(!((((((data73 === "off") || (data73 === "audit")) || (data73 === "warn")) || (data73 === "fix")) || (data73 === "deny")) || (data73 === false))){
const err148 = {instancePath:instancePath+"/pull-policy-defaulted/action",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-policy-defaulted"].anyOf[1].properties.action.enum},schema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.action,data:data73};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
if(data72.options !== undefined){
let data74 = data72.options;
if(data74 && typeof data74 == "object" && !Array.isArray(data74)){
for(const key36 in data74){
if(!(key36 === "pullPolicy")){
const err149 = {instancePath:instancePath+"/pull-policy-defaulted/options",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key36},schema:false,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.options,data:data74};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data74.pullPolicy !== undefined){
let data75 = data74.pullPolicy;
if(!((data75 === "IfNotPresent") || (data75 === "Always"))){
const err150 = {instancePath:instancePath+"/pull-policy-defaulted/options/pullPolicy",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/properties/options/properties/pullPolicy/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-policy-defaulted"].anyOf[1].properties.options.properties.pullPolicy.enum},schema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.options.properties.pullPolicy.enum,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.options.properties.pullPolicy,data:data75};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
}
else {
const err151 = {instancePath:instancePath+"/pull-policy-defaulted/options",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.options.type,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.options,data:data74};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data72.ignorable !== undefined){
let data76 = data72.ignorable;
if(typeof data76 !== "boolean"){
const err152 = {instancePath:instancePath+"/pull-policy-defaulted/ignorable",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1].properties.ignorable,data:data76};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
}
else {
const err153 = {instancePath:instancePath+"/pull-policy-defaulted",schemaPath:"#/properties/pull-policy-defaulted/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-policy-defaulted"].anyOf[1].type,parentSchema:schema20.properties["pull-policy-defaulted"].anyOf[1],data:data72};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
var _valid17 = _errs217 === errors;
valid37 = valid37 || _valid17;
if(!valid37){
const err154 = {instancePath:instancePath+"/pull-policy-defaulted",schemaPath:"#/properties/pull-policy-defaulted/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["pull-policy-defaulted"].anyOf,parentSchema:schema20.properties["pull-policy-defaulted"],data:data72};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
else {
errors = _errs215;
if(vErrors !== null){
if(_errs215){
vErrors.length = _errs215;
}
else {
vErrors = null;
}
}
}
}
if(data["pull-policy-stale"] !== undefined){
let data77 = data["pull-policy-stale"];
const _errs228 = errors;
let valid40 = false;
const _errs229 = errors;
if(!((((((data77 === "off") || (data77 === "audit")) || (data77 === "warn")) || (data77 === "fix")) || (data77 === "deny")) || (data77 === false))){
const err155 = {instancePath:instancePath+"/pull-policy-stale",schemaPath:"#/properties/pull-policy-stale/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-policy-stale"].anyOf[0].enum},schema:schema20.properties["pull-policy-stale"].anyOf[0].enum,parentSchema:schema20.properties["pull-policy-stale"].anyOf[0],data:data77};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
var _valid18 = _errs229 === errors;
valid40 = valid40 || _valid18;
const _errs230 = errors;
if(data77 && typeof data77 == "object" && !Array.isArray(data77)){
for(const key37 in data77){
if(!(((key37 === "action") || (key37 === "options")) || (key37 === "ignorable"))){
const err156 = {instancePath:instancePath+"/pull-policy-stale",schemaPath:"#/properties/pull-policy-stale/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key37},schema:false,parentSchema:schema20.properties["pull-policy-stale"].anyOf[1],data:data77};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
if(data77.action !== undefined){
let data78 = data77.action;
if(!((((((data78 === "off") || (data78 === "audit")) || (data78 === "warn")) || (data78 === "fix")) || (data78 === "deny")) || (data78 === false))){
const err157 = {instancePath:instancePath+"/pull-policy-stale/action",schemaPath:"#/properties/pull-policy-stale/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["pull-policy-stale"].anyOf[1].properties.action.enum},schema:schema20.properties["pull-policy-stale"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["pull-policy-stale"].anyOf[1].properties.action,data:data78};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
if(data77.options !== undefined){
let data79 = data77.options;
if(data79 && typeof data79 == "object" && !Array.isArray(data79)){
for(const key38 in data79){
const err158 = {instancePath:instancePath+"/pull-policy-stale/options",schemaPath:"#/properties/pull-policy-stale/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key38},schema:false,parentSchema:schema20.properties["pull-policy-stale"].anyOf[1].properties.options,data:data79};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
else {
const err159 = {instancePath:instancePath+"/pull-policy-stale/options",schemaPath:"#/properties/pull-policy-stale/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-policy-stale"].anyOf[1].properties.options.type,parentSchema:schema20.properties["pull-policy-stale"].anyOf[1].properties.options,data:data79};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
if(data77.ignorable !== undefined){
let data80 = data77.ignorable;
if(typeof data80 !== "boolean"){
const err160 = {instancePath:instancePath+"/pull-policy-stale/ignorable",schemaPath:"#/properties/pull-policy-stale/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["pull-policy-stale"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["pull-policy-stale"].anyOf[1].properties.ignorable,data:data80};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
}
else {
const err161 = {instancePath:instancePath+"/pull-policy-stale",schemaPath:"#/properties/pull-policy-stale/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["pull-policy-stale"].anyOf[1].type,parentSchema:schema20.properties["pull-policy-stale"].anyOf[1],data:data77};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
var _valid18 = _errs230 === errors;
valid40 = valid40 || _valid18;
if(!valid40){
const err162 = {instancePath:instancePath+"/pull-policy-stale",schemaPath:"#/properties/pull-policy-stale/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["pull-policy-stale"].anyOf,parentSchema:schema20.properties["pull-policy-stale"],data:data77};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
else {
errors = _errs228;
if(vErrors !== null){
if(_errs228){
vErrors.length = _errs228;
}
else {
vErrors = null;
}
}
}
}
if(data["registry-not-allowed"] !== undefined){
let data81 = data["registry-not-allowed"];
const _errs240 = errors;
let valid42 = false;
const _errs241 = errors;
if(!(((((data81 === "off") || (data81 === "audit")) || (data81 === "warn")) || (data81 === "deny")) || (data81 === false))){
const err163 = {instancePath:instancePath+"/registry-not-allowed",schemaPath:"#/properties/registry-not-allowed/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema20.properties["registry-not-allowed"].anyOf[0].enum},schema:schema20.properties["registry-not-allowed"].anyOf[0].enum,parentSchema:schema20.properties["registry-not-allowed"].anyOf[0],data:data81};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
var _valid19 = _errs241 === errors;
valid42 = valid42 || _valid19;
const _errs242 = errors;
if(data81 && typeof data81 == "object" && !Array.isArray(data81)){
for(const key39 in data81){
if(!(((key39 === "action") || (key39 === "options")) || (key39 === "ignorable"))){
const err164 = {instancePath:instancePath+"/registry-not-allowed",schemaPath:"#/properties/registry-not-allowed/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key39},schema:false,parentSchema:schema20.properties["registry-not-allowed"].anyOf[1],data:data81};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
if(data81.action !== undefined){
let data82 = data81.action;
if(!(((((data82 === "off") || (data82 === "audit")) || (data82 === "warn")) || (data82 === "deny")) || (data82 === false))){
const err165 = {instancePath:instancePath+"/registry-not-allowed/action",schemaPath:"#/properties/registry-not-allowed/anyOf/1/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties["registry-not-allowed"].anyOf[1].properties.action.enum},schema:schema20.properties["registry-not-allowed"].anyOf[1].properties.action.enum,parentSchema:schema20.properties["registry-not-allowed"].anyOf[1].properties.action,data:data82};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
}
if(data81.options !== undefined){
let data83 = data81.options;
if(data83 && typeof data83 == "object" && !Array.isArray(data83)){
for(const key40 in data83){
const err166 = {instancePath:instancePath+"/registry-not-allowed/options",schemaPath:"#/properties/registry-not-allowed/anyOf/1/properties/options/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key40},schema:false,parentSchema:schema20.properties["registry-not-allowed"].anyOf[1].properties.options,data:data83};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
else {
const err167 = {instancePath:instancePath+"/registry-not-allowed/options",schemaPath:"#/properties/registry-not-allowed/anyOf/1/properties/options/type",keyword:"type",params:{type: "object"},schema:schema20.properties["registry-not-allowed"].anyOf[1].properties.options.type,parentSchema:schema20.properties["registry-not-allowed"].anyOf[1].properties.options,data:data83};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
if(data81.ignorable !== undefined){
let data84 = data81.ignorable;
if(typeof data84 !== "boolean"){
const err168 = {instancePath:instancePath+"/registry-not-allowed/ignorable",schemaPath:"#/properties/registry-not-allowed/anyOf/1/properties/ignorable/type",keyword:"type",params:{type: "boolean"},schema:schema20.properties["registry-not-allowed"].anyOf[1].properties.ignorable.type,parentSchema:schema20.properties["registry-not-allowed"].anyOf[1].properties.ignorable,data:data84};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
}
else {
const err169 = {instancePath:instancePath+"/registry-not-allowed",schemaPath:"#/properties/registry-not-allowed/anyOf/1/type",keyword:"type",params:{type: "object"},schema:schema20.properties["registry-not-allowed"].anyOf[1].type,parentSchema:schema20.properties["registry-not-allowed"].anyOf[1],data:data81};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
var _valid19 = _errs242 === errors;
valid42 = valid42 || _valid19;
if(!valid42){
const err170 = {instancePath:instancePath+"/registry-not-allowed",schemaPath:"#/properties/registry-not-allowed/anyOf",keyword:"anyOf",params:{},schema:schema20.properties["registry-not-allowed"].anyOf,parentSchema:schema20.properties["registry-not-allowed"],data:data81};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
else {
errors = _errs240;
if(vErrors !== null){
if(_errs240){
vErrors.length = _errs240;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err171 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema20.type,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema21 = {"type":"object","additionalProperties":false,"properties":{"namespaces":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of the namespace."},"namespaceSelector":{"type":"object","additionalProperties":false,"properties":{"matchLabels":{"type":"object","additionalProperties":{"type":"string","title":"a text (quote numbers, true and false)"},"description":"Labels that must have exactly these values."},"matchExpressions":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"key":{"type":"string","pattern":"\\S","title":"the key of a label"},"operator":{"enum":["In","NotIn","Exists","DoesNotExist"]},"values":{"type":"array","items":{"type":"string","title":"a text (quote numbers, true and false)"},"minItems":1,"maxItems":1000}},"required":["key","operator"]},"minItems":1,"maxItems":1000,"description":"Conditions as in any Kubernetes label selector; all of them must hold."}},"description":"Labels of the namespace. Where initlint does not know them, the stricter outcome holds; kubernetes.io/metadata.name is always known."},"labels":{"type":"object","properties":{"matchLabels":{"type":"object","additionalProperties":{"type":"string","title":"a text (quote numbers, true and false)"},"description":"Labels that must have exactly these values."},"matchExpressions":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"key":{"type":"string","pattern":"\\S","title":"the key of a label"},"operator":{"enum":["In","NotIn","Exists","DoesNotExist"]},"values":{"type":"array","items":{"type":"string","title":"a text (quote numbers, true and false)"},"minItems":1,"maxItems":1000}},"required":["key","operator"]},"minItems":1,"maxItems":1000,"description":"Conditions as in any Kubernetes label selector; all of them must hold."}},"additionalProperties":{"type":"string","title":"a text (quote numbers, true and false)"},"description":"Labels of the object itself: a map of keys and values, or matchLabels and matchExpressions."},"kinds":{"type":"array","items":{"enum":["Pod","PodTemplate","ReplicationController","ReplicaSet","Deployment","StatefulSet","DaemonSet","Job","CronJob"]},"minItems":1,"maxItems":1000,"description":"Kinds of the object."},"names":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of metadata.name (or generateName)."},"containers":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of the name of the container that a report is about. Reports about the whole pod never match."},"images":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of registry/repository after normalisation, without a tag. Reports without an image never match."},"owners":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Kind, or kind/name, of the object's controller owner: Rollout, Job/backup-*."},"users":{"type":"array","items":{"type":"string","pattern":"^[^\\s]{1,256}$","title":"a glob without white space, at most 256 characters"},"minItems":1,"maxItems":1000,"description":"Globs of the user name of who asks the API server. Outside admission nobody asks, and nothing matches."}},"description":"All keys that are given must match; of a list, one entry must. An empty block matches everything."};

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate55.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func1.call(schema21.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.namespaces !== undefined){
let data0 = data.namespaces;
if(Array.isArray(data0)){
if(data0.length > 1000){
const err1 = {instancePath:instancePath+"/namespaces",schemaPath:"#/properties/namespaces/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.namespaces,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data0.length < 1){
const err2 = {instancePath:instancePath+"/namespaces",schemaPath:"#/properties/namespaces/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.namespaces,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
const err3 = {instancePath:instancePath+"/namespaces/" + i0,schemaPath:"#/properties/namespaces/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema21.properties.namespaces.items,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/namespaces/" + i0,schemaPath:"#/properties/namespaces/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.namespaces.items.type,parentSchema:schema21.properties.namespaces.items,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/namespaces",schemaPath:"#/properties/namespaces/type",keyword:"type",params:{type: "array"},schema:schema21.properties.namespaces.type,parentSchema:schema21.properties.namespaces,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.namespaceSelector !== undefined){
let data2 = data.namespaceSelector;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
if(!((key1 === "matchLabels") || (key1 === "matchExpressions"))){
const err6 = {instancePath:instancePath+"/namespaceSelector",schemaPath:"#/properties/namespaceSelector/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema21.properties.namespaceSelector,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data2.matchLabels !== undefined){
let data3 = data2.matchLabels;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key2 in data3){
let data4 = data3[key2];
if(typeof data4 !== "string"){
const err7 = {instancePath:instancePath+"/namespaceSelector/matchLabels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/namespaceSelector/properties/matchLabels/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema21.properties.namespaceSelector.properties.matchLabels.additionalProperties.type,parentSchema:schema21.properties.namespaceSelector.properties.matchLabels.additionalProperties,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/namespaceSelector/matchLabels",schemaPath:"#/properties/namespaceSelector/properties/matchLabels/type",keyword:"type",params:{type: "object"},schema:schema21.properties.namespaceSelector.properties.matchLabels.type,parentSchema:schema21.properties.namespaceSelector.properties.matchLabels,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data2.matchExpressions !== undefined){
let data5 = data2.matchExpressions;
if(Array.isArray(data5)){
if(data5.length > 1000){
const err9 = {instancePath:instancePath+"/namespaceSelector/matchExpressions",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data5.length < 1){
const err10 = {instancePath:instancePath+"/namespaceSelector/matchExpressions",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.key === undefined){
const err11 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1,schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/required",keyword:"required",params:{missingProperty: "key"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.required,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data6.operator === undefined){
const err12 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1,schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/required",keyword:"required",params:{missingProperty: "operator"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.required,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key3 in data6){
if(!(((key3 === "key") || (key3 === "operator")) || (key3 === "values"))){
const err13 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1,schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},schema:false,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data6.key !== undefined){
let data7 = data6.key;
if(typeof data7 === "string"){
if(!pattern7.test(data7)){
const err14 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/key",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/key/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.key,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/key",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/key/type",keyword:"type",params:{type: "string"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.key.type,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.key,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data6.operator !== undefined){
let data8 = data6.operator;
if(!((((data8 === "In") || (data8 === "NotIn")) || (data8 === "Exists")) || (data8 === "DoesNotExist"))){
const err16 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/operator",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/operator/enum",keyword:"enum",params:{allowedValues: schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.operator.enum},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.operator.enum,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.operator,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data6.values !== undefined){
let data9 = data6.values;
if(Array.isArray(data9)){
if(data9.length > 1000){
const err17 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/values",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/values/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.values,data:data9};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data9.length < 1){
const err18 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/values",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/values/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.values,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
let data10 = data9[i2];
if(typeof data10 !== "string"){
const err19 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/values/" + i2,schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/values/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.values.items.type,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.values.items,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1+"/values",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/properties/values/type",keyword:"type",params:{type: "array"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.values.type,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items.properties.values,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/namespaceSelector/matchExpressions/" + i1,schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/items/type",keyword:"type",params:{type: "object"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.items.type,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions.items,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/namespaceSelector/matchExpressions",schemaPath:"#/properties/namespaceSelector/properties/matchExpressions/type",keyword:"type",params:{type: "array"},schema:schema21.properties.namespaceSelector.properties.matchExpressions.type,parentSchema:schema21.properties.namespaceSelector.properties.matchExpressions,data:data5};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/namespaceSelector",schemaPath:"#/properties/namespaceSelector/type",keyword:"type",params:{type: "object"},schema:schema21.properties.namespaceSelector.type,parentSchema:schema21.properties.namespaceSelector,data:data2};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.labels !== undefined){
let data11 = data.labels;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key4 in data11){
if(!((key4 === "matchLabels") || (key4 === "matchExpressions"))){
let data12 = data11[key4];
if(typeof data12 !== "string"){
const err24 = {instancePath:instancePath+"/labels/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema21.properties.labels.additionalProperties.type,parentSchema:schema21.properties.labels.additionalProperties,data:data12};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
if(data11.matchLabels !== undefined){
let data13 = data11.matchLabels;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
for(const key5 in data13){
let data14 = data13[key5];
if(typeof data14 !== "string"){
const err25 = {instancePath:instancePath+"/labels/matchLabels/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/labels/properties/matchLabels/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema21.properties.labels.properties.matchLabels.additionalProperties.type,parentSchema:schema21.properties.labels.properties.matchLabels.additionalProperties,data:data14};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/labels/matchLabels",schemaPath:"#/properties/labels/properties/matchLabels/type",keyword:"type",params:{type: "object"},schema:schema21.properties.labels.properties.matchLabels.type,parentSchema:schema21.properties.labels.properties.matchLabels,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data11.matchExpressions !== undefined){
let data15 = data11.matchExpressions;
if(Array.isArray(data15)){
if(data15.length > 1000){
const err27 = {instancePath:instancePath+"/labels/matchExpressions",schemaPath:"#/properties/labels/properties/matchExpressions/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.labels.properties.matchExpressions,data:data15};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data15.length < 1){
const err28 = {instancePath:instancePath+"/labels/matchExpressions",schemaPath:"#/properties/labels/properties/matchExpressions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.labels.properties.matchExpressions,data:data15};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
const len3 = data15.length;
for(let i3=0; i3<len3; i3++){
let data16 = data15[i3];
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.key === undefined){
const err29 = {instancePath:instancePath+"/labels/matchExpressions/" + i3,schemaPath:"#/properties/labels/properties/matchExpressions/items/required",keyword:"required",params:{missingProperty: "key"},schema:schema21.properties.labels.properties.matchExpressions.items.required,parentSchema:schema21.properties.labels.properties.matchExpressions.items,data:data16};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data16.operator === undefined){
const err30 = {instancePath:instancePath+"/labels/matchExpressions/" + i3,schemaPath:"#/properties/labels/properties/matchExpressions/items/required",keyword:"required",params:{missingProperty: "operator"},schema:schema21.properties.labels.properties.matchExpressions.items.required,parentSchema:schema21.properties.labels.properties.matchExpressions.items,data:data16};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
for(const key6 in data16){
if(!(((key6 === "key") || (key6 === "operator")) || (key6 === "values"))){
const err31 = {instancePath:instancePath+"/labels/matchExpressions/" + i3,schemaPath:"#/properties/labels/properties/matchExpressions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},schema:false,parentSchema:schema21.properties.labels.properties.matchExpressions.items,data:data16};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data16.key !== undefined){
let data17 = data16.key;
if(typeof data17 === "string"){
if(!pattern7.test(data17)){
const err32 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/key",schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/key/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.key,data:data17};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/key",schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/key/type",keyword:"type",params:{type: "string"},schema:schema21.properties.labels.properties.matchExpressions.items.properties.key.type,parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.key,data:data17};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data16.operator !== undefined){
let data18 = data16.operator;
if(!((((data18 === "In") || (data18 === "NotIn")) || (data18 === "Exists")) || (data18 === "DoesNotExist"))){
const err34 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/operator",schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/operator/enum",keyword:"enum",params:{allowedValues: schema21.properties.labels.properties.matchExpressions.items.properties.operator.enum},schema:schema21.properties.labels.properties.matchExpressions.items.properties.operator.enum,parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.operator,data:data18};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data16.values !== undefined){
let data19 = data16.values;
if(Array.isArray(data19)){
if(data19.length > 1000){
const err35 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/values",schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/values/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.values,data:data19};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data19.length < 1){
const err36 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/values",schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/values/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.values,data:data19};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
const len4 = data19.length;
for(let i4=0; i4<len4; i4++){
let data20 = data19[i4];
if(typeof data20 !== "string"){
const err37 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/values/" + i4,schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/values/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.labels.properties.matchExpressions.items.properties.values.items.type,parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.values.items,data:data20};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/labels/matchExpressions/" + i3+"/values",schemaPath:"#/properties/labels/properties/matchExpressions/items/properties/values/type",keyword:"type",params:{type: "array"},schema:schema21.properties.labels.properties.matchExpressions.items.properties.values.type,parentSchema:schema21.properties.labels.properties.matchExpressions.items.properties.values,data:data19};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/labels/matchExpressions/" + i3,schemaPath:"#/properties/labels/properties/matchExpressions/items/type",keyword:"type",params:{type: "object"},schema:schema21.properties.labels.properties.matchExpressions.items.type,parentSchema:schema21.properties.labels.properties.matchExpressions.items,data:data16};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/labels/matchExpressions",schemaPath:"#/properties/labels/properties/matchExpressions/type",keyword:"type",params:{type: "array"},schema:schema21.properties.labels.properties.matchExpressions.type,parentSchema:schema21.properties.labels.properties.matchExpressions,data:data15};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "object"},schema:schema21.properties.labels.type,parentSchema:schema21.properties.labels,data:data11};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.kinds !== undefined){
let data21 = data.kinds;
if(Array.isArray(data21)){
if(data21.length > 1000){
const err42 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.kinds,data:data21};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data21.length < 1){
const err43 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.kinds,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
const len5 = data21.length;
for(let i5=0; i5<len5; i5++){
let data22 = data21[i5];
if(!(((((((((data22 === "Pod") || (data22 === "PodTemplate")) || (data22 === "ReplicationController")) || (data22 === "ReplicaSet")) || (data22 === "Deployment")) || (data22 === "StatefulSet")) || (data22 === "DaemonSet")) || (data22 === "Job")) || (data22 === "CronJob"))){
const err44 = {instancePath:instancePath+"/kinds/" + i5,schemaPath:"#/properties/kinds/items/enum",keyword:"enum",params:{allowedValues: schema21.properties.kinds.items.enum},schema:schema21.properties.kinds.items.enum,parentSchema:schema21.properties.kinds.items,data:data22};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/type",keyword:"type",params:{type: "array"},schema:schema21.properties.kinds.type,parentSchema:schema21.properties.kinds,data:data21};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data.names !== undefined){
let data23 = data.names;
if(Array.isArray(data23)){
if(data23.length > 1000){
const err46 = {instancePath:instancePath+"/names",schemaPath:"#/properties/names/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.names,data:data23};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data23.length < 1){
const err47 = {instancePath:instancePath+"/names",schemaPath:"#/properties/names/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.names,data:data23};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
const len6 = data23.length;
for(let i6=0; i6<len6; i6++){
let data24 = data23[i6];
if(typeof data24 === "string"){
if(!pattern6.test(data24)){
const err48 = {instancePath:instancePath+"/names/" + i6,schemaPath:"#/properties/names/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema21.properties.names.items,data:data24};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/names/" + i6,schemaPath:"#/properties/names/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.names.items.type,parentSchema:schema21.properties.names.items,data:data24};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
else {
const err50 = {instancePath:instancePath+"/names",schemaPath:"#/properties/names/type",keyword:"type",params:{type: "array"},schema:schema21.properties.names.type,parentSchema:schema21.properties.names,data:data23};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.containers !== undefined){
let data25 = data.containers;
if(Array.isArray(data25)){
if(data25.length > 1000){
const err51 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.containers,data:data25};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(data25.length < 1){
const err52 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.containers,data:data25};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
const len7 = data25.length;
for(let i7=0; i7<len7; i7++){
let data26 = data25[i7];
if(typeof data26 === "string"){
if(!pattern6.test(data26)){
const err53 = {instancePath:instancePath+"/containers/" + i7,schemaPath:"#/properties/containers/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema21.properties.containers.items,data:data26};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/containers/" + i7,schemaPath:"#/properties/containers/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.containers.items.type,parentSchema:schema21.properties.containers.items,data:data26};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/type",keyword:"type",params:{type: "array"},schema:schema21.properties.containers.type,parentSchema:schema21.properties.containers,data:data25};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data.images !== undefined){
let data27 = data.images;
if(Array.isArray(data27)){
if(data27.length > 1000){
const err56 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.images,data:data27};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data27.length < 1){
const err57 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.images,data:data27};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
const len8 = data27.length;
for(let i8=0; i8<len8; i8++){
let data28 = data27[i8];
if(typeof data28 === "string"){
if(!pattern6.test(data28)){
const err58 = {instancePath:instancePath+"/images/" + i8,schemaPath:"#/properties/images/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema21.properties.images.items,data:data28};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/images/" + i8,schemaPath:"#/properties/images/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.images.items.type,parentSchema:schema21.properties.images.items,data:data28};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/type",keyword:"type",params:{type: "array"},schema:schema21.properties.images.type,parentSchema:schema21.properties.images,data:data27};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data.owners !== undefined){
let data29 = data.owners;
if(Array.isArray(data29)){
if(data29.length > 1000){
const err61 = {instancePath:instancePath+"/owners",schemaPath:"#/properties/owners/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.owners,data:data29};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(data29.length < 1){
const err62 = {instancePath:instancePath+"/owners",schemaPath:"#/properties/owners/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.owners,data:data29};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
const len9 = data29.length;
for(let i9=0; i9<len9; i9++){
let data30 = data29[i9];
if(typeof data30 === "string"){
if(!pattern6.test(data30)){
const err63 = {instancePath:instancePath+"/owners/" + i9,schemaPath:"#/properties/owners/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema21.properties.owners.items,data:data30};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/owners/" + i9,schemaPath:"#/properties/owners/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.owners.items.type,parentSchema:schema21.properties.owners.items,data:data30};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/owners",schemaPath:"#/properties/owners/type",keyword:"type",params:{type: "array"},schema:schema21.properties.owners.type,parentSchema:schema21.properties.owners,data:data29};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data.users !== undefined){
let data31 = data.users;
if(Array.isArray(data31)){
if(data31.length > 1000){
const err66 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema21.properties.users,data:data31};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(data31.length < 1){
const err67 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema21.properties.users,data:data31};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
const len10 = data31.length;
for(let i10=0; i10<len10; i10++){
let data32 = data31[i10];
if(typeof data32 === "string"){
if(!pattern6.test(data32)){
const err68 = {instancePath:instancePath+"/users/" + i10,schemaPath:"#/properties/users/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema21.properties.users.items,data:data32};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/users/" + i10,schemaPath:"#/properties/users/items/type",keyword:"type",params:{type: "string"},schema:schema21.properties.users.items.type,parentSchema:schema21.properties.users.items,data:data32};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
else {
const err70 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/type",keyword:"type",params:{type: "array"},schema:schema21.properties.users.type,parentSchema:schema21.properties.users,data:data31};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
}
else {
const err71 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
validate55.errors = vErrors;
return errors === 0;
}
validate55.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://initlint.dev/policy.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema19.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data0 = data.apiVersion;
if(!(data0 === "initlint.dev/v1alpha1")){
const err3 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/enum",keyword:"enum",params:{allowedValues: schema19.properties.apiVersion.enum},schema:schema19.properties.apiVersion.enum,parentSchema:schema19.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(!(data1 === "Policy")){
const err4 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema19.properties.kind.enum},schema:schema19.properties.kind.enum,parentSchema:schema19.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.preset !== undefined){
let data2 = data.preset;
if(!(((((data2 === "recommended") || (data2 === "strict")) || (data2 === "audit-only")) || (data2 === "off")) || (data2 === false))){
const err5 = {instancePath:instancePath+"/preset",schemaPath:"#/properties/preset/enum",keyword:"enum",params:{allowedValues: schema19.properties.preset.enum},schema:schema19.properties.preset.enum,parentSchema:schema19.properties.preset,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.cluster !== undefined){
let data3 = data.cluster;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key1 in data3){
if(!((key1 === "alwaysPullImages") || (key1 === "kubernetes"))){
const err6 = {instancePath:instancePath+"/cluster",schemaPath:"#/properties/cluster/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema19.properties.cluster,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data3.alwaysPullImages !== undefined){
let data4 = data3.alwaysPullImages;
if(typeof data4 !== "boolean"){
const err7 = {instancePath:instancePath+"/cluster/alwaysPullImages",schemaPath:"#/properties/cluster/properties/alwaysPullImages/type",keyword:"type",params:{type: "boolean"},schema:schema19.properties.cluster.properties.alwaysPullImages.type,parentSchema:schema19.properties.cluster.properties.alwaysPullImages,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data3.kubernetes !== undefined){
let data5 = data3.kubernetes;
if(typeof data5 === "string"){
if(!pattern3.test(data5)){
const err8 = {instancePath:instancePath+"/cluster/kubernetes",schemaPath:"#/properties/cluster/properties/kubernetes/pattern",keyword:"pattern",params:{pattern: "^1\\.\\d{1,3}$"},schema:"^1\\.\\d{1,3}$",parentSchema:schema19.properties.cluster.properties.kubernetes,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/cluster/kubernetes",schemaPath:"#/properties/cluster/properties/kubernetes/type",keyword:"type",params:{type: "string"},schema:schema19.properties.cluster.properties.kubernetes.type,parentSchema:schema19.properties.cluster.properties.kubernetes,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/cluster",schemaPath:"#/properties/cluster/type",keyword:"type",params:{type: "object"},schema:schema19.properties.cluster.type,parentSchema:schema19.properties.cluster,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.rules !== undefined){
if(!(validate53(data.rules, {instancePath:instancePath+"/rules",parentData:data,parentDataProperty:"rules",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
if(data.registries !== undefined){
let data7 = data.registries;
if(Array.isArray(data7)){
if(data7.length > 1000){
const err11 = {instancePath:instancePath+"/registries",schemaPath:"#/properties/registries/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.registries,data:data7};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data7.length < 0){
const err12 = {instancePath:instancePath+"/registries",schemaPath:"#/properties/registries/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.registries,data:data7};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
let data8 = data7[i0];
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.match === undefined){
const err13 = {instancePath:instancePath+"/registries/" + i0,schemaPath:"#/properties/registries/items/required",keyword:"required",params:{missingProperty: "match"},schema:schema19.properties.registries.items.required,parentSchema:schema19.properties.registries.items,data:data8};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
for(const key2 in data8){
if(!(((((((key2 === "match") || (key2 === "fragile")) || (key2 === "pull")) || (key2 === "allowed")) || (key2 === "servedBy")) || (key2 === "probe")) || (key2 === "reason"))){
const err14 = {instancePath:instancePath+"/registries/" + i0,schemaPath:"#/properties/registries/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},schema:false,parentSchema:schema19.properties.registries.items,data:data8};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data8.match !== undefined){
let data9 = data8.match;
if(typeof data9 === "string"){
if(!pattern6.test(data9)){
const err15 = {instancePath:instancePath+"/registries/" + i0+"/match",schemaPath:"#/properties/registries/items/properties/match/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema19.properties.registries.items.properties.match,data:data9};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/registries/" + i0+"/match",schemaPath:"#/properties/registries/items/properties/match/type",keyword:"type",params:{type: "string"},schema:schema19.properties.registries.items.properties.match.type,parentSchema:schema19.properties.registries.items.properties.match,data:data9};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data8.fragile !== undefined){
let data10 = data8.fragile;
if(typeof data10 !== "boolean"){
const err17 = {instancePath:instancePath+"/registries/" + i0+"/fragile",schemaPath:"#/properties/registries/items/properties/fragile/type",keyword:"type",params:{type: "boolean"},schema:schema19.properties.registries.items.properties.fragile.type,parentSchema:schema19.properties.registries.items.properties.fragile,data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data8.pull !== undefined){
let data11 = data8.pull;
if(!(data11 === "Always")){
const err18 = {instancePath:instancePath+"/registries/" + i0+"/pull",schemaPath:"#/properties/registries/items/properties/pull/enum",keyword:"enum",params:{allowedValues: schema19.properties.registries.items.properties.pull.enum},schema:schema19.properties.registries.items.properties.pull.enum,parentSchema:schema19.properties.registries.items.properties.pull,data:data11};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data8.allowed !== undefined){
let data12 = data8.allowed;
if(typeof data12 !== "boolean"){
const err19 = {instancePath:instancePath+"/registries/" + i0+"/allowed",schemaPath:"#/properties/registries/items/properties/allowed/type",keyword:"type",params:{type: "boolean"},schema:schema19.properties.registries.items.properties.allowed.type,parentSchema:schema19.properties.registries.items.properties.allowed,data:data12};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data8.servedBy !== undefined){
let data13 = data8.servedBy;
if(typeof data13 === "string"){
if(!pattern7.test(data13)){
const err20 = {instancePath:instancePath+"/registries/" + i0+"/servedBy",schemaPath:"#/properties/registries/items/properties/servedBy/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema19.properties.registries.items.properties.servedBy,data:data13};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/registries/" + i0+"/servedBy",schemaPath:"#/properties/registries/items/properties/servedBy/type",keyword:"type",params:{type: "string"},schema:schema19.properties.registries.items.properties.servedBy.type,parentSchema:schema19.properties.registries.items.properties.servedBy,data:data13};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data8.probe !== undefined){
let data14 = data8.probe;
if(typeof data14 === "string"){
if(!pattern8.test(data14)){
const err22 = {instancePath:instancePath+"/registries/" + i0+"/probe",schemaPath:"#/properties/registries/items/properties/probe/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s/]+"},schema:"^https?://[^\\s/]+",parentSchema:schema19.properties.registries.items.properties.probe,data:data14};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/registries/" + i0+"/probe",schemaPath:"#/properties/registries/items/properties/probe/type",keyword:"type",params:{type: "string"},schema:schema19.properties.registries.items.properties.probe.type,parentSchema:schema19.properties.registries.items.properties.probe,data:data14};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data8.reason !== undefined){
let data15 = data8.reason;
if(typeof data15 === "string"){
if(!pattern7.test(data15)){
const err24 = {instancePath:instancePath+"/registries/" + i0+"/reason",schemaPath:"#/properties/registries/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema19.properties.registries.items.properties.reason,data:data15};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/registries/" + i0+"/reason",schemaPath:"#/properties/registries/items/properties/reason/type",keyword:"type",params:{type: "string"},schema:schema19.properties.registries.items.properties.reason.type,parentSchema:schema19.properties.registries.items.properties.reason,data:data15};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/registries/" + i0,schemaPath:"#/properties/registries/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.registries.items.type,parentSchema:schema19.properties.registries.items,data:data8};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/registries",schemaPath:"#/properties/registries/type",keyword:"type",params:{type: "array"},schema:schema19.properties.registries.type,parentSchema:schema19.properties.registries,data:data7};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.preloaded !== undefined){
let data16 = data.preloaded;
if(Array.isArray(data16)){
if(data16.length > 1000){
const err28 = {instancePath:instancePath+"/preloaded",schemaPath:"#/properties/preloaded/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.preloaded,data:data16};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data16.length < 0){
const err29 = {instancePath:instancePath+"/preloaded",schemaPath:"#/properties/preloaded/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.preloaded,data:data16};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
const len1 = data16.length;
for(let i1=0; i1<len1; i1++){
let data17 = data16[i1];
if(typeof data17 === "string"){
if(!pattern6.test(data17)){
const err30 = {instancePath:instancePath+"/preloaded/" + i1,schemaPath:"#/properties/preloaded/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema19.properties.preloaded.items,data:data17};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/preloaded/" + i1,schemaPath:"#/properties/preloaded/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.preloaded.items.type,parentSchema:schema19.properties.preloaded.items,data:data17};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath:instancePath+"/preloaded",schemaPath:"#/properties/preloaded/type",keyword:"type",params:{type: "array"},schema:schema19.properties.preloaded.type,parentSchema:schema19.properties.preloaded,data:data16};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.placeholders !== undefined){
let data18 = data.placeholders;
if(Array.isArray(data18)){
if(data18.length > 1000){
const err33 = {instancePath:instancePath+"/placeholders",schemaPath:"#/properties/placeholders/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.placeholders,data:data18};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data18.length < 0){
const err34 = {instancePath:instancePath+"/placeholders",schemaPath:"#/properties/placeholders/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.placeholders,data:data18};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
const len2 = data18.length;
for(let i2=0; i2<len2; i2++){
let data19 = data18[i2];
if(typeof data19 === "string"){
if(!pattern7.test(data19)){
const err35 = {instancePath:instancePath+"/placeholders/" + i2,schemaPath:"#/properties/placeholders/items/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema19.properties.placeholders.items,data:data19};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/placeholders/" + i2,schemaPath:"#/properties/placeholders/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.placeholders.items.type,parentSchema:schema19.properties.placeholders.items,data:data19};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/placeholders",schemaPath:"#/properties/placeholders/type",keyword:"type",params:{type: "array"},schema:schema19.properties.placeholders.type,parentSchema:schema19.properties.placeholders,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.mutableTags !== undefined){
let data20 = data.mutableTags;
if(Array.isArray(data20)){
if(data20.length > 1000){
const err38 = {instancePath:instancePath+"/mutableTags",schemaPath:"#/properties/mutableTags/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.mutableTags,data:data20};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data20.length < 0){
const err39 = {instancePath:instancePath+"/mutableTags",schemaPath:"#/properties/mutableTags/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.mutableTags,data:data20};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
const len3 = data20.length;
for(let i3=0; i3<len3; i3++){
let data21 = data20[i3];
if(typeof data21 === "string"){
if(!pattern6.test(data21)){
const err40 = {instancePath:instancePath+"/mutableTags/" + i3,schemaPath:"#/properties/mutableTags/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema19.properties.mutableTags.items,data:data21};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/mutableTags/" + i3,schemaPath:"#/properties/mutableTags/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.mutableTags.items.type,parentSchema:schema19.properties.mutableTags.items,data:data21};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/mutableTags",schemaPath:"#/properties/mutableTags/type",keyword:"type",params:{type: "array"},schema:schema19.properties.mutableTags.type,parentSchema:schema19.properties.mutableTags,data:data20};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.fix !== undefined){
let data22 = data.fix;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key3 in data22){
if(!(((key3 === "on") || (key3 === "true")) || (key3 === "force"))){
const err43 = {instancePath:instancePath+"/fix",schemaPath:"#/properties/fix/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},schema:false,parentSchema:schema19.properties.fix,data:data22};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data22.on !== undefined){
let data23 = data22.on;
if(!((data23 === "pods") || (data23 === "templates"))){
const err44 = {instancePath:instancePath+"/fix/on",schemaPath:"#/properties/fix/properties/on/enum",keyword:"enum",params:{allowedValues: schema19.properties.fix.properties.on.enum},schema:schema19.properties.fix.properties.on.enum,parentSchema:schema19.properties.fix.properties.on,data:data23};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data22.true !== undefined){
let data24 = data22.true;
if(!((data24 === "pods") || (data24 === "templates"))){
const err45 = {instancePath:instancePath+"/fix/true",schemaPath:"#/properties/fix/properties/true/enum",keyword:"enum",params:{allowedValues: schema19.properties.fix.properties.true.enum},schema:schema19.properties.fix.properties.true.enum,parentSchema:schema19.properties.fix.properties.true,data:data24};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data22.force !== undefined){
let data25 = data22.force;
if(typeof data25 !== "boolean"){
const err46 = {instancePath:instancePath+"/fix/force",schemaPath:"#/properties/fix/properties/force/type",keyword:"type",params:{type: "boolean"},schema:schema19.properties.fix.properties.force.type,parentSchema:schema19.properties.fix.properties.force,data:data25};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath:instancePath+"/fix",schemaPath:"#/properties/fix/type",keyword:"type",params:{type: "object"},schema:schema19.properties.fix.type,parentSchema:schema19.properties.fix,data:data22};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data.warnTo !== undefined){
let data26 = data.warnTo;
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
for(const key4 in data26){
if(!(key4 === "exceptUsers")){
const err48 = {instancePath:instancePath+"/warnTo",schemaPath:"#/properties/warnTo/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},schema:false,parentSchema:schema19.properties.warnTo,data:data26};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data26.exceptUsers !== undefined){
let data27 = data26.exceptUsers;
if(Array.isArray(data27)){
if(data27.length > 1000){
const err49 = {instancePath:instancePath+"/warnTo/exceptUsers",schemaPath:"#/properties/warnTo/properties/exceptUsers/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.warnTo.properties.exceptUsers,data:data27};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data27.length < 0){
const err50 = {instancePath:instancePath+"/warnTo/exceptUsers",schemaPath:"#/properties/warnTo/properties/exceptUsers/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.warnTo.properties.exceptUsers,data:data27};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
const len4 = data27.length;
for(let i4=0; i4<len4; i4++){
let data28 = data27[i4];
if(typeof data28 === "string"){
if(!pattern6.test(data28)){
const err51 = {instancePath:instancePath+"/warnTo/exceptUsers/" + i4,schemaPath:"#/properties/warnTo/properties/exceptUsers/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema19.properties.warnTo.properties.exceptUsers.items,data:data28};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/warnTo/exceptUsers/" + i4,schemaPath:"#/properties/warnTo/properties/exceptUsers/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.warnTo.properties.exceptUsers.items.type,parentSchema:schema19.properties.warnTo.properties.exceptUsers.items,data:data28};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/warnTo/exceptUsers",schemaPath:"#/properties/warnTo/properties/exceptUsers/type",keyword:"type",params:{type: "array"},schema:schema19.properties.warnTo.properties.exceptUsers.type,parentSchema:schema19.properties.warnTo.properties.exceptUsers,data:data27};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
}
else {
const err54 = {instancePath:instancePath+"/warnTo",schemaPath:"#/properties/warnTo/type",keyword:"type",params:{type: "object"},schema:schema19.properties.warnTo.type,parentSchema:schema19.properties.warnTo,data:data26};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data.controllers !== undefined){
let data29 = data.controllers;
if(Array.isArray(data29)){
if(data29.length > 1000){
const err55 = {instancePath:instancePath+"/controllers",schemaPath:"#/properties/controllers/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.controllers,data:data29};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data29.length < 0){
const err56 = {instancePath:instancePath+"/controllers",schemaPath:"#/properties/controllers/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.controllers,data:data29};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
const len5 = data29.length;
for(let i5=0; i5<len5; i5++){
let data30 = data29[i5];
if(typeof data30 === "string"){
if(!pattern6.test(data30)){
const err57 = {instancePath:instancePath+"/controllers/" + i5,schemaPath:"#/properties/controllers/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s]{1,256}$"},schema:"^[^\\s]{1,256}$",parentSchema:schema19.properties.controllers.items,data:data30};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/controllers/" + i5,schemaPath:"#/properties/controllers/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.controllers.items.type,parentSchema:schema19.properties.controllers.items,data:data30};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/controllers",schemaPath:"#/properties/controllers/type",keyword:"type",params:{type: "array"},schema:schema19.properties.controllers.type,parentSchema:schema19.properties.controllers,data:data29};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data.exemptions !== undefined){
let data31 = data.exemptions;
if(Array.isArray(data31)){
if(data31.length > 1000){
const err60 = {instancePath:instancePath+"/exemptions",schemaPath:"#/properties/exemptions/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.exemptions,data:data31};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(data31.length < 0){
const err61 = {instancePath:instancePath+"/exemptions",schemaPath:"#/properties/exemptions/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.exemptions,data:data31};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
const len6 = data31.length;
for(let i6=0; i6<len6; i6++){
let data32 = data31[i6];
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
if(data32.rules === undefined){
const err62 = {instancePath:instancePath+"/exemptions/" + i6,schemaPath:"#/properties/exemptions/items/required",keyword:"required",params:{missingProperty: "rules"},schema:schema19.properties.exemptions.items.required,parentSchema:schema19.properties.exemptions.items,data:data32};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if(data32.reason === undefined){
const err63 = {instancePath:instancePath+"/exemptions/" + i6,schemaPath:"#/properties/exemptions/items/required",keyword:"required",params:{missingProperty: "reason"},schema:schema19.properties.exemptions.items.required,parentSchema:schema19.properties.exemptions.items,data:data32};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
for(const key5 in data32){
if(!((((key5 === "rules") || (key5 === "match")) || (key5 === "reason")) || (key5 === "expires"))){
const err64 = {instancePath:instancePath+"/exemptions/" + i6,schemaPath:"#/properties/exemptions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},schema:false,parentSchema:schema19.properties.exemptions.items,data:data32};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data32.rules !== undefined){
let data33 = data32.rules;
if(Array.isArray(data33)){
if(data33.length > 1000){
const err65 = {instancePath:instancePath+"/exemptions/" + i6+"/rules",schemaPath:"#/properties/exemptions/items/properties/rules/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.exemptions.items.properties.rules,data:data33};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(data33.length < 1){
const err66 = {instancePath:instancePath+"/exemptions/" + i6+"/rules",schemaPath:"#/properties/exemptions/items/properties/rules/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema19.properties.exemptions.items.properties.rules,data:data33};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
const len7 = data33.length;
for(let i7=0; i7<len7; i7++){
let data34 = data33[i7];
if(typeof data34 === "string"){
if(!pattern7.test(data34)){
const err67 = {instancePath:instancePath+"/exemptions/" + i6+"/rules/" + i7,schemaPath:"#/properties/exemptions/items/properties/rules/items/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema19.properties.exemptions.items.properties.rules.items,data:data34};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
else {
const err68 = {instancePath:instancePath+"/exemptions/" + i6+"/rules/" + i7,schemaPath:"#/properties/exemptions/items/properties/rules/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.exemptions.items.properties.rules.items.type,parentSchema:schema19.properties.exemptions.items.properties.rules.items,data:data34};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/exemptions/" + i6+"/rules",schemaPath:"#/properties/exemptions/items/properties/rules/type",keyword:"type",params:{type: "array"},schema:schema19.properties.exemptions.items.properties.rules.type,parentSchema:schema19.properties.exemptions.items.properties.rules,data:data33};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data32.match !== undefined){
if(!(validate55(data32.match, {instancePath:instancePath+"/exemptions/" + i6+"/match",parentData:data32,parentDataProperty:"match",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
}
if(data32.reason !== undefined){
let data36 = data32.reason;
if(typeof data36 === "string"){
if(!pattern7.test(data36)){
const err70 = {instancePath:instancePath+"/exemptions/" + i6+"/reason",schemaPath:"#/properties/exemptions/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema19.properties.exemptions.items.properties.reason,data:data36};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/exemptions/" + i6+"/reason",schemaPath:"#/properties/exemptions/items/properties/reason/type",keyword:"type",params:{type: "string"},schema:schema19.properties.exemptions.items.properties.reason.type,parentSchema:schema19.properties.exemptions.items.properties.reason,data:data36};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data32.expires !== undefined){
let data37 = data32.expires;
if(typeof data37 === "string"){
if(!pattern25.test(data37)){
const err72 = {instancePath:instancePath+"/exemptions/" + i6+"/expires",schemaPath:"#/properties/exemptions/items/properties/expires/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}$"},schema:"^\\d{4}-\\d{2}-\\d{2}$",parentSchema:schema19.properties.exemptions.items.properties.expires,data:data37};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/exemptions/" + i6+"/expires",schemaPath:"#/properties/exemptions/items/properties/expires/type",keyword:"type",params:{type: "string"},schema:schema19.properties.exemptions.items.properties.expires.type,parentSchema:schema19.properties.exemptions.items.properties.expires,data:data37};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/exemptions/" + i6,schemaPath:"#/properties/exemptions/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.exemptions.items.type,parentSchema:schema19.properties.exemptions.items,data:data32};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/exemptions",schemaPath:"#/properties/exemptions/type",keyword:"type",params:{type: "array"},schema:schema19.properties.exemptions.type,parentSchema:schema19.properties.exemptions,data:data31};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data.overrides !== undefined){
let data38 = data.overrides;
if(Array.isArray(data38)){
if(data38.length > 1000){
const err76 = {instancePath:instancePath+"/overrides",schemaPath:"#/properties/overrides/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.overrides,data:data38};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data38.length < 0){
const err77 = {instancePath:instancePath+"/overrides",schemaPath:"#/properties/overrides/minItems",keyword:"minItems",params:{limit: 0},schema:0,parentSchema:schema19.properties.overrides,data:data38};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
const len8 = data38.length;
for(let i8=0; i8<len8; i8++){
let data39 = data38[i8];
if(data39 && typeof data39 == "object" && !Array.isArray(data39)){
if(data39.rules === undefined){
const err78 = {instancePath:instancePath+"/overrides/" + i8,schemaPath:"#/properties/overrides/items/required",keyword:"required",params:{missingProperty: "rules"},schema:schema19.properties.overrides.items.required,parentSchema:schema19.properties.overrides.items,data:data39};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
for(const key6 in data39){
if(!((key6 === "match") || (key6 === "rules"))){
const err79 = {instancePath:instancePath+"/overrides/" + i8,schemaPath:"#/properties/overrides/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},schema:false,parentSchema:schema19.properties.overrides.items,data:data39};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data39.match !== undefined){
if(!(validate55(data39.match, {instancePath:instancePath+"/overrides/" + i8+"/match",parentData:data39,parentDataProperty:"match",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
}
if(data39.rules !== undefined){
if(!(validate53(data39.rules, {instancePath:instancePath+"/overrides/" + i8+"/rules",parentData:data39,parentDataProperty:"rules",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
}
else {
const err80 = {instancePath:instancePath+"/overrides/" + i8,schemaPath:"#/properties/overrides/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.overrides.items.type,parentSchema:schema19.properties.overrides.items,data:data39};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
}
else {
const err81 = {instancePath:instancePath+"/overrides",schemaPath:"#/properties/overrides/type",keyword:"type",params:{type: "array"},schema:schema19.properties.overrides.type,parentSchema:schema19.properties.overrides,data:data38};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data.annotations !== undefined){
let data42 = data.annotations;
if(data42 && typeof data42 == "object" && !Array.isArray(data42)){
for(const key7 in data42){
if(!((key7 === "allow") || (key7 === "requireReason"))){
const err82 = {instancePath:instancePath+"/annotations",schemaPath:"#/properties/annotations/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},schema:false,parentSchema:schema19.properties.annotations,data:data42};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data42.allow !== undefined){
let data43 = data42.allow;
if(typeof data43 !== "boolean"){
const err83 = {instancePath:instancePath+"/annotations/allow",schemaPath:"#/properties/annotations/properties/allow/type",keyword:"type",params:{type: "boolean"},schema:schema19.properties.annotations.properties.allow.type,parentSchema:schema19.properties.annotations.properties.allow,data:data43};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data42.requireReason !== undefined){
let data44 = data42.requireReason;
if(typeof data44 !== "boolean"){
const err84 = {instancePath:instancePath+"/annotations/requireReason",schemaPath:"#/properties/annotations/properties/requireReason/type",keyword:"type",params:{type: "boolean"},schema:schema19.properties.annotations.properties.requireReason.type,parentSchema:schema19.properties.annotations.properties.requireReason,data:data44};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
}
else {
const err85 = {instancePath:instancePath+"/annotations",schemaPath:"#/properties/annotations/type",keyword:"type",params:{type: "object"},schema:schema19.properties.annotations.type,parentSchema:schema19.properties.annotations,data:data42};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

