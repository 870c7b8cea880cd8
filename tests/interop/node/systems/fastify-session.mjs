// @fastify/session: an application with one session, whose record is in the package's own memory
// or, by connect-redis, in Redis.

import { connect } from '../redis.mjs'

export const packages = ['@fastify/session', '@fastify/cookie', 'fastify', 'connect-redis', 'redis', 'ioredis']

/** The option that a list of keys is. The first signs, all verify. */
export const optionOfKeys = (secret) => ({ secret })

// What connect-redis is used with. With 8 it can be both; 9 has Redis refuse what ioredis sends.
function clientOf (require) {
  try {
    require('redis')
    return 'redis'
  } catch {
    return 'ioredis'
  }
}

async function storeOf (require, { url, client: name = clientOf(require), prefix, ttl }) {
  const { RedisStore } = require('connect-redis')
  const { client, close } = await connect(require, name, url)
  return { store: new RedisStore({ client, prefix, ttl }), close }
}

function state (session) {
  // Destroyed, or `{}`: none for this path.
  if (!session?.sessionId) return session
  const { cookie, ...data } = session
  return {
    id: session.sessionId,
    signedId: session.encryptedSessionId,
    data,
    cookie,
    modified: session.isModified(),
    saved: session.isSaved()
  }
}

async function call (request, method, args) {
  if (method === 'unset') delete request.session[args[0]]
  // Some put another session into the request.
  else await request.session[method](...args)
}

/** GET /session answers what is in it; POST calls its methods first: [["set", "user", "ada"], ["regenerate"]]. */
export async function start (require, { redis, trustProxy = true, ...options }) {
  const app = require('fastify')({ trustProxy })
  // Fastify's own parser refuses keys such as `__proto__`, which are no concern of a session.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_, text) => JSON.parse(text))
  const { store, close } = redis ? await storeOf(require, redis) : {}
  try {
    await app.register(require('@fastify/cookie'))
    // The package writes into the options of its cookie.
    await app.register(require('@fastify/session'), { ...options, cookie: { ...options.cookie }, store })
  } catch (error) {
    await close?.()
    throw error
  }
  if (close) app.addHook('onClose', close)
  // As text: Fastify answers `null` with nothing.
  const answer = (request, reply) => reply.type('application/json').send(JSON.stringify(state(request.session)))
  // On every path, for a cookie has one.
  app.get('/*', async (request, reply) => answer(request, reply))
  app.post('/*', async (request, reply) => {
    for (const [method, ...args] of request.body) await call(request, method, args)
    return answer(request, reply)
  })
  await app.ready()
  return app
}
