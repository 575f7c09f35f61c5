import type { DemoDocument } from './demo-document.ts';

/** What a city library has written. */
export const libraryDocuments: readonly DemoDocument[] = [
  {
    name: 'Annual report: a year of visits',
    sponsor: 'Amara',
    folder: 'Reports/Annual report',
    tags: ['report', 'city council'],
    brief:
      'The chapter on visitors for the council. Numbers first, then what they mean. Two pages at ' +
      'most; the tables go into the appendix.',
    dueInDays: 6,
    targetWords: 600,
    notes: [
      {
        title: 'Numbers',
        text:
          'Visits: 214,306 (the year before: 198,771). On Sundays: 31,540. Loans: 402,118. New cards: 6,204, ' +
          'of these 2,911 for children. Events: 318 with 9,870 guests.',
      },
      {
        title: 'Last year’s chapter, for the tone',
        text: 'We counted fewer people than before the renovation, and we count every one of them twice as gladly.',
      },
    ],
    editor: 'Kenji',
    handOver: 'The council reads on paper. Please no sentences longer than two lines.',
    isDrafted: true,
    body: `# A year of visits

214,306 people came through our doors last year, and most of them`,
    story: [
      {
        who: 'Kenji',
        writes: `# A year of visits

214,306 people came through our doors last year: one in twelve more than the year before. Every
seventh of them came on a Sunday, which was an experiment and is one no longer.

## Who came

6,204 people got their first card. Almost half of them were children, and nine out of ten children
came back within a month.

## What they did

They borrowed 402,118 things, from atlases to sewing machines. But more than a third of those who
came borrowed nothing. They read, learned, waited for the bus, or wanted to be where it is quiet.
`,
      },
      {
        who: 'Amara',
        says: 'Where does “more than a third” come from? The council will ask.',
        about: 'more than a third of those who\ncame borrowed nothing',
        as: 'third',
      },
      {
        who: 'Kenji',
        says: 'From the survey in October, question 4. I put it in a note.',
        to: 'third',
      },
      {
        who: 'Amara',
        says: 'Good to have this so early.',
        about: 'Every\nseventh of them came on a Sunday',
        as: 'sunday',
      },
      { who: 'Kenji', resolves: 'sunday' },
    ],
  },
  {
    name: 'House rules in plain language',
    sponsor: 'Amara',
    folder: 'Signs',
    tags: ['plain language', 'signs'],
    brief:
      'Our house rules are from 1987. Write them so that a ten-year-old and a tired adult understand ' +
      'them. Say what is allowed before what is not.',
    dueInDays: 2,
    targetWords: 170,
    editor: 'Saskia',
    body: `# House rules

It is forbidden to consume foodstuffs in the reading rooms.`,
    story: [
      { who: 'Saskia', does: 'start' },
      {
        who: 'Saskia',
        writes: `# Welcome

You may stay as long as we are open. You need no card to read here.

- You may drink. Please close your bottle beside the computers.
- You may talk, softly on the first floor and as you like in the café.
- You may bring your dog if it is the quiet kind.
- Offenders against these provisions may be expelled from the premises.
`,
      },
      {
        who: 'Amara',
        says: 'We do allow dogs, but only assistance dogs. The insurance insists.',
        about: 'You may bring your dog if it is the quiet kind.',
        as: 'dogs',
      },
      {
        who: 'Amara',
        says: 'One sentence has escaped from 1987.',
        about: 'Offenders against these provisions may be expelled from the premises.',
        as: '1987',
      },
      {
        who: 'Saskia',
        writes: `# Welcome

You may stay as long as we are open. You need no card to read here.

- You may drink. Please close your bottle beside the computers.
- You may talk, softly on the first floor and as you like in the café.
- Assistance dogs are welcome. All others wait in the yard, where there is water.

If somebody makes it hard for others to be here, we ask them to leave.
`,
      },
      { who: 'Saskia', says: 'Both are changed.', to: 'dogs' },
      { who: 'Saskia', does: 'submit', note: 'The sign in the lift has room for six lines.' },
      {
        who: 'Amara',
        says: 'It is seven lines. Can the two about drinking and talking become one?',
        about: 'You may drink. Please close your bottle beside the computers.',
      },
      {
        who: 'Amara',
        does: 'request_changes',
        note: 'Almost there: it has to fit the sign in the lift.',
      },
    ],
  },
  {
    name: 'Reading club: invitation for autumn',
    sponsor: 'Amara',
    folder: 'Events',
    tags: ['events', 'letter'],
    brief: 'For people who have never been to a reading club and think that it is not for them.',
    dueInDays: 8,
    targetWords: 130,
    editor: 'Theo',
    isDrafted: true,
    body: `Dear neighbours,

a reading club is a kitchen table with more chairs. Ours meets`,
    story: [
      {
        who: 'Theo',
        writes: `Dear neighbours,

a reading club is a kitchen table with more chairs. Ours meets on the first Thursday of the month,
at seven, between the cookery books and the window. There is tea.

You need not have finished the book. You need not have liked it either. Last year our liveliest
evening was about a novel that nobody had read to the end.

We begin in September with a short one, so that everybody has an excuse to come.
`,
      },
      { who: 'Theo', does: 'submit', note: 'I left out the title, as you have not decided yet.' },
    ],
  },
  {
    name: 'Opening speech for the children’s wing',
    sponsor: 'Amara',
    folder: 'Speeches',
    tags: ['speech'],
    brief:
      'Four minutes, spoken. The mayor stands on my left, forty children sit on the floor. Thank the ' +
      'builders by name. One joke, for the children.',
    dueInDays: 2,
    targetWords: 450,
    notes: [{ title: 'The builders', text: 'Rosa Iten, Mehmet Yıldız, Paul and Paulina Grau.' }],
    editor: 'Kenji',
    handOver: 'I speak slowly. 450 words are four minutes.',
    isDrafted: true,
    body: `Good morning! Before the grown-ups begin: who of you has already found the slide behind the shelf?`,
    story: [],
  },
  {
    name: 'The lamplighter of Pier Street',
    sponsor: 'Amara',
    folder: 'Reading trail',
    tags: ['story', 'children'],
    brief:
      'The third stop of the reading trail: a story of two minutes, read aloud under the old lamp.',
    dueInDays: 14,
    targetWords: 280,
    editor: 'Theo',
    isDrafted: true,
    body: `# The lamplighter of Pier Street

Once upon a time, when Pier Street ended in the water, there lived an old man who lit the lamps.
Every evening he took his ladder and his little flame, and`,
    story: [
      {
        who: 'Theo',
        writes: `# The lamplighter of Pier Street

Once upon a time, when Pier Street ended in the water, there lived an old man who lit the lamps.
Every evening he took his ladder and his little flame and began at the church, where it gets dark
first. The last lamp stood out on the pier. He lit that one for nobody, he said.

One night in November the fog came in so thick that he could not see his own ladder. He counted his
steps, and lit the last lamp as ever.

`,
        keepsDraft: true,
      },
      {
        who: 'Theo',
        says: 'I let the model go on from the fog and kept a little of it. The end is still mine to write.',
      },
    ],
  },
  {
    name: 'Leaflet: borrow a telescope',
    sponsor: 'Amara',
    folder: 'Leaflets',
    tags: ['leaflet', 'library of things'],
    brief: 'How to borrow it, how to hold it, what to look at first. A folded sheet.',
    dueInDays: -6,
    targetWords: 150,
    editor: 'Theo',
    body: `# Borrow a telescope

You can take it home for two weeks.`,
    story: [
      {
        who: 'Theo',
        writes: `# Borrow a telescope

You can take it home for two weeks, with your card and without a deposit.

1. Carry it upright, by the mount.
2. Let it stand outside for half an hour. Cold air wobbles less.
3. Begin with the moon, three days after it is new. Along the edge of the shadow the mountains stand up.

**Never look at the sun.** Not through the finder either.
`,
      },
      {
        who: 'Amara',
        says: 'Should the warning not come first?',
        about: '**Never look at the sun.**',
        as: 'warning',
      },
      {
        who: 'Theo',
        says: 'It is on the front of the folded sheet as well, in red.',
        to: 'warning',
      },
      { who: 'Amara', resolves: 'warning' },
      { who: 'Theo', does: 'submit' },
      { who: 'Amara', does: 'approve', note: 'To the printer on Monday.' },
    ],
  },
  {
    name: 'Grant application: evening opening hours',
    sponsor: 'Amara',
    folder: 'Grants',
    tags: ['grant', 'city council'],
    brief: 'Two pages for the foundation: why we want to open until ten, and what it costs.',
    dueInDays: 30,
    targetWords: 800,
    notes: [
      {
        title: 'The foundation’s questions',
        text: '1. Who gains by it? 2. How do you know? 3. What happens when our money ends?',
      },
    ],
    editor: 'Saskia',
    handOver: 'Please begin with the second question, it is the hard one.',
    body: `# Open until ten

On weekdays we close when many people’s day begins to be their own.`,
    story: [
      {
        who: 'Saskia',
        writes: `# Open until ten

On weekdays we close when many people’s day begins to be their own. In a survey in October four
hundred of them told us when they would come: two thirds said after eight.
`,
      },
      {
        who: 'Amara',
        retains: null,
        note: 'The foundation has moved its deadline. I come back to this after the summer.',
      },
      {
        who: 'Amara',
        writes: `# Open until ten

On weekdays we close when many people’s day begins to be their own. In a survey in October four
hundred of them told us when they would come: two thirds said after eight.

An evening with two colleagues costs 212. A hundred evenings are what we ask for.
`,
      },
    ],
  },
  {
    name: 'Thank-you letter to the volunteers',
    sponsor: 'Amara',
    folder: 'Letters',
    tags: ['letter'],
    brief: 'To forty people who carried nine thousand books up the stairs. By name, by hand.',
    dueInDays: -30,
    targetWords: 100,
    editor: 'Saskia',
    body: `Dear friends of the library,

nine thousand books, two floors, one Saturday.`,
    story: [
      {
        who: 'Saskia',
        writes: `Dear friends of the library,

nine thousand books, two floors, one Saturday, and nobody dropped the atlases. We have counted: each
of you climbed the stairs as often as it takes to get up the Matterhorn from the valley.

The shelves are full again. When you come by, pick any book that you carried and keep it for as long
as you like. We look away.
`,
      },
      { who: 'Saskia', does: 'submit' },
      { who: 'Amara', does: 'approve', note: 'I cried a little. Do not tell anybody.' },
      { who: 'Miriam', does: 'archive', note: 'Sent in the spring. Put away.' },
    ],
  },
  {
    name: 'Questions about your library card',
    sponsor: 'Amara',
    folder: 'Website',
    tags: ['website', 'plain language'],
    brief: 'The ten questions that are asked most at the desk, with answers of two sentences.',
    dueInDays: 10,
    targetWords: 350,
    editor: 'Theo',
    body: `# Your library card

**I have lost it. What now?** Call us or come by, and we block it at once. A new one costs four.

**May my child have one?**`,
    story: [
      { who: 'Amara', retains: 'Saskia', note: 'Saskia knows the desk: she has worked there.' },
    ],
  },
  {
    name: 'What the lost-and-found shelf tells us',
    sponsor: 'Amara',
    folder: 'Website/Blog',
    tags: ['website', 'story'],
    brief: 'A light piece for the blog. Nobody must recognise their umbrella.',
    dueInDays: null,
    targetWords: 320,
    editor: 'Saskia',
    body: `Eleven umbrellas, one left shoe, a jar of honey.`,
    story: [
      {
        who: 'Saskia',
        writes: `Eleven umbrellas, one left shoe, a jar of honey with a bow. On Mondays we open the cupboard behind
the desk and look at what the city has left with us.

Umbrellas are the rule. They come in spring and are not missed until autumn. Glasses are fetched
within the hour, by people who read the sign on the door from very near.

The honey was for the lady on the second floor. She got it in the end, but that is another story.
`,
      },
      {
        who: 'Amara',
        says: 'Please tell the other story!',
        about: 'that is another story',
      },
    ],
  },
  {
    name: 'Children’s book week: programme',
    sponsor: 'Amara',
    folder: 'Events',
    tags: ['events', 'children'],
    brief: '',
    dueInDays: 45,
    targetWords: null,
    body: `# Children’s book week

- Monday: the bookbinder shows how a book is sewn
- Tuesday: reading in the dark, with torches
- Wednesday: `,
    story: [],
  },
  {
    name: 'Flyer for the summer party, old version',
    sponsor: 'Amara',
    folder: 'Events',
    tags: [],
    brief: '',
    dueInDays: null,
    targetWords: null,
    body: `Come to the summer party! There is cake.`,
    story: [{ who: 'Amara', trashes: true }],
  },
];
