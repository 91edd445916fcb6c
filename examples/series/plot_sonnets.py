"""
==============================================
Shakespeare, character by character
==============================================

A recurrent network reads a text a character at a time and learns which one comes next. Then it
writes: each character is drawn from its probabilities, and read again. Sutskever, Martens and
Hinton (2011) had it write articles, Karpathy (2015) plays.

Eight sonnets are little to learn a language from: the network here learns words, line ends and
some spelling, and soon knows its lines by heart. On the million characters of the plays known as
Tiny Shakespeare the same estimator is far better, see :doc:`/guide/text`.
"""

# %%
# The sonnets
# -----------
#
# Numbers 18, 29, 30, 55, 60, 73, 130 and 116 of the edition of 1609, in modern spelling.

import textwrap
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skneural import SequenceGenerator

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

SONNETS = """
Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow'st;
Nor shall death brag thou wander'st in his shade,
When in eternal lines to time thou grow'st:
So long as men can breathe or eyes can see,
So long lives this, and this gives life to thee.

When, in disgrace with fortune and men's eyes,
I all alone beweep my outcast state,
And trouble deaf heaven with my bootless cries,
And look upon myself, and curse my fate,
Wishing me like to one more rich in hope,
Featured like him, like him with friends possess'd,
Desiring this man's art and that man's scope,
With what I most enjoy contented least;
Yet in these thoughts myself almost despising,
Haply I think on thee, and then my state,
Like to the lark at break of day arising
From sullen earth, sings hymns at heaven's gate;
For thy sweet love remember'd such wealth brings
That then I scorn to change my state with kings.

When to the sessions of sweet silent thought
I summon up remembrance of things past,
I sigh the lack of many a thing I sought,
And with old woes new wail my dear time's waste:
Then can I drown an eye, unused to flow,
For precious friends hid in death's dateless night,
And weep afresh love's long since cancell'd woe,
And moan the expense of many a vanish'd sight:
Then can I grieve at grievances foregone,
And heavily from woe to woe tell o'er
The sad account of fore-bemoaned moan,
Which I new pay as if not paid before.
But if the while I think on thee, dear friend,
All losses are restored and sorrows end.

Not marble, nor the gilded monuments
Of princes, shall outlive this powerful rhyme;
But you shall shine more bright in these contents
Than unswept stone, besmear'd with sluttish time.
When wasteful war shall statues overturn,
And broils root out the work of masonry,
Nor Mars his sword nor war's quick fire shall burn
The living record of your memory.
'Gainst death and all-oblivious enmity
Shall you pace forth; your praise shall still find room
Even in the eyes of all posterity
That wear this world out to the ending doom.
So, till the judgment that yourself arise,
You live in this, and dwell in lovers' eyes.

Like as the waves make towards the pebbled shore,
So do our minutes hasten to their end;
Each changing place with that which goes before,
In sequent toil all forwards do contend.
Nativity, once in the main of light,
Crawls to maturity, wherewith being crown'd,
Crooked eclipses 'gainst his glory fight,
And Time that gave doth now his gift confound.
Time doth transfix the flourish set on youth
And delves the parallels in beauty's brow,
Feeds on the rarities of nature's truth,
And nothing stands but for his scythe to mow:
And yet to times in hope my verse shall stand,
Praising thy worth, despite his cruel hand.

That time of year thou mayst in me behold
When yellow leaves, or none, or few, do hang
Upon those boughs which shake against the cold,
Bare ruin'd choirs, where late the sweet birds sang.
In me thou see'st the twilight of such day
As after sunset fadeth in the west,
Which by and by black night doth take away,
Death's second self, that seals up all in rest.
In me thou see'st the glowing of such fire
That on the ashes of his youth doth lie,
As the death-bed whereon it must expire,
Consumed with that which it was nourish'd by.
This thou perceiv'st, which makes thy love more strong,
To love that well which thou must leave ere long.

My mistress' eyes are nothing like the sun;
Coral is far more red than her lips' red;
If snow be white, why then her breasts are dun;
If hairs be wires, black wires grow on her head.
I have seen roses damask'd, red and white,
But no such roses see I in her cheeks;
And in some perfumes is there more delight
Than in the breath that from my mistress reeks.
I love to hear her speak, yet well I know
That music hath a far more pleasing sound;
I grant I never saw a goddess go;
My mistress, when she walks, treads on the ground:
And yet, by heaven, I think my love as rare
As any she belied with false compare.

Let me not to the marriage of true minds
Admit impediments. Love is not love
Which alters when it alteration finds,
Or bends with the remover to remove:
O no! it is an ever-fixed mark
That looks on tempests and is never shaken;
It is the star to every wandering bark,
Whose worth's unknown, although his height be taken.
Love's not Time's fool, though rosy lips and cheeks
Within his bending sickle's compass come:
Love alters not with his brief hours and weeks,
But bears it out even to the edge of doom.
If this be error and upon me proved,
I never writ, nor no man ever loved.
"""
sonnets = [sonnet.strip() for sonnet in SONNETS.split("\n\n")]
*known, unseen = sonnets
n_characters = sum(map(len, known))
print(f"{n_characters} characters, {len(set(''.join(known)))} of them different")

