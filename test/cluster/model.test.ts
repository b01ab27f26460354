/** Compares our parser of image references and our default pull policy with the Go code of Kubernetes. */
import { join } from 'node:path'
import t from 'tap'
import { parseImageReference } from '../../src/model/image-reference.ts'
import { defaultPullPolicy } from '../../src/model/pull-policy.ts'
import { run } from './support/processes.ts'
import { binaries } from './support/programs.ts'
import { imageReferences } from './support/references.ts'

/** What programs/defaulting prints for each reference. */
interface Verdict {
  readonly image: string
  readonly pullPolicy: string
  readonly parsed: boolean
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

/** Our result in the format of Kubernetes: ParseImageName sets the tag latest if there is neither a tag nor a digest. */
function ours(image: string): Verdict {
  const reference = parseImageReference(image)
  const pullPolicy = defaultPullPolicy(reference)
  if (!reference.ok) return { image, pullPolicy, parsed: false, repository: '', tag: '', digest: '' }
  const { registry, repository, tag, digest } = reference.value
  return {
    image,
    pullPolicy,
    parsed: true,
    repository: `${registry}/${repository}`,
    tag: tag ?? (digest === null ? 'latest' : ''),
    digest: digest ?? '',
  }
}

async function kubernetes(images: readonly string[]): Promise<readonly Verdict[]> {
  const input = images.map((image) => `${JSON.stringify(image)}\n`).join('')
  const answer = await run(join(binaries, 'defaulting'), [], { input })
  if (answer.code !== 0) throw new Error(answer.stderr)
  return answer.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict)
}

t.test('every image reference is parsed as Kubernetes parses it', async (t) => {
  const images = imageReferences(30_000)
  const theirs = await kubernetes(images)
  t.equal(theirs.length, images.length)
  const differences = theirs.filter((verdict, index) => JSON.stringify(verdict) !== JSON.stringify(ours(images[index] ?? '')))
  t.same(
    differences.slice(0, 10).map((verdict) => ({ theirs: verdict, ours: ours(verdict.image) })),
    [],
    `${differences.length} of ${images.length} differ`,
  )
  // The comparison means little without many cases of each kind.
  t.ok(theirs.filter((verdict) => verdict.parsed).length > 3_000)
  t.ok(theirs.filter((verdict) => !verdict.parsed).length > 3_000)
  t.ok(theirs.filter((verdict) => verdict.pullPolicy === 'Always').length > 1_000)
})
