import { AppError, type ErrorDetails } from '../../contract/errors.ts';

/** A file of a model folder that cannot be used as it is: which one, what is wrong, what to do. */
export function invalidModelFile(
  file: string,
  problem: string,
  options: { remedy?: string; details?: ErrorDetails; cause?: unknown } = {},
): AppError {
  const remedy = options.remedy ?? 'Download or copy this file again.';
  return new AppError(
    'model_invalid',
    `${file}: ${problem}. Nothing of this model is used. ${remedy}`,
    { details: { file, ...options.details }, cause: options.cause },
  );
}

/** A model of another kind than the engine runs, or with an option that it does not know. */
export function unsupportedModel(file: string, problem: string, option: string): AppError {
  return new AppError(
    'model_unsupported',
    `${file}: ${problem}. Autodoc runs models of the GPT-2 family. Nothing was imported; choose another model.`,
    { details: { file, option } },
  );
}
