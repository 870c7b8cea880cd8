// The same small application with Fastify: node application.mjs plain|secure-session|session
//
// The packages are those that the tests of tests/interop/node run against. On a free port of
// 127.0.0.1, which the first line says, until standard input ends.

import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../interop/node/package.json', import.meta.url))

const USER = 107
const data = {
  user_id: USER,
  email: 'ada.lovelace@example.org',
  roles: ['user', 'editor'],
  theme: 'solarized',
  csrf: 'c5f2a1d09be84f7ba2d1e6c3f0a98b7d4e6f80132b5d7a9cb1c3e5f708294a6d',
  visits: 0
}

/** How each library joins an application. Both know `session.get` and `session.set`. */
const libraries = {
  'secure-session': (app) => app.register(require('@fastify/secure-session'), {
    key: randomBytes(32),
    cookie: { path: '/', httpOnly: true, secure: true }
  }),
  session: async (app) => {
    await app.register(require('@fastify/cookie'))
    await app.register(require('@fastify/session'), {
      secret: randomBytes(32).toString('hex'),
      // Over http, as this is, the package sends no secure cookie.
      cookie: { path: '/', httpOnly: true, secure: false },
      saveUninitialized: false
    })
  }
}

const app = require('fastify')()
const name = process.argv[2]
if (name === 'plain') {
  for (const path of ['/untouched', '/read', '/write']) app.get(path, async () => 'ok')
} else {
  await libraries[name](app)
  app.get('/untouched', async () => 'ok')
  app.get('/sign-in', async ({ session }) => {
    for (const [key, value] of Object.entries(data)) session.set(key, value)
    return 'ok'
  })
  app.get('/read', async ({ session }, reply) => {
    if (session.get('user_id') === USER) return 'ok'
    return reply.code(401).send('nobody')
  })
  app.get('/write', async ({ session }) => {
    session.set('visits', session.get('visits') + 1)
    return 'ok'
  })
  app.get('/visits', async ({ session }) => String(session.get('visits')))
}
await app.listen({ port: 0, host: '127.0.0.1' })
console.log(app.server.address().port)
process.stdin.resume().on('end', () => process.exit())
