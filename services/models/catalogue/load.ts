// Reads and checks the catalogue that comes with Hob.
import { readFile } from 'node:fs/promises'
import { type Catalogue, catalogueSchema } from './schema.ts'

export async function loadCatalogue(
  file: URL | string = new URL('catalogue.json', import.meta.url),
): Promise<Catalogue> {
  return catalogueSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}
