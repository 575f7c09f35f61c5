/*
 * jsdom lays nothing out, and its ranges cannot even be asked. The editor asks where its text
 * stands whenever the browser has a moment, long after the test that made it look.
 */

const nowhere = new DOMRect();

Object.assign(Range.prototype, {
  getBoundingClientRect: () => nowhere,
  getClientRects: () => [nowhere],
});
