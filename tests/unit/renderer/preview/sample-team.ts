import type { MergeRegion } from '../../../../src-main/contract/conflicts.ts';
import type { FakeBridge } from '../../../fixtures/fake-bridge.ts';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** A shared library with notices and earlier files; another one beside it. */
export function fillTeam(bridge: FakeBridge, hasProblem: boolean): void {
  bridge.sharing.addLibrary({ name: 'private', title: 'My own letters' });
  bridge.sharing.addLibrary({
    name: 'choir',
    title: 'The choir’s programme',
    team_file: '/home/ada/Dropbox/choir.autodoc',
  });
  bridge.sharing.generations = Array.from({ length: 12 }, (_, index) => ({
    id: `generation-${index}`,
    kept_on: ago(index * 190 + 12),
    bytes: 8_400_000 - index * 120_000,
  }));
  bridge.sharing.share({
    unshared: hasProblem ? 3 : 0,
    state: hasProblem ? 'problem' : 'idle',
    problem: hasProblem
      ? {
          code: 'file_newer',
          message:
            'A newer Autodoc wrote the team file. Your work is kept here and nothing was overwritten. Update Autodoc to share again.',
        }
      : null,
    notices: [
      {
        on: ago(14),
        message:
          'The conflict copy “catalogue (Bo’s conflicted copy 2026-11-20).autodoc” was merged and is in the trash of Autodoc.',
      },
      {
        on: ago(60 * 26),
        message: 'The file was damaged: it is kept aside, and 212 of 212 changes were recovered.',
      },
    ],
  });
}

/** Two versions of a text, with passages of all kinds. */
export function fillConflict(bridge: FakeBridge): void {
  const paragraph =
    'The paper comes from a mill eleven kilometres up the river, and arrives in sheets that are still a little warm. We let it lie for a week before anybody cuts it. ';
  const regions: readonly MergeRegion[] = [
    { kind: 'merged', text: `${paragraph.repeat(6)}\n\nThe binding is ` },
    {
      kind: 'choice',
      base: 'sewn by hand.',
      ours: 'sewn by hand, in the old way that Elif learned in Izmir.',
      theirs: 'sewn by two people at one table, in the way that Elif learned.',
    },
    { kind: 'merged', text: `\n\n${paragraph.repeat(2)}\n\n` },
    {
      kind: 'choice',
      base: 'Readers ask what the glue is made of. It is made of patience.\n',
      ours: '',
      theirs: 'Readers ask what the glue is made of. It is made of wheat, water and patience.\n',
    },
    { kind: 'merged', text: `\n${paragraph.repeat(5)}` },
  ];
  const text = regions
    .map((region) => (region.kind === 'merged' ? region.text : region.ours))
    .join('');
  const { id } = bridge.addDocument('How the bindings are made', text);
  bridge.sharing.addConflict(id, regions, { author_name: 'Maria Oliveira', others: 1 });
}
