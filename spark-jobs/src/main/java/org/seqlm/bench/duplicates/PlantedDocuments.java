package org.seqlm.bench.duplicates;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.seqlm.Problems;

/**
 * Documents of words drawn by Zipf's law with exponent 1, each alone from the seed and its number.
 * Every so many documents of the first half have a copy in the second, half of all documents
 * further on, in which words were replaced by others drawn alike, so many that the Jaccard
 * similarity of both is near a target: 0.5, 0.55, ... 1, one after the other. A copy also ends with
 * a full stop, so at 1 texts are alike, but not equal.
 *
 * @param documents in all, an even number
 * @param every so many documents of the first half one has a copy
 * @param words of a document on average; they have three quarters to five quarters of it
 * @param types different words
 * @param shingle words of a shingle
 * @param seed decides all
 */
public record PlantedDocuments(
    long documents, int every, int words, int types, int shingle, long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Similarities that are aimed at: 0.5 to 1. */
  public static final int TARGETS = 11;

  public PlantedDocuments {
    new Problems()
        .inRange("documents", documents, 2, 1L << 31)
        .require(documents % 2 == 0, "documents must be an even number, but is " + documents)
        .inRange("every", every, 1, 1 << 20)
        .inRange("words", words, 8, 1 << 16)
        .inRange("types", types, 2, 1 << 24)
        .inRange("near.shingle", shingle, 1, 64)
        .throwIfAny();
  }

  /** A pair that was planted: both documents, and how alike they are. */
  public record Pair(long original, long copy, double similarity) {}

  /** Draws documents; one a thread. */
  public final class Drawing {
    private final double[] sums = new double[types]; // of the words' probabilities

    private Drawing() {
      double sum = 0;
      for (int i = 0; i < types; i++) {
        sum += 1.0 / (i + 1);
        sums[i] = sum;
      }
    }

    /** The words of a document. */
    public int[] words(long document) {
      long original = original(document);
      return original < 0 ? drawn(document) : copy(drawn(original), document);
    }

    /** A document as a line of text. */
    public String text(long document) {
      StringBuilder text = new StringBuilder();
      for (int word : words(document)) {
        text.append(text.isEmpty() ? "" : " ").append('w').append(Integer.toString(word, 36));
      }
      return original(document) < 0 ? text.toString() : text.append('.').toString();
    }

    /** A pair by its number, 0 to {@link PlantedDocuments#pairs}. */
    public Pair pair(long number) {
      long first = number * every;
      long second = first + documents / 2;
      return new Pair(first, second, similarity(words(first), words(second)));
    }

    private int[] drawn(long document) {
      SplittableRandom random = random(document);
      int[] drawn = new int[words * 3 / 4 + random.nextInt(words / 2 + 1)];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = word(random);
      }
      return drawn;
    }

    private int word(SplittableRandom random) {
      int at = Arrays.binarySearch(sums, random.nextDouble() * sums[types - 1]);
      return Math.min(types - 1, at < 0 ? -at - 1 : at);
    }

    private int[] copy(int[] original, long document) {
      double target = 0.5 + 0.05 * ((document - documents / 2) / every % TARGETS);
      int shingles = Math.max(1, original.length - shingle + 1);
      // Of s shingles each, of which c are not in the other, (s - c) / (s + c) are in both.
      long change = Math.round(shingles * (1 - target) / (1 + target));
      SplittableRandom random = random(document);
      int[] copy = original.clone();
      boolean[] changed = new boolean[shingles];
      int changes = 0;
      for (int tries = 4 * original.length; tries > 0 && changes < change; tries--) {
        int place = random.nextInt(original.length);
        int from = Math.max(0, place - shingle + 1);
        int to = Math.min(shingles - 1, place);
        int more = 0;
        for (int i = from; i <= to; i++) {
          more += changed[i] ? 0 : 1;
        }
        if (more > 0 && changes + more <= change) {
          Arrays.fill(changed, from, to + 1, true);
          changes += more;
          while (copy[place] == original[place]) {
            copy[place] = word(random);
          }
        }
      }
      return copy;
    }
  }

  /** Something that draws them. */
  public Drawing drawing() {
    return new Drawing();
  }

  /** Pairs that are planted. */
  public long pairs() {
    return (documents / 2 + every - 1) / every;
  }

  /** The document that another is a copy of; -1 if it is none. */
  public long original(long document) {
    long first = document - documents / 2;
    return first >= 0 && first % every == 0 ? first : -1;
  }

  private SplittableRandom random(long document) {
    return new SplittableRandom(
        org.seqlm.text.Hash128.mix(seed * 0x9E3779B97F4A7C15L + document + 1));
  }

  /** The Jaccard similarity of two documents, of their shingles themselves. */
  double similarity(int[] one, int[] other) {
    Set<List<Integer>> first = shingles(one);
    Set<List<Integer>> second = shingles(other);
    int union = first.size() + second.size();
    first.retainAll(second);
    return (double) first.size() / (union - first.size());
  }

  private Set<List<Integer>> shingles(int[] of) {
    Set<List<Integer>> set = new HashSet<>();
    for (int i = 0; i == 0 || i + shingle <= of.length; i++) {
      List<Integer> one = new ArrayList<>();
      for (int k = i; k < Math.min(of.length, i + shingle); k++) {
        one.add(of[k]);
      }
      set.add(one);
    }
    return set;
  }
}
