// A server with one session, to be asked over HTTP by a browser or by a test that plays one.
//
//   KEYS=<64 hex digits>[,…] node server.mjs
//
// The first key seals, all open; for fastify-session they are its secrets, as they are. OPTIONS may
// hold more of the package's options as JSON, GENERATION names the packages (current, prev, f4),
// SYSTEM a file in systems/. Listens on a free port of 127.0.0.1, says which in its first line, and
// ends when its standard input does: whoever started it has gone.
//
//   GET  /session    what is in it
//   POST /session    the same after calls of its methods: [["set", "user", "ada"], ["touch"]]
//   PUT  /keys       goes on with other keys, as after a new deployment: ["<hex>", …].
//                    What was in a store in memory is gone
//
// The header x-now-ms holds the time for a request. There is one time for all: requests at once bring
// the same. Redis has its own, and counts from the request on what it was told to keep.

import http from 'node:http'
import { text } from 'node:stream/consumers'
import { hold } from './clock.mjs'
import { requireOf } from './packages.mjs'

const { KEYS, OPTIONS = '{}', GENERATION, SYSTEM = 'secure-session' } = process.env
const system = await import(`./systems/${SYSTEM}.mjs`)

const hexKeys = (keys) => ({ key: keys.map((hex) => ({ hex })) })
const optionOf = system.optionOfKeys ?? hexKeys

const start = (keys) => system.start(requireOf(GENERATION), {
  ...JSON.parse(OPTIONS),
  ...(keys ? optionOf(keys) : {})
})

let app = await start(KEYS?.split(','))

async function replaceKeys (request, response) {
  const before = app
  app = await start(JSON.parse(await text(request)))
  await before.close()
  response.writeHead(204).end()
}

const server = http.createServer((request, response) => {
  if (request.method === 'PUT' && request.url === '/keys') {
    replaceKeys(request, response).catch((error) => response.writeHead(500).end(error.message))
    return
  }
  hold(Number(request.headers['x-now-ms'] ?? NaN))
  app.routing(request, response)
})

server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})
process.stdin.resume().on('end', () => process.exit())
