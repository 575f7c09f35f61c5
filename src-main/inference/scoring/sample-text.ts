/**
 * What variants are measured on: plain prose of several kinds, written for this purpose, so that
 * no model has been trained on it.
 */
export const sampleText = `The ferry was late again, and the people on the pier had stopped
pretending not to mind. A man in a yellow coat counted the gulls on the harbour wall, lost his
place, and began once more from the left. Beside him a girl of about nine was explaining to her
grandmother how a lighthouse works. "There is only one lamp," she said, "and it doesn't get any
brighter. It's the glass that does it." Her grandmother nodded, as though she had not kept that
very light for eleven winters before the machines came.

When the boat finally rounded the point it carried more fog than passengers. Ropes were thrown,
caught, and made fast. Nobody hurried. The captain leaned from his window and announced that the
crossing would take an hour, perhaps longer, and that there was soup.

Good soil is mostly patience. Each autumn, spread a layer of leaves the depth of your hand over
the beds and leave it alone. Worms will carry it down, frost will break it apart, and by April
the ground underneath will be dark enough to hold water and loose enough to let it go. Do not dig
more than you must. If a bed has grown hard, push a fork in, lean back until the earth lifts a
little, and move on. Seeds care less about your plans than about warmth, so wait until the
mornings no longer bite.

The committee met on the second Tuesday of the month to discuss the bridge. Three designs had
been submitted. The first was cheap and ugly; the second was handsome, and would cost as much as
the school; the third had been drawn by somebody who had clearly never seen the river in spring.
After two hours of debate the members agreed that the old bridge might last another year, which
is what they had agreed the year before. The minutes record that the chair thanked everyone for
their time.

In 1987 the town had two bakeries, a cinema and a railway station. Today it has one bakery, and
the trains pass through without stopping. Economists describe such changes with curves that slope
gently downward, but seen from the square they look different: a shutter that is not raised one
morning, a bus that comes twice a day instead of six times, a class photograph in which the
children stand in a single row. What the curves leave out is how long people go on buying bread
for the family they used to be.

"Are you coming or not?" Mara asked from the stairs. Jonas looked at the letter on the table, at
the two tickets under the bowl of apples, and at the clock, which had been wrong since the summer.
He thought of everything he could still say. Then he picked up his hat, turned off the lamp, and
followed her down into the noise of the street.
`;
