// Every page works without this file. No eval, no inline handler; drafts live only in this tab.
const policy = globalThis.trustedTypes?.createPolicy('motcua', { createHTML: s => s }) // only ever text from our own server
const html = (where, text) => {
  text = '<body>' + text // or else a <template> that comes first is put into the head
  const page = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html')
  where.replaceChildren(...page.body.childNodes)
}

// What is pressed stays where it is until it is let go, a second at most: an answer that comes meanwhile would move it from
// under the pointer, and a click that ends elsewhere than it began is none.
let pressed
addEventListener('pointerdown', () => {
  pressed = new Promise(resolve => {
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(resolve), { once: true })
    setTimeout(resolve, 1000)
  })
}, { capture: true })

// <live-part src="/…/stream">what the server knew</live-part>: server-sent events named "part" replace it.
customElements.define('live-part', class extends HTMLElement {
  connectedCallback () {
    this.flip = () => document.hidden ? this.source?.close() : this.open()
    document.addEventListener('visibilitychange', this.flip)
    this.open()
  }

  disconnectedCallback () { this.source?.close(); document.removeEventListener('visibilitychange', this.flip) }

  open () {
    this.source?.close()
    this.source = new EventSource(this.getAttribute('src'))
    this.source.addEventListener('part', e => { if (!this.contains(document.activeElement)) html(this, e.data) })
  }
})

// <ask-again src="/…/part" names="procedure">: asks the server for one fragment when these fields of its form change.
// Their values stand in an address, so never name a field that holds somebody's data: with method="post" they are sent as a
// form is, and what was said of somebody else is gone before the answer comes.
customElements.define('ask-again', class extends HTMLElement {
  connectedCallback () {
    this.names = this.getAttribute('names').split(' ')
    this.closest('form').addEventListener('change', e => { if (this.names.includes(e.target.name)) this.ask(e.currentTarget) })
  }

  async ask (form) {
    this.stop?.abort()
    this.stop = new AbortController()
    this.setAttribute('aria-busy', 'true')
    const src = this.getAttribute('src'), post = this.getAttribute('method') === 'post'
    const sent = ([name]) => this.names.includes(name) || (post && name === 'csrf')
    const fields = new URLSearchParams([...new FormData(form)].filter(sent)), signal = this.stop.signal
    await pressed
    if (post) { this.replaceChildren(); remark(form) }
    try {
      const answer = await (post ? fetch(src, { method: 'POST', body: fields, signal }) : fetch(src + '?' + fields, { signal }))
      const text = answer.ok && await answer.text()
      await pressed
      if (text !== false && !signal.aborted) html(this, text)
    } catch { /* the button of the form still works */ }
    if (signal.aborted) return
    remark(form)
    this.removeAttribute('aria-busy')
  }
})

// <template data-beside="papers=CODE">: what an answer says of one box of its form, shown with it while both are there.
const remark = form => {
  for (const x of form.querySelectorAll('[data-remark]')) x.remove()
  for (const x of form.querySelectorAll('template[data-beside]')) {
    const [name, value] = x.dataset.beside.split('=')
    const box = [...form.elements].find(y => y.name === name && y.value === value)
    box?.closest('.check').querySelector('span').append(x.content.cloneNode(true))
  }
}

// data-key="F2": a key that focuses a field or presses a button. A plain digit works while data-keys-in holds the focus.
// A key that is held down presses once; F9 sends the form that somebody is writing in, whatever else it would press.
document.addEventListener('keydown', e => {
  if (e.isComposing) return // a Vietnamese input method is at work
  const digit = /^[1-9]$/.test(e.key) && !e.ctrlKey && !e.altKey && !e.metaKey
  const within = digit ? document.activeElement.closest('[data-keys-in]') : document
  if (!within || !(digit || /^F\d+$/.test(e.key) || (e.ctrlKey && e.key === 'Enter'))) return
  const name = e.ctrlKey ? 'Control+' + e.key : e.key
  let found = within.querySelector(`[data-key="${name}"]`)
  const here = document.activeElement.form
  if (name === 'F9' && here?.method === 'post' && found?.form !== here) found = here.querySelector('button:not([hidden])')
  if (!found) return
  e.preventDefault()
  if (e.repeat) return
  if (found.matches('input:not([type=checkbox],[type=radio]),select,textarea')) found.focus()
  else found.click()
})

// <form data-enter-next>: Enter, which card readers send too, goes to the next field instead of sending the form.
document.addEventListener('keydown', e => {
  const form = e.target.form
  if (e.key !== 'Enter' || e.isComposing || e.ctrlKey || !form?.hasAttribute('data-enter-next') || !e.target.matches('input')) return
  e.preventDefault()
  const fields = [...form.elements].filter(x => x.checkVisibility() && x.matches('input,select,textarea,button'))
  fields[fields.indexOf(e.target) + 1]?.focus()
})

