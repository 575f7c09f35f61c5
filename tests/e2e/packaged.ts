import path from 'node:path';
import {
  extractArchive,
  packageApplication,
} from '../integration/packaging/package-application.ts';

/**
 * Packages the application into a folder and answers the folder of what its archive holds. The
 * folder should lie outside this project, whose own node_modules would hide what is missing.
 */
export function extractedPackage(folder: string): string {
  return extractArchive(packageApplication(path.join(folder, 'package')));
}
