// express-session: an application with one session, whose record is in Redis by connect-redis.

import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { connect } from '../redis.mjs'

export const packages = ['express-session', 'connect-redis', 'redis']

const calls = {
  set: (request, key, value) => { request.session[key] = value },
  destroy: (request) => promisify(request.session.destroy).call(request.session),
  regenerate: (request) => promisify(request.session.regenerate).call(request.session)
}

function state (request) {
  if (!request.session) return null
  const { cookie, ...data } = request.session
  return { id: request.sessionID, data, cookie }
}

/** GET answers what is in the session; POST calls its methods first: [["set", "user", "ada"], ["destroy"]]. */
export async function start (require, { redis, ...options }) {
  const { RedisStore } = require('connect-redis')
  const { client, close } = await connect(require, 'redis', redis.url)
  const middleware = promisify(require('express-session')({
    resave: false,
    saveUninitialized: false,
    proxy: true,
    store: new RedisStore({ client, prefix: redis.prefix }),
    ...options
  }))
  async function answer (request, response) {
    // What Express adds before any middleware.
    request.originalUrl = request.url
    await middleware(request, response)
    const list = request.method === 'POST' ? JSON.parse(await text(request)) : []
    for (const [method, ...args] of list) await calls[method](request, ...args)
    const body = JSON.stringify(state(request))
    response.setHeader('content-type', 'application/json')
    response.setHeader('content-length', Buffer.byteLength(body))
    response.end(body)
  }
  const routing = (request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(error.message))
  }
  return { routing, close }
}
