import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../../src-main/cli/command.ts';

const command = defineCommand({
  name: 'mow lawn',
  summary: 'Mow a lawn',
  positionals: ['LAWN'],
  options: {
    height: { kind: 'text', value: 'CM', meaning: 'How high.' },
    blade: { kind: 'choice', choices: ['reel', 'rotary'], meaning: 'What with.' },
    owner: { kind: 'text', value: 'NAME', meaning: 'Whose.', required: true },
    fast: { kind: 'flag', meaning: 'Hurry.' },
    around: { kind: 'texts', value: 'THING', meaning: 'Leave it be.' },
  },
  run: () => Promise.resolve(),
});
const parse = (...args: string[]) => command.parse(['front', '--owner', 'Ada', ...args]);

describe('a command line', () => {
  it('is its words and options', () => {
    expect(parse('--height', '3', '--blade=reel', '--fast', '--json')).toEqual({
      positionals: ['front'],
      options: {
        owner: 'Ada',
        height: '3',
        blade: 'reel',
        fast: true,
        around: [],
        json: true,
        help: false,
      },
    });
  });

  it('takes every value of an option that may be given more than once', () => {
    expect(parse('--around', ' a tree=1', '--around=the pond').options.around).toEqual([
      ' a tree=1',
      'the pond',
    ]);
    expect(() => parse('--around')).toThrow('--around needs a value');
  });

  it.each([['--height', '-0.5'], ['--height=-0.5']])('takes negative numbers: %s %s', (...args) => {
    expect(parse(...args.filter(Boolean)).options.height).toBe('-0.5');
  });

  it.each(['- a list', '-', '-3 degrees', '', '--what ever'])(
    'takes %j as a value where one is due',
    (value) => expect(parse('--height', value).options.height).toBe(value),
  );

  it.each([
    [['--height', '--fast'], /--height needs a value/],
    [['--height'], /--height needs a value/],
    [['--height', '--'], /--height needs a value/],
    [['--height', '--owner=Eve'], /--height needs a value/],
    [['--heigth', '3'], /no option --heigth. Did you mean --height\?/],
    [['-x'], /no option -x/],
    [['--height=3', '--height=4'], /--height is given twice/],
    [['--fast=yes'], /--fast takes no value/],
    [['--blade', 'laser'], /--blade must be one of: reel, rotary/],
    [['back'], /does not understand "back"/],
  ])('%j is wrong usage', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  it('says what is missing', () => {
    expect(() => command.parse([])).toThrow('"mow lawn" needs LAWN.');
    expect(() => command.parse(['front'])).toThrow('"mow lawn" needs --owner NAME.');
  });

  it.each(['--help', '-h'])('with %s lacks nothing', (help) => {
    expect(command.parse([help]).options.help).toBe(true);
  });
});
