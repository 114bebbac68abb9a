// The box's health in English. Part of en.ts. What a check finds is told in the box's own sentences.
import { many } from './many.ts'

export const healthEn = {
  health: {
    title: 'Health',
    loading: 'what the last checks found',
    intro:
      'The box looks at itself: disk, network, page, model, clock, heat. One check asks a model for a word.',
    never: 'Not checked since the box started',
    healthy: 'All is well',
    unknown: 'Not everything could be checked',
    issues: (count: number) => `${many(count, 'thing needs', 'things need')} a look`,
    checked: (when: string) => `Checked: ${when}`,
    run: 'Check now',
    again: 'Check again',
    running: (done: number, all: number) => `Checking: ${done} of ${all} done`,
    progress: 'Checks that are done',
    stop: 'Stop waiting',
    checking: 'checking…',
    checks: {
      data: 'Saving',
      space: 'Space on the disk',
      lan: 'Reachable in the network',
      page: 'This page',
      model: 'A model answers',
      name: 'Found by its name',
      clock: 'Clock',
      disks: 'Disks',
      temperature: 'Temperature',
    },
    looks: {
      ok: 'fine',
      warning: 'worth a look',
      serious: 'needs a hand',
      broke: 'could not be checked',
      not_measured: 'not measured',
      not_run: 'not yet',
    },
    fixSpace: (size: string) => `Remove unfinished downloads (${size})`,
    fixSpaceTitle: 'Remove unfinished downloads?',
    fixSpaceText: (size: string) =>
      `${size} of downloads that stopped are deleted. They would begin anew. What is being downloaded now goes on.`,
    fixSpaceAction: 'Remove',
    fixedSpace: 'Unfinished downloads are removed',
  },
}
