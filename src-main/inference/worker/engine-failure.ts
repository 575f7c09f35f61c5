import { AppError } from '../../contract/errors.ts';

/** How onnxruntime, C++ and V8 say that there is no memory left. They have no code for it. */
const memoryWords =
  /bad_alloc|(Failed|Cannot) (to )?allocate memory|Array buffer allocation failed|Invalid typed array length|out of memory/i;

/** What went wrong inside an operation, as the error that a person can do something about. */
export function toEngineFailure(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (!memoryWords.test(error.message)) return error;
  return new AppError(
    'out_of_memory',
    'There is not enough free memory for this model. Your text is kept. Close other applications, ' +
      'or choose a smaller variant (int4 needs the least) or a smaller model.',
    { cause: error },
  );
}
