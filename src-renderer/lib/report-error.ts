import { toasts } from '../ui/toasts.svelte.ts';

/** What is said of an error that carries no words for people. */
const unknownMessage = 'Something went wrong inside Autodoc. Your text is kept.';

/** The sentence that a person reads about anything that was thrown. */
export function errorMessage(thrown: unknown): string {
  return isAppError(thrown) ? thrown.message : unknownMessage;
}

/**
 * Shows an error to the person, once, in the words it carries. Cancelled is not an error and
 * says nothing. An error that is no `AppError` is a bug: it goes to the console as well.
 */
export function reportError(thrown: unknown): void {
  if (isAppError(thrown)) {
    if (thrown.code === 'cancelled') return;
  } else {
    // The only record that a bug in the window leaves.
    // eslint-disable-next-line no-console
    console.error(thrown);
  }
  toasts.show(errorMessage(thrown), { tone: 'danger' });
}

/** Recognised by its shape: `lib` does not know the contract. */
function isAppError(thrown: unknown): thrown is Error & { readonly code: string } {
  return thrown instanceof Error && thrown.name === 'AppError' && 'code' in thrown;
}
