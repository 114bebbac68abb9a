// Why no image is made, in words for whoever wanted one: what is wrong here, and what to do. Everything else that goes wrong in a build
// is a bug, and shows its stack.
export class Refusal extends Error {}
