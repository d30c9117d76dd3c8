package org.seqlm.ngram;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

/** Counts blocks in memory the way the distributed step does. */
public final class Counting {
  private Counting() {}

  /** The slices of the counts, blocks dealt out in consecutive parts to {@code tasks} counters. */
  static List<TrieSlice> slices(
      List<TokenBlock> blocks,
      Vocabulary vocabulary,
      Runs runs,
      int order,
      int slices,
      int tasks,
      int tableSize) {
    KeyLayout layout = KeyLayout.of(order, vocabulary.size());
    Slices cut = Slices.of(vocabulary, slices);
    List<List<NgramBlock>> sorted = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      sorted.add(new ArrayList<>());
    }
    List<StreamEdge> edges = new ArrayList<>();
    List<Integer> order1 = new ArrayList<>();
    for (int t = 0; t < tasks; t++) {
      order1.add(t);
    }
    Collections.shuffle(order1, new Random(7));
    for (int t : order1) {
      NgramCounter counter = new NgramCounter(layout, runs, cut, tableSize);
      int from = (int) ((long) blocks.size() * t / tasks);
      int to = (int) ((long) blocks.size() * (t + 1) / tasks);
      for (TokenBlock block : blocks.subList(from, to)) {
        int at = 0;
        do {
          at = counter.count(block, at);
          if (counter.full()) {
            counter.drain((ngrams, slice) -> sorted.get(slice).add(ngrams));
          }
        } while (at < block.tokens().length);
      }
      edges.addAll(counter.finish());
      counter.drain((ngrams, slice) -> sorted.get(slice).add(ngrams));
    }
    NgramCounter across = new NgramCounter(layout, runs, cut, tableSize);
    new EdgeChain(runs, order, edges).count(across);
    across.drain((ngrams, slice) -> sorted.get(slice).add(ngrams));
    List<TrieSlice> tries = new ArrayList<>();
    for (List<NgramBlock> slice : sorted) {
      Collections.shuffle(slice, new Random(8));
      tries.add(BlockMerger.merge(layout, runs, slice));
    }
    return tries;
  }

  /** The model's counts of these slices, by way of their bytes. */
  static NgramTrie trie(List<TrieSlice> slices, int order, Vocabulary vocabulary) {
    NgramTrie.Builder builder = new NgramTrie.Builder(order, vocabulary.size());
    try {
      for (TrieSlice slice : slices) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        slice.write(bytes);
        builder.read(new ByteArrayInputStream(bytes.toByteArray()));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return builder.build();
  }

  /** The counts of a whole text in one piece. */
  public static NgramTrie trie(
      int[] tokens, int[] documentStarts, Vocabulary vocabulary, Runs runs, int order) {
    TokenBlock block = new TokenBlock(0, new int[0], tokens, documentStarts);
    return trie(slices(List.of(block), vocabulary, runs, order, 1, 1, 1 << 20), order, vocabulary);
  }
}
