import type { RoundOutcome } from '../../src-main/sync/types.ts';
import { PowerCut, type Machine, type RoundFaults } from './machine.ts';
import type { DownloadFaults } from './services/sync-service.ts';
import type { World } from './world.ts';

export interface Happenings {
  rounds: number;
  /** By the step before which the power went. */
  readonly crashes: Map<string, number>;
  readonly problems: string[];
}

/** A round as they are in a schedule: the power may go, the service does not wait. */
export async function roundAt(
  world: World,
  machine: Machine,
  happenings: Happenings,
): Promise<void> {
  const { dice } = world;
  const isDisturbed = world.has('changes during a round') && dice.chance(0.4);
  const outcome = await machine.round({
    isCut: drawCut(world),
    onStep: (step) => {
      if (isDisturbed && dice.chance(0.15)) {
        world.trace(`${machine.machine}: the service works before ${step}`);
        serve(world, machine);
      }
    },
  });
  happenings.rounds += 1;
  if (outcome instanceof PowerCut) {
    world.trace(`${machine.machine} loses power before ${outcome.step}`);
    happenings.crashes.set(outcome.step, (happenings.crashes.get(outcome.step) ?? 0) + 1);
  } else tell(world, machine, outcome);
  // On a share, what is written is there.
  if (world.service.kind === 'network share') world.service.upload(machine);
}

/** Steps that few rounds come to. */
const rareSteps = [
  'between pieces',
  'quarantine',
  'put sidecar aside',
  'copy former',
  'replace',
  'flush folder',
  'keep generation',
  'remember',
  'put copy away',
];

function drawCut({ dice, faults }: World): RoundFaults['isCut'] {
  if (!faults.has('crashes') || !dice.chance(0.4)) return undefined;
  const [at, name] = [dice.whole(12), dice.pick(rareSteps)];
  return dice.chance(0.5) ? (_, count) => count === at : (step) => step === name;
}

export function tell(world: World, { machine }: Machine, outcome: RoundOutcome): void {
  const { taken, published, is_settled, problem } = outcome;
  world.trace(
    `${machine} took ${taken}${published ? ', published' : ''}${is_settled ? ', settled' : ''}` +
      (problem === null ? '' : `, problem ${problem.code}: ${problem.message}`),
  );
}

export function serve(world: World, machine: Machine): void {
  const { dice, service } = world;
  const how = dice.pick(['up', 'down', 'both'] as const);
  if (how !== 'down') service.upload(machine);
  if (how !== 'up') service.download(machine, downloadFaults(world));
}

function downloadFaults(world: World): DownloadFaults {
  const { dice } = world;
  const concerns = (name: string): boolean => !world.untouchable.has(name) && !name.startsWith('.');
  return {
    tornAt: (name, bytes) =>
      world.has('torn downloads') && concerns(name) && dice.chance(0.2) ? dice.whole(bytes) : null,
    staysTorn: () => dice.chance(0.3),
    isPlaceholder: (name) => world.has('placeholders') && concerns(name) && dice.chance(0.15),
  };
}
