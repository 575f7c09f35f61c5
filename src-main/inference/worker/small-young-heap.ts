import v8 from 'node:v8';

/*
 * Imported first, before anything is made. V8 lets the part of its heap where new objects begin
 * grow with each that survives it, to three times 16 MiB, and never gives that back: reading one
 * large vocabulary is enough. An engine makes little that lives on, and is no slower without.
 */
v8.setFlagsFromString('--semi-space-growth-factor=1');
