import type { DemoDocument } from './demo-document.ts';

/** What a workshop for lamps and furniture has written. */
export const workshopDocuments: readonly DemoDocument[] = [
  {
    name: 'Larch desk lamp: product page',
    sponsor: 'Jonas',
    folder: 'Shop/Lamps',
    tags: ['product', 'spring'],
    brief:
      'A page for the shop. Warm, but no superlatives: people should see the lamp in front of them. ' +
      'Say that the arm is made of offcuts from the stair workshop next door.',
    dueInDays: 5,
    targetWords: 180,
    notes: [
      {
        title: 'Facts',
        text:
          'Arm: larch, oiled. Foot: cast iron, 1.4 kg. Shade: steel, powder-coated in moss, chalk or rust. ' +
          'Cable: 2.2 m, woven. Bulb: E27, up to 8 W, not included. Price: 148.',
      },
    ],
    editor: 'Theo',
    handOver: 'The photos come on Monday. The facts in the note are checked.',
    isDrafted: true,
    body: `# The Larch desk lamp

A lamp for people who read at night. Its arm is made of larch that was left over when the
workshop next door built a staircase, and`,
    story: [
      {
        who: 'Theo',
        writes: `# The Larch desk lamp

A lamp for people who read at night.

Its arm is made of larch that was left over when the workshop next door built a staircase. We
plane it, oil it twice and leave the knots where they are, so no two arms are alike. The foot is
cast iron and heavy enough that you can pull the shade right down to the page.

The shade turns without a screw to tighten. It comes in moss, chalk and rust.

**Good to know:** the woven cable is 2.2 metres long. The lamp takes any E27 bulb up to 8 watts;
there is none in the box, because you probably have the one you like.
`,
      },
      {
        who: 'Theo',
        says: 'Shall we name the stair workshop? It would make the story easier to believe.',
        about: 'the workshop next door built a staircase',
        as: 'workshop',
      },
      { who: 'Jonas', says: 'Yes: Brunner & Daughter. They have agreed.', to: 'workshop' },
      {
        who: 'Theo',
        writes: `# The Larch desk lamp

A lamp for people who read at night.

Its arm is made of larch that was left over when Brunner & Daughter next door built a staircase.
We plane it, oil it twice and leave the knots where they are, so no two arms are alike. The foot
is cast iron and heavy enough that you can pull the shade right down to the page.

The shade turns without a screw to tighten. It comes in moss, chalk and rust.

**Good to know:** the woven cable is 2.2 metres long. The lamp takes any E27 bulb up to 8 watts;
there is none in the box, because you probably have the one you like.
`,
      },
      { who: 'Theo', resolves: 'workshop' },
      {
        who: 'Theo',
        does: 'submit',
        note: 'Ready to read. I left the price out: the shop shows it beside the picture anyway.',
      },
      {
        who: 'Jonas',
        says: 'I like this one. Is “probably” too familiar for the shop?',
        about: 'because you probably have the one you like',
      },
    ],
  },
  {
    name: 'Letter to customers about longer delivery times',
    sponsor: 'Jonas',
    folder: 'Letters',
    tags: ['customers', 'urgent'],
    brief:
      'The kiln is broken and everything with a ceramic part is four weeks late. Say so plainly, ' +
      'say sorry once, and offer to cancel without a fee. No excuses.',
    dueInDays: 1,
    targetWords: 150,
    editor: 'Theo',
    handOver: 'This must go out this week. Please call me if anything is unclear.',
    isDrafted: true,
    body: `Dear customer,

you ordered something from us that has a part made of clay, and it will be late.`,
    story: [
      {
        who: 'Theo',
        writes: `Dear customer,

due to unforeseen technical circumstances we regret to have to inform you that your order may be
subject to a delay of approximately four weeks.

Our kiln is broken. The new heating coils are on their way from Denmark, and until they are here we
cannot fire a single lamp foot.

You may of course cancel your order at any time, and we will return what you have paid.

With kind regards
Jonas Lindqvist
`,
      },
      { who: 'Theo', does: 'submit', note: 'A first version. The date of the coils is not known.' },
      {
        who: 'Jonas',
        says: 'This is the voice of an insurance company. Please begin with the broken kiln.',
        about: 'due to unforeseen technical circumstances',
        as: 'voice',
      },
      {
        who: 'Jonas',
        says: 'Missing: that cancelling costs nothing.',
        about: 'You may of course cancel your order at any time',
      },
      {
        who: 'Jonas',
        does: 'request_changes',
        note: 'The second paragraph is the letter. Please make the rest sound like it.',
      },
      { who: 'Theo', says: 'Understood, it will be done tonight.', to: 'voice' },
    ],
  },
  {
    name: 'How to care for oiled wood',
    sponsor: 'Jonas',
    folder: 'Guides',
    tags: ['guide'],
    brief: 'A leaflet that lies in every parcel: one page, in the order in which people ask.',
    dueInDays: 9,
    targetWords: 250,
    editor: 'Kenji',
    isDrafted: true,
    body: `# How to care for oiled wood

Oiled wood wants little. Wipe it with a damp cloth, dry it at once, and once a year`,
    story: [
      {
        who: 'Kenji',
        writes: `# How to care for oiled wood

Oiled wood wants little, but it wants it regularly.

## Every day

Wipe it with a damp cloth and dry it at once. Water that stands for an hour leaves a ring.

## Once a year

Rub it down along the grain with a grey fleece, take off the dust, and oil it: a spoonful for a
table is enough. Wait twenty minutes and wipe away what the wood did not drink. Lay the cloth out
flat to dry. A crumpled cloth full of oil can catch fire by itself.

## When something went wrong

A ring, a stain, the mark of a hot pan: rub, oil, wait. What is left after the second time is part
of the table now.
`,
      },
      {
        who: 'Kenji',
        says: 'Is “a spoonful” enough for the large table? Then only the pictures are missing.',
        about: 'a spoonful for a\ntable is enough',
      },
    ],
  },
  {
    name: 'Newsletter: the workshop in May',
    sponsor: 'Jonas',
    folder: 'Newsletter',
    tags: ['newsletter', 'spring'],
    brief:
      'Three short pieces: open day on the 16th, the new apprentice, and why we stopped making the ' +
      'folding chair. People read this on the train.',
    dueInDays: 12,
    targetWords: 300,
    editor: 'Saskia',
    handOver: 'The apprentice is called Nour and would like to read her piece before it goes out.',
    isDrafted: true,
    body: `# The workshop in May

On the sixteenth the doors are open from ten, and whoever likes may try the lathe. Bring old
shoes.`,
    story: [],
  },
  {
    name: 'Garden bench “Quay”: product page',
    sponsor: 'Jonas',
    folder: 'Shop/Garden',
    tags: ['product', 'spring'],
    brief: 'As the page of the desk lamp, a little shorter. It is a bench: do not sing.',
    dueInDays: -2,
    targetWords: 140,
    editor: 'Saskia',
    body: `# Quay

A bench of untreated oak that may stay outside. It turns silver in its second winter.`,
    story: [
      {
        who: 'Jonas',
        says: 'Saskia, the shop opens the garden pages on Friday. Will you get to it?',
      },
    ],
  },
  {
    name: 'Price list: notes for dealers',
    sponsor: 'Jonas',
    folder: 'Dealers',
    tags: ['dealers'],
    brief: 'What has changed, what has not, and from when. A dealer reads it standing.',
    dueInDays: -4,
    targetWords: 200,
    editor: 'Theo',
    handOver: 'The numbers come from Ines in accounts.',
    body: `# To our dealers

From the first of July some prices rise by four per cent, others stay.`,
    story: [
      {
        who: 'Theo',
        writes: `# To our dealers

From the first of July the prices of lamps rise by four per cent. Furniture stays as it is.

Orders that reach us by 30 June are delivered at the old price, also where delivery is later.
`,
      },
      {
        who: 'Jonas',
        retains: 'Kenji',
        note: 'Theo is away until the tenth. Kenji, only the terms of payment are missing.',
      },
      {
        who: 'Kenji',
        writes: `# To our dealers

From the first of July the prices of lamps rise by four per cent. Furniture stays as it is.

Orders that reach us by 30 June are delivered at the old price, also where delivery is later.

Payment is due within thirty days, as before. Who pays within ten days may take two per cent off.
`,
      },
      {
        who: 'Kenji',
        says: 'Is the two per cent for dealers abroad as well?',
        about: 'Who pays within ten days may take two per cent off.',
        as: 'abroad',
      },
      { who: 'Jonas', says: 'I ask Ines.', to: 'abroad' },
    ],
  },
  {
    name: 'Press release: repair instead of replace',
    sponsor: 'Jonas',
    folder: 'Press',
    tags: ['press'],
    brief: 'We repair whatever we have ever sold, at cost. One page, a quote from me, a contact.',
    dueInDays: 3,
    targetWords: 220,
    editor: 'Saskia',
    isDrafted: true,
    body: `**Alder & Finch repairs everything it has ever sold**

The workshop on Harbour Street takes back its lamps and furniture for repair, whatever their age.`,
    story: [
      {
        who: 'Saskia',
        writes: `**Alder & Finch repairs everything it has ever sold**

The workshop on Harbour Street takes back its lamps and furniture for repair, whatever their age.
Customers pay for the material and for the time, and nothing else.

“A chair that is mended well is a better chair than the one we sold,” says Jonas Lindqvist, who
founded the workshop in 1998. “We know then where it breaks.”

The oldest piece so far is a reading lamp of the first winter. It needed a cable.
`,
      },
      { who: 'Saskia', does: 'submit' },
      { who: 'Jonas', does: 'approve', note: 'Lovely. It goes out with the open day.' },
      {
        who: 'Saskia',
        writes: `**Alder & Finch repairs everything it has ever sold**

The workshop on Harbour Street takes back its lamps and furniture for repair, whatever their age.
Customers pay for the material and for the time, and nothing else.

“A chair that is mended well is a better chair than the one we sold,” says Jonas Lindqvist, who
founded the workshop in 1996. “We know then where it breaks.”

The oldest piece so far is a reading lamp of the first winter. It needed a cable.

Contact: press@demo.example
`,
      },
      {
        who: 'Saskia',
        says: 'Corrected after the approval: the year was wrong, and the contact was missing.',
        about: 'founded the workshop in 1996',
      },
    ],
  },
  {
    name: 'Spring catalogue: introduction',
    sponsor: 'Jonas',
    folder: 'Catalogue',
    tags: ['catalogue', 'spring'],
    brief: 'A page that makes people turn to the next one.',
    dueInDays: -9,
    targetWords: 160,
    editor: 'Saskia',
    body: `In spring the light comes into the workshop from the side.`,
    story: [
      {
        who: 'Saskia',
        writes: `In spring the light comes into the workshop from the side, and for a few weeks you see every
scratch. We call it the honest season. It is when we look at last year’s pieces again and ask what
we would do differently.

Four of them are in this catalogue in a new shape. One is gone, and we say on page 31 why. Three
are new: a lamp, a bench, and a box that only opens for people who read the instructions.

Turn the page. Mind the scratches.
`,
      },
      { who: 'Saskia', does: 'submit', note: 'The box on page 12 has no name yet.' },
      { who: 'Jonas', does: 'approve', note: 'The scratches stay in. Thank you.' },
    ],
  },
  {
    name: 'Our story, in two hundred words',
    sponsor: 'Jonas',
    folder: 'Shop',
    tags: ['about us'],
    brief: 'For the website and for whoever asks. No founding myth.',
    dueInDays: null,
    targetWords: 200,
    editor: 'Kenji',
    body: `We were three, and we had one good plane.`,
    story: [
      {
        who: 'Kenji',
        writes: `We were three, and we had one good plane. The room on Harbour Street had been a sail loft; the
rings are still in the beams. We built what the neighbours asked for, shelves above all, and learned
that people keep what they can mend.

Today we are eleven and have more planes than hands. The rings hold lamps now. Shelves we still
build, if you bring the wall’s measurements and a little patience.
`,
      },
      { who: 'Kenji', does: 'submit' },
      {
        who: 'Jonas',
        says: 'Eleven and a half: Nour starts in May. But leave it.',
        about: 'Today we are eleven',
        as: 'eleven',
      },
      { who: 'Jonas', resolves: 'eleven' },
      { who: 'Jonas', does: 'approve' },
    ],
  },
  {
    name: 'Answer to a complaint about a wobbling stool',
    sponsor: 'Jonas',
    folder: 'Letters',
    tags: ['customers'],
    brief: 'She is right. Say so, and offer to fetch it.',
    dueInDays: -20,
    targetWords: 90,
    editor: 'Theo',
    body: `Dear Mrs Albrecht,

thank you for the photographs.`,
    story: [
      {
        who: 'Theo',
        writes: `Dear Mrs Albrecht,

thank you for the photographs. You are right, it wobbles, and it should not have left the workshop.

We would like to fetch the stool next Tuesday between nine and eleven and bring you one that stands.
If you have grown fond of yours, we level its legs and bring it back on Thursday.

Yours sincerely
Jonas Lindqvist
`,
      },
      { who: 'Theo', does: 'submit' },
      { who: 'Jonas', does: 'approve', note: 'She kept hers.' },
      { who: 'Jonas', does: 'archive' },
    ],
  },
  {
    name: 'Job advert: cabinetmaker, four days a week',
    sponsor: 'Jonas',
    folder: 'People',
    tags: ['jobs'],
    brief: 'Say the salary. Say that Fridays are free for everybody.',
    dueInDays: 21,
    targetWords: 180,
    isDrafted: true,
    body: `We are looking for a cabinetmaker who likes to finish things. You would work from Monday to Thursday,`,
    story: [{ who: 'Jonas', says: 'I look for an editor when the new budget is decided.' }],
  },
];
