/** `scan` and the webhook agree about some hundred workloads; on-demand/scan-agreement.test.ts has 2,000. */
import t from 'tap'
import { testAgreement } from './support/scan-agreement.ts'

await testAgreement(t, { workloads: 240, namespaces: 6, sample: 60 })
