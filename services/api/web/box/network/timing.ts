// How long a change of the network is on trial (confirmWithinSeconds of the contract; a test holds them together, for zod
// stays out of the page), and how long the box takes to have a certificate for a new address.
export const confirmWithinMs = 60_000
export const certifiedWithinMs = 10_000
/** Between two looks for Wi-Fi while none is seen. */
export const lookAgainMs = 5_000