// <input data-fragment>: the code of a QR stands behind the #, which is sent to nobody; it is typed for the reader.
const scanned = document.querySelector('[data-fragment]')
if (scanned && location.hash.length > 1 && !scanned.value) {
  scanned.value = decodeURIComponent(location.hash.slice(1))
  history.replaceState(null, '', location.pathname + location.search)
  scanned.form.requestSubmit()
}

// The language link of a page with several forms takes along what was typed in one of them: it presses that form's own switch.
let edited
document.addEventListener('input', e => { edited = e.target.form })
document.addEventListener('click', e => {
  const own = e.target.closest('a[hreflang]') && edited?.querySelector('button[name=tried]')
  if (own) { e.preventDefault(); own.click() }
})

// A second click while the first is under way sends nothing; the server would answer it with the same receipt anyway.
document.addEventListener('submit', e => {
  if (e.target.dataset.sent) { e.preventDefault(); return }
  e.target.dataset.sent = '1'
  setTimeout(() => { delete e.target.dataset.sent }, 3000)
})
addEventListener('pageshow', () => { for (const form of document.forms) delete form.dataset.sent })

// <button data-takes-along>: it takes no step, so what stands in the other forms of the page is sent along, to be shown again.
document.addEventListener('submit', e => {
  if (e.defaultPrevented || !e.submitter?.hasAttribute('data-takes-along')) return
  const others = [...document.querySelectorAll('main form[method=post]')].filter(form => form !== e.target).flatMap(named)
  const along = others.filter(x => x.checked || !/checkbox|radio/.test(x.type))
  e.target.addEventListener('formdata', sent => { for (const x of along) sent.formData.append(x.name, x.value) }, { once: true })
})

// <form data-draft="report">: what was typed survives a dead service or a closed page, in this tab only. With data-draft-to
// it is sent there too as it is typed, and keeps the key of its form; data-draft-kept says that it came from there.
const draft = document.querySelector('form[data-draft]')
const named = form => [...form.elements].filter(x => x.name && !/^(hidden|password|file|submit|button)$/.test(x.type) && x.tagName !== 'BUTTON')
if (draft) {
  const key = 'motcua.' + draft.dataset.draft
  const saved = JSON.parse(sessionStorage.getItem(key) ?? '{}')
  const to = draft.dataset.draftTo, once = to && draft.elements.once
  if (!draft.querySelector('[aria-invalid]') && !draft.hasAttribute('data-draft-kept')) {
    for (const x of named(draft)) {
      if (x.type === 'checkbox' || x.type === 'radio') x.checked ||= (saved[x.name] ?? []).includes(x.value)
      else if (!x.value && saved[x.name]) x.value = saved[x.name][0]
    }
    if (once && saved.once) {
      once.value = saved.once[0]
      const note = document.querySelector('[data-draft-note]')
      note.querySelector('time').textContent = saved.at[0]
      note.hidden = false
      note.querySelector('[data-draft-new]').addEventListener('click', () => sessionStorage.removeItem(key))
      const same = document.querySelector(`[data-draft-of="${once.value}"]`)
      if (same) (same.parentElement.children.length > 1 ? same : same.closest('section')).remove()
    }
  }
  draft.addEventListener('input', () => {
    const now = {}
    for (const x of named(draft)) if (x.checked || !/checkbox|radio/.test(x.type)) (now[x.name] ??= []).push(x.value)
    if (once) Object.assign(now, { once: [once.value], at: [new Date().toTimeString().slice(0, 5)] })
    sessionStorage.setItem(key, JSON.stringify(now))
  })
  let waits = 0
  const send = async () => {
    waits = 0
    const body = new URLSearchParams(new FormData(draft))
    try {
      if ((await fetch(to, { method: 'POST', body, keepalive: true })).status < 500) return
    } catch { /* this tab has it, and asks again */ }
    waits ||= setTimeout(send, 5000)
  }
  if (to) {
    draft.addEventListener('input', () => { clearTimeout(waits); waits = setTimeout(send, 500) })
    draft.addEventListener('submit', () => { clearTimeout(waits); waits = 0 })
    addEventListener('pagehide', () => { if (waits) { clearTimeout(waits); send() } })
  }
  // A browser that goes back fills the fields in again by itself: of what was sent the next reader gets an empty form.
  addEventListener('pageshow', e => {
    const back = e.persisted || performance.getEntriesByType('navigation')[0]?.type === 'back_forward'
    if (back && !sessionStorage.getItem(key)) location.replace(location.pathname)
  })
}

// data-draft-done="report": what was typed has been received. <form data-forget>: whoever signs out leaves nothing typed.
for (const x of document.querySelectorAll('[data-draft-done]')) sessionStorage.removeItem('motcua.' + x.dataset.draftDone)
document.addEventListener('submit', e => {
  if (!e.target.hasAttribute('data-forget')) return
  for (const name of Object.keys(sessionStorage)) if (name.startsWith('motcua.')) sessionStorage.removeItem(name)
})
for (const x of document.querySelectorAll('[data-print]')) { x.hidden = false; x.addEventListener('click', () => print()) }
