"""
==============================================
Which words an opinion is in
==============================================

Is a sentence of a review for or against what it is about? A recurrent network reads its words, and
a layer of attention (Bahdanau, Cho and Bengio, 2015) weighs the steps before it classifies. The
weights of a sentence add up to one. Drawn over its words, they show which of them decided.
"""

# %%
# Sentences
# ---------
#
# Short ones from reviews of goods, restaurants and films, of the set "From Group to Individual
# Labels using Deep Features" (Kotzias et al., 2015; 3,000 sentences, UCI repository, CC BY 4.0).

import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

from skneural import RecurrentClassifier, TextTokenizer

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

FOR = """
Good case, Excellent value | The mic is great | And the sound quality is great | Very
good quality though | So Far So Good! | Nice headset priced right | Excellent
bluetooth headset | This case seems well made | This is a beautiful phone | Love this
product | This is a great little item | This phone works great | The phone loads
super! | Will order from them again! | Definitely a bargain | Great product, fast
shipping! | It is very comfortable on the ear | Gets the job done | Very good stuff
for the price | Superb Phone on a Great Network | Great price also! | I would highly
recommend this | Simple, lightweight and great fit | Great sound and service | Good
product - incredible value | Love this headset! | Very good phone | I love this
bluetooth! | This one works and was priced right | I received it quickly and it works
great! | Has been working great | I love this device | I am also very happy with the
price | Excellent sound quality | New Battery works great in phone | Good audio
quality | Nice design and quality | Love This Phone | Great Hands Free Device | It
worked very well | Exactly what I wanted | Better than you'd expect | Great product
and price | Excellent product for the price | Very pleased with this headset | I
especially love the long battery life | Jawbone Era is awesome too! | Price is good
too | Nice solid keyboard | We would recommend these to others | Very easy to use | I
love this phone! | I wear glasses and it fits fine with them | Razr Battery - Good buy
| Keep up the good work Amazon! | Great case and price! | I am glad I purchased it |
Great product for the price! | Better than expected | Battery is holding up well |
Better Than New | This is a great phone! | Those phones are working just fine now |
These are fabulous! | Does everything it should and more | Clear crisp sound | You
can't beat the price on these | It was a great phone | The design is very good.4 | I
great reception all the time | I would highly recommend this product | The sound
quality is excellent as well | Just what I wanted | Crisp and Clear | I highly
recommend this case | It is simple to use and I like it | Good , works fine | For the
price this was a great deal | Great price, too! | Battery charge-life is quite long |
I would recommend it | The shipping time was also very quick! | Really good product |
It looks very nice | Would recommend this item | Best headset ever! | It is a joy to
use | Also makes it easier to hold on to | It's pretty easy | It Was So Cool | It
deserves strong love | Buy it, play it, enjoy it, love it | Excellent cast, story
line, performances | Definitely worth checking out | I don't think you will be
disappointed | I really liked that | A great film by a great director | The music in
the film is really nice too | I'd advise anyone to go and see it | You'll love it! |
Yet, I enjoy watching it | That was nice | That was funny | It was so funny | This is
such a fun and funny movie | And I really did find them funny | This is actually a
very smart movie | It is a really good show to watch | The kids are very cool too |
Now you know why I gave it a 10+! | I rather enjoyed it | Her role was played well |
The camera really likes her in this movie | The soundtrack wasn't terrible, either |
But this movie really got to me | The rest of the cast also play well | The cast is
good | For that, it's worth checking out | There still are good actors around! | Also
great directing and photography | This is a stunning movie | The aerial scenes were
well-done | This is just a great movie | Highly recommended A+ | I just saw this film
and I recommend it | This movie is so awesome! | I loved it, it was really scary |
Predictable, but not a bad watch | Conclusion - I loved it | See both films if you can
| I have recommended it to friends | It's a sad movie, but very good | It looked like
a wonderful story | Wow... Loved this place | The fries were great too | A great touch
| Overall, I like this place a lot | Everything was fresh and delicious! | Best
breakfast buffet! | Will be back again! | Food arrived quickly! | I had a seriously
solid breakfast here | I was seated immediately | Both of the egg rolls were fantastic
| Very friendly staff | It is worth the drive | Great brunch spot | Very good lunch
spot | Very very fun chef | Fantastic service here | They know how to make them here |
The restaurant atmosphere was exquisite | Plus, it's only 8 bucks | You can't beat
that | This place is amazing! | Good Service-check! | I did not expect this to be so
good! | The food was very good | All the bread is made in-house! | You won't be
disappointed | I love this place | Great service and food | Pretty good beer selection
too | Everyone is treated equally special | It was delicious! | Best fish I've ever
had in my life! | Pretty cool I would say | He deserves 5 stars | I'll definitely be
in soon again | Service was fantastic | I really enjoyed eating here | Service is
quick and friendly | Wow very spicy but delicious | I'd love to go back | We loved the
place | Very good, though! | Great pork sandwich | Waitress was sweet and funny | The
ambiance was incredible | The waitress and manager are so friendly | Give it a try,
you will be happy you did | Those burgers were amazing | This place is two thumbs
up....way up | Generous portions and great taste | Their steaks are 100% recommended!
| Good value, great food, great service | It was awesome | Pretty awesome place | The
patio seating was very comfortable | It was just not a fun experience | Awesome
service and food | I can't wait to go back | Very good food, great atmosphere.1 | Good
food , good service  | The atmosphere here is fun | They have a really nice atmosphere
| Awesome selection of beer | These were so good we ordered them twice | This place is
great! | And service was super friendly | I can say that the desserts were yummy |
They were excellent | The food came out at a good pace | I love their fries and their
beans | Overall, a great experience
"""
AGAINST = """
Needless to say, I wasted my money | What a waste of money and time! | Doesn't hold
charge | Poor Talk Time Performance | I was not impressed by this product | I only
hear garbage for audio | Disappointed with battery | The buttons for on and off are
bad | Buy a different phone - but not this | Mic Doesn't work | Not a good bargain |
The construction of the headsets is poor | Dont waste your money | Basically the
service was very bad | What a waste of time! | Its reception is very very poor | I Was
Hoping for More | How can that be?The audio quality is poor | Waste of 13 bucks | I'm
a bit disappointed | The battery is completely useless to me | Do not make the same
mistake as me | Worst Customer Service Ever | Returned 8 hours later | Unreliable -
I'm giving up | Avoid this one if you can | First of all, it doesn't wear well | I
wouldn't recommend buying this product | Customer service was terrible | Sending it
back | The plug did not work very well | Was not happy | Worst customer service | Poor
sound quality | I'll be looking for a new earpiece | Don't make the same mistake I did
| Warning - Stay away | I'd like to return it | Its not user friendly | I would have
given no star if I was able | I would not recommend this item to anyone | None of it
works, just don't buy it | Please dont waste your money | That company is a joke |
Sprint - terrible customer service | However I needed some better instructions | Don't
bother - go to the store | You get what you pay for I guess | Battery is terrible | It
doesn't make you look cool | So just beware | I am sorry I made this purchase | They
work about 2 weeks then break | Does Not Work | Battery has no life | Unfortunately it
did not work | All three broke within two months of use | I don't like this Nokia
either | It's not what it says it is | Stay Away From the Q! | Used and dirty | Very
unreliable service from T-mobile ! | Not good enough for the price | Terrible product,
and waste of money! | It was a waste of my money | Having trouble with volume | Don't
buy this product - It fails! | Never got it! | I'm returning them | I had to purchase
a different case | It didn't charge for me | Earbud piece breaks easily | Not enough
volume | Painful on the ear | Item Does Not Match Picture | Very little music or
anything to speak of | Wasted two hours | A bit predictable | I wasn't the least bit
interested | But it's just not funny | I was very disappointed in the movie | All in
all, a great disappointment | A truly, truly bad film | I paid too much | No plot
whatsoever! | I hate movies like that | I mean this in a terrible way | This film has
no redeeming features | Everything is appalling | The kids are annoying | Yes, it's
that bad | Nothing at all to recommend | This movie is BAD | Do not waste your time |
It was just too horrible | The poor actors | Overall, this movie was cheap trash |
This movie is terrible | To call this movie a drama is ridiculous! | Glad I didn't pay
to see it | It's just lame | I couldn't take them seriously | Wow, what a bad film | I
thought it was bad | The script is a big flawed mess | The lighting is awful | The
film looks cheap and bland | The story line is just awful! | It's just painful! |
Avoid at all costs | It is not good | One of the worst shows of all time | Avoid,
avoid, avoid! | Nothing new there | And it was boring | Why was this film made? |
Avoid at ALL costs! | The worst one of the series | It's very slow | Lots of holes in
the script | It's like a bad two hour TV movie | In short, don't bother with this
movie | Also the story and acting were weak | Avoid at any and all costs | Avoid this
film at all costs | This is not movie-making | Bad characters, bad story and bad
acting | Not easy to watch | The movie seemed a little slow at first | In a word, it
is embarrassing | Not tasty and the texture was just nasty | Waitress was a little
slow in service | The worst was the salmon sashimi | We'll never go again | It was
pretty gross! | I've had better atmosphere | I wouldn't return | The management is
rude | Don't do it! | I give it 2 thumbs down | Avoid at all cost! | I've never been
treated so bad | Won't go back | Which are small and not worth the price | The service
was a bit lacking | The service was not up to par, either | I think not again | I
waited and waited | Just don't know why they were so slow | Food was really boring |
Never going back | Everything was gross | For service, I give them no stars | I never
come again | Will not be back | Sauce was tasteless | I was so insulted | The manager
was the worst | I would not recommend this place | And it was way to expensive | The
desserts were a bit strange | Waited and waited and waited | Not good for the money |
I just wanted to leave | I will not be eating there again | I will not return | I'm
not eating here! | Very bad Experience! | What a mistake | Food was average at best |
We won't be going back anytime soon! | The fried rice was dry as well | Service was
slow and not attentive | I probably won't be back, to be honest | Went for lunch -
service was slow | Would not recommend to others | It was way over fried | Will not be
back! | The service was poor and thats being nice | Unfortunately, it was not good |
We will not be coming back | The service was terrible though | But I definitely would
not eat here again | Do not waste your money here! | Won't ever go here again | Food
quality has been horrible | This place deserves no stars | I probably would not go
here again | Weird vibe from owners | The service was extremely slow | After 20
minutes wait, I got a table | Spend your money elsewhere | We won't be returning |
This place is disgusting! | We won't be going back | Don't bother coming here | It was
equally awful | But then they came back cold | The real disappointment was our waiter
| But I don't like it | The ambiance isn't much better | The food wasn't good | Food
was below average | Spend your money and time some place else | I can't tell you how
disappointed I was
"""

