/** The arguments of `npm run test:node`. */
import { parseArgs } from 'node:util'

export interface Arguments {
  /** Parts of names of scenarios; none: all. */
  readonly names: readonly string[]
  readonly writeEvidence: boolean
  /** Where to copy the logs of kubelet, containerd and registries to. */
  readonly logs: string | undefined
}

/** Reads them. Throws where one is not known. */
export function readArguments(argv: readonly string[]): Arguments {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { 'write-evidence': { type: 'boolean', default: false }, logs: { type: 'string' } },
  })
  return { names: positionals, writeEvidence: values['write-evidence'], logs: values.logs }
}
