import { loud } from '../loud.ts';

const area = { x: 0, y: 0, width: 1920, height: 1080 };
const display = {
  id: 1,
  label: '',
  scaleFactor: 1,
  rotation: 0,
  internal: false,
  bounds: area,
  size: { width: area.width, height: area.height },
  workArea: area,
  workAreaSize: { width: area.width, height: area.height },
};

/** One display, as large as most: where Chromium draws, nobody looks. */
export const screen = loud('screen', {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
});
