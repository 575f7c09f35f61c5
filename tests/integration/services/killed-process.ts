import { composeFakeApplication } from './fake-application.ts';

/*
 * A process to be killed: saves documents one after the other, says so on standard output
 * once each is saved, and drafts all the while. `node killed-process.ts DIRECTORY`.
 */

const application = composeFakeApplication({ directory: process.argv[2]! });
const owner = await application.owner();
application.services.start();
for (let count = 0; ; count += 1) {
  const { document } = await application.services.documents.create(owner, {
    document_name: `Document ${count}`,
    document_body: `The text of document ${count} of process ${process.pid}.`,
    draft: true,
  });
  process.stdout.write(`${JSON.stringify([document.id, document.document_body])}\n`);
  await new Promise((resolve) => setTimeout(resolve, 3));
}