texts, labels = [], []
for opinion, block in ((1, FOR), (0, AGAINST)):
    found = " ".join(block.split()).split(" | ")
    texts += found
    labels += [opinion] * len(found)
texts, labels = np.array(texts, dtype=object), np.array(labels)
print(f"{len(texts)} sentences, {labels.mean():.0%} of them for")

# %%
# A network and a linear model
# ----------------------------
#
# One search compares the network with a linear model on counts of words and pairs of words. On so
# few sentences, without vectors of words learned elsewhere, neither is far ahead; on all 3,000
# sentences, see :doc:`/guide/text`.

MOST = 500
tokenizer = TextTokenizer(max_tokens=MOST, token_pattern=r"[\w']+|[!?]")
network = RecurrentClassifier(
    "gru",
    (32,),
    bidirectional=True,
    dropout=0.5,
    pooling="attention",
    n_tokens=MOST + 2,
    learning_rate="cosine",
    max_iter=25,
    random_state=0,
)
search = GridSearchCV(
    Pipeline([("features", TfidfVectorizer()), ("model", LogisticRegression())]),
    [
        {"features": [tokenizer], "model": [network]},
        {"features__ngram_range": [(1, 1), (1, 2)], "model__C": [10.0]},
    ],
    cv=StratifiedKFold(4, shuffle=True, random_state=0),
    refit=False,
).fit(texts, labels)
scores = search.cv_results_["mean_test_score"]
for score, candidate in zip(scores, ("attention", "words", "words and pairs")):
    print(f"{candidate:16}{score:.3f}")

