import { createHash } from 'node:crypto'
import t from 'tap'
import { pageCss, pageCssHash } from '../../src/inspect/explain-html.ts'
import { explainInputs, renderExplainHtml } from '../../src/inspect/index.ts'

const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${JSON.stringify(name)}}
spec: {initContainers: [{name: init, image: "busybox:1.37"}], containers: [{name: app, image: nginx}]}
`

function page(...names: readonly string[]): string {
  const input = { file: 'a<b>.yaml', text: names.map(pod).join('---\n') }
  return renderExplainHtml(explainInputs([input], { namespace: 'default', conditions: ['node-reboots'] }))
}

t.test('the page has a picture for each timeline, also for more than a picture has room for', (t) => {
  const names = Array.from({ length: 15 }, (_, index) => `web-${index}`)
  const html = page(...names)
  t.equal(html.match(/<svg /g)?.length, names.length)
  for (const name of names) t.ok(html.includes(`pod/${name}, `), name)
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  t.equal(new Set(ids).size, ids.length, 'ids are unique')
  for (const [, ids = ''] of html.matchAll(/aria-labelledby="([^"]*)"/g))
    for (const id of ids.split(' ')) t.ok(html.includes(` id="${id}"`))
  for (const [, id] of html.matchAll(/(?:url\(|href=")#([\w-]+)/g)) t.ok(html.includes(` id="${id}"`), `#${id} leads to something`)
  t.end()
})

t.test('each picture is also there as text, for screen readers', (t) => {
  const [, text = ''] = /<details>[\s\S]*?<pre>([\s\S]*?)<\/pre>/.exec(page('web')) ?? []
  t.match(text, /^a&lt;b&gt;\.yaml {2}pod\/web, what if the node reboots: runs\n {2}AFTER +STATUS/)
  t.notMatch(text, '\ufffd')
  t.end()
})

t.test('the content security policy allows the style sheet by its hash and nothing else; the page needs nothing else', (t) => {
  const html = page('web')
  t.equal(pageCssHash, `sha256-${createHash('sha256').update(pageCss).digest('base64')}`)
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  t.same(policy.split('; '), ["default-src 'none'", `style-src '${pageCssHash}'`, "base-uri 'none'", "form-action 'none'"])
  const styles = [...html.matchAll(/<style>([^<]*)<\/style>/g)].map(([, css]) => css)
  t.same(styles, [pageCss])
  t.notMatch(html, / style="/, 'no inline style')
  t.notMatch(html, /<(?:script|link|img|iframe|object|image|use)\b| on\w+=|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg)/)
  t.end()
})

t.test('names from the input are text', (t) => {
  const html = page('</title><script>alert(1)</script>"><b', '\u202eb')
  t.notMatch(html, /<script|<b>|\u202e/)
  t.match(html, '&lt;script&gt;')
  t.match(html, 'a&lt;b&gt;.yaml')
  t.end()
})

t.test('without a workload, the page says so', (t) => {
  t.match(renderExplainHtml({ timelines: [], errors: [] }), '<h1>No workload to explain</h1>')
  t.end()
})
