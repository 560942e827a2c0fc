// What attributes can't say. htmx sends the forms and swaps the fragments, its SSE extension streams the answers.
const on = (name, act) => document.addEventListener(name, act)
const byId = id => document.getElementById(id)

// htmx notes the page's path even with its history off. We promise to store nothing.
try { sessionStorage.removeItem('htmx-current-path-for-history') } catch {}

// Enter sends, Shift+Enter starts a new line; Enter also picks a word in some keyboards (composing).
on('keydown', event => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !event.target.matches('[data-enter-sends]')) return
  event.preventDefault()
  const button = byId(event.target.dataset.enterSends)
  button ? button.click() : event.target.form.requestSubmit()
})

// A question belongs to the conversation of the newest answer, so that "and on Sundays?" is understood.
on('htmx:configRequest', ({ detail }) => {
  const newest = document.querySelector('#answers .answer')
  if (newest && detail.verb === 'post') detail.parameters.conversation_id = newest.dataset.conversation
})

// What goes wrong is said beside what asked, where there is a place for it, else at the window's edge; never nowhere.
const part = element => element?.closest('section, main')
const troubleOf = asker => part(byId('notice')) === part(asker) ? byId('notice') : byId('trouble') ?? byId('notice')
const ours = /^\s*<p class="notice/ // what a proxy says instead isn't for our readers
let troubled // what asked

on('htmx:beforeRequest', ({ detail }) => {
  if (!['submit', 'click'].includes(detail.requestConfig.triggeringEvent?.type)) return // it looks again by itself
  for (const id of ['notice', 'trouble', 'said']) byId(id)?.replaceChildren()
})

on('htmx:beforeSwap', ({ detail }) => {
  const { elt, triggeringEvent } = detail.requestConfig
  if (detail.isError && !detail.xhr.getResponseHeader('HX-Retarget')) {
    const place = troubleOf(elt)
    detail.target = place
    detail.swapOverride = 'innerHTML'
    if (!ours.test(detail.serverResponse)) detail.serverResponse = byId('offline').innerHTML
    if (elt === troubled && place.firstElementChild) detail.shouldSwap = false // said already
    troubled = elt
  }
  const at = triggeringEvent?.submitter ?? document.activeElement
  pressed = at === document.body ? null : { at, words: at.textContent.trim(), action: at.form?.getAttribute('action') }
})

const unreachable = ({ detail }) => {
  troubled = detail.requestConfig.elt
  const place = troubleOf(troubled)
  if (place.firstElementChild) return
  place.replaceChildren(byId('offline').content.cloneNode(true))
  place.scrollIntoView({ block: 'nearest' })
}
on('htmx:sendError', unreachable)
on('htmx:timeout', unreachable)
on('htmx:afterRequest', ({ detail }) => {
  if (detail.successful && detail.requestConfig.elt === troubled) troubleOf(troubled)?.replaceChildren()
})

// What went well is said where one looks, not at the top of a form that reaches out of the window; and one stays where one
// was: at the same button of what came in its place, or at the form's own. Where something is to be mended, `autofocus` leads.
const secondsToRead = 10
let pressed
on('htmx:afterSwap', ({ target, detail }) => {
  for (const notice of target.querySelectorAll('[data-said]')) say(notice)
  if (detail.failed && target.closest('#notice')) target.closest('section, main').querySelector('[aria-describedby~=notice]')?.focus()
  if (pressed && !pressed.at.isConnected && document.activeElement === document.body) goOn(target)
})

function say(notice) {
  if (!byId('said')) return
  notice.removeAttribute('autofocus')
  byId('said').replaceChildren(notice)
  setTimeout(() => notice.remove(), secondsToRead * 1000)
}
if (byId('said')?.firstElementChild) say(byId('said').firstElementChild)

function goOn(target) {
  const same = [...document.querySelectorAll('button')].filter(button => pressed.action && button.form?.getAttribute('action') === pressed.action)
  const next = same.find(button => button.textContent.trim() === pressed.words) ?? same.find(button => target.contains(button)) ?? target
  if (next === target) target.tabIndex = -1
  next.focus()
}

// A file that is too large isn't sent for nothing.
on('change', ({ target }) => {
  if (!target.matches('input[type=file][data-too-large]')) return
  const isTooLarge = [...target.files].some(file => file.size > target.dataset.megabytes * 1024 * 1024)
  mend(target, isTooLarge ? target.dataset.tooLarge : '')
})

function mend(field, words) {
  const id = field.id + '-problem'
  byId(id)?.remove()
  field.setCustomValidity(words)
  field.toggleAttribute('aria-invalid', false)
  if (!words) return
  const problem = Object.assign(document.createElement('p'), { id, className: 'wrong', role: 'alert', textContent: words })
  const place = field.closest('.field')
  place ? field.before(problem) : byId('notice').replaceChildren(problem)
  field.setAttribute('aria-invalid', 'true')
  const described = new Set((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)).add(id)
  field.setAttribute('aria-describedby', [...described].join(' '))
}

