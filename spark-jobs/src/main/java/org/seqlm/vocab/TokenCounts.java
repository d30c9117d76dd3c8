package org.seqlm.vocab;

import java.util.Arrays;

/** How often each token stands in a text; counts of parts are added. Not thread-safe. */
public final class TokenCounts {
  private final TokenTable table;
  private long[] counts;

  public TokenCounts(int expected) {
    table = new TokenTable(expected);
    counts = new long[Math.max(8, expected)];
  }

  /** Adds a token's occurrences; returns its id in {@link #table}. */
  public int add(byte[] utf8, int from, int to, long count) {
    int id = table.add(utf8, from, to);
    if (id >= counts.length) {
      counts = Arrays.copyOf(counts, counts.length * 2);
    }
    counts[id] += count;
    return id;
  }

  /** Adds the counts of another part. */
  public void addAll(PackedTokens tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      add(tokens.arena(), tokens.start(i), tokens.end(i), tokens.counts()[i]);
    }
  }

  public TokenTable table() {
    return table;
  }

  public long count(int id) {
    return counts[id];
  }

  /** Different tokens. */
  public int size() {
    return table.size();
  }

  /** All tokens with their counts, by id. */
  public PackedTokens packed() {
    return PackedTokens.of(table, counts);
  }

  /**
   * The tokens that reach a count, by falling count and, among equals, by rising bytes: the order
   * of a vocabulary's ids.
   *
   * @param limit at most so many
   */
  public PackedTokens ranked(long minCount, int limit) {
    int[] ids = new int[size()];
    int n = 0;
    for (int id = 0; id < ids.length; id++) {
      if (counts[id] >= minCount) {
        ids[n++] = id;
      }
    }
    long[] beginnings = new long[ids.length];
    for (int i = 0; i < n; i++) {
      beginnings[ids[i]] = beginning(ids[i]);
    }
    sort(beginnings, ids.clone(), ids, 0, n);
    return PackedTokens.of(table, counts, ids, Math.min(n, limit));
  }

  /** Merge sort of {@code into[from, to)}; {@code scratch} holds the same ids. */
  private void sort(long[] beginnings, int[] scratch, int[] into, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(beginnings, into, scratch, from, middle);
    sort(beginnings, into, scratch, middle, to);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft =
          right == to || (left < middle && precedes(beginnings, scratch[left], scratch[right]));
      into[i] = takeLeft ? scratch[left++] : scratch[right++];
    }
  }

  private boolean precedes(long[] beginnings, int a, int b) {
    if (counts[a] != counts[b]) {
      return counts[a] > counts[b];
    }
    return beginnings[a] != beginnings[b]
        ? Long.compareUnsigned(beginnings[a], beginnings[b]) < 0
        : table.compare(a, b) <= 0;
  }

  /** The first eight bytes of a token, which order most tokens without a look at the others. */
  private long beginning(int id) {
    long bytes = 0;
    for (int i = table.start(id), shift = 56; i < table.end(id) && shift >= 0; i++, shift -= 8) {
      bytes |= (table.arena()[i] & 0xFFL) << shift;
    }
    return bytes;
  }
}
