/** What the clients of S3 have in common. */
import { keyOf, type Value } from '../../value/value.ts'
import type { Call } from '../command.ts'
import type { ServiceFacts } from '../kit/facts.ts'

export function isInS3(place: Value): boolean {
  return keyOf(place).startsWith('s3://')
}

/** Creating a bucket that one already owns fails, except in us-east-1, and scripts rarely show the region. @returns the exit status */
export function makeBucket({ machine }: Call, facts: ServiceFacts, bucket: string): number {
  if (facts.create(bucket)) return 0
  return machine.world.decide('whether the region is us-east-1') === 1 ? 0 : 1
}
