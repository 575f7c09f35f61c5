import type { Download } from '../contract/channels.ts';
import { AppError } from '../contract/errors.ts';
import { checkToken } from '../services/downloads/hub-token.ts';
import { defineCommand } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { present } from './member.ts';
import { describe } from './models.ts';
import { readSecret } from './secret.ts';
import { megabytes } from './table.ts';

export const modelsDownload = defineCommand({
  name: 'models download',
  summary: 'Fetch a GPT-2 model from Hugging Face and import it',
  positionals: ['NAME[@REVISION]'],
  options: {
    name: {
      kind: 'text',
      value: 'NAME',
      meaning: 'What to call it. Default: the last part of the repository’s name.',
    },
    fresh: {
      kind: 'flag',
      meaning: 'Discard what was fetched before, and take what the hub has now.',
    },
    'token-fd': {
      kind: 'text',
      value: 'N',
      meaning: 'Read an access token from this file descriptor. Default: HF_TOKEN.',
    },
  },
  details: `NAME is a repository such as openai-community/gpt2, REVISION a branch, a tag or a commit. Every
file is verified against the hub’s hashes before the model is offered. Ctrl+C pauses: the same
command goes on where it stopped, at the same commit. HF_ENDPOINT chooses another hub, HTTPS_PROXY
and NO_PROXY are honoured. A token for private repositories comes from HF_TOKEN or from a file
descriptor (--token-fd 3 3<token.txt), never from the command line, where others could read it.`,

  async run(context, { positionals, options }) {
    const given = positionals[0]!;
    const at = given.indexOf('@');
    const repository = at === -1 ? given : given.slice(0, at);
    const revision = at === -1 ? null : given.slice(at + 1);
    const token = await accessToken(options['token-fd'], process.env);
    const { services } = context.application();
    const stopListening = services.events.on('download:changed', teller(context));
    try {
      const card = await services.downloads.fetch(
        present(services),
        { repository, revision, name: options.name ?? null },
        { signal: context.signal, token, isAfresh: options.fresh },
      );
      context.progress.clear();
      answer(context, card, () => `Downloaded and imported "${card.name}".\n\n${describe(card)}`);
    } catch (error) {
      throw await withWhatIsKept(error, given, async () => {
        const kept = await services.downloads.list(services.principal(), undefined);
        return kept.find((download) => isOf(download, repository, revision)) ?? null;
      });
    } finally {
      stopListening();
    }
  },
});

/** Shows how far it is; says once why it waits where nobody looks at a terminal. */
function teller({ progress }: CliContext): (download: Download) => void {
  let state: Download['state'] = 'running';
  return (download) => {
    if (download.state === 'waiting' && state !== 'waiting') progress.note(download.message);
    ({ state } = download);
    if (state !== 'failed') progress.update(inOneLine(download));
  };
}

function inOneLine(download: Download): string {
  const { message, received_bytes, total_bytes, bytes_per_second, state } = download;
  if (state === 'importing' || state === 'done') return message;
  const amount =
    total_bytes === null
      ? megabytes(received_bytes)
      : `${megabytes(received_bytes)} of ${megabytes(total_bytes)}`;
  const speed = bytes_per_second === null ? '' : `, ${megabytes(bytes_per_second)}/s`;
  return `${message}: ${amount}${speed}`;
}

/** A pause says how to go on; a commit that is gone says how to begin anew. */
async function withWhatIsKept(
  error: unknown,
  given: string,
  look: () => Promise<Download | null>,
): Promise<unknown> {
  if (!(error instanceof AppError)) return error;
  const command = `autodoc models download ${given}`;
  const options = { details: error.details, cause: error };
  if (error.code === 'not_found' && 'commit' in error.details) {
    return new AppError(error.code, `${error.message} Here: ${command} --fresh`, options);
  }
  if (error.code !== 'cancelled') return error;
  const kept = await look();
  return new AppError(
    'cancelled',
    kept === null
      ? 'Stopped. Nothing was fetched yet.'
      : `Paused at ${amountOf(kept)}, which are kept. To go on: ${command}`,
    options,
  );
}

const amountOf = ({ received_bytes, total_bytes }: Download): string =>
  total_bytes === null
    ? megabytes(received_bytes)
    : `${megabytes(received_bytes)} of ${megabytes(total_bytes)}`;

const isOf = (download: Download, repository: string, revision: string | null): boolean =>
  repository.endsWith(download.repository) && (revision === null || download.revision === revision);

/** The token that a command line was given in one of the two ways that nobody can look at. */
async function accessToken(
  descriptor: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  if (descriptor === undefined) {
    const inherited = environment.HF_TOKEN?.trim() ?? '';
    return inherited === '' ? null : checkToken(inherited);
  }
  return checkToken((await readSecret('token-fd', descriptor)).trim());
}
