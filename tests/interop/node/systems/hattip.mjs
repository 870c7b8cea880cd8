// @hattip/session: an application with one session, which lives in its cookie.

export const packages = ['@hattip/session', '@hattip/cookie', '@hattip/compose', '@hattip/adapter-node']

const base64 = ({ hex }) => Buffer.from(hex, 'hex').toString('base64')

async function storeOf (require, { store, key = [] }) {
  const { SignedCookieStore, EncryptedCookieStore, SimpleCookieStore } = require('@hattip/session')
  const Store = { signed: SignedCookieStore, encrypted: EncryptedCookieStore, simple: SimpleCookieStore }[store]
  if (store === 'simple') return new Store()
  return new Store(await Store.generateKeysFromBase64(key.map(base64)))
}

const calls = {
  set: (session, key, value) => { session.data[key] = value },
  destroy: (session) => session.destroy(),
  regenerate: (session) => session.regenerate()
}

/** GET /session answers what is in it; POST calls its methods first: [["set", "user", "ada"], ["destroy"]]. */
export async function start (require, spec) {
  const { compose } = require('@hattip/compose')
  const { cookie } = require('@hattip/cookie')
  const { session } = require('@hattip/session')
  const { createMiddleware } = require('@hattip/adapter-node')
  const store = await storeOf(require, spec)
  const cookieOptions = { path: '/', httpOnly: true, secure: true }
  const handler = compose(
    cookie(),
    session({ store, defaultSessionData: {}, cookieOptions }),
    async ({ request, session }) => {
      const list = request.method === 'POST' ? await request.json() : []
      for (const [method, ...args] of list) await calls[method](session, ...args)
      const body = JSON.stringify({ data: session.data })
      return new Response(body, { headers: { 'content-length': String(Buffer.byteLength(body)) } })
    }
  )
  return { routing: createMiddleware(handler, { origin: 'http://127.0.0.1' }), close: async () => {} }
}
