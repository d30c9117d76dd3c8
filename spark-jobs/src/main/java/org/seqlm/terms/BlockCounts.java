package org.seqlm.terms;

import java.util.Arrays;
import java.util.List;
import org.seqlm.vocab.TokenTable;

/**
 * How often some words stand in each block, and in each part of one size, of a part of a text, of
 * which it is known where it begins. All tokens together are the last word.
 */
public final class BlockCounts {
  private final TokenTable words;
  private final TextBlocks blocks;
  private final Runs[] ofBlocks; // by word
  private final Runs[] ofParts; // by word
  private int runs; // of all words
  private long document;
  private long token;
  private boolean fresh = true;
  private int block;

  /** Counts by number, for numbers that rarely go back. */
  private static final class Runs {
    private int[] numbers = new int[2];
    private long[] counts = new long[2];
    private int size;

    /** Whether it is another number than the last one. */
    boolean add(int number) {
      if (size > 0 && numbers[size - 1] == number) {
        counts[size - 1]++;
        return false;
      }
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
        counts = Arrays.copyOf(counts, 2 * size);
      }
      numbers[size] = number;
      counts[size++] = 1;
      return true;
    }
  }

  /**
   * Begins.
   *
   * @param words UTF-8, different ones
   * @param document the place of the first document, among those of the corpus that have tokens
   * @param token the place of the first token
   */
  public BlockCounts(List<byte[]> words, TextBlocks blocks, long document, long token) {
    this.words = new TokenTable(words.size());
    for (byte[] word : words) {
      this.words.add(word, 0, word.length);
    }
    this.blocks = blocks;
    this.ofBlocks = new Runs[words.size() + 1];
    this.ofParts = new Runs[words.size() + 1];
    this.document = document - 1;
    this.token = token;
  }

  private BlockCounts(BlockCounts before) {
    words = before.words;
    blocks = before.blocks;
    ofBlocks = new Runs[before.ofBlocks.length];
    ofParts = new Runs[before.ofParts.length];
    document = before.document;
    token = before.token;
    fresh = before.fresh;
    block = before.block;
  }

  /** Counts what follows: the counts of both add up to those of one for all. */
  public BlockCounts next() {
    return new BlockCounts(this);
  }

  /** Bytes that are held, more or less. */
  public long bytes() {
    return 24L * runs;
  }

  /** A document begins with the next token. */
  public void startDocument() {
    fresh = true;
  }

  /** The next token, UTF-8. */
  public void token(byte[] utf8, int from, int to) {
    if (fresh) {
      document++;
      block = blocks.block(document);
      fresh = false;
    }
    int part = blocks.part(token++);
    add(words.size(), part);
    int word = words.find(utf8, from, to);
    if (word >= 0) {
      add(word, part);
    }
  }

  private void add(int word, int part) {
    if (ofBlocks[word] == null) {
      ofBlocks[word] = new Runs();
      ofParts[word] = new Runs();
    }
    runs += ofBlocks[word].add(block) ? 1 : 0;
    runs += ofParts[word].add(part) ? 1 : 0;
  }

  /**
   * A word's counts, as pairs of a number and a count to be added up: those of blocks by their
   * numbers, then those of parts by {@code -1 - part}. // (2 pairs)
   *
   * @param word its place among the words; of all tokens the number of words
   * @return null where it does not stand here
   */
  public long[] counts(int word) {
    Runs first = ofBlocks[word];
    Runs second = ofParts[word];
    if (first == null) {
      return null;
    }
    long[] pairs = new long[2 * (first.size + second.size)];
    int at = 0;
    for (int i = 0; i < first.size; i++) {
      pairs[at++] = first.numbers[i];
      pairs[at++] = first.counts[i];
    }
    for (int i = 0; i < second.size; i++) {
      pairs[at++] = -1L - second.numbers[i];
      pairs[at++] = second.counts[i];
    }
    return pairs;
  }
}
