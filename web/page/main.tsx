import { render } from 'preact'
import { App } from './app.tsx'
import { EngineClient } from './engine-client.ts'

const root = document.getElementById('page')
if (root !== null) {
  const engine = new EngineClient()
  engine.warmUp()
  render(<App engine={engine} />, root)
}
