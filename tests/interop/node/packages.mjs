// The generations of the packages, each in a folder with its own package-lock.json.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
const folders = { current: root, prev: path.join(root, 'prev'), f4: path.join(root, 'f4') }

export const generations = Object.keys(folders)

const folderOf = (generation, name) => path.join(folders[generation], 'node_modules', name)

/** `require` as a program inside the folder of `generation` has it, of what is installed there. */
export function requireOf (generation = 'current') {
  if (!(generation in folders)) throw new Error(`no such generation: ${generation}`)
  const require = createRequire(path.join(folders[generation], 'program.js'))
  return (name) => {
    // Node would look on in the folders above, and find another generation's.
    if (!fs.existsSync(folderOf(generation, name))) throw new Error(`not in ${generation}: ${name}`)
    return require(name)
  }
}

/** What is installed of `name`, if it is. Read as a file, because not every package exports its own. */
export function versionOf (generation, name) {
  const file = path.join(folderOf(generation, name), 'package.json')
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file)).version : undefined
}
