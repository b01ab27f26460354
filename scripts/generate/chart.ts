import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dump, load } from 'js-yaml'
import { at } from '../../src/model/json.ts'
import { policyJsonSchema } from '../../src/policy/schema.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import type { Output } from './output.ts'
import { valuesSchema } from './values-schema.ts'

const manifests = fileURLToPath(new URL('../../manifests/', import.meta.url))
const monitoring = (file: string): string => readFileSync(`${manifests}components/monitoring/${file}`, 'utf8')

/** Copies of files outside of the chart, which Helm cannot read, and the schema of its values. */
export const chartFiles: readonly Output[] = [
  {
    path: 'manifests/chart/values.schema.json',
    text: () => `${JSON.stringify(valuesSchema(policyJsonSchema(defaultRegistry())), null, 2)}\n`,
  },
  { path: 'manifests/chart/files/dashboard.json', text: () => monitoring('dashboard.json') },
  {
    path: 'manifests/chart/files/alerts.yaml',
    text: () => {
      const rules = dump(at(load(monitoring('prometheus-rule.yaml')), 'spec'), { lineWidth: -1 })
      return `# Generated from manifests/components/monitoring/prometheus-rule.yaml by \`npm run generate\`.\n${rules}`
    },
  },
]
