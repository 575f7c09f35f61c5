import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv } from 'ajv';
import * as prettier from 'prettier';
import { expect, it } from 'vitest';
import { libraryExportSchema } from '../../../../src-main/services/exchange/export-format.ts';
import { exportLines } from '../../../../src-main/services/exchange/write-export.ts';
import { openStore } from '../../../../src-main/store/open-store.ts';
import { silentLogger } from '../../../../src-main/logging/logger.ts';
import { filledLibrary } from '../../../fixtures/store/temporary-library.ts';

const file = path.resolve(
  import.meta.dirname,
  '../../../../resources/schemas/autodoc-export-1.schema.json',
);

it('is written down as JSON Schema: made from what an import checks', async () => {
  const schema = toJsonSchema(libraryExportSchema, { errorMode: 'throw' });
  const json = JSON.stringify({
    $id: 'https://autodoc.example/schemas/autodoc-export-1',
    ...schema,
  });
  const options = await prettier.resolveConfig(file);
  const text = await prettier.format(json, { ...options, filepath: file });
  // To write it anew: vitest run --update, with this file's name.
  await expect(text).toMatchFileSnapshot(file);
});

it('holds for what is exported, and not for what is none', () => {
  const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
  const isValid = new Ajv({ strict: true, strictTypes: false }).compile(schema);
  const store = openStore({ directory: filledLibrary(), logger: silentLogger });
  const exported = JSON.parse([...exportLines(store, null)].join('')) as Record<string, unknown>;
  store.close();
  isValid(exported);
  expect(isValid.errors).toBeNull();
  expect(isValid({ ...exported, more: 1 })).toBe(false);
  expect(isValid({ ...exported, version: 2 })).toBe(false);
  expect(isValid({ ...exported, audit: [{}] })).toBe(false);
});
