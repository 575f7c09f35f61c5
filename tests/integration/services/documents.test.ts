import { describe, expect, it } from 'vitest';
import type { ServiceEvents } from '../../../src-main/services/event-bus.ts';
import type { FakeApplication } from './fake-application.ts';
import { openWorkplace } from './workplace.ts';

const page = { query: '', place: 'library', offset: 0, limit: 50 } as const;

async function newDocument(
  workplace: FakeApplication,
  document_body = 'The lawn grows.',
  draft = false,
) {
  return workplace.services.documents.create(await workplace.owner(), {
    document_name: 'Lawn',
    document_body,
    draft,
  });
}

describe('a new document', () => {
  it('is queued for a draft, tied to it by its first version', async () => {
    const workplace = openWorkplace();
    const { document, version, autodoc } = await newDocument(workplace, 'The lawn grows.', true);

    expect(autodoc).toMatchObject({
      autodoc_state: 'queued',
      document_id: document.id,
      version_id: version.id,
      model_name: 'starter',
      parameters: { strategy: 'beam', max_length: 100, num_beams: 5, no_repeat_ngram_size: 4 },
    });
    expect(workplace.library.store().autodocs.queue()).toEqual([autodoc]);
  });

  it.each(['', ' \n\t '])('is not drafted from nothing: %j', async (body) => {
    const workplace = openWorkplace();
    const { autodoc } = await newDocument(workplace, body, true);
    expect(autodoc).toBeNull();
    expect(workplace.library.store().autodocs.list()).toEqual([]);
  });

  it('is only for members', async () => {
    const { services } = openWorkplace();
    const payload = { document_name: 'Lawn', document_body: '', draft: false };
    await expect(async () =>
      services.documents.create(services.principal(), payload),
    ).rejects.toMatchObject({ code: 'not_allowed' });
  });
});

describe('saving', () => {
  it('makes a version on top of what was seen', async () => {
    const workplace = openWorkplace();
    const { document, version } = await newDocument(workplace);
    const saved = await workplace.services.documents.save(await workplace.owner(), {
      document_id: document.id,
      document_body: 'The lawn is mown.',
      base_version_ids: [version.id],
      draft: true,
    });
    expect(saved.document.document_body).toBe('The lawn is mown.');
    expect(saved.version.parents).toEqual([version.id]);
    expect(saved.head_version_ids).toEqual([saved.version.id]);
    expect(saved.autodoc).toMatchObject({ version_id: saved.version.id, autodoc_state: 'queued' });
  });

  it('makes nothing of an unchanged text that is not to be drafted', async () => {
    const workplace = openWorkplace();
    const { document, version } = await newDocument(workplace);
    const saved = await workplace.services.documents.save(await workplace.owner(), {
      document_id: document.id,
      document_body: document.document_body,
      base_version_ids: [version.id],
      draft: false,
    });
    expect(saved).toMatchObject({ version: { id: version.id }, autodoc: null });
    expect(workplace.library.store().versions.list(document.id)).toHaveLength(1);
  });

  it('on top of a version that is no longer the latest keeps both texts', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const { document, version } = await newDocument(workplace);
    const save = (document_body: string) =>
      workplace.services.documents.save(owner, {
        document_id: document.id,
        document_body,
        base_version_ids: [version.id],
        draft: false,
      });
    await save('In one window.');
    const late = await save('In another window.');

    expect(late.version.parents).toEqual([version.id]);
    expect(late.head_version_ids).toHaveLength(2);
    const bodies = workplace.library
      .store()
      .versions.list(document.id)
      .map(({ id }) => workplace.library.store().versions.get(id)!.document_body);
    expect(bodies).toEqual(expect.arrayContaining(['In one window.', 'In another window.']));
  });

  it('of a document that is not there says so', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const document_id = '00000000-0000-7000-8000-000000000000';
    const text = { document_id, document_body: 'x', base_version_ids: [], draft: false };
    await expect(workplace.services.documents.save(owner, text)).rejects.toMatchObject({
      code: 'not_found',
      details: { id: document_id },
    });
  });
});

describe('autosave', () => {
  async function autosaved(workplace: FakeApplication, document_body: string) {
    const { document, version } = await newDocument(workplace);
    const owner = await workplace.owner();
    const text = { document_id: document.id, document_body, base_version_ids: [version.id] };
    await workplace.services.documents.autosave(owner, text);
    const open = () => workplace.services.documents.open(owner, { document_id: document.id });
    return { document, version, owner, text, open };
  }

  it('keeps the text without a version or a draft', async () => {
    const workplace = openWorkplace();
    const { document, version, open } = await autosaved(workplace, 'The lawn gr');
    expect(await open()).toMatchObject({
      document: { document_body: 'The lawn grows.' },
      journal: { document_body: 'The lawn gr', base_version_ids: [version.id] },
    });
    expect(workplace.library.store().versions.list(document.id)).toHaveLength(1);
    expect(workplace.library.store().autodocs.list()).toEqual([]);
  });

  it('is over once the text is saved', async () => {
    const workplace = openWorkplace();
    const { owner, text, open } = await autosaved(workplace, 'The lawn gr');
    await workplace.services.documents.save(owner, { ...text, draft: false });
    expect(await open()).toMatchObject({
      journal: null,
      document: { document_body: 'The lawn gr' },
    });
  });

  it('forgets what was typed and taken back', async () => {
    const workplace = openWorkplace();
    const { owner, text, open, document } = await autosaved(workplace, 'The lawn gr');
    const { document_body } = document;
    await workplace.services.documents.autosave(owner, { ...text, document_body });
    expect((await open()).journal).toBeNull();
    expect(workplace.library.store().journal.documentIds()).toEqual([]);
  });

  it('becomes a version with a draft when the application ends', async () => {
    const workplace = openWorkplace();
    const { owner, open } = await autosaved(workplace, 'The lawn gr');
    expect(await workplace.services.documents.keepJournals(owner)).toBe(1);
    expect(await open()).toMatchObject({
      journal: null,
      document: { document_body: 'The lawn gr' },
    });
    expect(workplace.library.store().autodocs.queue()).toHaveLength(1);
    expect(await workplace.services.documents.keepJournals(owner)).toBe(0);
  });
});

