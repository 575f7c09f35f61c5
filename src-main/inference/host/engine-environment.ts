/*
 * glibc raises the size from which on memory is given back to the system at once with every large
 * block that is freed: after a while blocks of up to 32 MiB stay with a process that has no more
 * use for them. Setting it keeps it where it is. Other systems do not look at it.
 */
const givenBackFromBytes = 2 ** 20;

/** An environment with what an engine's process needs beside it. */
export function engineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { MALLOC_MMAP_THRESHOLD_: String(givenBackFromBytes), ...environment };
}
