import { originOf } from './schemes.ts';

/** A page's top frame, with the document that it showed when it was asked about. */
export interface WebFrameMain {
  readonly url: string;
  readonly origin: string;
  readonly parent: null;
  readonly top: WebFrameMain;
  readonly routingId: number;
  readonly processId: number;
  readonly detached: boolean;
}

/** Frames inside a page have no preload and therefore send nothing: only the top one is ever seen. */
export function topFrame(contentsId: number, url: string): WebFrameMain {
  return {
    url,
    origin: url === '' ? 'null' : originOf(url),
    parent: null,
    get top() {
      return this;
    },
    routingId: 1,
    processId: contentsId,
    detached: false,
  };
}
