package org.seqlm.profile.text;

import java.util.Arrays;
import org.seqlm.profile.text.ReadingUnits.Counts;
import org.seqlm.profile.text.ReadingUnits.Spelling;

/**
 * What is measured of each document: diversity of its words and readability. It reads a document's
 * first {@value #MOST_WORDS} words, in the memory of these, and drops the rest. Not thread-safe.
 */
public final class DocumentMeasures {
  /** Words of a document that are measured. */
  public static final int MOST_WORDS = 20_000;

  /** Words below which a document has no diversity: the measures hold from about a hundred on. */
  public static final int LEAST_WORDS = Diversity.WINDOW;

  private final Tallies tallies;
  private final ReadingUnits units;
  private int[] words = new int[256];
  private int size;

  /** Measures into tallies. */
  public DocumentMeasures(Tallies tallies, Spelling spelling) {
    this.tallies = tallies;
    units = new ReadingUnits(spelling);
  }

  /** Whether there is room for another line. */
  public boolean isFull() {
    return size >= MOST_WORDS;
  }

  /** A line of the document, before its words. */
  public void line(byte[] utf8, int from, int to) {
    if (!isFull()) {
      units.line(utf8, from, to);
    }
  }

  /** A word of the document, by a number that it shares with its equals. */
  public void word(int id) {
    if (size < MOST_WORDS) {
      if (size == words.length) {
        words = Arrays.copyOf(words, size * 2);
      }
      words[size++] = id;
    }
  }

  /** The document ends; what follows is another. */
  public void end() {
    readability(units.take());
    if (size >= LEAST_WORDS) {
      int[] text = Arrays.copyOf(words, size);
      ratio(Measures.MATTR, Diversity.mattr(text, Diversity.WINDOW));
      ratio(Measures.HDD, Diversity.hdd(text));
      double mtld = Diversity.mtld(text);
      if (Double.isInfinite(mtld)) {
        tallies.add(Measures.MTLD_INFINITE, 1);
      } else {
        tenths(Measures.MTLD, mtld);
      }
    }
    size = 0;
  }

  private void readability(Counts counts) {
    tallies.add(Measures.UNITS + "sentences", counts.sentences());
    tallies.add(Measures.UNITS + "words", counts.words());
    tallies.add(Measures.UNITS + "letters", counts.letters());
    tallies.add(Measures.UNITS + "characters", counts.characters());
    tallies.add(Measures.UNITS + "long-words", counts.longWords());
    tallies.add(Measures.UNITS + "syllables", counts.syllables());
    tallies.add(Measures.UNITS + "polysyllables", counts.polysyllables());
    for (Readability formula : Readability.values()) {
      if (formula.suits(counts)) {
        tenths(Measures.of(formula), formula.of(counts));
      }
    }
  }

  private void ratio(String name, double value) {
    tallies.histogram(name).add(Math.round(value * Measures.PARTS));
  }

  private void tenths(String name, double value) {
    long score = Math.round(value * Measures.TENTHS);
    tallies.histogram(name).add(Math.max(-Measures.BOUND, Math.min(Measures.BOUND, score)));
  }
}
