bot => {
  // A button in a shadow root; the first press makes a frame of our own page. Nothing is stored before, and the site's policies and styles can't break it.
  const script = document.currentScript
  const all = window[Symbol.for('frontdesk')] ??= []
  if (!script || all.some(other => other.token === bot.token) || (bot.sites.length && !bot.sites.includes(location.origin))) return
  const origin = new URL(script.src).origin
  const above = 20 + 72 * all.filter(other => other.side === bot.side).length
  all.push(bot)

  const host = document.createElement('frontdesk-chat')
  const root = host.attachShadow({ mode: 'open' })
  const region = document.createElement('section')
  const button = document.createElement('button')
  let frame, port

  const css = `:host{all:initial!important;position:fixed!important;z-index:2147483000!important;bottom:${above}px!important;${bot.side}:20px!important;display:block!important}
button{all:unset;box-sizing:border-box;display:grid;place-items:center;width:56px;height:56px;border-radius:50%;border:2px solid transparent;background:${bot.color};color:${bot.ink};cursor:pointer;box-shadow:0 2px 12px #0005}
button:focus-visible{outline:3px solid ${bot.color};outline-offset:3px;box-shadow:0 0 0 3px #fff}
path{fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
iframe{position:fixed;bottom:${above + 68}px;${bot.side}:20px;width:min(400px,calc(100vw - 40px));height:min(640px,calc(100vh - ${above + 88}px));border:0;border-radius:16px;background:Canvas;box-shadow:0 4px 32px #0005}
[hidden]{display:none}
@media(max-width:480px),(max-height:480px){iframe{inset:0;width:100%;height:100%;border-radius:0}}
@media(prefers-reduced-motion:no-preference){iframe{animation:in .2s}@keyframes in{from{opacity:0;transform:translateY(8px)}}}
@media print{:host{display:none!important}}`
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    root.append(Object.assign(document.createElement('style'), { textContent: css }))
  }

  const draw = isOpen => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const path = document.createElementNS(svg.namespaceURI, 'path')
    const marks = { viewBox: '0 0 24 24', width: 28, height: 28, 'aria-hidden': true }
    for (const name in marks) svg.setAttribute(name, marks[name])
    path.setAttribute('d', isOpen ? 'M6 9l6 6 6-6' : 'M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z')
    svg.append(path)
    button.replaceChildren(svg)
    button.ariaExpanded = isOpen
    button.ariaLabel = button.title = isOpen ? bot.close : bot.open
  }

  // Only where the browser lets a frame store nothing: else each page of the site would begin a new chat.
  const name = 'frontdesk ' + bot.token
  const keep = session => {
    try {
      if (session === undefined) return sessionStorage.getItem(name) ?? ''
      const isSecret = /^[\w-]{22}$/.test(session)
      isSecret ? sessionStorage.setItem(name, session) : sessionStorage.removeItem(name)
    } catch { return '' }
  }

  const greet = () => {
    const channel = new MessageChannel()
    port = channel.port1
    port.onmessage = ({ data }) => data === 'close' ? toggle(false) : keep(data?.keep)
    frame.contentWindow.postMessage('frontdesk', origin, [channel.port2])
    port.postMessage({ page: location.origin + location.pathname, visitor: script.dataset.visitorToken })
    if (!frame.hidden) port.postMessage('focus')
  }

  const toggle = isOpen => {
    if (isOpen && !frame) {
      frame = document.createElement('iframe')
      frame.title = bot.name
      frame.src = `${origin}/widget/b/${bot.token}/${keep()}`
      frame.onload = greet
      region.append(frame)
    }
    frame.hidden = !isOpen
    draw(isOpen)
    if (!isOpen) return button.focus()
    frame.focus()
    port?.postMessage('focus')
  }

  region.ariaLabel = bot.open
  button.type = 'button'
  button.onclick = () => toggle(!frame || frame.hidden)
  host.onkeydown = ({ key }) => { if (key === 'Escape' && frame && !frame.hidden) toggle(false) }
  draw(false)
  region.append(button)
  root.append(region)
  const start = () => document.documentElement.append(host)
  document.readyState === 'loading' ? addEventListener('DOMContentLoaded', start) : start()
}
