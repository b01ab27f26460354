/** What a reader does in the playground, in a real Chromium: fixes, the policy, links, and the keyboard. */
import axe from 'axe-core'
import t from 'tap'
import { until } from '../support/waiting.ts'
import { browserTimeout, type Opened, playground } from './support/browser.ts'

/** `Always` for an image with a tag that does not move: the strict preset reports it, and IfNotPresent is the fix. */
const fixable = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
    - name: fetch
      image: alpine/git:2.49.1
      command: [sh, -ec]
      args:
        - |
          git clone https://git.example/shop.git /src/shop
      volumeMounts: [{name: src, mountPath: /src}]
  containers:
    - name: web
      image: registry.example/web:1.0
      volumeMounts: [{name: src, mountPath: /src}]
  volumes: [{name: src, emptyDir: {}}]
`

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n'

/** The serious findings of axe-core on the page as it is. */
async function seriousFindings({ page }: Opened): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } }).axe.run())
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

t.test('actions', { timeout: browserTimeout }, async (t) => {
  const { url, open } = await playground(t)

  await t.test('a click applies a tried fix, and undo takes it back', async (t) => {
    const opened = await open()
    const { page, problems, findings, openDocument, text } = opened
    await findings.first().waitFor()
    await openDocument(fixable)
    const finding = findings.filter({ hasText: 'init-not-idempotent' })
    await finding.getByRole('button', { name: 'Apply the fix' }).click()
    await finding.waitFor({ state: 'detached' })
    t.match(await text(), /^ +rm -rf \/src\/shop && git clone/m)
    await page.locator('#panel-manifest .cm-content').focus()
    await page.keyboard.press('Control+Z')
    t.equal(await text(), fixable)
    t.same(problems, [])
  })

  await t.test('the same fix in the editor, with the keyboard', async (t) => {
    const { page, problems, findings, openDocument, text } = await open()
    await findings.first().waitFor()
    await openDocument(fixable)
    await findings.filter({ hasText: 'init-not-idempotent' }).waitFor()
    await page.locator('#panel-manifest .cm-content').focus()
    await page.keyboard.press('Control+Shift+M')
    await page.locator('.cm-panel-lint [aria-selected=true]').waitFor()
    await page.locator('.cm-panel-lint').getByRole('button', { name: 'Apply the fix' }).first().click()
    await findings.filter({ hasText: 'init-not-idempotent' }).waitFor({ state: 'detached' })
    t.match(await text(), /rm -rf \/src\/shop/)
    t.same(problems, [])
  })

  await t.test('the policy decides, and its problems are marked in its tab', async (t) => {
    const { page, problems, findings, openDocument } = await open()
    await findings.first().waitFor()
    await openDocument(
      '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx"}]}}',
      'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: strict\n',
    )
    await page.locator('.finding.error', { hasText: 'image-latest' }).waitFor()
    await openDocument('{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx"}]}}', 'preset: lax\n')
    await page.locator('.notice.error', { hasText: 'The policy has errors' }).waitFor()
    await page.getByRole('tab', { name: 'Policy' }).click()
    t.ok((await page.locator('#panel-policy .cm-lint-marker-error').count()) > 0)
    t.same(problems, [])
  })

  await t.test('a link opens the same document in another window, and stays on this machine', async (t) => {
    const { page, problems, findings, openDocument } = await open()
    await findings.first().waitFor()
    await openDocument(fixable)
    await page.getByRole('button', { name: 'Share a link' }).click()
    const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
    t.ok(link.startsWith(`${url}#1.`))
    const other = await open({ fragment: new URL(link).hash })
    await other.findings.filter({ hasText: 'init-not-idempotent' }).waitFor()
    t.equal(await other.text(), fixable, 'nothing is fixed without a click')
    t.notOk(other.requests.some((request) => request.includes(new URL(link).hash.slice(3, 40)) && !request.includes('#')))
    t.same([...problems, ...other.problems], [])
  })

  await t.test('sharing what may be secret asks first', async (t) => {
    const { page, problems, findings, openDocument } = await open()
    await findings.first().waitFor()
    await openDocument(secret)
    await until('the Secret is in the editor', async () =>
      (await page.locator('#panel-manifest .cm-content').textContent())?.includes('hunter2'),
    )
    await page.getByRole('button', { name: 'Share a link' }).click()
    await page.locator('dialog li', { hasText: 'the Secret "db"' }).waitFor()
    t.equal(await page.getByRole('textbox', { name: 'Link' }).count(), 0)
    await page.getByRole('button', { name: 'Cancel' }).click()
    t.equal(await page.locator('dialog[open]').count(), 0)
    await page.getByRole('button', { name: 'Share a link' }).click()
    await page.getByRole('button', { name: 'Make the link anyway' }).click()
    t.match(await page.getByRole('textbox', { name: 'Link' }).inputValue(), /#1\./)
    t.same(problems, [])
  })

  await t.test('hostile links and documents are shown as text', async (t) => {
    const { page, problems, findings, openDocument } = await open({ fragment: '#1.%%%<img src=x onerror=alert(1)>' })
    await page.getByRole('status').filter({ hasText: 'The link cannot be opened' }).waitFor()
    await findings.filter({ hasText: 'image-latest' }).waitFor()
    const html = '<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>'
    await openDocument(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: html },
        spec: {
          initContainers: [{ name: html, image: html, command: ['sh', '-c', `echo '${html}' >> /work/a`] }],
          containers: [{ name: `b${html}`, image: `nginx${html}` }],
        },
      }),
      `preset: "${html}"\n`,
    )
    await findings.filter({ hasText: '<script>' }).first().waitFor()
    for (const name of ['Start', 'Rehearsal', 'Review', 'Findings']) {
      await page.getByRole('tab', { name }).click()
      await until(`the tab ${name}`, async () =>
        ((await page.locator(`#panel-${name.toLowerCase()}`).textContent()) ?? '').includes('onerror'),
      )
    }
    t.equal(await page.locator('script:not([src]), img[onerror], svg[onload]').count(), 0)
    t.same(problems, [])
  })

  await t.test('the keyboard alone reaches the findings and the tabs, and is never trapped in the editor', async (t) => {
    const { page, problems, findings } = await open()
    await findings.first().waitFor()
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.id || document.activeElement?.className)
    await page.locator('#tab-manifest').focus()
    await page.keyboard.press('Tab')
    t.equal(await focused(), 'editor')
    await page.keyboard.press('Tab')
    await until('the focus leaves the editor', async () => (await focused()) !== 'editor')
    await page.locator('#tab-findings').focus()
    await page.keyboard.press('ArrowRight')
    t.equal(await focused(), 'tab-start')
    await page.locator('.timeline img').first().waitFor()
    await page.keyboard.press('Home')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('.rule-page h3').waitFor()
    t.same(problems, [])
  })

  await t.test('axe-core has no serious findings in any view, light, dark and on a phone', async (t) => {
    for (const options of [{}, { colorScheme: 'dark' }, { viewport: { width: 390, height: 844 }, isMobile: true }] as const) {
      const opened = await open(options)
      const { page, findings, openDocument } = opened
      await findings.first().waitFor()
      await openDocument(fixable, 'preset: lax\n')
      await findings.filter({ hasText: 'init-not-idempotent' }).locator('.pick').click()
      await page.locator('.rule-page h3').waitFor()
      t.same(await seriousFindings(opened), [], `findings ${JSON.stringify(options)}`)
      // The others differ from the light, wide page in nothing that Start does not show.
      for (const name of Object.keys(options).length === 0 ? ['Start', 'Rehearsal', 'Review'] : ['Start']) {
        await page.getByRole('tab', { name }).click()
        await page.locator(`#panel-${name.toLowerCase()} h2`).first().waitFor()
        for (const summary of await page.locator(`#panel-${name.toLowerCase()} summary`).all()) await summary.click()
        t.same(await seriousFindings(opened), [], `${name} ${JSON.stringify(options)}`)
      }
      await page.getByRole('tab', { name: 'Policy' }).click()
      await page.getByRole('button', { name: 'Share a link' }).click()
      await page.getByRole('textbox', { name: 'Link' }).waitFor()
      t.same(await seriousFindings(opened), [], `dialog ${JSON.stringify(options)}`)
    }
  })
})
