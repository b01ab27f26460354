/** Idle connections with the limits that are shipped: four times as many as the webhook port allows, forty times as many as the ops port. */
import t from 'tap'
import { floodWithIdleClients } from '../support/flood.ts'

for (const [title, addresses] of [
  ['from many addresses', 250],
  ['from one address', 1],
  ['from the address of the ordinary client (source NAT)', 0],
] as const) {
  t.test(`4,000 idle connections to each port ${title}: probes and reviews are answered`, async (t) => {
    await floodWithIdleClients(t, { addresses, clients: 4000 })
  })
}
