import type { UserStatus, UserType } from '../../contract/domain.ts';

/** What everybody in the demonstration signs in with. */
export const demoPassword = 'a-demo-password';

export interface DemoPerson {
  readonly name: string;
  readonly email: string;
  readonly organization: string;
  readonly user_type: UserType;
  readonly user_status: UserStatus;
}

const agency = 'Harbour Street Texts';
const workshop = 'Alder & Finch, workshop';
const library = 'Northbay City Library';

/** By the name that the documents' stories call them by. The admin is first. */
export const demoPeople = {
  Miriam: {
    ...{ name: 'Miriam Okafor', email: 'miriam@demo.example', organization: agency },
    ...{ user_type: 'admin', user_status: 'approved' },
  },
  Jonas: {
    ...{ name: 'Jonas Lindqvist', email: 'jonas@demo.example', organization: workshop },
    ...{ user_type: 'sponsor', user_status: 'approved' },
  },
  Amara: {
    ...{ name: 'Amara Nwosu', email: 'amara@demo.example', organization: library },
    ...{ user_type: 'sponsor', user_status: 'approved' },
  },
  Theo: {
    ...{ name: 'Theo Marchetti', email: 'theo@demo.example', organization: agency },
    ...{ user_type: 'editor', user_status: 'approved' },
  },
  Saskia: {
    ...{ name: 'Saskia de Vries', email: 'saskia@demo.example', organization: agency },
    ...{ user_type: 'editor', user_status: 'approved' },
  },
  Kenji: {
    ...{ name: 'Kenji Watanabe', email: 'kenji@demo.example', organization: agency },
    ...{ user_type: 'editor', user_status: 'approved' },
  },
  Lucia: {
    ...{ name: 'Lucía Ferrer', email: 'lucia@demo.example', organization: '' },
    ...{ user_type: 'editor', user_status: 'pending' },
  },
  Oskar: {
    ...{ name: 'Oskar Brandt', email: 'oskar@demo.example', organization: 'Brandt Reisen' },
    ...{ user_type: 'sponsor', user_status: 'suspended' },
  },
} as const satisfies Record<string, DemoPerson>;

type People = typeof demoPeople;
type OfType<Type extends UserType> = {
  [Name in keyof People]: People[Name] extends { user_type: Type; user_status: 'approved' }
    ? Name
    : never;
}[keyof People];

export type DemoSponsor = OfType<'sponsor'>;
export type DemoEditor = OfType<'editor'>;
/** Who does something in a story: those that may sign in. */
export type DemoActor = DemoSponsor | DemoEditor | OfType<'admin'>;
