import Database from 'better-sqlite3';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { replicaMigrations, stateMigrations, type Migration } from '../../../migrations/index.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { Connection } from '../../../src-main/store/database/connection.ts';
import { migrate } from '../../../src-main/store/database/migrate.ts';
import { temporaryDirectory } from '../../fixtures/store/temporary-library.ts';

interface Step {
  /** The version that this step leads to. */
  readonly to: number;
  readonly migrations: readonly Migration[];
  readonly database: 'replica' | 'state';
  /** What a database of version `to - 1` held. */
  readonly before: readonly string[];
  /** Queries after the step, with what they must answer. */
  readonly after: Readonly<Record<string, readonly unknown[]>>;
}

/** A new migration adds its line here and finds its schema in tests/fixtures/store/schemas. */
const steps: readonly Step[] = [
  {
    to: 1,
    migrations: replicaMigrations,
    database: 'replica',
    before: [],
    after: { 'select count(*) as n from changes': [{ n: 0 }] },
  },
  {
    to: 2,
    migrations: replicaMigrations,
    database: 'replica',
    before: [
      `insert into autodocs values ('a', 'body', 'done', null, 'v', 0, 4, 'starter', 'sha', '{}',
        7, 'cpu', 'int8', 5, -1.5, 12, 'u', '2026-11-20T10:00:00.000Z')`,
    ],
    after: {
      'select * from autodocs': [
        {
          id: 'a',
          autodoc_body: 'body',
          autodoc_state: 'done',
          failure: null,
          version_id: 'v',
          prompt_start: 0,
          prompt_end: 4,
          model_name: 'starter',
          model_sha256: 'sha',
          parameters: '{}',
          seed: 7,
          device: 'cpu',
          variant: 'int8',
          tokens: 5,
          score: -1.5,
          duration_ms: 12,
          created_by: 'u',
          created_on: '2026-11-20T10:00:00.000Z',
          candidates: '[]',
          token_ids: '[]',
        },
      ],
    },
  },
  {
    to: 3,
    migrations: replicaMigrations,
    database: 'replica',
    before: [
      `insert into changes values ('a', 'r', 1, '0000', 'u', 'document', 'd', 'document_name', '[]',
        '"Lawn"', null, x'00', x'00', null)`,
      `insert into retentions values ('t', 's', 'e', 'd', '2026-11-20T10:00:00.000Z', null)`,
    ],
    after: {
      'select id, field, value from changes': [
        { id: 'a', field: 'document_name', value: '"Lawn"' },
      ],
      'select id, document_id from retentions': [{ id: 't', document_id: 'd' }],
      // Made anew from the log afterwards.
      'select * from documents': [],
      'select id, machine_name, refused from audit': [
        { id: 'a', machine_name: null, refused: null },
      ],
    },
  },
  {
    to: 4,
    migrations: replicaMigrations,
    database: 'replica',
    before: [
      `insert into changes values ('a', 'r', 1, '0000', 'u', 'document', 'd', 'document_body', '[]',
        '"Grass"', null, x'00', x'00', null)`,
      `insert into versions values ('a', 'd', '[]', 'u', '2026-11-20T10:00:00.000Z')`,
    ],
    after: {
      'select id, value from changes': [{ id: 'a', value: '"Grass"' }],
      'select id, document_id from versions': [{ id: 'a', document_id: 'd' }],
      'select count(*) as n from conflicts': [{ n: 0 }],
      'select count(*) as n from purges': [{ n: 0 }],
    },
  },
  {
    to: 1,
    migrations: stateMigrations,
    database: 'state',
    before: [],
    after: { 'select count(*) as n from journal': [{ n: 0 }] },
  },
  {
    to: 2,
    migrations: stateMigrations,
    database: 'state',
    before: [`insert into machine_values values ('settings', '{"theme":"dark"}')`],
    after: {
      'select * from machine_values': [{ key: 'settings', value: '{"theme":"dark"}' }],
      'select count(*) as n from device_keys': [{ n: 0 }],
    },
  },
  {
    to: 3,
    migrations: stateMigrations,
    database: 'state',
    before: [`insert into replicas values ('r', 1, '2026-11-20T10:00:00.000Z')`],
    after: {
      'select id, is_current from replicas': [{ id: 'r', is_current: 1 }],
      'select count(*) as n from seen_files': [{ n: 0 }],
      'select count(*) as n from queued_elsewhere': [{ n: 0 }],
      'select count(*) as n from checked_signatures': [{ n: 0 }],
    },
  },
];

function schemaOf(file: string): string {
  const database = new Database(file, { readonly: true });
  const rows = database
    .prepare<[string], { sql: string }>(
      `select sql from sqlite_schema where sql is not null
       and name not in (select 'full_text_' || value from json_each(?)) order by name`,
    )
    // The tables in which SQLite keeps the full-text index.
    .all(JSON.stringify(['data', 'idx', 'docsize', 'config']));
  const version = database.pragma('user_version', { simple: true });
  database.close();
  return (
    [`-- user_version ${String(version)}`, ...rows.map((row) => `${row.sql};`)].join('\n') + '\n'
  );
}

describe.each(steps)('migration of $database.db to version $to', (step) => {
  it('takes the version before to this one, rows and all', async () => {
    const file = path.join(temporaryDirectory(), 'a.db');
    const connection = new Connection({ file, logger: silentLogger, busyTimeoutMs: 0 });
    migrate(connection, step.migrations.slice(0, step.to - 1));
    connection.close();
    const filler = new Database(file);
    for (const statement of step.before) filler.exec(statement);
    filler.close();

    const again = new Connection({ file, logger: silentLogger, busyTimeoutMs: 0 });
    const upToHere = step.migrations.slice(0, step.to);
    expect(migrate(again, upToHere)).toEqual({ from: step.to - 1, to: step.to });
    expect(migrate(again, upToHere)).toEqual({ from: step.to, to: step.to });
    again.close();
    await expect(schemaOf(file)).toMatchFileSnapshot(
      `../../fixtures/store/schemas/${step.database}-${step.to}.sql`,
    );
    const reader = new Database(file, { readonly: true });
    for (const [query, rows] of Object.entries(step.after)) {
      expect(reader.prepare(query).all(), query).toEqual(rows);
    }
    reader.close();
  });
});

describe('every migration', () => {
  it('has a test', () => {
    const tested = (database: string) =>
      steps.filter((step) => step.database === database).map((step) => step.to);
    expect(tested('replica')).toEqual(replicaMigrations.map((_, index) => index + 1));
    expect(tested('state')).toEqual(stateMigrations.map((_, index) => index + 1));
  });

  it('is undone whole when a step fails', () => {
    const file = path.join(temporaryDirectory(), 'a.db');
    const connection = new Connection({ file, logger: silentLogger, busyTimeoutMs: 0 });
    const broken: Migration = (db) => [
      db.schema.createTable('half').addColumn('x', 'text').compile(),
      db.schema.dropTable('never_there').compile(),
    ];
    expect(() => migrate(connection, [...stateMigrations, broken])).toThrow('never_there');
    connection.close();
    expect(schemaOf(file)).toBe('-- user_version 0\n');
  });
});
