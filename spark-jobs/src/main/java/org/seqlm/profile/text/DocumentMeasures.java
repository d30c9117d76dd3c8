package org.seqlm.profile.text;

import java.util.Arrays;
import org.seqlm.profile.text.ReadingUnits.Counts;
import org.seqlm.profile.text.ReadingUnits.Spelling;

/**
 * What is measured of each document: diversity of its words and readability, each by the first
 * {@value #MOST_WORDS} words, in the memory of these; the rest is dropped, and so are lines beyond
 * the first {@value #MOST_BYTES} bytes. Not thread-safe.
 */
public final class DocumentMeasures {
  /** Words of a document that are measured. */
  public static final int MOST_WORDS = 20_000;

  /** Bytes of a document behind which no further line is measured. */
  public static final int MOST_BYTES = 1 << 26;

  /** Words below which a document has no diversity: the measures hold from about a hundred on. */
  public static final int LEAST_WORDS = Diversity.WINDOW;

  private final Tallies tallies;
  private final ReadingUnits units;
  private int[] words = new int[256];
  private int size;
  private long bytes; // of its lines so far, with their ends
  private boolean cut; // the line is not measured

  /** Measures into tallies. */
  public DocumentMeasures(Tallies tallies, Spelling spelling) {
    this.tallies = tallies;
    units = new ReadingUnits(spelling);
  }

  /** Whether the words of further lines are dropped. */
  public boolean isFull() {
    return size >= MOST_WORDS || bytes >= MOST_BYTES;
  }

  /** A line of the document, before its words. */
  public void line(byte[] utf8, int from, int to) {
    cut = bytes >= MOST_BYTES;
    bytes += to - from + 1;
    if (!cut) {
      units.line(utf8, from, to);
    }
  }

  /** A word of the document, by a number that it shares with its equals. */
  public void word(int id) {
    if (size < MOST_WORDS && !cut) {
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
    bytes = 0;
    cut = false;
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
