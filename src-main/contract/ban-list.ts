import type { Settings } from './settings.ts';

/*
 * Words that no draft contains unless the user says otherwise. A model repeats what it was
 * trained on, and people wrote these.
 */

/**
 * The list that comes with Autodoc: words and phrases that insult people for what they are in
 * nearly every use they have today. Those with an everyday sense of their own ("chink", "spade",
 * "dyke") are left out: a draft may speak of a chink in the wall. Banned words are whole words,
 * so plurals stand beside their singulars; capitals make no difference.
 */
export const slurs: readonly string[] = [
  // Against people of colour and of other descents
  ...['nigger', 'niggers', 'nigga', 'niggas', 'niglet', 'niglets', 'negress', 'negresses'],
  ...['darky', 'darkies', 'darkie', 'darkey', 'darkeys', 'sambo', 'sambos', 'golliwog'],
  ...['jigaboo', 'jigaboos', 'pickaninny', 'pickaninnies', 'piccaninny', 'piccaninnies'],
  ...['porch monkey', 'porch monkeys', 'jungle bunny', 'jungle bunnies', 'spearchucker'],
  ...['kaffir', 'kaffirs', 'wog', 'wogs', 'boong', 'boongs', 'abo', 'abos'],
  ...['wop', 'wops', 'dago', 'dagos', 'dagoes', 'spic', 'spics', 'spick', 'spicks'],
  ...['wetback', 'wetbacks', 'beaner', 'beaners', 'polack', 'polacks', 'bohunk', 'bohunks'],
  ...['gook', 'gooks', 'zipperhead', 'zipperheads', 'jap', 'japs', 'ching chong'],
  ...['chinaman', 'chinamen', 'chinky', 'chinkies', 'coolie', 'coolies'],
  ...['paki', 'pakis', 'raghead', 'ragheads', 'towelhead', 'towelheads'],
  ...['camel jockey', 'camel jockeys', 'gyppo', 'gyppos', 'gippo', 'gippos', 'pikey', 'pikeys'],
  ...['injun', 'injuns', 'redskin', 'redskins', 'squaw', 'squaws'],
  ...['half-breed', 'half-breeds', 'halfbreed', 'halfbreeds'],
  // Against Jews
  ...['kike', 'kikes', 'yid', 'yids', 'hymie', 'hymies', 'heeb', 'heebs', 'sheeny', 'sheenies'],
  // Against people for whom they love or what they are
  ...['faggot', 'faggots', 'faggy', 'poofter', 'poofters', 'sodomite', 'sodomites'],
  ...['lesbo', 'lesbos', 'lezzie', 'lezzies', 'batty boy', 'fudge packer', 'fudge packers'],
  ...['tranny', 'trannies', 'shemale', 'shemales'],
  // Against women
  ...['cunt', 'cunts', 'slut', 'sluts'],
  // Against disabled people
  ...['retard', 'retards', 'retarded', 'spaz', 'mongoloid', 'mongoloids'],
];

/** What drafts must not contain by the settings, whatever parameters they are written with. */
export function bannedWords({
  is_ban_list_on,
  ban_list,
}: Pick<Settings, 'is_ban_list_on' | 'ban_list'>): readonly string[] {
  return is_ban_list_on ? (ban_list ?? slurs) : [];
}
