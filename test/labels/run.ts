/**
 * Measures how well init scripts are judged, on labeled manifests:
 *
 *   node test/labels/run.ts FILE...
 *
 * Each FILE has one label per line (labels.ts, CONTRIBUTING.md). Prints the precision of safe and of unsafe, the share of unsafe scripts that
 * are named, the share that stays unknown, and each script of which something else is said. Names the labels whose container is not in its manifest.
 */
import { readLabels } from './labels.ts'
import { measure } from './measure.ts'
import { reportOf } from './report.ts'

const files = process.argv.slice(2)
if (files.length === 0) {
  process.stderr.write('usage: node test/labels/run.ts FILE...\n')
  process.exitCode = 2
}
for (const [index, file] of files.entries()) {
  process.stdout.write(`${index === 0 ? '' : '\n'}${reportOf(file, measure(readLabels(file)))}`)
}
