package org.seqlm.spark.words;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.text.Hash128;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.PackedTokens;
import scala.Tuple2;

/**
 * Some of a range's words with their counts, on their way to where all occurrences of them are
 * added up. Words are dealt out by hash, those of one chunk in the order of their local ids, so
 * that what is sent back needs no words.
 */
public final class DealtWords implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** Instead of a chunk: one token, the empty one, that counts the line ends. */
  static final int LINE_ENDS = -1;

  /** Instead of a chunk: the last words of the range, which are counted in their chunks. */
  static final int TAIL = -2;

  private final int range;
  private final int chunk;
  private final PackedTokens tokens;

  DealtWords(int range, int chunk, PackedTokens tokens) {
    this.range = range;
    this.chunk = chunk;
    this.tokens = tokens;
  }

  int range() {
    return range;
  }

  int chunk() {
    return chunk;
  }

  PackedTokens tokens() {
    return tokens;
  }

  /** The part of {@code parts} that a word goes to. */
  static int part(byte[] utf8, int from, int to, int parts) {
    // Other bits than those that choose a table's slot, or each table would fill unevenly.
    return (int) Long.remainderUnsigned(Hash128.of(utf8, from, to) >>> 32, parts);
  }

  /**
   * Deals words out, each part in their order.
   *
   * @param counts of the words
   * @param least count of a word that is not left out
   * @return by part; null for none
   */
  public static PackedTokens[] deal(PackedTokens words, long[] counts, long least, int parts) {
    int[] part = new int[words.size()];
    for (int i = 0; i < part.length; i++) {
      part[i] = counts[i] >= least ? part(words.arena(), words.start(i), words.end(i), parts) : -1;
    }
    return deal(words, counts, part, parts);
  }

  /**
   * Deals words out, each part in their order.
   *
   * @param part that each word goes to; -1 for none // (words)
   * @return by part; null for none
   */
  static PackedTokens[] deal(PackedTokens words, long[] counts, int[] part, int parts) {
    int[] sizes = new int[parts];
    int[] bytes = new int[parts];
    for (int i = 0; i < part.length; i++) {
      if (part[i] >= 0) {
        sizes[part[i]]++;
        bytes[part[i]] += words.length(i);
      }
    }
    PackedTokens[] dealt = new PackedTokens[parts];
    for (int p = 0; p < parts; p++) {
      if (sizes[p] > 0) {
        dealt[p] = new PackedTokens(new byte[bytes[p]], new int[sizes[p]], new long[sizes[p]]);
        sizes[p] = 0;
        bytes[p] = 0;
      }
    }
    for (int i = 0; i < part.length; i++) {
      int p = part[i];
      if (p >= 0) {
        int length = words.length(i);
        System.arraycopy(words.arena(), words.start(i), dealt[p].arena(), bytes[p], length);
        bytes[p] += length;
        dealt[p].ends()[sizes[p]] = bytes[p];
        dealt[p].counts()[sizes[p]++] = counts[i];
      }
    }
    return dealt;
  }

  /** Deals words out by hash; each part has them in their order. */
  static List<Tuple2<Integer, NumberedWords>> deal(NumberedWords words, int parts) {
    PackedTokens tokens = words.tokens();
    int[] part = new int[words.size()];
    int[] sizes = new int[parts];
    for (int i = 0; i < part.length; i++) {
      part[i] = part(tokens.arena(), tokens.start(i), tokens.end(i), parts);
      sizes[part[i]]++;
    }
    PackedTokens[] dealt = deal(tokens, tokens.counts(), part, parts);
    int[][] ids = new int[parts][];
    for (int p = 0; p < parts; p++) {
      ids[p] = new int[sizes[p]];
      sizes[p] = 0;
    }
    for (int i = 0; i < part.length; i++) {
      ids[part[i]][sizes[part[i]]++] = words.ids()[i];
    }
    List<Tuple2<Integer, NumberedWords>> sent = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      if (dealt[p] != null) {
        sent.add(new Tuple2<>(p, new NumberedWords(words.vocabulary(), ids[p], dealt[p])));
      }
    }
    return sent;
  }
}
