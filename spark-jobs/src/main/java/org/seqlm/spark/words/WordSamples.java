package org.seqlm.spark.words;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.RankedMerge;

/**
 * What all parts of the counted words tell of themselves: how much there is, where equal shares of
 * the words begin, and where those end that a vocabulary can hold.
 */
final class WordSamples {
  /** Samples of the words that a part is to have, so that shares are even to about an eighth. */
  static final int A_PART = 64;

  private static final int SAMPLE_BYTES = 64;

  private final List<SampledWords> parts;
  private final List<PackedTokens> words;

  WordSamples(List<SampledWords> parts) {
    this.parts = parts;
    this.words = parts.stream().map(SampledWords::words).toList();
  }

  /**
   * Shares of all words in their order.
   *
   * @param bounds where shares begin, but for the first; and, where words are left out, before
   *     which the last one ends
   * @param size how many shares there are
   * @param bytes that the words of all shares take in memory, or less
   */
  record Shares(PackedTokens bounds, int size, long bytes) implements Serializable {}

  /**
   * Samples a part.
   *
   * @param part what {@link WordCounting#addInBlocks} gives
   * @param spacing bytes of the words between two samples
   */
  static Iterator<SampledWords> sample(Iterator<Object> part, long spacing) {
    long[] told = null;
    PackedTokens.Builder samples = new PackedTokens.Builder();
    int[] places = new int[A_PART];
    long[] ends = new long[A_PART];
    int place = 0;
    long cost = 0;
    long next = spacing;
    while (part.hasNext()) {
      Object one = part.next();
      if (one instanceof long[] numbers) {
        told = numbers;
        continue;
      }
      PackedTokens words = (PackedTokens) one;
      for (int i = 0; i < words.size(); i++, place++) {
        cost += DictionaryLimit.WORD_BYTES + words.length(i);
        if (cost >= next) {
          int n = samples.size();
          if (n == places.length) {
            places = Arrays.copyOf(places, 2 * n);
            ends = Arrays.copyOf(ends, 2 * n);
          }
          places[n] = place;
          ends[n] = cost;
          int start = words.start(i);
          int end = Math.min(words.end(i), start + SAMPLE_BYTES);
          samples.add(words.arena(), start, end, words.counts()[i]);
          next = cost + spacing;
        }
      }
    }
    int n = samples.size();
    return List.of(
            new SampledWords(
                told[0],
                told[1],
                cost,
                samples.take(),
                Arrays.copyOf(places, n),
                Arrays.copyOf(ends, n)))
        .iterator();
  }

  /** Different words before any limit. */
  long types() {
    return parts.stream().mapToLong(SampledWords::types).sum();
  }

  long lineEnds() {
    return parts.stream().mapToLong(SampledWords::lineEnds).sum();
  }

  /**
   * Shares that hold at least the first words, and few that come after them: of each part less than
   * what lies between two samples.
   *
   * @param most words that a vocabulary can hold, at least 1
   */
  Shares shares(long most) {
    PackedTokens.Builder bounds = new PackedTokens.Builder();
    int[] passed = new int[parts.size()]; // samples of each part
    long[] sure = {0}; // words that stand before or at the samples that were passed
    int[] seen = {0};
    int[] last = {-1, -1}; // the list and place of the sample that was passed last
    int[] end = {-1, -1};
    RankedMerge.merge(
        words,
        (list, i) -> {
          PackedTokens from = words.get(list);
          // Of a word that was cut only its beginning is known: what ends there ends before it.
          if (sure[0] >= most && RankedMerge.compare(words.get(last[0]), last[1], from, i) < 0) {
            end[0] = list;
            end[1] = i;
            return false;
          }
          int[] places = parts.get(list).places();
          sure[0] += places[i] - (i == 0 ? -1 : places[i - 1]);
          passed[list] = i + 1;
          last[0] = list;
          last[1] = i;
          if (++seen[0] % A_PART == 0) {
            bounds.add(from.arena(), from.start(i), from.end(i), from.counts()[i]);
          }
          return true;
        });
    int size = bounds.size() + 1;
    if (end[0] >= 0) {
      PackedTokens from = words.get(end[0]);
      int i = end[1];
      bounds.add(from.arena(), from.start(i), from.end(i), from.counts()[i]);
    }
    long bytes = 0;
    for (int part = 0; part < passed.length; part++) {
      SampledWords one = parts.get(part);
      bytes += passed[part] < one.ends().length ? one.ends()[passed[part]] : one.bytes();
    }
    return new Shares(bounds.take(), size, bytes);
  }
}
