/** Files with several names. Each result was read from a real run of GNU coreutils 9.1 and BusyBox 1.35. */
import t from 'tap'
import { rehearsal } from '../rehearsal/rehearsing.ts'

const linked = 'echo x > /data/f\nln -f /data/f /data/g\n'

t.test('a write to one name changes the other; a replacement does not', async (t) => {
  for (const [command, text, busyBox = text] of [
    ['echo y > /data/f', 'y'],
    ['echo y >> /data/f', 'x y'],
    ['cp /own/y /data/f', 'y'],
    ['cp -f /own/y /data/f', 'y'],
    ['cp -a /own/y /data/f', 'x', 'y'],
    ['cp --remove-destination /own/y /data/f', 'x'],
    ['install /own/y /data/f', 'x'],
    ['sed -i s/x/y/ /data/f', 'x'],
    ['echo y | tee /data/f', 'y'],
    ['mv /own/y /data/f', 'x'],
    ['rm /data/f; echo y > /data/f', 'x'],
    ['cp /data/f /data/g', 'x'],
    ['cp -u /data/f /data/g', 'x'],
  ] as const) {
    const script = `echo y > /own/y\n${linked}${command}\n[ "$(echo $(cat /data/g))" = `
    t.not(rehearsal(`${script}"${text}" ]`).verdict, 'unknown', `GNU: ${command}`)
    t.not(rehearsal(`${script}"${busyBox}" ]`, 'ash').verdict, 'unknown', `BusyBox: ${command}`)
    t.equal(rehearsal(`${script}"z" ]`).verdict, 'unknown', command)
  }
})

t.test('commands that refuse a file with several names', async (t) => {
  for (const [verdict, command, dialect] of [
    ['unknown', 'set -e; cp /data/f /data/g', 'bash'],
    ['unknown', 'set -e; cp -n /data/f /data/g', 'ash'],
    ['safe', 'set -e; cp -n /data/f /data/g', 'bash'],
    ['unknown', 'set -e; gzip /data/f', 'bash'],
    ['safe', 'set -e; gzip -f /data/f', 'bash'],
    ['unknown', 'set -e; mv /data/f /data/g', 'bash'],
  ] as const)
    t.equal(rehearsal(`${linked}${command}`, dialect).verdict, verdict, command)
})

t.test('a name that was linked and then removed no longer counts', async (t) => {
  t.equal(rehearsal(`${linked}rm /data/g\nset -e\ngzip -f /data/f`).verdict, 'safe')
  t.equal(
    rehearsal(`set -e\n${linked}rm /data/f\necho y > /data/f\nln -f /data/f /data/h\necho z >> /data/h\n[ "$(cat /data/g)" = x ]`).verdict,
    'safe',
  )
})
