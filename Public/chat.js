// The chat page. app.js streams the answers; here a message is shown before the server has it, a chat is found again, and the
// launcher around the frame is talked to.
{
  const { address } = document.body.dataset
  let { session } = document.body.dataset
  const [secret] = session.split('.') // behind it, a signed visitor's pass
  const form = byId('composer'), field = byId('message'), log = byId('log')
  const name = 'frontdesk ' + address
  const secondsToSend = 20, secondsToUpload = 90
  const files = byId('files') // only where one is signed in
  let host, hostPage = '', visitorToken = ''

  // Where the browser lets a frame store nothing, the launcher keeps the chat while its tab is open.
  const stored = () => { try { return localStorage.getItem(name) } catch {} }
  function store(value) {
    try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name) } catch { host?.postMessage({ keep: value }) }
  }
  const isBegun = location.pathname.includes(secret)
  if (!isBegun && document.body.dataset.isNew === 'true' && stored()) location.replace(`${address}/${encodeURIComponent(stored())}`)
  document.querySelector('[data-new-chat]').addEventListener('click', () => store(''))

  function keep() {
    if ('isPersonal' in document.body.dataset) return
    if (stored() !== secret) store(secret)
    if (!location.pathname.includes(session)) history.replaceState(null, '', `${address}/${session}`)
  }

  // Who is signed gets a page whose links and streams show that: none of them could bring the token along.
  async function enter() {
    const body = new URLSearchParams({ session_id: session, visitor_token: visitorToken })
    const response = await fetch(address + '/visitor', { method: 'POST', body, headers: { Accept: 'application/json' } }).catch(() => {})
    if (!response?.ok) return
    session = (await response.json()).session
    if (document.body.dataset.isNew !== 'true') return location.replace(`${address}/${session}`)
    const all = [document, byId('feed')?.content].flatMap(root => root ? [...root.querySelectorAll('*')] : [])
    for (const element of all) for (const { name, value } of [...element.attributes])
      if (value.includes(secret) && !value.includes(session)) element.setAttribute(name, value.replaceAll(secret, session))
    htmx.process(document.body)
  }

  // One after the other, so that they arrive in the order in which they were written.
  let last = Promise.resolve()
  const queue = (bubble, ...message) => { last = last.then(() => send(bubble, ...message)) }

  form.addEventListener('submit', event => {
    event.preventDefault()
    const text = field.value.trim(), chosen = [...files?.files ?? []]
    byId('notice').replaceChildren()
    if (!text) return field.focus()
    form.reset()
    showChosen()
    field.value = ''
    field.focus()
    const once = crypto.getRandomValues(new Uint32Array(4)).join('-') // sent again, it counts once
    queue(show(text, chosen, once), text, chosen, once)
  })

  function showChosen() {
    if (files) byId('files-hint').textContent = [...files.files].map(file => file.name).join(', ') || byId('files-hint').dataset.hint
  }
  if (files) byId('files-hint').dataset.hint = byId('files-hint').textContent
  files?.addEventListener('change', showChosen)

  function show(text, chosen, once) {
    const bubble = byId('sending').content.firstElementChild.cloneNode(true)
    bubble.querySelector('[data-text]').textContent = [text, ...chosen.map(file => '📎 ' + file.name)].join('\n')
    bubble.querySelector('[data-again]').addEventListener('click', () => { state(bubble); field.focus(); queue(bubble, text, chosen, once) })
    log.append(bubble)
    log.scrollTop = log.scrollHeight
    return bubble
  }

  async function send(bubble, text, chosen, once) {
    try {
      const body = chosen.length ? new FormData() : new URLSearchParams()
      for (const [name, value] of Object.entries({ message: text, session_id: session, page_url: hostPage, visitor_token: visitorToken })) body.append(name, value)
      for (const file of chosen) body.append('file', file)
      const signal = AbortSignal.timeout((chosen.length ? secondsToUpload : secondsToSend) * 1000)
      const response = await fetch(form.action, { method: 'POST', body, headers: { 'HX-Request': 'true', 'Idempotency-Key': once }, signal })
      const html = await response.text()
      if (!response.ok) return state(bubble, response.status < 500 && words(html))
      if (response.headers.get('HX-Redirect')) return location.assign(response.headers.get('HX-Redirect'))
      keep()
      htmx.swap(bubble, html, { swapStyle: 'outerHTML' })
      follow()
    } catch {
      state(bubble, byId('offline').content.textContent.trim())
    }
  }

  // What a person says is followed from the first message on: before, there is no chat.
  function follow() {
    const feed = byId('feed')
    if (!feed) return
    feed.replaceWith(feed.content)
    htmx.process(byId('handling'))
  }

  // On its way, or not sent, and why.
  function state(bubble, why) {
    const isLost = why !== undefined, problem = bubble.querySelector('[data-problem]')
    bubble.querySelector('[data-state]').hidden = isLost
    problem.hidden = !isLost
    if (!isLost) return
    if (why) bubble.querySelector('[data-why]').textContent = why
    announce(problem.querySelector('p').textContent)
    log.scrollTop = log.scrollHeight
  }

  const words = html => new DOMParser().parseFromString(html, 'text/html').body.textContent.trim()
  addEventListener('online', () => document.querySelectorAll('[data-problem]:not([hidden]) [data-again]').forEach(button => button.click()))

  // The newest stays in view, unless somebody reads further up.
  const nearEnd = 80
  let isAtEnd = true
  log.addEventListener('scroll', () => { isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd })
  new MutationObserver(() => { if (isAtEnd) log.scrollTop = log.scrollHeight }).observe(log, { childList: true, subtree: true, characterData: true })
  if (!location.hash) log.scrollTop = log.scrollHeight

  // A frame that was hidden a moment ago may not take the focus yet.
  const focusField = (tries = 60) => {
    field.focus()
    if (document.activeElement !== field && tries) requestAnimationFrame(() => focusField(tries - 1))
  }

  // The launcher hands over a port; whatever else is posted to this window is nobody's.
  addEventListener('message', ({ source, data, ports: [port] }) => {
    if (parent === window || source !== parent || data !== 'frontdesk' || !port) return
    host = port
    host.onmessage = ({ data }) => {
      if (data === 'focus') return focusField()
      hostPage = String(data?.page ?? '')
      visitorToken = String(data?.visitor ?? '')
      if (visitorToken && session === secret) enter()
    }
    if (byId('close')) byId('close').hidden = false
  })
  byId('close')?.addEventListener('click', () => host?.postMessage('close'))
  addEventListener('keydown', event => { if (event.key === 'Escape' && !event.isComposing) host?.postMessage('close') })

  // The drawer of chats is opened by its address; Escape closes it as its button does.
  addEventListener('keydown', event => { if (event.key === 'Escape' && location.hash === '#chats') location.hash = '#log' })
}
