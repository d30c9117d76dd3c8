package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;

/**
 * Learns the merges of byte-level BPE (Sennrich et al. 2016, algorithm 1) from counted stretches of
 * text. The pair with the greatest count is merged next; of several, the one with the smallest ids,
 * as by Hugging Face's trainer. Ids: the special tokens, then the 256 bytes by their letters, then
 * what each merge makes. So the order of the input decides nothing.
 *
 * <p>A pair that would spell a special token is never merged.
 *
 * <p>Memory: about 12 bytes a byte of the words, and about 60 for each pair of neighbours that
 * comes up.
 */
public final class BpeTrainer {
  private static final byte DONE = 1; // merged, or never to be

  private final int base; // the id of the first byte
  private final long least;
  private final Set<String> special;

  // Words: their ids begin at starts[w] of symbols and are lengths[w].
  private final int[] symbols;
  private final int[] starts;
  private final int[] lengths;
  private final long[] wordCounts;

  private final TokenTable spellings = new TokenTable(1 << 10); // of ids from base on
  private final List<int[]> merges = new ArrayList<>(); // (merges, 2)

  // By the number of a pair.
  private final PairTable pairs = new PairTable(1 << 12);
  private long[] counts = new long[1 << 12];
  private int[][] places = new int[1 << 12][]; // words that had the pair when it was added to them
  private int[] placesUsed = new int[1 << 12];
  private byte[] states = new byte[1 << 12];
  private int[] touchedAt = new int[1 << 12]; // the last merge that made more of it

  private final PairQueue queue = new PairQueue();
  private int[] touched = new int[64];
  private int touchedSize;

