/** The environment of every container of the image, for processes that stand for one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const dockerfile = join(import.meta.dirname, '../../Dockerfile')

/** What ENV sets in the last stage of the Dockerfile. */
export function imageEnvironment(): Readonly<Record<string, string>> {
  const stage =
    readFileSync(dockerfile, 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? ''
  return Object.fromEntries([...stage.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]))
}
