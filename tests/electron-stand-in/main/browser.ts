import { Chromium } from '../chromium/chromium.ts';
import { launch } from '../launch.ts';

/** The one Chromium of this process. */
export const chromium = new Chromium({
  isWindowed: launch.isWindowed,
  title: launch.appName,
  remoteDebuggingPort: launch.switches.get('remote-debugging-port'),
});
