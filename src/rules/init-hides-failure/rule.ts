import { defineRule } from '../../lint/rule.ts'
import { placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A download or clone whose failure does not reach the exit status, so that the app starts without it. */
export const rule = defineRule({
  meta: {
    id: 'init-hides-failure',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['command'],
    since: '0.1.0',
    summary: 'If a download or clone of an init script fails, the script still exits with status 0, and the app starts without the files.',
    rationale:
      'Kubernetes retries an init container only if it exits with another status than 0. Without `set -e`, with `|| true`, or in a pipe, a failed download does not end the script; `curl` without `-f` stores the error page of the server as if it were the file.',
    remediation: 'Let the script exit with the status of the download: `set -e`, `curl -f`, a temporary file instead of a pipe.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://curl.se/docs/manpage.html#-f',
    ],
    messages: {
      failure:
        '{{at}}if `{{command}}` fails, the script still exits with status 0, so the app starts without the files; let it exit with that status',
      httpError:
        '{{at}}if the server answers with an error, `{{command}}` stores it as the file and the script exits with status 0; add -f',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(_workload, _options, context) {
    for (const init of context.scripts.analyzed()) {
      const { container: subject, pointer } = init
      for (const { line, program, kind } of init.hidden) {
        yield { messageId: kind, subject, pointer, series: subject.pointer, data: { ...placeOf(init, line), command: program } }
      }
    }
  },
})
