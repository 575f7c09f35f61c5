import type { CustomScheme } from 'electron';
import { loud } from '../loud.ts';
import { isReady } from './readiness.ts';
import { registerScheme } from './schemes.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Handler>();

export const protocol = loud('protocol', {
  registerSchemesAsPrivileged(schemes: readonly CustomScheme[]): void {
    if (isReady()) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme, privileges } of schemes) {
      if (privileges?.standard !== true || privileges.secure !== true) {
        throw new Error('The stand-in for Electron knows standard, secure schemes only.');
      }
      if (privileges.bypassCSP === true) {
        throw new Error('The stand-in for Electron cannot let a scheme bypass the CSP.');
      }
      registerScheme(scheme);
    }
  },
  handle(scheme: string, handler: Handler): void {
    if (!isReady()) throw new Error('protocol.handle can only be used after app is ready');
    if (handlers.has(scheme)) throw new Error('This scheme is already registered');
    handlers.set(scheme, handler);
  },
});

/** The application's own answer to a request, null when nobody answers for its scheme. */
export function answer(request: Request): Promise<Response> | null {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1));
  return handler === undefined ? null : Promise.resolve(handler(request));
}