describe('text that somebody else has autosaved', () => {
  it('can be kept as a version without a draft, before another text is saved', async () => {
    const workplace = openWorkplace();
    const { services, library } = workplace;
    const owner = await workplace.owner();
    const one = await newDocument(workplace);
    const other = await newDocument(workplace);
    for (const { document, version } of [one, other]) {
      await services.documents.autosave(owner, {
        document_id: document.id,
        document_body: 'Typed in a window.',
        base_version_ids: [version.id],
      });
    }
    const documentIds = [one.document.id];
    expect(await services.documents.keepJournals(owner, { documentIds, draft: false })).toBe(1);
    expect(library.store().documents.get(one.document.id)!.document_body).toBe(
      'Typed in a window.',
    );
    expect(library.store().autodocs.queue()).toEqual([]);
    expect(library.store().journal.documentIds()).toEqual([other.document.id]);
  });
});

describe('restoring a version', () => {
  it('makes a new version and overwrites none, nor what was autosaved', async () => {
    const workplace = openWorkplace();
    const { services, library } = workplace;
    const owner = await workplace.owner();
    const { document, version } = await newDocument(workplace, 'First.');
    const text = { document_id: document.id, base_version_ids: [version.id] };
    await services.documents.save(owner, { ...text, document_body: 'Second.', draft: false });
    const { head_version_ids } = await services.documents.open(owner, { document_id: document.id });
    await services.documents.autosave(owner, {
      document_id: document.id,
      document_body: 'Third, not saved yet.',
      base_version_ids: [...head_version_ids],
    });

    const restored = await services.versions.restore(owner, {
      document_id: document.id,
      version_id: version.id,
    });
    expect(restored.document.document_body).toBe('First.');
    expect(restored.autodoc).toBeNull();
    const bodies = library
      .store()
      .versions.list(document.id)
      .map(({ id }) => library.store().versions.get(id)!.document_body);
    expect(bodies).toEqual(['First.', 'Third, not saved yet.', 'Second.', 'First.']);
  });

  it('of another document is refused', async () => {
    const workplace = openWorkplace();
    const one = await newDocument(workplace);
    const other = await newDocument(workplace);
    await expect(async () =>
      workplace.services.versions.restore(await workplace.owner(), {
        document_id: one.document.id,
        version_id: other.version.id,
      }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('the library', () => {
  it('starts with an owner who may do everything', async () => {
    const { services, directory } = openWorkplace();
    expect(await services.library.status(services.principal(), undefined)).toMatchObject({
      is_first_start: true,
      accounts: { is_on: false, user: null },
      app_version: '1.2.3',
      store_path: directory,
    });
    await services.library.start(services.principal(), { mode: 'just_me', name: ' Ada ' });
    expect(await services.library.status(services.principal(), undefined)).toMatchObject({
      is_first_start: false,
      accounts: {
        is_on: false,
        user: { name: 'Ada', user_type: 'admin', user_status: 'approved' },
      },
    });
    await expect(async () =>
      services.library.start(services.principal(), { mode: 'just_me', name: 'Eve' }),
    ).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('gives an owner without a name one', async () => {
    const { services } = openWorkplace();
    const status = await services.library.start(services.principal(), {
      mode: 'just_me',
      name: '',
    });
    expect(status.accounts.user?.name).not.toBe('');
  });

  it('keeps the trash apart and gives it back', async () => {
    const workplace = openWorkplace();
    const { services } = workplace;
    const owner = await workplace.owner();
    const { document } = await newDocument(workplace);
    const places = async () => {
      const listed = await services.documents.list(owner, page);
      const trashed = await services.documents.list(owner, { ...page, place: 'trash' });
      return [listed.total, trashed.total];
    };
    await services.documents.trash(owner, { document_id: document.id });
    expect(await places()).toEqual([0, 1]);
    await services.documents.restore(owner, { document_id: document.id });
    expect(await places()).toEqual([1, 0]);
  });

  it('tells of what changed', async () => {
    const workplace = openWorkplace();
    const { services } = workplace;
    const owner = await workplace.owner();
    const { document } = await newDocument(workplace);
    const heard: ServiceEvents['store:changed'][] = [];
    const stop = services.events.on('store:changed', (event) => heard.push(event));
    await services.documents.rename(owner, { document_id: document.id, document_name: 'Grass' });
    stop();
    await services.documents.rename(owner, { document_id: document.id, document_name: 'Hay' });
    expect(heard).toEqual([{ documents: [document.id], everything: false }]);
  });
});
