/*
 * The window's own origin. A scheme of our own instead of file:// gives the window a real
 * origin to check senders against and lets every response carry its security headers.
 */

export const appScheme = 'app';
export const appHost = 'autodoc';
export const appOrigin = `${appScheme}://${appHost}`;
export const startUrl = `${appOrigin}/index.html`;