# %%
# Learn to write
# --------------
#
# One model for each number of epochs: the text of the fit gets ever more likely, but a sonnet that
# was not in it soon gets less so. Perplexity says among how many characters the network is as
# uncertain as if it chose at random.

epochs = [2, 5, 10, 20, 40]
models = [
    SequenceGenerator(
        window=64,
        hidden_layer_sizes=128,
        batch_size=8,
        learning_rate_init=0.005,
        max_iter=count,
        random_state=0,
    ).fit(known)
    for count in epochs
]
seen = [model.perplexity(known) for model in models]
new = [model.perplexity([unseen]) for model in models]
figure, axis = plt.subplots(figsize=(6, 3.4), layout="constrained")
axis.plot(epochs, seen, marker="o", label="the seven sonnets of the fit")
axis.plot(epochs, new, marker="o", label="a sonnet not seen")
axis.set(xscale="log", yscale="log", xlabel="epochs", ylabel="perplexity")
axis.set_xticks(epochs, epochs)
axis.set_yticks([2, 5, 10, 20], [2, 5, 10, 20])
axis.minorticks_off()
axis.legend()
plt.show()

# %%
# What it writes
# --------------
#
# From "When" on, at each stage of its education, and last at a high temperature.

for count, model in zip(epochs, models, strict=True):
    text = model.generate("When", 100, temperature=0.6, random_state=0)
    print(f"after {count} epochs:\n{textwrap.indent(text, '    ')}\n")
text = models[-1].generate("When", 100, temperature=1.5, random_state=0)
print(f"temperature 1.5:\n{textwrap.indent(text, '    ')}")

# %%
# What surprises it
# -----------------
#
# How likely the best model on new text finds each character of it: first letters of words are
# hard, what follows is easier, and ends of words are easiest.

best = models[int(np.argmin(new))]
lines = unseen.splitlines()[:4]
figure, axis = plt.subplots(figsize=(9, 2.4), layout="constrained")
text = "\n".join(lines)
ids = [0, *(best.vocabulary_.get(character, 1) for character in text)]
at_once = best.network_.input_shape_[0]
chances = np.zeros(len(text))
for place, token in enumerate(ids[1:]):
    before = np.zeros((1, at_once, 1))
    given = ids[max(0, place + 1 - at_once) : place + 1]
    before[0, : len(given), 0] = given
    row = best.network_.predict_proba(before)[0, len(given) - 1]
    chances[place] = row[best.network_.classes_ == token].sum()
row = column = 0
for character, chance in zip(text, chances, strict=True):
    if character == "\n":
        row, column = row + 1, 0
        continue
    axis.text(
        column,
        -row,
        character,
        family="monospace",
        ha="center",
        va="center",
        bbox={"color": plt.cm.viridis(chance), "alpha": 0.6, "pad": 2},
    )
    column += 1
axis.set(xlim=(-1, max(map(len, lines))), ylim=(-len(lines) + 0.3, 0.7))
axis.set_axis_off()
colors = plt.cm.ScalarMappable(plt.Normalize(0, 1), "viridis")
figure.colorbar(colors, ax=axis, label="probability", shrink=0.8)
plt.show()
