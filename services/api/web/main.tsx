// Wires the page: what it asks, what it hears, what it keeps, who is at its door; then draws it. The only place where things are made.
import { render } from 'preact'
import { App } from './app/App.tsx'
import { createApi } from './app/api.ts'
import { createBoxState } from './app/box.ts'
import { createLive } from './app/live.ts'
import { createRouter } from './app/router.ts'
import { createSettings } from './app/settings.ts'
import { createChat } from './chat/chat.ts'
import { takeCode } from './door/code.ts'
import { createDoor } from './door/door.ts'
import { createOverlays } from './ui/overlays.ts'

const overlays = createOverlays()
const api = createApi({
  fetch: (input, init) => window.fetch(input, init),
  confirm: overlays.confirm,
  refused: () => void door.ask(),
})
const box = createBoxState(api, window.location)
// A page in the background gets no frames; its answers go on all the same.
const onFrame = (run: () => void): void => {
  if (document.hidden) setTimeout(run, 250)
  else requestAnimationFrame(run)
}
const chat = createChat(api, onFrame)

const live = createLive({
  connect: (query, { message, closed }) => {
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${window.location.host}/hob/v1/live${query}`)
    socket.addEventListener('message', (event) => message(event.data))
    socket.addEventListener('close', ({ code }) => closed(code))
    return socket
  },
  onEvent: (event) => {
    if (!box.take(event)) chat.take(event)
    // the door knows the box's name
    if (event.type === 'box') void door.ask()
  },
  onReset: () => {
    box.refreshAll()
    chat.refreshAll()
  },
  onRefused: () => void door.ask(),
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (run, ms) => window.setTimeout(run, ms),
  clearTimer: (timer) => {
    if (typeof timer === 'number') window.clearTimeout(timer)
  },
})
window.addEventListener('online', live.wake)
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) live.wake()
})

const door = createDoor({
  api,
  storage: window.sessionStorage,
  onIn: () => {
    box.status.want()
    box.installed.want()
    box.refreshAll()
    chat.refreshAll()
    live.open()
  },
  onOut: () => {
    live.close()
    overlays.clear()
  },
  startOver: () => window.location.replace('/'),
})

const app = {
  api,
  box,
  chat,
  door,
  live,
  overlays,
  code: takeCode(window),
  router: createRouter(window),
  settings: createSettings(window.localStorage, navigator.languages),
}

void door.ask()
const root = document.querySelector('#hob')
if (root !== null) render(<App app={app} />, root)
