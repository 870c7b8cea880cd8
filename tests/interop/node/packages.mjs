// The generations of the packages, each in a folder with its own package-lock.json.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
const folders = { current: root, prev: path.join(root, 'prev'), f4: path.join(root, 'f4') }

export const generations = Object.keys(folders)

/** `require` as a program inside the folder of `generation` has it. */
export function requireOf (generation = 'current') {
  if (!(generation in folders)) throw new Error(`no such generation: ${generation}`)
  return createRequire(path.join(folders[generation], 'program.js'))
}

/** What is installed of `name`. Read as a file, because not every package exports its own. */
export function versionOf (generation, name) {
  const file = path.join(folders[generation], 'node_modules', name, 'package.json')
  return JSON.parse(fs.readFileSync(file)).version
}
