/** `scan` and the webhook agree about a sample of 2,000 workloads with their ReplicaSets and Pods in 50 namespaces. */
import t from 'tap'
import { testAgreement } from '../support/scan-agreement.ts'

await testAgreement(t, { workloads: 2000, namespaces: 50, sample: 200 })
