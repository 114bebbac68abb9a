// The session's cookie by its name. Read by the walls, set by identity's routes.

/** With TLS the browser itself sees to it that the cookie is the box's own, for this host alone (RFC 6265bis §4.1.3.2). */
export const cookieName = (tls: boolean): string => (tls ? '__Host-hob' : 'hob')
