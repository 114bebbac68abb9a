// Where the starter is: the model that ships with the box, and the only file of this folder that a running box reads.
import { fileURLToPath } from 'node:url'

export const starterFile: string = fileURLToPath(new URL('starter.gguf', import.meta.url))
