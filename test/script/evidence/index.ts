/** What each documented form rests on: an example that the oracle really runs, the exit statuses of the real tool, or its documentation. */
import { clusterFacts, type ServiceFact, serviceFacts } from '../../support/service-facts.ts'
import { allExamples } from '../examples/index.ts'
import { databaseSources } from './databases.ts'
import { programSources } from './programs.ts'
import type { Source } from './source.ts'

export const sources: readonly Source[] = [...databaseSources, ...programSources]

/** Forms whose exit statuses are facts about the real tools (test/support/service-facts.ts), and the command of one of these. */
export const formsOfFacts: ReadonlyMap<string, string> = new Map([
  ['kubectl apply, patch, scale, label --overwrite', 'kubectl label --overwrite configmap x a=b'],
  ['kubectl label, annotate', 'kubectl label configmap x a=b'],
  ['kubectl delete', 'kubectl delete configmap x'],
  ['kubectl get, wait, rollout status', 'kubectl get configmap x'],
  ['helm install NAME CHART', 'helm install a chart'],
  ['helm upgrade --install NAME CHART', 'helm upgrade --install a chart'],
  ['helm uninstall NAME', 'helm uninstall a'],
  ['s5cmd rb s3://BUCKET', 's5cmd rb s3://b'],
  ['s5cmd mv SOURCE TARGET', 's5cmd mv s3://b/x /d/x'],
  ['rabbitmqctl add_user USER', 'rabbitmqctl add_user app pw'],
  ['rabbitmqctl delete_user, delete_vhost', 'rabbitmqctl delete_user app'],
  ['kafka-topics --create --topic T', 'kafka-topics.sh --bootstrap-server k:9092 --create --topic t'],
  ['vault secrets enable, auth enable', 'vault secrets enable -path=kv kv-v2'],
  ['consul acl bootstrap', 'consul acl bootstrap'],
  ['etcdctl mkdir, user add, role add', 'etcdctl user add app:pw'],
])

/** The fact that a form rests on. */
export function factOf(form: string): ServiceFact | undefined {
  const command = formsOfFacts.get(form)
  // Of several, the last one: it starts from what the form is about (`a` has another value).
  return [...clusterFacts, ...serviceFacts].findLast((fact) => fact.command === command)
}

/** How many examples each form has. */
export const examplesByForm: ReadonlyMap<string, number> = allExamples.reduce(
  (counts, { form }) => counts.set(form, (counts.get(form) ?? 0) + 1),
  new Map<string, number>(),
)
