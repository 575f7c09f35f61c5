import { it } from 'vitest';
import { expectHalfHolds, halfMs } from './half-of-schedules.ts';

it('nothing is lost, whatever services, machines and files do', () => expectHalfHolds(1), halfMs);
