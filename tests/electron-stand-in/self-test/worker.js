// A utility process: answers a message with what it got and with what it was started with.
process.parentPort.on('message', ({ data }) => {
  if (data === 'crash') process.exit(7);
  const sum = data.bytes.reduce((total, byte) => total + byte, 0);
  process.parentPort.postMessage({ sum, args: process.argv.slice(2), type: process.type });
});
