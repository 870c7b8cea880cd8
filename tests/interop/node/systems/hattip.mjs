// @hattip/session: an application with one session, which lives in its cookie or in a store.

import { connect } from '../redis.mjs'

export const packages = ['@hattip/session', '@hattip/cookie', '@hattip/compose', '@hattip/adapter-node', 'ioredis']

const base64 = ({ hex }) => Buffer.from(hex, 'hex').toString('base64')

/** Workers KV as far as the package calls it, in Redis. */
const kvOf = (client) => ({
  get: (key) => client.get(key),
  put: (key, value, { expirationTtl }) => client.set(key, value, 'EX', expirationTtl),
  delete: (key) => client.del(key)
})

const stores = {
  simple: ({ SimpleCookieStore }) => new SimpleCookieStore(),
  signed: async ({ SignedCookieStore: Store }, { keys }) => new Store(await Store.generateKeysFromBase64(keys)),
  encrypted: async ({ EncryptedCookieStore: Store }, { keys }) => new Store(await Store.generateKeysFromBase64(keys)),
  memory: ({ UnsafeMemorySessionStore }) => new UnsafeMemorySessionStore(),
  redis: ({ RedisSessionStore }, { client }) => new RedisSessionStore({ getClient: () => client }),
  kv: ({ KvSessionStore }, { client }) => new KvSessionStore({ getStore: () => kvOf(client) })
}

async function storeOf (require, { store, key = [], redis }) {
  // Not redis: the package calls back, which that client does not.
  const { client, close = async () => {} } = redis ? await connect(require, 'ioredis', redis.url) : {}
  return { store: await stores[store](require('@hattip/session'), { keys: key.map(base64), client }), close }
}

const calls = {
  set: (session, key, value) => { session.data[key] = value },
  unset: (session, key) => { delete session.data[key] },
  destroy: (session) => session.destroy(),
  regenerate: (session) => session.regenerate()
}

/** GET /session answers what is in it; POST calls its methods first: [["set", "user", "ada"], ["destroy"]]. */
export async function start (require, spec) {
  const { compose } = require('@hattip/compose')
  const { cookie } = require('@hattip/cookie')
  const { session } = require('@hattip/session')
  const { createMiddleware } = require('@hattip/adapter-node')
  const { store, close } = await storeOf(require, spec)
  const cookieOptions = { path: '/', httpOnly: true, secure: true, maxAge: spec.maxAge }
  const handler = compose(
    cookie(),
    session({ store, defaultSessionData: {}, cookieOptions }),
    async ({ request, session }) => {
      const list = request.method === 'POST' ? await request.json() : []
      for (const [method, ...args] of list) await calls[method](session, ...args)
      const body = JSON.stringify({ data: session.data, isFresh: session.isFresh })
      return new Response(body, { headers: { 'content-length': String(Buffer.byteLength(body)) } })
    }
  )
  return { routing: createMiddleware(handler, { origin: 'http://127.0.0.1' }), close }
}
