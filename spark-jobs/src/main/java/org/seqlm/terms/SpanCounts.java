package org.seqlm.terms;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.vocab.TokenTable;

/**
 * Counts what stands near some words, the nodes, in a part of a text. What is counted are ordered
 * pairs of places (i, j) of one passage where j is at most {@code left} tokens before i or {@code
 * right} after it, over all i, whether a node stands there or not. So the four margins of a pair's
 * {@link PairTable} are of the same pairs of places, also where passages end: E is close to the
 * usual f(node) f(collocate) span / N (Evert, "Corpora and collocations", in Lüdeling and Kytö,
 * Corpus Linguistics, 2008, section 4.1), from which it differs by what lies beyond passages only.
 *
 * <p>Tokens come in the order of the text. It holds a table of the part's words, the pairs with
 * nodes, and the tokens of one span. Counts of parts add up.
 */
public final class SpanCounts {
  private static final int NONE = -1;

  /** A node with a word. */
  private static final class Pair {
    private long left;
    private long right;
    private long documents;
    private long lastDocument = -1;
  }

  private final TokenTable nodes;
  private final int left;
  private final int right;
  private final TokenTable words = new TokenTable(1 << 10);
  private long[] counts = new long[1 << 10]; // by word
  private long[] places = new long[1 << 10]; // pairs of places with the word at j // by word
  private long[] documents = new long[1 << 10]; // by word
  private long[] lastDocument = new long[1 << 10]; // by word
  private int[] nodeOf = new int[1 << 10]; // by word
  private final long[] nodePlaces; // pairs of places with the node at i // (nodes)
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final int[] ring; // words of the passage's last tokens, by place modulo its length
  private long inPassage;
  private long total;
  private long tokens;
  private long document;

  /**
   * Begins a part of a text; its first passage and document have begun.
   *
   * @param nodes UTF-8 of each, different ones
   * @param left tokens before a node that are near it, from 0 on
   * @param right tokens behind it; one of both is at least 1
   */
  public SpanCounts(List<byte[]> nodes, int left, int right) {
    if (left < 0 || right < 0 || left + right < 1) {
      throw new IllegalArgumentException("a span of " + left + " to " + right);
    }
    this.nodes = new TokenTable(nodes.size());
    for (byte[] node : nodes) {
      this.nodes.add(node, 0, node.length);
    }
    this.left = left;
    this.right = right;
    this.nodePlaces = new long[this.nodes.size()];
    this.ring = new int[Math.max(left, right)];
  }

  /** A passage begins with the next token: no span reaches back over it. */
  public void startPassage() {
    inPassage = 0;
  }

  /** A document begins with the next token, and a passage. */
  public void startDocument() {
    document++;
    startPassage();
  }

  /** The next token, UTF-8. */
  public void token(byte[] utf8, int from, int to) {
    int word = word(utf8, from, to);
    tokens++;
    counts[word]++;
    if (lastDocument[word] != document) {
      lastDocument[word] = document;
      documents[word]++;
    }
    int reach = (int) Math.min(ring.length, inPassage);
    for (int d = 1; d <= reach; d++) {
      int before = ring[(int) ((inPassage - d) % ring.length)];
      if (d <= right) {
        Pair behind = near(before, word);
        if (behind != null) {
          behind.right++;
        }
      }
      if (d <= left) {
        Pair ahead = near(word, before);
        if (ahead != null) {
          ahead.left++;
        }
      }
    }
    ring[(int) (inPassage++ % ring.length)] = word;
  }

  /** Counts a pair of places; null where no node stands at i. */
  private Pair near(int atI, int atJ) {
    total++;
    places[atJ]++;
    int node = nodeOf[atI];
    if (node == NONE) {
      return null;
    }
    nodePlaces[node]++;
    Pair pair = pairs.computeIfAbsent((long) node << 32 | atJ, key -> new Pair());
    if (pair.lastDocument != document) {
      pair.lastDocument = document;
      pair.documents++;
    }
    return pair;
  }

  private int word(byte[] utf8, int from, int to) {
    int known = words.size();
    int word = words.add(utf8, from, to);
    if (word == known) {
      if (word == counts.length) {
        int room = 2 * word;
        counts = Arrays.copyOf(counts, room);
        places = Arrays.copyOf(places, room);
        documents = Arrays.copyOf(documents, room);
        lastDocument = Arrays.copyOf(lastDocument, room);
        nodeOf = Arrays.copyOf(nodeOf, room);
      }
      lastDocument[word] = -1;
      nodeOf[word] = nodes.find(utf8, from, to);
    }
    return word;
  }

  /** Tokens so far. */
  public long tokens() {
    return tokens;
  }

  /** N, all pairs of places. */
  public long total() {
    return total;
  }

  /** Pairs of places with each node at i. // (nodes) */
  public long[] nodePlaces() {
    return nodePlaces.clone();
  }

  /** Takes what was counted. */
  public interface Sink {
    /**
     * A word.
     *
     * @param count how often it stands in the part
     * @param places pairs of places with it at j
     * @param documents how many have it
     */
    void word(byte[] utf8, long count, long places, long documents);

    /**
     * A word near a node.
     *
     * @param node its place among the nodes
     * @param left how often it stands before the node
     * @param right how often behind it
     * @param documents how many have the two near each other
     */
    void pair(int node, byte[] utf8, long left, long right, long documents);
  }

  /** Gives all words, then all pairs, in any order. */
  public void give(Sink sink) {
    for (int word = 0; word < words.size(); word++) {
      sink.word(spelling(word), counts[word], places[word], documents[word]);
    }
    pairs.forEach(
        (key, pair) ->
            sink.pair(
                (int) (key >>> 32),
                spelling(key.intValue()),
                pair.left,
                pair.right,
                pair.documents));
  }

  private byte[] spelling(int word) {
    return Arrays.copyOfRange(words.arena(), words.start(word), words.end(word));
  }
}
