package org.seqlm.spark.answers;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.ngram.model.WindowAnswers;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledRuns;

/** The answers to one range, in any order, until they are read part by part. */
final class RangeReplies implements Closeable {
  private final SpilledRuns bytes;
  private final Map<Integer, List<long[]>> blocks = new HashMap<>(); // from, to; by part
  private final WindowAnswers answers;
  private final long[] key;

  /**
   * @param longs of a key
   */
  RangeReplies(int longs, Spill spill) {
    this.bytes = new SpilledRuns(spill);
    this.answers = new WindowAnswers(longs);
    this.key = new long[longs];
  }

  /** Takes a block that a slice sent. */
  void add(byte[] block) throws IOException {
    int part = new Bytes.Reader(block).readInt();
    long from = bytes.size();
    bytes.next().write(block, 0, block.length);
    bytes.written();
    blocks.computeIfAbsent(part, number -> new ArrayList<>()).add(new long[] {from, bytes.size()});
  }

  /** The answers to a part of the questions; those given before are overwritten. */
  WindowAnswers part(int part) throws IOException {
    answers.clear();
    for (long[] block : blocks.getOrDefault(part, List.of())) {
      Bytes.Reader reader = new Bytes.Reader(bytes.bytes(block[0], block[1]));
      reader.readInt();
      while (reader.hasMore()) {
        for (int j = 0; j < key.length; j++) {
          key[j] = reader.readNumber();
        }
        double log = reader.readDouble();
        answers.add(key, log, reader.readInt());
      }
    }
    return answers;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
