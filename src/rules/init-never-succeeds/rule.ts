import { defineRule } from '../../lint/rule.ts'
import type { AnalyzedInit, Failing } from '../../script/index.ts'
import { placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A plain init container that fails in every run, the first one included, so that no later container starts. */
export const rule = defineRule({
  meta: {
    id: 'init-never-succeeds',
    category: 'init',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['what', 'path'],
    since: '0.1.0',
    summary: 'An init container fails in every run, the first one included, so the containers after it never start.',
    rationale:
      'An init container must exit with status 0 before the next container starts. If its command cannot run, or its script fails whatever it finds, each retry fails in the same way, so the pod stays in Init:CrashLoopBackOff. Typical causes are a command that is split into words in the wrong way, a script that does not parse, and a write that the container is not allowed to make.',
    remediation: 'Change the command or the script so that the first run exits with status 0.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    ],
    messages: {
      command: '{{at}}`{{what}}` fails in every run, so the script exits with status {{status}} and no later container starts',
      emptyClaim:
        '{{at}}`{{what}}` fails as long as the volume is empty, and the script exits with status {{status}}; handle an empty volume',
      readOnly: '{{at}}`{{what}}` fails in every run: {{path}} is read-only; write to another volume',
      owner:
        '{{at}}`{{what}}` fails in every run: without CAP_CHOWN, a user cannot give {{path}} to another one; use fsGroup, or run it as root',
      pipefail: '{{at}}the sh of the image is dash, which exits with status {{status}} at `set -o pipefail`; run the script with bash',
      unread: 'no shell reads the command, so `{{what}}` gets "{{path}}" as it is written and fails in every run; use sh -c',
      unset:
        '{{at}}`{{what}}` fails in every run: no env of the container sets {{path}}, so Kubernetes leaves it as it is written; add it to env',
      setLater: '{{at}}`{{what}}` fails in every run: {{path}} is set by a later entry of env, so Kubernetes leaves it; move that entry up',
      syntax: '{{at}}the shell cannot parse the script ({{what}}), so it exits with status {{status}} in every run',
      carriageReturn: 'its lines end with carriage returns, so the shell fails in every run; convert them to line feeds',
      oneWord: '"{{what}}" is one word, so no such program is found; make each argument an item of its own, or use sh -c',
      brackets: '"{{what}}" contains the bracket of a list, so no such program is found; write the list without quotes',
      quoted: 'no shell removes the quotes in {{what}}, so no such program is found; write the name without them',
      quotedCommand: '{{at}}in quotes, the whole command `{{path}}` is the name of one program, which does not exist; remove the quotes',
      unsetProgram: 'no env of the container sets the variable in "{{what}}", so no such program is found; add it to env',
      option: 'there is no program before the option "{{what}}", so the container cannot start; put it first in command',
      noShell: 'the image has no {{what}}, so the container cannot start; use a shell that it has, or another image',
      notExecutable: '{{what}} is not executable, so the container cannot start; run it with sh, or set defaultMode: 0755',
      scriptAsFile: 'without -c, the shell takes "{{what}}" as the name of a file and fails in every run; add -c before it',
      gluedOption: '"{{what}}" is one word, so the shell finds an unknown option in it; make -c an item of its own',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(_workload, _options, context) {
    for (const init of context.scripts.analyzed()) {
      const { container: subject, pointer, ending } = init
      if (ending.kind !== 'fails') continue
      const { cause, isOnEmptyClaim } = ending
      yield { messageId: isOnEmptyClaim ? 'emptyClaim' : cause, subject, pointer, data: dataOf(ending, init), milder: isOnEmptyClaim }
    }
  },
})

function dataOf({ line, what, path, status }: Failing, init: AnalyzedInit): Readonly<Record<string, string | number>> {
  return { ...(line === null ? { at: '' } : placeOf(init, line)), what, path: path || '/', status }
}
