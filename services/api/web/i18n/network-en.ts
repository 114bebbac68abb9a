// The box's name and certificate in English. Part of en.ts.
import { many } from './many.ts'

export const networkEn = {
  names: {
    title: 'Name',
    loading: 'what the box is called',
    address: 'Address',
    also: (addresses: readonly string[]) => `Also at ${addresses.join(', ')}`,
    taken: (host: string) =>
      `The network knows it as ${host}: the name that you chose is taken, or not announced yet.`,
    qr: 'QR code of the address',
    showQr: 'Show to another phone',
    hideQr: 'Hide the code',
    rename: 'Rename',
    name: 'Name of the box',
    label: 'Name in the address',
    labelHelp: (address: string) => `Letters a to z, digits, hyphens. The page: ${address}`,
    telling: 'Telling the network…',
    renamed: 'The box has its new name',
    move: 'Move',
    moveTitle: (address: string) => `Move the page to ${address}?`,
    moveText:
      'You sign in there once more. Passkeys made under the old address and bookmarks of it end; it is answered for ten minutes more.',
    moveOwn: 'Your own certificate does not name the new address: browsers will warn.',
    moved: 'The box has a new address. This one ends in ten minutes.',
  },
  certificate: {
    title: 'Certificate',
    loading: 'the certificate',
    inUse: 'In use',
    sources: { box: 'The box’s own', owner: 'Yours' },
    sourceTexts: {
      box: 'renewed by itself',
      owner: 'renew it before it ends; after that the box’s own stands in',
    },
    issuer: 'Issued by',
    until: 'Good until',
    left: (days: number) => `${many(days, 'day', 'days')} left`,
    names: 'For',
    root: 'Fingerprint of this box’s root',
    bring: 'Use my own certificate',
    bringAnother: 'Bring another',
    bringText:
      'In PEM: the certificate with what signed it, and its key without a passphrase. It must name this box. The key stays on the box.',
    chain: 'Certificate and chain',
    key: 'Private key',
    paste: 'Paste it here, or choose a file',
    file: (what: string) => `File: ${what}`,
    use: 'Use it',
    used: 'Your certificate is in use',
    drop: 'Back to the box’s own',
    dropTitle: 'Go back to the box’s own certificate?',
    dropText: 'Your certificate and its key are deleted from the box.',
    dropped: 'The box’s own certificate is in use',
  },
}
