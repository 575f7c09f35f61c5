import type { AutodocWithDocument } from '../../../../src-main/contract/domain.ts';

/** A finished draft, with what a test cares about changed. */
export function aDraft(fields: Partial<AutodocWithDocument> = {}): AutodocWithDocument {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    candidates: [],
    document_id: '01900000-0000-7000-8000-0000000000d1',
    autodoc_body: ' and so the morning began.',
    autodoc_state: 'done',
    failure: null,
    version_id: '01900000-0000-7000-8000-0000000000e1',
    prompt_start: 0,
    prompt_end: 12,
    model_name: 'starter',
    model_sha256: 'ab'.repeat(32),
    parameters: { strategy: 'beam' },
    seed: 7,
    device: 'cpu',
    variant: 'int8',
    tokens: 80,
    score: -1.5,
    duration_ms: 2_000,
    created_by: '01900000-0000-7000-8000-0000000000f1',
    created_on: '2026-11-20T10:00:00.000Z',
    ...fields,
  };
}
