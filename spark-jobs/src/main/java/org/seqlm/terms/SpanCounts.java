package org.seqlm.terms;

import java.util.Arrays;
import java.util.List;
import org.seqlm.text.Hash128;
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

  private final List<byte[]> spelledNodes;
  private final TokenTable nodes;
  private final int left;
  private final int right;
  private final TokenTable words = new TokenTable(1 << 10);
  private long[] counts = new long[1 << 10]; // by word
  private long[] places = new long[1 << 10]; // pairs of places with the word at j // by word
  private int[] nodeOf = new int[1 << 10]; // by word
  private final long[] nodePlaces; // pairs of places with the node at i // (nodes)
  private final Pairs pairs = new Pairs();
  private final int[] ring; // words of the passage's last tokens, by place modulo its length
  private long inPassage;
  private long total;
  private long tokens;
  private long document; // those that have tokens, the open one among them
  private boolean fresh = true;

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
    this.spelledNodes = nodes;
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
    fresh = true;
    startPassage();
  }

  /** The next token, UTF-8. */
  public void token(byte[] utf8, int from, int to) {
    document += fresh ? 1 : 0;
    fresh = false;
    int word = word(utf8, from, to);
    tokens++;
    counts[word]++;
    int reach = (int) Math.min(ring.length, inPassage);
    for (int d = 1; d <= reach; d++) {
      int before = ring[(int) ((inPassage - d) % ring.length)];
      if (d <= right) {
        near(before, word, Pairs.RIGHT);
      }
      if (d <= left) {
        near(word, before, Pairs.LEFT);
      }
    }
    ring[(int) (inPassage++ % ring.length)] = word;
  }

  /** Counts a pair of places. */
  private void near(int atI, int atJ, int side) {
    total++;
    places[atJ]++;
    int node = nodeOf[atI];
    if (node != NONE) {
      nodePlaces[node]++;
      pairs.add(node, atJ, side, document);
    }
  }

  private int word(byte[] utf8, int from, int to) {
    int known = words.size();
    int word = words.add(utf8, from, to);
    if (word == known) {
      if (word == counts.length) {
        int room = 2 * word;
        counts = Arrays.copyOf(counts, room);
        places = Arrays.copyOf(places, room);
        nodeOf = Arrays.copyOf(nodeOf, room);
      }
      nodeOf[word] = nodes.find(utf8, from, to);
    }
    return word;
  }

  /**
   * Counts what follows: spans reach back to what this one has. Its first document is the open one,
   * or one that begins. Their counts add up to those of one for all.
   */
  public SpanCounts next() {
    SpanCounts next = new SpanCounts(spelledNodes, left, right);
    int reach = (int) Math.min(ring.length, inPassage);
    for (int d = reach; d > 0; d--) {
      byte[] before = spelling(ring[(int) ((inPassage - d) % ring.length)]);
      next.ring[(int) next.inPassage++ % ring.length] = next.word(before, 0, before.length);
    }
    return next;
  }

  /** Bytes that are held, more or less. */
  public long bytes() {
    return words.bytes() + 32L * words.size() + 56L * pairs.size();
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
     */
    void word(byte[] utf8, long count, long places);

    /**
     * A word near a node.
     *
     * @param node its place among the nodes
     * @param left how often it stands before the node
     * @param right how often behind it
     * @param documents how many have the two near each other
     * @param first the first of these, by its place among those that have tokens, from 1
     * @param last the last of them, likewise
     */
    void pair(int node, byte[] utf8, long left, long right, long documents, long first, long last);
  }

  /** Gives all words, then all pairs, each in the order in which they came first. */
  public void give(Sink sink) {
    for (int word = 0; word < words.size(); word++) {
      sink.word(spelling(word), counts[word], places[word]);
    }
    for (int pair = 0; pair < pairs.size(); pair++) {
      long[] row = pairs.row(pair);
      sink.pair(
          pairs.node(pair),
          spelling(pairs.word(pair)),
          row[Pairs.LEFT],
          row[Pairs.RIGHT],
          row[2],
          row[3],
          row[4]);
    }
  }

  private byte[] spelling(int word) {
    return Arrays.copyOfRange(words.arena(), words.start(word), words.end(word));
  }

  /**
   * Nodes with words: their figures one behind the other, and a table with open addressing of where
   * they are.
   */
  private static final class Pairs {
    static final int LEFT = 0;
    static final int RIGHT = 1;

    /** Left, right, documents, the first and the last of them. */
    private static final int FIGURES = 5;

    private long[] keys = new long[1 << 8]; // node << 32 | word
    private long[] figures = new long[FIGURES << 8];
    private int[] slots = new int[1 << 9]; // pair + 1, or 0 where free; twice as many as pairs
    private int size;

    void add(int node, int word, int side, long document) {
      int at = FIGURES * pair((long) node << 32 | word);
      figures[at + side]++;
      if (figures[at + 4] != document) {
        figures[at + 3] = figures[at + 2] == 0 ? document : figures[at + 3];
        figures[at + 4] = document;
        figures[at + 2]++;
      }
    }

    private int pair(long key) {
      int slot = slot(key);
      if (slots[slot] == 0) {
        if (size == keys.length) {
          keys = Arrays.copyOf(keys, 2 * size);
          figures = Arrays.copyOf(figures, Math.multiplyExact(2 * size, FIGURES));
          slots = new int[2 * slots.length];
          for (int pair = 0; pair < size; pair++) {
            slots[slot(keys[pair])] = pair + 1;
          }
          slot = slot(key);
        }
        keys[size] = key;
        slots[slot] = ++size;
      }
      return slots[slot] - 1;
    }

    private int slot(long key) {
      int mask = slots.length - 1;
      int slot = (int) Hash128.mix(key) & mask;
      while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
        slot = slot + 1 & mask;
      }
      return slot;
    }

    int size() {
      return size;
    }

    int node(int pair) {
      return (int) (keys[pair] >>> 32);
    }

    int word(int pair) {
      return (int) keys[pair];
    }

    long[] row(int pair) {
      return Arrays.copyOfRange(figures, FIGURES * pair, FIGURES * (pair + 1));
    }
  }
}
