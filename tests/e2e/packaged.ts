import path from 'node:path';
import {
  extractArchive,
  packageApplication,
} from '../integration/packaging/package-application.ts';

/** Packages the application and answers the folder of what its archive holds. */
export function extractedPackage(root: string): string {
  return extractArchive(packageApplication(root, path.join(root, 'release', 'e2e')));
}
