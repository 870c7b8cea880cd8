// Asks the real packages: one JSON request a line on stdin, one JSON answer a line on stdout.
//
//   {"versions": "prev"}
//   {"options": {…}, "cookie": "session=…" or null, "now_ms": 1790000000000, "ops": [["touch"]]}
//   {"seal": {"key": {"hex": "…"}, "text": "{}"}}     {"open": {"key": …, "value": "…"}}
//
// Each may name its "generation" (current, prev, f4) and its "system" (a file in systems/).
// Without "ops" the session is only read, without "now_ms" the time is the real one. "headers" come
// with the cookie: {"x-forwarded-proto": "https"}.

import readline from 'node:readline'
import { hold } from './clock.mjs'
import { requireOf, versionOf } from './packages.mjs'

// An application is started once: deriving a key from a passphrase takes the better part of a second.
const apps = new Map()

async function appOf (system, name, generation, options) {
  const known = JSON.stringify([name, generation, options])
  if (!apps.has(known)) apps.set(known, await system.start(requireOf(generation), options))
  return apps.get(known)
}

async function send (app, { cookie, ops, headers: others }) {
  const headers = { ...others, ...(cookie ? { cookie } : {}) }
  const answer = ops
    ? await app.inject({ method: 'POST', url: '/session', headers, payload: ops })
    : await app.inject({ method: 'GET', url: '/session', headers })
  return {
    status: answer.statusCode,
    set_cookie: [answer.headers['set-cookie'] ?? []].flat(),
    // Not parsed, and so not changed.
    body: answer.payload
  }
}

async function answer (request) {
  const { system: name = 'secure-session', generation = 'current' } = request
  const system = await import(`./systems/${name}.mjs`)
  if (request.versions) {
    return Object.fromEntries(system.packages.map((name) => [name, versionOf(request.versions, name)]))
  }
  for (const method of ['seal', 'open']) {
    if (request[method]) return system[method](requireOf(generation), request[method])
  }
  hold(request.now_ms)
  return send(await appOf(system, name, generation, request.options), request)
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line)).catch((error) => ({ error: error.message }))
  process.stdout.write(JSON.stringify(said) + '\n')
}
// A client of Redis would keep the program running.
for (const app of apps.values()) await app.close()
