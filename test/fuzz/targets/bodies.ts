/** Bodies of reviews: raw bytes to an answer, as the route of the webhook reads them. */

import jsonPatch from 'fast-json-patch'
import type { FastifyRequest } from 'fastify'
import { type Answer, answerOversize, answerReview, type Endpoint } from '../../../src/admission/index.ts'
import { readReviewBody } from '../../../src/server/routes/review-body.ts'
import { portsOf } from '../../support/reviews.ts'
import { cleanPrototypes, fail, printable, type Target, twice } from './target.ts'

const ports = portsOf(`preset: strict
rules: {pull-always-fragile-registry: fix, pull-policy-stale: fix, registry-not-allowed: deny}
registries: [{match: "docker.io/**", fragile: true, allowed: true}, {match: "registry.example/**", allowed: true}]
mutableTags: [stable]
fix: {on: templates, force: true}`)

/** An image that the policy denies in a Pod, wherever it stands. */
const forbidden = 'evil.example/x:1'

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON, read by key as by the API server.
type Json = any

/** Whether the body asks to create a Pod that runs the forbidden image: read naively, without the code under test. */
function createsForbidden(body: Json): boolean {
  const { request } = body
  const { object } = request
  if (request.operation !== 'CREATE' || (request.subResource ?? '') !== '' || request.userInfo?.username !== 'jane') return false
  if (object?.kind !== 'Pod' || object.apiVersion !== 'v1' || typeof object.spec !== 'object' || object.spec === null) return false
  return ['containers', 'initContainers', 'ephemeralContainers'].some((list) => {
    const items = Object.hasOwn(object.spec, list) ? object.spec[list] : undefined
    return (
      Array.isArray(items) &&
      items.some((item) => item !== null && typeof item === 'object' && Object.hasOwn(item, 'image') && item.image === forbidden)
    )
  })
}

function checkAnswer(endpoint: Endpoint, body: Json, answer: Answer): void {
  if (!answer.ok) {
    printable('the reason of a 400', String((answer.status as Json).message))
    return
  }
  if (answer.record.faults.length > 0) fail(`a rule failed: ${String(answer.record.faults[0]?.error)} in ${answer.record.faults[0]?.rule}`)
  const { response } = JSON.parse(JSON.stringify(answer.review))
  if (response.uid !== body.request.uid) fail(`the uid is ${response.uid}`)
  if (typeof response.allowed !== 'boolean') fail('no verdict')
  const warnings: string[] = response.warnings ?? []
  // The limits of src/README.md and of the API server (apiserver pkg/endpoints/filters/warning.go).
  if (warnings.length > 10 || warnings.join('').length > 2000)
    fail(`${warnings.length} warnings with ${warnings.join('').length} characters`)
  for (const warning of warnings) {
    if (warning.length > 200 || warning === '') fail(`a warning with ${warning.length} characters`)
    printable('a warning', warning)
    if (warning.includes('\n')) fail('a warning with two lines')
  }
  if (!response.allowed) printable('a denial', response.status.message)
  if (!response.allowed && response.status.code !== 403) fail(`a denial with code ${response.status.code}`)
  if (endpoint === 'validate' && 'patch' in response) fail('a patch from /validate')
  if ('patch' in response) checkPatch(body.request.object, response.patch)
  if (endpoint === 'validate' && response.allowed && createsForbidden(body)) fail('the forbidden image is allowed')
}

/** The patch applies to the object and changes nothing but pull policies. */
function checkPatch(object: Json, patch: string): void {
  const operations = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'))
  if (!operations.every(({ path }: { path: string }) => /\/(imagePullPolicy|pullPolicy)$/.test(path)))
    fail(`a patch of ${JSON.stringify(operations)}`)
  jsonPatch.applyPatch(structuredClone(object), operations, true)
}

export const bodies: Target = {
  name: 'bodies',
  maxLength: 8 * 1024,
  dictionary: [
    ...['{', '}', '[', ']', ',', ':', '"', '{}', '[]', 'null', 'true', '0', '1e999', '-0', '""', '"\\ud800"', '"\\u0000"', '"\\u202e"'],
    ...['"__proto__":', '"constructor":', '"prototype":', '"toString":', '"length":', '"hasOwnProperty":', '"kind":', '"apiVersion":'],
    ...[
      '"request":',
      '"uid":',
      '"operation":',
      '"object":',
      '"oldObject":',
      '"subResource":',
      '"namespace":',
      '"userInfo":',
      '"username":',
    ],
    ...[
      '"metadata":',
      '"name":',
      '"generateName":',
      '"annotations":',
      '"labels":',
      '"ownerReferences":',
      '"managedFields":',
      '"fieldsV1":',
    ],
    ...[
      '"f:spec":',
      '"f:containers":',
      '"k:{\\"name\\":\\"web\\"}":',
      '"f:imagePullPolicy":',
      '"controller":true',
      '"spec":',
      '"template":',
    ],
    ...['"jobTemplate":', '"containers":', '"initContainers":', '"ephemeralContainers":', '"volumes":', '"image":', '"reference":'],
    ...[
      '"imagePullPolicy":',
      '"pullPolicy":',
      '"restartPolicy":',
      '"command":',
      '"args":',
      '"env":',
      '"value":',
      '"resources":',
      '"requests":',
    ],
    ...[
      '"Pod"',
      '"Deployment"',
      '"Job"',
      '"CronJob"',
      '"ReplicaSet"',
      '"v1"',
      '"apps/v1"',
      '"batch/v1"',
      '"CREATE"',
      '"UPDATE"',
      '"DELETE"',
    ],
    ...['"Always"', '"IfNotPresent"', '"Never"', '"OnFailure"', '"nginx"', '"nginx:latest"', '"nginx:stable"', `"${forbidden}"`, '"jane"'],
    ...['"system:serviceaccount:kube-system:replicaset-controller"', '"status"', '"ephemeralcontainers"', '"initlint.dev/ignore":'],
    ...[
      '"kubectl.kubernetes.io/last-applied-configuration":',
      '"kubernetes.io/config.mirror":',
      '"helm.sh/hook":',
      '["sh","-c","echo a >> /d/f"]',
    ],
  ],
  check(input) {
    const read = readReviewBody({ headers: {} } as FastifyRequest, { kind: 'whole', bytes: input })
    if (read.kind === 'unreadable') return printable('the reason of a 400', read.message)
    if (read.kind !== 'value') fail(`a short body is ${read.kind}`)
    for (const endpoint of ['validate', 'mutate'] as const) {
      const answer = twice(endpoint, () => answerReview(endpoint, read.value, ports))
      checkAnswer(endpoint, read.value, answer)
    }
    twice('answerOversize', () => answerOversize(input.toString('utf8'), ports))
    cleanPrototypes()
  },
}
