// The part of mdns-js that browse-child.ts uses; the package brings no types.
declare module 'mdns-js' {
  import type { EventEmitter } from 'node:events'

  interface Browser {
    readonly networking: EventEmitter
    discover(): void
    stop(): void
  }

  const mdns: {
    tcp(name: string): object
    createBrowser(type: object): Browser
    excludeInterface(address: '0.0.0.0'): void
  }
  export default mdns
}
