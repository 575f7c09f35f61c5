import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { derivedRowsOf } from '../../fixtures/store/replicas.ts';
import { documentNames, keptIn, machineOf, Team } from './shared-folder.ts';

describe('a round', () => {
  it('brings what one machine wrote to the other and back', async () => {
    const team = new Team();
    const [ada, ben] = [team.machine('ada'), team.machine('ben')];
    ada.write('From Ada');
    expect(await ada.round()).toEqual({
      ...{ taken: 0, published: true, is_settled: true, problem: null },
    });
    ben.write('From Ben');
    expect(ben.sync.unshared()).toBeGreaterThan(0);
    expect(await ben.round()).toMatchObject({ published: true, is_settled: true, problem: null });
    expect(ben.sync.unshared()).toBe(0);
    expect(await ada.round()).toMatchObject({ published: false, is_settled: true, problem: null });
    for (const { store } of [ada, ben]) {
      expect(documentNames(store)).toEqual(['From Ada', 'From Ben']);
      expect(store.verify().problems).toEqual([]);
    }
    expect(derivedRowsOf(ada.store)).toEqual(derivedRowsOf(ben.store));
    expect(team.names()).toEqual(['team.db']);
  });

  it('goes on beside the rounds of others, and all of them come to the same', async () => {
    const team = new Team();
    const machines = ['ada', 'ben', 'cy', 'dee'].map((name) => team.machine(name));
    for (let count = 0; count < 6; count++) {
      for (const machine of machines) machine.write(`${machine.name} ${count}`);
      await Promise.all(machines.map((machine) => machine.round()));
    }
    for (let count = 0; count < 2; count++) {
      for (const machine of machines) await machine.round();
    }
    for (const machine of machines) {
      expect(await machine.round()).toMatchObject({ published: false, is_settled: true });
      expect(documentNames(machine.store)).toHaveLength(24);
      expect(derivedRowsOf(machine.store)).toEqual(
        derivedRowsOf(machines[0]?.store ?? machine.store),
      );
    }
    expect(team.names()).toEqual(['team.db']);
  });

  it('waits for the one before it', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    const outcomes = await Promise.all([ada.round(), ada.round()]);
    expect(outcomes.map(({ published }) => published)).toEqual([true, false]);
  });

  it('can be stopped, and the next one goes on', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    const stop = new AbortController();
    const stopped = machineOf('ada', ada.store, team.file, {
      signal: stop.signal,
      onStep(step) {
        if (step === 'copy beside') stop.abort();
      },
    });
    expect(await stopped.round()).toMatchObject({
      ...{ published: false, is_settled: false, problem: null },
    });
    expect(team.names()).toEqual([]);
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true });
  });

  it('with nothing new looks at names and stats alone', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    await ada.round();
    ada.steps.length = 0;
    expect(await ada.round()).toMatchObject({ taken: 0, published: false, is_settled: true });
    expect(ada.steps).toEqual(['sweep']);
    expect(fs.readdirSync(path.join(ada.store.directory, 'team', 'tmp'))).toEqual([]);
  });

  it('writes a plain SQLite file without what is this machine’s alone', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One', 'The words of it');
    await ada.round();
    const file = new Database(team.file, { readonly: true });
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(file.prepare('select key from meta').pluck().all()).toEqual(['identity']);
    expect(file.prepare('select document_body from documents').pluck().get()).toBe(
      'The words of it',
    );
    file.close();
    expect(keptIn(ada.store, 'generations')).toEqual([]);
  });
});
