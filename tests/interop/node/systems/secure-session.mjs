// @fastify/secure-session: an application with one session, and its cipher by itself.

export const packages = ['@fastify/secure-session', '@fastify/cookie', 'fastify']

// A key is {"hex": "…"}, bytes to the package, or a text that the package takes for base64.
const bytes = (spec) => typeof spec === 'string' ? spec : Buffer.from(spec.hex, 'hex')

function optionsOf (spec) {
  const options = { ...spec, cookie: { ...spec.cookie } }
  if (spec.key) options.key = Array.isArray(spec.key) ? spec.key.map(bytes) : bytes(spec.key)
  if (spec.salt) options.salt = bytes(spec.salt)
  return options
}

const state = (session) => ({ data: session.data(), ts: session.get('__ts') })

/** GET /session answers what is in it; POST calls its methods first: [["set", "user", "ada"], ["touch"]]. */
export async function start (require, spec) {
  const app = require('fastify')()
  // Fastify's own parser refuses keys such as `__proto__`, which are no concern of a session.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_, text) => JSON.parse(text))
  await app.register(require('@fastify/secure-session'), optionsOf(spec))
  app.get('/session', async (request) => state(request.session))
  app.post('/session', async (request) => {
    for (const [method, ...args] of request.body) request.session[method](...args)
    return state(request.session)
  })
  await app.ready()
  return app
}

const nonceLength = 24
const tagLength = 16

/** The value of a cookie with any text inside, which the package itself would not write. */
export function seal (require, { key, text }) {
  const sodium = require('sodium-native')
  const nonce = Buffer.alloc(nonceLength)
  sodium.randombytes_buf(nonce)
  const sealed = Buffer.alloc(Buffer.byteLength(text) + tagLength)
  sodium.crypto_secretbox_easy(sealed, Buffer.from(text), nonce, bytes(key))
  return { value: encodeURIComponent(`${sealed.toString('base64')};${nonce.toString('base64')}`) }
}

/** The text inside the value of a cookie. */
export function open (require, { key, value }) {
  const sodium = require('sodium-native')
  const [sealed, nonce] = decodeURIComponent(value).split(';').map((part) => Buffer.from(part, 'base64'))
  const text = Buffer.alloc(sealed.length - tagLength)
  const opened = sodium.crypto_secretbox_open_easy(text, sealed, nonce, bytes(key))
  return { text: opened ? text.toString() : null }
}
