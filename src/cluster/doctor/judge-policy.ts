import type { DoctorFacts, Installation, PolicyFacts } from './facts.ts'
import { error, type Finding, judgeSeen, ok, warning } from './finding.ts'
import { restore } from './remedies.ts'

/** Derives the findings about the policy. */
export function judgePolicy({ policy, installation }: DoctorFacts): readonly Finding[] {
  const { namespace, policy: name } = installation
  const where = `ConfigMap ${namespace}/${name}`
  const message = `There is no ${where}, so initlint neither warns nor denies.`
  return judgeSeen(policy, 'policy', where, [error('policy', where, message, restore(installation))], (found) => [
    judgeState(found, where, installation),
    ...judgeKeys(found, where, installation),
  ])
}

function judgeState({ id, errors, warnings, lastGood }: PolicyFacts, where: string, installation: Installation): Finding {
  const edit = `kubectl edit configmap ${installation.policy} -n ${installation.namespace}`
  if (errors.length > 0) {
    const instead = lastGood === undefined ? 'audit-only' : `the last good one (${lastGood})`
    return error(
      'policy',
      where,
      `The policy is invalid, so ${instead} is in force: ${errors.join('; ')}`,
      `Correct it where it comes from, or with ${edit}.`,
    )
  }
  if (lastGood !== id) {
    return warning(
      'policy',
      where,
      `No replica uses the policy ${id} yet.`,
      `Wait a second; if that does not help, run kubectl logs -n ${installation.namespace} deployment/${installation.name}.`,
    )
  }
  if (warnings.length > 0) {
    return warning(
      'policy',
      where,
      `The policy ${id} is in force, with warnings: ${warnings.join('; ')}`,
      `Correct what is unintended: ${edit}.`,
    )
  }
  return ok('policy', `The policy ${id} is in force.`)
}

function judgeKeys({ missingKeys }: PolicyFacts, where: string, { namespace, policy, origin }: Installation): readonly Finding[] {
  if (missingKeys.length === 0) return []
  const keys = missingKeys.join(', ')
  const again =
    origin.tool === 'helm'
      ? 'The chart writes only 10-base.yaml: put their content into the value `policy`, or add the keys to the ConfigMap again.'
      : 'Add them to the ConfigMap again, from the source of the policy.'
  const confirm = `kubectl patch configmap ${policy}-status -n ${namespace} --type=merge -p '{"data":{"keys":null}}'`
  return [
    warning(
      'policy-keys',
      `${where} data`,
      `The policy no longer has ${keys}, which an accepted policy had: its settings are lost, although the rest is valid.`,
      `${again} If they were removed on purpose, run ${confirm}`,
    ),
  ]
}
