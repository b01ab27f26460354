/** The pictures in README.md and docs/explain.md: the output of `initlint explain --format svg` for the examples. */
import { readFileSync } from 'node:fs'
import { explainInputs, renderExplainPicture } from '../../src/inspect/index.ts'
import type { Output } from './output.ts'

const root = new URL('../../', import.meta.url)

function picture(path: string, example: string, condition: string): Output {
  return {
    path,
    text: () => {
      const input = { file: null, text: readFileSync(new URL(example, root), 'utf8') }
      const output = explainInputs([input], { namespace: 'default', conditions: [condition] })
      if (output.errors[0] !== undefined) throw new Error(`${path}: ${output.errors[0].message}`)
      return renderExplainPicture(output)
    },
  }
}

export const explainPictures: readonly Output[] = [
  picture('docs/images/registry-down.svg', 'examples/kiada.yaml', 'registry-down=docker.io'),
  picture('docs/images/init-fails-once.svg', 'examples/fetch.yaml', 'init-fails=fetch:1'),
]
