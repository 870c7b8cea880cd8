// The clients of Redis, each from the packages of a generation.

import { once } from 'node:events'

const clients = {
  redis (require, url) {
    const client = require('redis').createClient({ url })
    // Its failure is the event that `connect` below waits for.
    client.connect().catch(() => {})
    return { client, close: () => client.close(), abandon: () => client.destroy() }
  },
  ioredis (require, url) {
    const { Redis } = require('ioredis')
    const client = new Redis(url)
    return { client, close: () => client.quit(), abandon: () => client.disconnect() }
  }
}

/** A client that is connected, and how to close it after what it was told to do. */
export async function connect (require, name, url) {
  if (!(name in clients)) throw new Error(`no such client of Redis: ${name}`)
  const { client, close, abandon } = clients[name](require, url)
  // Without a listener, a connection that is lost later would end the program.
  client.on('error', (error) => console.error(`${name}: ${error.message || error.code}`))
  try {
    await once(client, 'ready')
  } catch (error) {
    abandon()
    throw error
  }
  return { client, close }
}
