import { chromium } from './browser.ts';

/**
 * Asks about each download when it begins; one that is refused is cancelled. Playwright, which
 * debugs the same browser, decides where the others go.
 *
 * @param mayBegin told the download's URL and the id of the frame that it comes from
 */
export async function watchDownloads(
  mayBegin: (url: string, frameId: string) => boolean,
): Promise<void> {
  chromium().browser.on('Browser.downloadWillBegin', ({ guid, url, frameId }) => {
    if (mayBegin(url, frameId)) return;
    chromium()
      .browser.send('Browser.cancelDownload', { guid })
      .catch(() => {
        // It is over already.
      });
  });
  await chromium().browser.send('Browser.setDownloadBehavior', {
    behavior: 'default',
    eventsEnabled: true,
  });
}
