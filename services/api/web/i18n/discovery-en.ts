// Other boxes on the network in English. Part of en.ts.
export const discoveryEn = {
  others: {
    title: 'Other boxes',
    text: 'Which other boxes are on this network?',
    look: 'Look around',
    again: 'Look again',
    looking: (time: string) => `Listening to the network for ${time}…`,
    none: 'No other box answered.',
    noneText:
      'Check that it is switched on and in the same network, not in one for guests, then look again. If its address is known, that opens it, too.',
    unclaimed: 'new, has no owner yet',
    certificate: 'Certificate begins with',
  },
}