# %%
# The weights
# -----------
#
# Fitted on all of the sentences, the network reads new ones. ``attention_weights`` has an array for
# each, with a weight a word. What is weighed are states, which know the words around them: that a
# phone does not work is read off at "does", with "not" seen by the direction from the end.

new = [
    "The battery is great, but the screen is terrible",
    "I love the food and the friendly service",
    "The phone does not work at all",
    "What a waste of a good actor",
    "The design is nice and the price is excellent",
    "We will never come back to this place",
]
words = [re.findall(tokenizer.token_pattern, text) for text in new]
ids = tokenizer.fit(texts).transform(new)
network.fit(tokenizer.transform(texts), labels)
weights, chances = network.attention_weights(ids), network.predict_proba(ids)[:, 1]

figure, axis = plt.subplots(figsize=(10, 3.6), layout="constrained")
colors = plt.cm.Oranges
for row, (sentence, weight, chance) in enumerate(zip(words, weights, chances)):
    place = 0.0
    for word, share in zip(sentence, weight):
        width = 0.9 + 0.62 * len(word)
        box = plt.Rectangle((place, -row - 0.4), width - 0.1, 0.8)
        box.set_color(colors(0.9 * share / max(weight)))
        axis.add_patch(box)
        axis.text(place + width / 2 - 0.05, -row, word, ha="center", va="center")
        place += width
    axis.text(-0.6, -row, f"{chance:.0%} for", ha="right", va="center")
axis.set(xlim=(-6, 42), ylim=(-len(new) + 0.4, 0.6))
axis.set_axis_off()
axis.set_title("Attention: the darker, the more a word counts")
plt.show()

# %%
# The words that get most of it
# -----------------------------
#
# Over all sentences: the mean weight of a word, times the number of words of its sentence, so that
# 1 is an equal share. Only words that occur five times count.

shares = {}
known = tokenizer.transform(texts)
for series, weight in zip(known, network.attention_weights(known)):
    for token, share in zip(series, weight * len(weight)):
        shares.setdefault(int(token), []).append(share)
names = {token: word for word, token in tokenizer.vocabulary_.items()}
means = {names[t]: np.mean(s) for t, s in shares.items() if t in names and len(s) >= 5}
top = sorted(means, key=means.get)
shown = [*top[:8], *top[-16:]]

figure, axis = plt.subplots(figsize=(6, 5), layout="constrained")
axis.barh(shown, [means[word] for word in shown], color=["0.7"] * 8 + ["C1"] * 16)
axis.axvline(1, color="0.4", linestyle="--")
axis.set(xlabel="times an equal share", title="Least and most attended words")
plt.show()
