"""
==============================
Melodies from a small songbook
==============================

A sequence of tokens need not be text. Here the tokens are notes in ABC notation: ``C`` is a middle
C, ``c`` the one above, ``G,`` the G below, and a number is a length in beats. The songbook has six
nursery rhymes and folk songs in the public domain, moved to all keys that keep them in range, so
that intervals count more than pitches.
"""

# %%
# The songbook
# ------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skneural import SequenceGenerator

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough
SONGS = {
    "Twinkle, twinkle": "C C G G A A G2 F F E E D D C2 G G F F E E D2 G G F F E E D2"
    " C C G G A A G2 F F E E D D C2",
    "Frere Jacques": "C D E C C D E C E F G2 E F G2 G A G F E C G A G F E C"
    " C G, C2 C G, C2",
    "Mary had a little lamb": "E D C D E E E2 D D D2 E G G2 E D C D E E E E D D E D C2",
    "Ode to joy": "E E F G G F E D C C D E E D D2 E E F G G F E D C C D E D C C2",
    "London Bridge": "G A G F E F G2 D E F2 E F G2 G A G F E F G2 D2 G2 E C2",
    "Au clair de la lune": "C C C D E2 D2 C E D D C2 C C C D E2 D2 C E D D C2",
}
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def read(song):
    """Notes of a song as pairs of a pitch, 60 for middle C, and beats."""
    notes = []
    for note in song.split():
        beats = int(note[-1]) if note[-1].isdigit() else 1
        octave = note[0].islower() - ("," in note)
        notes.append((60 + 12 * octave + SEMITONES[note[0].upper()], beats))
    return notes


def moved(notes, semitones):
    return [(pitch + semitones, beats) for pitch, beats in notes]


songs = {title: read(song) for title, song in SONGS.items()}
melodies = [moved(notes, k) for k in range(-5, 7) for notes in songs.values()]
notes = {note for melody in melodies for note in melody}
print(f"{len(melodies)} melodies, {len(notes)} different notes")

# %%
# A network that predicts the next note
# -------------------------------------
#
# Pairs of pitch and length are tokens like any other. The perplexity says among how many notes
# the network is as uncertain as if it chose at random.

model = SequenceGenerator(
    window=24, cell="gru", hidden_layer_sizes=64, learning_rate_init=0.01, max_iter=60,
    random_state=0,
)
model.fit(melodies)
print(f"perplexity of the songbook: {model.perplexity(melodies):.2f}")

# %%
# Going on from four notes
# ------------------------
#
# A low temperature stays close to the songbook, a high one wanders off.

start = songs["Frere Jacques"][:4]
figure, axes = plt.subplots(3, 1, figsize=(9, 6), sharex=True, layout="constrained")
for axis, temperature in zip(axes, (0.0, 0.7, 1.3), strict=True):
    melody = model.generate(start, 32, temperature, random_state=1)
    ends = np.cumsum([beats for _, beats in melody])
    for number, ((pitch, beats), end) in enumerate(zip(melody, ends, strict=True)):
        color = "C1" if number < len(start) else "C0"
        axis.broken_barh([(end - beats, beats * 0.92)], (pitch - 0.4, 0.8), color=color)
    axis.set(ylabel="pitch", title=f"temperature {temperature}")
axes[-1].set_xlabel("beats; the given notes are orange")
plt.show()
