import { ipcMain } from 'electron';
import { channelNames, openLinkChannel } from '../contract/channel-names.ts';
import { answer, type AnswerOptions } from './answer.ts';
import { parseWebLink } from './links.ts';
import { isTrustedSender } from './sender.ts';

/** Registers every channel of the contract; what is not in the contract has no handler. */
export function registerHandlers(options: AnswerOptions): void {
  for (const name of channelNames) {
    ipcMain.handle(name, (event, input: unknown) => answer(name, event, input, options));
  }
}

/** Opens a link that a person clicked, if it leads to the web by https. */
export function registerLinks(
  { page, logger }: Pick<AnswerOptions, 'page' | 'logger'>,
  open: (url: string) => Promise<void>,
): void {
  ipcMain.on(openLinkChannel, (event, input: unknown) => {
    const link = isTrustedSender(event, page) ? parseWebLink(input) : null;
    if (link === null) {
      logger.warn('link refused');
      return;
    }
    open(link).catch(() => {
      logger.warn('link not opened');
    });
  });
}