on('htmx:afterRequest', ({ target, detail }) => {
  const field = target.querySelector('[data-enter-sends]')
  if (!detail.successful || field?.value !== detail.requestConfig.formData.get('question')) return // typed on meanwhile
  field.value = ''
  if (matchMedia('(pointer: coarse)').matches) field.blur() // the phone's keyboard would cover the answer
})

// What is written and not yet saved isn't lost to a slip of the finger, nor to a session that ended meanwhile.
const changed = new Set()
on('input', ({ target }) => { if (target.form?.hasAttribute('data-guard') && !target.closest('[data-try]')) changed.add(target.form) })
on('htmx:afterRequest', ({ target, detail }) => { if (detail.successful && !target.closest('[data-try]')) changed.delete(target.closest('form')) })
on('submit', ({ target }) => changed.delete(target))
// Sending it isn't yet saving it. What the server holds back with a question (409) it keeps, but for what isn't the bot's own.
on('htmx:afterSwap', ({ target, detail }) => {
  const form = detail.failed && (target.closest('[data-guard]') ?? target.querySelector('[data-guard]'))
  if (form && (detail.xhr.status !== 409 || 'held' in form.dataset)) changed.add(form)
})
addEventListener('beforeunload', event => { if ([...changed].some(form => form.isConnected)) event.preventDefault() })

// On a phone the rows of a bot's pages scroll; the page one is on is in view.
for (const here of document.querySelectorAll('.tabs [aria-current]')) {
  const { right } = here.parentElement.getBoundingClientRect()
  here.parentElement.scrollLeft += Math.max(0, here.getBoundingClientRect().right + 24 - right)
}

// Times in the reader's own words and zone.
function tellTime(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const moment = new Date(time.dateTime)
    if (!isNaN(moment)) time.textContent = moment.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
  }
}
tellTime(document)
on('htmx:load', ({ target }) => tellTime(target.parentNode ?? target))

// What comes again takes the place of what there is of it: a message where it stands, a row of a list by its time.
// It is settled at once (`settle:0s`), or of two that come together the older one would win.
on('htmx:load', ({ target }) => {
  if (!target.matches('[data-once]')) return
  const old = [...document.querySelectorAll('[data-once]')].find(other => other.id === target.id && other !== target)
  const hadFocus = old?.contains(document.activeElement)
  old?.replaceWith(target)
  if (target.dataset.at) sortIn(target)
  if (hadFocus) target.querySelector('a')?.focus({ preventScroll: true })
})

function sortIn(row) {
  const others = [...row.parentNode.children].filter(other => other !== row)
  const below = others.find(other => Number(other.dataset.at) <= Number(row.dataset.at))
  if (below ? below.previousElementSibling !== row : row.nextElementSibling) below ? below.before(row) : row.parentNode.append(row)
}

// New on the page: a notice or an answer in the making is brought into view, a finished answer is read out once. What reaches
// out of the window is shown from its beginning.
on('htmx:load', ({ target }) => {
  const section = target.matches('section[autofocus]') ? target : target.querySelector('section[autofocus]')
  if (section) return section.scrollIntoView()
  if (target.matches('#notice > *, .answer:has([aria-busy])')) return target.scrollIntoView({ block: 'nearest' })
  const reply = target.matches('.reply') ? target : target.querySelector(':scope > .reply')
  if (reply) announce([...reply.querySelectorAll('.basis, .reply-text, .notice > p')].map(part => part.textContent.trim()).join('. '))
})

function announce(words) {
  if (!byId('status')) return // where what comes is a log, which is read out by itself
  byId('status').textContent = words
  setTimeout(() => byId('status').replaceChildren(), 5000) // said once; not to be met again while reading on
}

// EventSource resumes a broken stream by itself, from the last event's id. We forget words only when the source is
// a new one, and give up after some attempts in a row: the answer is also at its own address.
const attemptsBeforeGivingUp = 5

on('htmx:sseOpen', ({ target, detail }) => {
  if (!target.matches('.reply')) return
  if (target.source && target.source !== detail.source) target.querySelector('[sse-swap=delta]').replaceChildren()
  target.source = detail.source
  target.failures = 0
})

on('htmx:sseError', ({ target, detail }) => {
  if (!target.matches('.reply')) return
  if (detail.error.data !== undefined) return // the server's own `error` event
  target.failures = (target.failures ?? 0) + 1
  if (detail.source.readyState === EventSource.CLOSED || target.failures >= attemptsBeforeGivingUp) giveUp(target, detail.source)
})

// A broken connection and the server's `error` event share a name; only the second has words to show.
on('htmx:sseBeforeMessage', event => {
  if (event.detail.data === undefined) event.preventDefault()
})

function giveUp(reply, source) {
  source.close()
  reply.removeAttribute('sse-connect') // else the extension opens a new source
  reply.removeAttribute('aria-busy')
  const lost = reply.querySelector('.reply-lost')
  lost.hidden = false
  announce(lost.textContent.trim())
}
