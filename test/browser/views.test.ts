/** What the playground shows beside the findings, in a real Chromium. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { browserTimeout, playground } from './support/browser.ts'
import { manyFindings, waitingPod } from './support/manifests.ts'

t.test('views', { timeout: browserTimeout }, async (t) => {
  const { open } = await playground(t)

  await t.test('a finding selects its place and shows the page of its rule', async (t) => {
    const { page, problems, findings, shot } = await open()
    await findings.filter({ hasText: 'init-no-retry' }).locator('.pick').click()
    await page.locator('.rule-page h3', { hasText: 'init-no-retry' }).waitFor()
    t.match(await page.locator('#panel-manifest .cm-activeLine').textContent(), /restartPolicy: Never/)
    await shot('findings')
    t.same(problems, [])
  })

  await t.test('the start under conditions', async (t) => {
    const { page, problems, shot } = await open()
    await page.getByRole('tab', { name: 'Start' }).click()
    await page.locator('.timeline img').first().waitFor()
    await page.locator('summary', { hasText: 'Init container fails' }).click()
    await page.locator('.switch', { hasText: 'init-demo' }).first().getByRole('checkbox').check()
    await page.locator('.timeline .bad', { hasText: 'Init:Error' }).waitFor()
    t.ok(await page.locator('.timeline img').evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth > 0)))
    await shot('start')
    t.same(problems, [])
  })

  await t.test('the rehearsal', async (t) => {
    const { page, problems, shot } = await open()
    await page.getByLabel('Example').selectOption('fetch')
    await page.getByRole('tab', { name: 'Rehearsal' }).click()
    await page.locator('.runs .hazard').first().waitFor()
    await shot('rehearsal')
    t.same(problems, [])
  })

  await t.test('the review', async (t) => {
    const { page, problems, shot } = await open()
    await page.getByRole('tab', { name: 'Review' }).click()
    await page.locator('pre', { hasText: 'Warning: [image-latest]' }).waitFor()
    await shot('review')
    t.same(problems, [])
  })

  await t.test('why: a pasted Pod', async (t) => {
    const { page, problems, shot } = await open()
    await page.getByRole('tab', { name: 'Why' }).click()
    await page.locator('#panel-why pre', { hasText: 'kubectl get pod' }).waitFor()
    await page.locator('#panel-pod .cm-content').click()
    await page.keyboard.insertText(JSON.stringify(waitingPod))
    await page.locator('.diagnosis h2', { hasText: 'ImagePullBackOff' }).waitFor()
    await shot('why')
    t.same(problems, [])
  })

  await t.test('200 findings', async (t) => {
    const { problems, findings, openDocument, shot } = await open()
    await findings.first().waitFor()
    await openDocument(manyFindings(200))
    await findings.nth(199).waitFor()
    await shot('many')
    t.same(problems, [])
  })

  await t.test('2,000 findings: the list is cut, and says so', async (t) => {
    const { page, problems, findings, openDocument } = await open()
    await findings.first().waitFor()
    await openDocument(manyFindings(2000))
    await page.locator('.notice', { hasText: '1500 more findings' }).waitFor()
    t.equal(await findings.count(), 500)
    t.same(problems, [])
  })

  await t.test('an error', async (t) => {
    const { page, problems, findings, openDocument, shot } = await open()
    await findings.first().waitFor()
    await openDocument(`${readFileSync('examples/kiada.yaml', 'utf8')}\n  - a: [\n`)
    await page.locator('.notice.error').waitFor()
    await shot('error')
    t.same(problems, [])
  })

  await t.test('dark', async () => {
    const { page, findings, shot } = await open({ colorScheme: 'dark' })
    await findings.first().locator('.pick').click()
    await shot('dark')
    await page.getByRole('tab', { name: 'Start' }).click()
    await page.locator('.timeline img').first().waitFor()
    await shot('dark-start')
  })

  await t.test('phone', async (t) => {
    const { page, findings, shot } = await open({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
    await findings.first().locator('.pick').click()
    await findings.first().locator('.rule-page h3').waitFor()
    await shot('phone')
    for (const name of ['Start', 'Rehearsal', 'Review']) {
      await page.getByRole('tab', { name }).click()
      await page.locator(`#panel-${name.toLowerCase()} h2`).first().waitFor()
      t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is not wider than the phone`)
      await shot(`phone-${name.toLowerCase()}`)
    }
  })
})