  private BpeTrainer(PackedTokens words, BpeRules rules) {
    base = rules.special().size();
    least = Math.max(1, rules.minFrequency());
    special = new HashSet<>(rules.special());
    int[] symbolOf = new int[256];
    for (byte b : ByteLetters.inOrder()) {
      symbolOf[b & 0xFF] = base + spellings.add(new byte[] {b}, 0, 1);
    }
    int n = words.size();
    starts = new int[n];
    lengths = new int[n];
    wordCounts = words.counts();
    symbols = new int[n == 0 ? 0 : words.end(n - 1)];
    for (int w = 0; w < n; w++) {
      starts[w] = words.start(w);
      lengths[w] = words.length(w);
    }
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = symbolOf[words.arena()[i] & 0xFF];
    }
  }

  /**
   * Learns merges until the vocabulary is full or no pair is frequent enough.
   *
   * @param words stretches of text, none twice, with their counts
   */
  public static BpeMerges train(PackedTokens words, BpeRules rules) {
    BpeTrainer trainer = new BpeTrainer(words, rules);
    trainer.run(rules.vocabularySize());
    List<byte[]> tokens = new ArrayList<>();
    TokenTable spellings = trainer.spellings;
    for (int k = 0; k < spellings.size(); k++) {
      tokens.add(Arrays.copyOfRange(spellings.arena(), spellings.start(k), spellings.end(k)));
    }
    return new BpeMerges(rules.special(), tokens, trainer.merges);
  }

  private void run(int vocabularySize) {
    for (int w = 0; w < starts.length; w++) {
      for (int i = starts[w] + 1; i < starts[w] + lengths[w]; i++) {
        more(symbols[i - 1], symbols[i], w);
      }
    }
    for (int pair = 0; pair < pairs.size(); pair++) {
      if (counts[pair] >= least) {
        queue.push(counts[pair], pairs.pair(pair), pair);
      }
    }
    while (base + spellings.size() < vocabularySize && !queue.isEmpty()) {
      long count = queue.topCount();
      int pair = queue.pop();
      if (states[pair] != 0) {
        continue;
      }
      if (counts[pair] != count) {
        // It has become rarer since; who becomes more frequent is queued again at once.
        if (counts[pair] >= least && counts[pair] < count) {
          queue.push(counts[pair], pairs.pair(pair), pair);
        }
        continue;
      }
      merge(pair);
    }
  }

  private void merge(int pair) {
    int left = PairTable.left(pairs.pair(pair));
    int right = PairTable.right(pairs.pair(pair));
    byte[] spelling = spelling(left, right);
    // Neighbours are cut alone as they are cut here, so that they cannot spell a token that is
    // there.
    if (spellings.find(spelling, 0, spelling.length) >= 0
        || special.contains(new String(spelling, StandardCharsets.UTF_8))
        || special.contains(ByteLetters.letters(spelling, 0, spelling.length))) {
      states[pair] = DONE;
      return;
    }
    int made = base + spellings.add(spelling, 0, spelling.length);
    states[pair] = DONE;
    merges.add(new int[] {left, right});
    touchedSize = 0;
    int[] words = places[pair];
    int n = placesUsed[pair];
    places[pair] = null;
    placesUsed[pair] = 0;
    for (int k = 0; k < n; k++) {
      merge(words[k], left, right, made);
    }
    counts[pair] = 0;
    for (int k = 0; k < touchedSize; k++) {
      int other = touched[k];
      if (counts[other] >= least && states[other] == 0) {
        queue.push(counts[other], pairs.pair(other), other);
      }
    }
  }

  private byte[] spelling(int left, int right) {
    int a = left - base;
    int b = right - base;
    int first = spellings.end(a) - spellings.start(a);
    byte[] spelling = new byte[first + spellings.end(b) - spellings.start(b)];
    System.arraycopy(spellings.arena(), spellings.start(a), spelling, 0, first);
    System.arraycopy(
        spellings.arena(), spellings.start(b), spelling, first, spelling.length - first);
    return spelling;
  }

  /** Merges a pair in a word, from the left. */
  private void merge(int word, int left, int right, int made) {
    int start = starts[word];
    int end = start + lengths[word];
    int out = start;
    int i = start;
    while (i < end) {
      int symbol = symbols[i];
      if (symbol != left || i + 1 == end || symbols[i + 1] != right) {
        symbols[out++] = symbol;
        i++;
        continue;
      }
      if (out > start) {
        fewer(symbols[out - 1], left, word);
        more(symbols[out - 1], made, word);
      }
      if (i + 2 < end) {
        fewer(right, symbols[i + 2], word);
        more(made, symbols[i + 2], word);
      }
      symbols[out++] = made;
      i += 2;
    }
    lengths[word] = out - start;
  }

  private void fewer(int left, int right, int word) {
    counts[pairs.find(PairTable.pair(left, right))] -= wordCounts[word];
  }

  private void more(int left, int right, int word) {
    int pair = pairs.add(PairTable.pair(left, right));
    if (pair == counts.length) {
      grow(pair + (pair >> 1));
    }
    counts[pair] += wordCounts[word];
    int used = placesUsed[pair];
    if (used == 0) {
      places[pair] = new int[2];
    }
    if (used == 0 || places[pair][used - 1] != word) {
      if (used == places[pair].length) {
        places[pair] = Arrays.copyOf(places[pair], used + (used >> 1) + 1);
      }
      places[pair][used] = word;
      placesUsed[pair]++;
    }
    if (touchedAt[pair] != merges.size()) {
      touchedAt[pair] = merges.size();
      if (touchedSize == touched.length) {
        touched = Arrays.copyOf(touched, touchedSize * 2);
      }
      touched[touchedSize++] = pair;
    }
  }

  private void grow(int length) {
    counts = Arrays.copyOf(counts, length);
    places = Arrays.copyOf(places, length);
    placesUsed = Arrays.copyOf(placesUsed, length);
    states = Arrays.copyOf(states, length);
    touchedAt = Arrays.copyOf(touchedAt, length);
  }

  /** Pairs by falling count and, among equals, by rising ids: a binary heap. */
  private static final class PairQueue {
    private long[] counts = new long[64];
    private long[] pairs = new long[64];
    private int[] numbers = new int[64];
    private int size;

    boolean isEmpty() {
      return size == 0;
    }

    /** The count with which the first was put in. */
    long topCount() {
      return counts[0];
    }

    void push(long count, long pair, int number) {
      if (size == counts.length) {
        int larger = size + (size >> 1);
        counts = Arrays.copyOf(counts, larger);
        pairs = Arrays.copyOf(pairs, larger);
        numbers = Arrays.copyOf(numbers, larger);
      }
      int at = size++;
      while (at > 0) {
        int parent = at - 1 >>> 1;
        if (!precedes(count, pair, parent)) {
          break;
        }
        move(parent, at);
        at = parent;
      }
      set(at, count, pair, number);
    }

    /** Takes the first out; gives its number. */
    int pop() {
      int first = numbers[0];
      size--;
      if (size > 0) {
        sink(counts[size], pairs[size], numbers[size]);
      }
      return first;
    }

    private void sink(long count, long pair, int number) {
      int at = 0;
      while (true) {
        int child = 2 * at + 1;
        if (child >= size) {
          break;
        }
        if (child + 1 < size && precedes(counts[child + 1], pairs[child + 1], child)) {
          child++;
        }
        if (precedes(count, pair, child)) {
          break;
        }
        move(child, at);
        at = child;
      }
      set(at, count, pair, number);
    }

    private boolean precedes(long count, long pair, int other) {
      return count != counts[other] ? count > counts[other] : pair < pairs[other];
    }

    private void move(int from, int to) {
      set(to, counts[from], pairs[from], numbers[from]);
    }

    private void set(int at, long count, long pair, int number) {
      counts[at] = count;
      pairs[at] = pair;
      numbers[at] = number;
    }
  }
}
