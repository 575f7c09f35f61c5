import { createCodec } from './codec.ts';
import { prepareIsolatedWorld, type IsolatedWorldConfiguration } from './isolated-world.ts';
import { prepareMainWorld } from './main-world.ts';

/** The two scripts that a page runs before its own: the text of this folder's functions. */
export function pageScripts(
  configuration: IsolatedWorldConfiguration,
  preloadSource: string | null,
): { readonly mainWorld: string; readonly isolatedWorld: string } {
  const codec = `(${createCodec.toString()})()`;
  const preload =
    preloadSource === null
      ? 'null'
      : `function (require, module, exports, process) {${preloadSource}\n}`;
  return {
    mainWorld: `(${prepareMainWorld.toString()})(${codec}, ${JSON.stringify(configuration.secret)})`,
    isolatedWorld: `(${prepareIsolatedWorld.toString()})(${codec}, ${JSON.stringify(configuration)}, ${preload})`,
  };
}
