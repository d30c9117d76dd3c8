package org.seqlm.quality;

import org.seqlm.text.Hash128;
import org.seqlm.text.RollingHash;
import org.seqlm.text.Utf8;

/**
 * What a document repeats of itself: lines, paragraphs and n-grams of words, counted by hash. Takes
 * time in proportion to the document, and 12 bytes for each place of a table that is at most two
 * thirds full. One instance a thread.
 */
final class Repetition {
  private final LongCounts counts = new LongCounts();

  /**
   * Lines or paragraphs that have come before.
   *
   * @param of all that are not blank
   * @param count of those that are duplicates
   * @param characters of these, white space at the ends of lines left out
   */
  record Duplicates(int of, int count, long characters) {}

  /** Lines, those that are not blank. */
  Duplicates lines(Document document) {
    byte[] utf8 = document.utf8();
    counts.clear(document.lines());
    int all = 0;
    int duplicates = 0;
    long characters = 0;
    for (int i = 0; i < document.lines(); i++) {
      int from = document.lineFrom(i);
      int to = document.lineTo(i, from);
      if (to > from) {
        all++;
        if (counts.add(Hash128.of(utf8, from, to)) > 1) {
          duplicates++;
          characters += Utf8.codePoints(utf8, from, to);
        }
      }
    }
    return new Duplicates(all, duplicates, characters);
  }

  /** Paragraphs: two are the same if their lines are. */
  Duplicates paragraphs(Document document) {
    byte[] utf8 = document.utf8();
    counts.clear(document.lines() / 2 + 1);
    int all = 0;
    int duplicates = 0;
    long characters = 0;
    long hash = 0;
    long length = 0;
    boolean open = false;
    int lines = document.lines();
    for (int i = 0; i <= lines; i++) {
      int from = i < lines ? document.lineFrom(i) : 0;
      int to = i < lines ? document.lineTo(i, from) : 0;
      if (to > from) {
        hash = RollingHash.with(hash, Hash128.of(utf8, from, to));
        length += Utf8.codePoints(utf8, from, to) + (open ? 1 : 0); // with line feeds between
        open = true;
      } else if (open) {
        all++;
        if (counts.add(Hash128.mix(hash)) > 1) {
          duplicates++;
          characters += length;
        }
        hash = 0;
        length = 0;
        open = false;
      }
    }
    return new Duplicates(all, duplicates, characters);
  }

  /**
   * The characters in the most frequent n-gram: its own, with one white space between words, times
   * how often it comes. Of several that come most often it is the one that comes first; where none
   * comes twice it is 0.
   */
  long top(Document document, int n) {
    int grams = document.words() - n + 1;
    if (grams < 2) {
      return 0;
    }
    counts.clear(grams);
    int most = 0;
    Rolling hash = new Rolling(document, n);
    for (int i = 0; i < grams; i++) {
      most = Math.max(most, counts.add(hash.next()));
    }
    if (most < 2) {
      return 0;
    }
    hash = new Rolling(document, n);
    for (int i = 0; ; i++) {
      if (counts.count(hash.next()) == most) {
        return most * (characters(document, i, n) + n - 1);
      }
    }
  }

  /**
   * The characters in duplicate n-grams, white space between words left out. Read from the first
   * word on: an n-gram that has come before counts, and reading goes on behind it, so that no
   * character counts twice; one that has not is remembered, and reading goes on at the next word.
   */
  long duplicates(Document document, int n) {
    int grams = document.words() - n + 1;
    if (grams < 2) {
      return 0;
    }
    counts.clear(grams);
    long characters = 0;
    Rolling hash = new Rolling(document, n);
    int from = 0; // the first n-gram that is not passed over
    for (int i = 0; i < grams; i++) {
      long h = hash.next();
      if (i >= from) {
        if (counts.count(h) > 0) {
          characters += characters(document, i, n);
          from = i + n;
        } else {
          counts.add(h);
        }
      }
    }
    return characters;
  }

  private static long characters(Document document, int word, int n) {
    long sum = 0;
    for (int i = word; i < word + n; i++) {
      sum += Utf8.codePoints(document.utf8(), document.wordFrom(i), document.wordTo(i));
    }
    return sum;
  }

  /** The hashes of n-grams, one after the other. */
  private static final class Rolling {
    private final Document document;
    private final int n;
    private final RollingHash rolling;
    private long hash;
    private int next; // word

    Rolling(Document document, int n) {
      this.document = document;
      this.n = n;
      rolling = new RollingHash(n);
      for (int i = 1; i < n; i++) {
        hash = RollingHash.with(hash, document.wordHash(next++));
      }
    }

    long next() {
      long word = document.wordHash(next);
      hash =
          next < n
              ? RollingHash.with(hash, word)
              : rolling.next(hash, document.wordHash(next - n), word);
      next++;
      return Hash128.mix(hash);
    }
  }
}
