import t from 'tap'
import { parseImageReference } from '../../src/model/image-reference.ts'
import { comparedHost, comparedName, otherName } from '../../src/model/registry-host.ts'

function reference(text: string) {
  const parsed = parseImageReference(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

t.test('spellings of one host have the same compared form', async (t) => {
  const forms: readonly [host: string, compared: string][] = [
    ['docker.io', 'docker.io'],
    ['DOCKER.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['Index.Docker.io:0443', 'docker.io'],
    ['reg.example:443', 'reg.example'],
    ['reg.example:000443', 'reg.example'],
    ['reg.example:05000', 'reg.example:5000'],
    ['reg.example:80', 'reg.example:80'],
    ['reg.example:0', 'reg.example:0'],
    ['reg.example:00', 'reg.example:0'],
    ['reg.example:1443', 'reg.example:1443'],
    ['LOCALHOST:5000', 'localhost:5000'],
    ['[::1]', '[::1]'],
    ['[::1]:443', '[::1]'],
    ['[0:0::0001]:05000', '[::1]:5000'],
    ['[2001:DB8::A]:5000', '[2001:db8::a]:5000'],
    ['[:::::]', '[:::::]'],
    ['*.Example:443', '*.example'],
    ['[::443', '[::443'],
    ['', ''],
  ]
  for (const [host, compared] of forms) {
    t.equal(comparedHost(host), compared, host)
    t.equal(comparedHost(compared), compared, `${compared} is its own form`)
  }
})

t.test('hosts of Docker Hub and addresses have another name', async (t) => {
  const names: readonly [image: string, name: string, other: string | undefined][] = [
    ['nginx', 'docker.io/library/nginx', undefined],
    ['index.docker.io/nginx', 'docker.io/library/nginx', undefined],
    ['DOCKER.IO/nginx', 'docker.io/nginx', 'docker.io/library/nginx'],
    ['docker.io:443/nginx', 'docker.io/nginx', 'docker.io/library/nginx'],
    ['INDEX.docker.io/luksa/kiada', 'docker.io/luksa/kiada', undefined],
    ['registry-1.docker.io/library/nginx', 'registry-1.docker.io/library/nginx', 'docker.io/library/nginx'],
    ['registry.hub.docker.com/nginx', 'registry.hub.docker.com/nginx', 'docker.io/library/nginx'],
    ['docker.io:5000/nginx', 'docker.io:5000/nginx', undefined],
    ['127.0.0.1:5000/x', '127.0.0.1:5000/x', undefined],
    ['127.1:5000/x', '127.1:5000/x', '127.0.0.1:5000/x'],
    ['0x7f.0.0.1/x', '0x7f.0.0.1/x', '127.0.0.1/x'],
    ['2130706433:5000/x', '2130706433:5000/x', '127.0.0.1:5000/x'],
    ['[::ffff:7f00:1]:5000/x', '[::ffff:7f00:1]:5000/x', '127.0.0.1:5000/x'],
    ['[0::ffff:127:1]/x', '[::ffff:127:1]/x', '1.39.0.1/x'],
    ['[::1]:5000/x', '[::1]:5000/x', undefined],
    ['1.2.3.4.example/x', '1.2.3.4.example/x', undefined],
    ['999.1:5000/x', '999.1:5000/x', undefined],
  ]
  for (const [image, name, other] of names) {
    t.equal(comparedName(reference(image)), name, image)
    t.equal(otherName(reference(image)), other, image)
  }
})
