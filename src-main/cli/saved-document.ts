import type { SavedDocument } from '../contract/channels.ts';
import type { AutodocWithDocument, Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import { answer, type CliContext } from './context.ts';

/** Waits for a saved document's draft where there is one to wait for, then tells of both. */
export async function finishSave(
  context: CliContext,
  { document, version, head_version_ids, autodoc: queued }: SavedDocument,
  { wait }: { readonly wait: boolean },
): Promise<void> {
  const autodoc = queued !== null && wait ? await waitForDraft(context, queued.id) : queued;
  answer(context, { ...document, version_id: version.id, head_version_ids, autodoc }, () => {
    const saved = `Saved "${document.document_name}" (${document.id}).`;
    if (autodoc === null) return saved;
    if (autodoc.autodoc_state === 'queued') return `${saved} A draft is queued.`;
    return `${saved}\n\n${autodoc.autodoc_body.trim()}`;
  });
  if (autodoc?.autodoc_state === 'failed') {
    throw new AppError(
      'internal',
      `The text is saved. The draft failed: ${autodoc.failure ?? 'for no known reason'}`,
      { details: { autodoc_id: autodoc.id } },
    );
  }
}

async function waitForDraft(context: CliContext, autodocId: Id): Promise<AutodocWithDocument> {
  const { services } = context.application();
  const stopListening = services.events.on('draft:progress', (draft) => {
    const which = draft.autodoc_id === autodocId ? 'Drafting' : 'Drafting what was queued before';
    context.progress.update(
      `${which}: ${draft.tokens} of at most ${draft.max_new_tokens} tokens, ${draft.tokens_per_second.toFixed(0)} tokens/s`,
    );
  });
  context.progress.update('Drafting');
  services.drafting.start();
  try {
    return await services.drafting.ended(services.principal(), autodocId, context.signal);
  } catch (error) {
    const kept = 'The text is saved and its draft stays queued.';
    const details = { autodoc_id: autodocId };
    if (context.signal.aborted) {
      throw new AppError('cancelled', `Stopped waiting. ${kept}`, { details });
    }
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${kept} ${error.message}`, {
      details: { ...error.details, ...details },
      cause: error,
    });
  } finally {
    stopListening();
    context.progress.clear();
  }
}
