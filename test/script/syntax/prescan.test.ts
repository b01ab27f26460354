import t from 'tap'
import { holdsTemplate } from '../../../src/script/syntax/prescan.ts'

t.test('double braces that a template tool replaces', async (t) => {
  for (const text of [
    'echo {{ .Values.name }} > /data/f',
    'echo "{{NAME}}" > /data/f',
    "sed 's/x/{{ .Values.name }}/' f",
    "sed 's/{{NAME}}/{{ .Values.name }}/' f",
    "sed 's/{{NAME}}|x|' f",
    'ls/{{NAME}}/x',
  ])
    t.equal(holdsTemplate(text), true, text)
})

t.test('double braces that a program of the script replaces', async (t) => {
  for (const text of [
    "sed 's/{{NAME}}/x/' f",
    'sed -i "s|{{ db.host }}|$HOST|g" f',
    "sed -e 's#{{A}}#x#' -e 's#{{B-c}}#y#' f",
    "kubectl get pods -o go-template='{{.status.phase}}'",
    "docker inspect --format '{{.Id}}' x",
  ])
    t.equal(holdsTemplate(text), false, text)
})
