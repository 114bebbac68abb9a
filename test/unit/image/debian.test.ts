// Where packages come from is read out of apt's own files, which people and providers write in many ways.
import { expect, test } from 'vitest'
import { archiveIn } from '../../../image/debian.ts'

const archive = 'http://mirror.example/debian'
const security = 'http://security.example/debian-security'

const stanza = (fields: Readonly<Record<string, string>>): string =>
  Object.entries({ Types: 'deb', Suites: 'trixie trixie-updates', Components: 'main', ...fields })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

const found: Readonly<Record<string, string>> = {
  'one line': `deb ${archive} trixie main`,
  'one line with a slash, a tab and more components': `deb\t${archive}/ trixie contrib main non-free-firmware`,
  'one line with options': `deb [arch=amd64 signed-by=/usr/share/keyrings/debian.pgp] ${archive} trixie main`,
  'lines of which the first is for sources': `deb-src ${archive}-src trixie main\ndeb ${archive} trixie main`,
  'lines of which the first is the security archive': `deb ${security} trixie-security main\ndeb ${archive} trixie main`,
  'lines of which the first is a comment': `# deb http://old.example/debian bookworm main\ndeb ${archive} trixie main`,
  'lines of which the first is somebody else’s': `deb https://other.example/linux/debian trixie stable\ndeb ${archive} trixie main`,
  'a stanza': stanza({ URIs: archive }),
  'a stanza with a slash': stanza({ URIs: `${archive}/` }),
  'a stanza in other letters': `types: deb\nuris:${archive}\nsuites: trixie\ncomponents: main`,
  'a stanza whose values are on lines of their own': `Types: deb\nURIs:\n ${archive}\nComponents:\n main\n contrib`,
  'a stanza with two archives': stanza({ URIs: `${security} ${archive}` }),
  'stanzas of which the first is the security archive': `${stanza({ URIs: security })}\n\n${stanza({ URIs: archive })}`,
  'stanzas of which the first is switched off': `${stanza({ Enabled: 'no', URIs: 'http://old.example/debian' })}\n\n${stanza({ URIs: archive })}`,
  'stanzas of which the first is somebody else’s': `${stanza({ Components: 'stable', URIs: 'https://other.example/linux/debian' })}\n\n${stanza({ URIs: archive })}`,
  'stanzas with a comment between': `${stanza({ URIs: security })}\n\n# the archive\n${stanza({ URIs: archive })}\n`,
}

test.each(Object.entries(found))('the archive is found in %s', (_, text) => {
  expect(archiveIn(text)).toBe(archive)
})

const without: Readonly<Record<string, string>> = {
  'an empty file': '',
  'the security archive alone': `deb ${security} trixie-security main`,
  'a stanza of the security archive alone': stanza({ URIs: security }),
  'another distribution': 'deb http://archive.example/ubuntu noble main universe',
  'components that stand on another line': `deb ${archive} trixie contrib\n# or main`,
  'a line that is switched off': `# deb ${archive} trixie main`,
}

test.each(Object.entries(without))('nothing is found in %s', (_, text) => {
  expect(archiveIn(text)).toBeNull()
})
